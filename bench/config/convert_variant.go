// Variants from flags: each is the command line with a few options changed, written as what differs from the base.
package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aiperf-go/aiperf/bench/config/doc"
)

// fewestVariants: one variant is no sweep.
const fewestVariants = 2

// variants makes a sweep of scenarios; nil without --variant.
func (b *builder) variants() (*doc.Node, error) {
	texts := b.s.strs("sweep_variants")
	if len(texts) == 0 {
		return nil, nil
	}
	runs := &doc.Node{Kind: doc.List}
	for i, text := range texts {
		name, changed, err := b.variant(i, text)
		if err != nil {
			return nil, b.variantError(i, err)
		}
		other := &builder{s: changed, at: b.at, root: doc.NewMap(), body: doc.NewMap(), dataName: b.dataName}
		other.root.Set("benchmark", other.body)
		for _, step := range []func() error{other.generic, other.endpoint, other.dataset, other.phases, other.outputs, other.sinks, other.telemetry, other.process} {
			if err := step(); err != nil {
				return nil, b.variantError(i, err)
			}
		}
		run := doc.NewMap("name", name)
		if d := difference(b.body, other.body); d != nil {
			run.Set("benchmark", d)
		}
		runs.Items = append(runs.Items, run)
	}
	return doc.NewMap("type", "scenarios", "runs", b.mark(runs, "sweep_variants")), nil
}

// variantError counts the variants instead of showing them: their text may hold a key.
func (b *builder) variantError(i int, err error) error {
	return usagef("%s number %d: %s", b.s.name("sweep_variants"), i+1, err)
}

// variant reads [name:] key=value, key=value. Keys are names of options without dashes.
func (b *builder) variant(i int, text string) (string, *Settings, error) {
	name, body := fmt.Sprintf("v%d", i), text
	if head, tail, ok := strings.Cut(text, ":"); ok && !strings.Contains(head, "=") {
		name, body = strings.TrimSpace(head), tail
	}
	if name == "" || strings.TrimSpace(body) == "" {
		return "", nil, fmt.Errorf("must be [name:] key=value, key=value")
	}
	s := &Settings{table: b.s.table, values: b.s.values.Copy(), origin: maps.Clone(b.s.origin)}
	s.given = slices.DeleteFunc(slices.Clone(b.s.given), func(g Given) bool { return g.Option.Field == "sweep_variants" })
	delete(s.origin, "sweep_variants")
	s.values.Delete("sweep_variants")
	seen := map[string]bool{}
	for part := range strings.SplitSeq(body, ",") {
		key, val, ok := strings.Cut(part, "=")
		key, val = strings.TrimSpace(key), strings.TrimSpace(val)
		if !ok {
			return "", nil, fmt.Errorf("%s has no =; write key=value, key=value", quote(strings.TrimSpace(part)))
		}
		o, known := s.table.Lookup("--" + key)
		switch {
		case !known || o.Ours || strings.HasPrefix(key, "-"):
			return "", nil, fmt.Errorf("%s is no option; use names of options without dashes, such as concurrency or isl", quote(key))
		case seen[o.Field]:
			return "", nil, fmt.Errorf("%s is given twice", quote(key))
		}
		seen[o.Field] = true
		v, err := values(o, []Given{{Option: o, Name: key, Tokens: []string{val}, Assign: true}})
		if err != nil {
			return "", nil, err
		}
		if err := s.values.Set(o.Field, v); err != nil {
			return "", nil, fmt.Errorf("set %s: %w", key, err)
		}
		s.origin[o.Field] = Origin{CommandLine, b.s.name("sweep_variants")}
	}
	return name, s, nil
}

// difference is what a second tree sets otherwise than a first; nil when nothing. Lists of named mappings differ by name.
func difference(a, b *doc.Node) *doc.Node {
	if a == nil || a.Kind != b.Kind {
		return b
	}
	switch b.Kind {
	case doc.Map:
		out := doc.NewMap()
		for _, m := range b.Members {
			if d := difference(a.Get(m.Key), m.Value); d != nil {
				out.Set(m.Key, d)
			}
		}
		if len(out.Members) == 0 {
			return nil
		}
		return out
	case doc.List:
		if !named(a) || !named(b) {
			if same(a, b) {
				return nil
			}
			return b
		}
		out := &doc.Node{Kind: doc.List}
		for _, x := range b.Items {
			base := byName(a, value(x, "name"))
			d := difference(base, x)
			if d == nil {
				continue
			}
			if base != nil {
				with := doc.NewMap("name", x.Get("name").Clone())
				with.Members = append(with.Members, d.Members...)
				d = with
			}
			out.Items = append(out.Items, d)
		}
		if len(out.Items) == 0 {
			return nil
		}
		return out
	}
	if same(a, b) {
		return nil
	}
	return b
}

func named(n *doc.Node) bool {
	for _, x := range n.Items {
		if x.Get("name") == nil {
			return false
		}
	}
	return len(n.Items) > 0
}

func byName(n *doc.Node, name any) *doc.Node {
	for _, x := range n.Items {
		if value(x, "name") == name {
			return x
		}
	}
	return nil
}

// same compares values, not places.
func same(a, b *doc.Node) bool {
	if a == nil || b == nil || a.Kind != b.Kind || a.Value != b.Value || len(a.Items) != len(b.Items) || len(a.Members) != len(b.Members) {
		return false
	}
	for i := range a.Items {
		if !same(a.Items[i], b.Items[i]) {
			return false
		}
	}
	for _, m := range a.Members {
		if !same(m.Value, b.Get(m.Key)) {
			return false
		}
	}
	return true
}
