// What this version does with each key of a configuration document. A key that an option sets has the option's state (options_*.go);
// the rows here are the keys that only documents have, and those where the option's row says too little.
package config

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/aiperf-go/aiperf/bench/config/doc"
	"github.com/aiperf-go/aiperf/bench/config/schema"
)

// keyState is one row. Path is dotted, * stands for any index or name; a row also decides for the keys below it that have none.
type keyState struct {
	Path  string
	State State
	Only  string // the values that work; others are refused by name
	Why   string // as in Option
	check func(n *doc.Node) string
}

const (
	fModels   = "settings of single models"
	fAdaptive = "adaptive load"
	fPhases   = "chains of profiling phases"
	fUserFile = "files written from templates"
	fInline   = "datasets written into the configuration"
)

var keyStates = []keyState{
	{Path: "schema_version"},
	{Path: "variables"},
	{Path: "random_seed"},
	{Path: "sweep", State: Refused, Why: fSearch, check: asOne(fSearch)},
	{Path: "no_sweep_table", State: Inert, Why: "it acts on parameter sweeps"},
	{Path: "plot", State: Refused, Why: fPlots, check: asOne(fPlots)},
	{Path: "multi_run", State: Inert, Why: "it acts on several runs"},
	{Path: "multi_run.num_runs", Only: "1", Why: fMulti},
	{Path: "multi_run.convergence", State: Refused, Why: fMulti},

	{Path: "benchmark.models.items.*", State: Refused, Why: fModels},
	{Path: "benchmark.models.items.*.name"},
	{Path: "benchmark.models.items.*.weight", State: Refused, Why: fWeights},
	{Path: "benchmark.endpoint.extra"},
	{Path: "benchmark.endpoint.headers"},
	{Path: "benchmark.endpoint.template", State: Refused, Why: fEndpoints},
	{Path: "benchmark.endpoint.reset_kv_cache", State: Refused, Why: fHooks, check: isOff},
	{Path: "benchmark.endpoint.server_profiler", State: Refused, Why: fHooks, check: isOff},

	{Path: "benchmark.datasets.*.name"},
	{Path: "benchmark.datasets.*.type", Only: "synthetic file", Why: fPublic},
	{Path: "benchmark.datasets.*.path"},
	{Path: "benchmark.datasets.*.entries"},
	{Path: "benchmark.datasets.*.random_seed", Why: "it decides the names of sessions; the draws follow random_seed at the top level"},
	{Path: "benchmark.datasets.*.records", State: Refused, Why: fInline, check: asOne(fInline)},
	{Path: "benchmark.datasets.*.dataset", State: Refused, Why: fPublic},
	{Path: "benchmark.datasets.*.osl"},
	{Path: "benchmark.datasets.*.prompts"},
	{Path: "benchmark.datasets.*.prompts.block_size", State: Refused, Why: fTraces},
	{Path: "benchmark.datasets.*.cache_bust.target"},
	{Path: "benchmark.datasets.*.turns"},
	{Path: "benchmark.datasets.*.turn_delay"},
	{Path: "benchmark.datasets.*.prefix_prompts"},
	{Path: "benchmark.datasets.*.synthesis", State: Refused, Why: fTraces},
	{Path: "benchmark.datasets.*.filters", State: Refused, Why: fPublic},
	{Path: "benchmark.datasets.*.images"},
	{Path: "benchmark.datasets.*.audio"},
	{Path: "benchmark.datasets.*.video", State: Refused, Why: fVideo},
	{Path: "benchmark.datasets.*.rankings", State: Refused, Why: fEndpoints},
	{Path: "benchmark.datasets.*.prompt_batch_size", Only: "1", Why: fFormats},
	{Path: "benchmark.datasets.*.image_batch_size", Only: "1", Why: fFormats},
	{Path: "benchmark.datasets.*.audio_batch_size", Only: "1", Why: fFormats},
	{Path: "benchmark.datasets.*.video_batch_size", Only: "1", Why: fFormats},

	{Path: "benchmark.phases.*.name"},
	{Path: "benchmark.phases.*.kind"},
	{Path: "benchmark.phases.*.exclude_from_results"},
	{Path: "benchmark.phases.*.type", check: isPhaseType},
	{Path: "benchmark.phases.*.rate"},
	{Path: "benchmark.phases.*.rate_series", State: Refused, Why: fRamps},
	{Path: "benchmark.phases.*.rate_ramp", State: Refused, Why: fRamps},
	{Path: "benchmark.phases.*.concurrency_ramp", State: Refused, Why: fRamps},
	{Path: "benchmark.phases.*.prefill_ramp", State: Refused, Why: fPrefill},
	{Path: "benchmark.phases.*.cancellation", State: Refused, Why: fCancel},
	{Path: "benchmark.phases.*.seamless", State: Refused, Why: fPhases},
	{Path: "benchmark.phases.*.timing_mode", State: Refused, Why: fPhases},
	{Path: "benchmark.phases.*.sla", State: Refused, Why: fAdaptive},
	{Path: "benchmark.phases.*.adaptive_scale", State: Refused, Why: fAdaptive},
	{Path: "benchmark.phases.*.adaptive_sustain_duration", State: Refused, Why: fAdaptive},
	{Path: "benchmark.phases.*.adaptive_assessment_period", State: Refused, Why: fAdaptive},
	{Path: "benchmark.phases.*.adaptive_min_completed_requests", State: Refused, Why: fAdaptive},
	{Path: "benchmark.phases.*.adaptive_control_variable", State: Refused, Why: fAdaptive},
	{Path: "benchmark.phases.*.adaptive_control_min", State: Refused, Why: fAdaptive},
	{Path: "benchmark.phases.*.adaptive_control_max", State: Refused, Why: fAdaptive},
	{Path: "benchmark.phases.*.adaptive_scale_strategy_type", State: Refused, Why: fAdaptive},
	{Path: "benchmark.phases.*.adaptive_scale_step_policy", State: Refused, Why: fAdaptive},
	{Path: "benchmark.phases.*.adaptive_scale_base_step", State: Refused, Why: fAdaptive},
	{Path: "benchmark.phases.*.adaptive_scale_max_step_multiplier", State: Refused, Why: fAdaptive},
	{Path: "benchmark.phases.*.adaptive_scale_step_percent", State: Refused, Why: fAdaptive},

	{Path: "benchmark.artifacts.summary"},
	{Path: "benchmark.artifacts.records"},
	{Path: "benchmark.artifacts.raw"},
	{Path: "benchmark.artifacts.user_files", State: Refused, Why: fUserFile, check: asOne(fUserFile)},
	{Path: "benchmark.slos", State: Refused, Why: fGoodput},
	{Path: "benchmark.metrics"},
	{Path: "benchmark.gpu_telemetry", State: Refused, Why: fGPU},
	{Path: "benchmark.gpu_telemetry.enabled", Only: "false", Why: fGPU},
	{Path: "benchmark.server_metrics", State: Refused, Why: fServerMetrics},
	{Path: "benchmark.server_metrics.enabled", Only: "false", Why: fServerMetrics},
	{Path: "benchmark.network_latency", State: Refused, Why: fNetLatency},
	{Path: "benchmark.otel", State: Refused, Why: fStreams},
	{Path: "benchmark.mlflow", State: Refused, Why: fStreams},
	{Path: "benchmark.wandb", State: Refused, Why: fStreams},
	{Path: "benchmark.accuracy", State: Refused, Why: fAccuracy},
	{Path: "benchmark.scenario", State: Refused, Why: fScenario},
	{Path: "benchmark.unsafe_override", State: Refused, Why: fScenario},
	{Path: "benchmark.runtime.ui", check: isUI},
	{Path: "benchmark.runtime.workers_min", State: Inert, Why: "there are no worker processes"},
	{Path: "benchmark.runtime.workers_per_pod", State: Inert, Why: "it acts on Kubernetes"},
	{Path: "benchmark.runtime.record_processors_per_pod", State: Inert, Why: "it acts on Kubernetes"},
	{Path: "benchmark.runtime.dataset_api_base_url", State: Inert, Why: "it acts on Kubernetes"},
	{Path: "benchmark.runtime.service_run_type", State: Inert, Why: "there is one process"},
	{Path: "benchmark.runtime.communication", State: Inert, Why: "there is no message bus"},
	{Path: "benchmark.logging.level"},
}

