// Dotted paths of a sweep: what they name, and how a value is put there.

package expand

import (
	"slices"
	"strconv"
	"strings"

	"github.com/aiperf-go/aiperf/bench/config/doc"
)

// The two phases every document may name.
const (
	profiling = "profiling"
	warmup    = "warmup"
)

// assign puts a value at a path of the envelope: below variables when the path says so, below benchmark otherwise. Mappings that are missing
// on the way are made; an entry of a list is found by its name. What lies on the way is copied, for variations share parts of the document;
// only the envelope itself is changed.
func assign(envelope *doc.Node, path string, value *doc.Node) error {
	segments := strings.Split(path, ".")
	at := envelope
	if segments[0] != "variables" {
		m := envelope.Member("benchmark")
		if m == nil {
			return value.At(path, "cannot be swept: the document has no benchmark")
		}
		m.Value = shallow(m.Value)
		at = m.Value
	}
	for i, segment := range segments {
		if at.Kind == doc.List {
			k, err := entry(at, segments, i, value)
			if err != nil {
				return err
			}
			at.Items[k] = shallow(at.Items[k])
			at = at.Items[k]
			if i < len(segments)-1 {
				continue // the name chose the entry; the next segment is a key of it
			}
		}
		if at.Kind != doc.Map {
			return value.At(path, "cannot be swept: %s is %s, not a mapping", strings.Join(segments[:i], "."), at.Kind)
		}
		if i == len(segments)-1 {
			at.Set(segment, value.Clone())
			return nil
		}
		next := at.Get(segment)
		if next == nil {
			next = &doc.Node{Kind: doc.Map, Pos: value.Pos, Origin: value.Origin}
		} else {
			next = shallow(next)
		}
		at.Set(segment, next)
		at = next
	}
	return nil
}

// entry is the number of the list entry that segment i names: by number in phases, by name anywhere, and profiling also as the only profiling
// phase.
func entry(list *doc.Node, segments []string, i int, value *doc.Node) (int, error) {
	path, name := strings.Join(segments, "."), segments[i]
	where := strings.Join(segments[:i], ".")
	if !namedEntries(list) {
		e := value.At(path, "cannot be swept: %s is a list whose entries have no names", where)
		e.Hint = "sweep " + where + " as a whole"
		return 0, e
	}
	phases := i == 1 && segments[0] == "phases"
	if phases {
		if n, ok := number(name); ok && n < len(list.Items) {
			return n, nil
		}
	}
	var names []string
	for k, item := range list.Items {
		n := item.Get("name").Value.(string)
		if n == name {
			return k, nil
		}
		names = append(names, n)
	}
	if phases && name == profiling {
		switch found := profilingPhases(list); len(found) {
		case 0:
		case 1:
			return slices.Index(list.Items, found[0]), nil
		default:
			var which []string
			for _, f := range found {
				which = append(which, f.Get("name").Value.(string))
			}
			e := value.At(path, "is ambiguous: %d profiling phases (%s)", len(found), strings.Join(which, ", "))
			e.Hint = "name one of them: " + strings.Join(append([]string{"phases", which[0]}, segments[2:]...), ".")
			return 0, e
		}
	}
	e := value.At(path, "cannot be swept: no entry named %q in %s", name, where)
	e.Hint = "the entries are " + strings.Join(names, ", ")
	return 0, e
}

// namedEntries says whether a list holds mappings only, each with a name.
func namedEntries(list *doc.Node) bool {
	for _, item := range list.Items {
		if n := item.Get("name"); n == nil || n.Kind != doc.String {
			return false
		}
	}
	return list.Kind == doc.List && len(list.Items) > 0
}

// number reads a plain decimal number, as a list index is written.
func number(s string) (int, bool) {
	for _, c := range s {
		if c < '0' || c > '9' {
			return 0, false
		}
	}
	n, err := strconv.Atoi(s)
	return n, err == nil
}

// profilingPhases are the phases of kind profiling; when no phase says so, the only phase whose kind its name must tell.
func profilingPhases(phases *doc.Node) []*doc.Node {
	var marked, silent []*doc.Node
	for _, p := range phases.Items {
		kind := p.Get("kind")
		switch {
		case kind == nil && p.Get("name").Value != warmup:
			silent = append(silent, p)
		case kind != nil && kind.Value == profiling:
			marked = append(marked, p)
		}
	}
	if len(marked) == 0 && len(silent) == 1 {
		return silent
	}
	return marked
}
