// The models and the endpoint of a document from flags.
package config

import (
	"strings"

	"github.com/aiperf-go/aiperf/bench/config/doc"
	"github.com/aiperf-go/aiperf/bench/config/files"
)

// endpoint makes what the rows of the endpoint's flags cannot say alone.
func (b *builder) endpoint() error {
	e := child(b.body, "endpoint")
	if b.given("model_names") {
		put(b.body, "models.items", b.models())
	}
	if m := b.body.Get("models"); !b.over && m.Get("items") == nil {
		if !b.s.bool("mock") {
			return usagef("no model given: pass --model NAME (the model name the server expects), or --mock to measure a mock server")
		}
		b.body.Delete("models") // a mock server answers to any name
	}
	if b.given("urls") || !b.over {
		e.Set("urls", b.urls())
	}
	if b.given("headers") {
		merge(e, "headers", b.value("headers"))
	}
	b.extra(e)
	for _, h := range []string{"reset_kv_cache", "server_profiler"} {
		// A hook's own flags switch it on too; the switch alone leaves every detail to the default.
		switch n := e.Get(h); {
		case b.s.bool(h) && (n == nil || n.Kind != doc.Map):
			e.Set(h, b.mark(doc.NewMap(), h))
		case b.s.Given(h) && !b.s.bool(h) && b.over && n != nil:
			e.Set(h, b.mark(doc.Of(nil), h))
		}
	}
	return nil
}

func (b *builder) models() *doc.Node {
	items := &doc.Node{Kind: doc.List}
	for _, name := range b.s.strs("model_names") {
		items.Items = append(items.Items, doc.NewMap("name", name))
	}
	return b.mark(items, "model_names")
}

// urls gives addresses without a scheme http.
func (b *builder) urls() *doc.Node {
	var out []string
	for _, u := range b.s.strs("urls") {
		if !strings.Contains(u, "://") {
			u = "http://" + u
		}
		out = append(out, u)
	}
	return b.mark(doc.Of(out), "urls")
}

// extra takes the template out of the extra inputs: two of their names are not fields of a body but the body itself.
func (b *builder) extra(e *doc.Node) {
	if !b.given("extra_inputs") {
		return
	}
	extra := b.value("extra_inputs")
	if body := extra.Delete("payload_template"); body != nil {
		if name, ok := body.Value.(string); ok {
			if text, err := b.smallFile(name); err == nil {
				body.Value = text
			}
		}
		field := extra.Delete("response_field")
		if old := e.Get("template"); field == nil && old == nil {
			field = doc.Of("text")
		}
		t := doc.NewMap("body", body)
		if field != nil {
			t.Set("response_field", field)
		}
		merge(e, "template", t)
	}
	merge(e, "extra", extra)
}

// mostTemplate bounds the file of a request template: bodies of requests are small.
const mostTemplate = 1 << 20 // bytes

// smallFile reads a text file, when name is one.
func (b *builder) smallFile(name string) (string, error) {
	text, err := files.Read(b.file(name), mostTemplate)
	return string(text), err
}

// child finds or makes a mapping.
func child(n *doc.Node, key string) *doc.Node {
	c := n.Get(key)
	if c == nil || c.Kind != doc.Map {
		c = doc.NewMap()
		n.Set(key, c)
	}
	return c
}

// merge adds the keys of a mapping to those that stand under a key already.
func merge(n *doc.Node, key string, add *doc.Node) {
	old := n.Get(key)
	if old == nil || old.Kind != doc.Map {
		n.Set(key, add)
		return
	}
	for _, m := range add.Members {
		old.Set(m.Key, m.Value)
	}
}
