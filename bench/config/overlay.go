// Flags over a configuration file: only what was given changes the document; what the file says otherwise stays.
//
//	file ─ canonical (short forms written out where flags go) ─> document ─ given flags, key by key ─> document
//
// Flags that cannot act on what the file declares are refused, never dropped.
package config

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aiperf-go/aiperf/bench/config/doc"
	"github.com/aiperf-go/aiperf/bench/config/schema"
)

// Overlay lays the given flags over a configuration document, whose variables and templates are done. The base is not changed.
func (s *Settings) Overlay(base *doc.Node, at Place) (*doc.Node, []string, error) {
	b := &builder{s: s, at: at, root: base.Clone(), over: true}
	if b.root.Kind != doc.Map {
		return b.root, nil, nil // the document's check says what is wrong
	}
	if err := b.check(overlayRules); err != nil {
		return nil, nil, err
	}
	b.canonical()
	if err := b.checkFile(); err != nil {
		return nil, nil, err
	}
	steps := []func() error{b.searchSpace, b.generic, b.endpoint, b.overDataset, b.overPhases, b.outputs, b.sinks, b.telemetry, b.process, b.runs, b.sweep}
	for _, step := range steps {
		if err := step(); err != nil {
			return nil, nil, err
		}
	}
	return b.root, b.warnings, nil
}

// notWithFile refuses flags that have no place in a configuration file.
func notWithFile(s *Settings) string {
	var got []string
	s.table.Each(func(o *Option) {
		if o.WithYAML == "rejected" && s.Given(o.Field) {
			got = append(got, s.name(o.Field))
		}
	})
	if len(got) == 0 {
		return ""
	}
	return fmt.Sprintf("%s cannot stand with %s: write it in the file, or drop the file", strings.Join(got, ", "), s.name("config_file"))
}

// sameKey refuses two flags for one key of a phase.
func sameKey(s *Settings) string {
	if got := s.among("request_rate user_centric_rate request_rate_series"); len(got) > 1 {
		return fmt.Sprintf("%s set one key of the phase: give one of them", s.names(got))
	}
	return ""
}

// checkFile asks the rules that the file's own values may satisfy.
func (b *builder) checkFile() error {
	for _, k := range sinks {
		if got := b.s.among(k.fields); len(got) > 0 && !b.s.Given(k.base) && isNull(b.body.Find(k.key)) {
			return usagef("%s needs %s: %s", b.s.names(got), b.s.table.Field(k.base).Name(), noAddress)
		}
	}
	runs := b.s.int("num_profile_runs")
	if n := b.root.Find("multi_run.num_runs"); n != nil && !b.s.Given("num_profile_runs") {
		runs = int64(number(n.Value))
	}
	if msg := severalRuns(b.s, runs); msg != "" {
		return usagef("%s", msg)
	}
	if !isNull(b.root.Get("sweep")) {
		if got := b.s.among("search_space search_recipe"); len(got) > 0 {
			return usagef("%s cannot stand with the sweep of the configuration file: drop one of them", b.s.names(got))
		}
	}
	return nil
}

func isNull(n *doc.Node) bool { return n == nil || n.Kind == doc.Null }

// canonical writes out the short forms of the places that flags act on.
func (b *builder) canonical() {
	snakeKeys(b.root, b.s.table)
	var flat []string
	keys := schema.FlatKeys()
	for _, m := range b.root.Members {
		if slices.Contains(keys, m.Key) {
			flat = append(flat, m.Key)
		}
	}
	b.body = b.root.Get("benchmark")
	if b.body == nil {
		b.body = doc.NewMap()
		b.root.Set("benchmark", b.body)
	}
	if b.body.Kind != doc.Map {
		b.body = doc.NewMap() // the document's check says what is wrong with it
	}
	if len(flat) > 0 {
		b.warnings = append(b.warnings, fmt.Sprintf("the top-level keys %s belong under 'benchmark:'; they were read as if they stood there", strings.Join(flat, ", ")))
	}
	name := "default"
	if slices.Contains(flat, "dataset") && b.body.Get("dataset") == nil {
		name = mainDataset // as AIPerf calls it where it stood at the top
	}
	for _, k := range flat {
		v := b.root.Delete(k)
		if b.body.Get(k) == nil { // what stands in its place already wins
			b.body.Set(k, v)
		}
	}
	b.listDataset(name)
	b.listPhases()
	if n := b.body.Get("models"); n != nil && n.Kind == doc.List && b.given("model_selection_strategy") {
		b.body.Set("models", doc.NewMap("items", modelItems(n)))
	}
	if b.given("model_names") {
		b.body.Delete("model")
		if n := b.body.Get("models"); n != nil && n.Kind != doc.Map {
			b.body.Delete("models")
		}
	}
	if e := b.body.Get("endpoint"); e != nil && b.given("urls") {
		e.Delete("url")
	}
}

