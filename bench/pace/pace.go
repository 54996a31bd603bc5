// Package pace holds the arithmetic of load: when a request is due, as state machines without clock, goroutine or channel.
//
//	gaps (Arrivals), changes of the rate (Steps) ─> Rate ─ Next(now) ─> wait (until) or issue (due)
//	rate, number of users ────────────────────────> Users ─> who begins when, with how many turns
//	share, stream ────────────────────────────────> Cancellation ─> cancelled or not
//
// Instants count from any base, the same for all calls. A closed loop needs none of this: a request is due when a slot is free.
package pace

import "time"

// Action is what a rate wants.
type Action uint8

// The actions.
const (
	Wait  Action = iota // nothing before At
	Issue               // an arrival that was due at At
)

// Decision is one answer of a rate.
type Decision struct {
	Action Action
	At     time.Duration
}

const (
	// Catchup is how far behind its schedule a rate may be and still fire the overdue requests back to back; further behind it starts anew
	// from now. AIPerf's AIPERF_TIMING_MAX_CATCHUP_SECONDS.
	Catchup = 10 * time.Millisecond
	// StepEvery is how often a rate that changes is set anew. AIPerf's AIPERF_TIMING_RATE_RAMP_UPDATE_INTERVAL.
	StepEvery = 100 * time.Millisecond
)
