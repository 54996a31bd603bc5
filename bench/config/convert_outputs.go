// What a document from flags says of files, telemetry, sinks and the process.
package config

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/aiperf-go/aiperf/bench/config/doc"
	"github.com/aiperf-go/aiperf/bench/config/files"
)

// outputs makes the artifacts and the service levels.
func (b *builder) outputs() error {
	a := b.part("artifacts")
	if b.given("export_level") {
		level := b.s.str("export_level")
		records := doc.Of(false)
		if level != "summary" {
			records = doc.Of([]string{"jsonl"})
		}
		a.Set("records", b.mark(records, "export_level"))
		a.Set("raw", b.mark(doc.Of(level == "raw"), "export_level"))
	}
	for _, f := range []string{"auto_plot", "plot_required"} { // AIPerf writes both always
		if b.given(f) || !b.over {
			a.Set(f, b.mark(doc.Of(b.s.bool(f)), f))
		}
	}
	if b.given("goodput") {
		merge(b.body, "slos", b.value("goodput"))
	}
	b.dropEmpty("artifacts")
	return nil
}

// part finds or makes a mapping of the benchmark.
func (b *builder) part(key string) *doc.Node { return child(b.body, key) }

// dropEmpty takes away mappings that were made for flags that were not given: over a file they would say something.
func (b *builder) dropEmpty(keys ...string) {
	for _, key := range keys {
		if n := b.body.Get(key); b.over && n != nil && n.Kind == doc.Map && len(n.Members) == 0 && n.Pos.Line == 0 {
			b.body.Delete(key)
		}
	}
}

// sinks makes the places that results are streamed to; AIPerf writes all three always.
func (b *builder) sinks() error {
	otel := b.part("otel")
	if b.given("otel_url") {
		u, err := metricsURL(b.s.str("otel_url"))
		if err != nil {
			return usagef("%s %s: %s", b.s.name("otel_url"), quote(redactURLs(b.s.str("otel_url"))), err)
		}
		otel.Set("metrics_url", b.mark(doc.Of(u), "otel_url"))
	}
	if b.s.Given("stream") {
		on, err := streams(b.s.strs("stream"))
		if err != nil {
			return usagef("%s %s", b.s.name("stream"), err)
		}
		otel.Set("stream_metrics_enabled", b.mark(doc.Of(on[0]), "stream"))
		otel.Set("stream_timing_enabled", b.mark(doc.Of(on[1]), "stream"))
	}
	if b.given("otel_resource_attributes") {
		m := doc.NewMap()
		for _, kv := range b.s.strs("otel_resource_attributes") {
			k, v, ok := strings.Cut(kv, "=")
			if k, v = strings.TrimSpace(k), strings.TrimSpace(v); !ok || k == "" || v == "" {
				return usagef("%s %s: must be key=value, neither of them empty", b.s.name("otel_resource_attributes"), quote(kv))
			}
			m.Set(k, doc.Of(v))
		}
		merge(otel, "custom_resource_attributes", b.mark(m, "otel_resource_attributes"))
	}
	mlflow := b.part("mlflow")
	if b.given("mlflow_tags") {
		tags := &doc.Node{Kind: doc.List}
		for _, p := range get[[]Pair](b.s, "mlflow_tags") {
			tags.Items = append(tags.Items, doc.Of([]*doc.Node{doc.Of(p.Key), jsonNode(p.JSON)}))
		}
		mlflow.Set("tags", b.mark(tags, "mlflow_tags"))
	}
	b.part("wandb")
	b.dropEmpty("otel", "mlflow", "wandb")
	return nil
}

// metricsURL completes an OTLP address: a scheme before it, the standard path behind it.
func metricsURL(s string) (string, error) {
	const path = "/v1/metrics"
	if s = strings.TrimSpace(s); s == "" {
		return "", fmt.Errorf("must not be empty")
	}
	if !strings.Contains(s, "://") {
		s = "http://" + s
	}
	scheme, rest, _ := strings.Cut(s, "://")
	if l := strings.ToLower(scheme); l != "http" && l != "https" {
		return "", fmt.Errorf("must be http or https: OTLP over gRPC is not spoken")
	}
	if host, _, _ := strings.Cut(rest, "/"); host == "" {
		return "", fmt.Errorf("has no host; write host:port or a whole URL")
	}
	if s = strings.TrimRight(s, "/"); !strings.HasSuffix(s, path) {
		s += path
	}
	return s, nil
}

