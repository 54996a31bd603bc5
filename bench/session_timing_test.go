// When the turns of a session go out, to the nanosecond, in testing/synctest (world.run). The numbered cases are AIPerf's own, run on a virtual clock.
package bench

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/bench/pace"
	"github.com/aiperf-go/aiperf/bench/transport"
	"github.com/aiperf-go/aiperf/dataset"
	"github.com/aiperf-go/aiperf/endpoints/mock"
	"github.com/aiperf-go/aiperf/metrics"
)

// visits is a source of conversations c0, c1, … that never ends, with as many turns as it says, each after the first with a delay.
type visits struct {
	turns func(i int) int
	delay func(i, turn int) time.Duration // nil for none
}

func (s visits) Len() int { return 1 << 30 }

func (s visits) Materialise(i int) (*dataset.Conversation, error) {
	texts := make([]string, s.turns(i))
	for k := range texts {
		texts[k] = fmt.Sprintf("c%d turn %d", i, k)
	}
	c := conversation(fmt.Sprintf("c%d", i), texts...)
	for k := 1; k < len(c.Turns) && s.delay != nil; k++ {
		c.Turns[k].Delay = s.delay(i, k)
	}
	return c, nil
}

// each are visits of equal length, with the same delay before every turn after the first.
func each(turns int, delay time.Duration) visits {
	return visits{turns: func(int) int { return turns }, delay: func(int, int) time.Duration { return delay }}
}

// sent are a phase's records as the worked examples write them: conversation, turn, and instant since the phase began. Requests of the same
// instant have no order of their own: the answers before them came at one instant, too.
func sent(r result, phase int) []string {
	records := slices.DeleteFunc(slices.Clone(r.records), func(rec *metrics.Record) bool { return int(rec.Phase) != phase })
	slices.SortStableFunc(records, func(a, b *metrics.Record) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.ConversationID, b.ConversationID))
	})
	return column(records, func(rec *metrics.Record) string {
		return fmt.Sprintf("%s#%d %v", rec.ConversationID, rec.Turn, rec.Start-r.summary.Phases[phase].Start)
	})
}

