// Token counts: from the bytes that were really sent and the texts that came back, or from the server's usage.
package bench

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/dataset"
	"github.com/aiperf-go/aiperf/dataset/tokenizer"
	"github.com/aiperf-go/aiperf/endpoints/mock"
	"github.com/aiperf-go/aiperf/metrics"
)

// oneTurn is a source of one conversation.
type oneTurn dataset.Conversation

func (oneTurn) Len() int { return 1 }

func (c oneTurn) Materialise(int) (*dataset.Conversation, error) {
	one := dataset.Conversation(c)
	return &one, nil
}

func TestInputIsCountedFromTheBytesSent(t *testing.T) {
	c := oneTurn{ID: "x", System: "you are brief", UserContext: "it is late", Turns: []dataset.Turn{{
		MaxTokens: 7,
		Texts:     []dataset.Media{{Contents: []string{"one two three"}}},
		Extra:     []dataset.Field{{Key: "note", Value: []byte(`"these words are no input"`)}},
	}}}
	r := world{server: service(ms), phases: []Phase{{Concurrency: 1, Requests: 1}}, plan: func(p *Plan) { p.Dataset.Source = c }}.run(t)
	rec := r.records[0]
	require.True(t, rec.Valid, "%+v", rec.Error)
	require.Contains(t, string(rec.Raw.Payload), `"note":"these words are no input"`)
	require.Equal(t, metrics.Count(3+3+3), rec.InputTokens)
	require.Equal(t, metrics.Count(7), rec.RequestedOSL)
	require.Equal(t, metrics.Count(7), rec.OutputTokens, "the mock keeps to the limit")
	require.Equal(t, metrics.NoCount, rec.ReasoningTokens)
	require.InDelta(t, 9, metric(t, r.summary.Results, "input_sequence_length").Avg.Float64(), 0)
}

func TestOutputIsOneEncodingOfTheJoinedText(t *testing.T) {
	// The pieces split words: counted by the piece they were more.
	stream := "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n" +
		events(delta("content", "inter"), delta("content", "nation"), delta("content", "alization"), delta("content", " is"), delta("content", " long"), "[DONE]")
	tok := tokenizer.Builtin()
	r := world{dial: script(stream, nil), phases: []Phase{{Concurrency: 1, Requests: 1}}, plan: func(p *Plan) { p.Dataset.Tokenizer = tok }}.run(t)
	rec := r.records[0]
	require.True(t, rec.Valid)
	require.Equal(t, "internationalization is long", string(rec.Text))
	require.Equal(t, int32(5), rec.Contents)
	require.Equal(t, metrics.Count(tok.Count([]byte("internationalization is long"))), rec.OutputTokens)
	require.Less(t, rec.OutputTokens, metrics.Count(rec.Contents), "not a count of chunks")
	require.Equal(t, metrics.Count(tok.Count([]byte("tell me about 0"))), rec.InputTokens)
}

func TestWithoutTokenizer(t *testing.T) {
	r := world{server: service(ms), phases: []Phase{{Concurrency: 1, Requests: 1}}, plan: func(p *Plan) { p.Dataset.Tokenizer = nil }}.run(t)
	rec := r.records[0]
	require.True(t, rec.Valid)
	require.Equal(t, []metrics.Count{metrics.NoCount, metrics.NoCount, metrics.NoCount}, []metrics.Count{rec.InputTokens, rec.OutputTokens, rec.ReasoningTokens})
	require.False(t, hasMetric(r.summary.Results, "output_sequence_length"))
}

func TestReasoningIsCountedApart(t *testing.T) {
	for _, streaming := range []bool{true, false} {
		t.Run(fmt.Sprint("streaming ", streaming), func(t *testing.T) {
			r := world{
				server: mock.Options{TTFT: mock.Fixed(50 * ms), Gap: mock.Fixed(10 * ms), OSL: 5, Reasoning: 2}, phases: []Phase{{Concurrency: 1, Requests: 1}},
				plan: func(p *Plan) { p.Target.Streaming = streaming },
			}.run(t)
			rec := r.records[0]
			require.True(t, rec.Valid)
			require.Equal(t, []metrics.Count{3, 2}, []metrics.Count{rec.OutputTokens, rec.ReasoningTokens})
			require.Len(t, strings.Fields(string(rec.Text)), 5)
			require.InDelta(t, 5, metric(t, r.summary.Results, "output_sequence_length").Avg.Float64(), 0)
			if streaming {
				require.Equal(t, 50*ms, rec.FirstChunk, "thinking is content")
				require.Equal(t, 70*ms, rec.FirstOut, "but not yet output")
			}
		})
	}
}

