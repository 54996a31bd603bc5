// Package templates holds the example configurations of `aiperf config init`.
//
//	files/NAME.yaml (embedded) + a row of All ─ Template.Source ─> Template.With (model, URL) ─> the text a user starts from
package templates

import (
	"embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

//go:embed files/*.yaml
var files embed.FS

// Template is one example configuration.
type Template struct {
	Name, Title, Category, Difficulty string
	Tags                              string // separated by blanks
	About                             string
}

// All are the templates, category by category in the order they are listed.
var All = []Template{
	{"minimal", "Minimal Configuration", "Getting Started", "beginner", "quick-start simple",
		"The shortest file that runs: one model, one server, synthetic prompts, eight requests at a time."},
	{"warmup_profiling", "Warmup + Profiling (Two-Phase)", "Getting Started", "beginner", "warmup two-phase best-practice",
		"A short warmup that is not reported, then a measured phase with gamma arrivals that ramp up."},
	{"fixed_schedule", "Fixed Schedule (Hand-Authored Timestamps)", "Load Testing", "advanced", "fixed_schedule mooncake regression deterministic timing",
		"Send every request at the millisecond its line of a JSONL file names."},
	{"goodput_slo", "Goodput / SLO Benchmark", "Load Testing", "intermediate", "goodput slo latency multi-phase",
		"Count the requests per second that keep every limit under slos."},
	{"latency_test", "Latency Test (Controlled QPS)", "Load Testing", "beginner", "latency poisson ttft itl",
		"TTFT, ITL and request latency at a fixed average rate with Poisson arrivals."},
	{"multi_url_load_balancing", "Multi-URL Load Balancing", "Load Testing", "intermediate", "load-balancing multi-url scaling",
		"Spread the requests over several replicas of a server, in turn."},
	{"ramping", "Gradual Load Ramping", "Load Testing", "intermediate", "ramp concurrency rate capacity stress",
		"Raise concurrency and request rate step by step, so that a cold server is not hit at once."},
	{"request_cancellation", "Request Cancellation Test", "Load Testing", "advanced", "cancellation resilience",
		"How a server copes with clients that hang up: a share of the requests is cancelled after a delay."},
	{"time_based_soak", "Time-Based Soak Test", "Load Testing", "intermediate", "soak stability duration sla drift",
		"Hold a steady load for an hour and watch for drift and leaks."},
	{"inline_dataset", "Inline Dataset", "Datasets", "beginner", "inline dataset yaml-config",
		"Prompts written in the configuration file itself, without a data file."},
	{"multi_turn_conversation", "Multi-Turn Conversation", "Datasets", "intermediate", "multi-turn conversation chatbot",
		"Chat sessions of several turns, each turn carrying the ones before it, with pauses in between."},
	{"public_dataset", "Public Dataset (ShareGPT)", "Datasets", "beginner", "sharegpt public real-data",
		"Real conversations of the ShareGPT data set instead of synthetic prompts."},
	{"trace_replay", "Production Trace Replay", "Datasets", "advanced", "trace replay production mooncake",
		"Replay a recorded trace with its timestamps, here twice as fast."},
	{"scenario_workload_profiles", "Scenario Sweep: Workload Profiles", "Sweep & Multi-Run", "intermediate", "sweep scenario workload",
		"Five kinds of traffic against one server, each three times: chat, retrieval, summaries, a mix, a heavy tail."},
	{"speed_bench_sweep", "SPEED-Bench Per-Category Sweep", "Sweep & Multi-Run", "intermediate", "sweep grid speed-bench speculative-decoding server-metrics",
		"One run for each of the eleven SPEED-Bench categories, to compare speculative decoding."},
	{"sweep_distributions", "Grid Sweep + Multi-Run", "Sweep & Multi-Run", "intermediate", "sweep grid multi-run statistics",
		"Every combination of three input lengths and three request rates, each three times."},
	{"sweep_with_plot", "Concurrency Sweep with Inline Plot Envelope", "Sweep & Multi-Run", "intermediate", "sweep grid plot pareto multi-run auto-plot",
		"Concurrency from 1 to 256 in powers of two, three runs each, with the plots to draw from them."},
	{"env_var_production", "Environment Variable Production Config", "Advanced", "intermediate", "env-vars ci-cd production",
		"One file for every stage of a pipeline: what differs comes from environment variables with defaults."},
	{"gpu_telemetry", "GPU Telemetry (DCGM / pynvml)", "Advanced", "intermediate", "gpu telemetry dcgm pynvml power utilization",
		"GPU power, utilisation, memory and temperature beside the latencies."},
	{"http_trace_metrics", "HTTP Trace Metrics (Latency Breakdown)", "Advanced", "advanced", "http trace debugging ttfb k6 har network",
		"Where the time of a request goes: waiting, connecting, sending, server, receiving."},
	{"jinja2_variables", "Jinja2 Computed Config", "Advanced", "intermediate", "jinja2 variables templating",
		"Numbers computed from a few variables, so that one change carries through the file."},
	{"kv_cache_test", "KV Cache / Prefix Caching", "Advanced", "advanced", "kv-cache prefix user-centric",
		"How much a shared prefix saves: users in long sessions, ten prefixes of 512 tokens among them."},
	{"long_context", "Long Context Benchmark (32K+)", "Advanced", "intermediate", "long-context prefill memory",
		"Prompts from 2,000 to 64,000 tokens in one mix, with a limit on prefills at a time."},
	{"user_files", "User Files (Templated Artifacts)", "Advanced", "intermediate", "artifacts user_files jinja2 kubernetes",
		"Write files of your own into the result folder, filled in from the configuration and the run."},
	{"audio_multimodal", "Audio/Speech Model Benchmark", "Multimodal", "intermediate", "audio speech multimodal",
		"Prompts with generated audio clips, for speech models that chat."},
	{"multimodal_vision", "Vision-Language Model Benchmark", "Multimodal", "intermediate", "vision multimodal images",
		"Prompts with generated images, for vision-language models."},
	{"embeddings", "Embeddings Endpoint Benchmark", "Specialized Endpoints", "beginner", "embeddings search retrieval",
		"Embedding requests with ten texts each."},
}

// Lookup finds a template by its exact name.
func Lookup(name string) (Template, bool) {
	i := slices.IndexFunc(All, func(t Template) bool { return t.Name == name })
	if i < 0 {
		return Template{}, false
	}
	return All[i], true
}

// Names are the names of all templates, sorted.
func Names() []string {
	out := make([]string, 0, len(All))
	for _, t := range All {
		out = append(out, t.Name)
	}
	slices.Sort(out)
	return out
}

// Matches tells whether a word occurs anywhere in the row, in any case.
func (t Template) Matches(word string) bool {
	row := strings.Join([]string{t.Name, t.Title, t.Category, t.Tags, t.About}, "\n")
	return strings.Contains(strings.ToLower(row), strings.ToLower(word))
}

// Source is the text of the template.
func (t Template) Source() ([]byte, error) {
	b, err := files.ReadFile("files/" + t.Name + ".yaml")
	if err != nil {
		return nil, fmt.Errorf("read template %q: %w", t.Name, err)
	}
	return b, nil
}

// The lines that With changes. They are looked for in the benchmark block, which every template writes with these indents.
const (
	benchmarkLine = "benchmark:"
	modelKey      = "  model: "
	endpointLine  = "  endpoint:"
	urlKey        = "    url: "
	urlsKey       = "    urls:"
	urlItem       = "      - "
)

// With is the text with another model and another server in it, comments and layout untouched; an empty string changes nothing.
// One URL takes the place of a whole list.
func (t Template) With(model, url string) ([]byte, error) {
	src, err := t.Source()
	if err != nil {
		return nil, err
	}
	var (
		out       strings.Builder
		benchmark bool // inside its block
		endpoint  bool // inside its block
		skipping  bool // the items of a list that was replaced
	)
	for line := range strings.Lines(string(src)) {
		if skipping && strings.HasPrefix(line, urlItem) {
			continue
		}
		skipping = false
		switch indent := len(line) - len(strings.TrimLeft(line, " ")); {
		case strings.TrimSpace(line) == "":
		case indent == 0:
			benchmark, endpoint = strings.HasPrefix(line, benchmarkLine), false
		case indent == 2:
			endpoint = benchmark && strings.HasPrefix(line, endpointLine)
		}
		switch {
		case benchmark && model != "" && strings.HasPrefix(line, modelKey):
			line = modelKey + scalar(model) + "\n"
		case endpoint && url != "" && strings.HasPrefix(line, urlKey):
			line = urlKey + scalar(url) + "\n"
		case endpoint && url != "" && strings.TrimRight(line, "\n") == urlsKey:
			line += urlItem + scalar(url) + "\n"
			skipping = true
		}
		out.WriteString(line)
	}
	return []byte(out.String()), nil
}

// scalar writes text so that YAML reads the same text back.
func scalar(s string) string {
	if isPlain(s) {
		return s
	}
	if strings.ContainsFunc(s, func(r rune) bool {
		return r < ' ' || r == 0x7f || r == 0x85 || r == 0x2028 || r == 0x2029 || r == 0xfeff
	}) {
		b, _ := json.Marshal(s) // a string always has a JSON form, and YAML reads JSON strings
		return string(b)
	}
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}

// isPlain tells that text needs no quotes: it begins with a letter, holds nothing that YAML takes for syntax and is no word with a meaning.
func isPlain(s string) bool {
	if s == "" || !isLetter(s[0]) || strings.HasSuffix(s, ":") || slices.Contains(wordsWithMeaning, strings.ToLower(s)) {
		return false
	}
	for i := range len(s) {
		if c := s[i]; !isLetter(c) && (c < '0' || c > '9') && !strings.ContainsRune("-_./:@+=?&%", rune(c)) {
			return false
		}
	}
	return true
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// wordsWithMeaning are booleans and nothing to YAML when they stand without quotes.
var wordsWithMeaning = []string{"y", "n", "yes", "no", "on", "off", "true", "false", "null"}
