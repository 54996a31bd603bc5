// The phases of a document from flags: an optional warm-up, then the one that is measured.
package config

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aiperf-go/aiperf/bench/config/doc"
)

// The stop and grace of phases nothing else decides, as AIPerf has them.
const (
	DefaultRequests = 10   // requests of a run without any stop condition
	defaultGrace    = 30.0 // seconds after a duration
)

// The types of a phase.
const (
	concurrencyPhase = "concurrency"
	fixedPhase       = "fixed_schedule"
	userPhase        = "user_centric"
)

// madeOfPhase are fields of a phase with a function of their own: they decide its type, or are read from a file.
var madeOfPhase = fieldSet("fixed_schedule arrival_pattern arrival_smoothness request_rate user_centric_rate request_rate_series benchmark_grace_period",
	"warmup_request_rate warmup_arrival_pattern warmup_concurrency warmup_prefill_concurrency warmup_grace_period",
	"warmup_concurrency_ramp_duration warmup_prefill_concurrency_ramp_duration warmup_request_rate_ramp_duration agentic_warmup_grace_period")

// shared are fields that AIPerf copies to the warm-up as well.
var shared = []string{"failed_request_threshold", "trajectory_start_min_ratio", "trajectory_start_max_ratio", "burst_phase_starts",
	"system_idle_gap_cap_seconds", "agentic_cache_warmup_duration"}

// warmupTriggers are the fields that ask for a warm-up.
var warmupTriggers = []string{"warmup_request_count", "warmup_duration", "warmup_num_sessions"}

// phaseType derives the type of the measured phase; the first that holds decides.
func phaseType(s *Settings, dims []dimension) string {
	on := func(f string) bool { return s.Given(f) && s.has(f) }
	switch {
	case s.bool("fixed_schedule"):
		return fixedPhase
	case on("user_centric_rate") || searches(dims, "users"):
		return userPhase
	case on("request_rate") || on("request_rate_series") || searches(dims, "rate") || searches(dims, "rate_ramp") || searches(dims, "smoothness"):
		switch p := s.str("arrival_pattern"); {
		case on("arrival_pattern") && (p == "gamma" || p == "constant"):
			return p
		case !on("arrival_pattern") && (on("arrival_smoothness") || searches(dims, "smoothness")):
			return "gamma"
		}
		return "poisson"
	}
	return concurrencyPhase
}

func rated(phase string) bool { return phase == "poisson" || phase == "constant" || phase == "gamma" }

// phases makes the phases of a command line.
func (b *builder) phases() error {
	b.run = doc.NewMap("name", "profiling", "kind", "profiling")
	kind := phaseType(b.s, b.dims)
	if b.promotes(kind) {
		if msg := promotionConflict(b.s, b.dims); msg != "" {
			return usagef("%s", msg)
		}
		kind = fixedPhase
	}
	if kind == fixedPhase {
		if msg := fixedSweep(b.s); msg != "" {
			return usagef("%s", msg)
		}
	}
	b.run.Set("type", b.typeNode(kind))
	b.phaseFields(b.run, "profiling")
	if err := b.rate(kind); err != nil {
		return err
	}
	b.agenticGrace(b.run)
	if err := b.stop(kind); err != nil {
		return err
	}
	if b.run.Get("duration") != nil {
		grace := doc.Of(defaultGrace)
		if b.given("benchmark_grace_period") {
			grace = b.value("benchmark_grace_period")
		}
		b.run.Set("grace_period", grace)
	}
	if b.run.Get("start_offset") != nil && b.run.Get("auto_offset") == nil {
		b.run.Set("auto_offset", b.mark(doc.Of(false), "fixed_schedule_start_offset"))
	}
	list := []*doc.Node{b.run}
	if warmupTrigger(b.s) != "" {
		if err := b.warmup(); err != nil {
			return err
		}
		list = slices.Insert(list, 0, b.warm)
	}
	b.body.Set("phases", doc.Of(list))
	return nil
}

