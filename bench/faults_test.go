// Failing answers as records: the error in AIPerf's words, what counts as valid, and which instants are there.
package bench

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/endpoints/mock"
	"github.com/aiperf-go/aiperf/metrics"
)

const (
	noContent   = "InvalidInferenceResultError('Invalid inference result: No responses with actual content were received from the server (only usage/metadata, null/empty data, or [DONE] markers)')"
	noResponses = "InvalidInferenceResultError('Invalid inference result: No responses were received')"
)

func TestFaultsAsRecords(t *testing.T) {
	const none = metrics.NoInstant
	type want struct {
		code          metrics.Count
		class, text   string // "" for a valid record
		status        int32
		headers, end  time.Duration
		contents      int32
		output        metrics.Count
		hint          string
		firstAndLasts []time.Duration
	}
	// Undisturbed: head and role at 0, contents at 50, 60, 70, 80 ms.
	for _, c := range []struct {
		fault string
		whole bool // not streamed
		want  want
	}{
		{"status:500", false, want{500, "Internal Server Error", `{"error":{"message":"injected failure of request 0","type":"server_error","param":null,"code":500}}`, 500, none, none, 0, metrics.NoCount, "", nil}},
		{"status:429", true, want{429, "Too Many Requests", `{"error":{"message":"injected failure of request 0","type":"rate_limit_error","param":null,"code":429}}`, 429, none, none, 0, metrics.NoCount, "", nil}},
		{"drop", false, want{metrics.NoCount, "ServerDisconnectedError", "ServerDisconnectedError('server disconnected')", 0, none, 0, 0, metrics.NoCount, "", nil}},
		{"drop-mid", false, want{metrics.NoCount, "ClientPayloadError", "", 200, 0, 70 * ms, 2, metrics.NoCount, "", at(50, 60)}},
		{"drop-mid", true, want{metrics.NoCount, "ClientPayloadError", "", 200, 80 * ms, 80 * ms, 0, metrics.NoCount, "", nil}},
		{"truncated", false, want{metrics.NoCount, "ClientPayloadError", "", 200, 80 * ms, 80 * ms, 4, metrics.NoCount, "", at(80, 80)}},
		{"truncated", true, want{metrics.NoCount, "ClientPayloadError", "", 200, 80 * ms, 80 * ms, 0, metrics.NoCount, "", nil}},
		{"error-event", false, want{502, "SSEResponseError", "", 200, 0, 70 * ms, 2, metrics.NoCount, "", at(50, 60)}},
		{"error-data", false, want{metrics.NoCount, "", "", 200, 0, 70 * ms, 2, 2, "", at(50, 60)}},
		{"error-data", true, want{metrics.NoCount, "InvalidInferenceResultError", noContent, 200, 80 * ms, 80 * ms, 0, metrics.NoCount, "injected failure of request 0", nil}},
		{"html", false, want{metrics.NoCount, "InvalidInferenceResultError", noContent, 200, 0, 0, 0, metrics.NoCount, "<!DOCTYPE html>", nil}},
		{"empty", false, want{metrics.NoCount, "InvalidInferenceResultError", noContent, 200, 0, 50 * ms, 0, metrics.NoCount, "", nil}},
		{"empty", true, want{metrics.NoCount, "InvalidInferenceResultError", noContent, 200, 50 * ms, 50 * ms, 0, metrics.NoCount, "", nil}},
		{"malformed", false, want{metrics.NoCount, "", "", 200, 0, 80 * ms, 3, 3, "", at(50, 80)}},
		{"malformed", true, want{metrics.NoCount, "InvalidInferenceResultError", noContent, 200, 80 * ms, 80 * ms, 0, metrics.NoCount, "", nil}},
		{"stall:1s", false, want{metrics.NoCount, "", "", 200, 0, 1080 * ms, 4, 4, "", at(50, 1080)}},
		{"slow-head:20ms", false, want{metrics.NoCount, "", "", 200, 20 * ms, 100 * ms, 4, 4, "", at(70, 100)}},
		{"delay:1s", true, want{metrics.NoCount, "", "", 200, 1080 * ms, 1080 * ms, 1, 4, "", at(1080, 1080)}},
	} {
		name := c.fault
		if c.whole {
			name += " whole"
		}
		t.Run(name, func(t *testing.T) {
			fault, err := mock.ParseFault(c.fault)
			require.NoError(t, err)
			r := world{
				server: mock.Options{TTFT: mock.Fixed(50 * ms), Gap: mock.Fixed(10 * ms), OSL: 4, Faults: []mock.Fault{fault}},
				phases: []Phase{{Concurrency: 1, Requests: 1}}, plan: func(p *Plan) { p.Target.Streaming = !c.whole },
			}.run(t)
			require.NoError(t, r.err)
			rec, w := r.records[0], c.want
			require.Equal(t, w.class == "", rec.Valid)
			if rec.Valid {
				require.Nil(t, rec.Error)
				require.Equal(t, int64(1), r.summary.Succeeded)
			} else {
				require.Equal(t, []any{w.code, w.class}, []any{rec.Error.Code, rec.Error.Type})
				if w.text != "" {
					require.Equal(t, w.text, rec.Error.Message)
				}
				require.Contains(t, rec.Error.Hint, w.hint)
				require.Equal(t, []metrics.ErrorCount{{ErrorDetail: *rec.Error, Count: 1}}, r.summary.Errors)
				require.Equal(t, int64(1), r.summary.Failed)
			}
			require.Equal(t, w.status, rec.Status)
			require.Equal(t, []time.Duration{w.headers, w.end}, []time.Duration{rec.Headers, rec.End}, "headers, end")
			require.Equal(t, w.contents, rec.Contents)
			require.Equal(t, w.output, rec.OutputTokens)
			require.Equal(t, metrics.Count(4), rec.InputTokens, "the input is counted in any case")
			require.False(t, rec.WasCancelled)
			if w.firstAndLasts == nil {
				require.Equal(t, []time.Duration{none, none}, []time.Duration{rec.FirstChunk, rec.LastChunk})
			} else {
				require.Equal(t, w.firstAndLasts, []time.Duration{rec.FirstChunk, rec.LastChunk})
			}
		})
	}
}

