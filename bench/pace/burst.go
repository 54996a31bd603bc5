// Burst is the closed loop: a request is due whenever a slot is free.
package pace

import "time"

// Burst issues as fast as slots allow. A request that waited for a slot was due when the slot came free; one that found a slot never used
// before is due when it is asked for, since a closed loop has no schedule.
type Burst struct {
	full  bool            // the last issue found no slot
	freed []time.Duration // slots that came free and were not used yet, oldest first
}

// NewBurst starts a closed loop.
func NewBurst() *Burst { return &Burst{} }

// Next implements Strategy.
func (b *Burst) Next(now time.Duration) Decision {
	if b.full {
		return Decision{Action: Idle}
	}
	due := now
	if len(b.freed) > 0 {
		due = b.freed[0]
		b.freed = b.freed[:copy(b.freed, b.freed[1:])]
	}
	return Decision{Action: Issue, At: due}
}

// On implements Strategy.
func (b *Burst) On(now time.Duration, e Event) {
	switch e {
	case NoSlot:
		b.full = true
	case SlotFreed:
		b.full = false
		b.freed = append(b.freed, now)
	}
}

// Forfeited implements Strategy: a closed loop has no schedule to fall behind.
func (b *Burst) Forfeited() time.Duration { return 0 }
