// Advice: what a run goes on with, but its user should know. One row, one sentence.
package config

import (
	"fmt"

	"github.com/aiperf-go/aiperf/bench"
	"github.com/aiperf-go/aiperf/metrics"
)

type advice struct {
	name string
	say  func(p *Profile) string
}

var advices = []advice{
	{"pattern without rate", func(p *Profile) string {
		s := p.Settings
		if s.Given("arrival_pattern") && p.profiling().Rate == 0 {
			return fmt.Sprintf("%s has no effect without --request-rate", s.name("arrival_pattern"))
		}
		return ""
	}},
	{"burst with rate", func(p *Profile) string {
		s := p.Settings
		if s.Given("arrival_pattern") && s.str("arrival_pattern") == "concurrency_burst" && s.has("request_rate") {
			return fmt.Sprintf("%s concurrency_burst has no rate; with %s arrivals are poisson", s.name("arrival_pattern"), s.name("request_rate"))
		}
		return ""
	}},
	{"warm-up without trigger", func(p *Profile) string {
		s := p.Settings
		if len(p.Phases) > 1 {
			return ""
		}
		for _, f := range []string{"warmup_concurrency", "warmup_request_rate", "warmup_arrival_pattern"} {
			if s.Given(f) {
				return fmt.Sprintf("%s has no effect: warm-up runs only with --warmup-duration, --warmup-request-count or --num-warmup-sessions", s.name(f))
			}
		}
		return ""
	}},
	{"output length not guaranteed", func(p *Profile) string {
		if p.Data.OSLMean == 0 || p.Data.File != "" && !p.Settings.Given("prompt_output_tokens_mean") {
			return ""
		}
		for _, f := range p.Extra {
			if f.Key == "ignore_eos" || f.Key == "min_tokens" {
				return ""
			}
		}
		name := "the configured osl"
		if p.Settings.Given("prompt_output_tokens_mean") {
			name = p.Settings.name("prompt_output_tokens_mean")
		}
		return name + " only limits the output: a server may stop earlier; --extra-inputs ignore_eos:true or min_tokens:N asks for full length"
	}},
	{"more slots than requests", func(p *Profile) string {
		for _, ph := range p.Phases {
			if ph.Kind == metrics.Profiling && ph.Requests > 0 && ph.Concurrency > ph.Requests {
				return fmt.Sprintf("concurrency %d is more than the %d requests of this run: not every slot will be used", ph.Concurrency, ph.Requests)
			}
		}
		return ""
	}},
}

// profiling is the phase that is measured.
func (p *Profile) profiling() bench.Phase {
	for _, ph := range p.Phases {
		if ph.Kind == metrics.Profiling {
			return ph
		}
	}
	return bench.Phase{}
}
