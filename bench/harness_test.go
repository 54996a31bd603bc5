// The world of these tests: a run against the mock server over in-memory connections, on a virtual clock.
package bench

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"slices"
	"sort"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/aiperf-go/aiperf/dataset"
	"github.com/aiperf-go/aiperf/endpoints"
	"github.com/aiperf-go/aiperf/endpoints/mock"
	"github.com/aiperf-go/aiperf/metrics"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	us = time.Microsecond
	ms = time.Millisecond
)

// texts is a source of one-turn conversations c0, c1, … that never ends; failAt and later cannot be made.
type texts struct {
	failAt int // 0: never
	err    error
}

func (s texts) Len() int { return 1 << 30 }

func (s texts) Materialise(i int) (*dataset.Conversation, error) {
	if s.err != nil && i >= s.failAt {
		return nil, s.err
	}
	turn := dataset.Turn{Texts: []dataset.Media{{Contents: []string{fmt.Sprintf("tell me about %d", i)}}}}
	return &dataset.Conversation{ID: fmt.Sprintf("c%d", i), Turns: []dataset.Turn{turn}}, nil
}

// wordCount is a tokenizer whose tokens are the words.
type wordCount struct{}

func (wordCount) Name() string                           { return "words" }
func (wordCount) Count(text []byte) int                  { return len(bytes.Fields(text)) }
func (wordCount) Encode(dst []uint32, _ []byte) []uint32 { return dst }
func (wordCount) Decode(dst []byte, _ []uint32) []byte   { return dst }

// memory is a sink that keeps copies of all records.
type memory struct {
	mu      sync.Mutex
	records []*metrics.Record
	closed  int
	onEach  func(n int) error // told how many came, this one included
}

func (m *memory) Record(r *metrics.Record) error {
	c := *r
	c.Gaps, c.Text = slices.Clone(r.Gaps), slices.Clone(r.Text)
	m.mu.Lock()
	m.records = append(m.records, &c)
	n := len(m.records)
	m.mu.Unlock()
	if m.onEach != nil {
		return m.onEach(n)
	}
	return nil
}

func (m *memory) Close() error { m.closed++; return nil }

// world is one run: what the server does, what is asked for, and what came of it.
type world struct {
	server mock.Options
	plan   func(*Plan)
	phases []Phase
	opts   []Option
	sink   *memory
	dial   func(ctx context.Context, addr string) (net.Conn, error) // instead of the mock server
	begun  func(stop, abort context.CancelFunc)                     // runs beside the run, in the bubble
}

// result is what came of a world, records in the order of sending.
type result struct {
	summary *metrics.Summary
	err     error
	records []*metrics.Record
	stats   mock.Stats
	took    time.Duration // virtual time until Run returned
}

func chatPlan(t testing.TB, phases ...Phase) *Plan {
	kind, ok := endpoints.Lookup("chat")
	require.True(t, ok)
	return &Plan{
		Target: Target{
			Kind: kind, URLs: []string{"http://one/v1/chat/completions"}, Model: "m", Streaming: true, Timeout: 6 * time.Hour, UserAgent: "test",
		},
		Dataset: Dataset{Source: texts{}, Sampler: dataset.NewSequential(1 << 30), Tokenizer: wordCount{}},
		Phases:  phases, Seed: 42, KeepText: true, KeepRaw: true,
		Scope: metrics.Scope{EndpointTitle: "LLM Metrics", Streaming: true, ProducesTokens: true, TokenizesInput: true},
	}
}

// run plays the world in a bubble of its own.
func (w world) run(t *testing.T) result {
	t.Helper()
	var out result
	synctest.Test(t, func(t *testing.T) { out = w.play(t) })
	return out
}

