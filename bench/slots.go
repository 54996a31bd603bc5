// Slots bound what runs at once: sessions, and requests that wait for their first content. A ramp makes more of them step by step.
package bench

import (
	"math"
	"time"

	"github.com/aiperf-go/aiperf/metrics"
)

// slots are counted by the scheduler alone. The zero value is no limit.
type slots struct {
	limit int // 0: no limit
	held  int
	freed fifo[metrics.Instant] // when the free slots that had been held, or that a ramp made, came free; oldest first

	ramp   time.Duration // from start, in which the limit climbs to target
	start  metrics.Instant
	target int
}

// newSlots gives n slots; with a ramp it begins with one and makes the others step by step.
func newSlots(n int, ramp time.Duration, start metrics.Instant) slots {
	n = max(n, 0)
	s := slots{limit: n, target: n, ramp: min(ramp, longestRamp), start: start}
	if n > 1 && ramp > 0 {
		s.limit = 1
	}
	return s
}

// limited tells whether there is a limit.
func (s *slots) limited() bool { return s.limit > 0 }

// room tells whether a slot is free.
func (s *slots) room() bool { return s.limit == 0 || s.held < s.limit }

// take takes a free slot and says since when it was free; NoInstant when it always was. There must be room.
func (s *slots) take() (since metrics.Instant) {
	s.held++
	if s.freed.len() == 0 {
		return metrics.NoInstant
	}
	return s.freed.pop()
}

// give gives a slot back.
func (s *slots) give(at metrics.Instant) {
	s.held--
	if s.limited() {
		s.freed.push(at)
	}
}

// next is when the ramp makes the next slot; never without one. A limit of v holds from the share (v-1)/(target-1) of the ramp's time on.
func (s *slots) next() metrics.Instant {
	if s.limit >= s.target {
		return never
	}
	return s.start + time.Duration(math.Round(float64(s.ramp)*float64(s.limit)/float64(s.target-1)))
}

// climb makes the slots that the ramp has reached.
func (s *slots) climb(now metrics.Instant) {
	for at := s.next(); at <= now; at = s.next() {
		s.limit++
		s.freed.push(at)
	}
}
