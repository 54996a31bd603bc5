// Sweeps from flags: comma lists, variants, searches and recipes. At most one of them makes the sweep of a document.
package config

import (
	"github.com/aiperf-go/aiperf/bench/config/doc"
)

// sweepMeta are flags that shape a sweep whoever made it; a search takes only the pause between its cells.
var sweepMeta = []struct {
	key, field string
	search     bool
}{
	{"iteration_order", "parameter_sweep_mode", false},
	{"same_seed", "parameter_sweep_same_seed", false},
	{"cooldown_seconds", "parameter_sweep_cooldown_seconds", true},
}

// sweep makes the document's sweep, if the flags ask for one.
func (b *builder) sweep() error {
	n, err := b.search()
	if err != nil {
		return err
	}
	if n == nil {
		if n, err = b.recipe(); err != nil {
			return err
		}
	}
	if n == nil {
		if n, err = b.variants(); err != nil {
			return err
		}
	}
	if len(b.swept) > 0 {
		n = b.lists(n)
	}
	if n == nil {
		return nil
	}
	if old := b.root.Get("sweep"); b.over && !isNull(old) && old.Kind == doc.Map {
		for _, a := range b.swept { // over the sweep of a file a list is one more of its axes
			put(old, "parameters", axes(old, a))
		}
		return nil
	}
	adaptive := value(n, "type") == adaptiveSearch
	for _, m := range sweepMeta {
		if b.given(m.field) && (m.search || !adaptive) {
			n.Set(m.key, b.value(m.field))
		}
	}
	b.root.Set("sweep", n)
	return nil
}

// lists adds the axes of comma lists to a sweep.
func (b *builder) lists(n *doc.Node) *doc.Node {
	if n == nil {
		kind := "grid"
		if b.given("sweep_type") {
			kind = b.s.str("sweep_type")
		}
		n = doc.NewMap("type", b.mark(doc.Of(kind), "sweep_type"))
	}
	p := child(n, "parameters")
	for _, a := range b.swept {
		p.Set(a.path, a.values)
		addOrigin(p, a.values.Origin)
	}
	return n
}

// addOrigin notes one more flag that made a mapping.
func addOrigin(n *doc.Node, origin string) {
	if origin == "" || n.Pos.Line > 0 {
		return
	}
	if n.Origin != "" {
		origin = n.Origin + ", " + origin
	}
	n.Origin = origin
}

// axes are the parameters of a sweep with one more.
func axes(sweep *doc.Node, a axis) *doc.Node {
	p := sweep.Get("parameters")
	if p == nil || p.Kind != doc.Map {
		p = doc.NewMap()
	}
	p.Set(a.path, a.values)
	addOrigin(p, a.values.Origin)
	return p
}
