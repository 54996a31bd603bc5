package artifact

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"math"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/metrics"
	"github.com/aiperf-go/aiperf/report/redact"
	"github.com/aiperf-go/aiperf/report/reporttest"
)

// metadata is the metadata object of a captured line.
type metadata struct {
	SessionNum     int64  `json:"session_num"`
	RequestID      string `json:"x_request_id"`
	CorrelationID  string `json:"x_correlation_id"`
	ConversationID string `json:"conversation_id"`
	Turn           int32  `json:"turn_index"`
	Issued         *int64 `json:"credit_issued_ns"`
	Start          *int64 `json:"request_start_ns"`
	Ack            *int64 `json:"request_ack_ns"`
	End            *int64 `json:"request_end_ns"`
	Worker         string `json:"worker_id"`
	Processor      string `json:"record_processor_id"`
	Phase          string `json:"benchmark_phase"`
	PhaseIndex     uint8  `json:"phase_index"`
	ProfilingIndex *int   `json:"profiling_index"`
	PhaseName      string `json:"phase_name"`
	WasCancelled   bool   `json:"was_cancelled"`
	Cancelled      *int64 `json:"cancellation_time_ns"`
	Depth          int32  `json:"agent_depth"`
	Root           string `json:"root_correlation_id"`
}

const wallBase = 1795467000000000000

func instant(ns *int64) metrics.Instant {
	if ns == nil {
		return metrics.NoInstant
	}
	return metrics.Instant(*ns - wallBase)
}

// record rebuilds the facts that a line's metadata shows.
func (m *metadata) record() (*metrics.Record, []metrics.PhaseWindow) {
	r := &metrics.Record{}
	r.Reset()
	r.SessionNum, r.Turn, r.AgentDepth, r.Phase = m.SessionNum, m.Turn, m.Depth, m.PhaseIndex
	r.RequestID, r.CorrelationID, r.ConversationID, r.RootID = m.RequestID, m.CorrelationID, m.ConversationID, m.Root
	r.WorkerID, r.ProcessorID = m.Worker, m.Processor
	r.Issued, r.Start, r.Headers, r.LastEvent = instant(m.Issued), instant(m.Start), instant(m.Ack), instant(m.End)
	r.WasCancelled, r.Cancelled = m.WasCancelled, instant(m.Cancelled)
	phases := make([]metrics.PhaseWindow, int(m.PhaseIndex)+1)
	p := &phases[m.PhaseIndex]
	p.Name, p.ProfilingIndex = m.PhaseName, -1
	if m.Phase == "warmup" {
		r.Kind, p.Kind = metrics.Warmup, metrics.Warmup
	}
	if m.ProfilingIndex != nil {
		p.ProfilingIndex = *m.ProfilingIndex
	}
	return r, phases
}

func TestMetadataEqualsCapturedLines(t *testing.T) {
	for _, file := range []string{
		"load-warmup/profile_export.jsonl", "load-cancel/profile_export.jsonl", "err-tenth-fail/profile_export.jsonl",
		"chat-stream/profile_export.jsonl", "in-extra-headers/profile_export_raw.jsonl", "export-raw/profile_export_raw.jsonl",
	} {
		t.Run(file, func(t *testing.T) {
			lines := bufio.NewScanner(bytes.NewReader(reporttest.Read(t, testdata, "captures", file)))
			lines.Buffer(nil, 1<<20)
			n := 0
			for ; lines.Scan(); n++ {
				want := reporttest.Members(t, lines.Bytes())[0].Text
				var m metadata
				require.NoError(t, json.Unmarshal(want, &m))
				r, phases := m.record()
				opt := SinkOptions{WallBase: wallBase, Phases: phases}
				require.Equal(t, string(want), string(opt.appendMetadata(nil, r)))
			}
			require.Positive(t, n)
		})
	}
}

