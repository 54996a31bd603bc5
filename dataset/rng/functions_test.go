// Every function of every generator, against what CPython and NumPy drew.
package rng

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// draw is one row: a function of a generator as the vector files name it; ulps is how far the last bits may differ, 0 for none.
type draw struct {
	name string
	ulps int64
	py   func(p *Python) any
	np   func(g *NumPy) any
	old  func(g *Legacy) any
}

// sineBits is for gauss and what is made of it alone: one number in 800 has another sine or cosine, by a unit in the last place, and the product
// that follows may make two of it. Whole numbers made of them are the same.
const sineBits = 2

func below(n uint64) func(*Python) any { return func(p *Python) any { return p.Below(n) } }
func between(lo, hi int64) func(*Python) any {
	return func(p *Python) any { return p.Range(lo, hi) }
}
func choice(n int) func(*Python) any { return func(p *Python) any { return p.Intn(n) } }
func pick(n int) func(*Python) any   { return func(p *Python) any { return p.Pick(n) } }
func sample(n, k int) func(*Python) any {
	return func(p *Python) any { return p.Sample(n, k) }
}
func uniform(a, b float64) func(*Python) any {
	return func(p *Python) any { return p.Uniform(a, b) }
}
func gauss(m, s float64) func(*Python) any { return func(p *Python) any { return p.Gauss(m, s) } }
func exponential(rate float64) func(*Python) any {
	return func(p *Python) any { return p.Exponential(rate) }
}
func gamma(a, b float64) func(*Python) any { return func(p *Python) any { return p.Gamma(a, b) } }
func normal(m, s, lo, hi float64) func(*Python) any {
	return func(p *Python) any { return p.Normal(m, s, lo, hi) }
}
func positive(m, s float64) func(*Python) any {
	return func(p *Python) any { return p.PositiveNormal(m, s) }
}
func integers(lo, hi int64) func(*NumPy) any {
	return func(g *NumPy) any { return g.Integers(lo, hi) }
}
func list(n int) []int {
	l := make([]int, n)
	for i := range l {
		l[i] = i
	}
	return l
}
func numpyShuffle(n int) func(*NumPy) any {
	return func(g *NumPy) any {
		l := list(n)
		g.Shuffle(n, func(i, j int) { l[i], l[j] = l[j], l[i] })
		return l
	}
}

// below65 is randrange(2^64): 65 bits until the last drawn, the highest, is 0.
func below65(p *Python) uint64 {
	for {
		if v := p.Bits(64); p.Bits(1) == 0 {
			return v
		}
	}
}

// pythonShuffle57 gives one shuffled list number by number.
func pythonShuffle57() func(*Python) any {
	var l []int
	return func(p *Python) any {
		if len(l) == 0 {
			l = list(57)
			p.Shuffle(57, func(i, j int) { l[i], l[j] = l[j], l[i] })
		}
		first := l[0]
		l = l[1:]
		return first
	}
}

// twoArrays gives the bytes of arrays of 18, which ends inside of a word.
func twoArrays() func(*NumPy) any {
	var b []byte
	return func(g *NumPy) any {
		if len(b) == 0 {
			b = make([]byte, 18)
			g.Bytes(b)
		}
		first := b[0]
		b = b[1:]
		return first
	}
}

func numpyNormal(mean, stddev float64) func(*NumPy) any {
	return func(g *NumPy) any { return g.Normal(mean, stddev) }
}

// tail gives the next number far out; most of them come from beyond the last layer.
func tail(g *NumPy) any {
	for {
		if v := g.Normal(0, 1); math.Abs(v) > 3.6 {
			return v
		}
	}
}

// digest is of the bits of many normals.
func digest(g *NumPy) any {
	h := sha256.New()
	for range 200000 {
		_ = binary.Write(h, binary.LittleEndian, g.Normal(0, 1)) // a hash takes everything
	}
	return hex.EncodeToString(h.Sum(nil))
}

func choiceP(g *NumPy) any { return []int{1, 5, 9, 100}[g.ChoiceP([]float64{0.3, 0.1, 0.4, 0.2})] }