func TestServerTokens(t *testing.T) {
	usage := func(fields string) string {
		return `{"object":"chat.completion.chunk","choices":[],"usage":{` + fields + `}}`
	}
	const absent = metrics.NoCount
	for _, c := range []struct {
		name                     string
		docs                     []string
		input, output, reasoning metrics.Count
	}{
		{"the last usage object counts", []string{usage(`"prompt_tokens":1,"completion_tokens":2`), usage(`"prompt_tokens":11,"completion_tokens":22`)}, 11, 22, absent},
		{"an empty one is none", []string{usage(`"prompt_tokens":11,"completion_tokens":22`), usage(``)}, 11, 22, absent},
		{"reasoning is part of the completion", []string{usage(`"prompt_tokens":11,"completion_tokens":22,"completion_tokens_details":{"reasoning_tokens":20}`)}, 11, 2, 20},
		{"more reasoning than completion leaves nothing visible", []string{usage(`"prompt_tokens":11,"completion_tokens":22,"completion_tokens_details":{"reasoning_tokens":30}`)}, 11, 0, 30},
		{"no reasoning at all", []string{usage(`"prompt_tokens":11,"completion_tokens":22,"completion_tokens_details":{"reasoning_tokens":0}`)}, 11, 22, 0},
		{"without usage they are absent, never counted by the client", nil, absent, absent, absent},
		{"without completion", []string{usage(`"prompt_tokens":11`)}, 11, absent, absent},
	} {
		t.Run(c.name, func(t *testing.T) {
			stream := "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n" + events(delta("content", "some words"), delta("content", " and more")) + events(c.docs...)
			r := world{dial: script(stream, nil), phases: []Phase{{Concurrency: 1, Requests: 1}},
				plan: func(p *Plan) { p.Target.ServerTokens, p.Scope.ServerTokens = true, true }}.run(t)
			rec := r.records[0]
			require.True(t, rec.Valid)
			require.Equal(t, []metrics.Count{c.input, c.output, c.reasoning}, []metrics.Count{rec.InputTokens, rec.OutputTokens, rec.ReasoningTokens})
			require.Equal(t, len(c.docs) > 0, rec.Usage.Seen)
		})
	}
	t.Run("a failed request still has its input counted", func(t *testing.T) {
		r := world{server: mock.Options{Faults: []mock.Fault{{Kind: mock.FaultDrop}}}, phases: []Phase{{Concurrency: 1, Requests: 1}},
			plan: func(p *Plan) { p.Target.ServerTokens = true }}.run(t)
		require.Equal(t, metrics.Count(4), r.records[0].InputTokens)
		require.Equal(t, metrics.NoCount, r.records[0].OutputTokens)
	})
}

func TestWhatIsKeptForFiles(t *testing.T) {
	play := func(text, raw bool) *metrics.Record {
		return world{
			server: mock.Options{OSL: 3}, phases: []Phase{{Concurrency: 1, Requests: 1}},
			plan: func(p *Plan) {
				p.KeepText, p.KeepRaw = text, raw
				p.Target.Headers = [][2]string{{"X-Team", "a:b"}, {"Authorization", "Bearer k"}}
			},
		}.run(t).records[0]
	}
	bare := play(false, false)
	require.Empty(t, bare.Text)
	require.Nil(t, bare.Raw)
	full := play(true, true)
	require.Len(t, strings.Fields(string(full.Text)), 3)
	require.JSONEq(t, `{"messages":[{"role":"user","content":"tell me about 0"}],"model":"m","stream":true,"stream_options":{"include_usage":true}}`, string(full.Raw.Payload))
	require.Equal(t, [2]string{"Host", "one"}, full.Raw.RequestHeaders[0])
	require.Contains(t, full.Raw.RequestHeaders, [2]string{"X-Team", "a:b"})
	require.Contains(t, full.Raw.RequestHeaders, [2]string{"Authorization", "Bearer k"})
	require.Contains(t, full.Raw.RequestHeaders, [2]string{"X-Request-ID", full.RequestID})
	require.Contains(t, full.Raw.RequestHeaders, [2]string{"X-Correlation-ID", full.CorrelationID})
	require.Contains(t, full.Raw.RequestHeaders, [2]string{"Content-Length", fmt.Sprint(len(full.Raw.Payload))})
	require.Len(t, full.Raw.Responses, int(full.Responses))
	require.Equal(t, "data: [DONE]", string(full.Raw.Responses[full.Responses-1].Data))
}

func TestBodyIsWhatARunSends(t *testing.T) {
	plan := chatPlan(t)
	c, err := texts{}.Materialise(5)
	require.NoError(t, err)
	body, err := plan.Target.Body(nil, c, 0)
	require.NoError(t, err)
	r := world{server: service(ms), phases: []Phase{{Concurrency: 1, Requests: 6}}}.run(t)
	require.Equal(t, string(body), string(r.records[5].Raw.Payload))
}
