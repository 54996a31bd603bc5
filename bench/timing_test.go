// When requests go out and what is measured of them, to the nanosecond. The numbered cases are AIPerf's own, run on a virtual clock.
package bench

import (
	"context"
	"fmt"
	"math"
	"net"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/dataset"
	"github.com/aiperf-go/aiperf/endpoints/mock"
	"github.com/aiperf-go/aiperf/metrics"
)

func TestEveryInstantIsExact(t *testing.T) {
	const ttft, gap = 50 * ms, 7*ms + 3
	r := world{
		server: mock.Options{TTFT: mock.Fixed(ttft), Gap: mock.Fixed(gap), OSL: 4, Usage: true},
		phases: []Phase{{Name: "profiling", Concurrency: 1, Requests: 3}},
	}.run(t)
	require.NoError(t, r.err)
	require.Len(t, r.records, 3)
	whole := ttft + 3*gap
	for i, rec := range r.records {
		from := time.Duration(i) * whole
		require.Equal(t, int64(i), rec.SessionNum)
		require.Equal(t, fmt.Sprintf("c%d", i), rec.ConversationID)
		require.True(t, rec.Valid)
		require.Nil(t, rec.Error)
		require.Equal(t, from, rec.Due, "a slot came free")
		require.LessOrEqual(t, rec.Armed, rec.Due)
		require.Equal(t, from, rec.Issued)
		require.Equal(t, from, rec.Start)
		require.Equal(t, from, rec.WriteBegin)
		require.Equal(t, from, rec.Written)
		require.Equal(t, from, rec.Headers, "the mock's head leaves at once")
		require.Equal(t, from, rec.FirstBody, "with the role chunk")
		require.Equal(t, from+ttft, rec.FirstChunk)
		require.Equal(t, from+ttft, rec.FirstOut)
		require.Equal(t, []time.Duration{gap, gap, gap}, rec.Gaps)
		require.Equal(t, from+whole, rec.LastChunk)
		require.Equal(t, from+whole, rec.LastEvent)
		require.Equal(t, from+whole, rec.End)
		require.Equal(t, metrics.NoInstant, rec.Cancelled)
		require.Equal(t, i > 0, rec.Reused)
		require.Equal(t, i == 0, metrics.Known(rec.DialEnd))
		require.Equal(t, int32(4), rec.Contents)
		require.Equal(t, int32(1+4+3), rec.Responses, "role, contents, finish, usage, [DONE]")
		require.Equal(t, int32(200), rec.Status)
		require.Equal(t, metrics.Count(4), rec.OutputTokens)
		require.Equal(t, metrics.Count(4), rec.InputTokens, "words of the prompt")
		require.Equal(t, int64(len(rec.Raw.Payload)), rec.BytesOut)
	}
	for tag, want := range map[string]float64{
		"time_to_first_token": float64(ttft) / 1e6, "inter_token_latency": float64(gap) / 1e6, "request_latency": float64(whole) / 1e6,
	} {
		m := metric(t, r.summary.Results, tag)
		require.Equal(t, int64(3), m.Count.Int64(), tag)
		for _, v := range []metrics.Value{m.Avg, m.Min, m.Max, m.Percentiles[0], m.Percentiles[8]} {
			require.InDelta(t, want, v.Float64(), 1e-9, tag)
		}
		require.InDelta(t, 0, m.Std.Float64(), 1e-9, tag)
	}
	require.InDelta(t, 3/(3*whole).Seconds(), metric(t, r.summary.Results, "request_throughput").Avg.Float64(), 1e-9)
	require.InDelta(t, 12/(3*whole).Seconds(), metric(t, r.summary.Results, "output_token_throughput").Avg.Float64(), 1e-9)
	require.Equal(t, int64(3), r.summary.Succeeded)
	require.True(t, r.summary.Complete)
	require.False(t, r.summary.Cancelled)
	w := r.summary.Phases[0]
	require.Equal(t, []time.Duration{0, 2 * whole, 3 * whole}, []time.Duration{w.Start, w.SendEnd, w.End})
	require.Equal(t, int64(1), r.summary.Client.NewConnections)
	require.Equal(t, "user", r.summary.Client.Clock, "in-memory connections have no kernel stamps")
}

