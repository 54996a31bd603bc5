// The scheduler decides when a request is sent, and sends it: a state machine with explicit time, driven by a mailbox, a timer and an alarm.
//
//	armory ─ armed shots ─┐
//	pace.Rate, plan ─ due ┼─> step(now) ─ pick ─ Fire ─> engine
//	mailbox ─ returns ────┘        └─ next instant ─> timer, alarm
//
// step is called by the scheduler's goroutine, by the alarm's thread, and by the goroutine that brings a return when nobody else is at it:
// whoever comes first. One mutex makes them take turns. It costs one uncontended lock a request, and nothing per streamed event; a closed loop
// sends its next request without any hand-over.
package bench

import (
	"context"
	"runtime"
	"sync"
	"time"

	"github.com/aiperf-go/aiperf/metrics"
)

type scheduler struct {
	run    *runState
	armory *armory
	alarm  alarm

	mu       sync.Mutex
	phase    *phaseRun // nil between phases
	spare    []event
	sessions int // begun so far, over all phases: the URL rotation
	live     *liveCounts
	dialled  bool            // a goroutine was started since the last tick
	asleep   metrics.Instant // until when the scheduler's goroutine sleeps
	wasted   bool            // the phase before ended where AIPerf throws a conversation away
	loaded   *Shot           // the next session's first, taken from the armory ahead: taking one wakes the goroutine that fills it
}

// runPhase runs one phase to its end. stop ends the sending, abort ends what is running.
func (s *scheduler) runPhase(stop, abort context.Context, index int, plan Phase) (metrics.PhaseWindow, error) {
	p := newPhaseRun(s.run, index, plan)
	s.mu.Lock()
	s.phase = p
	s.live = &liveCounts{name: plan.Name, index: index, start: p.start}
	s.run.live.Store(s.live)
	s.mu.Unlock()
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		s.mu.Lock()
		next := s.step(s.run.clock.Now())
		done := p.state == phaseDone
		if done {
			s.phase = nil
			s.wasted = p.wastedDraw()
		}
		wait := min(max(next-s.run.clock.Now(), 0), maxWait)
		s.asleep = s.run.clock.Now() + wait
		s.mu.Unlock()
		if done {
			return p.window, p.err
		}
		timer.Reset(wait)
		select {
		case <-s.run.mail.ready:
		case <-timer.C:
		case <-stop.Done():
			s.mu.Lock()
			p.interrupt(s.run.clock.Now())
			s.mu.Unlock()
			stop = context.Background()
		case <-abort.Done():
			s.mu.Lock()
			p.interrupt(s.run.clock.Now())
			s.cutNow(p, s.run.clock.Now())
			s.mu.Unlock()
			abort = context.Background()
		}
	}
}

// tick is the alarm's way in.
func (s *scheduler) tick() {
	s.mu.Lock()
	s.turn()
	dialled := s.dialled
	s.dialled = false
	s.mu.Unlock()
	if dialled {
		// New goroutines stand in the queue of this thread, which is about to sleep on it.
		runtime.Gosched()
	}
}

// returned takes the return of a request. When nobody else is at work the caller takes the next step itself: the next request then leaves
// from the goroutine that found the slot free. It never waits.
func (s *scheduler) returned(e event) {
	s.run.mail.put(e)
	if !s.mu.TryLock() {
		s.run.mail.wake()
		return
	}
	s.turn()
	s.mu.Unlock()
}

// turn is one step outside the scheduler's goroutine, which is woken when it sleeps too long for what has come up.
func (s *scheduler) turn() {
	if s.phase == nil || s.phase.state == phaseDone {
		return
	}
	if next := s.step(s.run.clock.Now()); next < s.asleep || s.phase.state == phaseDone {
		s.run.mail.wake()
	}
}

