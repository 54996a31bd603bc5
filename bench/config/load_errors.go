// Mistakes of a configuration as their user sees them: the option alone where one set it, else the place in the file and its line.
package config

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"github.com/aiperf-go/aiperf/bench/config/doc"
	"github.com/aiperf-go/aiperf/bench/config/schema"
)

// excerpts adds to an error the lines that it is about.
func (src *Source) excerpts(err error) error {
	if src == nil {
		return HideSecrets(err)
	}
	return HideSecrets(doc.WithExcerpts(err, src.Name, src.Text))
}

// reason is an error without the path that its user gave.
func reason(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// byOption names the option alone where one set what is wrong: its user never saw the document.
func (s *Settings) byOption(err error) error {
	var all doc.Errors
	if !errors.As(err, &all) {
		return err
	}
	var kept doc.Errors
	seen := map[string]bool{}
	for _, e := range all {
		if strings.HasPrefix(e.Origin, "-") {
			if seen[e.Origin] {
				continue // one option may set several keys
			}
			seen[e.Origin] = true
			if o := s.table.atPath(e.Path); o != nil && e.Msg == "is required" && !s.Given(o.Field) {
				e.Msg, e.Hint, e.Origin = fmt.Sprintf("%s needs %s", e.Origin, shortName(o)), "", ""
			}
			if e.Msg == "unknown key" {
				e.Msg = "does not fit the other options"
			}
			e.Path = ""
		}
		kept = append(kept, e)
	}
	if len(seen) > 0 && s.str(configField) == "" {
		return &UsageError{Msg: kept.Error()}
	}
	return kept
}

// placed prefers the file's own mistake where options over it left one without a place.
func (l *Loaded) placed(err error) error {
	var all doc.Errors
	if l.base == nil || !errors.As(err, &all) || all[0].Pos.Line > 0 || all[0].Origin != "" {
		return err
	}
	if _, alone := schema.Check(l.base); alone != nil {
		return alone
	}
	return err
}

// shellForms warns of references that mean something else in a shell: ${NAME:-x} has the default "-x" here.
func shellForms(n *doc.Node, path string) []string {
	var out []string
	for i, x := range n.Items {
		out = append(out, shellForms(x, join(path, fmt.Sprint(i)))...)
	}
	for _, m := range n.Members {
		out = append(out, shellForms(m.Value, join(path, m.Key))...)
	}
	if text, ok := n.Value.(string); ok {
		if name, rest, found := strings.Cut(text, ":-"); found && strings.Contains(rest, "}") {
			if i := strings.LastIndex(name, "${"); i >= 0 && !strings.ContainsAny(name[i+2:], "} ") {
				out = append(out, fmt.Sprintf("%s: %s: the default in ${%s:-...} begins with the dash; write ${%s:...}", n.Pos, path, name[i+2:], name[i+2:]))
			}
		}
	}
	return out
}

// atPath finds the option that sets a key of the document.
func (t *Table) atPath(path string) *Option {
	parts := strings.Split(path, ".")
	for i, p := range parts {
		if _, err := strconv.Atoi(p); err == nil {
			parts[i] = "*"
		}
	}
	stars := strings.Join(parts, ".")
	var found *Option
	t.Each(func(o *Option) {
		for p := range strings.FieldsSeq(o.YAML) {
			if found == nil && pattern(p) == stars {
				found = o
			}
		}
	})
	return found
}

// shortName is the name by which users know an option: its shortest long one.
func shortName(o *Option) string {
	best := o.Name()
	for _, n := range o.AllNames() {
		if strings.HasPrefix(n, "--") && len(n) < len(best) {
			best = n
		}
	}
	return best
}

// unmended are the mistakes of a file at whose place no option set anything: what lies over the file may only have hidden them.
func unmended(alone error, over *doc.Node) error {
	var all doc.Errors
	if !errors.As(alone, &all) {
		return alone
	}
	var left doc.Errors
	for _, e := range all {
		if !setByOption(over.Find(e.Path)) {
			left = append(left, e)
		}
	}
	if left == nil {
		return nil
	}
	return left
}

// setByOption tells whether an option set a node or anything below it.
func setByOption(n *doc.Node) bool {
	if n == nil {
		return false
	}
	if strings.HasPrefix(n.Origin, "-") {
		return true
	}
	return slices.ContainsFunc(n.Items, setByOption) || slices.ContainsFunc(n.Members, func(m doc.Member) bool { return setByOption(m.Value) })
}
