// What this version does with each key: every key has a row, every row a key, and what is refused is refused by its place.
package config

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/bench"
	"github.com/aiperf-go/aiperf/bench/config/schema"
	"github.com/aiperf-go/aiperf/dataset"
)

// fromText resolves a configuration text under further options.
func fromText(t *testing.T, text string, args ...string) (*Profile, error) {
	t.Helper()
	s, err := ProfileTable().Parse(args, nil)
	require.NoError(t, err)
	return s.Resolve(Place{Dir: "/cwd", ID: "0123456789ab", Seed: 7, Args: args, Config: &Source{Name: "c.yaml", Text: []byte(text)}})
}

// whole is a configuration that runs.
const whole = `benchmark:
  model: m
  endpoint: {url: "http://h:1", streaming: true}
  dataset: {type: synthetic, entries: 3, isl: {mean: 20.5, stddev: 2}, osl: 8}
  phases:
  - {name: warm, kind: warmup, type: concurrency, requests: 2}
  - {name: steady, kind: profiling, type: poisson, rate: 5, duration: 2m, grace_period: 1.5, concurrency: 3}
random_seed: 5
`

func TestEveryKeyHasAState(t *testing.T) {
	st := newStates(ProfileTable())
	known := map[string]bool{}
	for _, k := range schema.Keys() {
		if strings.HasPrefix(k.Doc, "short for ") {
			continue // normalised away before anything asks
		}
		p := pattern(k.Path)
		known[p] = true
		_, ok := st.of(p)
		above := strings.Count(p, ".") == 0 || p == "benchmark"
		section := false
		for _, other := range schema.Keys() {
			section = section || strings.HasPrefix(pattern(other.Path), p+".")
		}
		require.True(t, ok || section || above, "%s has no state: what becomes of it when a file sets it?", k.Path)
	}
	for _, k := range keyStates {
		p := strings.TrimSuffix(k.Path, ".*")
		require.True(t, known[p], "%s is no key of a configuration", k.Path)
	}
}

func TestAFileRunsAsWritten(t *testing.T) {
	p, err := fromText(t, whole)
	require.NoError(t, err)
	require.Equal(t, []string{"http://h:1"}, p.URLs)
	made := p.Data.Made
	require.Equal(t, dataset.Spread{Mean: 20.5, Stddev: 2}, made.ISL)
	require.Equal(t, dataset.Spread{Mean: 8}, made.OSL)
	require.Equal(t, 3, made.Conversations)
	require.EqualValues(t, 5, p.Seed)
	require.Len(t, p.Phases, 2)
	require.Equal(t, "warm", p.Phases[0].Name)
	require.Equal(t, 1, p.Phases[0].Concurrency)
	run := p.Phases[1]
	require.Equal(t, "2m0s 1.5s", run.Duration.String()+" "+run.Grace.String())
	require.InDelta(t, 5, run.Rate, 0)
	require.Equal(t, 3, run.Concurrency)
}

// AIPerf's defaults of a file are not those of the command line.
func TestDefaultsOfAFile(t *testing.T) {
	p, err := fromText(t, strings.NewReplacer(", grace_period: 1.5", "", "requests: 2}", "duration: 3}").Replace(whole))
	require.NoError(t, err)
	require.Equal(t, bench.Unbounded, p.Phases[0].Grace, "a warm-up waits")
	require.Zero(t, p.Phases[1].Grace)
	require.Equal(t, 30*time.Second, decided(t, "--benchmark-duration 5").Phases[0].Grace)

	_, err = fromText(t, strings.Replace(whole, "isl: {mean: 20.5, stddev: 2}, osl: 8", "osl: 8", 1))
	require.ErrorContains(t, err, "c.yaml:4:12: benchmark.datasets.0: a synthetic dataset without isl makes no prompts")

	_, err = fromText(t, strings.Replace(whole, "duration: 2m, grace_period: 1.5, ", "", 1))
	require.ErrorContains(t, err, "benchmark.phases.1")
}