func TestIssueTimesOfTurns(t *testing.T) {
	const none, s = dataset.NoTime, time.Second
	for _, c := range []struct {
		name      string
		phase     Phase
		source    visits
		service   time.Duration
		sent      []string
		missed    int64
		cancelled int64
		sendEnd   time.Duration
		ends      time.Duration
		next      string // the conversation that a following phase begins with
	}{
		{name: "3: a waiting turn takes the tick before a new session", phase: Phase{Pattern: Constant, Rate: 2, Sessions: 2}, source: each(3, none), service: 100 * ms,
			sent: []string{"c0#0 500ms", "c0#1 1s", "c0#2 1.5s", "c1#0 2s", "c1#1 2.5s", "c1#2 3s"}, sendEnd: 3 * s, ends: 3100 * ms, next: "c3"},
		{name: "3: with delays that end before the tick", phase: Phase{Pattern: Constant, Rate: 2, Sessions: 2}, source: each(3, 300*ms), service: 100 * ms,
			sent: []string{"c0#0 500ms", "c0#1 1s", "c0#2 1.5s", "c1#0 2s", "c1#1 2.5s", "c1#2 3s"}, sendEnd: 3 * s, ends: 3100 * ms, next: "c3"},
		{name: "with delays that end behind the tick, which begins a session instead", phase: Phase{Pattern: Constant, Rate: 2, Sessions: 2}, source: each(2, 401*ms), service: 100 * ms,
			sent: []string{"c0#0 500ms", "c1#0 1s", "c0#1 1.5s", "c1#1 2s"}, sendEnd: 2 * s, ends: 2100 * ms, next: "c3"},
		{name: "a turn that is ready exactly at the tick takes it", phase: Phase{Pattern: Constant, Rate: 2, Sessions: 2}, source: each(2, 400*ms), service: 100 * ms,
			sent: []string{"c0#0 500ms", "c0#1 1s", "c1#0 1.5s", "c1#1 2s"}, sendEnd: 2 * s, ends: 2100 * ms, next: "c3"},
		{name: "4: a cap on requests cuts sessions", phase: Phase{Pattern: Constant, Rate: 2, Requests: 4}, source: each(3, none), service: 100 * ms,
			sent: []string{"c0#0 500ms", "c0#1 1s", "c0#2 1.5s", "c1#0 2s"}, sendEnd: 2 * s, ends: 2100 * ms, next: "c2"},
		{name: "a cap that a later turn meets wastes a draw", phase: Phase{Pattern: Constant, Rate: 2, Requests: 5}, source: each(3, none), service: 100 * ms,
			sent: []string{"c0#0 500ms", "c0#1 1s", "c0#2 1.5s", "c1#0 2s", "c1#1 2.5s"}, sendEnd: 2500 * ms, ends: 2600 * ms, next: "c3"},
		{name: "5: slots are held while users think", phase: Phase{Concurrency: 2, Sessions: 3}, source: each(3, 300*ms), service: 100 * ms,
			sent:    []string{"c0#0 0s", "c1#0 0s", "c0#1 400ms", "c1#1 400ms", "c0#2 800ms", "c1#2 800ms", "c2#0 900ms", "c2#1 1.3s", "c2#2 1.7s"},
			sendEnd: 1700 * ms, ends: 1800 * ms, next: "c4"},
		{name: "delays are exact", phase: Phase{Concurrency: 1, Sessions: 1}, source: visits{turns: func(int) int { return 4 },
			delay: func(_, turn int) time.Duration { return []time.Duration{0, 1, 7*ms + 3, 0}[turn] }}, service: 100*ms + 1,
			sent:    []string{"c0#0 0s", "c0#1 100.000002ms", "c0#2 207.000006ms", "c0#3 307.000007ms"},
			sendEnd: 307*ms + 7, ends: 407*ms + 8, next: "c2"},
		{name: "first ready, first sent", phase: Phase{Pattern: Constant, Rate: 10, Sessions: 3}, service: 200 * ms, source: visits{turns: func(int) int { return 2 },
			delay: func(i, _ int) time.Duration { return []time.Duration{320 * ms, 110 * ms, 5 * ms}[i%3] }},
			// Ready at 620, 510 and 505 ms.
			sent:    []string{"c0#0 100ms", "c1#0 200ms", "c2#0 300ms", "c2#1 600ms", "c1#1 700ms", "c0#1 800ms"},
			sendEnd: 800 * ms, ends: 1000 * ms, next: "c4"},
		{name: "arrivals without a slot are lost, turns that follow need none", phase: Phase{Pattern: Constant, Rate: 4, Concurrency: 1, Sessions: 2}, source: each(2, none), service: 600 * ms,
			sent: []string{"c0#0 250ms", "c0#1 1s", "c1#0 1.75s", "c1#1 2.5s"}, missed: 4, sendEnd: 2500 * ms, ends: 3100 * ms, next: "c3"},
		{name: "a duration drops turns that wait", phase: Phase{Concurrency: 2, Duration: s, Grace: Unbounded}, source: each(2, 900*ms), service: 100 * ms,
			sent: []string{"c0#0 0s", "c1#0 0s"}, sendEnd: s, ends: s, next: "c3"},
		{name: "a turn that is due at the duration is not sent", phase: Phase{Concurrency: 1, Duration: s, Grace: Unbounded}, source: each(3, 400*ms), service: 100 * ms,
			sent: []string{"c0#0 0s", "c0#1 500ms"}, sendEnd: s, ends: s, next: "c2"},
		{name: "what runs at the deadline is cut, its session over", phase: Phase{Concurrency: 1, Duration: s, Grace: 50 * ms}, source: each(3, 400*ms), service: 300 * ms,
			sent: []string{"c0#0 0s", "c0#1 700ms"}, sendEnd: s, ends: s, next: "c2"},
		{name: "without concurrency sessions overlap", phase: Phase{Pattern: Constant, Rate: 10, Duration: 450 * ms, Grace: Unbounded}, source: each(2, 50*ms), service: 100 * ms,
			sent: []string{"c0#0 100ms", "c1#0 200ms", "c0#1 300ms", "c1#1 400ms"}, sendEnd: 450 * ms, ends: 500 * ms, next: "c3"},
		{name: "both caps: the requests cut the last session", phase: Phase{Concurrency: 1, Sessions: 2, Requests: 3}, source: each(2, none), service: 100 * ms,
			sent: []string{"c0#0 0s", "c0#1 100ms", "c1#0 200ms"}, sendEnd: 200 * ms, ends: 300 * ms, next: "c2"},
		{name: "sessions of one turn meet their number with a beginning", phase: Phase{Concurrency: 2, Sessions: 3}, source: each(1, none), service: 100 * ms,
			sent: []string{"c0#0 0s", "c1#0 0s", "c2#0 100ms"}, sendEnd: 100 * ms, ends: 200 * ms, next: "c3"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := world{
				server: service(c.service), phases: []Phase{c.phase, {Concurrency: 1, Requests: 1}},
				plan: func(p *Plan) { p.Dataset.Source = c.source },
			}.run(t)
			require.NoError(t, r.err)
			require.Equal(t, c.sent, sent(r, 0))
			w := r.summary.Phases[0]
			require.Equal(t, []int64{int64(len(c.sent)), int64(len(c.sent)) - w.Cancelled, c.missed}, []int64{w.Sent, w.Completed, w.MissedArrivals})
			require.Equal(t, []time.Duration{c.sendEnd, c.ends}, []time.Duration{w.SendEnd, w.End}, "end of sending, end of phase")
			require.Equal(t, []string{c.next + "#0 0s"}, sent(r, 1))
			for i, rec := range r.records[:len(c.sent)] {
				require.Equal(t, int64(i), rec.SessionNum, "requests are numbered in the order of sending")
				require.Equal(t, rec.Start, rec.Due)
			}
		})
	}
}

