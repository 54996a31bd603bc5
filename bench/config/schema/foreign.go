// Words that users bring from command lines and other tools, and the keys they stand for.

package schema

import (
	"fmt"
	"slices"
	"strings"
	"sync"
)

// foreign are keys with the words used for them elsewhere, in snake_case; of several keys for one word the first that exists is meant.
var foreign = []struct{ key, words string }{
	{"rate", "request_rate qps rps requests_per_second arrival_rate user_centric_rate target_rate"},
	{"requests", "request_count num_requests number_of_requests total_requests max_requests n_requests requests_count"},
	{"concurrency", "request_concurrency max_concurrency num_concurrent concurrent_requests parallelism parallel"},
	{"prefill_concurrency", "max_prefill_concurrency"},
	{"duration", "benchmark_duration duration_seconds test_duration run_time runtime_seconds"},
	{"grace_period", "benchmark_grace_period grace"},
	{"smoothness", "arrival_smoothness burstiness request_rate_gamma"},
	{"sessions", "num_sessions session_count conversation_num num_conversations"},
	{"users", "num_users user_count"},
	{"concurrency_ramp", "concurrency_ramp_duration"},
	{"prefill_ramp", "prefill_concurrency_ramp_duration"},
	{"rate_ramp", "request_rate_ramp_duration"},
	{"isl", "input_tokens input_sequence_length input_length input_len input_tokens_mean prompt_tokens prompt_length synthetic_input_tokens_mean prompt_input_tokens_mean isl_mean random_input_len"},
	{"osl", "output_tokens output_sequence_length output_length output_len output_tokens_mean prompt_output_tokens_mean max_tokens osl_mean random_output_len"},
	{"entries", "num_prompts count num_entries num_dataset_entries dataset_entries num_samples"},
	{"turns", "num_turns turn_count conversation_turn_mean"},
	{"stddev", "std stdev std_dev sd sigma standard_deviation"},
	{"mean", "average avg mu"},
	{"model", "model_name model_names"},
	{"name", "model_name model tokenizer_name"},
	{"url", "base_url server_url endpoint_url server address host"},
	{"api_key", "token bearer_token auth_token openai_api_key"},
	{"type", "endpoint_type dataset_type timing_mode kind"},
	{"path", "custom_endpoint endpoint_path file input_file filename file_path"},
	{"format", "custom_dataset_type"},
	{"timeout", "request_timeout request_timeout_seconds timeout_seconds"},
	{"streaming", "stream"},
	{"extra", "extra_inputs extra_body extra_args"},
	{"random_seed", "seed"},
	{"dir", "output_dir artifact_dir output_artifact_dir artifacts_dir directory"},
	{"num_runs", "num_profile_runs runs repetitions repeat"},
}

// shortKeys are the keys that only preparers know, by class.
var shortKeys = map[string]string{"Endpoint": "url", "GPUTelemetry": "url", "ServerMetrics": "url"}

// foreignKeys finds the keys a word may stand for.
var foreignKeys = sync.OnceValue(func() map[string][]string {
	out := map[string][]string{}
	for _, f := range foreign {
		for w := range strings.FieldsSeq(f.words) {
			out[w] = append(out[w], f.key)
		}
	}
	return out
})

// foreignHint names the key that a word of elsewhere stands for, or the place of that key.
func foreignHint(cl *class, typ, key string) string {
	if cl.find(snake(key), "") != nil {
		return "" // a word of this language, too
	}
	keys := foreignKeys()[strings.ReplaceAll(snake(key), "-", "_")]
	for _, k := range keys {
		if cl.find(k, typ) != nil || slices.Contains(strings.Fields(shortKeys[cl.name]), k) {
			return fmt.Sprintf("did you mean %s?", k)
		}
	}
	for _, k := range keys {
		if cl.find(k, "") != nil {
			return fmt.Sprintf("it is called %s here; %s", k, ownHint(cl, typ, k))
		}
	}
	if nearest(cl, typ, key) != "" {
		return "" // a slip in a word of this mapping is likelier than a word at the wrong place
	}
	for _, k := range keys {
		places := homes(k)
		if p, ok := mainHome[k]; ok {
			places = []string{p}
		}
		if len(places) > 0 {
			return fmt.Sprintf("it is called %s and belongs to %s", k, strings.Join(places, " or "))
		}
	}
	return ""
}

// mainHome is the place meant by a key that stands at several.
var mainHome = map[string]string{
	"rate": "benchmark.phases[]", "duration": "benchmark.phases[]", "isl": "benchmark.datasets[]", "osl": "benchmark.datasets[]", "url": "benchmark.endpoint",
	"timeout": "benchmark.endpoint", "extra": "benchmark.endpoint", "streaming": "benchmark.endpoint", "entries": "benchmark.datasets[]", "model": "benchmark", "random_seed": "the top level of the document",
}
