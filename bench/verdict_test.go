// The verdict: what each figure leads to, which of two comes first, and the words.
package bench

import (
	"math"
	rtm "runtime/metrics"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/bench/transport"
	"github.com/aiperf-go/aiperf/metrics"
)

func TestVerdict(t *testing.T) {
	good := func(change ...func(*figures)) figures {
		f := figures{cpuShare: 0.5, sched: ms, dispatch: 20 * us, receive: 30 * us, done: 1000, offered: 1000}
		for _, c := range change {
			c(&f)
		}
		return f
	}
	cpu := func(f *figures) { f.cpuShare = 0.97 }
	late := func(f *figures) { f.dispatch = 1234567 }
	inUserSpace := func(f *figures) { f.user = true }
	waiting := func(f *figures) { f.sched = 2500 * us }
	slowReads := func(f *figures) { f.receive = 7 * ms }
	forfeited := func(f *figures) { f.forfeited = 30 }
	missed := func(f *figures) { f.missed = 200 }
	few := func(f *figures) { f.done = 99 }
	for _, c := range []struct {
		name    string
		f       figures
		verdict string
		reason  string
	}{
		{"all well", good(), ServerLimited, "requests left 20µs after they were due (p99), arrivals were stamped by the kernel and read 30µs later (p99)"},
		{"all well in user space", good(inUserSpace), ServerLimited, "requests left 20µs after they were due (p99), arrivals were stamped in user space"},
		{"cpu", good(cpu), ClientLimited, "the client used 97% of all cores"},
		{"cpu unknown", good(func(f *figures) { f.cpuShare = -1 }), ServerLimited, ""},
		{"late", good(late), ClientLimited, "requests left 1.23ms after they were due (p99; bound 1ms)"},
		{"waiting for a core with user stamps", good(waiting, inUserSpace), ClientLimited, "goroutines waited 2.5ms for a core (p99; bound 2ms), and user-space stamps carry that"},
		{"waiting for a core with kernel stamps", good(waiting), ServerLimited, ""},
		{"slow reads", good(slowReads), ClientLimited, "arrived bytes were read 7ms late (p99; bound 5ms)"},
		{"forfeited", good(forfeited), ClientLimited, "the client fell behind its schedule and gave up about 30 of 1030 arrivals"},
		{"forfeited within a percent", good(func(f *figures) { f.forfeited = 10 }), ServerLimited, ""},
		{"missed", good(missed), LoadNotDelivered, "200 of 1000 arrivals found no free slot and were not sent"},
		{"missed within a percent", good(func(f *figures) { f.missed = 9 }), ServerLimited, ""},
		{"nothing succeeded", good(cpu, func(f *figures) { f.failed = f.done }), NoResult, "none of 1000 requests succeeded"},
		{"some failed", good(func(f *figures) { f.failed = 1 }), ServerLimited, ""},
		{"hidden errors", good(cpu, func(f *figures) { f.hidden = 3 }), HiddenErrors, "3 answers count as successes, as in AIPerf, although the server reported an error in their stream: their figures are cut short"},
		{"few", good(few), TooFewSamples, "99 requests; a p99 needs at least 100"},
		{"just enough", good(func(f *figures) { f.done = 100 }), ServerLimited, ""},
		{"a closed loop", good(func(f *figures) { f.offered = 0 }), ServerLimited, ""},
		{"exactly at the bounds", good(inUserSpace, func(f *figures) {
			f.cpuShare, f.dispatch, f.sched, f.receive = fullCPU, badDispatch, badScheduling, badReceive
		}), ServerLimited, ""},

		{"cpu before all", good(cpu, late, inUserSpace, waiting, slowReads, forfeited, missed, few), ClientLimited, "the client used 97% of all cores"},
		{"late before the rest", good(late, inUserSpace, waiting, slowReads, forfeited, missed, few), ClientLimited, "requests left 1.23ms after they were due (p99; bound 1ms)"},
		{"cores before reads", good(inUserSpace, waiting, slowReads, forfeited, missed, few), ClientLimited, "goroutines waited 2.5ms for a core (p99; bound 2ms), and user-space stamps carry that"},
		{"reads before arrivals", good(slowReads, forfeited, missed, few), ClientLimited, "arrived bytes were read 7ms late (p99; bound 5ms)"},
		{"own fault before lost ticks", good(forfeited, missed, few), ClientLimited, "the client fell behind its schedule and gave up about 30 of 1030 arrivals"},
		{"lost ticks before few samples", good(missed, few), LoadNotDelivered, "200 of 1000 arrivals found no free slot and were not sent"},
	} {
		t.Run(c.name, func(t *testing.T) {
			verdict, reason := c.f.verdict()
			require.Equal(t, c.verdict, verdict, reason)
			if c.reason != "" {
				require.Equal(t, c.reason, reason)
			}
		})
	}
}

