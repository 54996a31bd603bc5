// Flags over the phases of a configuration file: load flags act on its one profiling phase, warm-up flags on its warm-up.
package config

import (
	"slices"
	"strings"

	"github.com/aiperf-go/aiperf/bench/config/doc"
)

// overPhases lays the given flags over the file's phases.
func (b *builder) overPhases() error {
	list := b.body.Get("phases")
	if list == nil || list.Kind != doc.List {
		return nil // the document's check says so
	}
	var runs []*doc.Node
	warms := 0
	for _, ph := range list.Items {
		switch {
		case ph.Kind != doc.Map:
		case value(ph, "kind") == "warmup" || phaseName(ph) == "warmup":
			if warms++; b.warm == nil {
				b.warm = ph
			}
		case value(ph, "kind") == "profiling" || phaseName(ph) == "profiling":
			runs = append(runs, ph)
		}
	}
	load := b.loadFields()
	switch {
	case len(load) > 0 && len(runs) > 1:
		names := make([]string, len(runs))
		for i, r := range runs {
			names[i] = phaseName(r)
		}
		return usagef("%s acts on the profiling phase, but the configuration file has %d of them (%s): set the value in the file", b.s.names(load), len(runs), strings.Join(names, ", "))
	case len(runs) == 1:
		b.run = runs[0]
		if len(load) > 0 {
			if err := b.overRun(); err != nil {
				return err
			}
		}
	}
	return b.overWarmup(list, warms)
}

// loadFields are the given fields of the measured phase.
func (b *builder) loadFields() []string {
	var out []string
	b.s.table.Each(func(o *Option) {
		if b.given(o.Field) && strings.Contains(o.YAML, "benchmark.phases[profiling].") && b.s.asks(o.Field) {
			out = append(out, o.Field)
		}
	})
	return out
}

// overRun lays the load flags over the measured phase.
func (b *builder) overRun() error {
	ph := b.run
	kind, msg := b.newType()
	if msg != "" {
		return usagef("%s", msg)
	}
	if kind != value(ph, "type") {
		ph.Set("type", b.typeNode(kind))
	}
	for _, key := range foreign(kind) {
		ph.Delete(key)
	}
	b.phaseFields(ph, "profiling")
	if err := b.overRate(kind); err != nil {
		return err
	}
	if b.given("arrival_smoothness") {
		ph.Set("smoothness", b.value("arrival_smoothness"))
	}
	b.agenticGrace(ph)
	switch {
	case b.given("benchmark_grace_period"):
		ph.Set("grace_period", b.value("benchmark_grace_period"))
	case b.given("benchmark_duration") && ph.Get("grace_period") == nil:
		ph.Set("grace_period", doc.Of(defaultGrace))
	}
	if b.given("fixed_schedule_start_offset") && !b.given("fixed_schedule_auto_offset") {
		ph.Set("auto_offset", b.mark(doc.Of(false), "fixed_schedule_start_offset"))
	}
	if b.given("request_cancellation_delay") && isNull(ph.Find("cancellation.rate")) {
		return usagef("%s needs a rate of cancellations, in the file or as --request-cancellation-rate", b.s.name("request_cancellation_delay"))
	}
	return nil
}

// foreign are the keys that a phase of a type cannot have; a flag that changes the type drops them.
func foreign(kind string) []string {
	switch {
	case kind == fixedPhase:
		return []string{"rate", "rate_series", "rate_ramp", "smoothness", "users"}
	case kind == userPhase:
		return []string{"rate_series", "smoothness"}
	case kind == "poisson" || kind == "constant":
		return []string{"smoothness"}
	}
	return nil
}

// newType decides the type of the measured phase: the file's, unless a flag asks for another.
func (b *builder) newType() (kind, refusal string) {
	kind, _ = value(b.run, "type").(string)
	old := kind
	s := b.s
	rate := s.among("request_rate user_centric_rate request_rate_series")
	fixed := s.bool("fixed_schedule")
	switch {
	case fixed && len(rate) > 0:
		return "", s.name("fixed_schedule") + " cannot stand with " + s.names(rate)
	case fixed:
		kind = fixedPhase
	case s.Given("user_centric_rate"):
		kind = userPhase
	case len(rate) > 0 && !rated(kind) && kind != userPhase:
		kind = "poisson"
	}
	for _, f := range []string{"arrival_pattern", "arrival_smoothness"} {
		switch {
		case !s.Given(f):
		case kind == userPhase:
			return "", s.name(f) + " cannot act on the user-centric phase of the configuration file: change its type there"
		case !rated(kind):
			return "", s.name(f) + " needs a phase with a rate: give --request-rate, or change the phase in the file"
		case f == "arrival_smoothness":
			kind = "gamma"
		case s.str(f) == "concurrency_burst":
			kind = "poisson"
		default:
			kind = s.str(f)
		}
	}
	if got := s.among("fixed_schedule_auto_offset fixed_schedule_start_offset fixed_schedule_end_offset"); len(got) > 0 && kind != fixedPhase {
		return "", s.names(got) + " needs a phase of type fixed_schedule: give --fixed-schedule, or change the phase in the file"
	}
	if s.Given("request_rate_ramp_duration") && !rated(kind) && kind != userPhase {
		return "", s.name("request_rate_ramp_duration") + " needs a phase with a rate: give --request-rate, or change the phase in the file (it is " + old + ")"
	}
	return kind, ""
}