func (w world) play(t testing.TB) result {
	var out result
	plan := chatPlan(t, w.phases...)
	plan.SpillDir = t.TempDir()
	if w.plan != nil {
		w.plan(plan)
	}
	dial := w.dial
	var server *mock.Server
	if dial == nil {
		listener := mock.NewPipeListener()
		var err error
		server, err = mock.Serve(listener, w.server)
		require.NoError(t, err)
		dial = func(ctx context.Context, addr string) (net.Conn, error) {
			return listener.DialContext(ctx, "tcp", addr)
		}
	}
	sink := w.sink
	if sink == nil {
		sink = &memory{}
	}
	stop, cancelStop := context.WithCancel(context.Background())
	abort, cancelAbort := context.WithCancel(context.Background())
	defer cancelStop()
	defer cancelAbort()
	clock := NewClock()
	opts := append([]Option{WithDial(dial), WithSink(sink), WithStop(stop), WithClock(clock), quietMachine}, w.opts...)
	var beside sync.WaitGroup
	if w.begun != nil {
		beside.Go(func() { w.begun(cancelStop, cancelAbort) })
	}
	out.summary, out.err = Run(abort, plan, opts...)
	out.took = clock.Now()
	beside.Wait()
	if server != nil {
		out.stats = server.Stats()
		require.NoError(t, server.Close())
	}
	require.Equal(t, 1, sink.closed, "the run closes its sinks once")
	out.records = sink.records
	sort.SliceStable(out.records, func(i, j int) bool {
		a, b := out.records[i], out.records[j]
		return a.Phase < b.Phase || a.Phase == b.Phase && a.SessionNum < b.SessionNum
	})
	return out
}

// service answers every request whole after d.
func service(d time.Duration) mock.Options { return mock.Options{TTFT: mock.Fixed(d), OSL: 1} }

// column is one thing of every record.
func column[T any](records []*metrics.Record, of func(*metrics.Record) T) []T {
	out := make([]T, 0, len(records))
	for _, r := range records {
		out = append(out, of(r))
	}
	return out
}

func due(r *metrics.Record) time.Duration   { return r.Due }
func start(r *metrics.Record) time.Duration { return r.Start }
func name(r *metrics.Record) string         { return r.ConversationID }

// host is the server a record was sent to, as the wire says.
func host(r *metrics.Record) string {
	for _, h := range r.Raw.RequestHeaders {
		if h[0] == "Host" {
			return h[1]
		}
	}
	return ""
}

// ofKind are the records of one kind of phase.
func ofKind(records []*metrics.Record, kind metrics.PhaseKind) []*metrics.Record {
	return slices.DeleteFunc(slices.Clone(records), func(r *metrics.Record) bool { return r.Kind != kind })
}

// metric is one result of the summary.
func metric(t testing.TB, results []metrics.Result, tag string) metrics.Result {
	t.Helper()
	for _, r := range results {
		if r.Def.Tag == tag {
			return r
		}
	}
	require.FailNow(t, "no metric "+tag)
	return metrics.Result{}
}

// hasMetric tells whether the summary holds a metric.
func hasMetric(results []metrics.Result, tag string) bool {
	return slices.ContainsFunc(results, func(r metrics.Result) bool { return r.Def.Tag == tag })
}

// at are instants in milliseconds.
func at(millis ...float64) []time.Duration {
	out := make([]time.Duration, 0, len(millis))
	for _, m := range millis {
		out = append(out, time.Duration(m*1e6))
	}
	return out
}

// quietMachine keeps the real machine's load out of verdicts about virtual time.
func quietMachine(o *options) {
	o.watch = func() func() resources { return func() resources { return resources{cpuShare: 0.1} } }
}

// script serves every connection with what it is given: it answers each request with the same steps; a nil step closes the connection.
func script(steps ...any) func(ctx context.Context, addr string) (net.Conn, error) {
	return func(context.Context, string) (net.Conn, error) {
		client, server := net.Pipe()
		go func() {
			defer func() { _ = server.Close() }()
			buf := make([]byte, 64<<10)
			for {
				if _, err := server.Read(buf); err != nil {
					return
				}
				for _, s := range steps {
					switch s := s.(type) {
					case time.Duration:
						time.Sleep(s) // virtual: the bubble's clock
					case string:
						if _, err := server.Write([]byte(s)); err != nil {
							return
						}
					case nil:
						return
					}
				}
			}
		}()
		return client, nil
	}
}

// answer is a whole response with a Content-Length.
func answer(status, contentType, body string) string {
	return fmt.Sprintf("HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s", status, contentType, len(body), body)
}

// events is a body of server-sent events.
func events(docs ...string) string {
	var b strings.Builder
	for _, d := range docs {
		b.WriteString("data: " + d + "\n\n")
	}
	return b.String()
}

// delta is a chunk document that carries one field of a delta.
func delta(field, text string) string {
	return fmt.Sprintf(`{"object":"chat.completion.chunk","choices":[{"index":0,"delta":{%q:%q}}]}`, field, text)
}
