// When requests go out under every load shape, to the nanosecond. The numbered cases are AIPerf's own, run on a virtual clock.
package bench

import (
	"context"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/bench/pace"
	"github.com/aiperf-go/aiperf/bench/transport"
	"github.com/aiperf-go/aiperf/dataset"
	"github.com/aiperf-go/aiperf/endpoints/mock"
	"github.com/aiperf-go/aiperf/metrics"
)

// shape is one row: a phase, what is sent of what, and what the phase comes to.
type shape struct {
	name      string
	phase     Phase
	source    visits // c0, c1, … of one turn when it has none
	server    mock.Options
	sent      []string
	missed    int64
	cancelled int64
	sendEnd   time.Duration
	ends      time.Duration
}

func (c shape) run(t *testing.T) {
	t.Helper()
	t.Run(c.name, func(t *testing.T) {
		r := world{server: c.server, phases: []Phase{c.phase}, plan: func(p *Plan) {
			if c.source.turns != nil {
				p.Dataset.Source = c.source
			}
		}}.run(t)
		require.NoError(t, r.err)
		require.Equal(t, c.sent, sent(r, 0))
		w := r.summary.Phases[0]
		require.Equal(t, []int64{int64(len(c.sent)), int64(len(c.sent)) - c.cancelled, c.cancelled, c.missed}, []int64{w.Sent, w.Completed, w.Cancelled, w.MissedArrivals})
		require.Equal(t, []time.Duration{c.sendEnd, c.ends}, []time.Duration{w.SendEnd, w.End}, "end of sending, end of phase")
		require.Zero(t, w.Forfeited, "the client was never late")
		require.Zero(t, r.summary.Client.DispatchLag.Max.Float64(), "nor does the wait for a slot count as its lag")
		require.Equal(t, c.phase.Pattern != Burst, w.OpenLoop)
		for i, rec := range r.records {
			require.Equal(t, int64(i), rec.SessionNum)
			require.LessOrEqual(t, rec.Due, rec.Start)
		}
	})
}

// answers has its first content after one time and its end after another.
func answers(first, whole time.Duration) mock.Options {
	return mock.Options{TTFT: mock.Fixed(first), Gap: mock.Fixed(whole - first), OSL: 2}
}

func TestPrefillSlots(t *testing.T) {
	const s = time.Second
	for _, c := range []shape{
		{name: "6: a turn blocks the arrivals until it has its slot", phase: Phase{Pattern: Constant, Rate: 4, Prefill: 1, Sessions: 2}, source: each(3, dataset.NoTime),
			server: answers(600*ms, 800*ms), missed: 2,
			sent:    []string{"c0#0 250ms", "c1#0 1s", "c0#1 1.6s", "c1#1 2.2s", "c0#2 2.8s", "c1#2 3.4s"},
			sendEnd: 3400 * ms, ends: 4200 * ms},
		{name: "a closed loop waits for the first content", phase: Phase{Concurrency: 3, Prefill: 1, Requests: 4}, server: answers(100*ms, 250*ms),
			sent: []string{"c0#0 0s", "c1#0 100ms", "c2#0 200ms", "c3#0 300ms"}, sendEnd: 300 * ms, ends: 550 * ms},
		{name: "both limits", phase: Phase{Concurrency: 2, Prefill: 1, Requests: 4}, server: answers(100*ms, 250*ms),
			sent: []string{"c0#0 0s", "c1#0 100ms", "c2#0 250ms", "c3#0 350ms"}, sendEnd: 350 * ms, ends: 600 * ms},
		{name: "turns of a closed loop take it, too, and go first", phase: Phase{Concurrency: 2, Prefill: 1, Sessions: 2}, source: each(2, dataset.NoTime), server: answers(100*ms, 120*ms),
			sent: []string{"c0#0 0s", "c1#0 100ms", "c0#1 200ms", "c1#1 300ms"}, sendEnd: 300 * ms, ends: 420 * ms},
		{name: "without content it comes back with the answer", phase: Phase{Concurrency: 2, Prefill: 1, Requests: 3},
			server: mock.Options{TTFT: mock.Fixed(100 * ms), OSL: 2, Faults: []mock.Fault{{Kind: mock.FaultStatus, Status: 503, Every: 1}}},
			sent:   []string{"c0#0 0s", "c1#0 0s", "c2#0 0s"}, sendEnd: 0, ends: 0},
		{name: "a ramp of it", phase: Phase{Concurrency: 9, Prefill: 3, PrefillRamp: s, Requests: 3}, server: answers(2*s, 3*s),
			sent: []string{"c0#0 0s", "c1#0 500ms", "c2#0 1s"}, sendEnd: s, ends: 4 * s},
		{name: "an arrival without it is lost", phase: Phase{Pattern: Constant, Rate: 10, Prefill: 1, Requests: 3}, server: answers(150*ms, 300*ms), missed: 2,
			sent: []string{"c0#0 100ms", "c1#0 300ms", "c2#0 500ms"}, sendEnd: 500 * ms, ends: 800 * ms},
		{name: "the deadline ends the wait for it", phase: Phase{Concurrency: 3, Prefill: 1, Duration: s, Grace: 500 * ms}, server: answers(800*ms, 3*s), cancelled: 2,
			sent: []string{"c0#0 0s", "c1#0 800ms"}, sendEnd: s, ends: 1500 * ms},
	} {
		c.run(t)
	}
}

