// How a response is decoded: by its head, as AIPerf does; failures, hints, raw copies, pooling.
package endpoints

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/metrics"
)

// The answers of the captured wire, less those where no complete response comes.
func TestWireAnswers(t *testing.T) {
	wire := load[struct {
		Answers []struct {
			Case, Server string
			Status       *int
			Responses    []struct{ Kind, Text string }
			Error        *errorVector
		}
	}](t, "wire.json")
	followed := map[string]bool{"redirect302": true, "redirect307": true}               // another response is the answer
	cutShort := map[string]bool{"short_body": true, "short_sse": true, "garbage": true} // the transport's errors
	checked := 0
	for _, a := range wire.Answers {
		if a.Server == "" || followed[a.Case] || cutShort[a.Case] {
			continue
		}
		checked++
		head, body, _ := strings.Cut(a.Server, "\r\n\r\n")
		lines := strings.Split(head, "\r\n")
		_, reason, _ := strings.Cut(strings.TrimPrefix(lines[0], "HTTP/1.1 "), " ")
		r := Response{Status: *a.Status, Reason: reason}
		for _, l := range lines[1:] {
			if name, value, _ := strings.Cut(l, ": "); name == "Content-Type" {
				r.ContentType = value
			}
		}
		switch a.Case {
		case "latin1", "bad_utf8":
			body = "\xe9" // one byte on the wire, shown as text in the capture
		}
		var dec Decoder
		chatKind(t).OpenInto(&dec, r)
		d := newDigest()
		d.KeepRaw = true
		err := dec.Feed([]byte(body), 1, d)
		if err == nil {
			require.NoError(t, dec.Close(2, d))
		}
		require.Len(t, d.Raw, len(a.Responses), a.Case)
		for i, want := range a.Responses {
			require.Equal(t, want.Kind == "SSEMessage", d.Raw[i].SSE, a.Case)
			if want.Kind == "TextResponse" {
				require.Equal(t, want.Text, string(d.Raw[i].Data), a.Case)
			}
		}
		if a.Error == nil {
			require.Nil(t, d.Err, a.Case)
			continue
		}
		require.NotNil(t, d.Err, a.Case)
		require.Equal(t, a.Error.Type, d.Err.Type, a.Case)
		require.Equal(t, a.Error.Message, d.Err.Message, a.Case)
		if a.Error.Code != nil {
			require.Equal(t, metrics.Count(*a.Error.Code), d.Err.Code, a.Case)
		} else {
			require.Equal(t, metrics.NoCount, d.Err.Code, a.Case)
		}
	}
	require.GreaterOrEqual(t, checked, 15)
}

func TestClassify(t *testing.T) {
	for ct, want := range map[string]bodyKind{
		"": binaryBody, " ; charset=x": binaryBody, "application/octet-stream": binaryBody, "VIDEO/mp4": binaryBody, "image/png": binaryBody, "audio/wav;x=1": binaryBody,
		"text/event-stream": eventBody, "Text/Event-Stream ; charset=utf-8": eventBody, "application/json": textBody, "text/html": textBody, "imagery/x": textBody,
	} {
		require.Equal(t, want, classify(Response{Status: 200, ContentType: ct}), ct)
	}
	for status, want := range map[int]bodyKind{199: errorBody, 200: textBody, 299: textBody, 300: errorBody, 500: errorBody} {
		require.Equal(t, want, classify(Response{Status: status, ContentType: "a/b"}), status)
	}
}

const (
	eventType = "text/event-stream"
	helloData = `data: {"object":"chat.completion.chunk","choices":[{"delta":{"content":"hi"}}]}` + "\n\n"
)

func TestErrorEvents(t *testing.T) {
	for stream, want := range map[string]string{
		"event: error\n: it's\n\n":                   `SSEResponseError("Error occurred in SSE response: it's")`,
		"event: error\n:\n: second\n\n":              `SSEResponseError('Error occurred in SSE response: ')`,
		"event: error\n\n":                           `SSEResponseError("Error occurred in SSE response: Unknown error in SSE response: SSEMessage(perf_ns=0, packets=[SSEField(name='event', value='error')])")`,
		"event: error\ndata: it's \"q\" é\u200b\n\n": `SSEResponseError('Error occurred in SSE response: Unknown error in SSE response: SSEMessage(perf_ns=0, packets=[SSEField(name=\'event\', value=\'error\'), SSEField(name=\'data\', value=\'it\\\'s "q" é\\u200b\')])')`,
	} {
		var dec Decoder
		d := newDigest()
		require.ErrorIs(t, answer(t, &dec, d, eventType, []byte(helloData+stream+helloData)), ErrStreamFailed)
		require.Equal(t, want, d.Err.Message)
		require.Equal(t, metrics.Count(502), d.Err.Code)
		require.Equal(t, d.Err, Validate(d, 0))
		require.Equal(t, "hi", string(d.Text), "what came before the error stays")
		require.Equal(t, 1, d.Responses)
		require.JSONEq(t, `{"role":"assistant","content":"hi"}`, string(d.Reply))
	}
}

