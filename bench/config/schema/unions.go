// The mappings whose keys depend on their type, and how they tell it.

package schema

// unions are the classes with a type; keyed by class name.
var unions = map[string]*union{
	"Phase":         {tag: "type", types: []string{"concurrency", "poisson", "gamma", "constant", "user_centric", "fixed_schedule"}},
	"Sweep":         {tag: "type", types: []string{"grid", "zip", "scenarios", "adaptive_search", "sobol", "latin_hypercube"}},
	"Communication": {tag: "type", types: []string{"ipc", "tcp", "dual"}},
	"Dist":          {types: []string{"fixed", "normal", "lognormal", "multimodal", "empirical"}},
	"Dataset": {tag: "type", def: "synthetic", types: []string{"synthetic", "file", "public"}, order: map[string][]string{
		"file":   {"system_prompt", "system_prompt_file", "name", "type", "path", "records", "format", "sampling", "synthesis", "entries", "random_seed", "trace_session_sample_ratio", "inter_turn_delay_cap_seconds", "max_idle_gap_cap_seconds", "replay_speedup", "open_loop_replay", "open_loop_strict", "omit_kv_hints", "force_min_tokens", "osl", "prompt_batch_size", "image_batch_size", "audio_batch_size", "video_batch_size", "block_size", "trace_idle_gap_cap_seconds", "ignore_trace_delays", "use_think_time_only", "max_context_length", "cache_bust", "prompts"},
		"public": {"system_prompt", "system_prompt_file", "name", "type", "dataset", "entries", "random_seed", "sampling", "hf_subset", "filters", "hf_weka_dataset", "inter_turn_delay_cap_seconds", "trace_idle_gap_cap_seconds", "ignore_trace_delays", "use_think_time_only", "max_context_length", "cache_bust", "prompts", "synthesis", "osl"},
	}},
}
