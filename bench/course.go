// The course of a phase is when a session's next turn goes, once the answer before it is there. It is decided before the phase begins, so that the
// goroutines which bring answers can look at it.
package bench

import (
	"time"

	"github.com/aiperf-go/aiperf/bench/pace"
	"github.com/aiperf-go/aiperf/dataset"
	"github.com/aiperf-go/aiperf/metrics"
)

// course is immutable.
type course struct {
	pattern Pattern
	start   metrics.Instant // of the phase
	zero    time.Duration   // the instant of the data at the phase's start
	gap     time.Duration   // between two turns of a user
}

func newCourse(plan Phase, start metrics.Instant) *course {
	c := &course{pattern: plan.Pattern, start: start}
	switch plan.Pattern {
	case FixedSchedule:
		c.zero = plan.Schedule.Zero
	case UserCentric:
		c.gap = pace.UserGap(plan.Rate, plan.Users)
	}
	return c
}

// next is from when on the session's following turn may go; the turn before it returned just now.
//
//	rates, closed loop   the turn's delay after the return
//	users                their own distance after the turn before was planned, if it is not too late for that: the schedule of one who waited for
//	                     an answer shifts
//	fixed schedule       the turn's instant, else its delay after the return; an instant that has passed is now
func (c *course) next(x *session, returned metrics.Instant) metrics.Instant {
	turn := &x.conversation.Turns[x.turn]
	switch {
	case c.pattern == UserCentric:
		x.planned = max(returned, x.planned+c.gap)
		return x.planned
	case c.pattern == FixedSchedule && turn.Timestamp != dataset.NoTime:
		return max(returned, c.start+turn.Timestamp-c.zero)
	}
	return returned + max(0, turn.Delay)
}
