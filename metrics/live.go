// Live is the running view of a run: counts, rates and approximate percentiles for a progress line. Final numbers never come from it.
package metrics

import "github.com/HdrHistogram/hdrhistogram-go"

// Live is fed by one goroutine, the collector, which publishes its snapshots.
type Live struct {
	ttft, latency, gap  histogram
	sent, done, failed  int64
	tokensIn, tokensOut int64
	began               Instant
}

// Snapshot is the state of a run at an instant; it never changes.
type Snapshot struct {
	At       Instant
	Phase    string
	Sent     int64
	Done     int64 // valid and failed
	Failed   int64
	InFlight int64
	// Rates over the phase so far, per second; absent before anything was done.
	RequestRate     Value
	OutputTokenRate Value
	InputTokenRate  Value
	// Milliseconds, within 0.1 %; absent without a sample.
	TTFT, Latency, ITL Quantiles
	OutOfRange         int64 // values clamped to what a histogram can hold
}

// Quantiles are the middle and the tail of a distribution.
type Quantiles struct {
	Count    int64
	P50, P99 Value
}

// NewLive starts the view of one phase at an instant.
func NewLive(began Instant) *Live {
	return &Live{ttft: newHistogram(), latency: newHistogram(), gap: newHistogram(), began: began}
}

// Reset starts the view of another phase, keeping the storage.
func (l *Live) Reset(began Instant) {
	l.ttft.reset()
	l.latency.reset()
	l.gap.reset()
	*l = Live{ttft: l.ttft, latency: l.latency, gap: l.gap, began: began}
}

// Sent tells how many requests were issued so far.
func (l *Live) Sent(n int64) { l.sent = n }

// Observe adds one finished request. It does not allocate.
func (l *Live) Observe(r *Record) {
	l.done++
	if !r.Valid {
		l.failed++
		return
	}
	if r.InputTokens.Known() {
		l.tokensIn += int64(r.InputTokens)
	}
	osl := int64(0)
	for _, c := range [...]Count{r.OutputTokens, r.ReasoningTokens} {
		if c.Known() {
			osl += int64(c)
		}
	}
	l.tokensOut += osl
	if !Known(r.Start) || !Known(r.FirstChunk) || !Known(r.LastChunk) {
		return
	}
	l.ttft.add(int64(r.FirstChunk - r.Start))
	l.latency.add(int64(r.LastChunk - r.Start))
	if osl >= 2 {
		l.gap.add(int64(r.LastChunk-r.FirstChunk) / (osl - 1))
	}
}

// Snapshot is the state at an instant.
func (l *Live) Snapshot(phase string, at Instant) *Snapshot {
	s := &Snapshot{
		At: at, Phase: phase, Sent: l.sent, Done: l.done, Failed: l.failed, InFlight: max(l.sent-l.done, 0),
		TTFT: l.ttft.quantiles(), Latency: l.latency.quantiles(), ITL: l.gap.quantiles(),
		OutOfRange: l.ttft.out + l.latency.out + l.gap.out,
	}
	if t := (at - l.began).Seconds(); t > 0 && l.done > 0 {
		s.RequestRate = Float(float64(l.done-l.failed) / t)
		s.OutputTokenRate = Float(float64(l.tokensOut) / t)
		s.InputTokenRate = Float(float64(l.tokensIn) / t)
	}
	return s
}

// histogram clamps what it cannot hold, and counts it.
type histogram struct {
	h   *hdrhistogram.Histogram
	out int64
}

func newHistogram() histogram {
	return histogram{h: hdrhistogram.New(liveLowest, liveHighest, liveDigits)}
}

func (h *histogram) reset() {
	h.h.Reset()
	h.out = 0
}

func (h *histogram) add(ns int64) {
	us := ns / 1000
	if ns < 0 || us > liveHighest {
		h.out++
	}
	_ = h.h.RecordValue(min(max(us, liveLowest), liveHighest)) // within the bounds it was made for
}

func (h *histogram) quantiles() Quantiles {
	n := h.h.TotalCount()
	if n == 0 {
		return Quantiles{}
	}
	return Quantiles{Count: n, P50: Float(float64(h.h.ValueAtQuantile(50)) / 1e3), P99: Float(float64(h.h.ValueAtQuantile(99)) / 1e3)}
}