// typeNode names the flag that made the type what it is.
func (b *builder) typeNode(kind string) *doc.Node {
	n := doc.Of(kind)
	for _, f := range map[string][]string{
		fixedPhase: {"fixed_schedule", "custom_dataset_type"}, userPhase: {"user_centric_rate"},
		"gamma": {"arrival_pattern", "arrival_smoothness"}, "constant": {"arrival_pattern"}, "poisson": {"request_rate", "request_rate_series"},
	}[kind] {
		if b.given(f) {
			return b.mark(n, f)
		}
	}
	return n
}

// phaseFields places every given field of one phase: rows name it as benchmark.phases[NAME].
func (b *builder) phaseFields(ph *doc.Node, name string) {
	prefix := "benchmark.phases[" + name + "]."
	b.s.table.Each(func(o *Option) {
		if madeOfPhase[o.Field] || !b.given(o.Field) {
			return
		}
		for p := range strings.FieldsSeq(o.YAML) {
			if key, ok := strings.CutPrefix(p, prefix); ok && key != "type" {
				put(ph, key, b.first(o.Field, "phases."+phaseName(ph)+"."+key, b.value(o.Field)))
			}
		}
	})
}

func phaseName(ph *doc.Node) string {
	name, _ := value(ph, "name").(string)
	return name
}

// rate sets what paces a phase: rate, series of rates, users, smoothness.
func (b *builder) rate(kind string) error {
	field := "request_rate"
	if b.given("user_centric_rate") {
		field = "user_centric_rate"
	}
	switch {
	case b.given(field) && (kind != concurrencyPhase):
		b.run.Set("rate", b.first(field, "phases."+phaseName(b.run)+".rate", b.value(field)))
	case kind == fixedPhase:
	default:
		if d := searched(b.dims, "rate"); d != nil {
			b.run.Set("rate", b.mark(doc.Of(d.lo), "search_space"))
		}
	}
	if d := searched(b.dims, "users"); d != nil && kind == userPhase && !b.given("num_users") {
		b.run.Set("users", b.mark(doc.Of(int64(d.lo)), "search_space"))
	}
	if b.given("request_rate_series") {
		series, err := rateSeries(b.file(b.s.str("request_rate_series")))
		if err != nil {
			return usagef("%s %s: %s", b.s.name("request_rate_series"), quote(b.s.str("request_rate_series")), err)
		}
		b.run.Set("rate_series", b.mark(series, "request_rate_series"))
	}
	if b.given("arrival_smoothness") && kind == "gamma" {
		b.run.Set("smoothness", b.value("arrival_smoothness"))
	}
	if (rated(kind) || kind == userPhase) && b.run.Get("rate") == nil && b.run.Get("rate_series") == nil && len(b.dims) > 0 {
		return usagef("%s searches a load with a rate (%s): give a base with --request-rate, or search rate too", b.s.name("search_space"), kind)
	}
	return nil
}

// agenticGrace: under a scenario the grace of the warm-up is the one of its agents.
func (b *builder) agenticGrace(ph *doc.Node) {
	switch {
	case b.given("agentic_warmup_grace_period"):
		ph.Set("agentic_warmup_grace_period", b.value("agentic_warmup_grace_period"))
	case b.s.Given("scenario") && b.given("warmup_grace_period"):
		ph.Set("agentic_warmup_grace_period", b.value("warmup_grace_period"))
	}
}

