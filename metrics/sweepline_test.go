// The sweep line against the real program's curves and statistics.
package metrics

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

type sweepCase struct {
	Name  string `json:"name"`
	Input struct {
		Base   float64     `json:"base_ns"`
		Start  []*float64  `json:"start_ns"`
		End    []*float64  `json:"end_ns"`
		Gen    []*float64  `json:"generation_start_ns"`
		ISL    []*float64  `json:"input_tokens"`
		OSL    []*float64  `json:"output_tokens"`
		Gaps   [][]float64 `json:"inter_chunk_gaps_ns"`
		Window [2]float64  `json:"window_ns"`
	} `json:"input"`
	Curves map[string]struct {
		TS     []float64 `json:"ts"`
		Values []float64 `json:"values"`
	} `json:"curves_tokens_per_ns"`
	Results map[string]map[string]json.RawMessage `json:"results"`
}

func (c *sweepCase) sweep() *sweep {
	column := func(in []*float64, base float64) []float64 {
		out := make([]float64, len(in))
		for i, p := range in {
			if out[i] = math.NaN(); p != nil {
				out[i] = *p + base
			}
		}
		return out
	}
	in := &c.Input
	s := &sweep{
		start: column(in.Start, in.Base), end: column(in.End, in.Base), gen: column(in.Gen, in.Base),
		isl: column(in.ISL, 0), osl: column(in.OSL, 0),
	}
	for _, g := range in.Gaps {
		s.gaps += len(g)
	}
	s.eachGaps = func(visit func(int, []Instant)) error {
		for i, gaps := range in.Gaps {
			var g []Instant
			for _, x := range gaps {
				g = append(g, Instant(x))
			}
			visit(i, g)
		}
		return nil
	}
	return s
}

func TestSweepVectors(t *testing.T) {
	var f struct {
		Cases []sweepCase `json:"cases"`
	}
	loadVector(t, "unit-sweepline.json", &f)
	require.NotEmpty(t, f.Cases)
	for _, c := range f.Cases {
		t.Run(c.Name, func(t *testing.T) {
			s := c.sweep()
			got, err := s.results(c.Input.Window[0], c.Input.Window[1])
			require.NoError(t, err)
			require.Len(t, got, len(c.Results))
			for _, r := range got {
				block := make(map[string]numeral)
				for key, raw := range c.Results[r.Def.Tag] {
					var n numeral
					require.NoError(t, json.Unmarshal(raw, &n))
					block[key] = n
				}
				require.NotEmpty(t, block, r.Def.Tag)
				requireBlock(t, block, r)
			}

			rate, err := s.decodeRate(s.each(s.uniformDecodeRate))
			require.NoError(t, err)
			flight, err := s.tokensInFlight()
			require.NoError(t, err)
			for tag, got := range map[string]curve{
				"effective_decode_throughput":   rate,
				"tokens_in_flight":              flight,
				"effective_prefill_throughput":  s.spans(s.start, s.gen, s.each(s.prefillRate)),
				"effective_total_throughput":    newCurve(s.rise(s.rise(nil, s.start, s.gen, s.each(s.prefillRate)), s.gen, s.end, s.each(s.uniformDecodeRate))),
				"effective_concurrency":         s.spans(s.start, s.end, s.each(s.present)),
				"effective_decode_concurrency":  s.spans(s.gen, s.end, s.each(s.answered)),
				"effective_prefill_concurrency": s.spans(s.start, s.gen, s.each(s.answered)),
			} {
				// The vector has every level; here only those that last.
				want, k := c.Curves[tag], 0
				for i, at := range want.TS {
					if i+1 < len(want.TS) && want.TS[i+1] == at {
						continue
					}
					require.Less(t, k, len(got.ts), tag)
					require.Equal(t, at, got.ts[k]-c.Input.Base, tag)
					require.Equal(t, want.Values[i], got.values[k], tag)
					k++
				}
				require.Len(t, got.ts, k, tag)
			}
		})
	}
}

func TestStepFunctionVectors(t *testing.T) {
	var f struct {
		Cases []struct {
			Name   string             `json:"name"`
			TS     []float64          `json:"ts"`
			Values []float64          `json:"values"`
			Window [2]float64         `json:"window"`
			Stats  map[string]numeral `json:"stats"`
		} `json:"step_function_cases"`
	}
	loadVector(t, "unit-sweepline.json", &f)
	require.NotEmpty(t, f.Cases)
	for _, c := range f.Cases {
		t.Run(c.Name, func(t *testing.T) {
			requireBlock(t, c.Stats, curve{c.TS, c.Values}.over(c.Window[0], c.Window[1]).result(plain, 1))
		})
	}
}