func TestTheWaitForAPrefillSlotCountsFromDue(t *testing.T) {
	r := world{
		server: answers(600*ms, 800*ms), phases: []Phase{{Pattern: Constant, Rate: 4, Prefill: 1, Sessions: 2}},
		plan: func(p *Plan) { p.Dataset.Source = each(3, dataset.NoTime) },
	}.run(t)
	require.Equal(t, at(250, 1000, 1250, 1850, 2450, 3050), column(r.records, due), "the arrivals that the turns took")
}

func TestConcurrencyRamps(t *testing.T) {
	const s = time.Second
	for _, c := range []shape{
		{name: "17: one slot more at a time", phase: Phase{Concurrency: 5, ConcurrencyRamp: 4 * s, Requests: 5}, server: service(10 * s),
			sent: []string{"c0#0 0s", "c1#0 1s", "c2#0 2s", "c3#0 3s", "c4#0 4s"}, sendEnd: 4 * s, ends: 14 * s},
		{name: "slots that come back are used meanwhile", phase: Phase{Concurrency: 3, ConcurrencyRamp: s, Requests: 6}, server: service(400 * ms),
			sent: []string{"c0#0 0s", "c1#0 400ms", "c2#0 500ms", "c3#0 800ms", "c4#0 900ms", "c5#0 1s"}, sendEnd: s, ends: 1400 * ms},
		{name: "one slot needs no ramp", phase: Phase{Concurrency: 1, ConcurrencyRamp: 4 * s, Requests: 2}, server: service(100 * ms),
			sent: []string{"c0#0 0s", "c1#0 100ms"}, sendEnd: 100 * ms, ends: 200 * ms},
		{name: "in an open loop", phase: Phase{Pattern: Constant, Rate: 10, Concurrency: 3, ConcurrencyRamp: s, Requests: 3}, server: service(10 * s), missed: 7,
			sent: []string{"c0#0 100ms", "c1#0 500ms", "c2#0 1s"}, sendEnd: s, ends: 11 * s},
		{name: "a ramp longer than the phase", phase: Phase{Concurrency: 11, ConcurrencyRamp: 100 * s, Duration: 15 * s, Grace: Unbounded}, server: service(30 * s),
			sent: []string{"c0#0 0s", "c1#0 10s"}, sendEnd: 15 * s, ends: 40 * s},
	} {
		c.run(t)
	}
}

func TestRateRamps(t *testing.T) {
	// Section 9's numbers, through the whole run: the strategy's own tests have more.
	near := func(t *testing.T, phase Phase, want ...float64) {
		t.Helper()
		phase.Requests = len(want)
		r := world{server: service(ms), phases: []Phase{phase}}.run(t)
		require.NoError(t, r.err)
		for i, rec := range r.records {
			require.InDelta(t, want[i], rec.Due.Seconds(), 0.6e-6, i)
			require.Equal(t, rec.Due, rec.Start)
		}
		require.Len(t, r.records, len(want))
	}
	series := []pace.Point{{Rate: 2}, {At: 2 * time.Second, Rate: 6}, {At: 4 * time.Second, Rate: 1}}
	near(t, Phase{Pattern: Constant, Rate: 10, RateRamp: 2 * time.Second}, 0.816667, 1.049225, 1.239701, 1.400991, 1.540851, 1.671999, 1.795456, 1.910497, 2.015484, 2.115484)
	near(t, Phase{Pattern: Poisson, Rate: 10, RateRamp: 2 * time.Second}, 0.406847, 0.615757, 0.879185, 1.056207, 1.142676, 1.282561)
	near(t, Phase{Pattern: Constant, Rate: 2, Series: series}, 0.5, 0.833333, 1.111111, 1.349206, 1.566598, 1.766598, 1.951783, 2.124197, 2.29811, 2.479928,
		2.679928, 2.90215, 3.168817, 3.476509, 3.876509, 4.543176, 5.543176)
	near(t, Phase{Pattern: Constant, Rate: 100, RateRamp: time.Second}, 0.1, 0.152632, 0.205263, 0.240977, 0.276692, 0.312406)
}

