// Secrets of a configuration document: which keys hold them, and the document as it may be shown.
package config

import (
	"strings"

	"github.com/aiperf-go/aiperf/bench/config/doc"
)

// RedactDocument copies a document with every secret replaced: API keys, secret headers and body fields, user information and secret query
// values of URLs. Text that only names a variable (${KEY}) is no secret.
func RedactDocument(n *doc.Node) *doc.Node {
	c := n.Clone()
	redactNode(c, "", "")
	return c
}

// redactNode masks below one key; parent is the key above it, which says what kind of names its keys are.
func redactNode(n *doc.Node, parent, key string) {
	for _, x := range n.Items {
		redactNode(x, parent, key)
	}
	for i := range n.Members {
		m := &n.Members[i]
		redactNode(m.Value, key, m.Key)
	}
	if n.Kind == doc.List || n.Kind == doc.Map || n.Kind == doc.Null {
		return
	}
	text, isText := n.Value.(string)
	if isText && isReference(text) {
		return
	}
	switch {
	case secretLeaf(parent, key):
		n.Kind, n.Value = doc.String, Redacted
	case isText && holdsURL(key, text):
		n.Value = redactURLs(text)
	}
}

// secretLeaf tells whether the value of a key is a secret wherever the key stands.
func secretLeaf(parent, key string) bool {
	plain := strings.ToLower(strings.ReplaceAll(key, "_", ""))
	switch {
	case plain == "apikey":
		return true
	case strings.EqualFold(parent, "headers"):
		return IsSecretName(key)
	case strings.EqualFold(parent, "extra"), strings.EqualFold(parent, "variables"):
		return IsSecretField(key)
	}
	return false
}

// holdsURL tells values that may hold secrets as URLs do: addresses without a scheme too.
func holdsURL(key, text string) bool {
	switch strings.ToLower(key) {
	case "url", "urls", "path":
		return true
	}
	return strings.Contains(text, "://")
}

// isReference tells text that is nothing but one substitution or template.
func isReference(text string) bool {
	return strings.HasPrefix(text, "${") && strings.IndexByte(text, '}') == len(text)-1 && !strings.Contains(text, ":") ||
		strings.HasPrefix(text, "{{") && strings.HasSuffix(text, "}}") && strings.Count(text, "{{") == 1
}
