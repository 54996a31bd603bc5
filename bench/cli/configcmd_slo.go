// The tags a service level may name, and those that need streaming.
package cli

import (
	"slices"
	"strings"

	"github.com/aiperf-go/aiperf/bench/config/doc"
	"github.com/aiperf-go/aiperf/bench/config/schema"
)

// sloTags are the metrics that AIPerf 0.13.0 registers.
const sloTags = `
amd_average_gpu_power amd_energy_delay_product amd_energy_per_output_token amd_energy_per_request amd_energy_per_total_token
amd_energy_per_user amd_goodput_per_watt amd_output_tokens_per_joule amd_output_tps_per_watt amd_performance_per_watt
amd_total_gpu_energy amd_total_gpu_power audio_duration benchmark_duration completed_request_count context_overflow_count
credit_drop_latency decode_duration e2e_output_token_throughput error_isl error_request_count good_request_count good_request_fraction
goodput http_req_blocked http_req_chunks_received http_req_chunks_sent http_req_connecting http_req_connection_overhead
http_req_connection_reused http_req_data_received http_req_data_sent http_req_dns_lookup http_req_duration http_req_receiving
http_req_sending http_req_total http_req_waiting image_latency image_throughput input_sequence_length input_token_throughput
inter_chunk_latency inter_token_latency max_response_timestamp min_request_timestamp network_adjusted_request_latency
network_adjusted_time_to_first_output_token network_adjusted_time_to_first_token network_rtt num_images nvidia_average_gpu_power
nvidia_energy_delay_product nvidia_energy_per_output_token nvidia_energy_per_request nvidia_energy_per_total_token
nvidia_energy_per_user nvidia_goodput_per_watt nvidia_output_tokens_per_joule nvidia_output_tps_per_watt nvidia_performance_per_watt
nvidia_total_gpu_energy nvidia_total_gpu_power osl_mismatch_count osl_mismatch_diff_pct output_sequence_length output_token_count
output_token_throughput output_token_throughput_per_user overall_thinking_efficiency overall_usage_prompt_cache_read_pct
prefill_throughput_per_user reasoning_token_count replay_sched_degraded replay_sched_lag_p50 replay_sched_lag_p90 replay_sched_lag_p99
replay_send_schedule_offset request_count request_error_rate request_latency request_throughput requested_osl rtfx
spec_decode_acceptance_length spec_decode_accepted_draft_tokens spec_decode_accepted_per_verified spec_decode_draft_acceptance_rate
spec_decode_draft_tokens spec_decode_overall_draft_acceptance_rate spec_decode_steps spec_decode_token_weighted_acceptance_length
stream_prefill_latency stream_setup_latency thinking_efficiency time_to_first_output_token time_to_first_token time_to_second_token
total_accepted_draft_tokens total_draft_tokens total_error_isl total_isl total_osl total_output_tokens total_reasoning_tokens
total_spec_decode_steps total_token_throughput total_usage_accepted_prediction_tokens total_usage_completion_audio_tokens
total_usage_completion_tokens total_usage_prompt_audio_seconds total_usage_prompt_audio_tokens total_usage_prompt_cache_miss_tokens
total_usage_prompt_cache_read_tokens total_usage_prompt_cache_write_tokens total_usage_prompt_tokens total_usage_reasoning_tokens
total_usage_rejected_prediction_tokens total_usage_tool_use_prompt_tokens total_usage_total_tokens usage_accepted_prediction_tokens
usage_completion_audio_tokens usage_completion_tokens usage_completion_tokens_diff_pct usage_discrepancy_count
usage_prompt_audio_seconds usage_prompt_audio_tokens usage_prompt_cache_miss_tokens usage_prompt_cache_read_tokens
usage_prompt_cache_write_tokens usage_prompt_tokens usage_prompt_tokens_diff_pct usage_reasoning_tokens usage_reasoning_tokens_diff_pct
usage_rejected_prediction_tokens usage_tool_use_prompt_tokens usage_total_tokens video_inference_time video_peak_memory
`

// streamedSLOs cannot be judged on replies that come in one piece.
var streamedSLOs = []struct{ tag, short string }{
	{"time_to_first_token", "TTFT"},
	{"inter_token_latency", "ITL"},
}

// slos are the service levels of a document; nil without any.
func slos(c *schema.Checked) *doc.Node { return c.Node.Get("benchmark").Get("slos") }

// knownSLOs refuses tags that no metric has.
func knownSLOs(c *schema.Checked) error {
	n := slos(c)
	if n == nil {
		return nil
	}
	known := strings.Fields(sloTags)
	var errs doc.Errors
	for _, m := range n.Members {
		if slices.Contains(known, m.Key) {
			continue
		}
		e := m.Value.At("benchmark.slos."+m.Key, "no metric has the tag %q", m.Key)
		if e.Hint = "tags are those of the result files, such as request_latency"; doc.Nearest(m.Key, known) != "" {
			e.Hint = "did you mean " + doc.Nearest(m.Key, known) + "?"
		}
		errs = append(errs, e)
	}
	if errs == nil {
		return nil
	}
	return errs
}

// sloWarnings names service levels that nothing can be judged by.
func sloWarnings(c *schema.Checked) []string {
	n := slos(c)
	if n == nil || c.Config.Benchmark.Endpoint.Streaming {
		return nil
	}
	var out []string
	for _, s := range streamedSLOs {
		if n.Get(s.tag) != nil {
			out = append(out, "slos."+s.tag+" is set but streaming is off: "+s.short+" is measured with endpoint.streaming: true only")
		}
	}
	return out
}
