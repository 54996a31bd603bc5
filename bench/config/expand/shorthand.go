// Hints for sweeps over a shorthand form. A path is put into the document as it is written, so phases.profiling.rate does not find its phase
// when phases is one mapping; the body check then complains about the odd result, and the hint says which form to write.

package expand

import (
	"strings"

	"github.com/aiperf-go/aiperf/bench/config/doc"
)

// form is one shorthand and the list form that sweeps.
type form struct {
	path  string               // what the sweep names
	short func(*doc.Node) bool // whether the body is written the short way
	hint  string
}

var forms = [...]form{
	{"phases", func(b *doc.Node) bool { p := b.Get("phases"); return p != nil && p.Kind == doc.Map },
		"a sweep needs phases as a list: phases: [{name: profiling, type: ..., ...}]"},
	{"phases", func(b *doc.Node) bool { return b.Get("profiling") != nil || b.Get("warmup") != nil },
		"a sweep needs phases as a list instead of warmup and profiling: phases: [{name: profiling, type: ..., ...}]"},
	{"datasets", func(b *doc.Node) bool { return b.Get("dataset") != nil },
		"a sweep needs the dataset as a list: datasets: [{name: " + defaultDataset + ", ...}]"},
	{"dataset", func(b *doc.Node) bool { return b.Get("datasets") != nil }, "the document writes datasets: name one of its entries, datasets.NAME..."},
	{"models", func(b *doc.Node) bool { return b.Get("model") != nil }, "the document writes model: sweep model, or write models"},
	{"model", func(b *doc.Node) bool { return b.Get("models") != nil }, "the document writes models: sweep models, or write model"},
}

// formHint finds the form that stands in the way of the values; "" when none does.
func formHint(base, values *doc.Node) string {
	body := base.Get("benchmark")
	for _, f := range forms {
		if !f.short(body) {
			continue
		}
		if values.Get("benchmark").Get(f.path) != nil {
			return f.hint
		}
		for _, m := range values.Members {
			if m.Key == f.path || strings.HasPrefix(m.Key, f.path+".") {
				return f.hint
			}
		}
	}
	return ""
}
