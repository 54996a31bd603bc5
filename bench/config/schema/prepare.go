// Rewriting shorthand forms of a mapping into the one form the tables know.

package schema

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aiperf-go/aiperf/bench/config/doc"
)

// preparers rewrite a mapping before its keys are checked; keyed by class name. The node given is not changed; nil follows a reported mistake.
var preparers = map[string]func(c *checker, path string, n *doc.Node) *doc.Node{
	"Config":        (*checker).envelope,
	"Benchmark":     (*checker).body,
	"Endpoint":      (*checker).endpoint,
	"Dataset":       (*checker).dataset,
	"Phase":         (*checker).phase,
	"Peak":          (*checker).peak,
	"Dist":          (*checker).dist,
	"SequenceShare": (*checker).sequenceShare,
	"Tokenizer":     (*checker).tokenizer,
	"GPUTelemetry":  urlShorthand,
	"ServerMetrics": urlShorthand,
}

// flatKeys are the body keys that may stand at the top level, in the spellings they may have there.
var flatKeys = strings.Fields("model models endpoint dataset datasets phases artifacts slos tokenizer gpu_telemetry gpuTelemetry server_metrics serverMetrics runtime logging metrics accuracy")

// FlatKeys lists the body keys that a document may have at its top level, snake_case and camelCase.
func FlatKeys() []string { return slices.Clone(flatKeys) }

// envelope moves a flat document's body keys under "benchmark", and knows the top-level keys.
func (c *checker) envelope(path string, root *doc.Node) *doc.Node {
	if root == nil || root.Kind != doc.Map {
		return root
	}
	root = shallow(root)
	var flat []string
	for _, m := range root.Members {
		if slices.Contains(flatKeys, m.Key) {
			flat = append(flat, m.Key)
		}
	}
	if len(flat) > 0 && (root.Get("benchmark") == nil || root.Get("benchmark").Kind == doc.Map) {
		body := at(root, &doc.Node{Kind: doc.Map})
		if b := root.Get("benchmark"); b != nil {
			body = shallow(b)
		}
		for _, k := range flat {
			m := *root.Member(k)
			root.Delete(k)
			if k == "dataset" {
				m.Value = namedMain(m.Value)
			}
			if body.Get(k) == nil {
				body.Members = append(body.Members, m)
			} else {
				c.warn("the top-level key %s is ignored because benchmark.%s is given", k, k)
			}
		}
		root.Set("benchmark", body)
		c.warn("the top-level keys %s belong under 'benchmark:'; they were read as if they stood there", strings.Join(flat, ", "))
	}
	return root
}

// namedMain names the dataset of a flat document.
func namedMain(n *doc.Node) *doc.Node {
	if n.Kind != doc.Map || n.Get("name") != nil {
		return n
	}
	out := shallow(n)
	out.Members = append([]doc.Member{{Key: "name", Pos: n.Pos, Value: at(n, doc.Of("main"))}}, out.Members...)
	return out
}

// shallow copies a mapping without copying its values.
func shallow(n *doc.Node) *doc.Node {
	out := *n
	out.Members = slices.Clone(n.Members)
	return &out
}

// rename moves a key to another name, in its place.
func rename(n *doc.Node, from, to string, v *doc.Node) {
	m := n.Member(from)
	m.Key, m.Value = to, v
}

// body writes singular keys and phase shorthands out.
func (c *checker) body(path string, n *doc.Node) *doc.Node {
	if n.Kind != doc.Map {
		return n
	}
	n = shallow(n)
	for _, pair := range [][2]string{{"model", "models"}, {"dataset", "datasets"}} {
		if one := n.Get(pair[0]); one != nil && n.Get(pair[1]) != nil {
			c.fail(one, path, "keep one of them", "'%s' cannot be used with '%s'", pair[0], pair[1])
			return nil
		}
	}
	if one := n.Get("model"); one != nil {
		rename(n, "model", "models", one)
	}
	if m := n.Get("models"); m != nil {
		n.Set("models", c.modelsForm(join(path, "models"), m))
	}
	if one := n.Get("dataset"); one != nil {
		v := one
		if one.Kind == doc.Map && one.Get("name") == nil {
			v = shallow(one)
			v.Members = append([]doc.Member{{Key: "name", Pos: one.Pos, Value: at(one, doc.Of("default"))}}, v.Members...)
		}
		rename(n, "dataset", "datasets", at(one, &doc.Node{Kind: doc.List, Items: []*doc.Node{v}}))
	}
	if !c.datasets(path, n) || !c.phaseSiblings(path, n) || !c.phasesForm(path, n) {
		return nil
	}
	return n
}

