// Rules about telemetry, sinks, runs and searches.
package config

import (
	"fmt"
	"strings"
)

var outputRules = []rule{
	{"gpu telemetry on and off", conflict("gpu_telemetry", "no_gpu_telemetry", "one switches it on, the other off")},
	{"server metrics on and off", conflict("server_metrics", "no_server_metrics", "one switches them on, the other off")},
	{"latency twice", conflict("network_latency_automatic", "network_latency_mean", "one measures it, the other sets it")},
	{"latency interval", func(s *Settings) string {
		f := "network_latency_ping_interval"
		switch {
		case !s.Given(f) || s.bool("network_latency_automatic"):
			return ""
		case s.Given("network_latency_mean"):
			return fmt.Sprintf("%s cannot stand with %s: a given mean is not measured", s.name(f), s.name("network_latency_mean"))
		}
		return s.name(f) + " needs --network-latency-automatic"
	}},
	{"tracking address", func(s *Settings) string { return notEmpty(s, "mlflow_tracking_uri") }},
	{"wandb project", func(s *Settings) string { return notEmpty(s, "wandb_project") }},
}

func notEmpty(s *Settings, field string) string {
	if s.Given(field) && strings.TrimSpace(s.str(field)) == "" {
		return s.name(field) + " must not be empty"
	}
	return ""
}

// sinks are groups of flags that act on one address; over a configuration file it may stand there, under key.
var sinks = []struct{ fields, base, key string }{
	{"stream otel_resource_attributes gen_ai_provider", "otel_url", "otel.metrics_url"},
	{"mlflow_experiment mlflow_run_name mlflow_tags mlflow_parent_run_id mlflow_artifact_globs", "mlflow_tracking_uri", "mlflow.tracking_uri"},
	{"wandb_entity wandb_run_name wandb_tags", "wandb_project", "wandb.project"},
}

const noAddress = "without it there is nowhere to write to"

// sinkRules ask for the address on the command line.
var sinkRules = func() (out []rule) {
	for _, k := range sinks {
		out = append(out, rule{k.base, needs(k.fields, k.base, noAddress)})
	}
	return out
}()

var runRules = []rule{{"several runs", func(s *Settings) string { return severalRuns(s, s.int("num_profile_runs")) }}}

// severalRuns refuses flags that only a series of runs has.
func severalRuns(s *Settings, runs int64) string {
	if got := s.among("set_consistent_seed profile_run_disable_warmup_after_first profile_run_cooldown_seconds"); len(got) > 0 && runs < 2 {
		return s.names(got) + " acts on a series of runs: give --num-profile-runs 2 or more, or drop it"
	}
	return ""
}

// searchFields are the flags that describe a search.
const searchFields = "search_metric search_stat search_direction search_max_iterations search_initial_points search_random_seed search_planner " +
	"optuna_sampler optuna_acquisition optuna_terminator search_percentile_pooling bo_constraint_mode"

var searchRules = []rule{
	{"search and convergence", func(s *Settings) string {
		if s.Given("convergence_metric") && s.Given("search_space") {
			return fmt.Sprintf("%s and %s cannot stand together: one ends a series of runs, the other chooses what to run", s.name("search_space"), s.name("convergence_metric"))
		}
		return ""
	}},
	{"recipe's own", recipeOwns},
	{"search flags", func(s *Settings) string {
		got := s.among(searchFields)
		switch {
		case len(got) == 0 || s.Given("search_space") || s.Given("search_recipe"):
			return ""
		}
		return s.names(got) + " needs --search-space"
	}},
	{"search companions", func(s *Settings) string {
		if !s.Given("search_space") {
			return ""
		}
		for _, f := range []string{"search_metric", "search_direction", "search_max_iterations"} {
			if !s.Given(f) {
				return fmt.Sprintf("%s needs %s", s.name("search_space"), s.table.Field(f).Name())
			}
		}
		return ""
	}},
	{"acquisition", func(s *Settings) string {
		if s.Given("optuna_acquisition") && s.Given("optuna_sampler") && s.str("optuna_sampler") != "botorch" {
			return fmt.Sprintf("%s acts with %s botorch only, got %s", s.name("optuna_acquisition"), s.name("optuna_sampler"), s.str("optuna_sampler"))
		}
		return ""
	}},
	{"one variant", func(s *Settings) string {
		if n := len(s.strs("sweep_variants")); n > 0 && n < fewestVariants {
			return fmt.Sprintf("%s: give it twice or more; one variant is no sweep, use the options themselves", s.name("sweep_variants"))
		}
		return ""
	}},
	{"variants and recipe", conflict("sweep_variants", "search_recipe", "both make the sweep")},
	{"variants and search", conflict("sweep_variants", "search_space", "both make the sweep")},
	{"variants and lists", func(s *Settings) string {
		msg := ""
		if s.Given("sweep_variants") {
			s.table.Each(func(o *Option) {
				if msg == "" && s.Given(o.Field) && isList(s, o.Field) {
					msg = fmt.Sprintf("%s and the list of values of %s cannot stand together: both make the sweep", s.name("sweep_variants"), s.name(o.Field))
				}
			})
		}
		return msg
	}},
}
