// The definition table against the registry of the real program: each row we have, and by name each row we do not have.
package metrics

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// notCovered says why a metric of the registry has no row; a prefix ends with an asterisk.
var notCovered = []struct{ tag, why string }{
	{"nvidia_*", "GPU power efficiency"},
	{"amd_*", "GPU power efficiency"},
	{"network_*", "network calibration"},
	{"spec_decode_*", "speculative decoding"},
	{"total_spec_decode_steps", "speculative decoding"},
	{"total_accepted_draft_tokens", "speculative decoding"},
	{"total_draft_tokens", "speculative decoding"},
	{"good_request_*", "goodput"},
	{"goodput", "goodput"},
	{"replay_*", "schedule replay"},
	{"num_images", "image input"},
	{"image_*", "image input"},
	{"video_*", "video output"},
	{"audio_duration", "audio input"},
	{"rtfx", "audio input"},
	{"credit_drop_latency", "a hop between two processes of AIPerf, never shown; here there is no such hop"},
	{"theoretical_prefix_cache_hit", "trace replay"},
	{"accuracy.*", "accuracy mode"},
}

func whyNotCovered(tag string) string {
	for _, n := range notCovered {
		if prefix, ok := strings.CutSuffix(n.tag, "*"); n.tag == tag || ok && strings.HasPrefix(tag, prefix) {
			return n.why
		}
	}
	return ""
}

var flagNames = map[string]Flags{
	"STREAMING_ONLY": StreamingOnly, "PRODUCES_TOKENS_ONLY": ProducesTokensOnly, "TOKENIZES_INPUT_ONLY": TokenizesInputOnly,
	"ERROR_ONLY": ErrorOnly, "INTERNAL": Internal, "NO_INDIVIDUAL_RECORDS": NoIndividualRecords, "LARGER_IS_BETTER": LargerIsBetter,
	"USAGE_DIFF_ONLY": UsageDiffOnly, "HTTP_TRACE_ONLY": HTTPTraceOnly, "PERCENTILE_INCLUDES_FAILED_REQUESTS": WithFailedTwin,
	"EXPERIMENTAL": Experimental, "DISABLE_ON_ACCURACY": DisableOnAccuracy, "SUPPORTS_AUDIO_ONLY": AudioOnly, "SUPPORTS_REASONING": Reasoning,
}

var groupNames = map[string]Group{
	"none": GroupNone, "default": GroupDefault, "usage": GroupUsage, "effective": GroupEffective, "active": GroupActive,
}

type registryRow struct {
	Tag         string   `json:"tag"`
	Header      string   `json:"header"`
	Kind        string   `json:"kind"`
	Aggregation *string  `json:"aggregation"`
	Type        string   `json:"value_type"`
	Unit        string   `json:"unit"`
	Display     string   `json:"display_unit"`
	Flags       []string `json:"flags"`
	Group       string   `json:"console_group"`
	Order       int      `json:"display_order"`
	Requires    []string `json:"required_metrics"`
	InRecords   bool     `json:"in_record_jsonl"`
	InSummary   bool     `json:"in_summary_files_by_default"`
	OnConsole   bool     `json:"on_console_by_default"`
	Twin        bool     `json:"error_adjusted_twin"`
	Conversion  *struct {
		Factor float64 `json:"multiply_by"`
	} `json:"conversion"`
	Statistics []string `json:"statistics"`
}

func loadRegistry(t *testing.T) (registered, injected []registryRow) {
	t.Helper()
	b, err := os.ReadFile("testdata/registry.json")
	require.NoError(t, err)
	var r struct {
		Metrics  []registryRow `json:"metrics"`
		Injected []registryRow `json:"unregistered_results"`
	}
	require.NoError(t, json.Unmarshal(b, &r))
	require.Len(t, r.Metrics, 139)
	return r.Metrics, r.Injected
}

