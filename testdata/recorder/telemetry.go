// The metrics pages: Prometheus text as an inference server and a GPU exporter show it.
package main

import (
	"fmt"
	"strings"
	"time"
)

// prometheus is a small page in the manner of vLLM: gauge, counter, labelled counter, histogram, summary, untyped.
func (s *server) prometheus() string {
	ok, bad, tok := s.ok.Load(), s.bad.Load(), s.tokens.Load()
	half := ok / 2
	return fmt.Sprintf(`# HELP vllm:num_requests_running Number of requests in execution.
# TYPE vllm:num_requests_running gauge
vllm:num_requests_running{model_name="mock-model"} %d
# HELP vllm:kv_cache_usage_perc KV-cache usage.
# TYPE vllm:kv_cache_usage_perc gauge
vllm:kv_cache_usage_perc{model_name="mock-model"} %g
# HELP vllm:generation_tokens_total Number of generation tokens.
# TYPE vllm:generation_tokens_total counter
vllm:generation_tokens_total{model_name="mock-model"} %d
# HELP mock_requests_total Requests by outcome.
# TYPE mock_requests_total counter
mock_requests_total{outcome="ok"} %d
mock_requests_total{outcome="failed"} %d
# HELP mock_info Build information.
# TYPE mock_info gauge
mock_info{version="1",backend="recorder"} 1
# HELP vllm:time_to_first_token_seconds Time to first token.
# TYPE vllm:time_to_first_token_seconds histogram
vllm:time_to_first_token_seconds_bucket{model_name="mock-model",le="0.001"} 0
vllm:time_to_first_token_seconds_bucket{model_name="mock-model",le="0.005"} %d
vllm:time_to_first_token_seconds_bucket{model_name="mock-model",le="0.01"} %d
vllm:time_to_first_token_seconds_bucket{model_name="mock-model",le="+Inf"} %d
vllm:time_to_first_token_seconds_sum{model_name="mock-model"} %g
vllm:time_to_first_token_seconds_count{model_name="mock-model"} %d
# HELP mock_gc_seconds A summary.
# TYPE mock_gc_seconds summary
mock_gc_seconds{quantile="0.5"} 0.001
mock_gc_seconds{quantile="0.99"} 0.002
mock_gc_seconds_sum %g
mock_gc_seconds_count %d
# TYPE mock_plain untyped
mock_plain %g
`, s.running.Load(), float64(s.running.Load())/100, tok, ok, bad, half, ok, ok, float64(ok)*0.006, ok,
		float64(ok)*0.001, ok, time.Since(s.start).Seconds())
}

// dcgm is one GPU as NVIDIA's DCGM exporter shows it; energy grows by 100 mJ per millisecond (100 W).
func (s *server) dcgm() string {
	l := `{gpu="0",UUID="GPU-00000000-0000-0000-0000-000000000000",pci_bus_id="00000000:00:1E.0",device="nvidia0",` +
		`modelName="Mock GPU",Hostname="mock"}`
	var b strings.Builder
	for _, m := range []struct {
		name, kind string
		value      float64
	}{
		{"DCGM_FI_DEV_POWER_USAGE", "gauge", 100},
		{"DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION", "counter", float64(100 * time.Since(s.start).Milliseconds())},
		{"DCGM_FI_DEV_GPU_UTIL", "gauge", float64(50 + s.ok.Load()%50)},
		{"DCGM_FI_DEV_FB_USED", "gauge", 1024},
		{"DCGM_FI_DEV_FB_FREE", "gauge", 7168},
		{"DCGM_FI_DEV_FB_TOTAL", "gauge", 8192},
		{"DCGM_FI_DEV_SM_CLOCK", "gauge", 1500},
		{"DCGM_FI_DEV_MEM_CLOCK", "gauge", 5000},
		{"DCGM_FI_DEV_MEMORY_TEMP", "gauge", 60},
		{"DCGM_FI_DEV_GPU_TEMP", "gauge", 55},
		{"DCGM_FI_DEV_XID_ERRORS", "gauge", 0},
		{"DCGM_FI_DEV_POWER_VIOLATION", "counter", 0},
	} {
		fmt.Fprintf(&b, "# HELP %s mock\n# TYPE %s %s\n%s%s %g\n", m.name, m.name, m.kind, m.name, l, m.value)
	}
	return b.String()
}