func TestOddServers(t *testing.T) {
	const stream = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
	for _, c := range []struct {
		name  string
		steps []any
		valid bool
		code  metrics.Count
		class string
		text  string // part of the message
	}{
		{"a stream without [DONE] is a success", []any{stream + events(delta("content", "a")), nil}, true, 0, "", ""},
		{"a last event without its blank line counts", []any{stream, 10 * ms, "data: " + delta("content", "a"), nil}, true, 0, "", ""},
		{"an error event after content", []any{stream + events(delta("content", "a")) + "event: error\n: out of memory\n\n"}, false, 502, "SSEResponseError",
			"SSEResponseError('Error occurred in SSE response: out of memory')"},
		{"an error object alone is an event without content", []any{stream + events(`{"error":{"message":"no"}}`, "[DONE]"), nil}, false, metrics.NoCount, "InvalidInferenceResultError", noContent},
		{"role and usage alone are no content", []any{stream + events(delta("role", "assistant"), `{"object":"chat.completion.chunk","choices":[],"usage":{"prompt_tokens":1}}`), nil},
			false, metrics.NoCount, "InvalidInferenceResultError", noContent},
		{"an empty body", []any{answer("200 OK", "application/json", "")}, false, metrics.NoCount, "InvalidInferenceResultError", ""},
		{"an empty stream", []any{stream, nil}, false, metrics.NoCount, "InvalidInferenceResultError", noResponses},
		{"no content type is never parsed", []any{"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"}, false, metrics.NoCount, "InvalidInferenceResultError", ""},
		{"an error body that is not UTF-8", []any{answer("400 Bad Request", "text/plain", "a\xffb")}, false, 400, "Bad Request", "a\ufffdb"},
		{"an error status without a phrase", []any{"HTTP/1.1 503\r\nContent-Length: 0\r\n\r\n"}, false, 503, "", ""},
		{"not HTTP at all", []any{"SSH-2.0-OpenSSH_9.9\r\n"}, false, metrics.NoCount, "ClientResponseError", "bad status line"},
		{"closed inside the head", []any{"HTTP/1.1 200 OK\r\nContent-", nil}, false, metrics.NoCount, "ServerDisconnectedError", ""},
		{"an error status that is cut short", []any{"HTTP/1.1 500 Oops\r\nContent-Length: 10\r\n\r\nabc", nil}, false, metrics.NoCount, "ClientPayloadError", "inside a sized body"},
		{"201 is as good as 200", []any{"HTTP/1.1 201 Created\r\nContent-Type: text/event-stream\r\n\r\n" + events(delta("content", "a")), nil}, true, 0, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := world{dial: script(c.steps...), phases: []Phase{{Concurrency: 1, Requests: 1}}, plan: func(p *Plan) { p.Target.Timeout = time.Minute }}.run(t)
			require.NoError(t, r.err)
			rec := r.records[0]
			require.Equal(t, c.valid, rec.Valid, "%+v", rec.Error)
			if c.valid {
				return
			}
			require.Equal(t, c.code, rec.Error.Code)
			require.Equal(t, c.class, rec.Error.Type)
			require.Contains(t, rec.Error.Message, c.text)
			if rec.Status != 0 && rec.Status/100 != 2 {
				require.Equal(t, []time.Duration{metrics.NoInstant, metrics.NoInstant}, []time.Duration{rec.Headers, rec.End})
			}
			require.Equal(t, int64(1), r.summary.Window.Failed, "the scheduler saw it, too")
		})
	}
}

