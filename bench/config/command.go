// The command line as result files show it: options as typed, text in single quotes, secrets hidden.
package config

import (
	"strconv"
	"strings"
)

// Command renders the arguments after the program's name; command is "profile".
func (t *Table) Command(command string, args []string) string {
	var b strings.Builder
	b.WriteString("aiperf " + command)
	var current *Option
	for _, tok := range args {
		b.WriteByte(' ')
		if looksLikeOption(tok) && (current == nil || !t.isValue(current, tok)) {
			g, ok := t.name(tok)
			if !ok {
				current = nil
				b.WriteString(tok)
				continue
			}
			current = g.Option
			switch {
			case g.Assign && hidden(current, g.Tokens[0]):
				b.WriteString(g.Name + "=" + Redacted)
			case g.Joined && hidden(current, g.Tokens[0]):
				b.WriteString(g.Name + Redacted)
			case g.Assign && isURL(current, g.Tokens[0]):
				b.WriteString(g.Name + "=" + redactURLs(g.Tokens[0]))
			case g.Joined && isURL(current, g.Tokens[0]):
				b.WriteString(g.Name + redactURLs(g.Tokens[0]))
			default:
				b.WriteString(tok)
			}
			continue
		}
		switch {
		case current != nil && hidden(current, tok):
			b.WriteString("'" + Redacted + "'")
		case current != nil && isURL(current, tok):
			b.WriteString("'" + redactURLs(tok) + "'")
		default:
			b.WriteString(pythonText(tok))
		}
	}
	return b.String()
}

// isURL tells values that may hold secrets as URLs do.
func isURL(o *Option, val string) bool {
	return o.Field == "urls" || o.Field == "custom_endpoint" || strings.Contains(val, "://")
}

// regionOf is the rule for the keys of an option's values.
func regionOf(o *Option) region {
	if o.Field == "headers" {
		return headerNames
	}
	return bodyFields
}

// hidden tells whether a value of an option is a secret.
func hidden(o *Option, val string) bool {
	if o.Secret {
		return true
	}
	if o.Type != KeyValues {
		return false
	}
	r := regionOf(o)
	if strings.HasPrefix(strings.TrimSpace(val), "{") {
		return secretInside(val, r)
	}
	parts := strings.Split(val, ",")
	if o.Field == "headers" && !all(parts, isHeader) {
		parts = []string{val}
	}
	for _, p := range parts {
		key, value, _ := strings.Cut(p, ":")
		if r.below(strings.TrimSpace(key)) == secretValues || r == headerNames && credentials(value) != "" {
			return true
		}
	}
	return r == bodyFields && strings.ContainsAny(val, "{[") && IsSecretField(val) // a JSON value behind a key
}

// pythonText shows a value as AIPerf does, which reads it first: numbers and words of Python bare, anything else in quotes.
func pythonText(tok string) string {
	switch v := string(coerce(tok)); {
	case v == "true":
		return "True"
	case v == "false":
		return "False"
	case v == "null":
		return "None"
	case strings.HasPrefix(v, `"`):
		return "'" + tok + "'"
	default:
		if _, err := strconv.ParseFloat(v, 64); err != nil {
			return "'" + tok + "'"
		}
		return v
	}
}
