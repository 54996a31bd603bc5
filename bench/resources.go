// What the process itself used and was denied between two moments: CPU, garbage collection, waiting for a core, quotas, stops.
package bench

import (
	"math"
	"os"
	"runtime"
	rtm "runtime/metrics"
	"time"
)

// resources is the difference between two readings.
type resources struct {
	cpuShare float64 // of all cores, 0..1; negative when the platform does not tell
	gcPause  time.Duration
	gcCycles int64
	schedP99 time.Duration // runnable goroutines waiting for a core
	wall     time.Duration
	quota    float64       // the CPU quota that held the process back longest, in cores; 0 for none
	held     time.Duration // the periods in which it did
	stalls   []stall       // when the whole process stood still
}

// selfWatch remembers the first reading.
type selfWatch struct {
	began   time.Time
	cpu     time.Duration
	samples []rtm.Sample
	sched   []uint64
	pauses  []uint64
	cycles  uint64
	quotas  []quota
	beat    *heartbeat
}

const (
	schedLatencies = "/sched/latencies:seconds"
	gcPauses       = "/sched/pauses/total/gc:seconds"
	gcCycleCount   = "/gc/cycles/total:gc-cycles"
)

func watchSelf() *selfWatch {
	w := &selfWatch{samples: []rtm.Sample{{Name: schedLatencies}, {Name: gcPauses}, {Name: gcCycleCount}}}
	w.read(func(sched, pauses *rtm.Float64Histogram, cycles uint64) {
		w.sched = append(w.sched, sched.Counts...)
		w.pauses = append(w.pauses, pauses.Counts...)
		w.cycles = cycles
	})
	w.quotas, w.beat = cpuQuotas(os.DirFS("/")), beat()
	w.began, w.cpu = time.Now(), processCPU()
	return w
}

func (w *selfWatch) read(use func(sched, pauses *rtm.Float64Histogram, cycles uint64)) {
	rtm.Read(w.samples)
	for _, s := range w.samples[:2] {
		if s.Value.Kind() != rtm.KindFloat64Histogram {
			return
		}
	}
	use(w.samples[0].Value.Float64Histogram(), w.samples[1].Value.Float64Histogram(), w.samples[2].Value.Uint64())
}

// end takes the second reading.
func (w *selfWatch) end() resources {
	cpu, wall := processCPU()-w.cpu, time.Since(w.began)
	r := resources{cpuShare: -1, wall: wall, stalls: w.beat.end()}
	r.quota, r.held = heldBack(os.DirFS("/"), w.quotas)
	if w.cpu >= 0 && wall > 0 {
		r.cpuShare = cpu.Seconds() / wall.Seconds() / float64(runtime.GOMAXPROCS(0))
	}
	w.read(func(sched, pauses *rtm.Float64Histogram, cycles uint64) {
		r.schedP99 = since(sched, w.sched, func(counts []uint64) float64 { return quantile(sched.Buckets, counts, 0.99) })
		r.gcPause = since(pauses, w.pauses, func(counts []uint64) float64 { return total(pauses.Buckets, counts) })
		r.gcCycles = int64(cycles - w.cycles)
	})
	return r
}

// since applies f to what a histogram gained.
func since(h *rtm.Float64Histogram, before []uint64, f func([]uint64) float64) time.Duration {
	counts := make([]uint64, len(h.Counts))
	for i := range counts {
		counts[i] = h.Counts[i]
		if i < len(before) {
			counts[i] -= before[i]
		}
	}
	return time.Duration(f(counts) * 1e9)
}

// quantile is the upper edge of the bucket in which the share q lies.
func quantile(edges []float64, counts []uint64, q float64) float64 {
	var sum, seen uint64
	for _, n := range counts {
		sum += n
	}
	for i, n := range counts {
		if seen += n; sum > 0 && float64(seen) >= q*float64(sum) {
			return finite(edges[i+1], edges[i])
		}
	}
	return 0
}

// total adds up the middles of the buckets.
func total(edges []float64, counts []uint64) float64 {
	sum := 0.0
	for i, n := range counts {
		if n > 0 {
			low, high := finite(edges[i], 0), finite(edges[i+1], edges[i])
			sum += float64(n) * (low + high) / 2
		}
	}
	return sum
}

func finite(v, instead float64) float64 {
	if math.IsInf(v, 0) {
		return finite(instead, 0)
	}
	return v
}
