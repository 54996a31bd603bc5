// phaseRun is one phase under way: its counters, slots, stop conditions and ends.
//
//	start of a session ─ takes a slot ─> requests ─ returns ─> waiting ─ next turn ─> requests ─ last return ─> gives the slot back
//	phaseSending ─ a stop condition, an interrupt ─> phaseDraining ─ all back ─> phaseDone
//	                                                      └─ deadline ─> phaseCutting ─ all back, or given up ─┘
package bench

import (
	"golang.org/x/sync/semaphore"

	"github.com/aiperf-go/aiperf/bench/pace"
	"github.com/aiperf-go/aiperf/dataset/rng"
	"github.com/aiperf-go/aiperf/metrics"
)

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
	strategy pace.Strategy
	slots    *semaphore.Weighted // session slots; nil without a limit
	waiting  waiting             // turns after the first, whose sessions hold their slots
	state    phaseState

	start     metrics.Instant
	sendUntil metrics.Instant // nothing is sent at or after; never without a duration
	cutAt     metrics.Instant // running requests are cancelled then; never without a bound
	giveUpAt  metrics.Instant
	pending   pace.Decision // decided, but no shot was armed yet
	undone    bool          // pending is one

	sent, back int64
	started    int64           // sessions
	owed       int64           // turns of all started sessions
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
	p := &phaseRun{run: run, plan: plan, index: index, start: start, sendUntil: never, cutAt: never, giveUpAt: never}
	p.window = metrics.PhaseWindow{
		Name: plan.Name, Kind: plan.Kind, Index: index, ProfilingIndex: run.profilingIndex(index),
		Start: start, SendEnd: metrics.NoInstant, End: metrics.NoInstant,
	}
	if plan.Concurrency > 0 {
		p.slots = semaphore.NewWeighted(int64(plan.Concurrency))
	}
	if plan.Duration > 0 {
		p.sendUntil = start + plan.Duration
		if plan.Grace < Unbounded-plan.Duration-start {
			p.cutAt = p.sendUntil + plan.Grace
		}
	}
	p.strategy = run.strategy(plan, start)
	if plan.Pattern != Burst {
		p.window.OpenLoop, p.window.Offered = true, plan.Rate
	}
	run.open.Store(int32(index) + 1)
	return p
}

// strategy is what decides about a phase's arrivals. Every phase replays the same sequence of the seed, as AIPerf does.
func (r *runState) strategy(plan Phase, start metrics.Instant) pace.Strategy {
	seed := rng.Root(r.plan.Seed)
	switch plan.Pattern {
	case Constant:
		return pace.NewRate(start, pace.Constant(plan.Rate))
	case Poisson:
		return pace.NewRate(start, pace.Poisson(plan.Rate, seed.Derive(rng.PoissonInterval).Python()))
	case Gamma:
		return pace.NewRate(start, pace.Gamma(plan.Rate, plan.Smoothness, seed.Derive(rng.GammaInterval).Python()))
	}
	return pace.NewBurst()
}

// decide asks the strategy, unless an earlier decision still waits for its shot.
func (p *phaseRun) decide(now metrics.Instant) pace.Decision {
	if p.undone {
		p.undone = false
		return p.pending
	}
	return p.strategy.Next(now)
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
		(!p.mayStart() && p.sent >= p.owed) {
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
}

// wastedDraw tells whether AIPerf had drawn one more conversation when the sending ended: it draws one ahead, except behind a session whose
// beginning meets a cap.
func (p *phaseRun) wastedDraw() bool { return p.byTime || !p.fresh }

func (p *phaseRun) takeSlot() bool { return p.slots == nil || p.slots.TryAcquire(1) }

func (p *phaseRun) giveSlot() {
	if p.slots != nil {
		p.slots.Release(1)
	}
}

// endSession gives the session's slot back. next is the turn that will not be sent; nil for none.
func (p *phaseRun) endSession(next *Shot, at metrics.Instant) {
	if next != nil {
		putShot(next)
	}
	p.giveSlot()
	p.strategy.On(at, pace.SlotFreed)
}

// noSlot accounts for a due session without a free slot: a closed loop waits, an open loop loses the arrival.
func (p *phaseRun) noSlot(now metrics.Instant) {
	if p.window.OpenLoop {
		p.window.MissedArrivals++
	}
	p.strategy.On(now, pace.NoSlot)
}

// issued counts a request that goes out now.
func (p *phaseRun) issued(s *Shot) {
	p.sent++
	p.window.Sent = p.sent
	if p.fresh = s.turn == 0; p.fresh {
		p.started++
		p.owed += int64(len(s.session.conversation.Turns))
	}
}

func (p *phaseRun) inFlight() int64 { return p.sent - p.back }

// returned takes one return. Returns of an abandoned phase are not counted.
func (p *phaseRun) returned(e event) {
	if e.phase != p.index {
		return
	}
	p.back++
	p.lastBack = max(p.lastBack, e.at)
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
		return
	}
	p.endSession(e.next, e.at)
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
	p.window.Forfeited = p.strategy.Forfeited()
	if !p.stopped {
		p.window.End = max(p.window.SendEnd, p.lastBack)
	}
}
