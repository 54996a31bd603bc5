// Equality with vectors drawn by the real CPython and NumPy.
package rng

import (
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"os"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// load reads a vector file.
func load(t *testing.T, name string, into any) {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(b, into))
}

// number reads the text of an integer seed.
func number(t *testing.T, text string) uint64 {
	t.Helper()
	n, err := strconv.ParseUint(text, 10, 64)
	require.NoError(t, err)
	return n
}

func TestChildSeeds(t *testing.T) {
	var file map[string]json.RawMessage
	load(t, "child-seeds.json", &file)
	checked := 0
	for _, root := range []string{"0", "42"} {
		var seeds map[string]struct{ Seed string }
		require.NoError(t, json.Unmarshal(file[root], &seeds))
		for label, want := range seeds {
			require.Equal(t, number(t, want.Seed), uint64(Root(number(t, root)).Derive(label)), "%s %s", root, label)
			checked++
		}
	}
	require.Greater(t, checked, 60)

	var variations []struct {
		Root  uint64
		Label string
		Seed  string
	}
	require.NoError(t, json.Unmarshal(file["variation_seeds"], &variations))
	require.NotEmpty(t, variations)
	for _, v := range variations {
		seed := uint64(Root(v.Root).Derive("variation:" + v.Label))
		require.Equal(t, number(t, v.Seed), seed&(1<<63-1), v.Label)
	}
}

func TestLowLevel(t *testing.T) {
	type vector struct {
		MT      []uint32  `json:"mt_uint32"`
		Bits    []string  `json:"mt_getrandbits_1_5_17_33_53_64"`
		Late    []uint32  `json:"mt_uint32_after_1000"`
		Pool    [4]uint32 `json:"seedseq_pool"`
		Words   [4]string `json:"seedseq_state_uint64_4"`
		State   string    `json:"pcg64_state"`
		Inc     string    `json:"pcg64_inc"`
		Raw     []string  `json:"pcg64_raw64"`
		Uint32s []uint32  `json:"pcg64_next_uint32"`
	}
	var file map[string]vector
	load(t, "low-level.json", &file)
	require.NotEmpty(t, file)
	for seedText, want := range file {
		seed := number(t, seedText)
		p := NewPython(seed)
		for i, v := range want.MT {
			require.Equal(t, v, p.Uint32(), "seed %d word %d", seed, i)
		}
		p.Seed(seed)
		for i, v := range want.Bits {
			k := []int{1, 5, 17, 33, 53, 64}[i%6]
			require.Equal(t, v, strconv.FormatUint(p.Bits(k), 10), "seed %d getrandbits %d", seed, k)
		}
		p.Seed(seed)
		for range 1000 {
			p.Uint32()
		}
		for _, v := range want.Late {
			require.Equal(t, v, p.Uint32())
		}

		require.Equal(t, want.Pool, seedPool(seed))
		for i, w := range seedSequence(seed) {
			require.Equal(t, want.Words[i], strconv.FormatUint(w, 10))
		}
		g := NewNumPy(seed)
		require.Equal(t, want.State, join(g.hi, g.lo))
		require.Equal(t, want.Inc, join(g.incHi, g.incLo))
		for i, v := range want.Raw {
			require.Equal(t, v, strconv.FormatUint(g.Uint64(), 10), "seed %d raw %d", seed, i)
		}
		g = NewNumPy(seed)
		for i, v := range want.Uint32s {
			require.Equal(t, v, g.Uint32(), "seed %d half %d", seed, i)
		}
	}
}

func join(hi, lo uint64) string {
	v := new(big.Int).SetUint64(hi)
	return v.Lsh(v, 64).Or(v, new(big.Int).SetUint64(lo)).String()
}

// draw is one row: a function of a generator as the vector files name it; ulps is how far the last bits may differ, 0 for none.
type draw struct {
	name string
	ulps float64
	py   func(p *Python) any
	np   func(g *NumPy) any
}

// Sine, cosine, exponential and power are the C library's in the vectors: their last bit is not defined, and a power magnifies it.
const (
	lastBits  = 8
	magnified = 64
)

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
		{name: "gauss(0.0,1.0) via sample_normal unbounded", ulps: lastBits, py: gauss(0, 1)},
		{name: "gauss(550.0,100.0) via sample_normal unbounded", ulps: lastBits, py: gauss(550, 100)},
		{name: "gauss(0.0,0.3) via sample_normal unbounded", ulps: lastBits, py: gauss(0, 0.3)},
		{name: "sample_normal(0,1,lower=0.5)", ulps: lastBits, py: normal(0, 1, 0.5, inf)},
		{name: "sample_normal(10,3,lower=8,upper=12)", ulps: lastBits, py: normal(10, 3, 8, 12)},
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
		{name: "gammavariate(0.5,0.2)", ulps: lastBits, py: gamma(0.5, 0.2)},
		{name: "gammavariate(0.1,1.0)", ulps: magnified, py: gamma(0.1, 1)},
		{name: "gammavariate(2.0,0.05)", ulps: lastBits, py: gamma(2, 0.05)},
		{name: "gammavariate(5.0,0.02)", ulps: lastBits, py: gamma(5, 0.02)},
		{name: "gammavariate(2.5,1.0)", ulps: lastBits, py: gamma(2.5, 1)},
		{name: "gammavariate(1.0000001,1.0)", ulps: lastBits, py: gamma(1.0000001, 1)},
		{name: "np.integers(0,1) scalar", np: integers(0, 1)},
		{name: "np.integers(0,2) scalar", np: integers(0, 2)},
		{name: "np.integers(0,10) scalar", np: integers(0, 10)},
		{name: "np.integers(90,167) scalar", np: integers(90, 167)},
		{name: "np.integers(0,200019) scalar", np: integers(0, 200019)},
		{name: "np.integers(0,256) scalar", np: integers(0, 256)},
		{name: "np.integers(-5,6) scalar", np: integers(-5, 6)},
		{name: "np.integers(0,4294967296) scalar", np: integers(0, 1<<32)},
		{name: "np.integers(0,4294967301) scalar", np: integers(0, 1<<32+5)},
		{name: "np.integers(0,1099511627776) scalar", np: integers(0, 1<<40)},
		{name: "np.integers(0,9223372036854775807) scalar", np: integers(0, 1<<63-1)},
		{name: "np.integers(0,10,size=20)", np: integers(0, 10)},
		{name: "np.integers(0,200019,size=20)", np: integers(0, 200019)},
		{name: "np.integers(0,4294967301,size=20)", np: integers(0, 1<<32+5)},
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
	}
}

