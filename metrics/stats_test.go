// Statistics, twins, conversions and curves against the real program's unit vectors, and at the edges of what numbers can be.
package metrics

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func loadVector(t *testing.T, name string, into any) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(vectorDir, name))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(b, into))
}

// plain is a definition whose values need no conversion.
var plain = &Def{Unit: "count", Display: "count"}

// requireBlock compares a result with a block of statistics, both ways.
func requireBlock(t *testing.T, want map[string]numeral, got Result) {
	t.Helper()
	for key, v := range statistics(got) {
		w, ok := want[key]
		if !ok || w.text == "Infinity" {
			require.False(t, v.Present(), key)
			continue
		}
		requireNumber(t, w, v, key)
	}
}

func TestStatisticsVectors(t *testing.T) {
	var f struct {
		Cases []struct {
			Name   string             `json:"name"`
			Values []float64          `json:"values"`
			Record map[string]numeral `json:"record_metric_ddof0"`
			Issue  map[string]numeral `json:"latency_family_np_percentile"`
		} `json:"cases"`
	}
	loadVector(t, "unit-statistics.json", &f)
	require.NotEmpty(t, f.Cases)
	for _, c := range f.Cases {
		t.Run(c.Name, func(t *testing.T) {
			requireBlock(t, c.Record, recordSample(slices.Clone(c.Values)).result(plain))
			requireBlock(t, c.Issue, issueSample(slices.Clone(c.Values)).result(plain))
		})
	}
}

func TestTwinVectors(t *testing.T) {
	var f struct {
		Cases []struct {
			Name    string                     `json:"name"`
			Sorted  []float64                  `json:"sorted_successes_ns"`
			Errors  int64                      `json:"errors"`
			Native  map[string]json.RawMessage `json:"native"`
			Display map[string]json.RawMessage `json:"display_ms"`
		} `json:"cases"`
	}
	loadVector(t, "unit-adjusted.json", &f)
	require.NotEmpty(t, f.Cases)
	numbers := func(block map[string]json.RawMessage) map[string]numeral {
		out := make(map[string]numeral)
		for k, raw := range block {
			var n numeral
			require.NoError(t, json.Unmarshal(raw, &n))
			out[k] = n
		}
		return out
	}
	for _, c := range f.Cases {
		t.Run(c.Name, func(t *testing.T) {
			requireBlock(t, numbers(c.Native), twinResult(&Def{Unit: "ns", Display: "ns"}, c.Sorted, c.Errors))
			requireBlock(t, numbers(c.Display), twinResult(&Def{Unit: "ns", Display: "ms"}, c.Sorted, c.Errors))
		})
	}
}

func TestConversionVectors(t *testing.T) {
	var f struct {
		Cases []struct {
			From   string  `json:"from"`
			To     string  `json:"to"`
			Value  float64 `json:"value"`
			Result float64 `json:"result"`
		} `json:"cases"`
	}
	loadVector(t, "unit-conversion.json", &f)
	elsewhere := map[string]bool{"mW": true, "mJ": true, "°C": true, "MHz": true} // units of GPU telemetry
	checked := 0
	for _, c := range f.Cases {
		if elsewhere[c.From] {
			continue
		}
		checked++
		k, ok := Factor(c.From, c.To)
		require.True(t, ok, "%s to %s", c.From, c.To)
		require.Equal(t, c.Result, c.Value*k, "%v %s in %s", c.Value, c.From, c.To)
	}
	require.Greater(t, checked, 25)

	_, ok := Factor("ns", "KB")
	require.False(t, ok)
	_, ok = Factor("tokens", "requests")
	require.False(t, ok)
}

func TestPairwiseAgainstDefinition(t *testing.T) {
	// The definition, written for one length at a time: halves beyond 128, eight lanes within.
	var plainSum func(a []float64) float64
	plainSum = func(a []float64) float64 {
		n := len(a)
		if n > 128 {
			h := n / 2 / 8 * 8
			return plainSum(a[:h]) + plainSum(a[h:])
		}
		var lanes [8]float64
		full := 0
		if n >= 8 {
			full = n / 8 * 8
		}
		for i := range full {
			lanes[i%8] += a[i]
		}
		sum := ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3])) + ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7]))
		for _, x := range a[full:] {
			sum += x
		}
		return sum
	}
	g := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{0, 1, 7, 8, 9, 127, 128, 129, 1000, 4099} {
		a := make([]float64, n)
		for i := range a {
			a[i] = g.NormFloat64() * 1e9
		}
		require.Equal(t, plainSum(a), pairwise(a), n)
	}
}

func TestSortsAgree(t *testing.T) {
	g := rand.New(rand.NewPCG(3, 4))
	for _, n := range []int{0, 1, 2, radixFrom - 1, radixFrom, 5000} {
		a := make([]float64, n)
		for i := range a {
			switch i % 4 {
			case 0:
				a[i] = g.NormFloat64() * 1e3
			case 1:
				a[i] = float64(g.IntN(5))
			case 2:
				a[i] = 1.76e18 + float64(g.IntN(1e9))
			default:
				a[i] = -g.Float64()
			}
		}
		want := slices.Clone(a)
		slices.Sort(want)
		sortFloats(a)
		require.Equal(t, want, a)
	}
	// Equal keys keep their order, whichever way is taken.
	for _, n := range []int{100, 4000} {
		in := make([]event, n)
		for i := range in {
			in[i] = event{float64(i * 7 % 10), float64(i)}
		}
		out := sortStable(slices.Clone(in), make([]event, n), func(e event) float64 { return e.at })
		require.True(t, slices.IsSortedFunc(out, func(x, y event) int {
			if x.at != y.at {
				return int(x.at - y.at)
			}
			return int(x.delta - y.delta)
		}), n)
	}
}

func TestValue(t *testing.T) {
	const big = 1 << 63
	tests := []struct {
		name    string
		v       Value
		present bool
		isInt   bool
		f       float64
	}{
		{"zero value", Value{}, false, false, 0},
		{"int", Int(80), true, true, 80},
		{"int zero", Int(0), true, true, 0},
		{"least int", Int(math.MinInt64), true, true, -big},
		{"float", Float(80), true, false, 80},
		{"minus zero", Float(math.Copysign(0, -1)), true, false, math.Copysign(0, -1)},
		{"2^63", Float(big), true, false, big},
		{"NaN", Float(math.NaN()), false, false, 0},
		{"+Inf", Float(math.Inf(1)), false, false, 0},
		{"-Inf", Float(math.Inf(-1)), false, false, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, tt.present, tt.v.Present())
			require.Equal(t, tt.isInt, tt.v.IsInt())
			require.Equal(t, math.Float64bits(tt.f), math.Float64bits(tt.v.Float64()))
		})
	}
}
