// Whole runs of the real program: facts rebuilt from its records file must give its summary again.
package metrics

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

type capture struct {
	Records []captureRecord            `json:"records"`
	Summary map[string]json.RawMessage `json:"summary"`
}

type captureRecord struct {
	Metadata struct {
		Issued *int64 `json:"credit_issued_ns"`
		Start  int64  `json:"request_start_ns"`
		End    int64  `json:"request_end_ns"`
		Phase  string `json:"benchmark_phase"`
	} `json:"metadata"`
	Metrics map[string]json.RawMessage `json:"metrics"`
	Error   *suiteError                `json:"error"`
}

func (c *captureRecord) fill(t *testing.T, r *Record, base int64) {
	t.Helper()
	r.Reset()
	value := func(tag string) (f float64, ok bool) {
		raw, ok := c.Metrics[tag]
		if ok {
			require.NoError(t, json.Unmarshal(raw, &f))
		}
		return f, ok
	}
	whole := func(tag string, to *Count) {
		if f, ok := value(tag); ok {
			*to = Count(math.Round(f))
		}
	}
	after := func(from Instant, tag string, to *Instant) {
		if f, ok := value(tag); ok {
			*to = from + Instant(math.Round(f*1e6))
		}
	}
	m := &c.Metadata
	r.Start, r.LastEvent = Instant(m.Start-base), Instant(m.End-base)
	if m.Issued != nil {
		r.Issued = Instant(*m.Issued - base)
	}
	if m.Phase == "warmup" {
		r.Kind = Warmup
	}
	if c.Error != nil {
		r.Error = c.Error.detail()
		whole("error_isl", &r.InputTokens)
		return
	}
	r.Valid = true
	after(r.Start, "time_to_first_token", &r.FirstChunk)
	after(r.Start, "time_to_first_output_token", &r.FirstOut)
	after(r.Start, "request_latency", &r.LastChunk)
	var gaps []float64
	if raw, ok := c.Metrics["inter_chunk_latency"]; ok {
		require.NoError(t, json.Unmarshal(raw, &gaps))
	}
	for _, g := range gaps {
		r.Gaps = append(r.Gaps, Instant(math.Round(g*1e6)))
	}
	whole("input_sequence_length", &r.InputTokens)
	whole("output_token_count", &r.OutputTokens)
	whole("reasoning_token_count", &r.ReasoningTokens)
	if pct, ok := value("osl_mismatch_diff_pct"); ok {
		osl, _ := value("output_sequence_length")
		r.RequestedOSL = Count(math.Round(osl / (1 + pct/100)))
	}
	for tag, to := range map[string]*Count{
		"usage_prompt_tokens": &r.Usage.Prompt, "usage_completion_tokens": &r.Usage.Completion, "usage_total_tokens": &r.Usage.Total,
		"usage_reasoning_tokens": &r.Usage.Reasoning, "usage_prompt_cache_read_tokens": &r.Usage.CacheRead,
	} {
		whole(tag, to)
	}
	r.WriteBegin, r.WaitBegin, r.DNSBegin, r.DialBegin = r.Start, 0, 0, 0
	after(r.WriteBegin, "http_req_sending", &r.Written)
	after(r.Written, "http_req_waiting", &r.FirstBody)
	after(r.WriteBegin, "http_req_duration", &r.LastBody)
	after(0, "http_req_blocked", &r.WaitEnd)
	after(0, "http_req_dns_lookup", &r.DNSEnd)
	after(0, "http_req_connecting", &r.DialEnd)
	reused, _ := value("http_req_connection_reused")
	sent, _ := value("http_req_data_sent")
	received, _ := value("http_req_data_received")
	writes, _ := value("http_req_chunks_sent")
	reads, _ := value("http_req_chunks_received")
	r.Reused, r.BytesOut, r.BytesIn, r.Writes, r.Reads = reused == 1, int64(sent*1024), int64(received*1024), int32(writes), int32(reads)
}

// avg reads a scalar of a summary.
func avg(t *testing.T, block map[string]json.RawMessage, tag string) float64 {
	t.Helper()
	var b struct {
		Avg float64 `json:"avg"`
	}
	require.Contains(t, block, tag)
	require.NoError(t, json.Unmarshal(block[tag], &b))
	return b.Avg
}

