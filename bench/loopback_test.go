// A run over real sockets with the real clock: what must hold whatever the machine is doing.
package bench

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/bench/transport"
	"github.com/aiperf-go/aiperf/endpoints/mock"
	"github.com/aiperf-go/aiperf/metrics"
)

// loopback runs phases against a mock server on a loopback port.
func loopback(t *testing.T, o mock.Options, change func(*Plan), phases ...Phase) ([]*metrics.Record, *metrics.Summary) {
	server, err := mock.Start(o)
	require.NoError(t, err)
	defer func() { require.NoError(t, server.Close()) }()
	plan := chatPlan(t, phases...)
	plan.Target.URLs = []string{server.URL() + "/v1/chat/completions"}
	plan.Target.Timeout = time.Minute
	plan.SpillDir = t.TempDir()
	if change != nil {
		change(plan)
	}
	sink := &memory{}
	s, err := Run(context.Background(), plan, WithSink(sink))
	require.NoError(t, err)
	return sink.records, s
}

// requireOrdered checks that instants that were all stamped come one after the other.
func requireOrdered(t *testing.T, r *metrics.Record) {
	t.Helper()
	require.LessOrEqual(t, r.Armed, r.Issued)
	require.LessOrEqual(t, r.Due, r.Issued)
	if metrics.Known(r.DialBegin) {
		require.LessOrEqual(t, r.Start, r.DialBegin)
		require.LessOrEqual(t, r.DialBegin, r.DialEnd)
		require.LessOrEqual(t, r.DialEnd, r.WriteBegin)
	}
	steps := []time.Duration{r.Issued, r.Start, r.WriteBegin, r.Headers, r.FirstBody, r.FirstChunk, r.LastChunk, r.LastEvent, r.End}
	for i := 1; i < len(steps); i++ {
		require.LessOrEqual(t, steps[i-1], steps[i], "step %d of %v", i, steps)
	}
	require.LessOrEqual(t, r.WriteBegin, r.Written)
	at := r.FirstChunk
	for _, g := range r.Gaps {
		require.GreaterOrEqual(t, g, time.Duration(0))
		at += g
	}
	require.Equal(t, r.LastChunk, at, "the gaps add up")
}

func TestOverLoopback(t *testing.T) {
	const ttft, gap = 5 * ms, 2 * ms
	o := mock.Options{TTFT: mock.Fixed(ttft), Gap: mock.Fixed(gap), OSL: 4}
	records, s := loopback(t, o, nil, Phase{Name: "warmup", Kind: metrics.Warmup, Concurrency: 2, Requests: 4}, Phase{Name: "profiling", Concurrency: 4, Requests: 40})
	require.Len(t, records, 44)
	require.Equal(t, int64(40), s.Succeeded)
	require.True(t, s.Complete)
	for _, r := range records {
		require.True(t, r.Valid, "%+v", r.Error)
		requireOrdered(t, r)
		// The kernel's stamps come from the wall clock, which may be slewed meanwhile.
		require.Greater(t, r.FirstChunk-r.WriteBegin, ttft-100*us, "the server waits that long")
		require.Greater(t, r.LastChunk-r.WriteBegin, ttft+3*gap-100*us)
		w := s.Phases[r.Phase]
		require.GreaterOrEqual(t, r.Start, w.Start)
		require.LessOrEqual(t, r.End, w.End, "the window holds all of its requests")
	}
	require.LessOrEqual(t, s.Phases[0].End, s.Phases[1].Start)
	if transport.KernelStamps {
		require.Equal(t, "kernel", s.Client.Clock)
		require.Positive(t, s.Client.KernelReads)
		require.Positive(t, s.Client.ReceiveLag.Count)
		require.GreaterOrEqual(t, s.Client.ReceiveLag.P50.Float64(), 0.0)
	}
	require.Equal(t, int64(40), s.Client.DispatchLag.Count)
	require.Contains(t, []string{ServerLimited, ClientLimited, LoadNotDelivered, TooFewSamples}, s.Client.Verdict)
	require.NotEmpty(t, s.Client.Reason)
}

func TestSessionsOverLoopback(t *testing.T) {
	const think = 3 * ms
	records, s := loopback(t, mock.Options{TTFT: mock.Fixed(2 * ms), Gap: mock.Fixed(ms), OSL: 3}, func(p *Plan) { p.Dataset.Source = each(4, think) },
		Phase{Concurrency: 4, Sessions: 12}, Phase{Pattern: Constant, Rate: 400, Concurrency: 6, Sessions: 10})
	require.Len(t, records, 88)
	require.Equal(t, int64(88), s.Succeeded)
	type turnOf struct {
		session string
		turn    int32
	}
	of := map[turnOf]*metrics.Record{}
	for _, r := range records {
		require.True(t, r.Valid, "%+v", r.Error)
		requireOrdered(t, r)
		of[turnOf{r.CorrelationID, r.Turn}] = r
	}
	require.Len(t, of, 88)
	for k, r := range of {
		if k.turn == 0 {
			continue
		}
		before := of[turnOf{k.session, k.turn - 1}]
		require.NotNil(t, before)
		// The kernel's stamps come from the wall clock, which may be slewed meanwhile.
		require.Greater(t, r.Start-before.End, think-100*us, "nobody answers before having thought")
		require.Greater(t, r.InputTokens, before.InputTokens+before.OutputTokens, "the turn before, its reply, and the new turn")
	}
	if transport.KernelStamps {
		require.Equal(t, "kernel", s.Client.Clock)
	}
}

func TestUserClockOverLoopback(t *testing.T) {
	records, s := loopback(t, mock.Options{OSL: 2}, func(p *Plan) { p.Clock = ClockUser }, Phase{Pattern: Constant, Rate: 500, Requests: 20})
	require.Equal(t, "user", s.Client.Clock)
	require.Zero(t, s.Client.KernelReads)
	require.Zero(t, s.Client.ReceiveLag.Count)
	for _, r := range records {
		requireOrdered(t, r)
		require.GreaterOrEqual(t, r.Start, r.Due, "never before it is due")
		require.Zero(t, r.UserStamps, "user stamps are what was asked for")
	}
}

func TestNobodyListens(t *testing.T) {
	server, err := mock.Start(mock.Options{})
	require.NoError(t, err)
	url := server.URL() + "/v1/chat/completions"
	require.NoError(t, server.Close())
	plan := chatPlan(t, Phase{Concurrency: 2, Requests: 4})
	plan.Target.URLs = []string{url}
	sink := &memory{}
	s, err := Run(context.Background(), plan, WithSink(sink))
	require.NoError(t, err)
	require.Equal(t, int64(4), s.Failed)
	require.Len(t, s.Errors, 1)
	require.Equal(t, "ClientConnectorError", s.Errors[0].Type)
	require.Equal(t, int64(4), s.Errors[0].Count)
	for _, r := range sink.records {
		require.Equal(t, metrics.NoInstant, r.WriteBegin)
		require.Zero(t, r.Status)
	}
}
