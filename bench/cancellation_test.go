// Clients that disappear: which requests are cancelled, what their records say, and that their sessions go on.
package bench

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/endpoints/mock"
	"github.com/aiperf-go/aiperf/metrics"
)

func cancelled(r *metrics.Record) bool { return r.WasCancelled }

func TestCancellations(t *testing.T) {
	// Row 22: one draw for each request of a profiling phase, in the order of issue; every phase begins the stream anew, warm-up draws nothing.
	want := []bool{true, false, true, true, false, true, false, true}
	half := Cancellation{Percent: 50, After: 30 * ms}
	server := mock.Options{TTFT: mock.Fixed(10 * ms), Gap: mock.Fixed(40 * ms), OSL: 2}
	r := world{
		server: server,
		phases: []Phase{
			{Kind: metrics.Warmup, Concurrency: 1, Requests: 3, Cancellation: half},
			{Concurrency: 1, Requests: 8, Cancellation: half},
			{Pattern: Constant, Rate: 10, Requests: 8, Cancellation: half},
		},
	}.run(t)
	require.NoError(t, r.err)
	require.Equal(t, []bool{false, false, false}, column(r.records[:3], cancelled))
	require.Equal(t, want, column(r.records[3:11], cancelled))
	require.Equal(t, want, column(r.records[11:], cancelled))
	for _, rec := range r.records {
		if !rec.WasCancelled {
			require.True(t, rec.Valid)
			require.Equal(t, 50*ms, rec.End-rec.Start)
			continue
		}
		require.False(t, rec.Valid)
		require.Equal(t, &metrics.ErrorDetail{Code: 499, Type: "RequestCancellationError", Message: "Request cancelled 0.030s after being sent"}, rec.Error)
		require.Equal(t, 30*ms, rec.Cancelled-rec.Start)
		require.Equal(t, []metrics.Instant{metrics.NoInstant, metrics.NoInstant, metrics.NoInstant}, []metrics.Instant{rec.Headers, rec.FirstChunk, rec.LastEvent}, "nobody read the answer")
		require.Zero(t, rec.Contents)
		require.Empty(t, rec.Text)
		require.Equal(t, metrics.NoCount, rec.OutputTokens)
		require.Equal(t, metrics.Count(4), rec.InputTokens)
	}
	require.Equal(t, []int64{6, 10}, []int64{r.summary.Succeeded, r.summary.Failed}, "they are failures")
	for _, w := range r.summary.Phases {
		require.Zero(t, w.Cancelled, "not cut by the run")
		require.Equal(t, w.Sent, w.Completed)
	}
	require.Equal(t, "RequestCancellationError", r.summary.Errors[0].Type)
	require.Equal(t, int64(10), r.stats.Gone, "their connections were closed")
}

func TestWhatIsFasterThanItsCancellationIsNormal(t *testing.T) {
	r := world{server: service(30 * ms), phases: []Phase{{Concurrency: 2, Requests: 6, Cancellation: Cancellation{Percent: 100, After: 31 * ms}}}}.run(t)
	require.Equal(t, int64(6), r.summary.Succeeded)
	require.Equal(t, int64(2), r.summary.Client.NewConnections)
}

func TestCancelledTurnsDoNotEndASession(t *testing.T) {
	for _, after := range []time.Duration{0, 30 * ms} {
		r := world{
			server: mock.Options{TTFT: mock.Fixed(10 * ms), Gap: mock.Fixed(40 * ms), OSL: 2}, phases: []Phase{{Concurrency: 1, Prefill: 1, Sessions: 2, Cancellation: Cancellation{Percent: 100, After: after}}},
			plan: func(p *Plan) { p.Dataset.Source = each(2, 5*ms) },
		}.run(t)
		require.NoError(t, r.err)
		require.Len(t, r.records, 4)
		for i, rec := range r.records {
			require.True(t, rec.WasCancelled)
			require.Equal(t, after, rec.Cancelled-rec.Start)
			require.Equal(t, int32(i%2), rec.Turn)
			require.NotContains(t, string(rec.Raw.Payload), "assistant", "what was cancelled leaves no reply")
			if i%2 == 1 {
				require.Equal(t, r.records[i-1].Cancelled+5*ms, rec.Start)
			}
		}
		require.Equal(t, int64(4), r.stats.Inference, "the server had the whole request")
	}
}
