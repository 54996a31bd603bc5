// Recipes: names that stand for a whole sweep. One row, one recipe.
package config

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/aiperf-go/aiperf/bench/config/doc"
)

// recipes in the order of their names.
var recipes = []struct {
	name string
	make func(b *builder) (*doc.Node, error)
}{
	{"concurrency-ramp", concurrencyRamp},
	{"decode-itl-curve", decodeCurve},
	{"max-concurrency-under-sla", maxConcurrency},
	{"max-goodput-under-slo", maxGoodput},
	{"max-throughput-itl-sla", func(b *builder) (*doc.Node, error) { return maxThroughput(b, "itl_sla_ms") }},
	{"max-throughput-ttft-sla", func(b *builder) (*doc.Node, error) { return maxThroughput(b, "ttft_sla_ms") }},
	{"pareto-sweep", paretoSweep},
	{"prefill-ttft-curve", prefillCurve},
}

// plotted are the recipes whose result is a curve: they are drawn unless a flag says no.
var plotted = []string{"concurrency-ramp", "prefill-ttft-curve", "decode-itl-curve"}

// tunable are the search flags that a recipe with a search leaves to the user.
const tunable = "search_max_iterations search_initial_points search_random_seed"

// recipe makes the sweep of --search-recipe; nil without one.
func (b *builder) recipe() (*doc.Node, error) {
	if !b.given("search_recipe") {
		return nil, nil
	}
	name := b.s.str("search_recipe")
	i := slices.IndexFunc(recipes, func(r struct {
		name string
		make func(b *builder) (*doc.Node, error)
	}) bool {
		return r.name == name
	})
	if i < 0 {
		names := make([]string, len(recipes))
		for j, r := range recipes {
			names[j] = r.name
		}
		return nil, usagef("%s %s: must be one of %s", b.s.name("search_recipe"), quote(name), strings.Join(names, ", "))
	}
	if name == "pareto-sweep" { // it takes the list itself
		b.swept = slices.DeleteFunc(b.swept, func(a axis) bool { return a.path == profilingPath+"concurrency" })
		if isList(b.s, "concurrency") {
			b.run.Delete("concurrency")
		}
	}
	if len(b.swept) > 0 {
		return nil, usagef("%s and the list of values of %s cannot stand together: the recipe makes the sweep", b.s.name("search_recipe"), b.swept[0].values.Origin)
	}
	n, err := recipes[i].make(b)
	if err != nil {
		return nil, err
	}
	n.Set("recipe_name", b.value("search_recipe"))
	if got := b.s.among(tunable); len(got) > 0 && value(n, "type") != adaptiveSearch {
		return nil, usagef("%s has nothing to act on: %s %s is no search", b.s.names(got), b.s.name("search_recipe"), name)
	}
	if value(n, "type") == adaptiveSearch && b.given("convergence_metric") {
		return nil, usagef("%s and %s cannot stand together: one ends a series of runs, the other chooses what to run", b.s.name("search_recipe"), b.s.name("convergence_metric"))
	}
	if slices.Contains(plotted, name) && !b.s.Given("auto_plot") {
		put(b.body, "artifacts.auto_plot", b.mark(doc.Of(true), "search_recipe"))
	}
	b.mark(n, "search_recipe")
	return n, nil
}

// recipeOwns refuses search flags that a recipe decides itself.
func recipeOwns(s *Settings) string {
	const own = "search_space search_metric search_stat search_direction search_planner optuna_sampler optuna_acquisition optuna_terminator search_percentile_pooling bo_constraint_mode"
	if got := s.among(own); len(got) > 0 && s.Given("search_recipe") {
		return fmt.Sprintf("%s and %s cannot stand together: the recipe decides it", s.names(got), s.name("search_recipe"))
	}
	return ""
}

// streamed refuses a recipe whose metrics only a stream has.
func (b *builder) streamed(metric string) error {
	if n := b.body.Find("endpoint.streaming"); n == nil || n.Value != true {
		return usagef("%s %s needs --streaming: only a stream has %s", b.s.name("search_recipe"), b.s.str("search_recipe"), metric)
	}
	return nil
}