func TestRefusedKeysNameTheirPlace(t *testing.T) {
	for _, tt := range []struct{ old, new, want string }{
		{"random_seed: 5", "plot: charts.yaml", "plots"},
		{"random_seed: 5", "multi_run: {num_runs: 2}", "c.yaml:8:23: multi_run.num_runs: 2 is not supported"},
		{"random_seed: 5", "sweep: {type: grid, parameters: {phases.steady.rate: [1, 2]}}", "parameter sweeps"},
		{"type: poisson", "type: gamma, smoothness: 2", ""},
		{"osl: 8", "osl: {mean: 8, median: 4}", ""},
		{"osl: 8", "osl: 8, turns: {points: [{value: 2}, {value: 5}]}, turn_delay: 30, turn_delay_ratio: 0.5", ""},
		{"osl: 8", "osl: 8, prefix_prompts: {pool_size: 2, length: 5}, system_prompt: x", "both fill the system message"},
		{"osl: 8", "osl: 8, prefix_prompts: {pool_size: 2, length: 5}", ""},
		{"osl: 8", "osl: 8, prefix_prompts: {length: 5}", "no pool to come from"},
		{"osl: 8", "osl: 8, video: {width: 8, height: 8, batch_size: 1}", "video inputs"},
		{"osl: 8", "osl: 8, audio: {batch_size: 1, format: mp3}", "mp3 is not supported in this version: it belongs to encoders of compressed audio"},
		{"osl: 8", "osl: 8, audio: {batch_size: 1, length: 0.001}", "c.yaml:4:"},
		{"osl: 8", "osl: 8, prompts: {block_size: 4}", "trace replay"},
		{"osl: 8", "osl: 8, rankings: {passages: 3}", "endpoint types other than chat"},
		{"streaming: true", "streaming: true, type: embeddings", "endpoint types other than chat"},
		{"streaming: true", "streaming: true, uuid_and_strip: false", ""},
		{"model: m", "models: [a, b]", ""},
		{"model: m", "models: {items: [{name: a, lora: b}]}", "settings of single models"},
		{"model: m", "models: {strategy: weighted, items: [{name: a, weight: 1}]}", "weighted model choice"},
		{"model: m", "model: m\n  gpu_telemetry: {enabled: true}", "GPU telemetry"},
		{"model: m", "model: m\n  gpu_telemetry: {enabled: false}", ""},
		{"model: m", "model: m\n  runtime: {ui: dashboard}", "dashboard"},
		{"model: m", "model: m\n  slos: {request_latency: 5}", "c.yaml:3:27: benchmark.slos.request_latency"},
		{"rate: 5,", "rate: 5, rate_ramp: 3,", "ramps"},
		{"random_seed: 5", "", ""},
		{"streaming: true", "streaming: true, reset_kv_cache: true", "server hooks"},
		{"streaming: true", "streaming: true, server_profiler: {}", "server hooks"},
		{"streaming: true", "streaming: true, reset_kv_cache: false", ""},
		{"entries: 3", "entries: 3, random_seed: 9", ""},
		{"kind: warmup", "kind: profiling", "second profiling phase"},
	} {
		text := strings.Replace(whole, tt.old, tt.new, 1)
		require.NotEqual(t, whole, text, tt.old)
		_, err := fromText(t, text)
		if tt.want == "" {
			require.NoError(t, err, tt.new)
			continue
		}
		require.ErrorContains(t, err, tt.want, tt.new)
		require.NotContains(t, err.Error(), "\n")
	}
}

func TestInertKeysAreNamed(t *testing.T) {
	p, err := fromText(t, strings.Replace(whole, "model: m", "model: m\n  runtime: {workers: 3, service_run_type: multiprocessing}", 1))
	require.NoError(t, err)
	require.Contains(t, strings.Join(p.Inert, "\n"), "benchmark.runtime.workers has no effect")
}
