// Rules that look at more than one option: what may not stand together, what needs what, what has no effect. One row, one rule.
package config

import (
	"fmt"
	"math"
	"strings"
)

// rule refuses settings, or says nothing. It names the options as the user typed them.
type rule struct {
	name  string
	check func(s *Settings) string
}

// rules are asked in this order; the first that answers ends the command.
var rules = []rule{
	{"sweep", noSweeps},
	{"unsupported option", noUnsupported},
	{"late bounds", lateBounds},
	{"lengths", func(s *Settings) string {
		for _, f := range []string{"prompt_input_tokens_mean", "prompt_input_tokens_stddev", "prompt_output_tokens_mean", "prompt_output_tokens_stddev"} {
			if s.has(f) && number(s.Value(f)) < 0 {
				return fmt.Sprintf("%s %v: must be >= 0", s.name(f), s.Value(f))
			}
		}
		return ""
	}},
	{"finite times", func(s *Settings) string {
		for _, f := range []string{"timeout_seconds", "benchmark_duration", "warmup_duration", "warmup_request_rate"} {
			if s.has(f) && math.IsInf(s.float(f), 0) {
				return fmt.Sprintf("%s inf: must be finite", s.name(f))
			}
		}
		return ""
	}},
	{"model", func(s *Settings) string {
		if s.bool("mock") || len(s.strs("model_names")) > 0 {
			return ""
		}
		return "no model given: pass --model NAME (the model name the server expects), or --mock to measure a mock server"
	}},
	{"one model", func(s *Settings) string {
		if m := s.strs("model_names"); len(m) > 1 {
			return fmt.Sprintf("%s %s: several models in one run are not supported in this version; give one model", s.name("model_names"), strings.Join(m, ","))
		}
		return ""
	}},
	{"mock url", conflict("mock", "urls", "the mock server has its own address")},
	{"mock options", func(s *Settings) string {
		for _, f := range []string{"mock_ttft", "mock_itl", "mock_osl", "mock_faults"} {
			if s.Given(f) && !s.bool("mock") {
				return fmt.Sprintf("%s needs --mock", s.name(f))
			}
		}
		return ""
	}},
	{"grace", func(s *Settings) string {
		if s.Given("benchmark_grace_period") && !s.Given("benchmark_duration") {
			return fmt.Sprintf("%s needs --benchmark-duration: a grace period follows a duration", s.name("benchmark_grace_period"))
		}
		return ""
	}},
	{"warm-up grace", func(s *Settings) string {
		switch {
		case !s.Given("warmup_grace_period") || s.Given("warmup_duration"):
			return ""
		case warmupTrigger(s) == "":
			return fmt.Sprintf("%s has no warm-up to act on: warm-up runs only with --warmup-duration, --warmup-request-count or --num-warmup-sessions", s.name("warmup_grace_period"))
		default:
			return fmt.Sprintf("%s needs --warmup-duration: a grace period follows a duration", s.name("warmup_grace_period"))
		}
	}},
	{"dataset format", func(s *Settings) string {
		if s.Given("custom_dataset_type") && !s.has("input_file") {
			return fmt.Sprintf("%s needs --input-file", s.name("custom_dataset_type"))
		}
		return ""
	}},
	{"synthetic only", func(s *Settings) string {
		if !s.has("input_file") {
			return ""
		}
		for _, f := range syntheticOnly {
			if s.Given(f) {
				return fmt.Sprintf("%s shapes synthetic prompts and cannot stand with %s", s.name(f), s.name("input_file"))
			}
		}
		return ""
	}},
	{"spread of the output length", func(s *Settings) string {
		if s.Given("prompt_output_tokens_stddev") && !s.Given("prompt_output_tokens_mean") {
			return fmt.Sprintf("%s needs --osl", s.name("prompt_output_tokens_stddev"))
		}
		return ""
	}},
	{"endpoint path", func(s *Settings) string {
		if s.Given("custom_endpoint") && !strings.HasPrefix(s.str("custom_endpoint"), "/") {
			return fmt.Sprintf("%s %s: must start with a slash", s.name("custom_endpoint"), quote(s.str("custom_endpoint")))
		}
		return ""
	}},
}

// syntheticOnly are fields without meaning when prompts come from a file.
var syntheticOnly = []string{
	"prompt_input_tokens_mean", "prompt_input_tokens_stddev", "conversation_turn_mean", "conversation_turn_stddev",
	"conversation_turn_delay_mean", "conversation_turn_delay_stddev", "conversation_turn_delay_ratio",
	"prompt_prefix_pool_size", "prompt_prefix_length", "prompt_batch_size",
}

// advice is what a run goes on with, but the user should know.
type advice struct {
	name string
	say  func(s *Settings) string
}

