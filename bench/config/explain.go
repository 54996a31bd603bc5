// Explain: every effective value of a configuration, and who set it.
package config

import (
	"fmt"

	"github.com/aiperf-go/aiperf/bench/config/doc"
	"github.com/aiperf-go/aiperf/bench/config/schema"
)

// Entry is one effective value and who set it.
type Entry struct {
	Path, Value, Where string
}

// Explain lists what the configuration sets, in its order; with all, the defaults too. Secrets are hidden.
func (l *Loaded) Explain(all bool) []Entry {
	var out []Entry
	shown := l.Checked.Node
	if all {
		shown = schema.Full(shown)
	}
	shown = RedactDocument(shown, l.secrets...)
	var walk func(n, set *doc.Node, path string)
	walk = func(n, set *doc.Node, path string) {
		for i, x := range n.Items {
			var below *doc.Node
			if set != nil && i < len(set.Items) {
				below = set.Items[i]
			}
			walk(x, below, join(path, fmt.Sprint(i)))
		}
		for _, m := range n.Members {
			walk(m.Value, set.Get(m.Key), join(path, m.Key))
		}
		if len(n.Items)+len(n.Members) > 0 || n.Kind == doc.Map && !all {
			return // an empty mapping sets nothing
		}
		where := byDefault
		if set != nil {
			if where = set.Where(); where == "" {
				where = byDefault
			}
		}
		out = append(out, Entry{path, string(n.JSON()), where})
	}
	walk(shown, l.Checked.Node, "")
	return append(out, l.Settings.explainOwn(all)...)
}

// explainOwn lists the options that no configuration file holds: this tool's own.
func (s *Settings) explainOwn(all bool) []Entry {
	var out []Entry
	s.table.Each(func(o *Option) {
		if !o.Ours || !all && !s.Given(o.Field) || s.Value(o.Field) == nil {
			return
		}
		out = append(out, Entry{o.Name(), fmt.Sprint(s.Value(o.Field)), s.Origin(o.Field).String()})
	})
	return out
}