func TestTurnsThatFollowGoFirst(t *testing.T) {
	for _, c := range []struct {
		name  string
		plan  Phase
		now   time.Duration
		ready []time.Duration
		picks []string // turn and due instant, until nothing can go
		again time.Duration
	}{
		{"closed loop", Phase{Concurrency: 3}, 100 * ms, at(150, 100, 80), []string{"1 80ms", "1 100ms", "0 100ms", "0 100ms", "0 100ms"}, 150 * ms},
		{"closed loop, all sessions begun", Phase{Concurrency: 3, Sessions: 1}, 100 * ms, at(150, 100, 80), []string{"1 80ms", "1 100ms"}, 150 * ms},
		{"open loop: each takes an arrival", Phase{Pattern: Constant, Rate: 200}, 115 * ms, at(111, 80), []string{"1 105ms", "1 111ms", "0 115ms"}, 120 * ms},
		{"open loop, all sessions begun", Phase{Pattern: Constant, Rate: 200, Sessions: 1}, 115 * ms, at(116, 80), []string{"1 105ms"}, 120 * ms},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := testPhase(c.plan)
			p.started = 1
			if c.plan.Pattern != Burst {
				p.rate = pace.NewRate(pace.RateOptions{Start: 100 * ms, Arrivals: pace.ConstantArrivals(), Rate: c.plan.Rate})
			}
			s := &scheduler{run: p.run, armory: newArmory(p.run)}
			for range 3 {
				s.armory.stock = append(s.armory.stock, oneOf("a"))
			}
			for _, ready := range c.ready {
				shot := oneOf("a", "b")
				shot.turn, shot.ready = 1, ready
				p.waiting.add(shot)
			}
			var picks []string
			shot, again := s.pick(p, c.now)
			for ; shot != nil; shot, again = s.pick(p, c.now) {
				picks = append(picks, fmt.Sprintf("%d %v", shot.turn, shot.due))
			}
			require.Equal(t, c.picks, picks)
			require.Equal(t, c.again, again)
		})
	}
}

func TestTurnsAreArmedBeforeTheirDelayHasRunOut(t *testing.T) {
	r := world{server: service(100 * ms), phases: []Phase{{Concurrency: 1, Sessions: 1}}, plan: func(p *Plan) { p.Dataset.Source = each(3, 250*ms) }}.run(t)
	require.Equal(t, at(0, 350, 700), column(r.records, due))
	require.Equal(t, at(0, 100, 450), column(r.records, func(r *metrics.Record) time.Duration { return r.Armed }), "with the answer before")
}

func TestASessionKeepsItsURL(t *testing.T) {
	urls := []string{"http://one/v1/chat/completions", "http://two/v1/chat/completions", "http://three/v1/chat/completions"}
	r := world{
		server: service(10 * ms), phases: []Phase{{Kind: metrics.Warmup, Concurrency: 2, Sessions: 4}, {Concurrency: 2, Sessions: 6}},
		plan: func(p *Plan) { p.Target.URLs, p.Dataset.Source = urls, each(3, ms) },
	}.run(t)
	require.Len(t, r.records, 30)
	next, hosts := 0, map[string]string{}
	for _, rec := range r.records {
		if rec.Turn == 0 {
			hosts[rec.CorrelationID] = []string{"one", "two", "three"}[next%3]
			next++
		}
		require.Equal(t, hosts[rec.CorrelationID], host(rec), "sessions take the URLs in turn, requests do not")
	}
	require.Equal(t, 10, next)
}

