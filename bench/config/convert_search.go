// Adaptive searches from flags: dimensions, one objective, limits on metrics.
package config

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/aiperf-go/aiperf/bench/config/doc"
)

const adaptiveSearch = "adaptive_search"

// aliases are the bare names that stand for a key of the measured phase.
var aliases = []string{"concurrency", "prefill_concurrency", "rate", "requests", "duration", "sessions", "users", "smoothness",
	"grace_period", "concurrency_ramp", "prefill_ramp", "rate_ramp"}

// dimension is one --search-space.
type dimension struct {
	path   string
	lo, hi float64
	kind   string // "int" or "real"
}

const profilingPath = "phases.profiling."

// searched finds the dimension of a key of the measured phase.
func searched(dims []dimension, key string) *dimension {
	for i := range dims {
		if dims[i].path == profilingPath+key {
			return &dims[i]
		}
	}
	return nil
}

func searches(dims []dimension, key string) bool { return searched(dims, key) != nil }

// searching tells whether the flags make a search.
func (b *builder) searching() bool { return b.given("search_space") }

// searchSpace reads the dimensions, which decide what kind of phase is searched.
func (b *builder) searchSpace() error {
	for _, text := range b.s.strs("search_space") {
		d, err := readDimension(text)
		if err != nil {
			return usagef("%s %s: %s", b.s.name("search_space"), quote(text), err)
		}
		b.dims = append(b.dims, d)
	}
	if msg := searchShape(b.s, b.dims); msg != "" {
		return usagef("%s", msg)
	}
	return nil
}

// readDimension reads path:lo,hi[:int|real].
func readDimension(text string) (dimension, error) {
	parts := strings.Split(text, ":")
	bounds := []string{}
	if len(parts) == 2 || len(parts) == 3 {
		bounds = strings.Split(parts[1], ",")
	}
	if len(bounds) != 2 {
		return dimension{}, errors.New("must be path:lo,hi or path:lo,hi:int, such as concurrency:1,1000:int")
	}
	d := dimension{path: strings.TrimSpace(parts[0]), kind: "real"}
	if d.path == "" {
		return d, errors.New("has no path before the colon")
	}
	if slices.Contains(aliases, d.path) {
		d.path = profilingPath + d.path
	}
	var err error
	if d.lo, err = parseFloat(bounds[0]); err == nil {
		d.hi, err = parseFloat(bounds[1])
	}
	switch {
	case err != nil:
		return d, fmt.Errorf("bounds %s", err)
	case d.hi <= d.lo:
		return d, fmt.Errorf("the upper bound %v must be above the lower bound %v", d.hi, d.lo)
	}
	if len(parts) == 3 {
		if d.kind = strings.ToLower(strings.TrimSpace(parts[2])); d.kind != "int" && d.kind != "real" {
			return d, fmt.Errorf("kind %s must be int or real", quote(parts[2]))
		}
	}
	return d, nil
}

// searchShape refuses dimensions that belong to different kinds of load.
func searchShape(s *Settings, dims []dimension) string {
	users, smooth := searched(dims, "users"), searched(dims, "smoothness")
	name := func() string { return s.name("search_space") }
	switch {
	case s.bool("fixed_schedule"):
		return ""
	case smooth != nil && (users != nil || s.Given("user_centric_rate")):
		other := "users"
		if s.Given("user_centric_rate") {
			other = s.name("user_centric_rate")
		}
		return fmt.Sprintf("%s smoothness shapes gamma arrivals, %s makes a user-centric load: search them in two runs", name(), other)
	case users != nil && users.kind != "int":
		return fmt.Sprintf("%s users must be whole numbers: write users:LO,HI:int", name())
	case smooth != nil && s.Given("arrival_pattern") && s.str("arrival_pattern") != "gamma":
		return fmt.Sprintf("%s smoothness needs gamma arrivals: drop %s, or make it gamma", name(), s.name("arrival_pattern"))
	}
	return ""
}

// searchKeys are the flags that stand in the sweep under one key.
var searchKeys = []struct{ key, field string }{
	{"max_iterations", "search_max_iterations"}, {"n_initial_points", "search_initial_points"}, {"random_seed", "search_random_seed"},
	{"planner", "search_planner"}, {"optuna_sampler", "optuna_sampler"}, {"optuna_acquisition", "optuna_acquisition"},
	{"optuna_terminator", "optuna_terminator"}, {"constraint_mode", "bo_constraint_mode"}, {"objective_pooling", "search_percentile_pooling"},
}

