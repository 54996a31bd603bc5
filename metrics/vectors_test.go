// The vectors of the real program: each suite's records become facts, and every value and result must match to the last digit.
package metrics

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const vectorDir = "../testdata/vectors/metrics"

// numeral is a JSON number kept as the text it has in the file, or the name of an infinity.
type numeral struct{ text string }

func (n *numeral) UnmarshalJSON(b []byte) error {
	n.text = strings.Trim(string(b), `"`)
	return nil
}

// shortest is how a value prints: an integer without a point, a float with the fewest digits that read back to it.
func shortest(v Value) string {
	if v.IsInt() {
		b, _ := json.Marshal(v.Int64())
		return string(b)
	}
	b, _ := json.Marshal(v.Float64())
	return string(b)
}

// requireNumber compares what a value is and how it prints. Both sides go through one printer, so notation does not matter.
func requireNumber(t *testing.T, want numeral, got Value, what ...any) {
	t.Helper()
	isFloat := strings.ContainsAny(want.text, ".e")
	require.True(t, got.Present(), what...)
	require.Equal(t, isFloat, !got.IsInt(), what...)
	if !isFloat {
		require.Equal(t, want.text, shortest(got), what...)
		return
	}
	var f float64
	require.NoError(t, json.Unmarshal([]byte(want.text), &f))
	require.Equal(t, shortest(Float(f)), shortest(got), what...)
}

type suite struct {
	Config struct {
		Endpoint struct {
			Type         string `json:"type"`
			Streaming    bool   `json:"streaming"`
			ServerTokens bool   `json:"use_server_token_count"`
		} `json:"endpoint"`
	} `json:"config"`
	Window  map[string]*int64 `json:"phase_window_ns"`
	Records []suiteRecord     `json:"records"`
	Expect  struct {
		Summary     map[string]json.RawMessage `json:"summary_results"`
		Warmup      map[string]json.RawMessage `json:"warmup_results"`
		SummaryJSON map[string]json.RawMessage `json:"summary_json"`
	} `json:"expected"`
}

type suiteRecord struct {
	Name  string `json:"name"`
	Input struct {
		Wall      int64  `json:"request_start_wall_ns"`
		Start     int64  `json:"start_perf_ns"`
		End       *int64 `json:"end_perf_ns"`
		Headers   *int64 `json:"recv_start_perf_ns"`
		Issued    *int64 `json:"credit_issued_ns"`
		Cancelled *int64 `json:"cancellation_perf_ns"`
		Phase     string `json:"phase"`
		Status    *int32 `json:"status"`
		MaxTokens *int64 `json:"max_tokens"`
		Responses []struct {
			At   int64  `json:"perf_ns"`
			Data string `json:"data"`
		} `json:"responses"`
		Trace map[string]json.RawMessage `json:"trace"`
	} `json:"input"`
	Parsed struct {
		Valid    bool `json:"valid"`
		Overflow bool `json:"context_overflow"`
		Tokens   struct {
			Input     *int64 `json:"input"`
			Output    *int64 `json:"output"`
			Reasoning *int64 `json:"reasoning"`
			First     *int64 `json:"first_content_chunk"`
		} `json:"token_counts"`
		Responses []struct {
			At      int64   `json:"perf_ns"`
			Type    *string `json:"type"`
			Content bool    `json:"is_content"`
		} `json:"responses"`
		Contents []int64     `json:"content_perf_ns"`
		Usage    *suiteUsage `json:"final_usage"`
	} `json:"parsed"`
	Native map[string]json.RawMessage `json:"metrics_native"`
	Line   struct {
		Metadata map[string]json.RawMessage `json:"metadata"`
		Metrics  map[string]struct {
			Value json.RawMessage `json:"value"`
			Unit  string          `json:"unit"`
		} `json:"metrics"`
		Error *suiteError `json:"error"`
	} `json:"jsonl_record"`
	Skipped bool `json:"jsonl_skipped"`
}

type suiteError struct {
	Code    *int64   `json:"code"`
	Type    string   `json:"type"`
	Message string   `json:"message"`
	Cause   string   `json:"cause"`
	Chain   []string `json:"cause_chain"`
}

func (e suiteError) detail() *ErrorDetail {
	return &ErrorDetail{Code: optional(e.Code), Type: e.Type, Message: e.Message, Cause: e.Cause, CauseChain: e.Chain}
}