func TestInterruptedSessions(t *testing.T) {
	for _, c := range []struct {
		name      string
		phase     Phase
		after     time.Duration
		took      time.Duration
		sent      []string
		completed int64
	}{
		{"a turn under way may finish, the next is not sent", Phase{Concurrency: 1, Sessions: 9}, 50 * ms, 100 * ms, []string{"c0#0 0s"}, 1},
		{"turns that wait are dropped", Phase{Concurrency: 2, Sessions: 9}, 150 * ms, 150 * ms, []string{"c0#0 0s", "c1#0 0s"}, 2},
		{"in an open loop, too", Phase{Pattern: Constant, Rate: 10, Sessions: 1}, 205 * ms, 205 * ms, []string{"c0#0 100ms"}, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := world{
				server: service(100 * ms), phases: []Phase{c.phase, {Concurrency: 1, Sessions: 1}}, begun: stopAfter(c.after),
				plan: func(p *Plan) { p.Dataset.Source = each(3, 200*ms) },
			}.run(t)
			require.NoError(t, r.err)
			require.Equal(t, c.took, r.took)
			require.Len(t, r.summary.Phases, 1)
			require.Equal(t, c.sent, sent(r, 0))
			require.Equal(t, c.completed, r.summary.Phases[0].Completed)
			require.True(t, r.summary.Cancelled)
		})
	}
}

func TestErrorsDoNotEndASession(t *testing.T) {
	r := world{
		server: mock.Options{TTFT: mock.Fixed(100 * ms), OSL: 1, Faults: []mock.Fault{{Kind: mock.FaultStatus, Status: 503, Every: 2}}},
		phases: []Phase{{Concurrency: 1, Sessions: 2}}, plan: func(p *Plan) { p.Dataset.Source = each(3, 10*ms) },
	}.run(t)
	require.Equal(t, []bool{true, false, true, false, true, false}, column(r.records, func(r *metrics.Record) bool { return r.Valid }))
	require.Equal(t, []string{"c0#0 0s", "c0#1 110ms", "c0#2 120ms", "c1#0 220ms", "c1#1 230ms", "c1#2 340ms"}, sent(r, 0), "a delay runs from the failure, too")
	require.Equal(t, []int64{6, 3}, []int64{r.summary.Window.Completed, r.summary.Window.Failed})
}

func TestConnectionsThatFailDoNotEndASession(t *testing.T) {
	// The answer never begins: the connection is closed before its head.
	r := world{dial: script(nil), phases: []Phase{{Concurrency: 1, Sessions: 2}}, plan: func(p *Plan) { p.Dataset.Source = each(2, 5*ms) }}.run(t)
	require.Equal(t, []string{"c0#0 0s", "c0#1 5ms", "c1#0 5ms", "c1#1 10ms"}, sent(r, 0))
	for _, rec := range r.records {
		require.False(t, rec.Valid)
	}
}

func TestATurnThatCannotBeSaid(t *testing.T) {
	// The second turn's audio has no format: the run ends with what was measured, and says which turn it was.
	c := conversation("c9", "hear this", "and this", "and that")
	c.Turns[1].Audios = []dataset.Media{{Contents: []string{"no comma"}}}
	r := world{
		server: service(100 * ms), phases: []Phase{{Concurrency: 2, Sessions: 4}, {Concurrency: 1, Sessions: 1}},
		plan: func(p *Plan) { p.Dataset.Source = oneTurn(*c) },
	}.run(t)
	require.ErrorContains(t, r.err, `conversation "c9", turn 1: `)
	require.ErrorContains(t, r.err, "audio")
	require.Len(t, r.summary.Phases, 1)
	require.Equal(t, int64(2), r.summary.Succeeded, "the first turns")
	require.Equal(t, r.err.Error(), r.summary.IncompleteReason)
}

