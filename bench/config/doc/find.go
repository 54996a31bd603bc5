// Finding a node by its dotted path.
package doc

import (
	"strconv"
	"strings"
)

// Find follows a dotted path: keys of mappings, indexes of lists. nil when something on the way is missing; "" is the node itself.
func (n *Node) Find(path string) *Node {
	for path != "" && n != nil {
		var key string
		key, path, _ = strings.Cut(path, ".")
		if n.Kind != List {
			n = n.Get(key)
			continue
		}
		i, err := strconv.Atoi(key)
		if err != nil || i < 0 || i >= len(n.Items) {
			return nil
		}
		n = n.Items[i]
	}
	return n
}
