// The strategies against worked examples of AIPerf 0.13.0, driven without a clock.
package pace

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/dataset/rng"
)

func seconds(s float64) time.Duration { return time.Duration(s * 1e9) }

// server answers each request after a fixed time and drives a strategy from event to event.
type server struct {
	slots   int // 0: no limit
	service time.Duration
	hold    map[time.Duration]time.Duration // issuing at this instant takes so long
}

// play returns the instants of issue of the first n requests.
func (s server) play(t *testing.T, p Strategy, n int) (issued, due []time.Duration) {
	t.Helper()
	var now time.Duration
	var running []time.Duration
	for steps := 0; len(issued) < n; steps++ {
		require.Less(t, steps, 100000, "the strategy does not advance")
		for len(running) > 0 && running[0] <= now {
			p.On(running[0], SlotFreed)
			running = running[1:]
		}
		d := p.Next(now)
		switch d.Action {
		case Issue:
			if s.slots > 0 && len(running) >= s.slots {
				p.On(now, NoSlot)
				continue
			}
			issued, due = append(issued, now), append(due, d.At)
			running = append(running, now+s.service)
			now += s.hold[now]
		case Wait:
			now = d.At
			if len(running) > 0 && running[0] < now {
				now = running[0]
			}
		case Idle:
			require.NotEmpty(t, running, "idle without anything under way")
			now = running[0]
		}
	}
	return issued, due
}

func list(s ...float64) []time.Duration {
	var out []time.Duration
	for _, v := range s {
		out = append(out, seconds(v))
	}
	return out
}

func requireNear(t *testing.T, want, got []time.Duration, tolerance time.Duration) {
	t.Helper()
	require.Len(t, got, len(want))
	for i := range want {
		require.InDelta(t, want[i], got[i], float64(tolerance), "entry %d: want %v, got %v", i, want[i], got[i])
	}
}

func TestWorkedExamples(t *testing.T) {
	poisson := func(rate float64) Interval {
		return Poisson(rate, rng.Root(42).Derive("timing.request.poisson_interval").Python())
	}
	for _, tc := range []struct {
		name string
		p    Strategy
		s    server
		want []time.Duration
	}{
		{"constant 2/s", NewRate(0, Constant(2)), server{service: seconds(0.1)}, list(0.5, 1, 1.5, 2, 2.5)},
		{"constant 2/s, one slot, lost ticks", NewRate(0, Constant(2)), server{slots: 1, service: seconds(1.2)}, list(0.5, 2, 3.5, 5)},
		{"burst, two slots", NewBurst(), server{slots: 2, service: seconds(0.1)}, list(0, 0, 0.1, 0.1, 0.2)},
		{"burst, one slot", NewBurst(), server{slots: 1, service: seconds(10)}, list(0, 10, 20)},
		{"poisson 10/s, seed 42", NewRate(0, poisson(10)), server{},
			list(0.073159, 0.108935, 0.155811, 0.214819, 0.235387, 0.322420, 0.485632, 0.518913)},
	} {
		t.Run(tc.name, func(t *testing.T) {
			issued, _ := tc.s.play(t, tc.p, len(tc.want))
			requireNear(t, tc.want, issued, 500*time.Nanosecond)
		})
	}
}

func TestCatchUp(t *testing.T) {
	for _, tc := range []struct {
		name      string
		hold      float64
		want      []time.Duration
		forfeited time.Duration
	}{
		{"half a millisecond late", 0.0105, list(0.1305, 0.14, 0.15), 0},
		{"within the bound", 0.0199, list(0.1399, 0.14, 0.15), 0},
		{"beyond the bound", 0.0201, list(0.1401, 0.1501, 0.1601), seconds(0.0101)},
		{"far beyond", 0.0501, list(0.1701, 0.1801), seconds(0.0401)},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := NewRate(0, Constant(100))
			s := server{hold: map[time.Duration]time.Duration{seconds(0.12): seconds(tc.hold)}}
			issued, _ := s.play(t, p, 12+len(tc.want))
			requireNear(t, tc.want, issued[12:], 2*time.Nanosecond)
			require.InDelta(t, tc.forfeited, p.Forfeited(), 2)
		})
	}
}

func TestExactlyTheCatchUpBoundIsStillCaughtUp(t *testing.T) {
	gap := Catchup // a gap that is exact in nanoseconds, so that only the comparison decides
	p := NewRate(0, func() float64 { return gap.Seconds() })
	require.Equal(t, Decision{Issue, gap}, p.Next(2*gap))
	require.Equal(t, Decision{Issue, 2 * gap}, p.Next(3*gap))
	require.Zero(t, p.Forfeited())
	require.Equal(t, Decision{Issue, 4*gap + 1}, p.Next(4*gap+1))
	require.Equal(t, gap+1, p.Forfeited())
}

func TestClosedLoopRequestsAreDueWhenTheirSlotCameFree(t *testing.T) {
	b := NewBurst()
	require.Equal(t, Decision{Issue, seconds(1)}, b.Next(seconds(1)))
	b.Next(seconds(1))
	b.On(seconds(1), NoSlot)
	require.Equal(t, Idle, b.Next(seconds(1)).Action)
	b.On(seconds(2), SlotFreed)
	b.On(seconds(3), SlotFreed)
	require.Equal(t, Decision{Issue, seconds(2)}, b.Next(seconds(4)))
	require.Equal(t, Decision{Issue, seconds(3)}, b.Next(seconds(4)))
}

func TestIntervalsDoNotDrift(t *testing.T) {
	p := NewRate(0, Constant(3))
	const n = 1_000_000
	var due time.Duration
	for range n {
		due = p.Next(p.target()).At
	}
	require.InDelta(t, seconds(n/3.0), due, float64(10*time.Microsecond))
}
