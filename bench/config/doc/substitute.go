// Environment variables: ${VAR} and ${VAR:default} in text values. A text that is one reference and nothing else takes the type its value looks
// like; everything else stays text. Keys are not touched, and a value that comes in is not looked through again.
package doc

import (
	"regexp"
	"strings"

	"github.com/aiperf-go/aiperf/bench/config/doc/jinja"
)

var variable = regexp.MustCompile(`\$\{([A-Za-z_][A-Za-z0-9_]*)(:[^}]*)?\}`)

// Substitute replaces the references to environment variables everywhere below n, and notes in Node.Var which variable a text came from.
func Substitute(n *Node, lookup func(name string) (string, bool)) error {
	var errs Errors
	substitute(n, nil, lookup, &errs)
	if len(errs) > 0 {
		return errs
	}
	return nil
}

func substitute(n *Node, at *place, lookup func(string) (string, bool), errs *Errors) {
	each(n, at, func(at *place, c *Node) { substitute(c, at, lookup, errs) })
	text, ok := n.Value.(string)
	if !ok || !strings.Contains(text, "${") || len(*errs) >= maxErrors {
		return
	}
	missing, from := "", ""
	whole := false
	out := variable.ReplaceAllStringFunc(text, func(ref string) string {
		m := variable.FindStringSubmatch(ref)
		whole = ref == text
		if v, ok := lookup(m[1]); ok {
			if from == "" {
				from = m[1]
			}
			return v
		}
		if m[2] == "" && missing == "" {
			missing = m[1]
		}
		return strings.TrimPrefix(m[2], ":")
	})
	if missing != "" {
		e := n.At(at.String(), "environment variable %s is not set", missing)
		e.Hint = "set it, or give a default: ${" + missing + ":value}"
		*errs = append(*errs, e)
		return
	}
	if open := strings.LastIndex(out, "${"); open >= 0 && !strings.Contains(out[open:], "}") {
		e := n.At(at.String(), "'${' in %q has no closing '}'", short(text))
		e.Hint = "close the brace"
		if strings.Count(out, "${") > strings.Count(text, "${") {
			e.Msg, e.Hint = "the value of environment variable "+from+" holds '${' without '}'", ""
		}
		*errs = append(*errs, e)
		return
	}
	n.Var = from
	n.Value = out
	if whole && !coerce(n, out) {
		*errs = append(*errs, tooLong(n, at))
	}
}

// coerce gives a text the type it looks like in Python: true and false in any case, then a whole number, then a number. It is
// false for a whole number beyond 64 bits, which a file may not hold either: sent as text it would be another value.
func coerce(n *Node, text string) bool {
	n.Kind, n.Value = String, text
	switch strings.ToLower(text) {
	case "true":
		n.Kind, n.Value = Bool, true
		return true
	case "false":
		n.Kind, n.Value = Bool, false
		return true
	}
	if i, ok := jinja.ParseInt(text); ok {
		if !i.IsInt64() {
			return false
		}
		n.Kind, n.Value = Int, i.Int64()
	} else if f, ok := jinja.ParseFloat(text); ok {
		n.Kind, n.Value = Float, f
	}
	return true
}

// tooLong refuses a value without showing it: it may be a secret.
func tooLong(n *Node, at *place) *Error {
	e := n.At(at.String(), "the value is a whole number that does not fit 64 bits")
	e.Hint = "use a smaller number, or write it in the file, in quotes, if it is text"
	return e
}