// modelsForm writes a name or a list of names out. The first entry tells that a list is one of names.
func (c *checker) modelsForm(path string, n *doc.Node) *doc.Node {
	items := []*doc.Node{n}
	switch n.Kind {
	case doc.Map:
		return n
	case doc.List:
		if len(n.Items) == 0 {
			c.fail(n, path, "name at least one model", "is an empty list")
			return reported
		}
		if items = n.Items; items[0].Kind != doc.String {
			c.fail(n, path, "write models: [NAME, ...], or models: {items: [{name: NAME}, ...]}", "must be a list of names, or a mapping with items; the list begins with %s", show(items[0]))
			return reported
		}
	case doc.Bool, doc.Int, doc.Float:
		c.fail(n, path, fmt.Sprintf("write model: %q", scalarText(n)), "must be text (put it in quotes), not %s", show(n))
		return reported
	case doc.Null:
		c.fail(n, path, "name the model as the server does", "must be text, not null")
		return reported
	}
	out := &doc.Node{Kind: doc.List, Items: make([]*doc.Node, len(items))}
	for i, x := range items {
		out.Items[i] = at(x, doc.NewMap("name", x))
	}
	return at(n, doc.NewMap("items", at(n, out)))
}

// reported stands for a value whose mistake was told already.
var reported = &doc.Node{}

// datasets checks the shape of the list.
func (c *checker) datasets(path string, n *doc.Node) bool {
	list := n.Get("datasets")
	if list == nil {
		return true
	}
	path = join(path, "datasets")
	wrong := func() bool { n.Set("datasets", reported); return true }
	if list.Kind != doc.List {
		c.fail(list, path, "write datasets: [{name: main, type: synthetic, ...}], or dataset: {type: synthetic, ...}", "must be a list of named datasets, not %s", show(list))
		return wrong()
	}
	for _, x := range list.Items {
		if x.Kind != doc.Map {
			c.fail(x, path, "write datasets: [{name: main, type: synthetic, ...}]", "must hold mappings, not %s", show(x))
			return wrong()
		}
		if x.Get("name") == nil {
			c.fail(x, path, "add name: main", "has an entry without a name")
			return wrong()
		}
	}
	return true
}

// phaseSiblings makes a list of the keys warmup and profiling.
func (c *checker) phaseSiblings(path string, n *doc.Node) bool {
	warmup, profiling := n.Get("warmup"), n.Get("profiling")
	if warmup == nil && profiling == nil {
		return true
	}
	for _, k := range []string{"warmup", "profiling"} {
		if v := n.Get(k); v != nil && n.Get("phases") != nil {
			c.fail(v, path, "move it into the list of phases", "'%s' cannot be used with 'phases'", k)
			return false
		}
	}
	if profiling == nil {
		c.fail(warmup, path, "add profiling: {...}", "'warmup' needs 'profiling': a warmup alone gives no results")
		return false
	}
	list := at(profiling, &doc.Node{Kind: doc.List})
	for _, k := range []string{"warmup", "profiling"} {
		if v := n.Get(k); v != nil {
			list.Items = append(list.Items, namedPhase(v, k))
		}
	}
	if warmup != nil {
		rename(n, "warmup", "phases", list)
		n.Delete("profiling")
	} else {
		rename(n, "profiling", "phases", list)
	}
	return true
}

// namedPhase gives a phase written without a name the name and the kind of its key.
func namedPhase(n *doc.Node, name string) *doc.Node {
	if n.Kind != doc.Map {
		return n
	}
	out := shallow(n)
	add := func(key string) {
		switch old := out.Get(key); {
		case old == nil:
			out.Members = append(out.Members, doc.Member{Key: key, Pos: n.Pos, Value: at(n, doc.Of(name))})
		case old.Kind == doc.Null && key == "kind":
			out.Set(key, at(old, doc.Of(name)))
		}
	}
	add("name")
	add("kind")
	return out
}

// phasesForm takes one phase written as a mapping.
func (c *checker) phasesForm(path string, n *doc.Node) bool {
	phases := n.Get("phases")
	switch {
	case phases == nil || phases.Kind == doc.List:
	case phases.Kind == doc.Map && phases.Get("type") != nil:
		n.Set("phases", at(phases, &doc.Node{Kind: doc.List, Items: []*doc.Node{namedPhase(phases, "profiling")}}))
	case phases.Kind == doc.Map:
		c.fail(phases, join(path, "phases"), "write a list of phases: - {name: profiling, type: concurrency, ...}, or one mapping with a type", "must be a list of named phases")
		n.Set("phases", reported)
	default:
		c.fail(phases, join(path, "phases"), "write - {name: profiling, type: concurrency, ...}", "must be a list of named phases, not %s", show(phases))
		n.Set("phases", reported)
	}
	return true
}

