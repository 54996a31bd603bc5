// The flat form of a document: body keys at top level, without benchmark.

package expand

import (
	"github.com/aiperf-go/aiperf/bench/config/doc"
	"github.com/aiperf-go/aiperf/bench/config/schema"
)

// flatDataset is the name a dataset gets that stands at top level without one.
const flatDataset = "main"

// lift gives a copy of the envelope with its body below benchmark; what already stands there wins. A dataset on its own becomes the list form
// on the way, which it does not below benchmark.
func lift(raw *doc.Node) *doc.Node {
	envelope := raw.Clone()
	for _, key := range schema.FlatKeys() {
		v := envelope.Delete(key)
		if v == nil {
			continue
		}
		if key == "dataset" {
			if v.Kind == doc.Map && v.Get("name") == nil {
				v.Set("name", &doc.Node{Kind: doc.String, Value: flatDataset, Pos: v.Pos, Origin: v.Origin})
			}
			key, v = "datasets", &doc.Node{Kind: doc.List, Items: []*doc.Node{v}, Pos: v.Pos, Origin: v.Origin}
		}
		b := envelope.Get("benchmark")
		if b == nil {
			b = &doc.Node{Kind: doc.Map, Pos: raw.Pos, Origin: raw.Origin}
			envelope.Set("benchmark", b)
		}
		if b.Kind == doc.Map && b.Get(key) == nil {
			b.Set(key, v)
		}
	}
	return envelope
}
