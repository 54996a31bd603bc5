// What an unknown key was meant to be: the nearest known one, another type's, or one of another place.

package schema

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aiperf-go/aiperf/bench/config/doc"
)

// unknown reports a key the mapping does not have.
func (c *checker) unknown(path string, cl *class, typ string, n *doc.Node, m *doc.Member) {
	if c.count >= mostErrors {
		c.count++ // spare the search for a word that nobody will see
		return
	}
	c.failMember(m, path, unknownHint(cl, typ, m.Key), "unknown key")
}

func unknownHint(cl *class, typ, key string) string {
	if hint := foreignHint(cl, typ, key); hint != "" {
		return hint
	}
	return ownHint(cl, typ, key)
}

// ownHint is for a word of this language, misspelt or at the wrong place.
func ownHint(cl *class, typ, key string) string {
	for _, f := range cl.fields {
		if f.key == key || f.camel == key {
			return fmt.Sprintf("%s exists for type %s only, not for %s", f.key, strings.Join(f.types, ", "), typ)
		}
	}
	if near := nearest(cl, typ, key); near != "" {
		return "did you mean " + near + "?"
	}
	if places := homes(snake(key)); len(places) > 0 {
		return snake(key) + " belongs under " + strings.Join(places, " or ")
	}
	return ""
}

// nearest is the key of a mapping that is most like a word; "" when none is like it.
func nearest(cl *class, typ, key string) string {
	known := strings.Fields(shortKeys[cl.name])
	for _, f := range cl.fields {
		if f.has(typ) {
			known = append(known, f.key)
		}
	}
	return doc.Nearest(key, known)
}

// mostHomes is how many places a hint names; a key that stands in more says nothing.
const mostHomes = 3

// homes are the mappings that have a key.
func homes(key string) []string {
	var out []string
	for _, k := range Keys() {
		parent, name, _ := cutLast(k.Path)
		if name == key && parent != "" && !slices.Contains(out, parent) {
			out = append(out, parent)
		}
	}
	if len(out) > mostHomes {
		return nil
	}
	return out
}

func cutLast(path string) (before, last string, ok bool) {
	i := strings.LastIndexByte(path, '.')
	if i < 0 {
		return "", path, false
	}
	return path[:i], path[i+1:], true
}

// didYouMean is a hint that names the nearest word; "" when none is near.
func didYouMean(word string, among []string) string {
	if near := doc.Nearest(word, among); near != "" {
		return "did you mean " + near + "?"
	}
	return ""
}