func randint(lo, hi int64) func(*Legacy) any {
	return func(g *Legacy) any { return g.RandInt(lo, hi) }
}

func functionRows() []draw {
	inf := math.Inf(1)
	return []draw{
		{name: "randrange(1)", py: below(1)},
		{name: "randrange(2)", py: below(2)},
		{name: "randrange(3)", py: below(3)},
		{name: "randrange(10)", py: below(10)},
		{name: "randrange(256)", py: below(256)},
		{name: "randrange(1000)", py: below(1000)},
		{name: "randrange(1299821)", py: below(1299821)},
		{name: "randrange(2147483648)", py: below(1 << 31)},
		{name: "randrange(4294967296)", py: below(1 << 32)},
		{name: "randrange(4294967297)", py: below(1<<32 + 1)},
		{name: "randrange(9223372036854775808)", py: below(1 << 63)},
		{name: "randrange(0,2**64)", py: func(p *Python) any { return below65(p) }},
		{name: "randrange(5,50,7)", py: func(p *Python) any { return 5 + 7*p.Below(7) }},
		{name: "randint(0,1)", py: between(0, 2)},
		{name: "randint(0,2)", py: between(0, 3)},
		{name: "randint(1,6)", py: between(1, 7)},
		{name: "randint(-5,5)", py: between(-5, 6)},
		{name: "randint(0,99)", py: between(0, 100)},
		{name: "random()", py: func(p *Python) any { return p.Float64() }},
		{name: "uniform(0.0,1.0)", py: uniform(0, 1)},
		{name: "uniform(2.5,7.5)", py: uniform(2.5, 7.5)},
		{name: "uniform(5.0,-5.0)", py: uniform(5, -5)},
		{name: "choice(list(1))", py: choice(1)},
		{name: "choice(list(2))", py: choice(2)},
		{name: "choice(list(3))", py: choice(3)},
		{name: "choice(list(4))", py: choice(4)},
		{name: "choice(list(10))", py: choice(10)},
		{name: "choice(list(100))", py: choice(100)},
		{name: "choices(range(1),k=20)", py: pick(1)},
		{name: "choices(range(2),k=20)", py: pick(2)},
		{name: "choices(range(7),k=20)", py: pick(7)},
		{name: "choices(range(1000),k=20)", py: pick(1000)},
		{name: "sample(range(5),k=2)", py: sample(5, 2)},
		{name: "sample(range(10),k=3)", py: sample(10, 3)},
		{name: "sample(range(21),k=5)", py: sample(21, 5)},
		{name: "sample(range(22),k=5)", py: sample(22, 5)},
		{name: "sample(range(30),k=3)", py: sample(30, 3)},
		{name: "sample(range(40),k=2)", py: sample(40, 2)},
		{name: "sample(range(85),k=5)", py: sample(85, 5)},
		{name: "sample(range(86),k=6)", py: sample(86, 6)},
		{name: "sample(range(1000),k=20)", py: sample(1000, 20)},
		{name: "sample(range(84),k=20)", py: sample(84, 20)},
		{name: "sample(range(85),k=20)", py: sample(85, 20)},
		{name: "sample(range(86),k=20)", py: sample(86, 20)},
		{name: "sample(range(3),k=3)", py: sample(3, 3)},
		{name: "sample(range(277),k=20)", py: sample(277, 20)},
		{name: "gauss(0.0,1.0) via sample_normal unbounded", ulps: sineBits, py: gauss(0, 1)},
		{name: "gauss(550.0,100.0) via sample_normal unbounded", ulps: sineBits, py: gauss(550, 100)},
		{name: "gauss(0.0,0.3) via sample_normal unbounded", ulps: sineBits, py: gauss(0, 0.3)},
		{name: "sample_normal(0,1,lower=0.5)", ulps: sineBits, py: normal(0, 1, 0.5, inf)},
		{name: "sample_normal(10,3,lower=8,upper=12)", ulps: sineBits, py: normal(10, 3, 8, 12)},
		{name: "sample_positive_normal_integer(550,100)", py: positive(550, 100)},
		{name: "sample_positive_normal_integer(100,50)", py: positive(100, 50)},
		{name: "sample_positive_normal_integer(3,2)", py: positive(3, 2)},
		{name: "sample_positive_normal_integer(1,5)", py: positive(1, 5)},
		{name: "sample_positive_normal_integer(128,0)", py: positive(128, 0)},
		{name: "sample_positive_normal_integer(10.5,0)", py: positive(10.5, 0)},
		{name: "sample_positive_normal_integer(11.5,0)", py: positive(11.5, 0)},
		{name: "sample_positive_normal_integer(0,1)", py: positive(0, 1)},
		{name: "expovariate(0.1)", py: exponential(0.1)},
		{name: "expovariate(1.0)", py: exponential(1)},
		{name: "expovariate(10.0)", py: exponential(10)},
		{name: "expovariate(1000.0)", py: exponential(1000)},
		{name: "gammavariate(1.0,0.1)", py: gamma(1, 0.1)},
		{name: "gammavariate(0.5,0.2)", py: gamma(0.5, 0.2)},
		{name: "gammavariate(0.1,1.0)", py: gamma(0.1, 1)},
		{name: "gammavariate(2.0,0.05)", py: gamma(2, 0.05)},
		{name: "gammavariate(5.0,0.02)", py: gamma(5, 0.02)},
		{name: "gammavariate(2.5,1.0)", py: gamma(2.5, 1)},
		{name: "gammavariate(1.0000001,1.0)", py: gamma(1.0000001, 1)},
		{name: "np.integers(0,1) scalar", np: integers(0, 1)},
		{name: "np.integers(0,1,size=20)", np: integers(0, 1)},
		{name: "np.integers(0,2) scalar", np: integers(0, 2)},
		{name: "np.integers(0,2,size=20)", np: integers(0, 2)},
		{name: "np.integers(0,10) scalar", np: integers(0, 10)},
		{name: "np.integers(0,10,size=20)", np: integers(0, 10)},
		{name: "np.integers(90,167) scalar", np: integers(90, 167)},
		{name: "np.integers(90,167,size=20)", np: integers(90, 167)},
		{name: "np.integers(0,200019) scalar", np: integers(0, 200019)},
		{name: "np.integers(0,200019,size=20)", np: integers(0, 200019)},
		{name: "np.integers(0,256) scalar", np: integers(0, 256)},
		{name: "np.integers(0,256,size=20)", np: integers(0, 256)},
		{name: "np.integers(-5,6) scalar", np: integers(-5, 6)},
		{name: "np.integers(-5,6,size=20)", np: integers(-5, 6)},
		{name: "np.integers(0,4294967296) scalar", np: integers(0, 1<<32)},
		{name: "np.integers(0,4294967296,size=20)", np: integers(0, 1<<32)},
		{name: "np.integers(0,4294967301) scalar", np: integers(0, 1<<32+5)},
		{name: "np.integers(0,4294967301,size=20)", np: integers(0, 1<<32+5)},
		{name: "np.integers(0,1099511627776) scalar", np: integers(0, 1<<40)},
		{name: "np.integers(0,1099511627776,size=20)", np: integers(0, 1<<40)},
		{name: "np.integers(0,9223372036854775807) scalar", np: integers(0, 1<<63-1)},
		{name: "np.integers(0,9223372036854775807,size=20)", np: integers(0, 1<<63-1)},
		{name: "np.random_batch(20)", np: func(g *NumPy) any { return g.Float64() }},
		{name: "np.shuffle(list(1))", np: numpyShuffle(1)},
		{name: "np.shuffle(list(2))", np: numpyShuffle(2)},
		{name: "np.shuffle(list(3))", np: numpyShuffle(3)},
		{name: "np.shuffle(list(10))", np: numpyShuffle(10)},
		{name: "np.shuffle(list(30))", np: numpyShuffle(30)},
		{name: "default_rng.choice([4..13]) scalar", np: integers(4, 14)},
		{name: "default_rng.uniform(1000.0,90000.0)", np: func(g *NumPy) any { return g.Uniform(1000, 90000) }},
		{name: "random.Random.shuffle n=4 x5 (accuracy only)", py: func(p *Python) any {
			l := list(4)
			p.Shuffle(4, func(i, j int) { l[i], l[j] = l[j], l[i] })
			return l
		}},
		{name: "random.Random.shuffle n=57 (accuracy only)", py: pythonShuffle57()},
		{name: "np.integers(0,256,size=(2,3,3),uint8) then raw", np: twoArrays()},
		{name: "np.normal(0.0,1.0,size=20)", np: numpyNormal(0, 1)},
		{name: "np.normal(0,0.3,size=20)", np: numpyNormal(0, 0.3)},
		{name: "np.normal(0,1) scalar", np: numpyNormal(0, 1)},
		{name: "np.normal tail", np: tail},
		{name: "np.normal sum of 200000", np: digest},
		{name: "np.choice([16.0,44.1,48.0]) no p", np: func(g *NumPy) any { return []float64{16, 44.1, 48}[g.Choice(3)] }},
		{name: "np.choice(values,p) scalar", np: choiceP},
		{name: "np.choice(values,p,size=20)", np: choiceP},
		{name: "RandomState(fold).randint(0,10,size=20)", old: randint(0, 10)},
		{name: "RandomState(fold).randint(38,129,size=20)", old: randint(38, 129)},
		{name: "RandomState(fold).randint(0,200019,size=20)", old: randint(0, 200019)},
		{name: "RandomState(fold).randint(19,65,size=20)", old: randint(19, 65)},
	}
}

