package config

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/bench/config/schema"
	"github.com/aiperf-go/aiperf/dataset/rng"
)

// The stated mean is that of the draws, but for their rounding up.
func TestCutMean(t *testing.T) {
	for _, d := range []schema.Dist{{Type: "normal", Mean: 10, Stddev: 500}, {Type: "normal", Mean: 550, Stddev: 550}} {
		mean, far := cutMean(&d)
		require.True(t, far)
		const n = 200_000
		draw, sum := rng.NewPython(1), 0
		for range n {
			sum += draw.PositiveNormal(d.Mean, d.Stddev)
		}
		require.InEpsilon(t, mean+0.5, float64(sum)/n, 0.01)
	}
	for _, d := range []schema.Dist{{Type: "normal", Mean: 550, Stddev: 100}, {Type: "fixed", Mean: 5}, {Type: "normal", Mean: 5}, {Type: "lognormal", Mean: 5, Stddev: 9}} {
		_, far := cutMean(&d)
		require.False(t, far)
	}
}
