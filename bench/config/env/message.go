// What messages show: values without secrets and of bounded length, and what a setting takes.
package env

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// shown is a value as messages show it, unless it may hold a secret.
func (s *Setting) shown(text string) string {
	if s.Secret {
		return "(hidden)"
	}
	return text
}

// shown is the variable of a group as messages show it, unless a member may hold a secret.
func (g *group) shown(v variable) string {
	if slices.ContainsFunc(g.rows, func(s Setting) bool { return s.Secret }) {
		return v.name
	}
	return v.name + "=" + quoted(cut(v.text))
}

func quoted(s string) string { return fmt.Sprintf("%q", s) }

// rawText is a JSON value on one line, for messages.
func rawText(raw any) string {
	if text, ok := raw.(string); ok {
		return quoted(cut(text))
	}
	return cut(plain(raw))
}

// cut keeps a value from filling a message.
func cut(s string) string {
	if utf8.RuneCountInString(s) <= longest {
		return s
	}
	return string([]rune(s)[:longest]) + "..."
}

// takes says what a setting may be.
func (s *Setting) takes() string {
	what := [typesCount]string{
		Bool: "true or false (also 1, 0, yes, no, on, off)", Int: "a whole number", Float: "a number", Str: "a text", Path: "a path",
		Choice: "one of: " + strings.Join(strings.Fields(s.Choices), ", "), Strs: `a JSON list of texts, such as ["a", "b"]`,
		StrOrStrs: "texts, as a comma list or a JSON list", Services: "a comma list or JSON list of: " + strings.Join(strings.Fields(s.Choices), ", "),
		IntMap: "a JSON object of whole numbers above 0, such as " + s.Default,
	}[s.Type]
	if s.Bounds != "" {
		what += " " + strings.ReplaceAll(s.Bounds, ", ", " and ")
	}
	if s.Finite {
		what += ", not infinite"
	}
	if s.Nullable {
		return "takes " + what + "; leave it unset for none"
	}
	return "takes " + what + "; the default is " + s.Default
}

// spoken names a given setting, and the group it came with.
func (g *givenValue) spoken() string {
	if strings.EqualFold(g.from, g.row.Name) {
		return g.row.Name
	}
	return g.row.Name + " (set by " + g.from + ")"
}