// stop ends a run that no flag ends: at the end of a recording, or after AIPerf's ten requests.
func (b *builder) stop(kind string) error {
	has := func(key string) bool { return b.run.Get(key) != nil }
	input := ""
	if b.kind() == fileData {
		input = b.file(b.s.str("input_file"))
	}
	switch {
	case kind == fixedPhase && !has("requests") && input != "":
		n, err := countRecords(input)
		if err != nil {
			return usagef("%s %s: count requests: %s", b.s.name("input_file"), quote(b.s.str("input_file")), err)
		}
		if n > 0 {
			b.run.Set("requests", doc.Of(n))
		}
	case kind == fixedPhase || has("requests") || has("sessions") || has("duration"):
	case input != "" && b.s.str("custom_dataset_type") == "dag_jsonl":
		n, err := rootConversations(input)
		if err != nil || n == 0 {
			b.run.Set("requests", doc.Of(DefaultRequests))
			return nil // the dataset's own reader says what is wrong with the file
		}
		b.run.Set("sessions", doc.Of(n))
	default:
		b.run.Set("requests", doc.Of(DefaultRequests))
		b.warnings = append(b.warnings, fmt.Sprintf("no stop condition given: sending %d requests (--request-count, --num-sessions or --benchmark-duration set one)", DefaultRequests))
	}
	return nil
}

// promotes tells whether a timed trace becomes a fixed schedule.
func (b *builder) promotes(kind string) bool {
	return kind != fixedPhase && b.kind() == fileData && b.given("custom_dataset_type") && slices.Contains(traceFormats, b.s.str("custom_dataset_type")) &&
		!b.s.bool("disable_auto_fixed_schedule") && !b.s.Given("scenario") && timed(b.file(b.s.str("input_file")))
}

// warmup makes the phase before the run: its own flags, else those of the run.
func (b *builder) warmup() error {
	b.warm = doc.NewMap("name", "warmup", "kind", "warmup", "exclude_from_results", true)
	b.phaseFields(b.warm, "warmup")
	set := func(key, field string) {
		put(b.warm, key, b.first(field, "phases."+phaseName(b.warm)+"."+key, b.value(field)))
	}
	either := func(own, run string) (string, bool) {
		if b.given(own) {
			return own, true
		}
		return run, b.given(run)
	}
	rate, hasRate := either("warmup_request_rate", "request_rate")
	concurrency, hasConcurrency := either("warmup_concurrency", "concurrency")
	// A list of the run's concurrency is swept there; one warm-up is enough for it.
	hasConcurrency = hasConcurrency && !isList(b.s, concurrency)
	if hasRate {
		pattern, _ := either("warmup_arrival_pattern", "arrival_pattern")
		kind := "poisson"
		if p := b.s.str(pattern); b.given(pattern) && (p == "gamma" || p == "constant") {
			kind = p
		}
		b.warm.Set("type", b.mark(doc.Of(kind), pattern))
		set("rate", rate)
		if kind == "gamma" {
			smoothness := doc.Of(nil)
			if b.given("arrival_smoothness") {
				smoothness = b.value("arrival_smoothness")
			}
			b.warm.Set("smoothness", smoothness)
		}
	} else {
		b.warm.Set("type", doc.Of(concurrencyPhase))
	}
	switch {
	case hasConcurrency:
		set("concurrency", concurrency)
	case !hasRate:
		b.warm.Set("concurrency", doc.Of(1))
	}
	if f, ok := either("warmup_prefill_concurrency", "prefill_concurrency"); ok {
		set("prefill_concurrency", f)
	}
	for _, r := range []struct{ key, own, run string }{
		{"concurrency_ramp", "warmup_concurrency_ramp_duration", "concurrency_ramp_duration"},
		{"prefill_ramp", "warmup_prefill_concurrency_ramp_duration", "prefill_concurrency_ramp_duration"},
		{"rate_ramp", "warmup_request_rate_ramp_duration", "request_rate_ramp_duration"},
	} {
		if f, ok := either(r.own, r.run); ok && (r.key != "rate_ramp" || hasRate) {
			set(r.key+".duration", f)
		}
	}
	if b.given("warmup_grace_period") && b.given("warmup_duration") {
		b.warm.Set("grace_period", b.value("warmup_grace_period"))
	}
	for _, f := range shared {
		if b.given(f) {
			b.warm.Set(f, b.value(f))
		}
	}
	b.agenticGrace(b.warm)
	return nil
}