func TestClosedLoopKeepsItsConcurrency(t *testing.T) {
	for _, n := range []int{1, 2, 7} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			r := world{server: service(20 * ms), phases: []Phase{{Concurrency: n, Requests: 3 * n}}}.run(t)
			require.NoError(t, r.err)
			require.Len(t, r.records, 3*n)
			for i, rec := range r.records {
				round := time.Duration(i/n) * 20 * ms
				require.Equal(t, round, rec.Due, i)
				require.Equal(t, round, rec.Start, i)
				require.Equal(t, round+20*ms, rec.End, i)
			}
			require.Equal(t, int64(n), r.summary.Client.NewConnections, "one connection a slot, used again")
			require.Equal(t, 60*ms, r.summary.Window.End)
			require.Zero(t, r.summary.Window.MissedArrivals, "a closed loop misses nothing")
			require.False(t, r.summary.Window.OpenLoop)
		})
	}
}

// issue is one row of the worked examples: the phases, the service time, and when what must go out.
type issue struct {
	name      string
	phases    []Phase
	service   time.Duration
	issued    []time.Duration // profiling
	ends      time.Duration   // of the last phase
	sent      int64
	completed int64
	cancelled int64
	missed    int64
	sendEnd   time.Duration
}

func TestIssueTimes(t *testing.T) {
	const s = time.Second
	for _, c := range []issue{
		{name: "1: constant", phases: []Phase{{Pattern: Constant, Rate: 2, Requests: 5}}, service: 100 * ms,
			issued: at(500, 1000, 1500, 2000, 2500), ends: 2600 * ms, sent: 5, completed: 5, sendEnd: 2500 * ms},
		{name: "2: lost ticks are not caught up", phases: []Phase{{Pattern: Constant, Rate: 2, Concurrency: 1, Requests: 4}}, service: 1200 * ms,
			issued: at(500, 2000, 3500, 5000), ends: 6200 * ms, sent: 4, completed: 4, missed: 6, sendEnd: 5 * s},
		{name: "7: a request due at the duration is not sent", phases: []Phase{{Pattern: Constant, Rate: 2, Duration: 2 * s, Grace: 400 * ms}}, service: 1500 * ms,
			issued: at(500, 1000, 1500), ends: 2400 * ms, sent: 3, completed: 1, cancelled: 2, sendEnd: 2 * s},
		{name: "8: the deadline counts from the start", phases: []Phase{{Pattern: Constant, Rate: 2, Duration: 3 * s, Grace: s, Requests: 2}}, service: 30 * s,
			issued: at(500, 1000), ends: 4 * s, sent: 2, cancelled: 2, sendEnd: s},
		{name: "9: no grace", phases: []Phase{{Pattern: Constant, Rate: 2, Duration: 2 * s}}, service: 1500*ms + 1,
			issued: at(500, 1000, 1500), ends: 2 * s, sent: 3, cancelled: 3, sendEnd: 2 * s},
		{name: "grace without end", phases: []Phase{{Pattern: Constant, Rate: 2, Duration: 2 * s, Grace: Unbounded}}, service: 1000 * s,
			issued: at(500, 1000, 1500), ends: 1001500 * ms, sent: 3, completed: 3, sendEnd: 2 * s},
		{name: "closed loop with duration", phases: []Phase{{Concurrency: 2, Duration: 250 * ms, Grace: 10 * s}}, service: 100 * ms,
			issued: at(0, 0, 100, 100, 200, 200), ends: 300 * ms, sent: 6, completed: 6, sendEnd: 250 * ms},
		{name: "a slot that frees at the duration is not used", phases: []Phase{{Concurrency: 1, Duration: 200 * ms, Grace: 10 * s}}, service: 100 * ms,
			issued: at(0, 100), ends: 200 * ms, sent: 2, completed: 2, sendEnd: 200 * ms},
		{name: "sessions cap", phases: []Phase{{Concurrency: 2, Sessions: 3}}, service: 100 * ms,
			issued: at(0, 0, 100), ends: 200 * ms, sent: 3, completed: 3, sendEnd: 100 * ms},
		{name: "the first cap that is reached ends the sending", phases: []Phase{{Concurrency: 1, Sessions: 9, Requests: 2, Duration: s}}, service: 100 * ms,
			issued: at(0, 100), ends: 200 * ms, sent: 2, completed: 2, sendEnd: 100 * ms},
		{name: "request cap met exactly at the duration", phases: []Phase{{Pattern: Constant, Rate: 10, Duration: 300 * ms, Requests: 2}}, service: 50 * ms,
			issued: at(100, 200), ends: 250 * ms, sent: 2, completed: 2, sendEnd: 200 * ms},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := world{server: service(c.service), phases: c.phases}.run(t)
			require.NoError(t, r.err)
			require.Equal(t, c.issued, column(r.records, due))
			require.Equal(t, c.issued, column(r.records, start))
			w := r.summary.Phases[len(r.summary.Phases)-1]
			require.Equal(t, []int64{c.sent, c.completed, c.cancelled, c.missed}, []int64{w.Sent, w.Completed, w.Cancelled, w.MissedArrivals})
			require.Equal(t, c.sendEnd, w.SendEnd, "end of sending")
			require.Equal(t, c.ends, w.End, "end of the phase")
			require.Equal(t, c.completed, r.summary.Succeeded)
			require.Zero(t, r.summary.Failed, "what the run cut is no failure")
			require.Empty(t, r.summary.Errors)
			require.Equal(t, c.missed, r.summary.Client.MissedArrivals)
			require.True(t, r.summary.Complete, "a duration that ends is no interruption")
		})
	}
}

