// The secrets of a run: their values, the members of bodies that hold them, and texts without them.
package config

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/aiperf-go/aiperf/bench/config/doc"
)

// known are values that are hidden wherever they stand, longer ones first.
type known []string

func knownSecrets(values []string) known {
	k := known(unique(values))
	slices.SortStableFunc(k, func(a, b string) int { return len(b) - len(a) })
	return k
}

func (k known) has(text string) bool { return slices.Contains(k, text) }

// hide replaces the known values that are long enough to be no part of ordinary words.
func (k known) hide(text string) string {
	for _, v := range k {
		if len(v) < shortestKnown {
			break
		}
		text = strings.ReplaceAll(text, v, Redacted)
	}
	return text
}

// Secrets are the secret values that the user gave: what servers and errors may echo.
func (p *Profile) Secrets() []string {
	var out []string
	e := &p.Config.Benchmark.Endpoint
	if e.APIKey != nil && *e.APIKey != "" {
		out = append(out, *e.APIKey)
	}
	for _, h := range p.Headers {
		if IsSecretName(h.Name) || credentials(h.Value) != "" {
			out = append(out, spellings(h.Value)...)
		}
	}
	for _, u := range p.URLs {
		out = append(out, urlSecrets(u)...)
	}
	if e.Path != nil {
		out = append(out, urlSecrets(*e.Path)...)
	}
	out = append(out, DocumentSecrets(p.set)...)
	if p.written != nil {
		out = append(out, VariableSecrets(p.written, lookup(p.environ))...)
	}
	return unique(out)
}

// VariableSecrets are the values of the environment variables that hold secrets of a document as written.
func VariableSecrets(written *doc.Node, value func(string) (string, bool)) []string {
	var out []string
	variables, defaults := secretVariables(written)
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		v, ok := value(name)
		if !ok {
			v = defaults[name]
		}
		if v != "" && (variables[name] || len(v) >= shortestKnown && isSecretValue(name, v)) {
			out = append(out, spellings(v)...)
		}
	}
	return unique(out)
}

// secretVariables are the environment variables that hold secrets of a document: those in places of secrets, for certain, and those whose
// names say so. Defaults are what the document gives them.
func secretVariables(written *doc.Node) (out map[string]bool, defaults map[string]string) {
	out, defaults = map[string]bool{}, map[string]string{}
	var walk func(n *doc.Node, r region, key string)
	walk = func(n *doc.Node, r region, key string) {
		eachBelow(n, r, key, walk)
		text, ok := n.Value.(string)
		if !ok {
			return
		}
		shown := text
		if holdsURL(key, text) {
			shown = redactURLs(text)
		}
		for _, m := range withDefault.FindAllStringSubmatch(text, -1) {
			defaults[m[1]] = m[2]
		}
		for _, m := range reference.FindAllStringSubmatch(text, -1) {
			switch name := m[1]; {
			case r == secretValues, r == headerNames && (credentials(text) != "" || IsSecretVariable(name)), !strings.Contains(shown, "${"+name):
				out[name] = true
			case r == secretTexts, IsSecretVariable(name):
				out[name] = out[name] || IsSecretField(name)
			}
		}
	}
	walk(written, ownKeys, "")
	return out, defaults
}

// SecretFields are the members of bodies that hold a secret, key and value as they are sent, at any depth; longer values first.
func (p *Profile) SecretFields() [][2]string {
	var out [][2]string
	k := knownSecrets(p.Secrets())
	var walk func(n *doc.Node, r region)
	walk = func(n *doc.Node, r region) {
		for _, x := range n.Items {
			walk(x, r)
		}
		for _, m := range n.Members {
			switch below := r.below(m.Key); {
			case m.Value.Kind == doc.Null:
			case below == secretValues, k.in(m.Value):
				for _, key := range unique([]string{string(appendString(nil, m.Key)), string(doc.Of(m.Key).JSON())}) {
					out = append(out, [2]string{key, string(m.Value.JSON())})
				}
			default:
				walk(m.Value, below)
			}
		}
	}
	if extra := p.Config.Benchmark.Endpoint.Extra; extra != nil {
		walk(extra, bodyFields)
	}
	slices.SortStableFunc(out, func(a, b [2]string) int { return len(b[1]) - len(a[1]) })
	return out
}

// in tells whether a text, or one of a list, repeats a secret.
func (k known) in(n *doc.Node) bool {
	if n.Kind == doc.List {
		return slices.ContainsFunc(n.Items, func(x *doc.Node) bool { return x.Kind == doc.String && k.in(x) })
	}
	text, ok := n.Value.(string)
	if !ok {
		return false
	}
	if strings.Contains(text, "://") && redactURLs(text) != text {
		return true
	}
	return n.Var != "" && IsSecretVariable(n.Var) || k.hide(text) != text
}

// secretInside tells whether a JSON value holds a secret by its names, at any depth.
func secretInside(text string, r region) bool {
	var v any
	return json.Unmarshal([]byte(text), &v) != nil || inside(v, r)
}

func inside(v any, r region) bool {
	switch x := v.(type) {
	case map[string]any:
		for key, val := range x {
			if below := r.below(key); below == secretValues || inside(val, below) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(x, func(val any) bool { return inside(val, r) })
	case string:
		return r == headerNames && credentials(x) != "" || strings.Contains(x, "://") && redactURLs(x) != x
	}
	return false
}

// mistakes are the errors of a document inside an error.
func mistakes(err error) doc.Errors {
	var many doc.Errors
	var one *doc.Error
	switch {
	case errors.As(err, &many):
		return many
	case errors.As(err, &one):
		return doc.Errors{one}
	}
	return nil
}

// above finds the option that sets a key of the document, or the key above it: that of a header, of a field.
func (t *Table) above(path string) *Option {
	for path != "" {
		if o := t.atPath(path); o != nil {
			return o
		}
		i := strings.LastIndexByte(path, '.')
		if i < 0 {
			break
		}
		if o := t.atPath(path[:i] + ".*"); o != nil {
			return o
		}
		path = path[:i]
	}
	return nil
}
