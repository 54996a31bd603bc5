// Rate is the open loop: arrivals at instants that do not depend on the answers.
package pace

import (
	"math"
	"time"
)

// RateOptions say how arrivals come.
type RateOptions struct {
	Start    time.Duration
	Arrivals Arrivals
	Rate     float64       // per second, until a step changes it
	Steps    Steps         // changes of the rate, counted from Start; nil for none
	Catchup  time.Duration // how far behind overdue arrivals are still made up for; 0 means Catchup, Never without a bound
}

// Never is a catch-up without a bound: no arrival is given up.
const Never time.Duration = 1<<63 - 1

// Rate gives the instants of a renewal process. The first arrival is one gap after the start. When the rate changes, the pending gap is drawn
// anew from the instant of the change on, and the earlier of the old and the new arrival counts: that is AIPerf's way, and it makes ramps of
// random gaps denser than the integral of their rate.
type Rate struct {
	gap       Arrivals
	rate      float64
	start     time.Duration
	catchup   time.Duration
	steps     Steps
	step      Step // the change that is next
	more      bool // there is one
	base      time.Duration
	sum       float64 // seconds from base to the pending arrival: a prefix sum of gaps, so that errors do not add up
	forfeited time.Duration
}

// NewRate starts an open loop.
func NewRate(o RateOptions) *Rate {
	r := &Rate{gap: o.Arrivals, rate: o.Rate, start: o.Start, base: o.Start, catchup: o.Catchup, steps: o.Steps}
	if r.catchup == 0 {
		r.catchup = Catchup
	}
	r.advance()
	changed := r.follow(r.start)
	r.sum = r.gap(r.rate)
	if changed {
		r.shorten(r.start)
	}
	return r
}

// Next says what to do at now. An arrival is consumed by being returned.
func (r *Rate) Next(now time.Duration) Decision {
	due := r.target()
	if now > r.catchup && due < now-r.catchup {
		r.forfeited += now - due
		r.base, r.sum = now, 0
		if r.follow(now) {
			r.shorten(now)
		}
	}
	for r.more && r.step.At <= min(now, r.target()) {
		at := r.step.At
		changed := r.follow(at)
		if r.more && r.step.At <= now && r.step.At <= r.target() {
			at, changed = now, r.follow(now) || changed // several changes that nobody looked at count as one
		}
		if changed {
			r.shorten(at)
		}
	}
	due = r.target()
	if now < due {
		if r.more {
			due = min(due, r.step.At)
		}
		return Decision{Action: Wait, At: due}
	}
	// The next gap is drawn before the request goes out, so that issuing does not stretch the schedule.
	r.sum += r.gap(r.rate)
	return Decision{Action: Issue, At: due}
}

// follow applies the changes up to an instant, and tells whether there was one.
func (r *Rate) follow(until time.Duration) (changed bool) {
	for r.more && r.step.At <= until {
		changed = changed || r.step.Rate != r.rate
		r.rate = r.step.Rate
		r.advance()
	}
	return changed
}

// advance looks at the next change.
func (r *Rate) advance() {
	if r.more = r.steps != nil; r.more {
		r.step, r.more = r.steps()
		r.step.At += r.start
	}
}

// shorten draws the pending gap anew from an instant on, and keeps the earlier arrival.
func (r *Rate) shorten(from time.Duration) {
	base, sum := r.base, r.sum
	was := r.target()
	r.base, r.sum = from, r.gap(r.rate)
	if was <= r.target() {
		r.base, r.sum = base, sum
	}
}

func (r *Rate) target() time.Duration { return r.base + nanos(r.sum) }

// nanos is a number of seconds as a duration. What lies beyond the horizon never comes: 146 years, so that instants can still be added.
func nanos(seconds float64) time.Duration {
	const horizon = 1 << 62
	if n := math.Round(seconds * 1e9); n < horizon {
		return time.Duration(n)
	}
	return horizon
}

// Forfeited is how much schedule time was given up so far because the caller came too late to catch up.
func (r *Rate) Forfeited() time.Duration { return r.forfeited }

// PerSecond is the rate that holds now.
func (r *Rate) PerSecond() float64 { return r.rate }
