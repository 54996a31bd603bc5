// The normalised tree with every default written out.

package schema

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"github.com/aiperf-go/aiperf/bench/config/doc"
)

// Full fills the defaults into a normalised tree: a benchmark body, or a whole document when it has the key "benchmark". Keys without a value stay out.
func Full(n *doc.Node) *doc.Node {
	t := reflect.TypeFor[Benchmark]()
	if n.Get("benchmark") != nil {
		t = reflect.TypeFor[Config]()
	}
	out := fill(classOf(t), n, "")
	if plot := out.Get("plot"); plot != nil && t == reflect.TypeFor[Config]() && n.Find("benchmark.artifacts.auto_plot") == nil {
		out.Find("benchmark.artifacts").Set("auto_plot", doc.Of(true))
	}
	return out
}

func fill(cl *class, n *doc.Node, outer string) *doc.Node {
	typ := outer
	if cl.union != nil {
		typ = typeIn(cl, n)
	}
	out := &doc.Node{Kind: doc.Map, Pos: n.Pos, Origin: n.Origin}
	for _, f := range cl.ordered(typ) {
		v := n.Get(f.key)
		switch {
		case v != nil && v.Kind == doc.Null:
			continue
		case v == nil:
			if v = defaultNode(f, typ); v == nil {
				if f.goType.Kind() != reflect.Struct {
					continue
				}
				v = &doc.Node{Kind: doc.Map}
			}
		}
		out.Members = append(out.Members, doc.Member{Key: f.key, Pos: v.Pos, Value: fillValue(f, v, typ)})
	}
	return out
}

func fillValue(f *field, v *doc.Node, typ string) *doc.Node {
	s := structIn(f.goType)
	switch {
	case s == nil && f.form == "records":
		return v // shared, as the check shares them
	case s == nil:
		return v.Clone()
	}
	cl := classOf(s)
	if v.Kind != doc.List {
		return fill(cl, v, typ)
	}
	out := &doc.Node{Kind: doc.List, Pos: v.Pos, Origin: v.Origin}
	for _, x := range v.Items {
		out.Items = append(out.Items, fill(cl, x, typ))
	}
	return out
}

// typeIn reads the type of a normalised mapping.
func typeIn(cl *class, n *doc.Node) string {
	if cl.union.tag != "" {
		if t, ok := n.Get(cl.union.tag).Value.(string); ok && slices.Contains(cl.union.types, t) {
			return t
		}
		return cl.union.def
	}
	for _, k := range distKeys {
		if n.Get(k.key) != nil {
			return k.typ
		}
	}
	return ""
}

// defaultNode makes the default of a key, in normalised form; nil when it has none.
func defaultNode(f *field, typ string) *doc.Node {
	text, ok := f.def(typ)
	if !ok {
		return nil
	}
	t := f.goType
	for t.Kind() == reflect.Pointer && t != nodeType {
		t = t.Elem()
	}
	if t.Kind() == reflect.String {
		return doc.Of(text)
	}
	var v any
	d := json.NewDecoder(strings.NewReader(strings.ReplaceAll(text, "'", `"`)))
	d.UseNumber()
	if d.Decode(&v) != nil {
		return nil
	}
	n := fromJSON(v)
	switch {
	case t.Name() == "Dist":
		n = doc.NewMap("value", n)
	case t.Kind() == reflect.Float64 && n.Kind == doc.Int:
		n = doc.Of(float64(n.Value.(int64)))
	}
	return n
}

// fromJSON makes a tree of a default; mappings among them have few keys, put in alphabetical order.
func fromJSON(v any) *doc.Node {
	switch x := v.(type) {
	case json.Number:
		if i, err := x.Int64(); err == nil && !strings.ContainsAny(x.String(), ".eE") {
			return doc.Of(i)
		}
		f, _ := x.Float64() // a literal of a struct tag
		return doc.Of(f)
	case []any:
		n := &doc.Node{Kind: doc.List}
		for _, e := range x {
			n.Items = append(n.Items, fromJSON(e))
		}
		return n
	case map[string]any:
		n := &doc.Node{Kind: doc.Map}
		for k, e := range x {
			n.Members = append(n.Members, doc.Member{Key: k, Value: fromJSON(e)})
		}
		slices.SortFunc(n.Members, func(a, b doc.Member) int { return strings.Compare(a.Key, b.Key) })
		return n
	default:
		return doc.Of(v)
	}
}