// limit is one SLA filter of a recipe.
func limit(metric, stat, op string, threshold float64) *doc.Node {
	return doc.NewMap("metric_tag", metric, "stat", stat, "op", op, "threshold", threshold)
}

// itl is the limit on the inter-token latency, which has two names.
func (b *builder) itl() (float64, bool, error) {
	a, c := b.given("itl_sla_ms"), b.given("tpot_sla_ms")
	if a && c && b.s.float("itl_sla_ms") != b.s.float("tpot_sla_ms") {
		return 0, false, usagef("%s and %s are two names of one limit and differ: give one", b.s.name("itl_sla_ms"), b.s.name("tpot_sla_ms"))
	}
	if a {
		return b.s.float("itl_sla_ms"), true, nil
	}
	return b.s.float("tpot_sla_ms"), c, nil
}

// span is a range of a recipe: flags or its defaults.
func (b *builder) span(name string, lo, hi, steps int64) (int64, int64, int64, error) {
	pick := func(field string, otherwise int64) int64 {
		if b.given(field) {
			return b.s.int(field)
		}
		return otherwise
	}
	lo, hi, steps = pick(name+"_min", lo), pick(name+"_max", hi), pick(name+"_steps", steps)
	if lo >= hi {
		t := b.s.table
		return 0, 0, 0, usagef("%s %d must be below %s %d", t.Field(name+"_min").Name(), lo, t.Field(name+"_max").Name(), hi)
	}
	return lo, hi, steps, nil
}

