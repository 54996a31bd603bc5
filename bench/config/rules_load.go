// Rules about load, warm-up and fixed schedules.
package config

import (
	"fmt"
	"strings"
)

// dimsOf reads the searched dimensions; a wrong one is reported elsewhere.
func dimsOf(s *Settings) []dimension {
	var out []dimension
	for _, text := range s.strs("search_space") {
		if d, err := readDimension(text); err == nil {
			out = append(out, d)
		}
	}
	return out
}

// typeOf is the type of the measured phase as the flags say it, before a trace decides otherwise.
func typeOf(s *Settings) string { return phaseType(s, dimsOf(s)) }

// whenType refuses given fields when the phase is not of a kind they act on.
func whenType(fields string, fits func(kind string) bool, why string) func(*Settings) string {
	return func(s *Settings) string {
		if got := s.among(fields); len(got) > 0 && !fits(typeOf(s)) {
			return s.names(got) + " " + why
		}
		return ""
	}
}

func is(want string) func(string) bool { return func(kind string) bool { return kind == want } }

var loadRules = []rule{
	{"users", whenType("num_users", is(userPhase), "needs --user-centric-rate: only that load has users")},
	{"smoothness", whenType("arrival_smoothness", is("gamma"), "shapes gamma arrivals: give --request-rate, and --arrival-pattern gamma or none")},
	{"rate ramp", whenType("request_rate_ramp_duration", func(k string) bool { return rated(k) || k == userPhase },
		"needs a rate to ramp: give --request-rate or --user-centric-rate")},
	{"grace", needs("benchmark_grace_period", "benchmark_duration", "a grace period follows a duration")},
	{"turns of users", func(s *Settings) string {
		if typeOf(s) != userPhase {
			return ""
		}
		turns := s.Value("conversation_turn_mean")
		least := number(turns)
		switch xs := turns.(type) {
		case nil:
			least = 1
		case []int64:
			for i, x := range xs {
				if i == 0 || float64(x) < least {
					least = float64(x)
				}
			}
		}
		if least < 2 {
			name := s.table.Field("user_centric_rate").Name()
			if s.Given("user_centric_rate") {
				name = s.name("user_centric_rate")
			}
			return name + " needs --session-turns-mean 2 or more: users come back; for single requests use --request-rate"
		}
		return ""
	}},
	{"series and rate", conflict("request_rate", "request_rate_series", "both set the rate")},
	{"series and users", conflict("request_rate_series", "user_centric_rate", "both set the rate")},
	{"series", whenType("request_rate_series", rated, "sets arrivals and cannot stand with a fixed schedule")},
	{"offsets", whenType("fixed_schedule_auto_offset fixed_schedule_start_offset fixed_schedule_end_offset", is(fixedPhase),
		"needs --fixed-schedule: offsets act on the time stamps of a trace")},
	{"cancellation delay", needs("request_cancellation_delay", "request_cancellation_rate", "without a rate nothing is cancelled")},
}

var warmupRules = []rule{
	{"warm-up grace", func(s *Settings) string {
		switch {
		case !s.Given("warmup_grace_period") || s.Given("warmup_duration") || s.Given("scenario"):
			return ""
		case warmupTrigger(s) == "":
			return fmt.Sprintf("%s has no warm-up to act on: warm-up runs only with --warmup-duration, --warmup-request-count or --num-warmup-sessions", s.name("warmup_grace_period"))
		}
		return fmt.Sprintf("%s needs --warmup-duration: a grace period follows a duration", s.name("warmup_grace_period"))
	}},
	{"warm-up rate ramp", func(s *Settings) string {
		if s.Given("warmup_request_rate_ramp_duration") && warmupTrigger(s) != "" && !s.Given("warmup_request_rate") && !s.Given("request_rate") {
			return fmt.Sprintf("%s needs a rate to ramp: give --warmup-request-rate", s.name("warmup_request_rate_ramp_duration"))
		}
		return ""
	}},
}

// fixedSweep refuses comma lists under a fixed schedule, which replays one timing.
func fixedSweep(s *Settings) string {
	name := ""
	s.table.Each(func(o *Option) {
		if name == "" && s.Given(o.Field) && isList(s, o.Field) {
			name = s.name(o.Field)
		}
	})
	if name == "" {
		return ""
	}
	return fmt.Sprintf("%s: a list of values cannot stand with --fixed-schedule, which replays one timing; give one value, or --no-fixed-schedule to ignore the time stamps of the trace", name)
}

// promotionConflict refuses flags that a timed trace leaves nothing to do.
func promotionConflict(s *Settings, dims []dimension) string {
	got := s.names(s.among("request_rate user_centric_rate num_users arrival_smoothness"))
	for _, key := range []string{"rate", "users", "smoothness"} {
		if searches(dims, key) {
			got = strings.TrimPrefix(got+", "+s.name("search_space")+" "+key, ", ")
		}
	}
	if got == "" {
		return ""
	}
	return got + " cannot stand with a trace that has time stamps: drop it to replay them, or give --no-fixed-schedule to ignore them"
}
