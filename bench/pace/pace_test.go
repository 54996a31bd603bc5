// The strategies against worked examples of AIPerf 0.13.0, driven without a clock.
package pace

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/dataset/rng"
)

func seconds(s float64) time.Duration { return time.Duration(s * 1e9) }

// loop issues at the instants of a rate, and holds the caller up where it is told to.
type loop struct {
	hold map[time.Duration]time.Duration // issuing at this instant takes so long
}

// play returns the instants of issue of the first n arrivals.
func (l loop) play(r *Rate, n int) (issued []time.Duration) {
	var now time.Duration
	for len(issued) < n {
		switch d := r.Next(now); d.Action {
		case Issue:
			issued = append(issued, now)
			now += l.hold[now]
		case Wait:
			now = d.At
		}
	}
	return issued
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

func poisson42() Arrivals {
	return PoissonArrivals(rng.Root(42).Derive(rng.PoissonInterval).Python())
}

func TestWorkedExamples(t *testing.T) {
	points := []Point{{0, 2}, {seconds(2), 6}, {seconds(4), 1}}
	for _, tc := range []struct {
		name string
		o    RateOptions
		want []time.Duration
	}{
		{"constant 2/s", RateOptions{Arrivals: ConstantArrivals(), Rate: 2}, list(0.5, 1, 1.5, 2, 2.5)},
		{"poisson 10/s, seed 42", RateOptions{Arrivals: poisson42(), Rate: 10},
			list(0.073159, 0.108935, 0.155811, 0.214819, 0.235387, 0.322420, 0.485632, 0.518913)},
		{"ramp to 10/s in 2 s", RateOptions{Arrivals: ConstantArrivals(), Rate: 10, Steps: RampSteps(10, 2*time.Second, StepEvery)},
			list(0.816667, 1.049225, 1.239701, 1.400991, 1.540851, 1.671999, 1.795456, 1.910497, 2.015484, 2.115484, 2.215484)},
		{"ramp to 1/s in 10 s", RateOptions{Arrivals: ConstantArrivals(), Rate: 1, Steps: RampSteps(1, 10*time.Second, StepEvery)},
			list(6.255570, 7.858647, 9.137093, 10.234908, 11.234908, 12.234908)},
		{"ramp to 100/s in 1 s", RateOptions{Arrivals: ConstantArrivals(), Rate: 100, Steps: RampSteps(100, time.Second, StepEvery)},
			list(0.1, 0.152632, 0.205263, 0.240977, 0.276692, 0.312406)},
		{"a ramp shorter than a step goes down", RateOptions{Arrivals: ConstantArrivals(), Rate: 1, Steps: RampSteps(1, 50*time.Millisecond, StepEvery)},
			list(0.5, 1.5, 2.5)},
		{"poisson ramp to 10/s in 2 s, seed 42", RateOptions{Arrivals: poisson42(), Rate: 10, Steps: RampSteps(10, 2*time.Second, StepEvery)},
			list(0.406847, 0.615757, 0.879185, 1.056207, 1.142676, 1.282561)},
		{"series", RateOptions{Arrivals: ConstantArrivals(), Rate: 2, Steps: SeriesSteps(points, 0, StepEvery)},
			list(0.5, 0.833333, 1.111111, 1.349206, 1.566598, 1.766598, 1.951783, 2.124197, 2.29811, 2.479928, 2.679928, 2.90215, 3.168817, 3.476509, 3.876509, 4.543176, 5.543176)},
		{"a series that begins later holds its first rate", RateOptions{Arrivals: ConstantArrivals(), Rate: 2, Steps: SeriesSteps([]Point{{seconds(1), 2}, {seconds(2), 4}}, 0, StepEvery)},
			list(0.5, 1, 1.5, 1.833333)},
	} {
		t.Run(tc.name, func(t *testing.T) {
			requireNear(t, tc.want, loop{}.play(NewRate(tc.o), len(tc.want)), 600*time.Nanosecond)
			o := tc.o
			o.Start = seconds(1000)
			if o.Steps == nil {
				o.Arrivals = ConstantArrivals()
				r := NewRate(o)
				require.Equal(t, seconds(1000)+time.Duration(1e9/o.Rate), r.Next(0).At, "instants count from the start")
			}
		})
	}
}

func TestStepsHaveTheirOrder(t *testing.T) {
	steps := Then(RampSteps(4, 200*time.Millisecond, StepEvery), SeriesSteps([]Point{{0, 4}, {seconds(0.25), 8}}, 200*time.Millisecond, StepEvery))
	var got []Step
	for s, ok := steps(); ok; s, ok = steps() {
		got = append(got, s)
	}
	require.Equal(t, []Step{
		{0, 2}, {seconds(0.1), 3}, {seconds(0.2), 4}, {seconds(0.2), 4}, {seconds(0.3), 5.6}, {seconds(0.4), 7.2}, {seconds(0.5), 8},
	}, got)
	for _, none := range []Steps{RampSteps(4, 0, StepEvery), SeriesSteps(nil, 0, StepEvery), Then()} {
		_, ok := none()
		require.False(t, ok)
	}
}

func TestManyChangesThatNobodyLookedAtCountAsOne(t *testing.T) {
	// Nobody asked for half a second: one draw for all five changes, from now on.
	draws := 0
	r := NewRate(RateOptions{Rate: 1, Steps: RampSteps(1, 10*time.Second, StepEvery), Arrivals: func(rate float64) float64 { draws++; return 1 / rate }})
	require.Equal(t, 2, draws, "the first gap, and the change to the first value")
	require.Equal(t, Decision{Wait, seconds(0.6)}, r.Next(seconds(0.5)))
	require.Equal(t, 3, draws)
	require.InDelta(t, 0.01+0.99*0.05, r.PerSecond(), 1e-12)
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
			p := NewRate(RateOptions{Arrivals: ConstantArrivals(), Rate: 100})
			l := loop{hold: map[time.Duration]time.Duration{seconds(0.12): seconds(tc.hold)}}
			requireNear(t, tc.want, l.play(p, 12+len(tc.want))[12:], 2*time.Nanosecond)
			require.InDelta(t, tc.forfeited, p.Forfeited(), 2)
		})
	}
}