func TestCutRequestsAreRecordsButNoFigures(t *testing.T) {
	r := world{server: service(1500 * ms), phases: []Phase{{Pattern: Constant, Rate: 2, Duration: 2 * time.Second, Grace: 400 * ms}}}.run(t)
	require.Equal(t, []bool{false, true, true}, column(r.records, func(r *metrics.Record) bool { return r.WasCancelled }))
	for _, rec := range r.records[1:] {
		require.False(t, rec.Valid)
		require.Equal(t, 2400*ms, rec.Cancelled)
		require.Equal(t, metrics.Count(499), rec.Error.Code)
		require.Equal(t, "RequestCancellationError", rec.Error.Type)
		require.Equal(t, "Request cancelled by external signal", rec.Error.Message)
	}
	require.Equal(t, int64(1), metric(t, r.summary.Results, "request_latency").Count.Int64())
	require.InDelta(t, 1, metric(t, r.summary.Results, "request_count").Avg.Float64(), 0)
	require.False(t, hasMetric(r.summary.Results, "error_request_count"))
	require.Equal(t, int64(1), r.summary.Client.LatencyFromDue.Count)
	require.Equal(t, int64(2), r.stats.Gone, "their connections were closed")
}

func TestArrivalsOfTheSeed(t *testing.T) {
	// Rows 20 and 21: both phases start with the same intervals.
	for _, c := range []struct {
		name  string
		phase Phase
		want  []float64
	}{
		{"poisson", Phase{Pattern: Poisson, Rate: 10}, []float64{0.073159, 0.108935, 0.155811, 0.214819, 0.235387, 0.322420, 0.485632, 0.518913}},
		{"gamma", Phase{Pattern: Gamma, Rate: 10, Smoothness: 2}, []float64{0.122238, 0.184972, 0.248618, 0.284346, 0.299769, 0.331803, 0.505659, 0.531302}},
	} {
		t.Run(c.name, func(t *testing.T) {
			phase := c.phase
			phase.Requests = len(c.want)
			warm := phase
			warm.Kind = metrics.Warmup
			r := world{server: service(ms), phases: []Phase{warm, phase}}.run(t)
			require.NoError(t, r.err)
			for i, kind := range []metrics.PhaseKind{metrics.Warmup, metrics.Profiling} {
				from := r.summary.Phases[i].Start
				records := ofKind(r.records, kind)
				require.Len(t, records, len(c.want))
				for k, rec := range records {
					require.InDelta(t, c.want[k], (rec.Due - from).Seconds(), 0.5e-6)
					require.Equal(t, rec.Due, rec.Start)
				}
				require.True(t, r.summary.Phases[i].OpenLoop)
			}
			require.Equal(t, r.summary.Phases[0].End, r.summary.Phases[1].Start)

			other := world{server: service(ms), phases: []Phase{phase}, plan: func(p *Plan) { p.Seed = 43 }}.run(t)
			require.NotEqual(t, column(ofKind(r.records, metrics.Warmup), due), column(other.records, due))
		})
	}
}