func TestValidate(t *testing.T) {
	d := newDigest()
	require.Equal(t, "InvalidInferenceResultError('Invalid inference result: No responses were received')", Validate(d, 1).Message)
	var dec Decoder
	require.NoError(t, answer(t, &dec, d, eventType, []byte("data: [DONE]\n\n")))
	require.Contains(t, Validate(d, 1).Message, "No responses with actual content")
	require.True(t, d.Done)
	require.NoError(t, answer(t, &dec, d, eventType, []byte(helloData)))
	require.Nil(t, Validate(d, 1))
	require.Equal(t, "InvalidInferenceResultError('Invalid inference result: ')", Validate(d, 2).Message)
	for text, want := range map[string]bool{"This model's Maximum Context is 8": true, "PROMPT IS TOO LONG": true, "code: context_length_exceeded": true, "context": false} {
		require.Equal(t, want, ContextOverflow(text), text)
	}
}

func TestHints(t *testing.T) {
	var dec Decoder
	d := newDigest()
	require.NoError(t, answer(t, &dec, d, "text/html", []byte("<html>"+strings.Repeat("x", 1000))))
	require.Equal(t, "the server answered text/html: <html>"+strings.Repeat("x", maxHint-6)+"…", d.Hint)
	require.NoError(t, answer(t, &dec, d, eventType, []byte(helloData+"data: {\"error\":{\"message\":\"overloaded\"}}\n\n")))
	require.Equal(t, 1, d.DataErrs)
	require.Equal(t, `{"error":{"message":"overloaded"}}`, d.Hint)
	require.Nil(t, Validate(d, 0))
	require.NoError(t, answer(t, &dec, d, eventType, []byte(helloData)))
	require.Empty(t, d.Hint)
}

func TestStampsAndFirstOutput(t *testing.T) {
	delta := func(s string) []byte {
		return []byte(`data: {"object":"chat.completion.chunk","choices":[{"delta":` + s + `}]}` + "\n\n")
	}
	var dec Decoder
	d := newDigest()
	require.NoError(t, answer(t, &dec, d, eventType, delta(`{"reasoning":"r"}`), delta(`{"content":""}`),
		append(delta(`{"reasoning_content":"s","content":" "}`), delta(`{"content":"x"}`)...), []byte("data: [DONE]\n\n: bye\n\n")))
	require.Equal(t, []metrics.Instant{1, 3, 3}, d.Stamps)
	require.Equal(t, 1, d.Merged)
	require.Equal(t, metrics.Instant(3), d.FirstOut)
	require.Equal(t, metrics.Instant(4), d.LastEvent)
	require.Equal(t, 6, d.Responses)
	require.Equal(t, " x", string(d.Text))
	require.Equal(t, "rs", string(d.Reasoning))
	require.JSONEq(t, `{"role":"assistant","content":"r x"}`, string(d.Reply), "a chunk without content is replayed by its reasoning")
}

