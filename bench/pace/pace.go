// Package pace holds the load strategies: when a request is due, as state machines without clock, goroutine or channel.
//
//	scheduler ─ Next(now) ─> Decision: issue (due), wait (until), idle (until an event)
//	scheduler ─ On(now, event) ─> what became of the issue; a slot came free
//
// A strategy is asked again after every decision to issue, and whenever its instant or an event has come. Instants count from any base,
// the same for all calls.
package pace

import "time"

// Action is what a strategy wants.
type Action uint8

// The actions.
const (
	Idle  Action = iota // nothing until an event
	Wait                // nothing before At
	Issue               // a request that was due at At
)

// Decision is one answer of a strategy.
type Decision struct {
	Action Action
	At     time.Duration
}

// Event is what a strategy is told.
type Event uint8

// The events.
const (
	NoSlot    Event = iota // the last Issue found no free slot: nothing was sent
	SlotFreed              // a session slot came free
)

// Strategy decides when requests are due. It is used by one goroutine.
type Strategy interface {
	// Next says what to do at now. An Issue is consumed by being returned.
	Next(now time.Duration) Decision
	// On tells what happened at now.
	On(now time.Duration, e Event)
	// Forfeited is how much schedule time was given up so far because the caller came too late to catch up.
	Forfeited() time.Duration
}

// Catchup is how far behind its schedule a rate strategy may be and still fire the overdue requests back to back; further behind it starts
// anew from now. AIPerf's AIPERF_TIMING_MAX_CATCHUP_SECONDS.
const Catchup = 10 * time.Millisecond
