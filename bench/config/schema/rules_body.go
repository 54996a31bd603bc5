// Rules of the whole document and of one benchmark body.

package schema

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/aiperf-go/aiperf/bench/config/doc"
)

func scenarioSweep(s *scope, v *Config) {
	if v.Sweep == nil || v.Benchmark.Scenario == nil {
		return
	}
	if v.Benchmark.UnsafeOverride {
		s.c.warn("scenario %q together with a sweep: every cell runs a changed scenario", *v.Benchmark.Scenario)
		return
	}
	s.fail("sweep", "drop the sweep or benchmark.scenario", "scenario %q fixes one configuration and takes no sweep", *v.Benchmark.Scenario)
}

func dashboardSweep(s *scope, v *Config) {
	if v.Sweep != nil && s.n.Find("benchmark.runtime.ui") != nil && v.Benchmark.Runtime.UI == "dashboard" {
		s.fail("sweep", "set benchmark.runtime.ui to simple or none", "the dashboard shows one run and takes no sweep")
	}
}

func searchOrScale(s *scope, v *Config) {
	if v.Sweep == nil || v.Sweep.Type != "adaptive_search" {
		return
	}
	for _, p := range v.Benchmark.Phases {
		if p.AdaptiveScale {
			s.fail("sweep", "use one of the two", "an adaptive_search sweep cannot hold the adaptive_scale phase %q", p.Name)
			return
		}
	}
}

// sweepSeed is the seed of a run of several cells or trials when none is given, so that they see the same data.
const sweepSeed = 42

func consistentSeed(s *scope, v *Config) {
	if v.RandomSeed == nil && v.MultiRun.SetConsistentSeed && (v.Sweep != nil || v.MultiRun.NumRuns > 1) {
		seed := int64(sweepSeed)
		v.RandomSeed = &seed
		s.set("random_seed", doc.Of(seed))
	}
}

func plotImpliesAutoPlot(s *scope, v *Config) {
	if v.Plot == nil || v.Plot.Kind == doc.Null || s.n.Find("benchmark.artifacts.auto_plot") != nil {
		return
	}
	v.Benchmark.Artifacts.AutoPlot = true
	if given := s.n.Find("benchmark.artifacts"); given != nil {
		on := &scope{n: given, cl: classOf(reflect.TypeFor[Artifacts]())}
		on.set("auto_plot", doc.Of(true))
	}
}

func uniquePhaseNames(s *scope, v *Benchmark) {
	seen := map[string]string{}
	for _, p := range v.Phases {
		lower := strings.ToLower(p.Name)
		if old, ok := seen[lower]; ok {
			s.fail("phases", "names differ in more than case", "two phases are called %q and %q", old, p.Name)
			return
		}
		seen[lower] = p.Name
	}
}

func profilingPhase(s *scope, v *Benchmark) {
	for _, p := range v.Phases {
		if p.Kind != nil && *p.Kind == "profiling" {
			return
		}
	}
	s.fail("phases", "add a phase with kind: profiling", "no phase is measured: all have kind warmup")
}

func seamlessFirst(s *scope, v *Benchmark) {
	if len(v.Phases) > 0 && v.Phases[0].Seamless {
		s.fail("phases", "drop seamless there", "phase %q is the first and cannot be seamless", v.Phases[0].Name)
	}
}

func tokenizerUnused(s *scope, v *Benchmark) {
	given := s.n.Get("tokenizer")
	if given == nil || len(given.Members) == 0 {
		return
	}
	if e := endpointTraits[v.Endpoint.Type]; !e.tokenizes && !e.producesTokens {
		s.fail("tokenizer", "drop tokenizer", "endpoint type %s neither counts input tokens nor makes output tokens, so tokenizer.%s has no effect", v.Endpoint.Type, given.Members[0].Key)
	}
}

func tokenizerDefault(s *scope, v *Benchmark) {
	if v.Tokenizer == nil {
		v.Tokenizer = &Tokenizer{Revision: "main"}
		s.set("tokenizer", &doc.Node{Kind: doc.Map})
	}
}

func prefillStreaming(s *scope, v *Benchmark) {
	for _, p := range v.Phases {
		if p.PrefillConcurrency != nil && !v.Endpoint.Streaming {
			s.fail("phases", "set endpoint.streaming: true", "phase %q: prefill_concurrency needs streaming, the first token ends a prefill", p.Name)
			return
		}
	}
}