func TestFunctions(t *testing.T) {
	var file map[string]struct{ Seeds map[string][]json.RawMessage }
	load(t, "functions.json", &file)
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
}

func drawer(row draw, seed uint64) func() any {
	if row.np != nil {
		g := NewNumPy(seed)
		return func() any { return row.np(g) }
	}
	p := NewPython(seed)
	return func() any { return row.py(p) }
}

// compare holds one drawn value against the vector's JSON; integers may be written as strings there.
func compare(t *testing.T, raw json.RawMessage, got any, ulps float64, where string) {
	t.Helper()
	if v, ok := got.(float64); ok {
		var want float64
		require.NoError(t, json.Unmarshal(raw, &want))
		if ulps == 0 {
			require.Equal(t, want, v, where)
			return
		}
		scale := math.Max(math.Abs(want), 1)
		if math.Abs(want) < 1e-3 {
			scale = math.Abs(want)
		}
		require.InDelta(t, want, v, ulps*scale*0x1p-52, where)
		return
	}
	text, err := json.Marshal(got)
	require.NoError(t, err)
	want := slices.DeleteFunc([]byte(string(raw)), func(c byte) bool { return c == '"' || c == ' ' || c == '\n' })
	require.Equal(t, string(want), string(text), where)
}

func TestIntervals(t *testing.T) {
	var file struct {
		Seeds map[string]map[string][]float64
	}
	load(t, "intervals.json", &file)
	require.NotEmpty(t, file.Seeds)
	for seed, kinds := range file.Seeds {
		root := Root(number(t, seed))
		p := root.Derive(PoissonInterval).Python()
		for i, want := range kinds["poisson rate=10"] {
			require.Equal(t, want, p.Exponential(10), "seed %s gap %d", seed, i)
		}
		p = root.Derive(PoissonInterval).Python()
		for i, want := range kinds["poisson rate=10 x10 then set_rate(20) x10"] {
			rate := 10.0
			if i >= 10 {
				rate = 20
			}
			require.Equal(t, want, p.Exponential(rate), "seed %s gap %d", seed, i)
		}
		for name, shape := range map[string]float64{
			"gamma rate=10 smoothness=None": 1, "gamma rate=10 smoothness=0.5": 0.5, "gamma rate=10 smoothness=1.0": 1,
			"gamma rate=10 smoothness=2.0": 2, "gamma rate=10 smoothness=5.0": 5,
		} {
			require.NotEmpty(t, kinds[name])
			p := root.Derive(GammaInterval).Python()
			for i, want := range kinds[name] {
				require.InEpsilon(t, want, p.Gamma(shape, 1/(10*shape)), 1e-14, "seed %s %s gap %d", seed, name, i)
			}
		}
	}
}

func TestCancellation(t *testing.T) {
	var file struct {
		Rate  float64 `json:"rate_percent"`
		Seeds map[string][]*int64
	}
	load(t, "cancellation.json", &file)
	for seed, wants := range file.Seeds {
		p := Root(number(t, seed)).Derive(Cancellation).Python()
		for i, want := range wants {
			require.Equal(t, want != nil, p.Float64() < file.Rate/100, "seed %s request %d", seed, i)
		}
	}
}

func TestCopySavesPosition(t *testing.T) {
	p := Root(42).Derive(PromptLength).Python()
	for range 700 {
		p.Gauss(1, 2)
	}
	saved := *p
	first := p.Gauss(0, 1)
	require.Equal(t, first, saved.Gauss(0, 1))
}

func BenchmarkPythonBelow(b *testing.B) {
	p := NewPython(42)
	for b.Loop() {
		p.Below(1138441)
	}
}

func BenchmarkPythonExponential(b *testing.B) {
	p := NewPython(42)
	for b.Loop() {
		p.Exponential(10)
	}
}

func BenchmarkPositiveNormal(b *testing.B) {
	p := NewPython(42)
	for b.Loop() {
		p.PositiveNormal(550, 100)
	}
}

func BenchmarkSeed(b *testing.B) {
	for b.Loop() {
		NewPython(42)
	}
}
