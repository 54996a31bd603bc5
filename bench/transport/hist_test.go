// The histogram against sorted values.
package transport

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/metrics"
)

const noStamp = metrics.NoInstant

func instant(i int64) metrics.Instant { return metrics.Instant(i) }

// repeated is a Handler that can be fired again and again.
type repeated struct {
	Exchange
	again chan error
}

func (r *repeated) Head(*Head) error                   { return nil }
func (r *repeated) Body([]byte, metrics.Instant) error { return nil }
func (r *repeated) Done(err error)                     { r.again <- err }

func TestHistogramQuantiles(t *testing.T) {
	require.Zero(t, new(Hist).Quantile(0.5))
	var h Hist
	var values []time.Duration
	r := rand.New(rand.NewPCG(1, 2))
	for range 100_000 {
		v := time.Duration(r.ExpFloat64() * float64(time.Millisecond))
		values = append(values, v)
		h.Record(v)
	}
	slices.Sort(values)
	for _, q := range []float64{0.01, 0.5, 0.9, 0.99, 0.999} {
		want := values[int(q*float64(len(values)))-1]
		require.InEpsilon(t, want, h.Quantile(q), 0.02, "q %v", q)
	}
	require.Equal(t, values[len(values)-1], h.Max())
	require.EqualValues(t, len(values), h.Count())
	h.Record(-1)
	require.Zero(t, h.Quantile(0))
	h.Record(1<<63 - 1)
	require.Equal(t, time.Duration(1<<63-1), h.Max())
}

func BenchmarkHistRecord(b *testing.B) {
	var h Hist
	b.ReportAllocs()
	for b.Loop() {
		h.Record(123456)
	}
}
