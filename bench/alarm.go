// alarm wakes the scheduler at an instant more precisely than a Go timer can.
//
// On an idle process a Go timer is up to 1 ms late, because the runtime then waits in whole milliseconds; on a busy one it is good to tens of
// microseconds, because the scheduler looks at timers at every switch, while an own OS thread has to win a core first. So both watch the
// same schedule, and whoever comes first does the work: the scheduler's goroutine with its timer, and this alarm with its thread.
package bench

import (
	"time"

	"github.com/aiperf-go/aiperf/metrics"
)

// alarm calls a function at instants. Set replaces the pending instant; a call may come a little after Set has moved it away.
type alarm interface {
	Set(at metrics.Instant)
	Stop()
}

// noAlarm leaves the waking to the timer: under a virtual clock, and where Go timers are precise.
type noAlarm struct{}

func (noAlarm) Set(metrics.Instant) {}
func (noAlarm) Stop()               {}

// never is the pending instant of an alarm that waits for nothing.
const never metrics.Instant = 1<<63 - 1

const (
	// maxSpin bounds the spin before an instant. An OS sleep with a slack of 1 ns wakes 25–50 µs late; spinning over that tail brings the
	// median under 1 µs.
	maxSpin = 80 * time.Microsecond
	// hopeless is a lateness of the OS sleep beyond which spinning only burns what the others need: the cores are full.
	hopeless = 200 * time.Microsecond
)
