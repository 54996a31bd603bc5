// A phase as a state machine: what is noticed late must not change what is measured. And its first step: an armory that is ready.
package bench

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/bench/transport"
	"github.com/aiperf-go/aiperf/dataset"
	"github.com/aiperf-go/aiperf/metrics"
)

// testPhase is a phase that has begun at instant 0.
func testPhase(plan Phase) *phaseRun {
	p := newPhaseRun(&runState{plan: &Plan{Phases: []Phase{plan}}, clock: NewClock()}, 0, plan)
	p.start, p.window.Start = 0, 0
	if plan.Duration > 0 {
		p.sendUntil = plan.Duration
	}
	return p
}

// oneOf is a shot of the first of the given turns' session.
func oneOf(turns ...string) *Shot {
	s := getShot(&runState{})
	s.session = &session{}
	s.session.begin(conversation("c", turns...))
	s.last = len(turns) == 1
	return s
}

// mustTake takes a session's slot.
func (p *phaseRun) mustTake(t testing.TB) {
	t.Helper()
	require.True(t, p.sessions.room())
	p.sessions.take()
}

func TestTheWindowEndsWithTheLastReturn(t *testing.T) {
	for _, c := range []struct {
		name    string
		sendEnd time.Duration
		returns []time.Duration // as they are noticed
		end     time.Duration
	}{
		{"noticed out of order", 10 * ms, []time.Duration{30 * ms, 50 * ms, 40 * ms}, 50 * ms},
		{"all back before the sending ended", 90 * ms, []time.Duration{30 * ms, 50 * ms, 40 * ms}, 90 * ms},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := testPhase(Phase{Concurrency: 3, Requests: 3})
			for range c.returns {
				p.mustTake(t)
				p.issued(oneOf("a"))
			}
			require.False(t, p.sessions.room())
			p.endSending(c.sendEnd)
			for _, at := range c.returns {
				p.returned(event{at: at})
			}
			require.Zero(t, p.inFlight())
			p.finish()
			p.finish() // whoever comes next finds it done
			require.Equal(t, c.end, p.window.End)
			require.Equal(t, int64(3), p.window.Completed)
		})
	}
}

func TestReturnsOfAnotherPhaseAreNotCounted(t *testing.T) {
	p := testPhase(Phase{Concurrency: 1, Requests: 2})
	p.mustTake(t)
	p.issued(oneOf("a"))
	p.returned(event{phase: 7, at: ms})
	require.Equal(t, int64(1), p.inFlight())
	require.False(t, p.sessions.room(), "the slot is still held")
	p.returned(event{at: ms, outcome: cut})
	require.Equal(t, []int64{0, 0, 1}, []int64{p.window.Completed, p.window.Failed, p.window.Cancelled})
	p.mustTake(t)
}

func TestStopConditions(t *testing.T) {
	for _, c := range []struct {
		name    string
		plan    Phase
		sent    int64
		now     time.Duration
		reached bool
		byTime  bool
	}{
		{"open", Phase{Requests: 3, Sessions: 3, Duration: 100 * ms}, 2, 99 * ms, false, false},
		{"requests", Phase{Requests: 3, Duration: 100 * ms}, 3, 99 * ms, true, false},
		{"sessions", Phase{Sessions: 3, Duration: 100 * ms}, 3, 99 * ms, true, false},
		{"exactly the duration", Phase{Requests: 3, Duration: 100 * ms}, 2, 100 * ms, true, true},
		{"a cap that is noticed after the duration is no end by time", Phase{Requests: 3, Duration: 100 * ms}, 3, 101 * ms, true, false},
		{"no bound", Phase{}, 1 << 40, time.Hour, false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := testPhase(c.plan)
			p.sent, p.started, p.turns = c.sent, c.sent, c.sent // one turn each
			require.Equal(t, c.reached, p.stopReached(c.now))
			require.Equal(t, c.byTime, p.byTime)
		})
	}
}

// slowTexts needs a while for each conversation.
type slowTexts struct {
	texts
	each time.Duration
}

func (s slowTexts) Materialise(i int) (*dataset.Conversation, error) {
	time.Sleep(s.each) // virtual
	return s.texts.Materialise(i)
}

func TestAPhaseBeginsWithRequestsAtHand(t *testing.T) {
	r := world{
		server: service(time.Second), phases: []Phase{{Concurrency: 10, Requests: 30}},
		plan: func(p *Plan) { p.Dataset.Source = slowTexts{each: 50 * ms} },
	}.run(t)
	begin := r.summary.Window.Start
	require.Equal(t, 500*ms, begin, "ten requests were built first")
	for i, rec := range r.records {
		require.Equal(t, begin+time.Duration(i/10)*time.Second, rec.Start, i)
		require.Equal(t, rec.Due, rec.Start, i)
	}
	require.Equal(t, begin+3*time.Second, r.summary.Window.End, "building them is no part of the load")
}

// heavy is a source of conversations whose second turns are large.
type heavy struct{ text string }

func (heavy) Len() int { return 1 << 30 }

func (s heavy) Materialise(int) (*dataset.Conversation, error) {
	return conversation("c", "a", s.text), nil
}

