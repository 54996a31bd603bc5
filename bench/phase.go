// phaseRun is one phase under way: its counters, slots, stop conditions and ends.
//
//	start of a session ─ takes a slot ─> requests ─ returns ─> waiting ─ next turn ─> requests ─ last return ─> gives the slot back
//	each request ─ takes a prefill slot ─ first content, else its return ─> gives it back
//	phaseSending ─ a stop condition, an interrupt ─> phaseDraining ─ all back ─> phaseDone
//	                                                      └─ deadline ─> phaseCutting ─ all back, or given up ─┘
package bench

import (
	"errors"
	"fmt"

	"github.com/aiperf-go/aiperf/bench/pace"
	"github.com/aiperf-go/aiperf/dataset/rng"
	"github.com/aiperf-go/aiperf/metrics"
)

// ErrTooManyFailed ends a run in which a larger share of requests failed than Phase.MaxFailed allows.
var ErrTooManyFailed = errors.New("too many requests failed")

type phaseState uint8

const (
	phaseSending  phaseState = iota
	phaseDraining            // nothing more is sent; returns are awaited
	phaseCutting             // running requests were cancelled; their returns are awaited for a while
	phaseDone
)

type phaseRun struct {
	run      *runState
	plan     Phase
	index    int
	course   *course
	rate     *pace.Rate // of the arrivals; nil where no rate decides
	cancels  *pace.Cancellation
	sessions slots
	prefill  slots
	waiting  waiting               // turns after the first, whose sessions hold their slots, until their instant
	entering fifo[*Shot]           // due, holding their session's slot, without a prefill slot
	owed     fifo[metrics.Instant] // strict arrivals that nothing was sent for yet
	state    phaseState

	start     metrics.Instant
	sendUntil metrics.Instant // nothing is sent at or after; never without a duration
	cutAt     metrics.Instant // running requests are cancelled then; never without a bound
	giveUpAt  metrics.Instant
	pending   pace.Decision   // decided, but no shot was armed yet
	undone    bool            // pending is one
	late      bool            // a replacement is among those that enter: the next waits for it
	stalled   bool            // the arrivals stood still while a turn waited for its prefill slot
	stallTime metrics.Instant // how much schedule time was given up to that

	sent, back int64
	started    int64           // sessions
	turns      int64           // of all started sessions
	fresh      bool            // the last request sent began a session
	lastBack   metrics.Instant // when the last return came, however late it was noticed
	byTime     bool            // the sending ended by the duration
	stopped    bool            // by an interrupt
	window     metrics.PhaseWindow
	err        error // what ended the sending before its time
}

// newPhaseRun begins a phase: from now on it sends.
func newPhaseRun(run *runState, index int, plan Phase) *phaseRun {
	start := run.clock.Now()
	if plan.Pattern == FixedSchedule {
		plan.Sessions, plan.Requests = len(plan.Schedule.Starts), 0
	}
	p := &phaseRun{
		run: run, plan: plan, index: index, start: start, sendUntil: never, cutAt: never, giveUpAt: never,
		course: newCourse(plan, start), rate: run.rate(plan, start),
		sessions: newSlots(plan.Concurrency, plan.ConcurrencyRamp, start), prefill: newSlots(plan.Prefill, plan.PrefillRamp, start),
	}
	p.window = metrics.PhaseWindow{
		Name: plan.Name, Kind: plan.Kind, Index: index, ProfilingIndex: run.profilingIndex(index),
		Start: start, SendEnd: metrics.NoInstant, End: metrics.NoInstant,
		OpenLoop: plan.Pattern != Burst,
	}
	if plan.Pattern != Burst && plan.Pattern != FixedSchedule {
		p.window.Offered = plan.Rate
	}
	if plan.Kind == metrics.Profiling {
		// The stream starts anew with every phase, as AIPerf's does; warm-up draws nothing.
		p.cancels = pace.NewCancellation(plan.Cancellation.Percent, rng.Root(run.plan.Seed).Derive(rng.Cancellation).Python())
	}
	if plan.Duration > 0 {
		p.sendUntil = start + plan.Duration
		if plan.Grace < Unbounded-plan.Duration-start {
			p.cutAt = p.sendUntil + plan.Grace
		}
	}
	run.open.Store(int32(index) + 1)
	return p
}

// rate gives a phase's arrivals; nil where no rate decides. Every phase replays the same sequence of the seed, as AIPerf does.
func (r *runState) rate(plan Phase, start metrics.Instant) *pace.Rate {
	o := pace.RateOptions{Start: start, Rate: plan.Rate, Catchup: plan.Catchup}
	seed := rng.Root(r.plan.Seed)
	switch plan.Pattern {
	case Constant:
		o.Arrivals = pace.ConstantArrivals()
	case Poisson:
		o.Arrivals = pace.PoissonArrivals(seed.Derive(rng.PoissonInterval).Python())
	case Gamma:
		o.Arrivals = pace.GammaArrivals(plan.Smoothness, seed.Derive(rng.GammaInterval).Python())
	default:
		return nil
	}
	if plan.Strict {
		o.Catchup = pace.Never
	}
	every := plan.StepEvery
	if every <= 0 {
		every = pace.StepEvery
	}
	o.Steps = pace.Then(pace.RampSteps(plan.Rate, plan.RateRamp, every), pace.SeriesSteps(plan.Series, plan.RateRamp, every))
	return pace.NewRate(o)
}

// decide asks for the next arrival, unless an earlier decision still waits for its shot. What the schedule gave up while a turn waited for its
// prefill slot was lost to that limit, not to a client that came too late.
func (p *phaseRun) decide(now metrics.Instant) pace.Decision {
	if p.undone {
		p.undone = false
		return p.pending
	}
	if !p.stalled {
		return p.rate.Next(now)
	}
	p.stalled = false
	before := p.rate.Forfeited()
	d := p.rate.Next(now)
	lost := p.rate.Forfeited() - before
	p.stallTime += lost
	p.window.MissedArrivals += int64(lost.Seconds() * p.rate.PerSecond())
	return d
}