func TestErrorEqualsCapturedLines(t *testing.T) {
	for _, want := range []string{
		`{"code":499,"type":"RequestCancellationError","message":"Request cancelled 0.050s after being sent"}`,
		`{"type":"TimeoutError","message":"TimeoutError()","cause":"CancelledError()","cause_chain":["TimeoutError","CancelledError"]}`,
		`{"type":"ClientConnectorError","message":"ClientConnectorError(ConnectionKey(host='127.0.0.1', port=18765, is_ssl=False, ssl=True, proxy=None, proxy_auth=None, proxy_headers_hash=None, server_hostname=None), ConnectionRefusedError(111, \"Connect call failed ('127.0.0.1', 18765)\"))","cause":"ConnectionRefusedError(111, \"Connect call failed ('127.0.0.1', 18765)\")","cause_chain":["ClientConnectorError","ConnectionRefusedError"]}`,
		`{"code":500,"type":"Internal Server Error","message":"{\"error\":{\"code\":500,\"message\":\"injected failure 9\",\"type\":\"server_error\"}}"}`,
	} {
		e := metrics.ErrorDetail{Code: metrics.NoCount}
		var in struct {
			Code                 *int64
			Type, Message, Cause string
			CauseChain           []string `json:"cause_chain"`
		}
		require.NoError(t, json.Unmarshal([]byte(want), &in))
		if in.Code != nil {
			e.Code = metrics.Count(*in.Code)
		}
		e.Type, e.Message, e.Cause, e.CauseChain = in.Type, in.Message, in.Cause, in.CauseChain
		require.Equal(t, want, string(appendError(nil, &e, redact.Known{})))
	}
}

// sample is a streaming request with every common fact: starts at 10 ms, content at 60, 70 and 90 ms.
func sample() *metrics.Record {
	ms := func(n int) metrics.Instant { return metrics.Instant(n) * time.Millisecond }
	r := &metrics.Record{}
	r.Reset()
	r.Due, r.Issued, r.Start, r.Headers, r.WriteBegin, r.Written = ms(9), ms(9), ms(10), ms(22), ms(10), ms(11)
	r.FirstBody, r.LastBody = ms(60), ms(92)
	r.FirstOut, r.FirstChunk, r.LastChunk, r.LastEvent, r.End = ms(60), ms(60), ms(90), ms(92), ms(92)
	r.Gaps = []metrics.Instant{ms(10), ms(20)}
	r.Status, r.Responses, r.Contents, r.Valid = 200, 5, 3, true
	r.InputTokens, r.OutputTokens = 10, 4
	r.RequestID, r.CorrelationID, r.ConversationID = "a1", "c1", "s0"
	r.WorkerID, r.ProcessorID = "worker_1", "record_processor_1"
	return r
}

// chat is the scope of a streaming chat run.
var chat = metrics.Scope{EndpointTitle: "LLM Metrics", Streaming: true, ProducesTokens: true, TokenizesInput: true}

type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }

func TestRecordLine(t *testing.T) {
	var b bytes.Buffer
	s := newRecordSink(nopCloser{&b}, "x", SinkOptions{Scope: chat, WallBase: wallBase, Phases: []metrics.PhaseWindow{{Name: "profiling"}}})
	require.NoError(t, s.Record(sample()))

	nothing := sample() // neither a metric nor an error: no line
	nothing.Reset()
	require.NoError(t, s.Record(nothing))

	failed := sample()
	failed.Valid, failed.Status, failed.Gaps = false, 503, nil
	failed.Error = &metrics.ErrorDetail{Code: 503, Type: "Service Unavailable", Message: "overloaded"}
	require.NoError(t, s.Record(failed))
	require.NoError(t, s.Close())

	lines := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
	require.Len(t, lines, 2)
	var got struct {
		Metadata map[string]any
		Metrics  map[string]struct {
			Value json.RawMessage
			Unit  string
		}
		Error map[string]any
	}
	require.NoError(t, json.Unmarshal([]byte(lines[0]), &got))
	require.Equal(t, "[10.0,20.0]", string(got.Metrics["inter_chunk_latency"].Value))
	require.Equal(t, "50.0", string(got.Metrics["time_to_first_token"].Value))
	require.Equal(t, "80.0", string(got.Metrics["request_latency"].Value))
	require.Equal(t, "4", string(got.Metrics["output_sequence_length"].Value))
	require.Equal(t, "ms", got.Metrics["request_latency"].Unit)
	require.Nil(t, got.Error)

	got.Error = nil
	require.NoError(t, json.Unmarshal([]byte(lines[1]), &got))
	require.Equal(t, got.Metadata["request_start_ns"], got.Metadata["request_end_ns"])
	require.NotContains(t, lines[1], "request_ack_ns")
	require.Contains(t, lines[1], `"metrics":{"error_isl":{"value":10,"unit":"tokens"}},"error":{"code":503,`)
}

