// input_config: the configuration as result files show it. Only what was set is written, in AIPerf's order, secrets hidden.
package config

import (
	"slices"

	"github.com/aiperf-go/aiperf/bench/config/doc"
)

// InputConfig renders the run's configuration as a JSON object.
func (p *Profile) InputConfig() []byte {
	b := RedactDocument(p.set, p.Secrets()...).Get("benchmark")
	if p.Mock != nil {
		b.Get("endpoint").Set("urls", doc.Of(p.URLs))
	}
	if t := b.Get("tokenizer"); t != nil && t.Get("name") == nil {
		first(t, "name", doc.Of(builtin))
	}
	if a := b.Get("artifacts"); a != nil {
		a.Delete("dir")
		first(a, "dir", doc.Of(p.Artifacts.Dir))
	}
	if r := b.Get("runtime"); r.Get("ui") != nil {
		r.Set("ui", doc.Of(p.UI))
	}
	return b.JSON()
}

// first puts a key before all others.
func first(n *doc.Node, key string, v *doc.Node) {
	n.Members = slices.Insert(n.Members, 0, doc.Member{Key: key, Value: v})
}