func TestStrictArrivals(t *testing.T) {
	const s = time.Second
	for _, c := range []struct {
		shape
		due []time.Duration
	}{
		{shape{name: "2, strictly", phase: Phase{Pattern: Constant, Rate: 2, Concurrency: 1, Requests: 4, Strict: true}, server: service(1200 * ms),
			sent: []string{"c0#0 500ms", "c1#0 1.7s", "c2#0 2.9s", "c3#0 4.1s"}, sendEnd: 4100 * ms, ends: 5300 * ms}, at(500, 1000, 1500, 2000)},
		{shape{name: "those of a duration that were never sent are missed", phase: Phase{Pattern: Constant, Rate: 2, Concurrency: 1, Duration: 3 * s, Grace: Unbounded, Strict: true},
			server: service(1200 * ms), sent: []string{"c0#0 500ms", "c1#0 1.7s", "c2#0 2.9s"}, missed: 2, sendEnd: 3 * s, ends: 4100 * ms}, at(500, 1000, 1500)},
		{shape{name: "a turn that follows takes the oldest; one that nobody waits for is spent", phase: Phase{Pattern: Constant, Rate: 2, Concurrency: 1, Sessions: 2, Strict: true}, source: each(2, dataset.NoTime),
			server: service(1200 * ms), sent: []string{"c0#0 500ms", "c0#1 1.7s", "c1#0 2.9s", "c1#1 4.5s"}, sendEnd: 4500 * ms, ends: 5700 * ms}, at(500, 1700, 1500, 4500)},
		{shape{name: "prefill slots", phase: Phase{Pattern: Constant, Rate: 10, Prefill: 1, Requests: 3, Strict: true}, server: answers(150*ms, 300*ms),
			sent: []string{"c0#0 100ms", "c1#0 250ms", "c2#0 400ms"}, sendEnd: 400 * ms, ends: 700 * ms}, at(100, 200, 300)},
	} {
		c.run(t)
		t.Run(c.name+": due", func(t *testing.T) {
			r := world{server: c.server, phases: []Phase{c.phase}, plan: func(p *Plan) {
				if c.source.turns != nil {
					p.Dataset.Source = c.source
				}
			}}.run(t)
			require.Equal(t, c.due, column(r.records, due))
		})
	}
}

func TestTooManyFailures(t *testing.T) {
	third := func(server mock.Options) mock.Options {
		server.Faults = []mock.Fault{{Kind: mock.FaultStatus, Status: 503, Every: 3}}
		return server
	}
	share := func(v float64) *float64 { return &v }
	for _, c := range []struct {
		name   string
		phase  Phase
		failed string // of the error; "" for none
		sent   int64
	}{
		{"armed after ten", Phase{Concurrency: 1, Requests: 100, MaxFailed: share(0.2)}, "3 of 10 (30.0%), and no more than 20.0% are allowed", 10},
		{"armed after as many as run at once", Phase{Concurrency: 15, Requests: 100, MaxFailed: share(0.2)}, " of 15 (", 15},
		{"exactly the share is allowed", Phase{Concurrency: 1, Requests: 10, MaxFailed: share(0.3)}, "", 10},
		{"none is allowed", Phase{Concurrency: 1, Requests: 100, MaxFailed: share(0)}, "3 of 10", 10},
		{"no bound", Phase{Concurrency: 1, Requests: 12}, "", 12},
		{"a warm-up may fail", Phase{Kind: metrics.Warmup, Concurrency: 1, Requests: 12, MaxFailed: share(0)}, "", 12},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := world{server: third(service(10 * ms)), phases: []Phase{c.phase, {Concurrency: 1, Requests: 1}}}.run(t)
			w := r.summary.Phases[0]
			if c.failed == "" {
				require.NoError(t, r.err)
				require.Len(t, r.summary.Phases, 2)
				require.Equal(t, c.sent, w.Sent)
				return
			}
			require.ErrorIs(t, r.err, ErrTooManyFailed)
			require.ErrorContains(t, r.err, c.failed)
			require.Equal(t, r.err.Error(), r.summary.IncompleteReason)
			require.True(t, r.summary.Cancelled)
			require.Len(t, r.summary.Phases, 1, "no further phase begins")
			require.GreaterOrEqual(t, w.Sent, c.sent)
			require.Equal(t, w.Sent, w.Completed, "what ran came back")
			require.Len(t, r.records, int(w.Sent))
		})
	}

	// What still runs is cut after a while, as an interrupt would.
	stall, err := mock.ParseFault("stall:1h/11")
	require.NoError(t, err)
	r := world{
		server: mock.Options{TTFT: mock.Fixed(10 * ms), OSL: 1, Faults: []mock.Fault{stall, {Kind: mock.FaultStatus, Status: 503, Every: 1}}},
		phases: []Phase{{Concurrency: 20, Requests: 1000, MaxFailed: share(0.5)}},
	}.run(t)
	require.ErrorIs(t, r.err, ErrTooManyFailed)
	require.Less(t, r.took, 11*time.Second)
	require.Positive(t, r.summary.Phases[0].Cancelled)
}