// counting counts how often it was written to, which is how often lines reach the system.
type counting struct {
	bytes.Buffer
	writes int
}

func (c *counting) Write(p []byte) (int, error) { c.writes++; return c.Buffer.Write(p) }
func (c *counting) Close() error                { return nil }

func TestLinesReachTheSystemEverySecond(t *testing.T) {
	now := time.Unix(100, 0)
	var out counting
	s := newRecordSink(&out, "x", SinkOptions{Scope: chat, Now: func() time.Time { return now }})
	record := func(after time.Duration) {
		now = now.Add(after)
		require.NoError(t, s.Record(sample()))
	}
	record(400 * time.Millisecond)
	record(400 * time.Millisecond)
	require.Zero(t, out.writes)
	record(200 * time.Millisecond)
	require.Equal(t, 1, out.writes)
	require.Equal(t, 3, strings.Count(out.String(), "\n"), "only whole lines")
	record(999 * time.Millisecond)
	require.Equal(t, 1, out.writes)
	require.NoError(t, s.Flush())
	require.Equal(t, 2, out.writes)
}

func TestRawLineEqualsCapturedFile(t *testing.T) {
	for _, run := range []string{"in-extra-headers", "export-raw"} {
		t.Run(run, func(t *testing.T) {
			lines := bufio.NewScanner(bytes.NewReader(reporttest.Read(t, testdata, "captures", run, "profile_export_raw.jsonl")))
			lines.Buffer(nil, 1<<20)
			for lines.Scan() {
				var in struct {
					Metadata  metadata
					StartPerf int64           `json:"start_perf_ns"`
					Headers   json.RawMessage `json:"request_headers"`
					Status    int32
					Responses []struct {
						At          int64 `json:"perf_ns"`
						Text        string
						ContentType string `json:"content_type"`
						Packets     []struct{ Name, Value string }
					}
					Payload json.RawMessage
				}
				require.NoError(t, json.Unmarshal(lines.Bytes(), &in))
				r, phases := in.Metadata.record()
				// Stamps of the captured file count from the machine's start; here from the run's base.
				shift := int64(r.Start) - in.StartPerf
				r.Status = in.Status
				// What an HTTP client adds by itself is on the wire but not in the captured file.
				r.Raw = &metrics.RawExchange{Payload: in.Payload, RequestHeaders: [][2]string{{"Host", "h:1"}, {"Content-Length", "9"}}}
				for _, h := range reporttest.Members(t, in.Headers) {
					value := ""
					require.NoError(t, json.Unmarshal(h.Text, &value))
					if value == "<redacted>" {
						value = "planted secret"
					}
					r.Raw.RequestHeaders = append(r.Raw.RequestHeaders, [2]string{h.Key, value})
				}
				for _, x := range in.Responses {
					one := metrics.RawResponse{At: metrics.Instant(x.At + shift), ContentType: x.ContentType, Data: []byte(x.Text)}
					for _, p := range x.Packets {
						one.SSE, one.Data = true, append(one.Data, p.Name+": "+p.Value+"\n"...)
					}
					r.Raw.Responses = append(r.Raw.Responses, one)
				}
				var b bytes.Buffer
				s := newRawSink(nopCloser{&b}, "x", SinkOptions{WallBase: wallBase, Phases: phases})
				require.NoError(t, s.Record(r))
				require.NoError(t, s.Close())
				require.NotContains(t, b.String(), "planted secret")
				require.Equal(t, lines.Text(), unshift(t, strings.TrimSuffix(b.String(), "\n"), shift))
			}
		})
	}
}

// unshift moves the monotonic stamps of a line back to the captured base.
func unshift(t *testing.T, line string, shift int64) string {
	t.Helper()
	for _, key := range []string{`"start_perf_ns":`, `"perf_ns":`} {
		parts := strings.Split(line, key)
		for i := 1; i < len(parts); i++ {
			end := strings.IndexAny(parts[i], ",}")
			var n int64
			require.NoError(t, json.Unmarshal([]byte(parts[i][:end]), &n))
			text, err := json.Marshal(n - shift)
			require.NoError(t, err)
			parts[i] = string(text) + parts[i][end:]
		}
		line = strings.Join(parts, key)
	}
	return line
}

