// Blame: which flags a mistake of the document comes from, when it is about a part of it and not about one value.
package config

import (
	"errors"
	"slices"
	"strings"

	"github.com/aiperf-go/aiperf/bench/config/doc"
)

// Blame adds to the errors of a document's check the flags that set what they speak of. An error at a value names its flag already; one at
// a mapping ("prefill_concurrency must be <= concurrency") is given those of the keys it names.
func Blame(root *doc.Node, err error) error {
	var list doc.Errors
	if !errors.As(err, &list) {
		return err
	}
	for _, e := range list {
		if e.Origin != "" || e.Pos.Line > 0 {
			continue
		}
		n := root.Find(e.Path)
		if n == nil {
			continue
		}
		words := strings.FieldsFunc(e.Msg+" "+e.Hint, func(r rune) bool {
			return r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
		})
		var flags []string
		setters(n, words, &flags)
		e.Origin = strings.Join(flags, ", ")
	}
	return list
}

// mostBlamed bounds the flags in one message.
const mostBlamed = 4

// setters collects the flags that set keys of given names, anywhere below a node.
func setters(n *doc.Node, keys []string, out *[]string) {
	for _, x := range n.Items {
		setters(x, keys, out)
	}
	for _, m := range n.Members {
		if o := m.Value.Origin; strings.HasPrefix(o, "-") && !strings.Contains(o, ", ") && slices.Contains(keys, m.Key) && !slices.Contains(*out, o) && len(*out) < mostBlamed {
			*out = append(*out, o)
		}
		setters(m.Value, keys, out)
	}
}
