// input_config: the configuration as result files show it. Only what was set is written, in AIPerf's order, secrets hidden.
package config

import (
	"math"

	"github.com/aiperf-go/aiperf/bench"
	"github.com/aiperf-go/aiperf/metrics"
)

// InputConfig renders the run's configuration as a JSON object.
func (p *Profile) InputConfig() []byte {
	var o object
	s := p.Settings
	var models object
	if s.Given("model_selection_strategy") {
		models.str("strategy", s.str("model_selection_strategy"))
	}
	o.raw("models", models.raw("items", array(new(object).str("name", p.Model).bytes())).bytes())
	o.raw("endpoint", p.endpointConfig())
	o.raw("datasets", array(p.datasetConfig()))
	var phases [][]byte
	for _, ph := range p.Phases {
		phases = append(phases, p.phaseConfig(ph))
	}
	o.raw("phases", array(phases...))
	o.raw("artifacts", p.artifactsConfig())
	o.raw("tokenizer", p.tokenizerConfig())
	off := new(object).flag("enabled", false).bytes()
	o.raw("gpu_telemetry", off)
	o.raw("server_metrics", off)
	o.raw("network_latency", off)
	for _, k := range []string{"otel", "mlflow", "wandb"} {
		o.raw(k, []byte("{}"))
	}
	o.raw("runtime", p.runtimeConfig())
	if s.Given("log_level") || s.bool("verbose") || s.bool("extra_verbose") {
		o.raw("logging", new(object).str("level", p.LogLevel).bytes())
	}
	return o.bytes()
}

func (p *Profile) endpointConfig() []byte {
	var o object
	s := p.Settings
	var urls [][]byte
	for _, u := range p.URLs {
		urls = append(urls, appendString(nil, RedactURL(u)))
	}
	o.raw("urls", array(urls...))
	for _, f := range []struct{ field, key string }{{"url_selection_strategy", "url_strategy"}, {"endpoint_type", "type"}, {"custom_endpoint", "path"}} {
		if s.Given(f.field) {
			o.str(f.key, RedactURL(s.str(f.field)))
		}
	}
	if s.Given("api_key") {
		o.str("api_key", Redacted)
	}
	if s.Given("timeout_seconds") {
		o.float("timeout", s.float("timeout_seconds"))
	}
	if s.Given("streaming") {
		o.flag("streaming", s.bool("streaming"))
	}
	if s.Given("transport") {
		o.str("transport", s.str("transport"))
	}
	if s.Given("connection_reuse_strategy") {
		o.str("connection_reuse", s.str("connection_reuse_strategy"))
	}
	for _, f := range []string{"use_legacy_max_tokens", "use_server_token_count"} {
		if s.Given(f) {
			o.flag(f, s.bool(f))
		}
	}
	if hs := get[[]Header](s, "headers"); len(hs) > 0 {
		var h object
		for _, x := range hs {
			v := x.Value
			if IsSecretName(x.Name) {
				v = Redacted
			}
			h.str(x.Name, v)
		}
		o.raw("headers", h.bytes())
	}
	if es := get[[]Pair](s, "extra_inputs"); len(es) > 0 {
		var e object
		for _, x := range es {
			if IsSecretField(x.Key) {
				e.str(x.Key, Redacted)
				continue
			}
			e.raw(x.Key, x.JSON)
		}
		o.raw("extra", e.bytes())
	}
	if s.Given("request_content_type") {
		o.str("request_content_type", s.str("request_content_type"))
	}
	for _, f := range []string{"wait_for_model_timeout", "wait_for_model_interval"} {
		if s.Given(f) {
			o.float(f, s.float(f))
		}
	}
	if s.Given("wait_for_model_mode") {
		o.str("wait_for_model_mode", s.str("wait_for_model_mode"))
	}
	return o.bytes()
}

