// Blame: a swept path that names no key is a mistake of the sweep and not of the body it is put into.

package expand

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aiperf-go/aiperf/bench/config/doc"
	"github.com/aiperf-go/aiperf/bench/config/schema"
)

// unknownKey is the message of the check about a key that does not exist.
const unknownKey = "unknown key"

// written is a path as a sweep writes it.
type written struct {
	path, full string
	where      string // dotted path of the place in the sweep
	pos        doc.Pos
	origin     string
	values     []*doc.Node // what is put there; none for a range
}

// unknownPath finds the swept path that put an unknown key into a body; nil when the error is about something else.
func unknownPath(sweep *doc.Node, typed *schema.Sweep, err error) error {
	var list doc.Errors
	if !errors.As(err, &list) {
		return nil
	}
	for _, e := range list {
		if e.Msg != unknownKey {
			continue
		}
		last := e.Path[strings.LastIndexByte(e.Path, '.')+1:]
		for _, w := range paths(sweep, typed) {
			if !slices.Contains(strings.Split(w.full, "."), last) || !w.put(e) {
				continue
			}
			out := &doc.Error{Pos: w.pos, Origin: w.origin, Path: w.where, Msg: fmt.Sprintf("cannot be swept: %s is an unknown key", e.Path), Hint: e.Hint}
			if !strings.Contains(e.Path, ".") { // the path begins wrongly, so it may be a load key that stands alone
				if near := schema.SweepHint(last); near != "" {
					out.Hint = fmt.Sprintf("did you mean %s?", strings.Replace(w.path, last, near, 1))
				}
			}
			return out
		}
	}
	return nil
}

// put says whether a mistake stands where a value of the path was written.
func (w written) put(e *doc.Error) bool {
	return len(w.values) == 0 || slices.ContainsFunc(w.values, func(v *doc.Node) bool { return v.Pos == e.Pos && v.Origin == e.Origin })
}

// paths lists the paths a sweep varies.
func paths(sweep *doc.Node, typed *schema.Sweep) (out []written) {
	if p := sweep.Get("parameters"); p != nil {
		for _, m := range p.Members {
			out = append(out, written{m.Key, schema.FullPath(m.Key), "sweep.parameters." + m.Key, m.Pos, m.Value.Origin, m.Value.Items})
		}
	}
	if dims := sweep.Get("dimensions"); dims != nil && len(typed.Dimensions) == len(dims.Items) {
		for i, d := range dims.Items {
			if path := d.Get("path"); path != nil {
				out = append(out, written{pathText(path), typed.Dimensions[i].Path, fmt.Sprintf("sweep.dimensions.%d.path", i), path.Pos, path.Origin, nil})
			}
		}
	}
	return out
}

func pathText(n *doc.Node) string {
	s, _ := n.Value.(string)
	return s
}