func TestLargeConversationsAreArmedByTheirBytes(t *testing.T) {
	const fit = 8
	synctest.Test(t, func(t *testing.T) {
		plan := chatPlan(t)
		plan.Dataset.Bust = &dataset.Bust{Target: "warmup_isolation_first_turn"}
		plan.Dataset.Source = heavy{strings.Repeat("x", armedBytes/fit)}
		engine := transport.New(transport.Options{Clock: NewClock()})
		target, err := engine.Target(plan.Target.URLs[0])
		require.NoError(t, err)
		a := newArmory(&runState{plan: plan, clock: NewClock(), mail: newMailbox(), targets: []*transport.Target{target}})
		begin := func(kind metrics.PhaseKind, first *Shot) error {
			return a.begin(Phase{Kind: kind, Concurrency: 1}, first, 0)
		}
		require.NoError(t, begin(metrics.Warmup, nil))
		for range 3 {
			synctest.Wait()
			require.Len(t, a.ready, fit, "a turn that is not armed yet counts")
			s, ok := a.take()
			require.True(t, ok)
			putShot(s)
		}
		for _, kind := range []metrics.PhaseKind{metrics.Warmup, metrics.Profiling, metrics.Warmup} {
			first, ok := a.take()
			require.True(t, ok)
			synctest.Wait()
			require.NoError(t, begin(kind, first))
			synctest.Wait()
			require.LessOrEqual(t, len(a.stock)+len(a.ready), fit+1, "phases leave no more of them behind")
			for _, s := range a.stock {
				require.Equal(t, kind, map[bool]metrics.PhaseKind{true: metrics.Warmup, false: metrics.Profiling}[s.play.Warmup])
			}
		}
		a.close()
		require.NoError(t, a.err)
		require.Zero(t, a.bytes.Load(), "all are accounted for")
	})
}

func TestASourceThatCannotKeepUp(t *testing.T) {
	// One conversation takes longer than one request: the wait is the client's fault and shows as lag.
	r := world{
		server: service(10 * ms), phases: []Phase{{Concurrency: 1, Requests: 120}},
		plan: func(p *Plan) { p.Dataset.Source = slowTexts{each: 50 * ms} },
	}.run(t)
	require.Len(t, r.records, 120)
	for i, rec := range r.records[2:] {
		require.Positive(t, rec.Start-rec.Due, i)
	}
	require.Equal(t, ClientLimited, r.summary.Client.Verdict)

	// In an open loop the requests keep their due instants and go out as they are built.
	r = world{
		server: service(10 * ms), phases: []Phase{{Pattern: Constant, Rate: 1000, Requests: 3}},
		plan: func(p *Plan) { p.Dataset.Source = slowTexts{each: 50 * ms} },
	}.run(t)
	begin := r.summary.Window.Start
	require.Equal(t, 50*ms, begin)
	require.Equal(t, []time.Duration{begin + ms, 100 * ms, 150 * ms}, column(r.records, start))
	require.Equal(t, begin+ms, r.records[0].Due)
	require.Equal(t, begin+2*ms, r.records[1].Due)
	// When the second had left at 100 ms, the third was 47 ms behind: the schedule began anew there.
	require.Equal(t, 100*ms, r.records[2].Due)
	require.Equal(t, 47*ms, r.summary.Window.Forfeited)
	require.InDelta(t, 60, r.summary.Client.LatencyFromDue.Max.Float64(), 1e-9, "the wait counts from the due instant")
}

func TestStoppedWhileTheArmoryFills(t *testing.T) {
	for _, abort := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(context.Background())
			stop, cancelStop := context.WithCancel(context.Background())
			defer cancel()
			defer cancelStop()
			time.AfterFunc(3500*ms, func() {
				if abort {
					cancel()
				} else {
					cancelStop()
				}
			})
			plan := chatPlan(t, Phase{Concurrency: 100, Requests: 1000})
			plan.Dataset.Source = slowTexts{each: time.Second}
			sink, clock := &memory{}, NewClock()
			s, err := Run(ctx, plan, WithStop(stop), WithSink(sink), WithClock(clock), WithDial(script(answer("503 Busy", "text/plain", "later"))))
			require.NoError(t, err)
			require.True(t, s.Cancelled)
			require.Empty(t, sink.records, "three were armed, none is sent any more")
			require.Empty(t, s.Phases)
			require.Less(t, clock.Now(), 50*time.Second, "nobody waits for the hundred that the phase would have begun with")
		})
	}
}

func TestInterruptedAfterTheEnd(t *testing.T) {
	// An interrupt that comes when everything is back changes nothing.
	synctest.Test(t, func(t *testing.T) {
		stop, cancel := context.WithCancel(context.Background())
		defer cancel()
		sink := &memory{onEach: func(n int) error {
			time.Sleep(time.Second) // virtual: the run is over long before its records are written
			if n == 2 {
				cancel()
			}
			return nil
		}}
		plan := chatPlan(t, Phase{Concurrency: 1, Requests: 3})
		s, err := Run(context.Background(), plan, WithStop(stop), WithSink(sink), WithDial(script(answer("503 Busy", "text/plain", "later"))))
		require.NoError(t, err)
		require.Len(t, sink.records, 3)
		require.False(t, s.Cancelled)
		require.True(t, s.Complete)
		require.True(t, metrics.Known(s.Window.End))
	})
}
