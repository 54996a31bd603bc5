package mock

// Distributions: their text form, and that what is drawn has the moments asked for.

import (
	"encoding/json"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestParseDistribution(t *testing.T) {
	for _, tc := range []struct {
		text string
		want Distribution
		err  string
	}{
		{"20ms", Fixed(20 * ms), ""},
		{"fixed:1s", Fixed(time.Second), ""},
		{"0s", Distribution{}, ""},
		{"normal:20ms,5ms", Normal(20*ms, 5*ms), ""},
		{" uniform:10ms - 30ms ", Uniform(10*ms, 30*ms), ""},
		{"exp:20ms", Exponential(20 * ms), ""},
		{"lognormal:20ms,5ms", LogNormal(20*ms, 5*ms), ""},
		{"", Distribution{}, `"" is not a duration`},
		{"20", Distribution{}, `"20" is not a duration, write it with its unit like 20ms`},
		{"-1ms", Distribution{}, "-1ms is negative"},
		{"gauss:1ms,1ms", Distribution{}, `unknown shape "gauss", want one of fixed, uniform, normal, exp, lognormal`},
		{"normal:20ms", Distribution{}, `want two durations, like "normal:20ms,5ms"`},
		{"normal:20ms,x", Distribution{}, `"x" is not a duration`},
		{"uniform:30ms-10ms", Distribution{}, "upper bound 10ms is below lower bound 30ms"},
		{"lognormal:0s,5ms", Distribution{}, "mean must be above 0"},
		{"exp:1ms,2ms", Distribution{}, `"1ms,2ms" is not a duration`},
	} {
		d, err := ParseDistribution(tc.text)
		if tc.err != "" {
			require.ErrorContains(t, err, tc.err, tc.text)
			continue
		}
		require.NoError(t, err, tc.text)
		require.Equal(t, tc.want, d, tc.text)
	}
	var v struct{ D Distribution }
	require.NoError(t, json.Unmarshal([]byte(`{"D":"exp:3ms"}`), &v))
	b, err := json.Marshal(v)
	require.NoError(t, err)
	require.JSONEq(t, `{"D":"exp:3ms"}`, string(b))
}

func TestMoments(t *testing.T) {
	const draws = 200_000
	for _, tc := range []struct {
		d            Distribution
		mean, stddev float64 // ms
	}{
		{Fixed(20 * ms), 20, 0},
		{Uniform(10*ms, 30*ms), 20, 20 / math.Sqrt(12)},
		{Normal(20*ms, 3*ms), 20, 3},
		{Exponential(20 * ms), 20, 20},
		{LogNormal(20*ms, 10*ms), 20, 10},
		{LogNormal(20*ms, 0), 20, 0},
	} {
		r := newDice(1, 2)
		var sum, squares float64
		for range draws {
			v := float64(tc.d.draw(&r)) / float64(ms)
			require.GreaterOrEqual(t, v, 0.0)
			sum += v
			squares += v * v
		}
		mean := sum / draws
		require.InDelta(t, tc.mean, mean, 0.02*tc.mean, tc.d)
		require.InDelta(t, tc.stddev, math.Sqrt(max(squares/draws-mean*mean, 0)), 0.03*tc.stddev+1e-4, tc.d)
	}
}

func FuzzParseDistribution(f *testing.F) {
	for _, s := range []string{"20ms", "normal:20ms,5ms", "uniform:10ms-30ms", "exp:20ms", "lognormal:1h,1ns", ":", "normal:,"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := ParseDistribution(text)
		if err != nil {
			require.Zero(t, d)
			return
		}
		again, err := ParseDistribution(d.String())
		require.NoError(t, err)
		require.Equal(t, d, again)
		r := newDice(1, 1)
		for range 20 {
			require.GreaterOrEqual(t, d.draw(&r), time.Duration(0))
		}
	})
}
