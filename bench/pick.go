// Picking: which request goes next, and when it was due. There are two ways: arrivals that any request may take, and sessions that have an
// instant of their own.
//
//	arrivals   tick or free slot ─> a turn that waits, else a new session ─ session slot ─ prefill slot ─> out
//	planned    instant of a session, of a turn ─> session slot, in order ─> prefill slot, in order ─> out
package bench

import (
	"github.com/aiperf-go/aiperf/bench/pace"
	"github.com/aiperf-go/aiperf/metrics"
)

// pick takes the shot that may go out now, which knows then when it was due and since when nothing held it back; without one it says when to look
// again. An event may come first.
func (s *scheduler) pick(p *phaseRun, now metrics.Instant) (shot *Shot, again metrics.Instant) {
	switch {
	case p.plan.Pattern.planned():
		return s.pickPlanned(p, now)
	case p.entering.len() > 0 && !p.plan.Strict:
		// A turn that took its arrival waits for a prefill slot, and everything else with it.
		if !p.prefill.room() {
			return nil, never
		}
		shot := p.entering.pop()
		p.takePrefill(shot)
		return shot, 0
	case p.rate == nil:
		return s.pickClosed(p, now)
	case p.plan.Strict:
		return s.pickOwed(p, now)
	}
	return s.pickArrival(p, now)
}

// pickClosed is the closed loop: a turn that follows, which needs no slot of a session, comes before a new session. It finishes what has begun and
// so frees slots soonest.
func (s *scheduler) pickClosed(p *phaseRun, now metrics.Instant) (shot *Shot, again metrics.Instant) {
	if shot := p.waiting.take(now); shot != nil {
		if p.enter(shot, shot.ready) {
			return shot, 0
		}
		return nil, never
	}
	if !p.mayStart() || !p.sessions.room() || !p.prefill.room() {
		return nil, p.waiting.next()
	}
	if shot = s.first(p); shot == nil {
		return nil, p.waiting.next()
	}
	shot.able = p.sessions.take()
	p.takePrefill(shot)
	if shot.able == metrics.NoInstant {
		shot.able = now // it has slots that nobody had before: it is due when it is asked for, since a closed loop has no schedule
	}
	shot.due = shot.able
	return shot, 0
}

// pickArrival is the open loop: every request takes up an arrival, and one that finds no slot for a new session is lost.
func (s *scheduler) pickArrival(p *phaseRun, now metrics.Instant) (shot *Shot, again metrics.Instant) {
	for {
		d := p.decide(now)
		if d.Action == pace.Wait {
			return nil, d.At
		}
		if shot := p.waiting.take(now); shot != nil {
			if p.enter(shot, max(d.At, shot.ready)) {
				return shot, 0
			}
			p.stalled = true
			return nil, never
		}
		if !p.mayStart() {
			continue // the arrival is spent on nothing
		}
		if !p.sessions.room() || !p.prefill.room() {
			p.window.MissedArrivals++
			continue
		}
		if shot = s.first(p); shot == nil {
			p.putOff(d)
			return nil, p.waiting.next()
		}
		p.begin(shot, d.At)
		return shot, 0
	}
}

// pickOwed is the open loop of strict arrivals: one that finds no slot is owed, and the next request takes up the oldest.
func (s *scheduler) pickOwed(p *phaseRun, now metrics.Instant) (shot *Shot, again metrics.Instant) {
	d := p.rate.Next(now)
	for ; d.Action == pace.Issue; d = p.rate.Next(now) {
		p.owed.push(d.At)
	}
	for p.owed.len() > 0 {
		switch {
		case p.waiting.next() <= now:
			if !p.prefill.room() {
				return nil, d.At
			}
			shot := p.waiting.take(now)
			p.enter(shot, max(p.owed.pop(), shot.ready))
			return shot, 0
		case !p.mayStart():
			p.owed.pop() // spent on nothing
		case !p.sessions.room() || !p.prefill.room():
			return nil, min(d.At, p.waiting.next())
		default:
			if shot = s.first(p); shot == nil {
				return nil, min(d.At, p.waiting.next())
			}
			p.begin(shot, p.owed.pop())
			return shot, 0
		}
	}
	return nil, d.At
}

// pickPlanned begins sessions at their own instants. What is due and finds no slot waits for it, first come, first served; nothing is lost.
func (s *scheduler) pickPlanned(p *phaseRun, now metrics.Instant) (shot *Shot, again metrics.Instant) {
	for {
		if p.entering.len() > 0 && p.prefill.room() {
			shot := p.entering.pop()
			p.late = p.late && !(shot.turn == 0 && shot.session.after)
			p.takePrefill(shot)
			return shot, 0
		}
		next, turn := s.begins(p), p.waiting.next()
		blocked := !p.mayStart() || !p.sessions.room() || p.late && s.loaded.session.after
		switch {
		case turn <= now && (blocked || turn <= next):
			shot := p.waiting.take(now)
			shot.due, shot.able = shot.ready, shot.ready
			p.entering.push(shot)
		case next <= now && !blocked:
			if shot = s.first(p); shot == nil {
				return nil, turn
			}
			shot.due = next
			shot.able = max(next, p.sessions.take())
			shot.session.planned = next
			p.late = shot.session.after
			p.entering.push(shot)
		case blocked:
			return nil, turn
		default:
			return nil, min(next, turn)
		}
	}
}

// begins is when the next planned session does; never while none is armed.
func (s *scheduler) begins(p *phaseRun) metrics.Instant {
	if s.loaded == nil {
		if s.loaded, _ = s.armory.take(); s.loaded == nil {
			if s.armory.failed() {
				p.err = s.armory.err
			}
			return never
		}
	}
	return p.start + max(0, s.loaded.session.at) // what was due before the start is due at the start
}

// begin gives a new session its slots, which must be free, and its arrival.
func (p *phaseRun) begin(shot *Shot, due metrics.Instant) {
	shot.due = due
	shot.able = max(due, p.sessions.take())
	p.takePrefill(shot)
}

// enter gives a turn that follows its arrival and its prefill slot; false when it has to wait for the slot.
func (p *phaseRun) enter(shot *Shot, due metrics.Instant) bool {
	shot.due, shot.able = due, due
	if !p.prefill.room() {
		p.entering.push(shot)
		return false
	}
	p.takePrefill(shot)
	return true
}