func TestStrictArrivalsAreAllMadeUpFor(t *testing.T) {
	p := NewRate(RateOptions{Arrivals: ConstantArrivals(), Rate: 100, Catchup: Never})
	for i := range 500 {
		require.Equal(t, Decision{Issue, time.Duration(i+1) * 10 * time.Millisecond}, p.Next(seconds(5)))
	}
	require.Equal(t, Decision{Wait, seconds(5.01)}, p.Next(seconds(5)))
	require.Zero(t, p.Forfeited())
}

func TestExactlyTheCatchUpBoundIsStillCaughtUp(t *testing.T) {
	gap := Catchup // a gap that is exact in nanoseconds, so that only the comparison decides
	p := NewRate(RateOptions{Rate: 1, Arrivals: func(float64) float64 { return gap.Seconds() }})
	require.Equal(t, Decision{Issue, gap}, p.Next(2*gap))
	require.Equal(t, Decision{Issue, 2 * gap}, p.Next(3*gap))
	require.Zero(t, p.Forfeited())
	require.Equal(t, Decision{Issue, 4*gap + 1}, p.Next(4*gap+1))
	require.Equal(t, gap+1, p.Forfeited())
}

func TestIntervalsDoNotDrift(t *testing.T) {
	p := NewRate(RateOptions{Arrivals: ConstantArrivals(), Rate: 3})
	const n = 1_000_000
	var due time.Duration
	for range n {
		due = p.Next(p.target()).At
	}
	require.InDelta(t, seconds(n/3.0), due, float64(10*time.Microsecond))
}

func TestWhatLiesBeyondTheHorizonNeverComes(t *testing.T) {
	for _, rate := range []float64{1e-10, 1e-300, 5e-324} {
		r := NewRate(RateOptions{Start: time.Hour, Arrivals: ConstantArrivals(), Rate: rate})
		d := r.Next(24 * 365 * time.Hour)
		require.Equal(t, Wait, d.Action)
		require.Greater(t, d.At, 100*365*24*time.Hour)
		require.Positive(t, UserGap(rate, 10))
	}
}