func TestFunctions(t *testing.T) {
	eachFile(t, "functions.json", func(t *testing.T, path string) {
		var file map[string]struct{ Seeds map[string][]json.RawMessage }
		load(t, path, &file)
		for name := range file {
			require.True(t, slices.ContainsFunc(functionRows(), func(d draw) bool { return d.name == name }), "no row for %q", name)
		}
		for _, row := range functionRows() {
			t.Run(row.name, func(t *testing.T) {
				vector, ok := file[row.name]
				require.True(t, ok, "no such vector")
				require.NotEmpty(t, vector.Seeds)
				for seedText, values := range vector.Seeds {
					require.NotEmpty(t, values)
					next := drawer(row, number(t, seedText))
					for i, raw := range values {
						compare(t, raw, next(), row.ulps, fmt.Sprintf("seed %s value %d", seedText, i))
					}
				}
			})
		}
	})
}

func drawer(row draw, seed uint64) func() any {
	switch {
	case row.np != nil:
		g := NewNumPy(seed)
		return func() any { return row.np(g) }
	case row.old != nil:
		g := NewLegacy(Fold(seed))
		return func() any { return row.old(g) }
	default:
		p := NewPython(seed)
		return func() any { return row.py(p) }
	}
}

// compare holds one drawn value against the vector's JSON; integers may be written as strings there.
func compare(t *testing.T, raw json.RawMessage, got any, ulps int64, where string) {
	t.Helper()
	if v, ok := got.(float64); ok {
		var want float64
		require.NoError(t, json.Unmarshal(raw, &want))
		if ulps == 0 {
			require.Equal(t, math.Float64bits(want), math.Float64bits(v), "%s: want %v, got %v", where, want, v)
			return
		}
		apart := int64(math.Float64bits(want)) - int64(math.Float64bits(v))
		require.LessOrEqual(t, max(apart, -apart), ulps, "%s: want %v, got %v", where, want, v)
		return
	}
	text, err := json.Marshal(got)
	require.NoError(t, err)
	bare := func(b []byte) string {
		return string(slices.DeleteFunc(b, func(c byte) bool { return c == '"' || c == ' ' || c == '\n' }))
	}
	require.Equal(t, bare(slices.Clone(raw)), bare(text), where)
}
