// Clock gives the instants of a run and turns the kernel's wall stamps into them.
package transport

import (
	"sync/atomic"
	"time"

	"github.com/aiperf-go/aiperf/metrics"
)

// Clock measures instants from one base on the monotonic clock. It is a value; copies share the base.
type Clock struct {
	base time.Time
}

// NewClock starts a clock whose instant 0 is now.
func NewClock() Clock { return Clock{base: time.Now()} }

// Now is the current instant.
func (c Clock) Now() metrics.Instant { return time.Since(c.base) }

// Time is the point in time of an instant, for deadlines of connections and timers.
func (c Clock) Time(i metrics.Instant) time.Time { return c.base.Add(i) }

// WallBase is instant 0 as unix nanoseconds: the label that files show.
func (c Clock) WallBase() int64 { return c.base.UnixNano() }

// wallOffset converts CLOCK_REALTIME stamps to instants. The offset between the two clocks moves when the wall clock is slewed or
// stepped, so it is sampled anew whenever the last sample is older than offsetMaxAge.
type wallOffset struct {
	clock   Clock
	offset  atomic.Int64 // wall nanoseconds minus instant
	sampled atomic.Int64 // instant of the last sample
}

func newWallOffset(c Clock) *wallOffset {
	w := &wallOffset{clock: c}
	w.sample()
	return w
}

// sample reads both clocks close together; a reading that was interrupted between them is thrown away.
func (w *wallOffset) sample() {
	best := time.Duration(1<<63 - 1)
	var offset int64
	for range offsetTries {
		before := w.clock.Now()
		t := time.Now()
		after := w.clock.Now()
		if d := after - before; d < best {
			best = d
			offset = t.UnixNano() - int64(t.Sub(w.clock.base))
		}
		if best < offsetGoodEnough {
			break
		}
	}
	w.offset.Store(offset)
	w.sampled.Store(int64(w.clock.Now()))
}

// instant converts a wall stamp; now is the current instant.
func (w *wallOffset) instant(wall int64, now metrics.Instant) metrics.Instant {
	if int64(now)-w.sampled.Load() > int64(offsetMaxAge) {
		w.sample()
	}
	return metrics.Instant(wall - w.offset.Load())
}
