// Rules about datasets: which flags act on which kind.
package config

import (
	"fmt"
	"slices"
	"strings"
)

// noText are the endpoint types that take no text: prompts and tokenizers have nothing to act on.
var noText = map[string]bool{"image_retrieval": true, "audio_transcription": true}

// syntheticOnly are fields that shape made-up prompts.
const syntheticOnly = "prompt_input_tokens_mean prompt_input_tokens_stddev prompt_sequence_distribution prompt_random_range_ratio " +
	"conversation_turn_mean conversation_turn_stddev conversation_turn_delay_mean conversation_turn_delay_stddev conversation_turn_delay_ratio " +
	prefixFields + " image_source image_source_sampling"

const (
	prefixFields    = "prompt_prefix_pool_size prompt_prefix_length prompt_prefix_shared_system_length prompt_prefix_user_context_length"
	textFields      = "prompt_input_tokens_mean prompt_input_tokens_stddev prompt_sequence_distribution prompt_batch_size prompt_input_tokens_block_size prompt_random_range_ratio"
	tokenizerFields = "tokenizer_name tokenizer_revision trust_remote_code"
	batchFields     = "prompt_batch_size image_batch_size audio_batch_size video_batch_size"
	basetenFields   = "replay_speedup max_idle_gap_cap_seconds open_loop_replay open_loop_strict omit_kv_hints force_min_tokens trace_session_sample_ratio"
)

// hashTraces are the formats whose blocks of tokens have an id.
var hashTraces = []string{"mooncake_trace", "bailian_trace", "baseten_trace", "tracelab"}

// source names what the prompts come from when they are not made up; "" otherwise.
func source(s *Settings) string {
	for _, f := range []string{"input_file", "public_dataset", "hf_weka_dataset"} {
		if s.Given(f) && s.has(f) {
			return s.name(f)
		}
	}
	return ""
}

var datasetRules = []rule{
	{"no text", func(s *Settings) string {
		if !noText[s.str("endpoint_type")] {
			return ""
		}
		if got := s.among(textFields + " " + prefixFields + " " + tokenizerFields); len(got) > 0 {
			return fmt.Sprintf("%s cannot stand with %s %s, which takes no text", s.names(got), s.name("endpoint_type"), s.str("endpoint_type"))
		}
		return ""
	}},
	{"synthetic only", func(s *Settings) string {
		if from := source(s); from != "" {
			if got := s.among(syntheticOnly); len(got) > 0 {
				return fmt.Sprintf("%s shapes synthetic prompts and cannot stand with %s", s.names(got), from)
			}
		}
		return ""
	}},
	{"batches", func(s *Settings) string {
		from, got := source(s), s.among(batchFields)
		switch {
		case from == "" || len(got) == 0:
		case s.Given("public_dataset") || s.Given("hf_weka_dataset"):
			return fmt.Sprintf("%s cannot stand with %s: batches are for synthetic prompts and --custom-dataset-type random_pool", s.names(got), from)
		case s.str("custom_dataset_type") != "random_pool":
			return fmt.Sprintf("%s with %s needs --custom-dataset-type random_pool", s.names(got), from)
		}
		return ""
	}},
	{"filter", func(s *Settings) string {
		if s.Given("dataset_filters") && !s.Given("public_dataset") && !s.Given("hf_weka_dataset") {
			return s.name("dataset_filters") + " needs --public-dataset"
		}
		return ""
	}},
	{"context length", func(s *Settings) string {
		if s.Given("max_context_length") && !s.Given("hf_weka_dataset") && s.str("custom_dataset_type") != "weka_trace" && !strings.Contains(s.str("public_dataset"), "weka") {
			return s.name("max_context_length") + " acts on Weka traces only: give --custom-dataset-type weka_trace or a weka --public-dataset"
		}
		return ""
	}},
	{"baseten only", func(s *Settings) string {
		got := s.among(basetenFields)
		format := s.str("custom_dataset_type")
		switch {
		case len(got) == 0:
		case !s.Given("input_file") || !s.has("input_file"):
			return fmt.Sprintf("%s needs --input-file and --custom-dataset-type baseten_trace", s.names(got))
		case format != "" && format != "baseten_trace":
			return fmt.Sprintf("%s acts on baseten_trace only, %s is %s", s.names(got), s.name("custom_dataset_type"), format)
		}
		return ""
	}},
	{"baseten speed", func(s *Settings) string {
		if s.Given("synthesis_speedup_ratio") && s.float("synthesis_speedup_ratio") != 1 && s.str("custom_dataset_type") == "baseten_trace" {
			return fmt.Sprintf("%s does not act on %s baseten_trace; use --replay-speedup", s.name("synthesis_speedup_ratio"), s.name("custom_dataset_type"))
		}
		return ""
	}},
	{"blocks", func(s *Settings) string {
		format := s.str("custom_dataset_type")
		if !s.Given("prompt_input_tokens_block_size") || source(s) == "" || s.Given("input_file") && (format == "" || slices.Contains(hashTraces, format)) {
			return ""
		}
		return fmt.Sprintf("%s acts on synthetic prompts and on traces of hashed blocks (%s)", s.name("prompt_input_tokens_block_size"), strings.Join(hashTraces, ", "))
	}},
}