func TestVerdictOfRuns(t *testing.T) {
	few := world{server: service(100 * ms), phases: []Phase{{Pattern: Constant, Rate: 2, Requests: 99}}}.run(t)
	require.Equal(t, TooFewSamples, few.summary.Client.Verdict, few.summary.Client.Reason)
	enough := world{server: service(100 * ms), phases: []Phase{{Pattern: Constant, Rate: 2, Requests: 100}}}.run(t)
	require.Equal(t, ServerLimited, enough.summary.Client.Verdict, enough.summary.Client.Reason)
	lost := world{server: service(900 * ms), phases: []Phase{{Pattern: Constant, Rate: 2, Concurrency: 1, Requests: 100}}}.run(t)
	require.Equal(t, LoadNotDelivered, lost.summary.Client.Verdict, lost.summary.Client.Reason)
	require.Equal(t, int64(99), lost.summary.Client.MissedArrivals)
	require.Equal(t, "99 of 199 arrivals found no free slot and were not sent", lost.summary.Client.Reason)
	closed := world{server: service(time.Second), phases: []Phase{{Concurrency: 2, Requests: 100}}}.run(t)
	require.Equal(t, ServerLimited, closed.summary.Client.Verdict, "a closed loop loses no arrivals")
	warm := world{server: service(900 * ms), phases: []Phase{{Kind: metrics.Warmup, Pattern: Constant, Rate: 2, Concurrency: 1, Requests: 200}, {Concurrency: 1, Requests: 3}}}.run(t)
	require.Equal(t, TooFewSamples, warm.summary.Client.Verdict, "warm-up neither loses arrivals nor makes samples")
	require.Zero(t, warm.summary.Client.MissedArrivals)
}

func TestClockName(t *testing.T) {
	why := "user (the kernel gave no stamps)"
	if !transport.KernelStamps {
		why = "user (this platform gives no kernel stamps)"
	}
	require.Equal(t, "kernel", clockName(ClockKernel, true, 1, 5))
	require.Equal(t, "user", clockName(ClockUser, false, 0, 0))
	require.Equal(t, why, clockName(ClockKernel, true, 0, 5))
}

func TestShort(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0ns", 999: "999ns", 1000: "1µs", 12345: "12.3µs", 999499: "999µs", 999999: "1ms", ms: "1ms", 1234 * us: "1.23ms", 2500 * ms: "2.5s",
		100 * time.Second: "100s", time.Hour: "3600s",
	} {
		require.Equal(t, want, short(d))
	}
}

func TestLag(t *testing.T) {
	var h transport.Hist
	require.Equal(t, metrics.Lag{}, lag(&h), "nothing measured is absent, not 0")
	h.Record(0)
	require.Equal(t, metrics.Lag{Count: 1, P50: metrics.Float(0), P90: metrics.Float(0), P99: metrics.Float(0), Max: metrics.Float(0)}, lag(&h))
	h.Record(1500 * us)
	require.Equal(t, metrics.Float(1.5), lag(&h).Max)
}

func TestRuntimeHistograms(t *testing.T) {
	edges := []float64{math.Inf(-1), 0, 1, 2, 4, math.Inf(1)}
	for _, c := range []struct {
		counts   []uint64
		q, total float64
	}{
		{[]uint64{0, 0, 0, 0, 0}, 0, 0},
		{[]uint64{0, 100, 0, 0, 0}, 1, 50},
		{[]uint64{0, 98, 0, 2, 0}, 4, 49 + 6},
		{[]uint64{0, 99, 1, 0, 0}, 1, 49.5 + 1.5},
		{[]uint64{0, 0, 0, 0, 7}, 4, 28},
		{[]uint64{7, 0, 0, 0, 0}, 0, 0},
	} {
		require.InDelta(t, c.q, quantile(edges, c.counts, 0.99), 0, "%v", c.counts)
		require.InDelta(t, c.total, total(edges, c.counts), 1e-12, "%v", c.counts)
	}
	h := &rtm.Float64Histogram{Counts: []uint64{0, 5, 6, 0, 0}, Buckets: edges}
	gained := since(h, []uint64{0, 5, 4, 0, 0}, func(counts []uint64) float64 { return float64(counts[1]*100 + counts[2]) })
	require.Equal(t, 2*time.Second, gained, "only what was added since")
}

func TestSelfWatch(t *testing.T) {
	r := watchSelf().end()
	require.GreaterOrEqual(t, r.cpuShare, -1.0)
	require.GreaterOrEqual(t, r.gcCycles, int64(0))
	require.GreaterOrEqual(t, r.schedP99, time.Duration(0))
}
