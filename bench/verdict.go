// The verdict: what the tool did to the measurement, and whether the figures can be trusted.
package bench

import (
	"fmt"
	"strings"
	"syscall"
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
	NoResult         = "no result"
	HiddenErrors     = "errors in answers"
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
	// userShare is how many reads may fall back to user stamps, beside kernel ones, before the scheduler's latency counts against the figures.
	userShare = 0.01
	// stoodShare is the share of the measured time that a run may have stood still or been held back by a quota: beyond it, what a p99 shows
	// may be the client's own.
	stoodShare = 0.01
	// enoughSamples is how many requests a p99 needs behind it to be more than the maximum.
	enoughSamples = 100
)

// judge writes the client's report.
func (r *runState) judge(c *collector, windows []metrics.PhaseWindow, res resources) metrics.ClientReport {
	v := c.self
	stats := &r.engine.Stats
	v.Clock = clockName(r.plan.Clock, r.engine.Kernel(), stats.KernelReads.Load(), stats.UserReads.Load())
	v.DispatchLag = lag(&c.dispatch)
	v.LatencyFromDue = lag(&c.fromDue)
	if r.engine.Kernel() {
		v.ReceiveLag = lag(&stats.Lag)
	}
	v.KernelReads, v.UserReads, v.ReplacedStamps = stats.KernelReads.Load(), stats.UserReads.Load(), stats.Replaced.Load()
	v.FinisherBacklog, v.SpilledBytes = r.backlog.peak()
	v.SpilledBytes += c.table.SpilledBytes()
	v.CPUShare, v.GCPauseTotal, v.GCCycles, v.SchedLatencyP99 = res.cpuShare, res.gcPause.Seconds()*1e3, res.gcCycles, res.schedP99.Seconds()*1e3

	f := figures{
		cpuShare: res.cpuShare, sched: res.schedP99, dispatch: c.dispatch.Quantile(0.99), receive: stats.Lag.Quantile(0.99),
		user: !r.engine.Kernel() || float64(v.UserReads+v.ReplacedStamps) > userShare*float64(v.KernelReads),
	}
	for _, w := range windows {
		if w.Kind != metrics.Profiling {
			continue
		}
		f.done += w.Completed
		f.failed += w.Failed
		f.observe(r.clock, w, res.stalls)
		f.missed += w.MissedArrivals
		if w.OpenLoop && metrics.Known(w.SendEnd) {
			f.forfeited += w.Forfeited.Seconds() * w.Offered
			f.offered += float64(w.Sent) + float64(w.MissedArrivals)
		}
	}
	v.MissedArrivals = f.missed
	f.hidden = v.HiddenErrors
	f.wall, f.quota, f.held = res.wall, res.quota, res.held
	f.short, f.shortOf = shortages(c.table.Errors(metrics.Profiling))
	v.Verdict, v.Reason = f.verdict()
	return v
}

// clockName names the clock that stamped the arrivals, and why it is not the one that was asked for.
func clockName(asked ClockKind, kernel bool, kernelReads, userReads int64) string {
	switch {
	case kernel && kernelReads > 0:
		return "kernel"
	case asked == ClockKernel && !transport.KernelStamps:
		return "user (this platform gives no kernel stamps)"
	case asked == ClockKernel && userReads > 0:
		return "user (the kernel gave no stamps)"
	}
	return "user"
}

// figures are what the verdict is made from.
type figures struct {
	cpuShare                 float64
	sched, dispatch, receive time.Duration // p99
	user                     bool          // arrivals were stamped in user space
	done, failed, missed     int64         // profiling
	hidden                   int64         // successes with an error object in their stream
	offered, forfeited       float64       // arrivals of open loops: sent or missed, and given up
	short                    int64         // requests that failed because the client had no descriptor, port or memory left
	shortOf                  string        // what was missing, in the system's words
	measured, stood, longest time.Duration // time of the profiling phases; how much of it the process stood still, and for how long at once
	wall, held               time.Duration // time of the run; periods in which a CPU quota held it back
	quota                    float64       // that quota, in cores
}

// observe adds a profiling phase to the measured time.
func (f *figures) observe(c Clock, w metrics.PhaseWindow, stalls []stall) {
	end := w.End
	if !metrics.Known(end) {
		end = max(c.Now(), w.Start)
	}
	stood, longest := within(stalls, c.Time(w.Start), c.Time(end))
	f.measured += end - w.Start
	f.stood += stood
	f.longest = max(f.longest, longest)
}

// ownShortages are the errors of the system that speak of the client, not of the server it asks.
var ownShortages = [...]syscall.Errno{syscall.EMFILE, syscall.ENFILE, syscall.EADDRNOTAVAIL, syscall.ENOBUFS, syscall.ENOMEM}