// overRate sets the one source of a phase's rate.
func (b *builder) overRate(kind string) error {
	ph := b.run
	for _, f := range []string{"request_rate", "user_centric_rate"} {
		if b.given(f) {
			ph.Delete("rate_series")
			ph.Set("rate", b.first(f, "phases."+phaseName(ph)+".rate", b.value(f)))
		}
	}
	if b.given("request_rate_series") {
		series, err := rateSeries(b.file(b.s.str("request_rate_series")))
		if err != nil {
			return usagef("%s %s: %s", b.s.name("request_rate_series"), quote(b.s.str("request_rate_series")), err)
		}
		ph.Delete("rate")
		ph.Set("rate_series", b.mark(series, "request_rate_series"))
	}
	return nil
}

// overWarmup lays the warm-up flags over the file's warm-up, or makes one when a flag asks for it.
func (b *builder) overWarmup(list *doc.Node, warms int) error {
	var got []string
	b.s.table.Each(func(o *Option) {
		if b.given(o.Field) && strings.HasPrefix(o.YAML, "benchmark.phases[warmup].") {
			got = append(got, o.Field)
		}
	})
	switch {
	case len(got) == 0:
		return nil
	case warms > 1:
		return usagef("%s acts on the warm-up phase, but the configuration file has %d of them: set the value in the file", b.s.names(got), warms)
	case b.warm != nil:
		return b.overWarm()
	case warmupTrigger(b.s) == "":
		return usagef("%s has no warm-up to act on: declare one in the file, or give --warmup-request-count, --num-warmup-sessions or --warmup-duration", b.s.names(got))
	}
	if err := b.check(warmupRules); err != nil {
		return err
	}
	if err := b.warmup(); err != nil {
		return err
	}
	list.Items = slices.Insert(list.Items, 0, b.warm)
	return nil
}

func (b *builder) overWarm() error {
	ph, s := b.warm, b.s
	kind, _ := value(ph, "type").(string)
	if f := "warmup_arrival_pattern"; b.given(f) {
		to := s.str(f)
		if to == "concurrency_burst" {
			to = "poisson"
		}
		if isNull(ph.Get("rate")) && isNull(ph.Get("rate_series")) && !b.given("warmup_request_rate") {
			return usagef("%s makes the warm-up of the file %s, which needs a rate: give --warmup-request-rate", s.name(f), to)
		}
		if kind = to; kind != value(ph, "type") {
			ph.Set("type", b.mark(doc.Of(kind), f))
		}
		for _, key := range foreign(kind) {
			ph.Delete(key)
		}
	}
	if b.given("warmup_request_rate") {
		if !rated(kind) && kind != userPhase {
			return usagef("%s has no effect: the warm-up of the file is of type %s; give --warmup-arrival-pattern too", s.name("warmup_request_rate"), kind)
		}
		ph.Delete("rate_series")
		ph.Set("rate", b.value("warmup_request_rate"))
	}
	if b.given("warmup_request_rate_ramp_duration") && !rated(kind) {
		return usagef("%s needs a rate to ramp: the warm-up of the file is of type %s", s.name("warmup_request_rate_ramp_duration"), kind)
	}
	b.phaseFields(ph, "warmup")
	for _, r := range []struct{ key, field string }{
		{"concurrency", "warmup_concurrency"}, {"prefill_concurrency", "warmup_prefill_concurrency"}, {"grace_period", "warmup_grace_period"},
		{"concurrency_ramp.duration", "warmup_concurrency_ramp_duration"}, {"prefill_ramp.duration", "warmup_prefill_concurrency_ramp_duration"},
		{"rate_ramp.duration", "warmup_request_rate_ramp_duration"},
	} {
		if b.given(r.field) {
			put(ph, r.key, b.value(r.field))
		}
	}
	return nil
}
