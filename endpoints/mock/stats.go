// Stats: counters and the lateness histogram, written by the wheel and the connections, read by anyone.
package mock

import (
	"math/bits"
	"sync/atomic"
	"time"
)

// Stats is what the server knows of itself. Durations are nanoseconds in JSON.
type Stats struct {
	Requests    int64 `json:"requests"`    // HTTP requests of every kind
	Inference   int64 `json:"inference"`   // requests for an answer
	Streams     int64 `json:"streams"`     // streamed answers sent to their end
	Answers     int64 `json:"answers"`     // whole answers sent to their end
	Faults      int64 `json:"faults"`      // requests disturbed on purpose
	Gone        int64 `json:"gone"`        // answers the client left before their end
	Events      int64 `json:"events"`      // timed writes
	Tokens      int64 `json:"tokens"`      // content chunks sent
	Blocked     int64 `json:"blocked"`     // times a stream was held back because its client did not read
	Partial     int64 `json:"partial"`     // writes the kernel did not take whole
	Open        int64 `json:"open"`        // answers in work now
	Waiting     int64 `json:"waiting"`     // answers waiting for a place now
	Connections int64 `json:"connections"` // connections open now

	Precise bool `json:"precise"` // the precise thread is used, not Go timers

	// Lateness of a timed write: instant just before the write minus the instant it was due.
	LatenessP50  time.Duration `json:"lateness_p50_ns"`
	LatenessP90  time.Duration `json:"lateness_p90_ns"`
	LatenessP99  time.Duration `json:"lateness_p99_ns"`
	LatenessP999 time.Duration `json:"lateness_p999_ns"`
	LatenessMax  time.Duration `json:"lateness_max_ns"`
}

// meters are the live counters behind Stats. Gauges are not touched by reset.
type meters struct {
	requests, inference, streams, answers, faults, gone atomic.Int64
	events, tokens, blocked, partial                    atomic.Int64
	open, waiting, conns                                atomic.Int64
	late                                                histogram
}

func (m *meters) stats() Stats {
	s := Stats{
		Requests: m.requests.Load(), Inference: m.inference.Load(), Streams: m.streams.Load(), Answers: m.answers.Load(),
		Faults: m.faults.Load(), Gone: m.gone.Load(), Events: m.events.Load(), Tokens: m.tokens.Load(),
		Blocked: m.blocked.Load(), Partial: m.partial.Load(),
		Open: m.open.Load(), Waiting: m.waiting.Load(), Connections: m.conns.Load(),
	}
	q := m.late.quantiles(0.5, 0.9, 0.99, 0.999)
	s.LatenessP50, s.LatenessP90, s.LatenessP99, s.LatenessP999 = q[0], q[1], q[2], q[3]
	s.LatenessMax = time.Duration(m.late.max.Load())
	return s
}

// reset sets counters and histogram to zero; what is written at the same moment may count on either side.
func (m *meters) reset() {
	for _, c := range []*atomic.Int64{&m.requests, &m.inference, &m.streams, &m.answers, &m.faults, &m.gone,
		&m.events, &m.tokens, &m.blocked, &m.partial} {
		c.Store(0)
	}
	m.late.reset()
}

// histogram is log-linear: 16 buckets to each power of two, so a value is known to 1/16 or better.
type histogram struct {
	counts [64 << subBits]atomic.Int64
	max    atomic.Int64
}

const subBits = 4

func (h *histogram) record(d time.Duration) {
	v := max(int64(d), 0)
	h.counts[bucketOf(uint64(v))].Add(1)
	for {
		old := h.max.Load()
		if v <= old || h.max.CompareAndSwap(old, v) {
			return
		}
	}
}

// bucketOf is exact below 16 and keeps the leading bit and the four behind it above.
func bucketOf(v uint64) int {
	if v < 1<<subBits {
		return int(v)
	}
	e := bits.Len64(v) - 1 - subBits
	return e<<subBits + int(v>>e)
}

// upperOf is the largest value of a bucket.
func upperOf(b int) uint64 {
	if b < 2<<subBits {
		return uint64(b)
	}
	e := b>>subBits - 1
	return uint64(b-e<<subBits+1)<<e - 1
}

// quantiles returns for each q the upper end of the bucket that holds it, never above the maximum; q must ascend.
func (h *histogram) quantiles(qs ...float64) []time.Duration {
	var total int64
	for i := range h.counts {
		total += h.counts[i].Load()
	}
	out := make([]time.Duration, len(qs))
	var seen int64
	k := 0
	for i := range h.counts {
		seen += h.counts[i].Load()
		for k < len(qs) && total > 0 && float64(seen) >= qs[k]*float64(total) {
			out[k] = time.Duration(min(upperOf(i), uint64(h.max.Load())))
			k++
		}
	}
	return out
}

func (h *histogram) reset() {
	for i := range h.counts {
		h.counts[i].Store(0)
	}
	h.max.Store(0)
}
