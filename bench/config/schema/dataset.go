// The keys of a dataset.

package schema

import "github.com/aiperf-go/aiperf/bench/config/doc"

// Dataset is where conversations come from: made, read from a file, or public.
type Dataset struct {
	SystemPrompt             *string        `key:"system_prompt" doc:"system message, word for word"`
	SystemPromptFile         *string        `key:"system_prompt_file" form:"path" doc:"file with the system message"`
	Name                     string         `key:"name" is:"len >= 1" req:"yes" doc:"name for sweeps and templates"`
	Type                     string         `key:"type" req:"yes" doc:"where conversations come from"`
	Entries                  *int           `key:"entries" is:">= 1" def:"100 for synthetic" doc:"number of conversations"`
	RandomSeed               *int64         `key:"random_seed" doc:"root of every random draw"`
	Sampling                 string         `key:"sampling" def:"sequential" enum:"random sequential shuffle" doc:"order in which conversations are taken"`
	Prompts                  *Prompts       `key:"prompts" doc:"lengths and text of prompts"`
	_                        shorthand      `key:"isl" for:"synthetic" of:"prompts"`
	_                        shorthand      `key:"osl" for:"synthetic" of:"prompts"`
	OSL                      *Dist          `key:"osl" for:"file public" unit:"tokens" doc:"output length"`
	PrefixPrompts            *PrefixPrompts `key:"prefix_prompts" for:"synthetic" doc:"text in front of prompts"`
	Turns                    *Dist          `key:"turns" for:"synthetic" doc:"turns per conversation"`
	TurnDelay                *Dist          `key:"turn_delay" for:"synthetic" unit:"ms" doc:"pause between turns"`
	TurnDelayRatio           float64        `key:"turn_delay_ratio" for:"synthetic" is:">= 0" def:"1.0" doc:"factor on pauses"`
	Images                   *Images        `key:"images" for:"synthetic" doc:"images in prompts"`
	Audio                    *Audio         `key:"audio" for:"synthetic" doc:"audio in prompts"`
	Video                    *Video         `key:"video" for:"synthetic" doc:"video in prompts"`
	Rankings                 *Rankings      `key:"rankings" for:"synthetic" doc:"sizes of ranking requests"`
	Path                     *string        `key:"path" for:"file" form:"path" doc:"file or folder"`
	Records                  *doc.Node      `key:"records" for:"file" form:"records" doc:"records in place of a file"`
	Format                   string         `key:"format" for:"file" def:"single_turn" enum:"DatasetFormat" doc:"layout of the file"`
	Synthesis                *Synthesis     `key:"synthesis" for:"file public" doc:"changes to a replayed trace"`
	TraceSessionSampleRatio  *float64       `key:"trace_session_sample_ratio" for:"file" is:"> 0, <= 1" doc:"share of the sessions to replay"`
	InterTurnDelayCapSeconds *float64       `key:"inter_turn_delay_cap_seconds" for:"file public" is:">= 0" unit:"s" doc:"longest pause between turns"`
	MaxIdleGapCapSeconds     *float64       `key:"max_idle_gap_cap_seconds" for:"file" is:"> 0" unit:"s" doc:"longest idle gap"`
	ReplaySpeedup            *float64       `key:"replay_speedup" for:"file" is:"> 0" doc:"factor on the speed of the replay"`
	OpenLoopReplay           bool           `key:"open_loop_replay" for:"file" def:"true" doc:"send at the recorded times"`
	OpenLoopStrict           bool           `key:"open_loop_strict" for:"file" def:"false" doc:"send even before the previous turn ended"`
	OmitKVHints              bool           `key:"omit_kv_hints" for:"file" def:"false" doc:"leave cache hints out"`
	ForceMinTokens           bool           `key:"force_min_tokens" for:"file" def:"true" doc:"ask for at least the recorded output"`
	PromptBatchSize          *int           `key:"prompt_batch_size" for:"file" is:">= 0" doc:"texts per request"`
	ImageBatchSize           *int           `key:"image_batch_size" for:"file" is:">= 0" doc:"images per request"`
	AudioBatchSize           *int           `key:"audio_batch_size" for:"file" is:">= 0" doc:"audios per request"`
	VideoBatchSize           *int           `key:"video_batch_size" for:"file" is:">= 0" doc:"videos per request"`
	BlockSize                *int           `key:"block_size" for:"file" is:">= 1" doc:"tokens per block of a trace"`
	TraceIdleGapCapSeconds   *float64       `key:"trace_idle_gap_cap_seconds" for:"file public" is:">= 0" unit:"s" doc:"longest idle gap of the trace"`
	IgnoreTraceDelays        bool           `key:"ignore_trace_delays" for:"file public" def:"false" doc:"replay without pauses"`
	UseThinkTimeOnly         bool           `key:"use_think_time_only" for:"file public" def:"false" doc:"pauses are think times alone"`
	MaxContextLength         *int           `key:"max_context_length" for:"file public" is:">= 1" unit:"tokens" doc:"leave longer conversations out"`
	CacheBust                CacheBust      `key:"cache_bust" for:"file public" doc:"marker that defeats prompt caches"`
	Dataset                  string         `key:"dataset" for:"public" req:"yes" enum:"PublicDatasetType" doc:"name of the public dataset"`
	HFSubset                 *string        `key:"hf_subset" for:"public" doc:"subset on the hub"`
	Filters                  Dict[string]   `key:"filters" for:"public" def:"{}" doc:"columns and the values to keep"`
	HFWekaDataset            *string        `key:"hf_weka_dataset" for:"public" doc:"repository of a Weka dataset"`
}

// CacheBust marks prompts so that no cache knows them.
type CacheBust struct {
	Target string `key:"target" def:"none" enum:"none system_prefix system_suffix first_turn_prefix first_turn_suffix warmup_isolation_system warmup_isolation_first_turn" doc:"where the marker goes"`
}

// Synthesis changes a replayed trace.
type Synthesis struct {
	SpeedupRatio         float64 `key:"speedup_ratio" is:"> 0" def:"1.0" doc:"factor on the speed"`
	PrefixLenMultiplier  float64 `key:"prefix_len_multiplier" is:"> 0" def:"1.0" doc:"factor on shared prefixes"`
	PrefixRootMultiplier int     `key:"prefix_root_multiplier" is:">= 1" def:"1" doc:"number of copies of the prefix tree"`
	PromptLenMultiplier  float64 `key:"prompt_len_multiplier" is:"> 0" def:"1.0" doc:"factor on prompt lengths"`
	OutputLenMultiplier  float64 `key:"output_len_multiplier" is:">= 0" def:"1.0" doc:"factor on output lengths"`
	MaxISL               *int    `key:"max_isl" is:">= 1" unit:"tokens" doc:"leave longer inputs out"`
	MaxOSL               *int    `key:"max_osl" is:">= 1" unit:"tokens" doc:"cap of the output"`
	AllowDatasetWrap     bool    `key:"allow_dataset_wrap" def:"false" doc:"start over at the end"`
}
