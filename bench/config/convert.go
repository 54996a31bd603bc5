// Flags to document: the same tree that a configuration file gives, so that everything behind it has one input.
//
//	Settings ─ conflicts (rules_*.go) ─> parts: models, endpoint, dataset, phases, outputs, runs, sweep ─> doc.Node
//	                                       │ one row of the option table = one value at its YAML path
//	                                       └ derived values: small functions in convert_*.go
//
// Only what a flag sets, and what AIPerf itself writes when a flag is missing, stands in the tree. Each node names its flag.
package config

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"

	"github.com/aiperf-go/aiperf/bench/config/doc"
)

// builder makes one document. In a document from flags alone the dataset and the phases are made here; over a configuration file they
// are those of the file.
type builder struct {
	s        *Settings
	at       Place
	root     *doc.Node
	body     *doc.Node // root's benchmark
	data     *doc.Node // the dataset that flags act on
	dataName string
	dataKind string // "synthetic", "file" or "public"
	run      *doc.Node
	warm     *doc.Node // nil without a warm-up
	dims     []dimension
	swept    []axis
	over     bool // flags go over a configuration file
	warnings []string
}

// axis is one comma list: a parameter of a sweep.
type axis struct {
	path   string
	values *doc.Node
}

// derived are the fields with a function of their own; all others are placed by their row. The function stands behind each name.
var derived = fieldSet(
	"config_file model_names urls extra_inputs headers reset_kv_cache server_profiler", // endpoint()
	"goodput export_level auto_plot plot_required",                                     // outputs()
	"otel_url stream otel_resource_attributes mlflow_tags",                             // sinks()
	"server_metrics no_server_metrics server_metrics_formats gpu_telemetry no_gpu_telemetry network_latency_automatic network_latency_mean network_latency_ping_interval", // telemetry()
	"ui_type log_level verbose extra_verbose zmq_tcp_host zmq_ipc_path zmq_dual_bind",                                                                                     // process()
	"convergence_metric convergence_stat convergence_threshold convergence_mode",                                                                                          // runs()
)

func fieldSet(lists ...string) map[string]bool {
	m := map[string]bool{}
	for _, l := range lists {
		for f := range strings.FieldsSeq(l) {
			m[f] = true
		}
	}
	return m
}

// Document makes the configuration that the flags ask for. The second result is what the user should know.
func (s *Settings) Document(at Place) (*doc.Node, []string, error) {
	b := &builder{s: s, at: at, root: doc.NewMap(), body: doc.NewMap(), dataName: mainDataset}
	b.root.Set("benchmark", b.body)
	if err := b.check(flagRules); err != nil {
		return nil, nil, err
	}
	for _, key := range []string{"models", "endpoint", "datasets", "phases", "artifacts"} {
		b.body.Set(key, doc.NewMap()) // AIPerf's order
	}
	steps := []func() error{b.searchSpace, b.generic, b.endpoint, b.dataset, b.phases, b.outputs, b.sinks, b.telemetry, b.process, b.runs, b.sweep}
	for _, step := range steps {
		if err := step(); err != nil {
			return nil, nil, err
		}
	}
	return b.root, b.warnings, nil
}

// given tells whether the user set a field to something.
func (b *builder) given(field string) bool { return b.s.Given(field) && b.s.has(field) }

// check asks rules.
func (b *builder) check(rows []rule) error {
	for _, r := range rows {
		if msg := r.check(b.s); msg != "" {
			return usagef("%s", msg)
		}
	}
	return nil
}

// generic places every given field outside of datasets, phases and sweep that has no function of its own.
func (b *builder) generic() error {
	b.s.table.Each(func(o *Option) {
		if o.Ours || derived[o.Field] || !b.given(o.Field) {
			return
		}
		for path := range strings.FieldsSeq(o.YAML) {
			if strings.ContainsAny(path, "[<*") || path == "sweep" || strings.HasPrefix(path, "sweep.") || b.searching() && path == "random_seed" && o.Field != "random_seed" {
				continue
			}
			put(b.root, path, b.value(o.Field))
		}
	})
	return nil
}

// value is a field's value as a node that names its flag.
func (b *builder) value(field string) *doc.Node {
	return b.mark(toNode(b.s.table.Field(field), b.s.Value(field)), field)
}

// mark names the flag of a field in a node.
func (b *builder) mark(n *doc.Node, field string) *doc.Node {
	if b.s.Given(field) {
		n.From(b.s.Origin(field).String())
	}
	return n
}

// put sets a dotted path, making mappings on the way. A mapping made for flags names them all.
func put(n *doc.Node, path string, v *doc.Node) {
	parts := strings.Split(path, ".")
	for _, key := range parts[:len(parts)-1] {
		next := n.Get(key)
		if next == nil || next.Kind != doc.Map {
			next = doc.NewMap()
			n.Set(key, next)
		}
		if v.Origin != "" && next.Pos.Line == 0 && !slices.Contains(strings.Split(next.Origin, ", "), v.Origin) {
			next.Origin = strings.TrimPrefix(next.Origin+", "+v.Origin, ", ")
		}
		n = next
	}
	n.Set(parts[len(parts)-1], v)
}

// toNode turns a parsed value into a node.
func toNode(o *Option, v any) *doc.Node {
	switch x := v.(type) {
	case string:
		switch {
		case o.Type == Enum && o.Default != "" && o.Default[0] != '"': // numbers to choose from
			if n, err := parseInt(x); err == nil {
				return doc.Of(n)
			}
		}
		return doc.Of(x)
	case []Pair:
		n := doc.NewMap()
		for _, p := range x {
			n.Set(p.Key, jsonNode(p.JSON))
		}
		return n
	case []Header:
		n := doc.NewMap()
		for _, h := range x {
			n.Set(h.Name, doc.Of(h.Value))
		}
		return n
	}
	return doc.Of(v)
}

// file is the path of a file that a flag names.
func (b *builder) file(name string) string {
	if filepath.IsAbs(name) || b.at.Dir == "" {
		return name
	}
	return filepath.Join(b.at.Dir, name)
}

// first takes the first value of a comma list that is swept; the list becomes an axis of the sweep.
func (b *builder) first(field, path string, n *doc.Node) *doc.Node {
	if !isList(b.s, field) {
		return n
	}
	b.swept = append(b.swept, axis{path, n})
	return n.Items[0].Clone()
}

// most is the largest value of a number or a comma list.
func most(n *doc.Node) *doc.Node {
	if n.Kind != doc.List {
		return n
	}
	return slices.MaxFunc(n.Items, func(x, y *doc.Node) int { return cmp.Compare(number(x.Value), number(y.Value)) })
}

// isList tells whether a field holds several values to sweep.
func isList(s *Settings, field string) bool {
	o := s.table.Field(field)
	if o == nil || o.Argv != Sweep {
		return false
	}
	switch s.Value(field).(type) {
	case []int64, []float64:
		return true
	}
	return false
}