// step does everything that is due at now and returns the next instant at which something will be.
func (s *scheduler) step(now metrics.Instant) (next metrics.Instant) {
	p := s.phase
	if p.state == phaseDone {
		return never // returns that come after a phase was given up are nobody's
	}
	s.takeReturns(p)
	next = never
	if p.state == phaseSending {
		next = s.send(p, now)
	}
	now = s.run.clock.Now()
	if p.state == phaseDraining && p.cutAt != never {
		if now >= p.cutAt {
			s.cutNow(p, now)
		} else {
			next = min(next, p.cutAt)
		}
	}
	if p.state == phaseCutting {
		if now >= p.giveUpAt {
			p.abandon(now)
		} else {
			next = min(next, p.giveUpAt)
		}
	}
	if p.state != phaseSending && p.inFlight() == 0 {
		p.finish()
	}
	s.alarm.Set(next)
	return next
}

func (s *scheduler) takeReturns(p *phaseRun) {
	events := s.run.mail.take(s.spare)
	for _, e := range events {
		p.returned(e)
	}
	clear(events) // their shots are in other hands
	s.spare = events
}

// send issues what is due; it returns when the next request is due or an event must come first.
func (s *scheduler) send(p *phaseRun, now metrics.Instant) (next metrics.Instant) {
	for {
		if p.stopReached(now) {
			p.endSending(now)
			return never
		}
		p.climb(now)
		shot, again := s.pick(p, now)
		switch {
		case shot != nil:
			s.fire(p, shot)
			now = s.run.clock.Now()
		case p.err == nil:
			return min(again, p.sendUntil, p.nextSlot())
		}
	}
}

// first hands out the first turn of a new session; nil when none is armed yet, or when none will come, which ends the sending.
func (s *scheduler) first(p *phaseRun) *Shot {
	shot, ok := s.next()
	if shot == nil {
		if !ok {
			p.err = s.armory.err
		}
		return nil
	}
	if err := s.armory.suit(shot, p.plan.Kind); err != nil {
		putShot(shot)
		p.err = err
		return nil
	}
	shot.session.course = p.course
	return shot
}

// next hands out the armed shot that is next in the order of draws; nil when none is armed. ok is false when no more will come.
func (s *scheduler) next() (shot *Shot, ok bool) {
	if shot = s.loaded; shot != nil {
		s.loaded = nil
		return shot, true
	}
	return s.armory.take()
}

// fire sends a shot.
func (s *scheduler) fire(p *phaseRun, shot *Shot) {
	shot.phase, shot.kind, shot.number = p.index, p.plan.Kind, p.sent
	shot.Cancel, shot.CancelAfter = p.cancels.Next(), p.plan.Cancellation.After
	if shot.turn == 0 {
		if n := len(s.run.targets); n > 1 && shot.session.url != s.sessions%n {
			s.run.moveTo(shot, s.sessions%n)
		}
		s.sessions++
	}
	p.issued(shot)
	shot.issued = s.run.clock.Now()
	s.dialled = s.run.engine.Fire(&shot.Exchange) || s.dialled
	s.live.sent.Store(p.sent)
	if s.loaded == nil {
		s.loaded, _ = s.armory.take()
	}
}

// ready prepares for a phase.
func (s *scheduler) ready(p Phase) error {
	first := s.loaded
	s.loaded = nil
	return s.armory.begin(p, first, s.sessions)
}

// discard throws away the conversation that AIPerf drew ahead in the phase before, so that the next begins with the same one. It may have to be
// armed first; the wait ends early when the context does or no more will come.
func (s *scheduler) discard(ctx context.Context) {
	for ctx.Err() == nil {
		shot, ok := s.next()
		if shot != nil {
			s.armory.dropped.Add(1)
			putShot(shot)
		}
		if shot != nil || !ok {
			return
		}
		select {
		case <-s.armory.filled:
		case <-ctx.Done():
		}
	}
}

// cutNow ends everything that is still running.
func (s *scheduler) cutNow(p *phaseRun, now metrics.Instant) {
	if p.state == phaseCutting || p.state == phaseDone {
		return
	}
	p.state = phaseCutting
	p.giveUpAt = now + drainAfterAbort
	if d := s.run.plan.CancelDrain; d > 0 {
		p.giveUpAt = now + d
	}
	s.run.engine.Abort()
}