type suiteUsage struct {
	Prompt     *int64 `json:"prompt_tokens"`
	Completion *int64 `json:"completion_tokens"`
	Total      *int64 `json:"total_tokens"`
	// The split form of some servers: the prompt is the sum of the three.
	Input      *int64 `json:"input_tokens"`
	Output     *int64 `json:"output_tokens"`
	CacheRead  *int64 `json:"cache_read_input_tokens"`
	CacheWrite *int64 `json:"cache_creation_input_tokens"`
	PromptMore struct {
		Cached *int64 `json:"cached_tokens"`
		Audio  *int64 `json:"audio_tokens"`
	} `json:"prompt_tokens_details"`
	CompletionMore struct {
		Reasoning *int64 `json:"reasoning_tokens"`
		Audio     *int64 `json:"audio_tokens"`
		Accepted  *int64 `json:"accepted_prediction_tokens"`
		Rejected  *int64 `json:"rejected_prediction_tokens"`
	} `json:"completion_tokens_details"`
}

func optional(p *int64) Count {
	if p == nil {
		return NoCount
	}
	return Count(*p)
}

func loadSuite(t *testing.T, name string) *suite {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(vectorDir, name))
	require.NoError(t, err)
	var s suite
	require.NoError(t, json.Unmarshal(b, &s))
	return &s
}

// wallBase makes every instant of a suite small, as in a run.
const wallBase = 1759999999000000000

func (s *suite) scope() Scope {
	chat := s.Config.Endpoint.Type == "chat"
	return Scope{
		Streaming: s.Config.Endpoint.Streaming, ServerTokens: s.Config.Endpoint.ServerTokens,
		ProducesTokens: chat, TokenizesInput: true, Audio: chat,
	}
}

// fill turns a suite's record into facts.
func (v *suiteRecord) fill(r *Record) {
	r.Reset()
	in := &v.Input
	// at turns an instant of the record's monotonic clock into one of the run.
	at := func(perf int64) Instant { return Instant(in.Wall - wallBase + perf - in.Start) }
	opt := func(perf *int64) Instant {
		if perf == nil {
			return NoInstant
		}
		return at(*perf)
	}
	if in.Phase == "warmup" {
		r.Kind = Warmup
	}
	r.Start, r.End, r.Headers, r.Cancelled = at(in.Start), opt(in.End), opt(in.Headers), opt(in.Cancelled)
	if in.Issued != nil {
		r.Issued = Instant(*in.Issued - wallBase)
	}
	if in.Status != nil {
		r.Status = *in.Status
	}
	r.WasCancelled = in.Cancelled != nil
	r.RequestedOSL = optional(in.MaxTokens)
	for _, x := range in.Responses {
		r.LastEvent = at(x.At)
	}
	p := &v.Parsed
	r.Valid, r.ContextOverflow = p.Valid, p.Overflow
	r.InputTokens, r.OutputTokens, r.ReasoningTokens = optional(p.Tokens.Input), optional(p.Tokens.Output), optional(p.Tokens.Reasoning)
	r.FirstChunkTokens = optional(p.Tokens.First)
	for i, c := range p.Contents {
		if i == 0 {
			r.FirstChunk = at(c)
		} else {
			r.Gaps = append(r.Gaps, Instant(c-p.Contents[i-1]))
		}
		r.LastChunk = at(c)
	}
	for _, x := range p.Responses {
		if x.Type == nil || !x.Content || Known(r.FirstOut) {
			continue
		}
		if *x.Type != "ReasoningResponseData" || v.carriesContent(x.At) {
			r.FirstOut = at(x.At)
		}
	}
	if u := p.Usage; u != nil {
		r.Usage.Seen = true
		r.Usage.Prompt, r.Usage.Completion, r.Usage.Total = optional(u.Prompt), optional(u.Completion), optional(u.Total)
		if u.Input != nil {
			r.Usage.Prompt, r.Usage.Completion = Count(*u.Input+*u.CacheRead+*u.CacheWrite), optional(u.Output)
			r.Usage.CacheWrite, u.PromptMore.Cached = optional(u.CacheWrite), u.CacheRead
		}
		r.Usage.CacheRead, r.Usage.PromptAudio = optional(u.PromptMore.Cached), optional(u.PromptMore.Audio)
		r.Usage.Reasoning, r.Usage.CompletionAudio = optional(u.CompletionMore.Reasoning), optional(u.CompletionMore.Audio)
		r.Usage.AcceptedPrediction, r.Usage.RejectedPrediction = optional(u.CompletionMore.Accepted), optional(u.CompletionMore.Rejected)
	}
	if v.Line.Error != nil {
		r.Error = v.Line.Error.detail()
	}
	v.fillTrace(r, at)
}