func TestPhasesOfEveryKindInAChain(t *testing.T) {
	// The sampler goes on where it was; a schedule has the data's own order; users draw when they begin.
	data := trace()
	plan, err := NewSchedule(data, true, 0)
	require.NoError(t, err)
	urls := []string{"http://one/v1/chat/completions", "http://two/v1/chat/completions"}
	r := world{
		server: service(10 * ms),
		phases: []Phase{
			{Kind: metrics.Warmup, Concurrency: 1, Sessions: 2},
			{Pattern: FixedSchedule, Schedule: plan},
			{Concurrency: 1, Requests: 1},
			{Kind: metrics.Warmup, Pattern: Constant, Rate: 100, Requests: 1},
			{Pattern: UserCentric, Rate: 100, Users: 2, Turns: 2, Sessions: 2},
			{Pattern: Constant, Rate: 100, Requests: 1},
			{Pattern: FixedSchedule, Schedule: plan},
		},
		plan: func(p *Plan) {
			p.Dataset.Source, p.Dataset.Sampler = data, dataset.NewSequential(4)
			p.Target.URLs = urls
		},
	}.run(t)
	require.NoError(t, r.err)
	begun := map[uint8][]string{}
	var hosts []string
	for _, rec := range r.records {
		if rec.Turn == 0 {
			begun[rec.Phase] = append(begun[rec.Phase], rec.ConversationID)
			hosts = append(hosts, host(rec))
		}
	}
	schedule := []string{"b", "a", "c", "d"}
	require.Equal(t, map[uint8][]string{0: {"a", "b"}, 1: schedule, 2: {"c"}, 3: {"d"}, 4: {"b", "a"}, 5: {"c"}, 6: schedule}, begun)
	for i, h := range hosts {
		require.Equal(t, []string{"one", "two"}[i%2], h, "sessions take the URLs in turn, over all phases")
	}
}

func TestPlansThatCannotBe(t *testing.T) {
	for _, c := range []struct {
		phase Phase
		says  string
	}{
		{Phase{}, "concurrency 0"},
		{Phase{Pattern: Constant}, "a rate of 0 per second"},
		{Phase{Pattern: Poisson, Rate: -1}, "a rate of -1 per second"},
		{Phase{Pattern: FixedSchedule}, "no schedule"},
		{Phase{Pattern: UserCentric, Rate: 1, Turns: 2}, "0 users with 2 turns"},
		{Phase{Pattern: UserCentric, Rate: 1, Turns: 2, Users: 1 << 30}, "no more than 1000000"},
		{Phase{Pattern: Constant, Rate: 1, Series: []pace.Point{{}}}, "a rate series"},
		{Phase{Pattern: Constant, Rate: math.NaN()}, "a rate of NaN"},
		{Phase{Pattern: Constant, Rate: math.Inf(1)}, "a rate of +Inf"},
		{Phase{Pattern: Constant, Rate: 1e12}, "no client sends so many"},
		{Phase{Pattern: Constant, Rate: 1, Series: []pace.Point{{Rate: 1e12}}}, "no client sends so many"},
	} {
		c.phase.Name = "p"
		sink := &memory{}
		_, err := Run(context.Background(), chatPlan(t, c.phase), WithSink(sink))
		require.ErrorContains(t, err, `phase 0 ("p") has `)
		require.ErrorContains(t, err, c.says)
		require.Equal(t, 1, sink.closed)
	}
}

func TestTheWaitForWhatWasCut(t *testing.T) {
	for _, c := range []struct{ drain, want time.Duration }{{0, 11 * time.Second}, {3 * time.Second, 4 * time.Second}} {
		clock := NewClock()
		s := &scheduler{run: &runState{plan: &Plan{CancelDrain: c.drain}, clock: clock, engine: transport.New(transport.Options{Clock: clock})}}
		p := testPhase(Phase{Concurrency: 1})
		s.cutNow(p, time.Second)
		require.Equal(t, c.want, p.giveUpAt)
		s.run.engine.Close()
	}
}