func TestRawLineStaysOneLine(t *testing.T) {
	for _, c := range []struct{ name, body, want string }{
		{"several lines", "{\n \"a\": 1.50,\r\n \"b\": \"x\\ny\"\n}", `"payload":{"a":1.50,"b":"x\ny"}}`},
		{"no JSON", "--boundary\r\nfile", `"payload":"--boundary\r\nfile"}`},
		{"never sent", "", `"responses":[]}`},
	} {
		r := sample()
		r.Raw = &metrics.RawExchange{Payload: []byte(c.body)}
		var b bytes.Buffer
		s := newRawSink(nopCloser{&b}, "x", SinkOptions{})
		require.NoError(t, s.Record(r))
		require.NoError(t, s.Close())
		require.Equal(t, 1, strings.Count(b.String(), "\n"), c.name)
		require.True(t, strings.HasSuffix(b.String(), c.want+"\n"), "%s: %s", c.name, b.String())
		require.True(t, json.Valid(b.Bytes()))
	}
}

func TestRawLineNamesTheCacheBustMarker(t *testing.T) {
	for _, c := range []struct {
		name, marker, target string
		failed               bool
		want                 string // the line's end, as AIPerf writes it
	}{
		{"marked", "[rid:7c0d79ce6f60]\n\n", "first_turn_prefix", false,
			`"responses":[],"cache_bust_marker":"[rid:7c0d79ce6f60]\n\n","cache_bust_target":"first_turn_prefix","payload":{"a":1}}`},
		{"behind an error", "[warmup]\n\n", "warmup_isolation_system", true,
			`},"cache_bust_marker":"[warmup]\n\n","cache_bust_target":"warmup_isolation_system","payload":{"a":1}}`},
		{"not marked", "", "", false, `"responses":[],"payload":{"a":1}}`},
	} {
		r := sample()
		r.Raw = &metrics.RawExchange{Payload: []byte(`{"a":1}`), BustMarker: c.marker, BustTarget: c.target}
		if c.failed {
			r.Error = &metrics.ErrorDetail{Code: 500, Type: "Oops", Message: "no"}
		}
		var b bytes.Buffer
		s := newRawSink(nopCloser{&b}, "x", SinkOptions{})
		require.NoError(t, s.Record(r))
		require.NoError(t, s.Close())
		require.True(t, strings.HasSuffix(b.String(), c.want+"\n"), "%s: %s", c.name, b.String())
		require.True(t, json.Valid(b.Bytes()))
	}
}

func TestInputsEqualCapturedFiles(t *testing.T) {
	for _, run := range []string{"chat-stream", "in-multi-turn"} {
		t.Run(run, func(t *testing.T) {
			want := reporttest.Read(t, testdata, "captures", run, "inputs.json")
			var in struct {
				Data []struct {
					ID       string `json:"session_id"`
					Payloads []json.RawMessage
				}
			}
			require.NoError(t, json.Unmarshal(want, &in))
			f, err := Open(Options{Dir: filepath.Join(t.TempDir(), "run")})
			require.NoError(t, err)
			i := 0
			require.NoError(t, f.WriteInputs(func() (string, [][]byte, error) {
				if i == len(in.Data) {
					return "", nil, io.EOF
				}
				d := in.Data[i]
				i++
				var payloads [][]byte
				for _, p := range d.Payloads {
					var compact bytes.Buffer
					require.NoError(t, json.Compact(&compact, p))
					payloads = append(payloads, compact.Bytes())
				}
				return d.ID, payloads, nil
			}))
			require.Equal(t, string(want), string(reporttest.Read(t, f.Path(Inputs))))
		})
	}
}

