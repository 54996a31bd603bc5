// Hist is a histogram of durations that many goroutines may feed without a lock.
package transport

import (
	"math/bits"
	"sync/atomic"
	"time"
)

const (
	histSub  = 6 // 64 buckets to an octave: 1.6 % resolution
	histSize = (64 - histSub) << histSub
)

// Hist counts durations in log-linear buckets. The zero value is ready. Negative durations count as 0.
type Hist struct {
	count   atomic.Int64
	max     atomic.Int64
	buckets [histSize]atomic.Uint32
}

// Record adds one duration: one atomic add for the bucket, one for the count.
func (h *Hist) Record(d time.Duration) {
	v := uint64(max(d, 0))
	h.buckets[bucketOf(v)].Add(1)
	h.count.Add(1)
	for {
		m := h.max.Load()
		if int64(v) <= m || h.max.CompareAndSwap(m, int64(v)) {
			return
		}
	}
}

func bucketOf(v uint64) int {
	if v < 1<<histSub {
		return int(v)
	}
	e := bits.Len64(v) - 1 - histSub
	return (e+1)<<histSub | int(v>>e)&(1<<histSub-1)
}

// bucketMid is the middle of a bucket.
func bucketMid(i int) time.Duration {
	if i < 1<<histSub {
		return time.Duration(i)
	}
	e := i>>histSub - 1
	low := uint64(1<<histSub|i&(1<<histSub-1)) << e
	return time.Duration(low + (1<<e)/2)
}

// Count is how many durations were recorded.
func (h *Hist) Count() int64 { return h.count.Load() }

// Max is the largest duration, exact.
func (h *Hist) Max() time.Duration { return time.Duration(h.max.Load()) }

// Quantile is the duration below which a share q of the values lies, to the resolution of the buckets; 0 when empty.
func (h *Hist) Quantile(q float64) time.Duration {
	total := h.count.Load()
	if total == 0 {
		return 0
	}
	want := int64(q * float64(total))
	want = min(max(want, 1), total)
	var seen int64
	for i := range h.buckets {
		seen += int64(h.buckets[i].Load())
		if seen >= want {
			return min(bucketMid(i), h.Max())
		}
	}
	return h.Max()
}