var advices = []advice{
	{"pattern without rate", func(s *Settings) string {
		if s.Given("arrival_pattern") && !s.has("request_rate") {
			return fmt.Sprintf("%s has no effect without --request-rate", s.name("arrival_pattern"))
		}
		return ""
	}},
	{"burst with rate", func(s *Settings) string {
		if s.Given("arrival_pattern") && s.str("arrival_pattern") == "concurrency_burst" && s.has("request_rate") {
			return fmt.Sprintf("%s concurrency_burst has no rate; with %s arrivals are poisson", s.name("arrival_pattern"), s.name("request_rate"))
		}
		return ""
	}},
	{"warm-up without trigger", func(s *Settings) string {
		if warmupTrigger(s) != "" {
			return ""
		}
		for _, f := range []string{"warmup_concurrency", "warmup_request_rate", "warmup_arrival_pattern"} {
			if s.Given(f) {
				return fmt.Sprintf("%s has no effect: warm-up runs only with --warmup-duration, --warmup-request-count or --num-warmup-sessions", s.name(f))
			}
		}
		return ""
	}},
	{"output length not guaranteed", func(s *Settings) string {
		if !s.Given("prompt_output_tokens_mean") {
			return ""
		}
		for _, p := range get[[]Pair](s, "extra_inputs") {
			if p.Key == "ignore_eos" || p.Key == "min_tokens" {
				return ""
			}
		}
		return fmt.Sprintf("%s only limits the output: a server may stop earlier; --extra-inputs ignore_eos:true or min_tokens:N asks for full length", s.name("prompt_output_tokens_mean"))
	}},
	{"more slots than requests", func(s *Settings) string {
		n := s.int("request_count")
		if n == 0 && !hasStop(s) {
			n = DefaultRequests
		}
		if c := s.int("concurrency"); n > 0 && c > n {
			return fmt.Sprintf("%s %d is more than the %d requests of this run: not every slot will be used", s.name("concurrency"), c, n)
		}
		return ""
	}},
}

func conflict(a, b, why string) func(*Settings) string {
	return func(s *Settings) string {
		if s.Given(a) && s.Given(b) {
			return fmt.Sprintf("%s and %s cannot stand together: %s", s.name(a), s.name(b), why)
		}
		return ""
	}
}

// noSweeps refuses comma lists that ask for a parameter sweep.
func noSweeps(s *Settings) string {
	for _, g := range s.given {
		if g.Option.Argv != Sweep {
			continue
		}
		switch s.Value(g.Option.Field).(type) {
		case []int64, []float64:
			return fmt.Sprintf("%s %s asks for a parameter sweep, which is not supported in this version; give one value", g.Name, g.Tokens[0])
		}
	}
	return ""
}

// noUnsupported refuses options and values that this version knows but does not do. Switching a flag off that is off asks for nothing.
func noUnsupported(s *Settings) string {
	for _, g := range s.given {
		o := g.Option
		v := s.Value(o.Field)
		switch {
		case o.State == Refused:
			if o.Type == Bool && o.Default == "false" && v == false {
				continue
			}
			return fmt.Sprintf("%s is not supported in this version: it belongs to %s", g.Name, o.Why)
		case o.Only != "" && !among(o, v):
			return fmt.Sprintf("%s %v is not supported in this version: it belongs to %s (supported: %s)", g.Name, v, o.Why, strings.Join(list(o.Only), ", "))
		}
	}
	return ""
}

// among tells whether a value is one of those that work.
func among(o *Option, v any) bool {
	for want := range strings.FieldsSeq(o.Only) {
		switch have := v.(type) {
		case string:
			if have == want {
				return true
			}
		case bool:
			if want == fmt.Sprint(have) {
				return true
			}
		default:
			if w, err := parseFloat(want); err == nil && w == number(have) {
				return true
			}
		}
	}
	return false
}

// lateBounds checks what the parser lets through because it may be swept.
func lateBounds(s *Settings) string {
	for _, g := range s.given {
		if g.Option.LateBounds == "" || s.Value(g.Option.Field) == nil {
			continue
		}
		if err := checkBounds(g.Option.LateBounds, number(s.Value(g.Option.Field))); err != nil {
			return fmt.Sprintf("%s %v: %s", g.Name, s.Value(g.Option.Field), err)
		}
	}
	return ""
}

func number(v any) float64 {
	switch n := v.(type) {
	case int64:
		return float64(n)
	case float64:
		return n
	}
	return math.NaN()
}

func hasStop(s *Settings) bool {
	return s.has("request_count") || s.has("conversation_num") || s.has("benchmark_duration")
}

// warmupTrigger names a field that asks for a warm-up.
func warmupTrigger(s *Settings) string {
	for _, f := range []string{"warmup_request_count", "warmup_duration", "warmup_num_sessions"} {
		if s.has(f) {
			return f
		}
	}
	return ""
}

// inert lists what was given without anything to act on, one sentence each.
func inert(s *Settings) []string {
	var out []string
	for _, g := range s.given {
		if g.Option.State == Inert {
			out = append(out, fmt.Sprintf("%s has no effect: %s", g.Name, g.Option.Why))
		}
	}
	return out
}
