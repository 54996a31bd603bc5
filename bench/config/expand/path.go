// Dotted paths of a sweep: what they name, and how a value is put there.

package expand

import (
	"slices"
	"strconv"
	"strings"

	"github.com/aiperf-go/aiperf/bench/config/doc"
)

// aliases are the load keys that may be named alone: they mean the profiling phase.
var aliases = [...]string{
	"concurrency", "prefill_concurrency", "rate", "requests", "duration", "sessions", "users", "smoothness", "grace_period",
	"concurrency_ramp", "prefill_ramp", "rate_ramp",
}

// FullPath spells out an alias; any other path is itself.
func FullPath(path string) string {
	if slices.Contains(aliases[:], path) {
		return "phases." + profiling + "." + path
	}
	return path
}

// The two phases every document may name.
const (
	profiling = "profiling"
	warmup    = "warmup"
)

// assign puts a value at a path of the envelope: below variables when the path says so, below benchmark otherwise. Mappings that are missing
// on the way are made; an entry of a list is found by its name.
func assign(envelope *doc.Node, path string, value *doc.Node) error {
	segments := strings.Split(path, ".")
	at := envelope
	if segments[0] != "variables" {
		if at = envelope.Get("benchmark"); at == nil {
			return value.At(path, "cannot be swept: the document has no benchmark")
		}
	}
	for i, segment := range segments {
		var err error
		if at.Kind == doc.List {
			if at, err = entry(at, segments, i, value); err != nil {
				return err
			}
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
			at.Set(segment, next)
		}
		at = next
	}
	return nil
}

// entry finds the list entry that segment i names: by number in phases, by name anywhere, and profiling also as the only profiling phase.
func entry(list *doc.Node, segments []string, i int, value *doc.Node) (*doc.Node, error) {
	path, name := strings.Join(segments, "."), segments[i]
	where := strings.Join(segments[:i], ".")
	if !namedEntries(list) {
		e := value.At(path, "cannot be swept: %s is a list whose entries have no names", where)
		e.Hint = "sweep " + where + " as a whole"
		return nil, e
	}
	phases := i == 1 && segments[0] == "phases"
	if phases {
		if n, ok := number(name); ok && n < len(list.Items) {
			return list.Items[n], nil
		}
	}
	var names []string
	for _, item := range list.Items {
		n := item.Get("name").Value.(string)
		if n == name {
			return item, nil
		}
		names = append(names, n)
	}
	if phases && name == profiling {
		switch found := profilingPhases(list); len(found) {
		case 0:
		case 1:
			return found[0], nil
		default:
			var which []string
			for _, f := range found {
				which = append(which, f.Get("name").Value.(string))
			}
			e := value.At(path, "is ambiguous: %d profiling phases (%s)", len(found), strings.Join(which, ", "))
			e.Hint = "name one of them: " + strings.Join(append([]string{"phases", which[0]}, segments[2:]...), ".")
			return nil, e
		}
	}
	e := value.At(path, "cannot be swept: no entry named %q in %s", name, where)
	e.Hint = "the entries are " + strings.Join(names, ", ")
	return nil, e
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
