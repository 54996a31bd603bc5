// Sessions on the wire, in testing/synctest (world.run): the bodies of every turn, byte for byte as AIPerf sent them to the same server, whatever
// the answer before was.
package bench

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/dataset"
	"github.com/aiperf-go/aiperf/metrics"
)

// talks is a source of conversations whose turns are texts.
type talks struct {
	turns     [][]string
	maxTokens int
}

func (s talks) Len() int { return len(s.turns) }

func (s talks) Materialise(i int) (*dataset.Conversation, error) {
	i %= len(s.turns) // the sampler need not know how many there are
	c := conversation(fmt.Sprintf("session_%06d", i), s.turns[i]...)
	for k := range c.Turns {
		c.Turns[k].MaxTokens = s.maxTokens
	}
	return c, nil
}

// conversation is one of turns of one text.
func conversation(id string, turns ...string) *dataset.Conversation {
	c := &dataset.Conversation{ID: id}
	for _, text := range turns {
		c.Turns = append(c.Turns, dataset.Turn{Texts: []dataset.Media{{Contents: []string{text}}}, Timestamp: dataset.NoTime, Delay: dataset.NoTime})
	}
	return c
}

// exchanged is one request of a captured run: how the server answered it, and what had been sent.
type exchanged struct {
	Kind    string
	URL     int
	Session int
	Turn    int
	Body    string
}