// carriesContent looks for visible text beside the reasoning of the response at an instant.
func (v *suiteRecord) carriesContent(at int64) bool {
	type delta struct {
		Content string `json:"content"`
	}
	for _, x := range v.Input.Responses {
		var d struct {
			Choices []struct {
				Delta   delta `json:"delta"`
				Message delta `json:"message"`
			} `json:"choices"`
		}
		if x.At == at && json.Unmarshal([]byte(x.Data), &d) == nil && len(d.Choices) > 0 {
			return d.Choices[0].Delta.Content+d.Choices[0].Message.Content != ""
		}
	}
	return false
}

func (v *suiteRecord) fillTrace(r *Record, at func(int64) Instant) {
	get := func(key string) (n int64, ok bool) {
		raw, ok := v.Input.Trace[key]
		if !ok || json.Unmarshal(raw, &n) != nil {
			return 0, false
		}
		return n, true
	}
	for key, to := range map[string]*Instant{
		"connection_pool_wait_start": &r.WaitBegin, "connection_pool_wait_end": &r.WaitEnd,
		"tcp_connect_start": &r.DialBegin, "tcp_connect_end": &r.DialEnd,
		"dns_lookup_start": &r.DNSBegin, "dns_lookup_end": &r.DNSEnd,
		"request_send_start": &r.WriteBegin, "request_send_end": &r.Written,
		"response_receive_start": &r.FirstBody, "response_receive_end": &r.LastBody,
	} {
		if n, ok := get(key + "_perf_ns"); ok {
			*to = at(n)
		}
	}
	_, r.Reused = get("connection_reused_perf_ns")
	r.BytesOut, _ = get("request_bytes_total")
	r.BytesIn, _ = get("response_bytes_total")
	n, _ := get("request_chunks_count")
	r.Writes = int32(n)
	n, _ = get("response_chunks_count")
	r.Reads = int32(n)
}

// suites lists the vectors and what of them belongs to features that this table does not have.
var suites = []struct {
	file  string
	other []string
}{
	{"chat-streaming.json", []string{"good_request_count", "good_request_fraction", "goodput", "credit_drop_latency"}},
	{"worked-example.json", []string{"good_request_count", "good_request_fraction", "goodput"}},
	{"chat-all-errors.json", []string{"good_request_fraction"}},
	{"chat-server-tokens.json", []string{"credit_drop_latency"}},
	{"chat-nonstreaming.json", nil},
	{"embeddings.json", nil},
	{"warmup-mix.json", nil},
	{"http-trace.json", nil},
}

func without(m map[string]json.RawMessage, tags []string) map[string]json.RawMessage {
	out := make(map[string]json.RawMessage, len(m))
	for k, v := range m {
		out[k] = v
	}
	for _, tag := range tags {
		delete(out, tag)
	}
	return out
}

func TestVectorsPerRecord(t *testing.T) {
	for _, c := range suites {
		t.Run(c.file, func(t *testing.T) {
			s := loadSuite(t, c.file)
			scope := s.scope()
			view := NewView(scope, wallBase)
			var r Record
			for i := range s.Records {
				v := &s.Records[i]
				v.fill(&r)
				t.Run(v.Name, func(t *testing.T) {
					requireNative(t, scope, without(v.Native, c.other), &r)

					want := v.Line.Metrics
					for _, tag := range c.other {
						delete(want, tag)
					}
					seen := 0
					view.Values(&r, func(d *Def, got Value, list []float64) {
						seen++
						w, ok := want[d.Tag]
						require.True(t, ok, "%s = %v is not in the line", d.Tag, got)
						require.Equal(t, w.Unit, d.Display, d.Tag)
						if d.List() {
							requireList(t, w.Value, list)
							return
						}
						var n numeral
						require.NoError(t, json.Unmarshal(w.Value, &n))
						requireNumber(t, n, got, d.Tag)
					})
					require.Len(t, want, seen)

					if end, ok := v.Line.Metadata["request_end_ns"]; ok {
						require.JSONEq(t, string(end), shortest(Int(wallBase+int64(r.Finished()))))
					}
				})
			}
		})
	}
}

func requireList(t *testing.T, want json.RawMessage, got []float64) {
	t.Helper()
	var ns []numeral
	require.NoError(t, json.Unmarshal(want, &ns))
	require.Len(t, got, len(ns))
	for i := range ns {
		requireNumber(t, ns[i], Float(got[i]), i)
	}
}

// requireNative compares the values before conversion, internal ones included.
func requireNative(t *testing.T, scope Scope, want map[string]json.RawMessage, r *Record) {
	t.Helper()
	got := row{wall: wallBase}
	got.observe(&r.Facts, r.Gaps)
	seen := 0
	for _, d := range scope.Defs() {
		if d.Flags&ErrorOnly != 0 == r.Valid || d.record == nil && !d.list {
			continue
		}
		if d.list {
			if hasGaps(&got) {
				seen++
				b, err := json.Marshal(r.Gaps)
				require.NoError(t, err)
				require.JSONEq(t, string(want[d.Tag]), string(b))
			}
			continue
		}
		v := d.record(&got)
		if !v.Present() {
			continue
		}
		seen++
		require.Contains(t, want, d.Tag)
		var n numeral
		require.NoError(t, json.Unmarshal(want[d.Tag], &n))
		requireNumber(t, n, v, d.Tag)
	}
	require.Len(t, want, seen)
}