// isPhaseType names the feature of each type that does not run.
func isPhaseType(n *doc.Node) string {
	switch n.Value {
	case "concurrency", "constant", "poisson", "gamma":
		return ""
	case "user_centric":
		return fUsers
	}
	return fTraces
}

// asOne refuses a key by itself, not value by value below it.
func asOne(why string) func(*doc.Node) string {
	return func(n *doc.Node) string {
		if n.Kind == doc.Null || (n.Kind == doc.Map || n.Kind == doc.List) && len(n.Items)+len(n.Members) == 0 {
			return ""
		}
		return why
	}
}

// isOff: a hook is on as soon as it is there, also without any key.
func isOff(n *doc.Node) string {
	if n.Kind == doc.Null || n.Value == false {
		return ""
	}
	return fHooks
}

// isUI: an explicit dashboard is refused, as the option is.
func isUI(n *doc.Node) string {
	if n.Value == "dashboard" {
		return fDashboard
	}
	return ""
}

// states finds the row of a path.
type states map[string]keyState

// newStates lays the rows of this file over those that the options give.
func newStates(t *Table) states {
	st := states{}
	t.Each(func(o *Option) {
		for path := range strings.FieldsSeq(o.YAML) {
			st[pattern(path)] = keyState{Path: pattern(path), State: o.State, Only: o.Only, Why: o.Why}
		}
	})
	for _, k := range keyStates {
		st[k.Path] = k
	}
	return st
}