func TestAConversationWithoutTurns(t *testing.T) {
	r := world{
		server: service(ms), phases: []Phase{{Concurrency: 1, Sessions: 4}},
		plan: func(p *Plan) { p.Dataset.Source = visits{turns: func(i int) int { return 2 - i%3 }} },
	}.run(t)
	require.ErrorContains(t, r.err, `conversation "c2" of the dataset has no turns`)
	require.Len(t, r.records, 3)
}

func TestASlowSourceHoldsNoTurnBack(t *testing.T) {
	// Conversations come every 250 ms; the turns of those that are there go out meanwhile.
	r := world{
		server: service(10 * ms), phases: []Phase{{Concurrency: 4, Sessions: 3}},
		plan: func(p *Plan) { p.Dataset.Source = slowVisits{each(3, 20*ms), 250 * ms} },
	}.run(t)
	require.NoError(t, r.err)
	begin := r.summary.Phases[0].Start
	require.Equal(t, time.Second, begin, "four were armed first")
	require.Len(t, r.records, 9)

	r = world{
		server: service(10 * ms), phases: []Phase{{Concurrency: 1, Requests: 1}, {Pattern: Constant, Rate: 100, Sessions: 2}},
		plan: func(p *Plan) { p.Dataset.Source = slowVisits{each(3, 20*ms), 250 * ms} },
	}.run(t)
	require.NoError(t, r.err)
	// The arrivals at 20 ms and later find no second session armed; the first of them waits, and the first session's turn takes it.
	require.Equal(t, []string{"c1#0 10ms", "c1#1 40ms", "c1#2 70ms", "c2#0 250ms", "c2#1 280ms", "c2#2 310ms"}, sent(r, 1))
}

func TestWhatWasDrawnAheadIsThrownAwayHoweverLateItComes(t *testing.T) {
	// The phase ends long before the conversation behind its last is there.
	for _, phase := range []Phase{{Concurrency: 1, Requests: 2}, {Concurrency: 1, Duration: 100 * ms, Grace: Unbounded}} {
		r := world{
			server: service(10 * ms), phases: []Phase{phase, {Concurrency: 1, Sessions: 1}},
			plan: func(p *Plan) { p.Dataset.Source = slowVisits{each(2, 200*ms), time.Second} },
		}.run(t)
		require.NoError(t, r.err)
		require.Equal(t, "c0#0 0s", sent(r, 0)[0])
		require.Equal(t, []string{"c2#0 0s", "c2#1 210ms"}, sent(r, 1))
	}

	// An interrupt ends the wait.
	r := world{
		server: service(10 * ms), phases: []Phase{{Concurrency: 1, Requests: 2}, {Concurrency: 1, Sessions: 1}}, begun: stopAfter(90 * time.Second),
		plan: func(p *Plan) { p.Dataset.Source = slowVisits{each(2, 0), time.Minute} },
	}.run(t)
	require.NoError(t, r.err)
	require.Len(t, r.summary.Phases, 1)
	require.True(t, r.summary.Cancelled)

	// So does a source that ends.
	r = world{
		server: service(10 * ms), phases: []Phase{{Concurrency: 1, Duration: 5 * ms, Grace: Unbounded}, {Concurrency: 1, Sessions: 1}},
		plan: func(p *Plan) { p.Dataset.Source = texts{failAt: 1, err: errors.New("no more")} },
	}.run(t)
	require.ErrorContains(t, r.err, "no more")
}

func TestTheURLRotationLeavesOutWhatWasThrownAway(t *testing.T) {
	plan := chatPlan(t)
	plan.Target.URLs = []string{"http://one/v1/chat/completions", "http://two/v1/chat/completions", "http://three/v1/chat/completions"}
	run := &runState{plan: plan, clock: NewClock()}
	var err error
	run.targets, err = makeTargets(transport.New(transport.Options{Clock: run.clock}), plan.Target.URLs)
	require.NoError(t, err)
	a := newArmory(run)
	draw := func() int {
		s, err := a.draw()
		require.NoError(t, err)
		return s.session.url
	}
	require.Equal(t, []int{0, 1}, []int{draw(), draw()})
	a.dropped.Add(1)
	require.Equal(t, []int{1, 2, 0}, []int{draw(), draw(), draw()}, "none has to be moved when it is sent")
}

// slowVisits needs a while for each conversation.
type slowVisits struct {
	visits
	every time.Duration
}

func (s slowVisits) Materialise(i int) (*dataset.Conversation, error) {
	time.Sleep(s.every) // virtual
	return s.visits.Materialise(i)
}