// Every exporter, with every number that has no JSON text or sits on an edge: nothing but finite numbers may come out.
func TestNoExporterWritesANonFiniteNumber(t *testing.T) {
	edges := []metrics.Value{
		metrics.Float(math.NaN()), metrics.Float(math.Inf(1)), metrics.Float(math.Inf(-1)), metrics.Float(math.Copysign(0, -1)),
		metrics.Float(1 << 63), metrics.Int(math.MaxInt64), metrics.Int(math.MinInt64), metrics.Float(math.MaxFloat64),
		metrics.Float(math.SmallestNonzeroFloat64), metrics.Absent,
	}
	summaries := map[string]*metrics.Summary{"empty": {Complete: true}, "one record": captured(t, "chat-stream")}
	for _, v := range edges {
		s := captured(t, "chat-stream")
		for i := range s.Results {
			r := &s.Results[i]
			r.Avg, r.Min, r.Max, r.Std, r.Sum, r.Count = v, v, v, v, v, v
			for q := range r.Percentiles {
				r.Percentiles[q] = v
			}
		}
		c := &s.Client
		c.DispatchLag = metrics.Lag{Count: 1, P50: v, P90: v, P99: v, Max: v}
		c.ReceiveLag, c.LatencyFromDue = c.DispatchLag, c.DispatchLag
		c.CPUShare, c.GCPauseTotal, c.SchedLatencyP99 = v.Float64(), math.NaN(), math.Inf(1)
		s.Window.OpenLoop, s.Window.Offered = true, math.NaN()
		s.Phases = []metrics.PhaseWindow{{Name: "warmup", Kind: metrics.Warmup, ProfilingIndex: -1}, {Name: "profiling", Index: 1}}
		summaries["edge "+string(appendCell(nil, v))] = s
	}
	for name, s := range summaries {
		t.Run(name, func(t *testing.T) {
			f, err := Open(Options{Dir: t.TempDir(), Level: LevelRaw})
			require.NoError(t, err)
			sinks := f.Sinks(SinkOptions{Scope: chat})
			require.Len(t, sinks, 2)
			for _, sink := range sinks {
				require.NoError(t, sink.Record(sample()))
				require.NoError(t, sink.Close())
			}
			_, err = f.WriteResults(s, ResultOptions{})
			require.NoError(t, err)
			for _, row := range Table() {
				if row.ID == Log || row.ID == Inputs || row.ID == Rerun || row.ID == PhaseManifest && len(s.Phases) == 0 {
					continue
				}
				text := reporttest.Read(t, f.Path(row.ID))
				for line := range bytes.Lines(text) {
					require.NotRegexp(t, `(?i)(^|[^a-z])[-+]?(nan|inf|infinity)([^a-z]|$)`, string(line), row.File)
				}
				switch filepath.Ext(row.File) {
				case ".json":
					require.True(t, json.Valid(text), row.File)
				case ".jsonl":
					for line := range bytes.Lines(text) {
						require.True(t, json.Valid(line), row.File)
					}
				}
			}
		})
	}
}

func BenchmarkRecordLine(b *testing.B) {
	s := newRecordSink(nopCloser{io.Discard}, "x", SinkOptions{Scope: chat, WallBase: wallBase, Phases: []metrics.PhaseWindow{{Name: "profiling"}}})
	r := sample()
	for range 97 {
		r.Gaps = append(r.Gaps, 10*time.Millisecond)
	}
	r.Contents = 100
	b.ReportAllocs()
	for b.Loop() {
		if err := s.Record(r); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkErrorLine(b *testing.B) {
	s := newRecordSink(nopCloser{io.Discard}, "x", SinkOptions{Scope: chat, WallBase: wallBase})
	r := sample()
	r.Valid, r.Status = false, 500
	r.Error = &metrics.ErrorDetail{Code: 500, Type: "Internal Server Error", Message: `{"error":{"code":500,"message":"injected failure 9","type":"server_error"}}`}
	b.ReportAllocs()
	for b.Loop() {
		if err := s.Record(r); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRawLine(b *testing.B) {
	s := newRawSink(nopCloser{io.Discard}, "x", SinkOptions{WallBase: wallBase})
	r := sample()
	r.Raw = &metrics.RawExchange{
		RequestHeaders: [][2]string{{"User-Agent", "aiperf/0.13.0"}, {"X-Request-ID", "a1"}, {"Authorization", "Bearer x"}, {"Content-Type", "application/json"}},
		Payload:        []byte(`{"messages":[{"role":"user","content":"hi"}],"model":"mock-model","stream":true}`),
	}
	for range 100 {
		r.Raw.Responses = append(r.Raw.Responses, metrics.RawResponse{SSE: true, Data: []byte(`data: {"choices":[{"delta":{"content":"w0"},"index":0}],"object":"chat.completion.chunk"}`)})
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := s.Record(r); err != nil {
			b.Fatal(err)
		}
	}
}
