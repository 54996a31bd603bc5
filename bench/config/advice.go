// Advice: what a run goes on with, but its user should know. One row, one sentence.
package config

import (
	"fmt"
	"slices"

	"github.com/aiperf-go/aiperf/bench"
	"github.com/aiperf-go/aiperf/metrics"
)

type advice struct {
	name string
	say  func(p *Profile) string
}

// advices are asked in order, those about the data last (advice_data.go).
var advices = slices.Concat(loadAdvices, dataAdvices)

var loadAdvices = []advice{
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
	{"smoothness of the warm-up", func(p *Profile) string {
		s := p.Settings
		warm := p.phase(metrics.Warmup)
		if !s.Given("arrival_smoothness") || warm.Rate == 0 || warm.Pattern == bench.Gamma {
			return ""
		}
		return fmt.Sprintf("%s shapes the measured phase alone, as in AIPerf; --warmup-arrival-pattern gamma gives the warm-up the same arrivals", s.name("arrival_smoothness"))
	}},
	{"pattern of a warm-up without rate", func(p *Profile) string {
		s := p.Settings
		if warm := p.phase(metrics.Warmup); !s.Given("warmup_arrival_pattern") || warm.Name == "" || warm.Pattern != bench.Burst {
			return ""
		}
		return fmt.Sprintf("%s has no effect without a rate: --warmup-request-rate or --request-rate sets one", s.name("warmup_arrival_pattern"))
	}},
	{"output length not guaranteed", func(p *Profile) string {
		if !p.Data.limits() || p.Data.File != "" && !p.Settings.Given("prompt_output_tokens_mean") {
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
func (p *Profile) profiling() bench.Phase { return p.phase(metrics.Profiling) }

// phase is the first phase of a kind; the zero value when there is none.
func (p *Profile) phase(kind metrics.PhaseKind) bench.Phase {
	for _, ph := range p.Phases {
		if ph.Kind == kind {
			return ph
		}
	}
	return bench.Phase{}
}
