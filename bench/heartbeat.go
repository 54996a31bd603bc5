// The heartbeat notices when the whole process stood still: stopped by a signal, a debugger or the machine's owner, or without any core. A closed
// loop shows that nowhere else: nothing is due while it stands, and few requests are under way.
package bench

import (
	"sync"
	"time"
)

// stall is a stretch in which the process should have run and did not.
type stall struct{ from, to time.Time }

type heartbeat struct {
	stop   chan struct{}
	beats  sync.WaitGroup
	stalls []stall
}

// beat starts a heartbeat, which must be ended.
func beat() *heartbeat {
	h := &heartbeat{stop: make(chan struct{})}
	t := time.NewTicker(beatEvery)
	last := time.Now()
	h.beats.Go(func() {
		defer t.Stop()
		for {
			select {
			case <-t.C:
				now := time.Now()
				h.seen(last, now)
				last = now
			case <-h.stop:
				return
			}
		}
	})
	return h
}

// seen compares two beats that follow each other.
func (h *heartbeat) seen(last, now time.Time) {
	if due := last.Add(beatEvery); now.Sub(due) > stallBound && len(h.stalls) < mostStalls {
		h.stalls = append(h.stalls, stall{due, now})
	}
}

// end returns what was noticed.
func (h *heartbeat) end() []stall {
	close(h.stop)
	h.beats.Wait()
	return h.stalls
}

// within is the part of the stalls that lies between two points in time, and the longest of these parts.
func within(stalls []stall, from, to time.Time) (total, longest time.Duration) {
	for _, s := range stalls {
		begin, end := s.from, s.to
		if begin.Before(from) {
			begin = from
		}
		if end.After(to) {
			end = to
		}
		if d := end.Sub(begin); d > 0 {
			total += d
			longest = max(longest, d)
		}
	}
	return total, longest
}
