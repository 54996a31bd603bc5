package live

import (
	"bytes"
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/metrics"
)

func snapshot(phase string, at time.Duration, done, failed int64) *metrics.Snapshot {
	q := metrics.Quantiles{Count: done, P50: metrics.Float(45.25), P99: metrics.Float(120)}
	return &metrics.Snapshot{Phase: phase, At: at, Done: done, Failed: failed, InFlight: 64,
		RequestRate: metrics.Float(27.4), OutputTokenRate: metrics.Float(3512), TTFT: q, ITL: q, Latency: q}
}

func target(string) (int64, time.Duration) { return 10000, time.Minute }

func TestLine(t *testing.T) {
	for _, c := range []struct {
		name   string
		s      *metrics.Snapshot
		target func(string) (int64, time.Duration)
		want   string
	}{
		{"everything", snapshot("profiling", 12*time.Second, 1234, 3), target,
			"profiling  1,234/10,000 12%  0s/1m0s  ERRORS 3 (0.2%)  in flight 64  27.4 req/s  3512 tok/s  TTFT p50 45.2 p99 120.0 ms  ITL p50 45.2 p99 120.0 ms  latency p50 45.2 p99 120.0 ms"},
		{"no goal, nothing done", &metrics.Snapshot{Phase: "warmup"}, nil, "warmup  0 done  0s  in flight 0"},
	} {
		var b bytes.Buffer
		New(Options{Out: &b, Target: c.target}).Show(c.s)
		require.Equal(t, c.want+"\n", b.String(), c.name)
	}
}

func TestTerminalRedrawsInPlaceAndKeepsTheLastLineOfAPhase(t *testing.T) {
	var b bytes.Buffer
	width := 30
	v := New(Options{Out: &b, Terminal: true, Width: func() int { return width }, Target: target})
	v.Show(snapshot("warmup", 0, 1, 0))
	v.Show(snapshot("warmup", time.Second, 2, 0))
	v.Show(snapshot("profiling", 2*time.Second, 3, 0))
	v.Close()
	v.Close()
	text := b.String()
	require.Equal(t, 2, strings.Count(text, "\n"))
	require.Equal(t, 3, strings.Count(text, "\r"))
	for _, line := range strings.FieldsFunc(text, func(r rune) bool { return r == '\r' || r == '\n' }) {
		require.True(t, strings.HasSuffix(line, "\x1b[K"))
		require.LessOrEqual(t, len([]rune(strings.TrimSuffix(line, "\x1b[K"))), width-1)
	}
}

func TestFollowShowsEachSnapshotOnceAndTheLastOneAtTheEnd(t *testing.T) {
	var b bytes.Buffer
	v := New(Options{Out: &b})
	ctx, cancel := context.WithCancel(t.Context())
	first, last := snapshot("profiling", 0, 1, 0), snapshot("profiling", time.Minute, 9, 0)
	var current atomic.Pointer[metrics.Snapshot]
	current.Store(first)
	ticks, done := make(chan time.Time), make(chan struct{})
	go func() {
		v.Follow(ctx, current.Load, ticks)
		close(done)
	}()
	for range 3 {
		ticks <- time.Time{}
	}
	current.Store(last)
	cancel()
	<-done
	require.Equal(t, 2, strings.Count(b.String(), "\n"))
	require.Contains(t, b.String(), "profiling  1 done  0s")
	require.Contains(t, b.String(), "profiling  9 done  1m0s")
}

func TestNothingToShow(t *testing.T) {
	var b bytes.Buffer
	v := New(Options{Out: &b, Terminal: true})
	v.Show(nil)
	v.Close()
	require.Empty(t, b.String())
}

func BenchmarkShow(b *testing.B) {
	var out bytes.Buffer
	v := New(Options{Out: &out, Terminal: true, Target: target})
	shots := [2]*metrics.Snapshot{snapshot("profiling", 0, 1, 0), snapshot("profiling", 1, 2, 0)}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		out.Reset()
		v.Show(shots[i&1])
	}
}