// shortages counts the requests that failed for such an error, and names the most frequent one.
func shortages(errs []metrics.ErrorCount) (n int64, of string) {
	most := int64(0)
	for _, e := range errs {
		for _, own := range ownShortages {
			if !strings.Contains(e.Cause, own.Error()) { // a resolver puts its own words around
				continue
			}
			if n += e.Count; e.Count > most {
				most, of = e.Count, e.Cause
			}
		}
	}
	return n, of
}

// verdict names the first of these that holds; each comes with the figure behind it.
func (f figures) verdict() (verdict, reason string) {
	switch {
	case f.failed > 0 && f.failed == f.done && f.short > 0:
		return NoResult, fmt.Sprintf("none of %d requests succeeded: %d failed on the client's side (%s)", f.done, f.short, f.shortOf)
	case f.failed > 0 && f.failed == f.done:
		return NoResult, fmt.Sprintf("none of %d requests succeeded", f.done)
	case f.hidden > 0:
		return HiddenErrors, fmt.Sprintf("%d answers count as successes, as in AIPerf, although the server reported an error in their stream: their figures are cut short", f.hidden)
	case f.short > 0:
		return ClientLimited, fmt.Sprintf("%d of %d requests failed on the client's side, not the server's: %s", f.short, f.done, f.shortOf)
	case f.held.Seconds() > stoodShare*f.wall.Seconds():
		return ClientLimited, fmt.Sprintf("the CPU quota of %.3g cores held the client back in %s of %s", f.quota, short(f.held), short(f.wall))
	case f.cpuShare > fullCPU:
		return ClientLimited, fmt.Sprintf("the client used %.0f%% of all cores", f.cpuShare*100)
	case f.stood.Seconds() > stoodShare*f.measured.Seconds():
		return ClientLimited, fmt.Sprintf("the client stood still for %s of %s (longest %s): it was stopped or found no core", short(f.stood), short(f.measured), short(f.longest))
	case f.dispatch > badDispatch:
		return ClientLimited, fmt.Sprintf("requests left %s after they were due (p99; bound %s)", short(f.dispatch), badDispatch)
	case f.user && f.sched > badScheduling:
		return ClientLimited, fmt.Sprintf("goroutines waited %s for a core (p99; bound %s), and user-space stamps carry that", short(f.sched), badScheduling)
	case f.receive > badReceive:
		return ClientLimited, fmt.Sprintf("arrived bytes were read %s late (p99; bound %s)", short(f.receive), badReceive)
	case f.offered > 0 && f.forfeited > (1-deliveredShare)*(f.offered+f.forfeited):
		return ClientLimited, fmt.Sprintf("the client fell behind its schedule and gave up about %.0f of %.0f arrivals", f.forfeited, f.offered+f.forfeited)
	case f.offered > 0 && float64(f.missed) > (1-deliveredShare)*f.offered:
		return LoadNotDelivered, fmt.Sprintf("%d of %.0f arrivals found no free slot and were not sent", f.missed, f.offered)
	case f.done < enoughSamples:
		return TooFewSamples, fmt.Sprintf("%d requests; a p99 needs at least %d", f.done, enoughSamples)
	}
	return ServerLimited, fmt.Sprintf("requests left %s after they were due (p99), %s", short(f.dispatch), receiveText(f.user, f.receive))
}

func receiveText(user bool, receive time.Duration) string {
	if user {
		return "arrivals were stamped in user space"
	}
	return fmt.Sprintf("arrivals were stamped by the kernel and read %s later (p99)", short(receive))
}

// short shows a duration with three digits.
func short(d time.Duration) string {
	for _, unit := range [...]struct {
		size time.Duration
		name string
	}{{time.Nanosecond, "ns"}, {time.Microsecond, "µs"}, {time.Millisecond, "ms"}, {time.Second, "s"}} {
		if v := float64(d) / float64(unit.size); v < 999.5 { // beyond, three digits read 1000
			return fmt.Sprintf("%.3g%s", v, unit.name)
		}
	}
	return fmt.Sprintf("%.0fs", d.Seconds())
}

// lag shows a histogram in milliseconds.
func lag(h *transport.Hist) metrics.Lag {
	if h.Count() == 0 {
		return metrics.Lag{}
	}
	ms := func(d time.Duration) metrics.Value { return metrics.Float(float64(d) / 1e6) }
	return metrics.Lag{Count: h.Count(), P50: ms(h.Quantile(0.50)), P90: ms(h.Quantile(0.90)), P99: ms(h.Quantile(0.99)), Max: ms(h.Max())}
}