func TestSlotsComeBackWhateverEndsASession(t *testing.T) {
	begin := func(p *phaseRun) *Shot {
		p.mustTake(t)
		s := oneOf("a", "b", "c")
		p.issued(s)
		return s
	}
	for _, c := range []struct {
		name string
		end  func(p *phaseRun)
	}{
		{"turns that wait", func(p *phaseRun) {
			for range 3 {
				p.returned(event{at: ms, next: begin(p)})
			}
			require.Equal(t, metrics.NoInstant, p.window.SendEnd)
			p.endSending(2 * ms)
		}},
		{"turns under way", func(p *phaseRun) {
			next := []*Shot{begin(p), begin(p), begin(p)}
			p.endSending(2 * ms)
			for _, s := range next {
				p.returned(event{at: 3 * ms, next: s}) // armed just before the sending ended
			}
		}},
		{"last turns, cut turns, turns that could not be armed", func(p *phaseRun) {
			begin(p)
			begin(p)
			begin(p)
			p.returned(event{at: ms})
			p.returned(event{at: ms, outcome: cut})
			p.returned(event{at: ms, err: errors.New("no")})
			require.True(t, p.stopReached(ms), "the sending ends with the error")
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := testPhase(Phase{Concurrency: 3})
			c.end(p)
			for range 3 {
				p.mustTake(t)
			}
			require.False(t, p.sessions.room())
			require.Zero(t, p.inFlight())
			require.Nil(t, p.waiting.take(never))
		})
	}
}

func TestStopConditionsOfSessions(t *testing.T) {
	for _, c := range []struct {
		name                string
		plan                Phase
		sent, started, owed int64
		start, reached      bool
	}{
		{"a session may begin", Phase{Sessions: 2}, 3, 1, 3, true, false},
		{"turns of those that have begun are owed", Phase{Sessions: 2}, 5, 2, 6, false, false},
		{"all are sent", Phase{Sessions: 2}, 6, 2, 6, false, true},
		{"requests count before", Phase{Sessions: 2, Requests: 5}, 5, 2, 6, false, true},
		{"no number of sessions", Phase{}, 6, 2, 6, true, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := testPhase(c.plan)
			p.sent, p.started, p.turns = c.sent, c.started, c.owed
			require.Equal(t, []bool{c.start, c.reached}, []bool{p.mayStart(), p.stopReached(0)})
		})
	}
}

func TestWaitingTurnsKeepTheirOrder(t *testing.T) {
	var w waiting
	require.Nil(t, w.take(never))
	require.Equal(t, never, w.next())
	for i, ready := range at(5, 3, 5, 1, 3, 3) {
		s := oneOf("a")
		s.ready, s.number = ready, int64(i)
		w.add(s)
	}
	var order []int64
	require.Nil(t, w.take(ms-1))
	for _, now := range at(1, 2, 3, 3, 3, 4, 5, 6) {
		if s := w.take(now); s != nil {
			order = append(order, s.number)
			require.LessOrEqual(t, s.ready, now)
		}
	}
	require.Equal(t, []int64{3, 1, 4, 5, 0, 2}, order)
	require.Equal(t, never, w.next())
}

func TestHistoryIsTheSessionsOwn(t *testing.T) {
	c := conversation("x", "a", "b", "c")
	var one, two session
	one.begin(c)
	two.begin(c)
	one.advance([]byte(`{"role":"assistant","content":"1"}`))
	two.advance(nil)
	one.advance(nil)
	require.False(t, one.more())
	require.True(t, two.more())
	said := func(s session) []string {
		var out []string
		for _, turn := range s.said {
			if turn.RawMessages != nil {
				out = append(out, turn.Role+" "+string(turn.RawMessages))
				continue
			}
			out = append(out, turn.Texts[0].Contents[0])
		}
		return out
	}
	require.Equal(t, []string{"a", `assistant [{"role":"assistant","content":"1"}]`, "b", "c"}, said(one))
	require.Equal(t, []string{"a", "b"}, said(two))
	require.Len(t, c.Turns, 3)
	require.True(t, slices.ContainsFunc(c.Turns, func(turn dataset.Turn) bool { return turn.Texts[0].Contents[0] == "b" }))
	two.forget(nil)
	two.advance(nil)
	require.Equal(t, []string{"c"}, said(two))
}
