// phaseRun is one phase under way: its counters, slots, stop conditions and ends.
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
	plan     Phase
	index    int
	strategy pace.Strategy
	slots    *semaphore.Weighted // session slots; nil without a limit
	state    phaseState

	start     metrics.Instant
	sendUntil metrics.Instant // nothing is sent at or after; never without a duration
	cutAt     metrics.Instant // running requests are cancelled then; never without a bound
	giveUpAt  metrics.Instant
	pending   *pace.Decision // decided, but no shot was armed yet

	sent, back int64
	lastBack   metrics.Instant // when the last return came, however late it was noticed
	byTime     bool            // the sending ended by the duration
	stopped    bool            // by an interrupt
	window     metrics.PhaseWindow
	err        error
}

func newPhaseRun(run *runState, index int, plan Phase) *phaseRun {
	start := run.clock.Now()
	p := &phaseRun{plan: plan, index: index, start: start, sendUntil: never, cutAt: never, giveUpAt: never}
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
	switch plan.Pattern {
	case Constant:
		p.strategy = pace.NewRate(start, pace.Constant(plan.Rate))
	case Poisson:
		// Every phase replays the same sequence of the seed, as AIPerf does.
		p.strategy = pace.NewRate(start, pace.Poisson(plan.Rate, rng.Root(run.plan.Seed).Derive(poissonLabel).Python()))
	default:
		p.strategy = pace.NewBurst()
	}
	if plan.Pattern != Burst {
		p.window.OpenLoop, p.window.Offered = true, plan.Rate
	}
	return p
}

// poissonLabel names the generator of arrival gaps, as AIPerf names it: with the same seed the arrivals are the same.
const poissonLabel = "timing.request.poisson_interval"

// decide asks the strategy, unless an earlier decision still waits for its shot.
func (p *phaseRun) decide(now metrics.Instant) pace.Decision {
	if p.pending != nil {
		d := *p.pending
		p.pending = nil
		return d
	}
	return p.strategy.Next(now)
}

// stopReached checks every stop condition; the first that holds ends the sending. All sessions have one turn, so sessions count as requests.
// Time comes last: a phase that has met its cap has not ended by time, however late that is noticed.
func (p *phaseRun) stopReached(now metrics.Instant) bool {
	if p.stopped ||
		(p.plan.Requests > 0 && p.sent >= int64(p.plan.Requests)) ||
		(p.plan.Sessions > 0 && p.sent >= int64(p.plan.Sessions)) {
		return true
	}
	p.byTime = now >= p.sendUntil
	return p.byTime
}

func (p *phaseRun) endSending(now metrics.Instant) {
	p.state = phaseDraining
	p.window.SendEnd = now
}

func (p *phaseRun) takeSlot() bool { return p.slots == nil || p.slots.TryAcquire(1) }

func (p *phaseRun) giveSlot() {
	if p.slots != nil {
		p.slots.Release(1)
	}
}

// noSlot accounts for a due request without a free slot: a closed loop waits, an open loop loses the arrival.
func (p *phaseRun) noSlot(now metrics.Instant, d pace.Decision) {
	if p.window.OpenLoop {
		p.window.MissedArrivals++
	}
	p.strategy.On(now, pace.NoSlot)
}

func (p *phaseRun) issued() {
	p.sent++
	p.window.Sent = p.sent
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
	p.giveSlot()
	p.strategy.On(e.at, pace.SlotFreed)
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