// What the release replays was observed on AIPerf 0.13.0.
func TestReplies(t *testing.T) {
	chunk := func(parts ...string) (docs []string) {
		for _, p := range parts {
			docs = append(docs, `{"object":"chat.completion.chunk","choices":[{"delta":`+p+`}]}`)
		}
		return docs
	}
	whole := func(p string) []string {
		return []string{`{"object":"chat.completion","choices":[{"message":` + p + `}]}`}
	}
	for _, c := range []struct {
		docs []string
		want string
	}{
		{chunk(`{"content":"a"}`, `{"reasoning":"r"}`, `{"content":"b"}`), `"content":"arb"`},
		{chunk(`{"reasoning":"r","content":"c"}`, `{"reasoning":"q"}`), `"content":"cq"`},
		{chunk(`{"reasoning":"r"}`, `{"content":"c"}`, `{"tool_calls":[{"index":0,"id":"i","function":{"name":"n","arguments":"x"}}]}`),
			`"content":"c","tool_calls":[{"id":"i","function":{"name":"n","arguments":"x"}}]`},
		{chunk(`{"tool_calls":[{"index":2,"id":"i2","function":{"name":"n2","arguments":"x"}},{"index":0,"id":"i0","function":{"name":"n0","arguments":"y"}}]}`,
			`{"tool_calls":[{"index":2,"function":{"name":"NEW","arguments":"z"}}]}`, `{"tool_calls":[{"index":0,"id":"ID","type":"custom","function":{"name":"","arguments":"w"}}]}`),
			`"content":null,"tool_calls":[{"id":"ID","function":{"name":"n0","arguments":"yw"},"type":"custom"},{"id":"i2","function":{"name":"NEW","arguments":"xz"}}]`},
		{chunk(`{"tool_calls":[{"id":"a","function":{"name":"n","arguments":"1"}}]}`, `{"tool_calls":[{"index":0,"id":"b","function":{"name":"m","arguments":"2"}}]}`, `{"tool_calls":[{"id":"c"}]}`),
			`"content":null,"tool_calls":[{"id":"b","function":{"name":"m","arguments":"12"}},{"id":"c"}]`},
		{chunk(`{"content":"x","tool_calls":[{}]}`), `"content":"x","tool_calls":[{}]`},
		{chunk(`{"tool_calls":[{"type":"t","function":{"arguments":null,"name":null}}]}`), `"content":null,"tool_calls":[{"type":"t","function":{"arguments":""}}]`},
		{chunk(`{"function_call":{"name":"f"}}`, `{"function_call":{"name":"g"}}`), `"content":null,"tool_calls":[{"type":"function","function":{"name":"fg"}}]`},
		{chunk(`{"tool_calls":[{"index":0,"id":"a","function":{"name":"n","arguments":"1"}}]}`, `{"function_call":{"name":"f","arguments":"x"}}`),
			`"content":null,"tool_calls":[{"id":"a","function":{"name":"nf","arguments":"1x"},"type":"function"}]`},
		{whole(`{"content":"t","tool_calls":[{"id":"x","type":"function", "function":{"name":"n","arguments":"{}","extra":1},"more":2}]}`),
			`"content":"t","tool_calls":[{"id":"x","type":"function","function":{"name":"n","arguments":"{}","extra":1},"more":2}]`},
		{whole(`{"content":"","tool_calls":[{"index":1,"id":"a"},{"index":0,"id":"b"}]}`), `"content":null,"tool_calls":[{"id":"b"},{"id":"a"}]`},
		{whole(`{"function_call":{}}`), `"content":null,"tool_calls":[{"type":"function","function":{"name":"","arguments":""}}]`},
		{whole(`{"reasoning":"r","content":""}`), `"content":"r"`},
	} {
		d := newDigest()
		for _, doc := range c.docs {
			require.NoError(t, decodeChat([]byte(doc), 1, d))
		}
		finishChat(d)
		require.JSONEq(t, `{"role":"assistant",`+c.want+`}`, string(d.Reply), "%s", c.docs)
		require.Len(t, d.Reply, len(`{"role":"assistant",`+c.want+`}`), "%s", d.Reply)
	}
}

func TestUsageOnEveryChunk(t *testing.T) {
	var dec Decoder
	d := newDigest()
	stream := `data: {"object":"chat.completion.chunk","choices":[{"delta":{"role":"assistant"}}],"usage":{"completion_tokens":0}}` + "\n\n" +
		`data: {"object":"chat.completion.chunk","choices":[{"delta":{"content":"a b"},"finish_reason":"stop"}],"usage":{"completion_tokens":2}}` + "\n\n" +
		`data: {"choices":[],"usage":{"completion_tokens":3,"prompt_tokens":9}}` + "\n\n" + `data: {"choices":[],"usage":{}}` + "\n\n"
	require.NoError(t, answer(t, &dec, d, eventType, []byte(stream)))
	require.Equal(t, metrics.Count(2), d.FirstChunkTokens)
	require.Equal(t, metrics.Count(3), d.Usage.Completion)
	require.Equal(t, metrics.Count(9), d.Usage.Prompt)
	require.Equal(t, "stop", string(d.Finish))
}