// endpoint takes url for urls, and derives the type from a template.
func (c *checker) endpoint(path string, n *doc.Node) *doc.Node {
	if n.Kind != doc.Map {
		return n
	}
	n = shallow(n)
	if u := n.Get("url"); u != nil {
		if n.Get("urls") != nil {
			n.Delete("url")
			c.warn("%s: url is ignored because urls is given", path)
		} else {
			switch u.Kind {
			case doc.String:
				u = at(u, &doc.Node{Kind: doc.List, Items: []*doc.Node{u}})
			case doc.Bool, doc.Int, doc.Float:
				port := int64(8000)
				if i, ok := u.Value.(int64); ok {
					port = i
				}
				c.fail(u, join(path, "urls"), fmt.Sprintf("write url: \"http://localhost:%d\"", port), "url must be text (an address in quotes), not %s", show(u))
				u = reported
			}
			rename(n, "url", "urls", u)
		}
	}
	if n.Get("template") != nil && n.Get("template").Kind != doc.Null && n.Get("type") == nil {
		n.Set("type", at(n.Get("template"), doc.Of("template")))
	}
	return n
}

// urlShorthand takes a text for one url, and url for urls.
func urlShorthand(c *checker, path string, n *doc.Node) *doc.Node {
	switch {
	case n.Kind == doc.String:
		return at(n, doc.NewMap("enabled", at(n, doc.Of(true)), "urls", at(n, &doc.Node{Kind: doc.List, Items: []*doc.Node{n}})))
	case n.Kind == doc.Map && n.Get("url") != nil && n.Get("urls") == nil:
		out := shallow(n)
		u := n.Get("url")
		if u.Kind == doc.String {
			u = at(u, &doc.Node{Kind: doc.List, Items: []*doc.Node{u}})
		}
		rename(out, "url", "urls", u)
		return out
	}
	return n
}

// dataset hoists isl and osl of a synthetic dataset into its prompts.
func (c *checker) dataset(path string, n *doc.Node) *doc.Node {
	if n.Kind != doc.Map {
		return n
	}
	n = shallow(n)
	c.dropInternal(path, n, "entries_explicit", "_entries_explicit")
	if t := n.Get("type"); t != nil && t.Value != "synthetic" {
		return n
	}
	for _, k := range []string{"isl", "osl"} {
		short := n.Get(k)
		if short == nil {
			continue
		}
		prompts := n.Get("prompts")
		switch {
		case prompts == nil:
			prompts = at(short, &doc.Node{Kind: doc.Map})
		case prompts.Kind != doc.Map:
			n.Delete(k)
			continue
		default:
			prompts = shallow(prompts)
		}
		n.Delete(k)
		if own := prompts.Get(k); own == nil {
			prompts.Members = append(prompts.Members, doc.Member{Key: k, Pos: short.Pos, Value: short})
		} else if own.Kind == doc.Map && short.Kind == doc.Map {
			merged := shallow(short)
			for _, m := range own.Members {
				if merged.Get(m.Key) != nil {
					c.warn("%s: %s.%s is ignored because prompts.%s.%s is given", path, k, m.Key, k, m.Key)
				}
				merged.Set(m.Key, m.Value)
			}
			prompts.Set(k, merged)
		} else {
			c.warn("%s: %s is ignored because prompts.%s is given", path, k, k)
		}
		n.Set("prompts", prompts)
	}
	return n
}

// sequenceShare folds isl_stddev and osl_stddev into plain lengths.
func (c *checker) sequenceShare(path string, n *doc.Node) *doc.Node {
	if n.Kind != doc.Map {
		return n
	}
	n = shallow(n)
	for _, k := range []string{"isl", "osl"} {
		dev, mean := n.Get(k+"_stddev"), n.Get(k)
		if dev == nil || mean == nil || n.Get(camel(k+"_stddev")) != nil {
			continue
		}
		n.Delete(k + "_stddev")
		switch {
		case dev.Kind == doc.Null:
		case mean.Kind == doc.Map:
			c.warn("%s: %s_stddev is ignored because %s is written as a distribution; put stddev into it", path, k, k)
		default:
			n.Set(k, at(mean, doc.NewMap("mean", mean, "stddev", dev)))
		}
	}
	return n
}

// tokenizer drops the names a run fills in itself.
func (c *checker) tokenizer(path string, n *doc.Node) *doc.Node {
	if n.Kind != doc.Map {
		return n
	}
	n = shallow(n)
	c.dropInternal(path, n, "resolved_names", "resolvedNames")
	return n
}

// dropInternal takes keys out that the original program keeps for itself but accepts from anybody.
func (c *checker) dropInternal(path string, n *doc.Node, keys ...string) {
	for _, k := range keys {
		if v := n.Get(k); v != nil && (v.Kind == doc.Map || v.Kind == doc.Bool) {
			n.Delete(k)
			c.warn("%s: %s is set by the program itself and is ignored", path, k)
		}
	}
}