func TestRegistry(t *testing.T) {
	registered, injected := loadRegistry(t)
	covered := 0
	for _, want := range registered {
		t.Run(want.Tag, func(t *testing.T) {
			d := Lookup(want.Tag)
			if why := whyNotCovered(want.Tag); why != "" {
				require.Nil(t, d, "covered now, so no longer excused by: %s", why)
				return
			}
			require.NotNil(t, d)
			covered++
			require.Equal(t, want.Header, d.Header)
			require.Equal(t, want.Unit, d.Unit)
			require.Equal(t, want.Display, d.Display)
			require.Equal(t, map[string]Shape{"record": PerRecord, "aggregate": Aggregate, "derived": Derived}[want.Kind], d.Shape)
			if want.Aggregation != nil {
				require.Equal(t, map[string]Combine{"sum": Sum, "min": Min, "max": Max}[*want.Aggregation], d.Combine)
			}
			require.Equal(t, strings.HasPrefix(want.Type, "list"), d.List())
			var flags Flags
			for _, name := range want.Flags {
				require.Contains(t, flagNames, name)
				flags |= flagNames[name]
			}
			require.Equal(t, flags, d.Flags)
			require.Contains(t, groupNames, want.Group)
			require.Equal(t, groupNames[want.Group], d.Group)
			require.Equal(t, want.Order, d.Order)
			require.ElementsMatch(t, want.Requires, d.Requires)
			require.Equal(t, want.InRecords, d.ShownPerRecord(Scope{}))
			require.Equal(t, want.InSummary, d.Shown(Scope{}))
			require.Equal(t, want.OnConsole, d.ShownOnConsole())
			require.Equal(t, want.Twin, d.Flags&WithFailedTwin != 0)
			require.Equal(t, want.Twin, Lookup("adj_"+want.Tag) != nil)
			if want.Conversion != nil {
				require.Equal(t, want.Conversion.Factor, d.scale())
			} else {
				require.Equal(t, 1.0, d.scale())
			}
		})
	}
	for i, want := range injected {
		t.Run(want.Tag, func(t *testing.T) {
			d := Lookup(want.Tag)
			if why := whyNotCovered(want.Tag); why != "" {
				require.Nil(t, d, "covered now, so no longer excused by: %s", why)
				return
			}
			require.NotNil(t, d)
			covered++
			require.Equal(t, Injected, d.Shape)
			require.Equal(t, want.Header, d.Header)
			require.Equal(t, want.Unit, d.Unit)
			require.Equal(t, want.Display, d.Display)
			require.Contains(t, groupNames, want.Group)
			require.Equal(t, groupNames[want.Group], d.Group)
			require.Zero(t, d.Order)
			if i < len(sweepDefs) {
				require.Equal(t, want.Tag, sweepDefs[i].Tag, "result order")
			}
		})
	}
	require.Equal(t, len(Defs()), covered, "a row that the registry does not know")
}

// TestTableOrder shows that the table can be computed from top to bottom, and that tags are unique.
func TestTableOrder(t *testing.T) {
	seen := make(map[string]bool)
	for _, d := range Defs() {
		require.False(t, seen[d.Tag], d.Tag)
		for _, tag := range d.Requires {
			require.True(t, seen[tag], "%s requires %s, which must stand above it", d.Tag, tag)
		}
		seen[d.Tag] = true
		require.NotEmpty(t, d.Formula, d.Tag)
		switch d.Shape {
		case PerRecord, Aggregate:
			require.True(t, (d.record != nil) != d.list, d.Tag)
		case Derived:
			require.NotNil(t, d.derive, d.Tag)
		}
	}
}

// TestSummaryRank pins the metrics that the JSON summary declares first.
func TestSummaryRank(t *testing.T) {
	declared := []string{
		"request_throughput", "request_latency", "request_count", "time_to_first_token", "time_to_second_token", "inter_token_latency",
		"output_token_throughput", "output_token_throughput_per_user", "output_sequence_length", "input_sequence_length", "goodput",
		"good_request_count", "output_token_count", "reasoning_token_count", "min_request_timestamp", "max_response_timestamp",
		"inter_chunk_latency", "total_output_tokens", "total_reasoning_tokens", "benchmark_duration", "total_isl", "total_osl",
		"error_request_count", "error_isl", "total_error_isl",
	}
	for _, d := range Defs() {
		require.Equal(t, slices.Index(declared, d.Tag)+1, d.SummaryRank, d.Tag)
	}
}

func TestScopeGates(t *testing.T) {
	chat := Scope{Streaming: true, ProducesTokens: true, TokenizesInput: true, Audio: true}
	tests := []struct {
		name    string
		change  func(*Scope)
		present []string
		gone    []string
	}{
		{"chat", func(*Scope) {}, []string{"time_to_first_token", "usage_prompt_audio_tokens", "usage_discrepancy_count"}, []string{"thinking_efficiency", "stream_setup_latency"}},
		{"not streaming", func(s *Scope) { s.Streaming = false }, []string{"request_latency", "e2e_output_token_throughput"}, []string{"time_to_first_token", "inter_chunk_latency", "adj_time_to_first_token"}},
		{"server tokens", func(s *Scope) { s.ServerTokens = true }, []string{"output_sequence_length"}, []string{"usage_discrepancy_count", "usage_prompt_tokens_diff_pct"}},
		{"no tokens out", func(s *Scope) { s.ProducesTokens = false }, []string{"output_sequence_length", "input_sequence_length"}, []string{"total_osl", "output_token_throughput", "requested_osl"}},
		{"no audio", func(s *Scope) { s.Audio = false }, nil, []string{"usage_prompt_audio_tokens", "usage_prompt_audio_seconds"}},
		{"experimental", func(s *Scope) { s.Experimental = true }, []string{"thinking_efficiency", "overall_thinking_efficiency", "stream_prefill_latency"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := chat
			tt.change(&s)
			var tags []string
			for _, d := range s.Defs() {
				tags = append(tags, d.Tag)
			}
			require.Subset(t, tags, tt.present)
			for _, tag := range tt.gone {
				require.NotContains(t, tags, tag)
			}
		})
	}
}