// odd answers request n in the way of a kind.
func odd(w net.Conn, kind string, n int) (closed bool) {
	whole := func(status, body string) { _, _ = io.WriteString(w, answer(status, "application/json", body)) }
	const overflow = `{"error":{"message":"This model's maximum context length is 10 tokens"}}`
	switch kind {
	case "overflow":
		whole("400 Bad Request", overflow)
		return false
	case "fail":
		whole("500 Internal Server Error", `{"error":{"message":"no"}}`)
		return false
	}
	chunk := func(body string) {
		time.Sleep(10 * ms) // virtual
		_, _ = fmt.Fprintf(w, "%x\r\n%s\r\n", len(body), body)
	}
	_, _ = io.WriteString(w, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
	chunk(events(delta("role", "assistant")))
	if kind != "empty" {
		chunk(events(delta("content", fmt.Sprintf("a%d", n))))
		switch kind {
		case "shape":
			chunk(events("[1]"))
		case "tool":
			chunk(events(fmt.Sprintf(`{"object":"chat.completion.chunk","choices":[{"delta":{"tool_calls":[{"index":0,"id":"t%d","type":"function",`+
				`"function":{"name":"f","arguments":"{}"}}]}}]}`, n)))
		case "reason":
			chunk(events(delta("reasoning_content", "why")))
		}
		chunk(events(delta("content", fmt.Sprintf(" b%d", n))))
	}
	switch kind {
	case "event":
		chunk("event: error\n: out of memory\n\n")
	case "drop":
		return true
	case "stall":
		_, _ = io.Copy(io.Discard, w) // until the client has waited long enough
		return true
	default:
		chunk(events("[DONE]"))
	}
	_, _ = io.WriteString(w, "0\r\n\r\n")
	return false
}

// oddServer answers the requests in the order of their arrival as the capture says.
func oddServer(requests []exchanged) func(ctx context.Context, addr string) (net.Conn, error) {
	var mu sync.Mutex
	n := 0
	return func(context.Context, string) (net.Conn, error) {
		client, server := net.Pipe()
		go func() {
			defer func() { _ = server.Close() }()
			r := bufio.NewReader(server)
			for {
				req, err := http.ReadRequest(r)
				if err != nil {
					return
				}
				if _, err := io.Copy(io.Discard, req.Body); err != nil {
					return
				}
				mu.Lock()
				k := n
				n++
				mu.Unlock()
				if k >= len(requests) || odd(server, requests[k].Kind, k) {
					return
				}
			}
		}()
		return client, nil
	}
}

func TestBodiesOfSessionsAreAIPerfs(t *testing.T) {
	text, err := os.ReadFile("testdata/sessions.json")
	require.NoError(t, err)
	var runs []struct {
		Target, Benchmark string
		MaxTokens         int `json:"max_tokens"`
		Conversations     [][]string
		Requests          []exchanged
	}
	require.NoError(t, json.Unmarshal(text, &runs))
	require.Len(t, runs, 2)
	urls := []string{"http://one/v1/chat/completions", "http://two/v1/chat/completions"}
	for _, run := range runs {
		t.Run("target "+run.Target, func(t *testing.T) {
			require.NotEmpty(t, run.Requests)
			r := world{
				dial:   oddServer(run.Requests),
				phases: []Phase{{Concurrency: 1, Sessions: len(run.Conversations)}},
				plan: func(p *Plan) {
					p.Target.URLs, p.Target.Model, p.Target.Timeout = urls, "mock-model", 1500*ms
					p.Dataset.Source = talks{turns: run.Conversations, maxTokens: run.MaxTokens}
					p.Dataset.Bust = &dataset.Bust{Target: run.Target, Benchmark: run.Benchmark}
				},
			}.run(t)
			require.NoError(t, r.err)
			require.Len(t, r.records, len(run.Requests))
			ids := map[string]int{} // correlation id -> session
			for i, rec := range r.records {
				want := run.Requests[i]
				require.Equal(t, want.Body, string(rec.Raw.Payload), "request %d, after an answer of kind %s", i, run.Requests[max(0, i-1)].Kind)
				require.Equal(t, urls[want.URL], "http://"+host(rec)+"/v1/chat/completions", "request %d", i)
				require.Equal(t, []any{int64(i), int32(want.Turn), fmt.Sprintf("session_%06d", want.Session)}, []any{rec.SessionNum, rec.Turn, rec.ConversationID})
				if _, seen := ids[rec.CorrelationID]; !seen {
					ids[rec.CorrelationID] = want.Session
				}
				require.Equal(t, want.Session, ids[rec.CorrelationID], "one correlation id a session")
				require.Equal(t, rec.CorrelationID, rec.RootID)
				for _, name := range []string{"X-Correlation-ID", "X-Session-Affinity"} {
					require.Contains(t, rec.Raw.RequestHeaders, [2]string{name, rec.CorrelationID})
				}
				require.Equal(t, !slices.Contains([]string{"ok", "tool", "reason"}, want.Kind), rec.Error != nil, "request %d", i)
				require.Equal(t, want.Kind == "overflow", rec.ContextOverflow)
			}
			require.Len(t, ids, len(run.Conversations))
		})
	}
}

func TestTokensOfALaterTurnAreThoseOfItsWholeBody(t *testing.T) {
	r := world{
		server: service(ms), phases: []Phase{{Concurrency: 1, Sessions: 1}},
		plan: func(p *Plan) { p.Dataset.Source = talks{turns: [][]string{{"one two", "three", "four five six"}}} },
	}.run(t)
	require.Len(t, r.records, 3)
	said := 0
	for i, want := range []int{2, 3, 6} {
		require.Equal(t, metrics.Count(want+said), r.records[i].InputTokens, i)
		said += int(r.records[i].OutputTokens)
	}
	require.Positive(t, said)
}

func TestInputsShowEachTurnAlone(t *testing.T) {
	plan := chatPlan(t)
	c := conversation("x", "first", "second")
	c.System, c.UserContext = "be brief", "it is late"
	for i, want := range []string{"first", "second"} {
		body, err := plan.Target.Body(nil, c, i)
		require.NoError(t, err)
		require.True(t, strings.HasPrefix(string(body),
			`{"messages":[{"role":"system","content":"be brief"},{"role":"user","content":"it is late"},{"role":"user","content":"`+want+`"}],`), string(body))
	}
}

func TestMarkersFollowThePhases(t *testing.T) {
	const marker = "[warmup]\n\n"
	for _, c := range []struct {
		name   string
		phases []Phase
	}{
		{"warm-up first", []Phase{{Kind: metrics.Warmup, Concurrency: 2, Requests: 5}, {Concurrency: 2, Sessions: 4}}},
		{"warm-up between", []Phase{{Concurrency: 1, Sessions: 3}, {Kind: metrics.Warmup, Concurrency: 1, Sessions: 2}, {Concurrency: 3, Sessions: 2 * armedAhead}}},
		{"ended by time", []Phase{{Kind: metrics.Warmup, Concurrency: 2, Duration: 35 * ms}, {Pattern: Constant, Rate: 100, Sessions: 10}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := world{server: service(10 * ms), phases: c.phases, plan: func(p *Plan) {
				p.Dataset.Source = talks{turns: [][]string{{"a", "b"}, {"c"}, {"d", "e", "f"}}}
				p.Dataset.Bust = &dataset.Bust{Target: "warmup_isolation_first_turn", Benchmark: "x"}
			}}.run(t)
			require.NoError(t, r.err)
			require.Len(t, r.summary.Phases, len(c.phases))
			for i, rec := range r.records {
				warm := rec.Kind == metrics.Warmup
				require.Equal(t, warm, strings.Contains(string(rec.Raw.Payload), `"content":"[warmup]\n\n`), "record %d: %s", i, rec.Raw.Payload)
				require.Equal(t, warm, rec.Raw.BustMarker == marker)
				require.Equal(t, warm, rec.Raw.BustTarget != "")
			}
		})
	}
}

// counted counts how often conversations are made.
type counted struct {
	dataset.Source
	made *atomic.Int64
}

func (s counted) Materialise(i int) (*dataset.Conversation, error) {
	s.made.Add(1)
	return s.Source.Materialise(i)
}

func TestOnlyWhatWasArmedAheadIsMadeAnew(t *testing.T) {
	var made atomic.Int64
	r := world{
		server: service(10 * ms), phases: []Phase{{Kind: metrics.Warmup, Concurrency: 1, Requests: 5}, {Concurrency: 10, Requests: 3000}},
		plan: func(p *Plan) {
			p.KeepRaw = false
			p.Dataset.Source = counted{each(1, 0), &made}
			p.Dataset.Bust = &dataset.Bust{Target: "warmup_isolation_first_turn"}
		},
	}.run(t)
	require.NoError(t, r.err)
	require.Len(t, r.records, 3005)
	require.Less(t, made.Load(), int64(3005+2*armedAhead+10), "those armed ahead of the end, and those armed for warm-up that profiling took")
	for _, rec := range r.records {
		require.LessOrEqual(t, rec.Start-rec.Due, time.Duration(0))
	}
}

func TestEverySessionHasAMarkerOfItsOwn(t *testing.T) {
	bust := &dataset.Bust{Target: "first_turn_prefix", Benchmark: "bench"}
	// The warm-up ends by time: the conversation drawn ahead is thrown away there and takes its number with it.
	r := world{
		server: service(10 * ms), phases: []Phase{{Kind: metrics.Warmup, Concurrency: 1, Duration: 35 * ms, Grace: Unbounded}, {Concurrency: 1, Sessions: 2}},
		plan: func(p *Plan) {
			p.Dataset.Source = talks{turns: [][]string{{"a", "b"}}}
			p.Dataset.Bust = bust
		},
	}.run(t)
	numbers := []int{0, 0, 1, 1, 3, 3, 4, 4}
	require.Len(t, r.records, len(numbers))
	for i, n := range numbers {
		marker := bust.Marker("session_000000", dataset.Play{Pass: n, Trajectory: n})
		require.Equal(t, marker, r.records[i].Raw.BustMarker, i)
		quoted, err := json.Marshal(marker + "a")
		require.NoError(t, err)
		require.Contains(t, string(r.records[i].Raw.Payload), string(quoted), i)
	}
}