func TestWarmupThenProfiling(t *testing.T) {
	two := func(p *Plan) {
		p.Target.URLs = []string{"http://one/v1/chat/completions", "http://two/v1/chat/completions"}
	}
	for _, c := range []struct {
		name                       string
		warm, load                 Phase
		warmNames, names           []string
		warmHosts, hosts           []string
		warmIssued, issued         []time.Duration
		profilingStart, warmupEnds time.Duration
	}{
		{name: "18: a request cap wastes no draw", warm: Phase{Concurrency: 1, Requests: 2}, load: Phase{Pattern: Constant, Rate: 2, Requests: 3},
			warmNames: []string{"c0", "c1"}, names: []string{"c2", "c3", "c4"}, warmHosts: []string{"one", "two"}, hosts: []string{"one", "two", "one"},
			warmIssued: at(0, 100), issued: at(700, 1200, 1700), profilingStart: 200 * ms},
		{name: "19: a duration discards the conversation drawn ahead, not its URL", warm: Phase{Concurrency: 1, Duration: 250 * ms, Grace: Unbounded},
			load: Phase{Pattern: Constant, Rate: 2, Requests: 2}, warmNames: []string{"c0", "c1", "c2"}, names: []string{"c4", "c5"},
			warmHosts: []string{"one", "two", "one"}, hosts: []string{"two", "one"}, warmIssued: at(0, 100, 200), issued: at(800, 1300), profilingStart: 300 * ms},
		{name: "a warm-up that ends by time without a request", warm: Phase{Pattern: Constant, Rate: 1, Duration: 250 * ms},
			load: Phase{Pattern: Constant, Rate: 2, Requests: 2}, names: []string{"c1", "c2"}, hosts: []string{"one", "two"}, issued: at(750, 1250), profilingStart: 250 * ms},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.warm.Kind, c.warm.Name, c.load.Name = metrics.Warmup, "warmup", "profiling"
			r := world{server: service(100 * ms), phases: []Phase{c.warm, c.load}, plan: two}.run(t)
			require.NoError(t, r.err)
			warm, load := ofKind(r.records, metrics.Warmup), ofKind(r.records, metrics.Profiling)
			require.ElementsMatch(t, c.warmNames, column(warm, name))
			require.ElementsMatch(t, c.warmHosts, column(warm, host))
			require.ElementsMatch(t, c.warmIssued, column(warm, due))
			require.Equal(t, c.names, column(load, name))
			require.Equal(t, c.hosts, column(load, host))
			require.Equal(t, c.issued, column(load, due))
			for i, rec := range load {
				require.Equal(t, int64(i), rec.SessionNum, "numbers start anew")
				require.Equal(t, uint8(1), rec.Phase)
			}
			require.Equal(t, c.profilingStart, r.summary.Window.Start)
			require.Equal(t, int64(len(load)), r.summary.Succeeded)
			if len(warm) > 0 {
				require.InDelta(t, float64(len(warm)), metric(t, r.summary.Warmup, "request_count").Avg.Float64(), 0)
			} else {
				require.Nil(t, r.summary.Warmup)
			}
			require.Equal(t, []int{-1, 0}, []int{r.summary.Phases[0].ProfilingIndex, r.summary.Phases[1].ProfilingIndex})
		})
	}
}

func TestWarmupIsNoPartOfTheFigures(t *testing.T) {
	r := world{
		server: mock.Options{TTFT: mock.Fixed(100 * ms), OSL: 1, Faults: []mock.Fault{{Kind: mock.FaultStatus, Status: 503, Every: 3}}},
		phases: []Phase{{Kind: metrics.Warmup, Concurrency: 1, Requests: 3}, {Concurrency: 1, Requests: 2}},
	}.run(t)
	require.Equal(t, int64(2), r.summary.Succeeded)
	require.Zero(t, r.summary.Failed, "the third request was warm-up")
	require.Empty(t, r.summary.Errors)
	require.Equal(t, int64(1), r.summary.Phases[0].Failed)
	require.Equal(t, int64(3), r.summary.Phases[0].Completed, "a failed request is a completed one")
	require.Equal(t, int64(2), r.summary.Client.DispatchLag.Count)
}

func TestURLsTakeTurns(t *testing.T) {
	urls := []string{"http://one/v1/chat/completions", "http://two:81/v1/chat/completions"}
	r := world{server: service(ms), phases: []Phase{{Concurrency: 1, Requests: 7}}, plan: func(p *Plan) { p.Target.URLs = urls }}.run(t)
	require.Equal(t, []string{"one", "two:81", "one", "two:81", "one", "two:81", "one"}, column(r.records, host))
	require.Equal(t, int64(2), r.summary.Client.NewConnections, "one a server")
}