// streams reads --stream: metrics, timing.
func streams(words []string) (on [2]bool, err error) {
	if len(words) == 0 {
		return on, fmt.Errorf("is empty; choose from default, metrics, timing, none")
	}
	none := false
	for _, w := range words {
		switch strings.ToLower(w) {
		case "default":
			on = [2]bool{true, true}
		case "metrics":
			on[0] = true
		case "timing":
			on[1] = true
		case "none":
			none = true
		default:
			return on, fmt.Errorf("%s: must be among default, metrics, timing, none", quote(w))
		}
	}
	if none {
		on = [2]bool{}
	}
	return on, nil
}

// telemetry makes what is measured beside the run.
func (b *builder) telemetry() error {
	if b.over {
		return b.overTelemetry()
	}
	gpu := doc.NewMap("enabled", true)
	if b.s.bool("no_gpu_telemetry") {
		gpu = b.mark(doc.NewMap("enabled", false), "no_gpu_telemetry")
	} else if err := b.gpu(gpu); err != nil {
		return err
	}
	b.body.Set("gpu_telemetry", gpu)

	server := doc.NewMap("enabled", true)
	if b.s.bool("no_server_metrics") {
		server = b.mark(doc.NewMap("enabled", false), "no_server_metrics")
	} else {
		server.Set("urls", b.mark(doc.Of(metricsURLs(b.s.strs("server_metrics"))), "server_metrics"))
		server.Set("formats", b.value("server_metrics_formats"))
	}
	b.body.Set("server_metrics", server)

	net := doc.NewMap("enabled", false)
	b.latency(net)
	b.body.Set("network_latency", net)
	return nil
}

// gpu sorts the items of --gpu-telemetry: a mode, a local collector, a file of metrics, addresses.
func (b *builder) gpu(n *doc.Node) error {
	items := b.s.strs("gpu_telemetry")
	if len(items) == 0 {
		if b.s.Given("gpu_telemetry") {
			b.mark(n, "gpu_telemetry")
		}
		return nil
	}
	name := b.s.name("gpu_telemetry")
	urls, collector, mode, file := []string{}, "dcgm", "summary", ""
	for _, it := range items {
		switch low := strings.ToLower(it); {
		case low == "dashboard":
			mode = "realtime_dashboard"
		case low == "pynvml" || low == "amdsmi":
			if collector != "dcgm" && collector != low {
				return usagef("%s: %s and %s are two local collectors; choose one", name, collector, low)
			}
			collector = low
		case strings.HasSuffix(low, ".csv"):
			if !files.Exists(b.file(it)) {
				return usagef("%s: file of metrics %s not found", name, quote(it))
			}
			file = it
		case strings.HasPrefix(it, "http") || strings.Contains(it, ":"):
			if !strings.HasPrefix(it, "http") {
				it = "http://" + it
			}
			urls = append(urls, it)
		default:
			return usagef("%s %s: must be a DCGM address, a .csv file of metrics, pynvml, amdsmi or dashboard", name, quote(it))
		}
	}
	n.Set("urls", doc.Of(urls))
	n.Set("collector", doc.Of(collector))
	n.Set("mode", doc.Of(mode))
	if file != "" {
		n.Set("metrics_file", doc.Of(cleanPath(file)))
	}
	b.mark(n, "gpu_telemetry")
	return nil
}

// metricsURLs completes addresses of Prometheus pages. Words that are no address are dropped, as AIPerf does.
func metricsURLs(items []string) []string {
	out := []string{}
	for _, it := range items {
		if !strings.HasPrefix(it, "http") && !strings.Contains(it, ":") {
			continue
		}
		if u, err := url.Parse(it); err != nil || u.Scheme != "http" && u.Scheme != "https" {
			it = "http://" + it
		}
		if it = strings.TrimRight(it, "/"); !strings.HasSuffix(it, "/metrics") {
			it += "/metrics"
		}
		out = append(out, it)
	}
	return out
}

// latency writes the flags of the network latency: measured, or given.
func (b *builder) latency(n *doc.Node) {
	switch {
	case b.s.bool("network_latency_automatic"):
		n.Set("enabled", b.mark(doc.Of(true), "network_latency_automatic"))
		n.Set("mean_ms", b.mark(doc.Of(nil), "network_latency_automatic"))
	case b.given("network_latency_mean"):
		n.Set("enabled", b.mark(doc.Of(true), "network_latency_mean"))
		n.Set("mean_ms", b.value("network_latency_mean"))
	}
	if b.given("network_latency_ping_interval") {
		n.Set("ping_interval", b.value("network_latency_ping_interval"))
	}
}

