// Rate is the open loop: requests are due at instants that do not depend on the answers.
package pace

import (
	"math"
	"time"
)

// Interval gives the next gap between arrivals in seconds.
type Interval func() float64

// Rate issues at the instants of a renewal process. The first request is due one interval after the start; an arrival that finds no free
// slot is lost, not queued.
type Rate struct {
	next      Interval
	base      time.Duration // start, or the instant of the last new start
	sum       float64       // seconds from base to the pending arrival: a prefix sum of gaps, so that errors do not add up
	forfeited time.Duration
}

// NewRate starts an open loop at the given instant.
func NewRate(start time.Duration, next Interval) *Rate {
	return &Rate{next: next, base: start, sum: next()}
}

// Next implements Strategy.
func (r *Rate) Next(now time.Duration) Decision {
	due := r.target()
	if now < due {
		return Decision{Action: Wait, At: due}
	}
	if due < now-Catchup {
		r.forfeited += now - due
		r.base, r.sum, due = now, 0, now
	}
	// The next gap is drawn before the request goes out, so that issuing does not stretch the schedule.
	r.sum += r.next()
	return Decision{Action: Issue, At: due}
}

func (r *Rate) target() time.Duration { return r.base + time.Duration(math.Round(r.sum*1e9)) }

// On implements Strategy: a lost arrival changes nothing.
func (r *Rate) On(time.Duration, Event) {}

// Forfeited implements Strategy.
func (r *Rate) Forfeited() time.Duration { return r.forfeited }
