// The garbage collector stays out of the measured window, as long as memory allows.
package cli

import (
	"runtime/debug"
	"runtime/metrics"
	"time"
)

const (
	quietHeap  = 1 << 30         // bytes the heap may grow to before it is collected
	heapPeriod = 2 * time.Second // how often the live heap is looked at; it grows by what is kept per request
)

// quietCollector switches the collector off below a limit, and on again for good once half of that limit is in use. The function it returns
// restores what was.
func quietCollector() func() {
	limit := debug.SetMemoryLimit(-1)
	debug.SetMemoryLimit(min(limit, quietHeap))
	percent := debug.SetGCPercent(-1)
	done := make(chan struct{})
	go func() {
		live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
		tick := time.NewTicker(heapPeriod)
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-tick.C:
			}
			metrics.Read(live)
			if live[0].Value.Kind() == metrics.KindUint64 && live[0].Value.Uint64() > quietHeap/2 {
				debug.SetGCPercent(percent)
				debug.SetMemoryLimit(limit)
				return
			}
		}
	}()
	return func() {
		close(done)
		debug.SetGCPercent(percent)
		debug.SetMemoryLimit(limit)
	}
}