// search makes the sweep of --search-space; nil without one.
func (b *builder) search() (*doc.Node, error) {
	filters, tiers, err := b.slas()
	if err != nil || !b.searching() {
		return nil, err
	}
	n := doc.NewMap("type", b.mark(doc.Of(adaptiveSearch), "search_space"))
	space := &doc.Node{Kind: doc.List}
	for _, d := range b.dims {
		space.Items = append(space.Items, doc.NewMap("path", d.path, "lo", d.lo, "hi", d.hi, "kind", d.kind, "prior", "uniform"))
	}
	n.Set("search_space", b.mark(space, "search_space"))
	objective := doc.NewMap("metric", b.value("search_metric"), "direction", b.value("search_direction"))
	if b.given("search_stat") {
		objective.Set("stat", b.value("search_stat"))
	}
	n.Set("objectives", doc.Of([]*doc.Node{objective}))
	for _, k := range searchKeys {
		if b.given(k.field) {
			n.Set(k.key, b.value(k.field))
		}
	}
	if filters != nil {
		n.Set("sla_filters", filters)
	}
	if tiers != nil {
		n.Set("sla_tiers", tiers)
	}
	return n, nil
}

// slas reads the limits on metrics, also where no search uses them: a mistake in them is one anyway.
func (b *builder) slas() (filters, tiers *doc.Node, err error) {
	if b.given("search_sla") {
		filters = &doc.Node{Kind: doc.List}
		for _, text := range b.s.strs("search_sla") {
			f, err := readSLA(text)
			if err != nil {
				return nil, nil, usagef("%s %s: %s", b.s.name("search_sla"), quote(text), err)
			}
			filters.Items = append(filters.Items, f)
		}
		b.mark(filters, "search_sla")
	}
	if b.given("search_sla_tier") {
		if tiers, err = b.tiers(); err != nil {
			return nil, nil, err
		}
	}
	return filters, tiers, nil
}

var (
	slaStats = []string{"avg", "p1", "p5", "p10", "p25", "p50", "p75", "p90", "p95", "p99", "min", "max"}
	slaOps   = []string{"lt", "le", "gt", "ge"}
)

// readSLA reads metric:stat:op:threshold.
func readSLA(text string) (*doc.Node, error) {
	p := strings.Split(text, ":")
	if len(p) != 4 {
		return nil, errors.New("must be metric:stat:op:threshold, such as time_to_first_token:p95:lt:200")
	}
	for i := range p {
		p[i] = strings.TrimSpace(p[i])
	}
	threshold, err := parseFloat(p[3])
	switch {
	case p[0] == "":
		return nil, errors.New("has no metric")
	case !slices.Contains(slaStats, p[1]):
		return nil, fmt.Errorf("stat %s must be one of %s", quote(p[1]), strings.Join(slaStats, ", "))
	case !slices.Contains(slaOps, p[2]):
		return nil, fmt.Errorf("op %s must be one of %s", quote(p[2]), strings.Join(slaOps, ", "))
	case err != nil || math.IsInf(threshold, 0):
		return nil, fmt.Errorf("threshold %s must be a finite number", quote(p[3]))
	}
	return doc.NewMap("metric_tag", p[0], "stat", p[1], "op", p[2], "threshold", threshold), nil
}

// The number of tiers of a search.
const (
	fewestTiers = 2
	mostTiers   = 10
)

// tiers reads [label:] filter[, filter] of each tier.
func (b *builder) tiers() (*doc.Node, error) {
	name := b.s.name("search_sla_tier")
	list := &doc.Node{Kind: doc.List}
	for i, text := range b.s.strs("search_sla_tier") {
		label, rest := fmt.Sprintf("tier_%d", i+1), text
		if head, tail, ok := strings.Cut(text, ":"); ok && strings.Count(firstPart(text), ":") > 3 {
			label, rest = strings.TrimSpace(head), tail
		}
		filters := &doc.Node{Kind: doc.List}
		for part := range strings.SplitSeq(rest, ",") {
			f, err := readSLA(strings.TrimSpace(part))
			if err != nil {
				return nil, usagef("%s %s: %s", name, quote(text), err)
			}
			filters.Items = append(filters.Items, f)
		}
		list.Items = append(list.Items, doc.NewMap("label", label, "filters", filters, "ordering_rank", nil))
	}
	if n := len(list.Items); n < fewestTiers || n > mostTiers {
		return nil, usagef("%s: give %d to %d tiers, one option each; got %d", name, fewestTiers, mostTiers, n)
	}
	return b.mark(list, "search_sla_tier"), nil
}

func firstPart(s string) string { p, _, _ := strings.Cut(s, ","); return p }