func phaseDataset(s *scope, v *Benchmark) {
	if len(v.Datasets) == 0 || v.Datasets[0].Type != "file" {
		return
	}
	d := v.Datasets[0]
	for _, p := range v.Phases {
		switch {
		case p.Type == "fixed_schedule" && d.Sampling != "sequential":
			s.fail("datasets", "drop sampling", "phase %q replays a schedule in order, dataset %q has sampling: %s", p.Name, d.Name, d.Sampling)
			return
		case p.Type == "user_centric" && d.Format != "multi_turn":
			s.fail("datasets", "set format: multi_turn", "phase %q is user_centric and needs conversations, dataset %q has format: %s", p.Name, d.Name, d.Format)
			return
		}
	}
}

// CacheBustTarget is where a dataset of any type keeps its cache-bust target.
func (d *Dataset) CacheBustTarget() string {
	if d.Type != "synthetic" {
		return d.CacheBust.Target
	}
	if d.Prompts != nil {
		return d.Prompts.CacheBust.Target
	}
	return "none"
}

func cacheBustEndpoint(s *scope, v *Benchmark) {
	for i := range v.Datasets {
		if t := v.Datasets[i].CacheBustTarget(); t != "none" && t != "" && !endpointTraits[v.Endpoint.Type].cacheBust {
			s.fail("datasets", "drop cache_bust", "endpoint type %s has no place for the marker of cache_bust %s", v.Endpoint.Type, t)
			return
		}
	}
}

func systemPromptEndpoint(s *scope, v *Benchmark) {
	for i := range v.Datasets {
		d := &v.Datasets[i]
		if d.SystemPrompt == nil && d.SystemPromptFile == nil {
			continue
		}
		if p := d.PrefixPrompts; p != nil {
			switch {
			case p.SharedSystemLength != nil:
				s.fail("datasets", "keep one of them", "system_prompt and prefix_prompts.shared_system_length both fill the system message")
				return
			case p.PoolSize != nil || p.Length != nil:
				s.fail("datasets", "keep one of them", "system_prompt and prefix_prompts.pool_size/length both fill the system message")
				return
			}
		}
		if !endpointTraits[v.Endpoint.Type].systemRole {
			s.fail("datasets", "drop system_prompt", "endpoint type %s has no system role, so the system prompt would not be sent", v.Endpoint.Type)
			return
		}
	}
}

func warmupIsolation(s *scope, v *Benchmark) {
	for i := range v.Datasets {
		d := &v.Datasets[i]
		t := d.CacheBustTarget()
		if !strings.HasPrefix(t, "warmup_isolation") {
			continue
		}
		for _, p := range v.Phases {
			if p.TimingMode != nil && *p.TimingMode == "agentic_replay" {
				s.fail("datasets", "use another cache_bust target", "cache_bust %s does not go with phase %q: agentic_replay has a warmup of its own", t, p.Name)
				return
			}
		}
		shared := d.SystemPrompt != nil || d.SystemPromptFile != nil || d.PrefixPrompts != nil && d.PrefixPrompts.SharedSystemLength != nil
		if t == "warmup_isolation_system" && d.Type == "synthetic" && !shared {
			s.fail("datasets", "set prefix_prompts.shared_system_length or system_prompt", "cache_bust %s needs a shared system prompt to mark", t)
			return
		}
	}
}

func agenticCacheWarmup(s *scope, v *Benchmark) {
	asked, agentic := "", false
	for _, p := range v.Phases {
		if p.AgenticCacheWarmupDuration != nil && asked == "" {
			asked = p.Name
		}
		agentic = agentic || p.Kind != nil && *p.Kind == "profiling" && p.TimingMode != nil && *p.TimingMode == "agentic_replay"
	}
	if asked != "" && !agentic {
		s.fail("phases", "set timing_mode: agentic_replay", "phase %q: agentic_cache_warmup_duration needs the timing mode agentic_replay", asked)
	}
}

// weightTolerance is how far from 1 the weights of the models may add up.
const weightTolerance = 0.01

func modelWeights(s *scope, v *Models) {
	if v.Strategy != "weighted" {
		return
	}
	sum := 0.0
	for _, m := range v.Items {
		if m.Weight == nil {
			s.fail("items", "give every model a weight", "strategy weighted: model %q has no weight", m.Name)
			return
		}
		sum += *m.Weight
	}
	if !(sum >= 1-weightTolerance-1e-12 && sum <= 1+weightTolerance+1e-12) {
		s.fail("items", "", "the weights must sum to 1, not %s", fmt.Sprintf("%.4g", sum))
	}
}