func TestContextOverflow(t *testing.T) {
	body := `{"error":{"message":"This model's maximum context length is 4096 tokens"}}`
	r := world{dial: script(answer("400 Bad Request", "application/json", body)), phases: []Phase{{Concurrency: 1, Requests: 2}}}.run(t)
	require.Equal(t, []bool{true, true}, column(r.records, func(r *metrics.Record) bool { return r.ContextOverflow }))
	require.Equal(t, body, r.records[0].Error.Message)
	require.InDelta(t, 2, metric(t, r.summary.Results, "context_overflow_count").Avg.Float64(), 0)
}

func TestMergedChunksAreCounted(t *testing.T) {
	two := events(delta("content", "a"), delta("content", "b"))
	r := world{
		dial:   script("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n", 10*ms, two, 10*ms, events(delta("content", "c")), nil),
		phases: []Phase{{Concurrency: 1, Requests: 1}},
	}.run(t)
	rec := r.records[0]
	require.True(t, rec.Valid)
	require.Equal(t, []time.Duration{0, 10 * ms}, rec.Gaps)
	require.Equal(t, int32(1), rec.MergedChunks)
	require.Equal(t, []int64{1, 3}, []int64{r.summary.Client.MergedChunks, r.summary.Client.Contents})
}

func TestAFailedRequestFreesItsSlotAndTheRunGoesOn(t *testing.T) {
	r := world{
		server: mock.Options{TTFT: mock.Fixed(100 * ms), OSL: 1, Faults: []mock.Fault{{Kind: mock.FaultDrop, Every: 2}}},
		phases: []Phase{{Concurrency: 1, Requests: 6}},
	}.run(t)
	require.Equal(t, []bool{true, false, true, false, true, false}, column(r.records, func(r *metrics.Record) bool { return r.Valid }))
	require.Equal(t, at(0, 100, 100, 200, 200, 300), column(r.records, start))
	require.Equal(t, []int64{6, 3}, []int64{r.summary.Window.Completed, r.summary.Window.Failed})
}
