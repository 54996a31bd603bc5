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
	noFiles := func(f *figures) { f.short, f.shortOf = 7, "too many open files" }
	quota := func(f *figures) { f.quota, f.held, f.wall = 0.5, 300*ms, 10*time.Second }
	stopped := func(f *figures) { f.stood, f.longest, f.measured = 312*ms, 300*ms, 10*time.Second }
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
		{"out of descriptors", good(noFiles), ClientLimited, "7 of 1000 requests failed on the client's side, not the server's: too many open files"},
		{"nothing but that", good(noFiles, func(f *figures) { f.failed, f.short = f.done, 1000 }), NoResult, "none of 1000 requests succeeded: 1000 failed on the client's side (too many open files)"},
		{"held back by a quota", good(quota), ClientLimited, "the CPU quota of 0.5 cores held the client back in 300ms of 10s"},
		{"held back within a percent", good(quota, func(f *figures) { f.held = 100 * ms }), ServerLimited, ""},
		{"stopped", good(stopped), ClientLimited, "the client stood still for 312ms of 10s (longest 300ms): it was stopped or found no core"},
		{"stopped within a percent", good(stopped, func(f *figures) { f.stood = 100 * ms }), ServerLimited, ""},
		{"few", good(few), TooFewSamples, "99 requests; a p99 needs at least 100"},
		{"just enough", good(func(f *figures) { f.done = 100 }), ServerLimited, ""},
		{"a closed loop", good(func(f *figures) { f.offered = 0 }), ServerLimited, ""},
		{"exactly at the bounds", good(inUserSpace, func(f *figures) {
			f.cpuShare, f.dispatch, f.sched, f.receive = fullCPU, badDispatch, badScheduling, badReceive
		}), ServerLimited, ""},

		{"descriptors before all", good(noFiles, quota, cpu, stopped, late, missed), ClientLimited, "7 of 1000 requests failed on the client's side, not the server's: too many open files"},
		{"the quota before the cpu", good(quota, cpu, stopped, late, few), ClientLimited, "the CPU quota of 0.5 cores held the client back in 300ms of 10s"},
		{"a stop before what it made late", good(stopped, late, slowReads, forfeited), ClientLimited, "the client stood still for 312ms of 10s (longest 300ms): it was stopped or found no core"},
		{"cpu before the rest", good(cpu, stopped, late, inUserSpace, waiting, slowReads, forfeited, missed, few), ClientLimited, "the client used 97% of all cores"},
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

func TestShortages(t *testing.T) {
	err := func(n int64, cause string) metrics.ErrorCount {
		return metrics.ErrorCount{ErrorDetail: metrics.ErrorDetail{Cause: cause}, Count: n}
	}
	n, of := shortages([]metrics.ErrorCount{err(5, "connection refused"), err(2, "cannot assign requested address"), err(3, "dial udp: socket: too many open files"), err(9, "")})
	require.Equal(t, int64(5), n)
	require.Equal(t, "dial udp: socket: too many open files", of)
	n, of = shortages([]metrics.ErrorCount{err(5, "connection reset by peer")})
	require.Zero(t, n)
	require.Empty(t, of)
}

// A process that stands still while a phase is measured is told of; one that does so before or after is not.
func TestVerdictOfStops(t *testing.T) {
	still := func(from, to time.Duration) Option {
		return func(o *options) {
			o.watch = func() func() resources {
				base := o.clock
				return func() resources {
					return resources{cpuShare: 0.1, stalls: []stall{{base.Time(from), base.Time(to)}}}
				}
			}
		}
	}
	of := func(o Option) metrics.ClientReport {
		return world{server: service(100 * ms), phases: []Phase{{Pattern: Constant, Rate: 10, Requests: 101}}, opts: []Option{o}}.run(t).summary.Client // 10.2 s
	}
	r := of(still(time.Second, 1300*ms))
	require.Equal(t, ClientLimited, r.Verdict)
	require.Equal(t, "the client stood still for 300ms of 10.2s (longest 300ms): it was stopped or found no core", r.Reason)
	require.Equal(t, ServerLimited, of(still(time.Second, 1101*ms)).Verdict)
	require.Equal(t, ServerLimited, of(still(20*time.Second, 30*time.Second)).Verdict, "after the last phase")
}

// A disk that takes a second for every record holds up neither the load nor what is measured.
func TestVerdictOfASlowDisk(t *testing.T) {
	disk := &memory{onEach: func(int) error { time.Sleep(time.Second); return nil }} // virtual: the clock of the synctest bubble
	r := world{server: service(100 * ms), phases: []Phase{{Pattern: Constant, Rate: 1000, Requests: 3000}}, sink: disk}.run(t)
	require.Equal(t, ServerLimited, r.summary.Client.Verdict, r.summary.Client.Reason)
	require.Len(t, r.records, 3000, "all is written")
	require.Positive(t, r.summary.Client.FinisherBacklog, "it waited behind the load")
	require.Equal(t, 3100*ms, r.summary.Phases[0].End-r.summary.Phases[0].Start, "the load took what it takes")
	for i, rec := range r.records {
		require.Equal(t, rec.Due, rec.Start, "request %d left when it was due", i)
	}
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
