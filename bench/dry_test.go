// Phases without a wire: the scheduler's decisions over hours of virtual time, in seconds of real time.
package bench

import (
	"container/heap"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/metrics"
)

// dry drives a phase of one-turn sessions: each has its first content and its return so long after it was sent.
type dry struct {
	first, whole time.Duration
	each         func(due, sent metrics.Instant) // told of every request, in instants since the phase began
}

// play runs the phase until it stops sending, and returns it.
func (d dry) play(plan Phase) *phaseRun {
	run := &runState{plan: &Plan{Phases: []Phase{plan}, Seed: 42}, clock: NewClock()}
	s := &scheduler{run: run, armory: newArmory(run)}
	p := newPhaseRun(run, 0, plan)
	shot := oneOf("a")
	var coming comings
	for now := p.start; !p.stopReached(now); {
		p.climb(now)
		s.loaded = shot
		picked, again := s.pick(p, now)
		if picked != nil {
			p.issued(picked)
			if d.each != nil {
				d.each(picked.due-p.start, now-p.start)
			}
			if picked.prefill {
				heap.Push(&coming, event{at: now + d.first, content: true})
			}
			heap.Push(&coming, event{at: now + d.whole})
			continue
		}
		now = min(again, p.nextSlot(), p.sendUntil)
		if len(coming) > 0 {
			now = min(now, coming[0].at)
		}
		for len(coming) > 0 && coming[0].at <= now {
			p.returned(heap.Pop(&coming).(event))
		}
	}
	return p
}

// comings implements heap.Interface: events by their instants.
type comings []event

func (c comings) Len() int           { return len(c) }
func (c comings) Less(i, k int) bool { return c[i].at < c[k].at }
func (c comings) Swap(i, k int)      { c[i], c[k] = c[k], c[i] }
func (c *comings) Push(e any)        { *c = append(*c, e.(event)) }

func (c *comings) Pop() any {
	last := len(*c) - 1
	e := (*c)[last]
	*c = (*c)[:last]
	return e
}

func TestAnHourOfArrivals(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := 0
		p := dry{whole: 50 * ms, each: func(due, sent metrics.Instant) {
			n++
			want := time.Duration(math.Round(float64(n) / 70 * 1e9))
			if diff := due - want; due != sent || diff < -100 || diff > 100 {
				require.Failf(t, "drifted", "arrival %d: due %v, sent %v, want %v", n, due, sent, want)
			}
		}}.play(Phase{Pattern: Constant, Rate: 70, Duration: time.Hour, Grace: Unbounded})
		require.InDelta(t, 70*3600, n, 1, "the last is due at the hour itself, give or take the rounding of so many sums")
		require.True(t, p.byTime)

		// 100/s against room for 50/s: exactly every second arrival is lost.
		p = dry{whole: 200*ms - 1}.play(Phase{Pattern: Constant, Rate: 100, Concurrency: 10, Duration: time.Hour, Grace: Unbounded})
		require.Equal(t, []int64{180_000, 359_999 - 180_000}, []int64{p.sent, p.window.MissedArrivals})
		require.Zero(t, p.rate.Forfeited())

		// Prefills, which are shorter, bound the same load later.
		p = dry{first: 100*ms - 1, whole: 150 * ms}.play(Phase{Pattern: Constant, Rate: 100, Concurrency: 20, Prefill: 5, Duration: time.Hour, Grace: Unbounded})
		require.Equal(t, []int64{180_000, 359_999 - 180_000}, []int64{p.sent, p.window.MissedArrivals})

		// Strict arrivals are all sent while there is room, and wait while there is none.
		latest := time.Duration(0)
		p = dry{whole: 90 * ms, each: func(due, sent metrics.Instant) { latest = max(latest, sent-due) }}.play(
			Phase{Pattern: Poisson, Rate: 100, Concurrency: 10, Duration: time.Hour, Grace: Unbounded, Strict: true})
		require.InDelta(t, 360_000, float64(p.sent+p.window.MissedArrivals), 4*math.Sqrt(360_000))
		require.Greater(t, latest, 50*ms)
		require.Less(t, p.window.MissedArrivals, int64(100))
	})
}

// BenchmarkVirtualHour is an hour of Poisson arrivals at 100/s with both limits.
func BenchmarkVirtualHour(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		dry{first: 30 * ms, whole: 300 * ms}.play(Phase{Pattern: Poisson, Rate: 100, RateRamp: time.Minute, Concurrency: 50, Prefill: 20, Duration: time.Hour, Grace: Unbounded})
	}
	b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s/hour")
}
