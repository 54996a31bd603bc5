// What the variations of a sweep share: inline records, which are many and which nobody changes; all else each has of its own.

package expand

import (
	"slices"
	"strings"

	"github.com/aiperf-go/aiperf/bench/config/doc"
)

// records is the key of a dataset whose value variations share.
const records = "records"

// copyOf copies a document, except records without templates: rendering changes its document in place.
func copyOf(n *doc.Node) *doc.Node {
	out := shallow(n)
	for i, x := range out.Items {
		out.Items[i] = copyOf(x)
	}
	for i := range out.Members {
		if m := &out.Members[i]; !shared(m) {
			m.Value = copyOf(m.Value)
		}
	}
	return out
}

// shallow copies a node without copying what it holds.
func shallow(n *doc.Node) *doc.Node {
	out := *n
	out.Items, out.Members = slices.Clone(n.Items), slices.Clone(n.Members)
	return &out
}

func shared(m *doc.Member) bool { return m.Key == records && untemplated(m.Value) }

// untemplated says whether a value holds no template.
func untemplated(n *doc.Node) bool {
	if text, ok := n.Value.(string); ok {
		return !strings.Contains(text, "{{") && !strings.Contains(text, "{%") && !strings.Contains(text, "{#")
	}
	return !slices.ContainsFunc(n.Items, func(x *doc.Node) bool { return !untemplated(x) }) &&
		!slices.ContainsFunc(n.Members, func(m doc.Member) bool { return !untemplated(m.Value) })
}

// owned counts the values of a document that every variation has of its own.
func owned(n *doc.Node) int {
	count := 1
	for _, x := range n.Items {
		count += owned(x)
	}
	for i := range n.Members {
		if m := &n.Members[i]; !shared(m) {
			count += owned(m.Value)
		}
	}
	return count
}

// size counts all values of trees.
func size(trees ...*doc.Node) int {
	count := len(trees)
	for _, n := range trees {
		count += size(n.Items...)
		for _, m := range n.Members {
			count += size(m.Value)
		}
	}
	return count
}

// tooLarge refuses n variations of so many values each.
func tooLarge(sweep *doc.Node, n, each int) error {
	if n < 2 || each <= maxNodes/n {
		return nil
	}
	e := sweep.At("sweep", "%d variations of a document with %d values do not fit into memory: at most %d values in all", n, each, maxNodes)
	e.Hint = "give fewer variations, or put the long lists into a file"
	return e
}