// pattern turns a path of the option table into one with stars: datasets[main] and <name> stand for any.
func pattern(path string) string {
	parts := strings.Split(path, ".")
	var out []string
	for _, p := range parts {
		name, _, indexed := strings.Cut(p, "[")
		switch {
		case indexed:
			out = append(out, name, "*")
		case strings.HasPrefix(p, "<"):
			out = append(out, "*")
		default:
			out = append(out, p)
		}
	}
	return strings.Join(out, ".")
}

// of finds the row that decides for a path of stars: its own, or that of the nearest key above.
func (st states) of(path string) (keyState, bool) {
	for {
		if k, ok := st[path]; ok {
			return k, true
		}
		i := strings.LastIndexByte(path, '.')
		if i < 0 {
			return keyState{}, false
		}
		path = path[:i]
	}
}

// unsupported walks what a document sets and finds every key that asks for something this version does not do, in the order of the file,
// and what has no effect. A key that is set to its default asks for nothing.
func (st states) unsupported(set *doc.Node) (inert []string, refused doc.Errors) {
	var walk func(n *doc.Node, path, stars string)
	walk = func(n *doc.Node, path, stars string) {
		if k, ok := st.of(stars); ok && path != "" {
			own := k.Path == stars
			leaf := n.Kind != doc.Map && n.Kind != doc.List // an empty mapping or list asks for nothing
			why := ""
			switch {
			case own && k.check != nil:
				if why = k.check(n); why == "" {
					return
				}
			case !leaf || n.Kind == doc.Null:
			case k.Only != "" && own && !among(&Option{Only: k.Only}, plain(n.Value)):
				why = k.Why
			case k.State == Refused && !isDefault(n, stars):
				why = k.Why
			case k.State == Inert:
				inert = append(inert, fmt.Sprintf("%s has no effect: %s", keyName(n, path), k.Why))
			}
			if why != "" {
				refused = append(refused, unsupportedKey(n, path, why))
				return
			}
		}
		for i, x := range n.Items {
			walk(x, join(path, fmt.Sprint(i)), join(stars, "*"))
		}
		for _, m := range n.Members {
			star := m.Key
			if st.hasStar(stars) {
				star = "*"
			}
			walk(m.Value, join(path, m.Key), join(stars, star))
		}
	}
	walk(set, "", "")
	slices.SortStableFunc(refused, func(a, b *doc.Error) int { return cmp.Or(a.Pos.Line-b.Pos.Line, a.Pos.Column-b.Pos.Column) })
	return inert, refused
}

// NotRunning lists what this version refuses in a checked document, though it is valid.
func NotRunning(set *doc.Node) doc.Errors {
	_, refused := newStates(ProfileTable()).unsupported(set)
	return refused
}

// hasStar tells paths whose keys are the user's own names.
func (st states) hasStar(path string) bool { _, ok := st[path+".*"]; return ok }

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

func plain(v any) any {
	if v == nil {
		return ""
	}
	return v
}

// isDefault tells whether a value is what the key has without being set.
func isDefault(n *doc.Node, stars string) bool {
	for _, k := range schema.Keys() {
		if pattern(k.Path) != stars || k.Default == "" {
			continue
		}
		if v := number(n.Value); !math.IsNaN(v) {
			d, err := parseFloat(k.Default)
			return err == nil && d == v
		}
		return fmt.Sprint(n.Value) == k.Default
	}
	return false
}

// keyName is how a message names a key: the option that set it, or its place and path.
func keyName(n *doc.Node, path string) string {
	if n.Origin != "" {
		return n.Origin
	}
	return n.Pos.String() + ": " + path
}

func unsupportedKey(n *doc.Node, path, why string) *doc.Error {
	value := ""
	if n.Kind != doc.Map && n.Kind != doc.List && n.Kind != doc.Null && n.Kind != doc.Bool {
		value = fmt.Sprintf("%v ", n.Value)
		if s, ok := n.Value.(string); ok && (len(s) > mostShown || strings.ContainsAny(s, "\r\n")) || holdsURL("", value) {
			value = ""
		}
	}
	e := n.At(path, "%sis not supported in this version: it belongs to %s", value, why)
	if n.Origin != "" {
		e.Path = ""
	}
	return e
}

// mostShown bounds a value in a message, in bytes.
const mostShown = 40
