// Rules of sweeps and of the paths they vary.

package schema

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/aiperf-go/aiperf/bench/config/doc"
)

var sweepRules = []func(*scope){rule(sweepParameters), rule(zipLengths), rule(scenarioNames), rule(initialPoints), rule(uniqueDimensions), rule(acquisition)}

// bareFields may stand for phases.profiling.<field> in a sweep path.
var bareFields = strings.Fields("concurrency prefill_concurrency rate requests duration sessions users smoothness grace_period concurrency_ramp prefill_ramp rate_ramp")

// SweepPath writes a swept path out in full, below "benchmark"; the text says what is wrong with it, "" when nothing is.
func SweepPath(path string) (full, mistake string) {
	top, _, _ := strings.Cut(path, ".")
	switch {
	case strings.TrimSpace(path) == "":
		return path, "the path is empty"
	case strings.Contains(path, ".."):
		return path, "the path has two dots in a row"
	case strings.HasPrefix(path, ".") || strings.HasSuffix(path, "."):
		return path, "the path begins or ends with a dot"
	case top == "benchmark":
		return path, "paths begin below benchmark: drop the prefix \"benchmark.\""
	case top == "sweep" || top == "multi_run" || top == "random_seed":
		return path, top + " cannot be swept"
	}
	return FullPath(path), ""
}

// FullPath writes out a load key that stands alone; any other path is itself.
func FullPath(path string) string {
	if slices.Contains(bareFields, path) {
		return "phases.profiling." + path
	}
	return path
}

// SweepHint is the word that an unknown beginning of a sweep path was meant to be: a load key that stands alone, a key of the benchmark, or
// variables; "" when none is near.
func SweepHint(word string) string {
	words := append(slices.Clone(bareFields), "variables")
	for _, f := range classOf(reflect.TypeFor[Benchmark]()).fields {
		words = append(words, f.key)
	}
	for _, key := range foreignKeys()[snake(word)] {
		if slices.Contains(words, key) {
			return key
		}
	}
	return doc.Nearest(word, words)
}

func sweepParameters(s *scope, v *Sweep) {
	for _, p := range v.Parameters {
		if _, msg := SweepPath(p.Key); msg != "" {
			s.fail("parameters", "", "parameter %q: %s", p.Key, msg)
			return
		}
		if len(p.Value) == 0 {
			s.fail("parameters", "", "parameter %q has no values", p.Key)
			return
		}
	}
}

func zipLengths(s *scope, v *Sweep) {
	if v.Type != "zip" {
		return
	}
	for _, p := range v.Parameters {
		if first := v.Parameters[0]; len(p.Value) != len(first.Value) {
			s.fail("parameters", "give every parameter the same number of values", "zip: %q has %d values and %q has %d", first.Key, len(first.Value), p.Key, len(p.Value))
			return
		}
	}
}

func scenarioNames(s *scope, v *Sweep) {
	seen := map[string]bool{}
	for i, run := range v.Runs {
		if run.Kind != doc.Map {
			s.c.fail(run, join(join(s.path, "runs"), pythonText(doc.Of(i))), "", "must be a mapping, not %s", show(run))
			return
		}
		name, ok := "", false
		if n := run.Get("name"); n != nil {
			name, ok = n.Value.(string)
		}
		if !ok || name == "" {
			continue
		}
		if seen[name] {
			s.fail("runs", "", "two runs are called %q", name)
			return
		}
		seen[name] = true
	}
	for _, name := range slices.Sorted(maps.Keys(seen)) {
		if strings.ContainsAny(name, `/\`) || strings.Contains(name, "..") || strings.Trim(name, ".") == "" {
			s.fail("runs", "use no slashes and no double dots", "the run name %q cannot be a folder", name)
			return
		}
	}
}

func initialPoints(s *scope, v *Sweep) {
	if v.Type != "adaptive_search" || v.Planner != "bayesian" && v.Planner != "optuna" {
		return
	}
	if v.NInitialPoints >= v.MaxIterations {
		s.fail("n_initial_points max_iterations", "", "n_initial_points %d must be below max_iterations %d", v.NInitialPoints, v.MaxIterations)
	}
}

func uniqueDimensions(s *scope, v *Sweep) {
	var paths []string
	for _, d := range v.SearchSpace {
		paths = append(paths, d.Path)
	}
	for _, d := range v.Dimensions {
		paths = append(paths, d.Path)
	}
	seen := map[string]bool{}
	for _, p := range paths {
		if seen[p] {
			s.fail("search_space dimensions", "", "two dimensions vary %s", p)
			return
		}
		seen[p] = true
	}
}

func acquisition(s *scope, v *Sweep) {
	if v.OptunaAcquisition == nil {
		return
	}
	multi := strings.HasSuffix(*v.OptunaAcquisition, "hvi")
	if n := len(v.Objectives); multi != (n > 1) {
		kind := "one objective"
		if multi {
			kind = "several objectives"
		}
		s.fail("optuna_acquisition", "", "optuna_acquisition %s is for %s, not %d", *v.OptunaAcquisition, kind, n)
	}
}

func searchDimension(s *scope, v *SearchDimension) {
	switch {
	case !(v.Hi > v.Lo):
		s.fail("hi", "", "%s: hi %g must be above lo %g", v.Path, v.Hi, v.Lo)
	case v.Prior == "log-uniform" && v.Lo <= 0:
		s.fail("lo", "", "%s: prior log-uniform needs lo above 0, not %g", v.Path, v.Lo)
	}
}

func samplingDimension(s *scope, v *SamplingDimension) {
	ranged := v.Lo != nil || v.Hi != nil
	switch {
	case ranged == (v.Choices != nil) || ranged && (v.Lo == nil || v.Hi == nil):
		s.fail("path", "", "%s: give either lo and hi, or choices", v.Path)
	case !ranged && len(v.Choices) == 0:
		s.fail("choices", "", "%s: choices is empty", v.Path)
	case !ranged:
	case !(*v.Hi > *v.Lo):
		s.fail("hi", "", "%s: hi %g must be above lo %g", v.Path, *v.Hi, *v.Lo)
	case v.Scale == "log" && *v.Lo <= 0:
		s.fail("lo", "", "%s: scale log needs lo above 0, not %g", v.Path, *v.Lo)
	}
}

func postProcess(s *scope, v *PostProcess) {
	stem, isJSON := strings.CutSuffix(v.OutputFilename, ".json")
	switch {
	case strings.TrimSpace(v.Handler) == "":
		s.fail("handler", "", "handler is empty")
	case strings.ContainsAny(v.OutputFilename, `/\`):
		s.fail("output_filename", "", "output_filename is a name without folders, not %q", v.OutputFilename)
	case !isJSON:
		s.fail("output_filename", "", "output_filename must end in .json, not %q", v.OutputFilename)
	case strings.Trim(stem, ".") == "":
		s.fail("output_filename", "", "output_filename needs a name before .json")
	}
}

func convergenceRuns(s *scope, v *MultiRun) {
	if c := v.Convergence; c != nil && c.MinRuns > v.NumRuns {
		s.fail("convergence", "lower min_runs or raise num_runs", "convergence.min_runs %d must be <= num_runs %d", c.MinRuns, v.NumRuns)
	}
}