func TestBodyBounds(t *testing.T) {
	var dec Decoder
	d := newDigest()
	chatKind(t).OpenInto(&dec, Response{Status: 200, ContentType: "application/json"})
	dec.body = make([]byte, maxBody) // as if so much had come
	require.ErrorIs(t, dec.Feed([]byte("x"), 1, d), errTooLong)
	require.Equal(t, "ResponseTooLarge", d.Err.Type)
	require.Equal(t, "reading the response: the body is longer than 256 MiB", d.Err.Message)
	chatKind(t).OpenInto(&dec, Response{Status: 200, ContentType: "application/json"})
	require.Nil(t, dec.body, "a giant buffer is not kept")
}

func TestDigestResetKeepsNothing(t *testing.T) {
	var dec Decoder
	d := newDigest()
	d.KeepRaw = true
	require.NoError(t, answer(t, &dec, d, eventType, []byte(`data: {"object":"chat.completion.chunk","choices":[{"delta":{"reasoning":"r","tool_calls":[{"index":0,"function":{"name":"f"}}]}}]}`)))
	require.NotEmpty(t, d.Reply)
	d.Reset()
	fresh := newDigest()
	require.NoError(t, answer(t, &dec, fresh, eventType, []byte(helloData)))
	require.NoError(t, answer(t, &dec, d, eventType, []byte(helloData)))
	require.Equal(t, string(fresh.Reply), string(d.Reply))
	require.Equal(t, fresh.Stamps, d.Stamps)
	require.Empty(t, d.Raw)
	require.Empty(t, d.Reasoning)
}

const benchChunk = `data: {"id":"chatcmpl-1234567890","object":"chat.completion.chunk","created":1700000000,"model":"m","choices":[{"index":0,"delta":{"content":" word"},"logprobs":null,"finish_reason":null}]}` + "\n\n"

// chunks are the shapes of streamed chunks whose cost is watched.
var chunks = []struct{ name, event string }{
	{"plain", benchChunk},
	{"escaped", strings.Replace(benchChunk, " word", `\n\u00e9\"`, 1)},
	{"usage", strings.Replace(benchChunk, `}]}`, `}],"usage":{"prompt_tokens":100,"completion_tokens":7,"total_tokens":107,"prompt_tokens_details":{"cached_tokens":64}}}`, 1)},
	{"reasoning", strings.Replace(benchChunk, `"content"`, `"reasoning_content"`, 1)},
	{"tool", strings.Replace(benchChunk, `{"content":" word"}`, `{"tool_calls":[{"index":0,"function":{"arguments":"{}"}}]}`, 1)},
}

func TestNoAllocationPerEvent(t *testing.T) {
	for _, c := range chunks {
		var dec Decoder
		d := newDigest()
		k := chatKind(t)
		event := []byte(c.event)
		run := func() {
			k.OpenInto(&dec, Response{Status: 200, ContentType: eventType})
			d.Reset()
			for i := range 100 {
				if dec.Feed(event[:50], metrics.Instant(i), d) != nil || dec.Feed(event[50:], metrics.Instant(i), d) != nil {
					t.Error("feed failed")
				}
			}
			if dec.Close(100, d) != nil || len(d.Stamps) != 100 {
				t.Error("not decoded")
			}
		}
		run()
		require.Zero(t, testing.AllocsPerRun(20, run), c.name)
	}
}

func BenchmarkChatEvent(b *testing.B) {
	for _, c := range chunks {
		b.Run(c.name, func(b *testing.B) {
			var dec Decoder
			d := newDigest()
			k := chatKind(b)
			k.OpenInto(&dec, Response{Status: 200, ContentType: eventType})
			event := []byte(c.event)
			b.ReportAllocs()
			b.SetBytes(int64(len(event)))
			for i := range b.N {
				if i%1000 == 0 {
					d.Reset()
				}
				if err := dec.Feed(event, metrics.Instant(i), d); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkChatAnswer(b *testing.B) {
	body := []byte(`{"id":"c","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"` + strings.Repeat("some words and \\n more ", 100) +
		`"},"finish_reason":"stop"}],"usage":{"prompt_tokens":5,"completion_tokens":2,"total_tokens":7}}`)
	var dec Decoder
	d := newDigest()
	k := chatKind(b)
	b.ReportAllocs()
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		k.OpenInto(&dec, Response{Status: 200, ContentType: "application/json"})
		d.Reset()
		if dec.Feed(body, 1, d) != nil || dec.Close(1, d) != nil {
			b.Fatal("not decoded")
		}
	}
}