func modelItems(n *doc.Node) *doc.Node {
	items := &doc.Node{Kind: doc.List}
	for _, x := range n.Items {
		if x.Kind == doc.String {
			x = doc.NewMap("name", x)
		}
		items.Items = append(items.Items, x)
	}
	return items
}

// listDataset turns "dataset:" into a list of one.
func (b *builder) listDataset(name string) {
	d := b.body.Get("dataset")
	if d == nil || d.Kind != doc.Map || b.body.Get("datasets") != nil {
		return
	}
	if d.Get("name") == nil {
		d.Set("name", doc.Of(name))
	}
	b.body.Delete("dataset")
	b.body.Set("datasets", doc.Of([]*doc.Node{d}))
}

// listPhases turns "phases: {...}" and the keys "warmup:" and "profiling:" into a list. A mapping of phases is one phase when it has keys of one.
func (b *builder) listPhases() {
	p := b.body.Get("phases")
	if p != nil && p.Kind == doc.Map {
		if p.Get("type") != nil || p.Get("requests") != nil || p.Get("concurrency") != nil || p.Get("rate") != nil || p.Get("duration") != nil {
			b.body.Set("phases", doc.Of([]*doc.Node{withName(p, "profiling")}))
		}
		return
	}
	if p != nil {
		return
	}
	var list []*doc.Node
	for _, name := range []string{"warmup", "profiling"} {
		if n := b.body.Get(name); n != nil && n.Kind == doc.Map {
			b.body.Delete(name)
			list = append(list, withName(n, name))
		}
	}
	if list != nil {
		b.body.Set("phases", doc.Of(list))
	}
}

func withName(n *doc.Node, name string) *doc.Node {
	if n.Get("name") == nil {
		n.Set("name", doc.Of(name))
	}
	return n
}

// snakeKeys writes the keys that flags may set in the one spelling they are set in. Keys that users choose stay as they are.
func snakeKeys(root *doc.Node, t *Table) {
	known := map[string]string{}
	add := func(key string) {
		if camel := camelCase(key); camel != key {
			known[camel] = key
		}
	}
	t.Each(func(o *Option) {
		for path := range strings.FieldsSeq(o.YAML) {
			for part := range strings.SplitSeq(path, ".") {
				part, _, _ = strings.Cut(part, "[")
				add(part)
			}
		}
	})
	for _, key := range []string{"multi_run", "rate_series", "exclude_from_results"} {
		add(key)
	}
	var walk func(n *doc.Node)
	walk = func(n *doc.Node) {
		for _, x := range n.Items {
			walk(x)
		}
		for i := range n.Members {
			m := &n.Members[i]
			if snake := known[m.Key]; snake != "" && n.Get(snake) == nil {
				m.Key = snake
			}
			switch m.Key {
			case "headers", "extra", "variables", "plot", "values", "sweep", "filters", "slos":
			default:
				walk(m.Value)
			}
		}
	}
	walk(root)
}

func camelCase(key string) string {
	parts := strings.Split(key, "_")
	for i := 1; i < len(parts); i++ {
		if parts[i] != "" {
			parts[i] = strings.ToUpper(parts[i][:1]) + parts[i][1:]
		}
	}
	return strings.Join(parts, "")
}
