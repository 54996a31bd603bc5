// The verdict: what the tool did to the measurement, and whether the figures can be trusted.
package bench

import (
	"fmt"
	"time"

	"github.com/aiperf-go/aiperf/bench/transport"
	"github.com/aiperf-go/aiperf/metrics"
)

// The verdicts.
const (
	ServerLimited    = "server-limited"
	ClientLimited    = "client-limited"
	LoadNotDelivered = "load not delivered"
	TooFewSamples    = "too few samples"
)

// Thresholds of the verdict.
const (
	// badDispatch is a p99 of due → sent that a reader of millisecond latencies would notice.
	badDispatch = time.Millisecond
	// badReceive is a p99 of kernel → user: with kernel stamps it does not enter the figures, but a client that is so late with reading may
	// also hold back a server that waits for window space.
	badReceive = 5 * time.Millisecond
	// badScheduling is a p99 of the Go scheduler's own latency that user-space stamps would carry into every figure.
	badScheduling = 2 * time.Millisecond
	// fullCPU is a share of all cores beyond which nothing the client times itself is sound.
	fullCPU = 0.90
	// deliveredShare is the least share of the arrivals asked for that counts as delivered.
	deliveredShare = 0.99
	// enoughSamples is how many requests a p99 needs behind it to be more than the maximum.
	enoughSamples = 100
)

// judge writes the client's report.
func (r *runState) judge(c *collector, windows []metrics.PhaseWindow, res resources) metrics.ClientReport {
	v := c.self
	stats := &r.engine.Stats
	v.Clock = "user"
	switch {
	case r.engine.Kernel() && stats.KernelReads.Load() > 0:
		v.Clock = "kernel"
	case r.plan.Clock == ClockKernel && !transport.KernelStamps:
		v.Clock = "user (this platform gives no kernel stamps)"
	case r.plan.Clock == ClockKernel && stats.UserReads.Load() > 0:
		v.Clock = "user (the kernel gave no stamps)"
	}
	v.DispatchLag = lag(&c.dispatch)
	v.LatencyFromDue = lag(&c.fromDue)
	if r.engine.Kernel() {
		v.ReceiveLag = lag(&stats.Lag)
	}
	v.KernelReads, v.UserReads, v.ReplacedStamps = stats.KernelReads.Load(), stats.UserReads.Load(), stats.Replaced.Load()
	v.FinisherBacklog, v.SpilledBytes = r.backlog.peak()
	v.SpilledBytes += c.table.SpilledBytes()
	v.CPUShare, v.GCPauseTotal, v.GCCycles, v.SchedLatencyP99 = res.cpuShare, res.gcPause.Seconds()*1e3, res.gcCycles, res.schedP99.Seconds()*1e3

	var done, missed int64
	var forfeited, open, offered float64
	for _, w := range windows {
		if w.Kind != metrics.Profiling {
			continue
		}
		done += w.Completed
		missed += w.MissedArrivals
		if w.OpenLoop && metrics.Known(w.SendEnd) {
			forfeited += w.Forfeited.Seconds() * w.Offered
			offered += float64(w.Sent) + float64(w.MissedArrivals)
			open++
		}
	}
	v.MissedArrivals = missed
	v.Verdict, v.Reason = r.verdict(c, res, done, missed, forfeited, offered)
	return v
}

// verdict names the first of these that holds; each comes with the figure behind it.
func (r *runState) verdict(c *collector, res resources, done, missed int64, forfeited, offered float64) (verdict, reason string) {
	stats := &r.engine.Stats
	dispatch, receive := c.dispatch.Quantile(0.99), stats.Lag.Quantile(0.99)
	user := !r.engine.Kernel() || stats.KernelReads.Load() == 0
	switch {
	case res.cpuShare > fullCPU:
		return ClientLimited, fmt.Sprintf("the client used %.0f%% of all cores", res.cpuShare*100)
	case dispatch > badDispatch:
		return ClientLimited, fmt.Sprintf("requests left %s after they were due (p99; bound %s)", short(dispatch), badDispatch)
	case user && res.schedP99 > badScheduling:
		return ClientLimited, fmt.Sprintf("goroutines waited %s for a core (p99; bound %s), and user-space stamps carry that", short(res.schedP99), badScheduling)
	case receive > badReceive:
		return ClientLimited, fmt.Sprintf("arrived bytes were read %s late (p99; bound %s)", short(receive), badReceive)
	case offered > 0 && forfeited > (1-deliveredShare)*(offered+forfeited):
		return ClientLimited, fmt.Sprintf("the client fell behind its schedule and gave up about %.0f of %.0f arrivals", forfeited, offered+forfeited)
	case offered > 0 && float64(missed) > (1-deliveredShare)*offered:
		return LoadNotDelivered, fmt.Sprintf("%d of %.0f arrivals found no free slot and were not sent", missed, offered)
	case done < enoughSamples:
		return TooFewSamples, fmt.Sprintf("%d requests; a p99 needs at least %d", done, enoughSamples)
	}
	return ServerLimited, fmt.Sprintf("requests left %s after they were due (p99), %s", short(dispatch), receiveText(user, receive))
}

func receiveText(user bool, receive time.Duration) string {
	if user {
		return "arrivals were stamped in user space"
	}
	return fmt.Sprintf("arrivals were stamped by the kernel and read %s later (p99)", short(receive))
}

// short shows a duration with three digits.
func short(d time.Duration) string {
	switch {
	case d < time.Microsecond:
		return d.String()
	case d < time.Millisecond:
		return fmt.Sprintf("%.3gµs", float64(d)/1e3)
	case d < time.Second:
		return fmt.Sprintf("%.3gms", float64(d)/1e6)
	}
	return fmt.Sprintf("%.3gs", d.Seconds())
}

// lag shows a histogram in milliseconds.
func lag(h *transport.Hist) metrics.Lag {
	if h.Count() == 0 {
		return metrics.Lag{}
	}
	ms := func(d time.Duration) metrics.Value { return metrics.Float(float64(d) / 1e6) }
	return metrics.Lag{Count: h.Count(), P50: ms(h.Quantile(0.50)), P90: ms(h.Quantile(0.90)), P99: ms(h.Quantile(0.99)), Max: ms(h.Max())}
}