func (p *Profile) datasetConfig() []byte {
	var o object
	s, d := p.Settings, p.Data
	o.str("name", "main")
	if d.File != "" {
		o.str("type", "file").str("path", d.File)
		if d.Format != "" {
			o.str("format", d.Format)
		}
		if s.Given("dataset_sampling_strategy") {
			o.str("sampling", s.str("dataset_sampling_strategy"))
		}
	} else {
		o.str("type", "synthetic")
	}
	if d.EntriesGiven {
		o.int("entries", int64(d.Entries))
	}
	if p.SeedGiven {
		o.uint("random_seed", p.Seed)
	}
	osl := length(s, "prompt_output_tokens_mean", "prompt_output_tokens_stddev")
	if d.File != "" {
		if s.Given("prompt_output_tokens_mean") {
			o.raw("osl", osl)
		}
		return o.bytes()
	}
	if s.Given("dataset_sampling_strategy") {
		o.str("sampling", s.str("dataset_sampling_strategy"))
	}
	var prompts object
	prompts.raw("isl", length(s, "prompt_input_tokens_mean", "prompt_input_tokens_stddev"))
	if s.Given("prompt_output_tokens_mean") {
		prompts.raw("osl", osl)
	}
	if s.Given("prompt_batch_size") {
		prompts.int("batch_size", s.int("prompt_batch_size"))
	}
	if s.Given("cache_bust") {
		prompts.raw("cache_bust", new(object).str("target", s.str("cache_bust")).bytes())
	}
	if s.Given("prompt_corpus") {
		prompts.str("corpus", s.str("prompt_corpus"))
	}
	o.raw("prompts", prompts.bytes())
	if s.Given("conversation_turn_mean") || s.Given("conversation_turn_stddev") {
		o.raw("turns", new(object).float("mean", float64(s.int("conversation_turn_mean"))).float("stddev", float64(s.int("conversation_turn_stddev"))).bytes())
	}
	if s.Given("conversation_turn_delay_mean") || s.Given("conversation_turn_delay_stddev") {
		o.raw("turn_delay", new(object).float("mean", s.float("conversation_turn_delay_mean")).float("stddev", s.float("conversation_turn_delay_stddev")).bytes())
	}
	if s.Given("conversation_turn_delay_ratio") {
		o.float("turn_delay_ratio", s.float("conversation_turn_delay_ratio"))
	}
	return o.bytes()
}

func length(s *Settings, mean, stddev string) []byte {
	o := new(object).float("mean", float64(s.int(mean)))
	if s.Given(stddev) {
		o.float("stddev", s.float(stddev))
	}
	return o.bytes()
}

func (p *Profile) tokenizerConfig() []byte {
	s := p.Settings
	o := new(object).str("name", builtin)
	if s.Given("tokenizer_revision") {
		o.str("revision", s.str("tokenizer_revision"))
	}
	for _, f := range []string{"trust_remote_code", "apply_chat_template"} {
		if s.Given(f) {
			o.flag(f, s.bool(f))
		}
	}
	return o.bytes()
}

// runtimeConfig also shows the inert options: files say what was asked for.
func (p *Profile) runtimeConfig() []byte {
	s := p.Settings
	o := new(object).str("ui", p.UI)
	if s.Given("workers_max") {
		o.int("workers", s.int("workers_max"))
	}
	if s.Given("record_processor_service_count") {
		o.int("record_processors", s.int("record_processor_service_count"))
	}
	switch {
	case s.Given("zmq_ipc_path"):
		o.raw("communication", new(object).str("type", "ipc").str("path", s.str("zmq_ipc_path")).bytes())
	case s.Given("zmq_tcp_host"):
		o.raw("communication", new(object).str("type", "tcp").str("host", s.str("zmq_tcp_host")).bytes())
	}
	return o.bytes()
}

func (p *Profile) phaseConfig(ph bench.Phase) []byte {
	var o object
	s := p.Settings
	warm := ph.Kind == metrics.Warmup
	kind := map[bench.Pattern]string{bench.Burst: "concurrency", bench.Constant: "constant", bench.Poisson: "poisson"}[ph.Pattern]
	o.str("name", ph.Name).str("kind", ph.Kind.String()).str("type", kind)
	if warm {
		o.flag("exclude_from_results", true)
	}
	if ph.Requests > 0 {
		o.int("requests", int64(ph.Requests))
	}
	if ph.Duration > 0 {
		o.float("duration", ph.Duration.Seconds())
	}
	if ph.Sessions > 0 {
		o.int("sessions", int64(ph.Sessions))
	}
	if ph.Concurrency > 0 && (warm || s.has("concurrency")) {
		o.int("concurrency", int64(ph.Concurrency))
	}
	if ph.Duration > 0 && (ph.Grace != bench.Unbounded || s.Given("benchmark_grace_period") && !warm || s.Given("warmup_grace_period") && warm) {
		grace := ph.Grace.Seconds()
		if ph.Grace == bench.Unbounded {
			grace = math.Inf(1)
		}
		o.float("grace_period", grace)
	}
	if ph.Rate > 0 {
		o.float("rate", ph.Rate)
	}
	return o.bytes()
}

func (p *Profile) artifactsConfig() []byte {
	var o object
	s, a := p.Settings, p.Artifacts
	o.str("dir", a.Dir)
	if a.Prefix != "" {
		o.str("prefix", a.Prefix)
	}
	if s.Given("export_level") {
		if a.Level == "summary" {
			o.flag("records", false)
		} else {
			o.raw("records", array(appendString(nil, "jsonl")))
		}
		o.flag("raw", a.Level == "raw")
	}
	return o.flag("auto_plot", false).flag("plot_required", false).bytes()
}