// summariseSuite puts a suite through table and summary.
func summariseSuite(s *suite) *Summary {
	table := NewTable(TableOptions{})
	var r Record
	for i := range s.Records {
		s.Records[i].fill(&r)
		table.Append(&r)
	}
	w := PhaseWindow{Name: "profiling", Start: NoInstant, SendEnd: NoInstant, End: NoInstant}
	if p := s.Window["start_ns"]; p != nil {
		w.Start = Instant(*p - wallBase)
	}
	if p := s.Window["requests_end_ns"]; p != nil {
		w.End = Instant(*p - wallBase)
	}
	phases := []PhaseWindow{w}
	if table.rows[Warmup] > 0 {
		// The suite leaves this window out; like the profiling one it is 2 ms before the first start to 1 ms after the last end.
		phases = append(phases, PhaseWindow{Name: "warmup", Kind: Warmup, Start: 998 * time.Millisecond, End: 1512 * time.Millisecond})
	}
	return Summarise(table, Inputs{Scope: s.scope(), WallBase: wallBase, Phases: phases})
}

// statistics names the values of a result as files do.
func statistics(r Result) map[string]Value {
	m := map[string]Value{"avg": r.Avg, "min": r.Min, "max": r.Max, "std": r.Std, "sum": r.Sum, "count": r.Count}
	for i, q := range Percentiles {
		m["p"+shortest(Int(int64(q)))] = r.Percentiles[i]
	}
	return m
}

// requireResults compares results with blocks {"unit", "avg", ...}. What is infinite there must be absent here.
func requireResults(t *testing.T, want map[string]json.RawMessage, got []Result) {
	t.Helper()
	require.NotEmpty(t, want)
	for _, r := range got {
		require.Contains(t, want, r.Def.Tag)
		var block map[string]numeral
		require.NoError(t, json.Unmarshal(want[r.Def.Tag], &block))
		require.Equal(t, block["unit"].text, r.Def.Display, r.Def.Tag)
		for key, v := range statistics(r) {
			w, ok := block[key]
			scalar := r.Def.Shape == Aggregate || r.Def.Shape == Derived
			if !ok || w.text == "Infinity" || scalar && key == "count" {
				require.False(t, v.Present(), "%s %s = %v", r.Def.Tag, key, v)
				continue
			}
			requireNumber(t, w, v, r.Def.Tag, key)
		}
	}
	require.Len(t, got, len(want))
}

func TestVectorsSummary(t *testing.T) {
	for _, c := range suites {
		t.Run(c.file, func(t *testing.T) {
			s := loadSuite(t, c.file)
			sum := summariseSuite(s)
			requireResults(t, without(s.Expect.Summary, c.other), sum.Results)
			if s.Expect.Warmup != nil {
				requireResults(t, without(s.Expect.Warmup, c.other), sum.Warmup)
			}
			requireErrors(t, s.Expect.SummaryJSON["error_summary"], sum.Errors)
		})
	}
}

// TestVectorsSummaryJSON compares what reaches the summary file: its tags, and each block's values.
func TestVectorsSummaryJSON(t *testing.T) {
	notMetrics := []string{
		"schema_version", "aiperf_version", "benchmark_id", "was_cancelled", "is_complete", "error_summary", "warmup_metrics",
		"input_config", "run_info", "start_time", "end_time",
	}
	for _, c := range suites {
		t.Run(c.file, func(t *testing.T) {
			s := loadSuite(t, c.file)
			want := without(without(s.Expect.SummaryJSON, notMetrics), c.other)
			if len(want) == 0 {
				require.Equal(t, "chat-all-errors.json", c.file, "only a run without a success has no file")
				return
			}
			requireResults(t, want, summariseSuite(s).Results)
		})
	}
}

func requireErrors(t *testing.T, want json.RawMessage, got []ErrorCount) {
	t.Helper()
	if want == nil {
		return
	}
	var groups []struct {
		Details suiteError `json:"error_details"`
		Count   int64      `json:"count"`
	}
	require.NoError(t, json.Unmarshal(want, &groups))
	require.Len(t, got, len(groups))
	for i, g := range groups {
		require.Equal(t, *g.Details.detail(), got[i].ErrorDetail)
		require.Equal(t, g.Count, got[i].Count)
	}
}