// duration of a phase in whole nanoseconds, which the files hold only as the denominator of a rate.
func duration(t *testing.T, block map[string]json.RawMessage) Instant {
	t.Helper()
	return Instant(math.Round(avg(t, block, "request_count") / avg(t, block, "request_throughput") * 1e9))
}

func lastEnd(records []captureRecord, phase string) (end Instant) {
	for i := range records {
		if m := &records[i].Metadata; m.Phase == phase {
			end = max(end, Instant(m.End))
		}
	}
	return end
}

func TestCaptures(t *testing.T) {
	tests := []struct {
		name  string
		scope Scope
	}{
		{"chat-stream", chatScope},
		{"chat-nonstream", Scope{ProducesTokens: true, TokenizesInput: true, Audio: true}},
		{"load-warmup", chatScope},
		{"err-tenth-fail", chatScope},
		{"reasoning", chatScope},
		{"server-tokens", Scope{Streaming: true, ProducesTokens: true, TokenizesInput: true, Audio: true, ServerTokens: true}},
		{"sigint", chatScope},
		{"err-threshold", Scope{ProducesTokens: true, TokenizesInput: true, Audio: true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b, err := os.ReadFile(filepath.Join("../testdata/captures/metrics", tt.name+".json"))
			require.NoError(t, err)
			var c capture
			require.NoError(t, json.Unmarshal(b, &c))
			var cancelled bool
			require.NoError(t, json.Unmarshal(c.Summary["was_cancelled"], &cancelled))
			var text string
			require.NoError(t, json.Unmarshal(c.Summary["start_time"], &text))
			began, err := time.Parse("2006-01-02T15:04:05.999999", text)
			require.NoError(t, err)

			base := began.Unix() * 1e9
			in := Inputs{Scope: tt.scope, WallBase: base, Phases: []PhaseWindow{{Start: Instant(began.Nanosecond()), End: NoInstant}}}
			if !cancelled {
				in.Phases[0].End = in.Phases[0].Start + duration(t, c.Summary)
			}
			var warmup map[string]json.RawMessage
			if raw, ok := c.Summary["warmup_metrics"]; ok {
				require.NoError(t, json.Unmarshal(raw, &warmup))
				// Only its length is known; ending with the last request it holds all of them.
				end := lastEnd(c.Records, "warmup") - Instant(base)
				in.Phases = append(in.Phases, PhaseWindow{Kind: Warmup, Start: end - duration(t, warmup), End: end})
			}
			table := NewTable(TableOptions{})
			var r Record
			for i := range c.Records {
				c.Records[i].fill(t, &r, base)
				table.Append(&r)
			}
			s := Summarise(table, in)
			requireCaptured(t, c.Summary, s.Results, true)
			requireErrors(t, c.Summary["error_summary"], s.Errors)
			if warmup != nil {
				requireCaptured(t, warmup, s.Warmup, false)
			}
		})
	}
}

// requireCaptured compares to the last digit, but for what hangs on the phase's start, which the file cuts to microseconds
// and does not have for a warm-up.
func requireCaptured(t *testing.T, want map[string]json.RawMessage, got []Result, startKnown bool) {
	t.Helper()
	var tags, mine []string
	for tag, raw := range want {
		var b map[string]json.RawMessage
		if json.Unmarshal(raw, &b) == nil && b["unit"] != nil {
			tags = append(tags, tag)
		}
	}
	for _, r := range got {
		mine = append(mine, r.Def.Tag)
	}
	require.ElementsMatch(t, tags, mine)
	for _, r := range got {
		require.Contains(t, want, r.Def.Tag)
		var block map[string]json.RawMessage
		require.NoError(t, json.Unmarshal(want[r.Def.Tag], &block))
		onStart := r.Def.Group == GroupEffective && r.Def.Tag != "effective_latency"
		for key, v := range statistics(r) {
			raw, ok := block[key]
			require.Equal(t, ok, v.Present(), "%s %s", r.Def.Tag, key)
			if !ok || onStart && !startKnown {
				continue
			}
			var n numeral
			require.NoError(t, json.Unmarshal(raw, &n))
			if !onStart {
				requireNumber(t, n, v, r.Def.Tag, key)
				continue
			}
			var f float64
			require.NoError(t, json.Unmarshal([]byte(n.text), &f))
			require.InDelta(t, f, v.Float64(), 1e-4*math.Abs(f), strings.Join([]string{r.Def.Tag, key}, " "))
		}
	}
}