// logSteps are whole numbers at equal ratios, ends included, each once.
func logSteps(lo, hi, n int64) []int64 {
	var out []int64
	a, z := math.Log(float64(lo)), math.Log(float64(hi))
	for i := range n {
		v := max(1, int64(math.RoundToEven(math.Exp(a+(z-a)*float64(i)/float64(n-1)))))
		if !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	slices.Sort(out)
	return out
}

// grid is a sweep whose result is worked up afterwards.
func grid(handler, file string, params *doc.Node, axes ...any) *doc.Node {
	n := doc.NewMap("type", "grid")
	if handler != "" {
		n.Set("post_process", doc.NewMap("handler", handler, "params", params, "output_filename", file))
	}
	n.Set("parameters", doc.NewMap(axes...))
	return n
}

const (
	sweptConcurrency = profilingPath + "concurrency"
	sweptISL         = "datasets.main.prompts.isl"
	sweptOSL         = "datasets.main.prompts.osl"
)

func concurrencyRamp(b *builder) (*doc.Node, error) {
	lo, hi, steps, err := b.span("concurrency", 1, 1000, 8)
	if err != nil {
		return nil, err
	}
	threshold, tag, stat := 0.2, "request_latency", "p99"
	if b.given("degradation_threshold") {
		threshold = b.s.float("degradation_threshold")
	}
	if b.given("degradation_metric_tag") {
		tag = b.s.str("degradation_metric_tag")
	}
	if b.given("degradation_stat") {
		stat = b.s.str("degradation_stat")
	}
	return grid("degradation_knee_detect", "degradation_knee.json",
		doc.NewMap("threshold_pct", threshold, "metric_tag", tag, "stat", stat, "swept_param", sweptConcurrency),
		sweptConcurrency, logSteps(lo, hi, steps)), nil
}

func prefillCurve(b *builder) (*doc.Node, error) {
	lo, hi, steps, err := b.span("isl", 256, 32768, 8)
	if err != nil {
		return nil, err
	}
	if err := b.streamed("a time to first token"); err != nil {
		return nil, err
	}
	return grid("ttft_curve_fit", "prefill_curve.json", doc.NewMap("metric_tag", "time_to_first_token", "stat", "avg", "swept_param", sweptISL),
		sweptISL, logSteps(lo, hi, steps), sweptConcurrency, []int64{1}), nil
}

func decodeCurve(b *builder) (*doc.Node, error) {
	lo, hi, steps, err := b.span("concurrency", 1, 200, 6)
	if err != nil {
		return nil, err
	}
	shortest, longest, lengths, err := b.span("osl", 64, 1024, 4)
	if err != nil {
		return nil, err
	}
	if err := b.streamed("an inter-token latency"); err != nil {
		return nil, err
	}
	return grid("itl_surface_fit", "decode_itl_surface.json",
		doc.NewMap("metric_tag", "inter_token_latency", "stat", "avg", "concurrency_param", sweptConcurrency, "osl_param", sweptOSL),
		sweptConcurrency, logSteps(lo, hi, steps), sweptOSL, logSteps(shortest, longest, lengths)), nil
}

// searchFor is a search over concurrency.
func (b *builder) searchFor(planner, prior, metric string, iterations, initial int64, filters []*doc.Node) (*doc.Node, error) {
	lo, hi, _, err := b.span("concurrency", 1, 1000, 8)
	if err != nil {
		return nil, err
	}
	own, tiers, err := b.slas()
	if err != nil {
		return nil, err
	}
	if own != nil {
		filters = append(filters, own.Items...)
	}
	n := doc.NewMap("type", adaptiveSearch, "sla_filters", filters, "planner", planner,
		"search_space", []*doc.Node{doc.NewMap("path", sweptConcurrency, "lo", float64(lo), "hi", float64(hi), "kind", "int", "prior", prior)},
		"objectives", []*doc.Node{doc.NewMap("metric", metric, "stat", "avg", "direction", "maximize")},
		"max_iterations", iterations, "n_initial_points", initial)
	for f, key := range map[string]string{"search_max_iterations": "max_iterations", "search_initial_points": "n_initial_points", "search_random_seed": "random_seed"} {
		if b.given(f) {
			n.Set(key, b.value(f))
		}
	}
	if tiers != nil {
		n.Set("sla_tiers", tiers)
	}
	return n, nil
}

func maxThroughput(b *builder, field string) (*doc.Node, error) {
	metric, threshold, ok := "time_to_first_token", b.s.float(field), b.given(field)
	if field == "itl_sla_ms" {
		var err error
		metric = "inter_token_latency"
		if threshold, ok, err = b.itl(); err != nil {
			return nil, err
		}
	}
	if !ok {
		return nil, usagef("%s %s needs %s", b.s.name("search_recipe"), b.s.str("search_recipe"), b.s.table.Field(field).Name())
	}
	if err := b.streamed(metric); err != nil {
		return nil, err
	}
	return b.searchFor("bayesian", "log-uniform", "output_token_throughput", 30, 5, []*doc.Node{limit(metric, "p95", "lt", threshold)})
}

func maxConcurrency(b *builder) (*doc.Node, error) {
	var filters []*doc.Node
	stream := b.given("ttft_sla_ms")
	if stream {
		filters = append(filters, limit("time_to_first_token", "p95", "lt", b.s.float("ttft_sla_ms")))
	}
	itl, ok, err := b.itl()
	if err != nil {
		return nil, err
	}
	if ok {
		stream = true
		filters = append(filters, limit("inter_token_latency", "p95", "lt", itl))
	}
	if b.given("e2e_sla_ms") {
		filters = append(filters, limit("request_latency", "p99", "lt", b.s.float("e2e_sla_ms")))
	}
	if b.given("error_rate_sla") {
		filters = append(filters, limit("request_error_rate", "avg", "lt", 100*b.s.float("error_rate_sla"))) // percent
	}
	if len(filters) == 0 {
		return nil, usagef("%s %s needs a limit: --ttft-sla-ms, --itl-sla-ms (or --tpot-sla-ms), --e2e-sla-ms or --error-rate-sla", b.s.name("search_recipe"), b.s.str("search_recipe"))
	}
	if stream {
		if err := b.streamed("a time to first token and an inter-token latency"); err != nil {
			return nil, err
		}
	}
	const metric = "output_token_throughput"
	switch b.s.str("search_style") {
	case "monotonic":
		return b.searchFor("monotonic_sla", "uniform", metric, 20, 1, filters)
	case "bo":
		return b.searchFor("bayesian", "log-uniform", metric, 30, 5, filters)
	case "optuna":
		return b.searchFor("optuna", "log-uniform", metric, 30, 5, filters)
	case "grid":
		lo, hi, steps, err := b.span("concurrency", 1, 1000, 8)
		if err != nil {
			return nil, err
		}
		list := doc.Of(filters)
		n := grid("sla_breach_knee", "sla_breach.json", doc.NewMap("sla_filters", list.Clone(), "swept_param", sweptConcurrency),
			sweptConcurrency, logSteps(lo, hi, steps))
		n.Set("sla_filters", list)
		return n, nil
	}
	return b.searchFor("smooth_isotonic", "uniform", metric, 30, 1, filters)
}

func maxGoodput(b *builder) (*doc.Node, error) {
	itl, ok, err := b.itl()
	if err != nil {
		return nil, err
	}
	var missing []string
	if !b.given("ttft_sla_ms") {
		missing = append(missing, "--ttft-sla-ms")
	}
	if !ok {
		missing = append(missing, "--tpot-sla-ms")
	}
	if !b.given("e2e_sla_ms") {
		missing = append(missing, "--e2e-sla-ms")
	}
	if len(missing) > 0 {
		return nil, usagef("%s %s needs %s: --ttft-sla-ms, --tpot-sla-ms and --e2e-sla-ms together say what a good request is", b.s.name("search_recipe"), b.s.str("search_recipe"), strings.Join(missing, ", "))
	}
	if err := b.streamed("a time per output token"); err != nil {
		return nil, err
	}
	merge(b.body, "slos", b.mark(doc.NewMap("time_to_first_token", b.s.float("ttft_sla_ms"), "inter_token_latency", itl, "request_latency", b.s.float("e2e_sla_ms")), "search_recipe"))
	fraction := 0.95
	if b.given("slo_attainment_fraction") {
		fraction = b.s.float("slo_attainment_fraction")
	}
	return b.searchFor("bayesian", "log-uniform", "goodput", 30, 5, []*doc.Node{limit("good_request_fraction", "avg", "ge", fraction)})
}

func paretoSweep(b *builder) (*doc.Node, error) {
	pairs, err := b.lengthPairs()
	if err != nil {
		return nil, err
	}
	if err := b.streamed("output tokens over time"); err != nil {
		return nil, err
	}
	slots := []int64{1, 4, 16, 64, 256}
	switch v := b.s.Value("concurrency").(type) {
	case int64:
		slots = []int64{v}
	case []int64:
		slots = v
	}
	if len(pairs)*len(slots) < 2 {
		return nil, usagef("%s %s needs two points or more: give several --isl-osl-pairs or values of --concurrency", b.s.name("search_recipe"), b.s.str("search_recipe"))
	}
	runs := &doc.Node{Kind: doc.List}
	for _, p := range pairs {
		for _, c := range slots {
			runs.Items = append(runs.Items, doc.NewMap(
				"name", fmt.Sprintf("shape_%d_%d_c%d", p[0], p[1], c),
				"values", doc.NewMap("isl", p[0], "osl", p[1], "concurrency", c),
				"benchmark", doc.NewMap(
					"datasets", []*doc.Node{doc.NewMap("name", "main", "prompts", doc.NewMap("isl", p[0], "osl", p[1]))},
					"phases", []*doc.Node{doc.NewMap("name", "profiling", "concurrency", c)})))
		}
	}
	return doc.NewMap("type", "scenarios", "runs", runs), nil
}

// lengthPairs reads --isl-osl-pairs: ISL/OSL,ISL/OSL.
func (b *builder) lengthPairs() ([][2]int64, error) {
	const field = "isl_osl_pairs"
	if !b.given(field) {
		return nil, usagef("%s %s needs --isl-osl-pairs, such as 128/128,256/64", b.s.name("search_recipe"), b.s.str("search_recipe"))
	}
	var out [][2]int64
	for part := range strings.SplitSeq(b.s.str(field), ",") {
		l, r, ok := strings.Cut(strings.TrimSpace(part), "/")
		isl, err1 := parseInt(l)
		osl, err2 := parseInt(r)
		p := [2]int64{isl, osl}
		switch {
		case !ok || err1 != nil || err2 != nil || isl <= 0 || osl <= 0:
			return nil, usagef("%s %s: must be ISL/OSL, both positive whole numbers", b.s.name(field), quote(part))
		case slices.Contains(out, p):
			return nil, usagef("%s %s: the pair stands twice", b.s.name(field), quote(part))
		}
		out = append(out, p)
	}
	return out, nil
}