func TestLatencyFromDueHoldsTheWaitForTheDial(t *testing.T) {
	// The dial is part of the service latency, as AIPerf counts it, and the wait for a slot is not: the tick is lost.
	synctest.Test(t, func(t *testing.T) {
		l := mock.NewPipeListener()
		server, err := mock.Serve(l, service(100*ms))
		require.NoError(t, err)
		slow := func(ctx context.Context, addr string) (net.Conn, error) {
			time.Sleep(30 * ms) // virtual
			return l.DialContext(ctx, "tcp", addr)
		}
		sink := &memory{}
		plan := chatPlan(t, Phase{Pattern: Constant, Rate: 4, Requests: 2})
		s, err := Run(context.Background(), plan, WithDial(slow), WithSink(sink))
		require.NoError(t, err)
		require.NoError(t, server.Close())
		require.Equal(t, []time.Duration{250 * ms, 500 * ms}, column(sink.records, start))
		require.Equal(t, []time.Duration{280 * ms, 500 * ms}, column(sink.records, func(r *metrics.Record) time.Duration { return r.WriteBegin }))
		latency := metric(t, s.Results, "request_latency")
		require.InDelta(t, 130, latency.Max.Float64(), 1e-9)
		require.InDelta(t, 100, latency.Min.Float64(), 1e-9)
		require.InDelta(t, 130, s.Client.LatencyFromDue.Max.Float64(), 1e-9)
		require.Zero(t, s.Client.DispatchLag.Max.Float64(), "the dial is no lag of the dispatch")
	})
}

func TestAnOpenLoopDoesNotDrift(t *testing.T) {
	// 70/s has no whole number of nanoseconds between arrivals: a rounded gap would be off by a microsecond after half a minute.
	r := world{server: service(ms), phases: []Phase{{Pattern: Constant, Rate: 70, Duration: 30*time.Second + ms, Grace: time.Second}},
		plan: func(p *Plan) { p.KeepRaw, p.KeepText = false, false }}.run(t)
	require.Len(t, r.records, 70*30)
	for i, rec := range r.records {
		want := time.Duration(math.Round(float64(i+1) / 70 * 1e9))
		require.InDelta(t, int64(want), int64(rec.Due), 2, i)
		require.Equal(t, rec.Due, rec.Start)
	}
	require.Zero(t, r.summary.Window.Forfeited)
	require.Zero(t, r.summary.Client.DispatchLag.Max.Float64())
	require.Equal(t, ServerLimited, r.summary.Client.Verdict, r.summary.Client.Reason)
}

func TestArmedAheadOfTheirInstant(t *testing.T) {
	r := world{server: service(ms), phases: []Phase{{Pattern: Constant, Rate: 2, Requests: 3}}}.run(t)
	for _, rec := range r.records {
		require.Zero(t, rec.Armed, "built long before it is due")
	}
}

func TestTheSamplerDecidesTheOrder(t *testing.T) {
	r := world{server: service(ms), phases: []Phase{{Concurrency: 1, Requests: 5}}, plan: func(p *Plan) { p.Dataset.Sampler = dataset.NewSequential(2) }}.run(t)
	require.Equal(t, []string{"c0", "c1", "c0", "c1", "c0"}, column(r.records, name))
	ids := map[string]bool{}
	for _, rec := range r.records {
		require.Equal(t, rec.CorrelationID, rec.RootID)
		ids[rec.CorrelationID], ids[rec.RequestID] = true, true
	}
	require.Len(t, ids, 10, "every run through a conversation is a session of its own")
}

func TestSnapshotsFollowThePhases(t *testing.T) {
	const service73 = 73 * ms // nothing happens at the instants of publication, the whole tenths of a second
	var p atomic.Pointer[metrics.Snapshot]
	var seen []metrics.Snapshot
	r := world{
		server: service(service73),
		phases: []Phase{{Name: "warmup", Kind: metrics.Warmup, Concurrency: 1, Requests: 4}, {Name: "profiling", Concurrency: 2, Duration: time.Second, Grace: Unbounded}},
		opts:   []Option{WithSnapshots(&p)},
		sink: &memory{onEach: func(n int) error {
			if n == 3 {
				time.Sleep(80 * ms) // the last record of the warm-up comes to the collector when profiling has begun
			}
			return nil
		}},
		begun: func(_, _ context.CancelFunc) {
			time.Sleep(250 * ms) // virtual
			seen = append(seen, *p.Load())
			time.Sleep(300 * ms)
			seen = append(seen, *p.Load())
		},
	}.run(t)
	require.NoError(t, r.err)
	seen = append(seen, *p.Load())
	type view struct {
		at         time.Duration
		phase      string
		sent, done int64
	}
	var got []view
	for _, s := range seen {
		got = append(got, view{s.At, s.Phase, s.Sent, s.Done})
	}
	require.Equal(t, []view{{200 * ms, "warmup", 3, 2}, {500 * ms, "profiling", 6, 4}, {1314 * ms, "profiling", 28, 28}}, got)
	require.InDelta(t, 73, seen[2].Latency.P50.Float64(), 0.1)
}