// process makes the user interface, the log level and the message bus.
func (b *builder) process() error {
	r := child(b.body, "runtime")
	if ui := b.ui(); ui != nil && (!b.over || ui.Origin != "" || r.Get("ui") == nil) {
		r.Set("ui", ui)
	}
	switch {
	case b.s.bool("extra_verbose"):
		put(b.body, "logging.level", b.mark(doc.Of("TRACE"), "extra_verbose"))
	case b.s.bool("verbose"):
		put(b.body, "logging.level", b.mark(doc.Of("DEBUG"), "verbose"))
	case b.given("log_level"):
		put(b.body, "logging.level", b.value("log_level"))
	}
	b.bus(r)
	if b.given("api_host") && r.Get("api_port") == nil {
		if !b.at.Vars.Given("AIPERF_API_SERVER_PORT") {
			return usagef("%s needs --api-port: without a port there is no interface", b.s.name("api_host"))
		}
	}
	return nil
}

// ui: a log that says much cannot share the screen with a dashboard, and without a terminal there is none to draw.
func (b *builder) ui() *doc.Node {
	for _, f := range []string{"extra_verbose", "verbose"} {
		if b.s.bool(f) {
			return b.mark(doc.Of("simple"), f)
		}
	}
	switch {
	case !b.given("ui_type"):
		if b.at.Terminal {
			return nil
		}
		return doc.Of("none")
	case b.s.str("ui_type") == "dashboard" && !b.at.Terminal:
		b.warnings = append(b.warnings, b.s.name("ui_type")+" dashboard needs a terminal; using simple")
		return b.mark(doc.Of("simple"), "ui_type")
	}
	return b.value("ui_type")
}

// bus is AIPerf's way between its processes; the narrowest flag decides.
func (b *builder) bus(r *doc.Node) {
	switch {
	case b.given("zmq_ipc_path"):
		r.Set("communication", b.mark(doc.NewMap("type", "ipc", "path", b.value("zmq_ipc_path")), "zmq_ipc_path"))
	case b.given("zmq_tcp_host"):
		r.Set("communication", b.mark(doc.NewMap("type", "tcp", "host", b.value("zmq_tcp_host")), "zmq_tcp_host"))
	case b.s.bool("zmq_dual_bind"):
		r.Set("communication", b.mark(doc.NewMap("type", "dual"), "zmq_dual_bind"))
	}
}

// runs makes the criterion that ends a series of runs; it stands on its metric.
func (b *builder) runs() error {
	if !b.given("convergence_metric") && isNull(b.root.Find("multi_run.convergence")) {
		return nil
	}
	for _, f := range []string{"metric", "stat", "mode", "threshold"} {
		if b.given("convergence_" + f) {
			put(b.root, "multi_run.convergence."+f, b.value("convergence_"+f))
		}
	}
	return nil
}

// overTelemetry lays the given flags over what a file says of telemetry.
func (b *builder) overTelemetry() error {
	if b.s.Given("gpu_telemetry") || b.s.asks("no_gpu_telemetry") {
		n := b.part("gpu_telemetry")
		n.Set("enabled", b.mark(doc.Of(!b.s.bool("no_gpu_telemetry")), b.either("no_gpu_telemetry", "gpu_telemetry")))
		if !b.s.bool("no_gpu_telemetry") {
			add := doc.NewMap()
			if err := b.gpu(add); err != nil {
				return err
			}
			merge(b.body, "gpu_telemetry", add)
		}
	}
	if b.s.Given("server_metrics") || b.s.Given("server_metrics_formats") || b.s.asks("no_server_metrics") {
		n := b.part("server_metrics")
		switch {
		case b.s.bool("no_server_metrics"):
			n.Set("enabled", b.mark(doc.Of(false), "no_server_metrics"))
		case b.s.Given("server_metrics"):
			n.Set("enabled", b.mark(doc.Of(true), "server_metrics"))
			n.Set("urls", b.mark(doc.Of(metricsURLs(b.s.strs("server_metrics"))), "server_metrics"))
		}
		if b.given("server_metrics_formats") {
			n.Set("formats", b.value("server_metrics_formats"))
		}
	}
	if len(b.s.among("network_latency_automatic network_latency_mean network_latency_ping_interval")) > 0 {
		b.latency(b.part("network_latency"))
	}
	if b.body.Get("network_latency") == nil { // AIPerf writes it always
		b.body.Set("network_latency", doc.NewMap("enabled", false))
	}
	return nil
}

// either is the first of two fields that asks for something.
func (b *builder) either(first, second string) string {
	if b.s.asks(first) {
		return first
	}
	return second
}
