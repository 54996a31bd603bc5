// Merging a scenario's overrides into the document.

package expand

import "github.com/aiperf-go/aiperf/bench/config/doc"

// shapeKeys tell one distribution from another: {mean, median} over {mean, stddev} is a new distribution, not an addition to the old one.
var shapeKeys = [...]string{"stddev", "median", "value", "peaks", "points"}

// merge lays over on base and gives the result; parts of both may become part of it, and neither is changed. Mappings merge key by key, lists
// of named entries merge by name, everything else is replaced.
func merge(base, over *doc.Node) *doc.Node {
	switch {
	case base == nil:
		return over
	case base.Kind == doc.Map && over.Kind == doc.Map:
		if otherShape(base, over) {
			return over
		}
		out := shallow(base)
		for _, m := range over.Members {
			out.Set(m.Key, merge(out.Get(m.Key), m.Value))
		}
		return out
	case namedEntries(base) && namedEntries(over):
		out := shallow(base)
		for _, o := range over.Items {
			mergeEntry(out, o)
		}
		return out
	}
	return over
}

// mergeEntry merges one entry into the first of its name, or adds it.
func mergeEntry(list, over *doc.Node) {
	for i, item := range list.Items {
		if item.Get("name").Value == over.Get("name").Value {
			list.Items[i] = merge(item, over)
			return
		}
	}
	list.Items = append(list.Items, over)
}

// otherShape says whether both mappings show the shape of a distribution, and not the same one.
func otherShape(a, b *doc.Node) bool {
	var inA, inB, differ bool
	for _, key := range shapeKeys {
		x, y := a.Get(key) != nil, b.Get(key) != nil
		inA, inB, differ = inA || x, inB || y, differ || x != y
	}
	return inA && inB && differ
}
