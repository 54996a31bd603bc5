// The live view: counts, rates, approximate percentiles, and what a histogram cannot hold.
package metrics

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestLive(t *testing.T) {
	l := NewLive(0)
	empty := l.Snapshot("profiling", 0)
	require.Equal(t, &Snapshot{Phase: "profiling"}, empty)

	var r Record
	for range 100 {
		answered(&r, time.Second, 3)
		l.Observe(&r)
	}
	r.Reset()
	l.Observe(&r) // failed
	l.Sent(105)

	s := l.Snapshot("profiling", 2*time.Second)
	require.EqualValues(t, 105, s.Sent)
	require.EqualValues(t, 101, s.Done)
	require.EqualValues(t, 1, s.Failed)
	require.EqualValues(t, 4, s.InFlight)
	require.Equal(t, Float(50), s.RequestRate)
	require.Equal(t, Float(150), s.OutputTokenRate)
	require.Equal(t, Float(1000), s.InputTokenRate)
	require.EqualValues(t, 100, s.TTFT.Count)
	require.InEpsilon(t, 10, s.TTFT.P50.Float64(), 0.001)
	require.InEpsilon(t, 20, s.Latency.P99.Float64(), 0.001)
	require.InEpsilon(t, 5, s.ITL.P50.Float64(), 0.001)
	require.Zero(t, s.OutOfRange)

	l.Reset(3 * time.Second)
	require.Equal(t, &Snapshot{At: 3 * time.Second, Phase: "next"}, l.Snapshot("next", 3*time.Second))
	require.EqualValues(t, 101, s.Done, "a snapshot never changes")
}

func TestLiveOutOfRange(t *testing.T) {
	l := NewLive(0)
	var r Record
	answered(&r, time.Second, 1)
	r.LastChunk = r.Start + 2*time.Hour
	l.Observe(&r)
	answered(&r, time.Second, 1)
	r.FirstChunk = r.Start - 1
	l.Observe(&r)
	answered(&r, time.Second, 1)
	r.FirstChunk = r.Start // no time at all is within range
	l.Observe(&r)
	s := l.Snapshot("profiling", time.Second)
	require.EqualValues(t, 2, s.OutOfRange)
	require.EqualValues(t, 3, s.Latency.Count, "clamped, not lost")
}

func TestLiveObserveDoesNotAllocate(t *testing.T) {
	l := NewLive(0)
	var r Record
	answered(&r, time.Second, 3)
	require.Zero(t, testing.AllocsPerRun(100, func() { l.Observe(&r) }))
}
