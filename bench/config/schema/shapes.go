// The shapes of a document without its checks: what may be written short is written out, for whoever lays something over it.

package schema

import (
	"reflect"
	"strconv"

	"github.com/aiperf-go/aiperf/bench/config/doc"
)

// Prepare writes the short forms of a document out (flat documents, model, dataset, phases, url, isl, ...) and every known key in snake_case.
// Single values stay as they are written, and nothing is checked but what decides a shape: that error is doc.Errors. The texts are warnings.
// The document is not changed.
func Prepare(root *doc.Node) (*doc.Node, []string, error) {
	c := &checker{}
	if root == nil {
		root = &doc.Node{Kind: doc.Map}
	}
	out := c.shape("", classOf(reflect.TypeFor[Config]()), root.Clone(), "")
	if c.count > 0 {
		return nil, nil, c.mistakes()
	}
	return out, c.warnings, nil
}

// valueClasses are mappings that stand for one value.
var valueClasses = map[string]bool{"Dist": true, "Peak": true, "SequenceShare": true}

// shape prepares one mapping of a class and those below it.
func (c *checker) shape(path string, cl *class, n *doc.Node, outer string) *doc.Node {
	if valueClasses[cl.name] {
		return n
	}
	if prepare := preparers[cl.name]; prepare != nil {
		if n = prepare(c, path, n); n == nil {
			return &doc.Node{} // reported
		}
	}
	if n.Kind != doc.Map {
		return n
	}
	typ := outer
	if cl.union != nil {
		typ = cl.union.def
		if t := n.Get(cl.union.tag); t != nil {
			typ, _ = t.Value.(string)
		}
	}
	out := shallow(n)
	for i := range out.Members {
		m := &out.Members[i]
		f := cl.find(m.Key, typ)
		if f == nil || f.of != "" {
			continue
		}
		if m.Key != f.key && n.Get(f.key) == nil {
			m.Key = f.key
		}
		inner := structIn(f.goType)
		if inner == nil {
			continue
		}
		if m.Value.Kind != doc.List || f.goType.Kind() != reflect.Slice {
			m.Value = c.shape(join(path, f.key), classOf(inner), m.Value, typ)
			continue
		}
		list := shallow(m.Value)
		list.Items = make([]*doc.Node, len(m.Value.Items))
		for k, x := range m.Value.Items {
			list.Items[k] = c.shape(join(join(path, f.key), strconv.Itoa(k)), classOf(inner), x, typ)
		}
		m.Value = list
	}
	return out
}