// putOff keeps a decision until a shot is armed for it.
func (p *phaseRun) putOff(d pace.Decision) { p.pending, p.undone = d, true }

// mayStart tells whether a further session may begin, as far as their number goes.
func (p *phaseRun) mayStart() bool { return p.plan.Sessions <= 0 || p.started < int64(p.plan.Sessions) }

// stopReached checks every stop condition; the first that holds ends the sending. The number of requests cuts sessions short, the number of
// sessions lets those that have begun send all their turns. Time comes last: a phase that has met its cap has not ended by time, however late
// that is noticed.
func (p *phaseRun) stopReached(now metrics.Instant) bool {
	if p.stopped || p.err != nil ||
		(p.plan.Requests > 0 && p.sent >= int64(p.plan.Requests)) ||
		(!p.mayStart() && p.sent >= p.turns) {
		return true
	}
	p.byTime = now >= p.sendUntil
	return p.byTime
}

// endSending drops the turns that wait: their sessions are over.
func (p *phaseRun) endSending(now metrics.Instant) {
	p.state = phaseDraining
	p.window.SendEnd = now
	p.run.open.Store(0)
	for s := p.waiting.take(never); s != nil; s = p.waiting.take(never) {
		p.endSession(s, now)
	}
	for p.entering.len() > 0 {
		p.endSession(p.entering.pop(), now)
	}
	if p.byTime {
		p.window.MissedArrivals += int64(p.owed.len())
	}
}

// wastedDraw tells whether AIPerf had drawn one more conversation when the sending ended: it draws one ahead, except behind a session whose
// beginning meets a cap, and except where every session has its instant.
func (p *phaseRun) wastedDraw() bool { return !p.plan.Pattern.planned() && (p.byTime || !p.fresh) }

// nextSlot is when a ramp makes the next slot.
func (p *phaseRun) nextSlot() metrics.Instant { return min(p.sessions.next(), p.prefill.next()) }

// climb makes the slots that ramps have reached.
func (p *phaseRun) climb(now metrics.Instant) {
	p.sessions.climb(now)
	p.prefill.climb(now)
}

// takePrefill gives a shot its prefill slot, which must be free.
func (p *phaseRun) takePrefill(s *Shot) {
	s.able = max(s.able, p.prefill.take())
	s.prefill = p.prefill.limited()
}

// endSession gives the session's slot back. next is the turn that will not be sent; nil for none.
func (p *phaseRun) endSession(next *Shot, at metrics.Instant) {
	if next != nil {
		next.session.leave()
		putShot(next)
	}
	p.sessions.give(at)
}

// issued counts a request that goes out now.
func (p *phaseRun) issued(s *Shot) {
	p.sent++
	p.window.Sent = p.sent
	if p.fresh = s.turn == 0; p.fresh {
		p.started++
		p.turns += int64(s.session.length())
	}
}

func (p *phaseRun) inFlight() int64 { return p.sent - p.back }

// returned takes one event. Those of an abandoned phase are not counted.
func (p *phaseRun) returned(e event) {
	if e.phase != p.index {
		return
	}
	if e.content {
		p.prefill.give(e.at)
		return
	}
	p.back++
	p.lastBack = max(p.lastBack, e.at)
	if e.prefill {
		p.prefill.give(e.at)
	}
	switch e.outcome {
	case succeeded:
		p.window.Completed++
	case failed:
		p.window.Completed++
		p.window.Failed++
	case cut:
		p.window.Cancelled++
	}
	if p.err == nil {
		p.err = e.err
	}
	if e.next != nil && p.state == phaseSending {
		p.waiting.add(e.next)
	} else {
		p.endSession(e.next, e.at)
	}
	p.countFailures(e.at)
}

// countFailures ends the phase when too many of its requests have failed, once enough are back to tell.
func (p *phaseRun) countFailures(now metrics.Instant) {
	w := &p.window
	if p.plan.MaxFailed == nil || p.plan.Kind != metrics.Profiling || p.err != nil || p.stopped ||
		w.Completed < int64(max(p.plan.Concurrency, fewestJudged)) {
		return
	}
	if share := float64(w.Failed) / float64(w.Completed); share > *p.plan.MaxFailed {
		p.err = fmt.Errorf("%w: %d of %d (%.1f%%), and no more than %.1f%% are allowed", ErrTooManyFailed, w.Failed, w.Completed, share*100, *p.plan.MaxFailed*100)
		p.interrupt(now)
	}
}

// interrupt ends the sending at once and bounds the wait for what is running.
func (p *phaseRun) interrupt(now metrics.Instant) {
	if p.stopped || p.state == phaseDone {
		return
	}
	p.stopped = true
	grace := interruptGrace
	if p.plan.Duration > 0 {
		grace = min(grace, p.plan.Grace)
	}
	p.cutAt = min(p.cutAt, now+grace)
	if p.state == phaseSending {
		p.endSending(now)
	}
}

// abandon forgets requests that never came back.
func (p *phaseRun) abandon(now metrics.Instant) {
	p.window.Cancelled += p.inFlight()
	p.back, p.lastBack = p.sent, now
}

// finish closes the window at the last return, or at the end of the sending when everything was back by then.
func (p *phaseRun) finish() {
	p.state = phaseDone
	if p.rate != nil {
		p.window.Forfeited = p.rate.Forfeited() - p.stallTime
	}
	if !p.stopped {
		p.window.End = max(p.window.SendEnd, p.lastBack)
	}
}
