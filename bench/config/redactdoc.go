// Secrets of a configuration document: which places hold them, and the document as it may be shown.
package config

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/aiperf-go/aiperf/bench/config/doc"
)

// region says by which rule the keys below a key are judged.
type region uint8

const (
	ownKeys       region = iota // keys of the configuration itself
	headerNames                 // of headers
	bodyFields                  // of a request body, at any depth
	variableNames               // of variables for templates, at any depth
	secretTexts                 // below a variable that may hold a secret: its texts do, its numbers are counts of tokens or sessions
	secretValues                // below a key that holds a secret: everything
)

// below is the region of a key's value. A key with dots is the path of a sweep, or a name.
func (r region) below(key string) region {
	next := r.step(key)
	if next == r && strings.Contains(key, ".") {
		for part := range strings.SplitSeq(key, ".") {
			next = next.step(part)
		}
	}
	return next
}

// keySpelling drops what camel case, snake case and dashes differ in.
var keySpelling = strings.NewReplacer("_", "", "-", "")

func plainKey(key string) string { return strings.ToLower(keySpelling.Replace(key)) }

func (r region) step(key string) region {
	plain := plainKey(key)
	switch {
	case r == secretValues, r == secretTexts:
		return r
	case plain == "apikey", r == headerNames && IsSecretName(key), (r == bodyFields || r == variableNames) && IsSecretField(key):
		return secretValues
	case r == variableNames && IsSecretVariable(key):
		return secretTexts
	case r != ownKeys:
		return r
	}
	switch plain {
	case "headers":
		return headerNames
	case "extra", "extrainputs":
		return bodyFields
	case "variables":
		return variableNames
	}
	return r
}

// eachBelow visits the values below a node with their keys and regions. What a sweep varies is named by a path beside its values.
func eachBelow(n *doc.Node, r region, key string, visit func(x *doc.Node, r region, key string)) {
	for _, x := range n.Items {
		visit(x, r, key)
	}
	varied := r
	if p := n.Get("path"); r == ownKeys && p != nil && p.Kind == doc.String {
		varied = r.below(p.Value.(string))
	}
	for i := range n.Members {
		m := &n.Members[i]
		if varied >= secretTexts && m.Key != "path" && m.Key != "type" {
			visit(m.Value, varied, m.Key)
			continue
		}
		visit(m.Value, r.below(m.Key), m.Key)
	}
}

// isSecret tells whether a scalar in a region is a secret by its place.
func isSecret(n *doc.Node, r region) bool {
	text, isText := n.Value.(string)
	switch {
	case n.Kind == doc.Null || n.Kind == doc.List || n.Kind == doc.Map || isText && (text == "" || isReference(text)):
		return false
	case r == secretValues, r == secretTexts && isText:
		return true
	case r == headerNames && isText && credentials(text) != "":
		return true
	}
	return isText && (n.Var != "" && IsSecretVariable(n.Var) || hasSecretDefault(text))
}

// withDefault is a ${NAME:default}.
var withDefault = regexp.MustCompile(`\$\{([A-Za-z_][A-Za-z0-9_]*):([^}]+)\}`)

// hasSecretDefault tells whether a text gives a variable a default that is a secret by the variable's name.
func hasSecretDefault(text string) bool {
	return slices.ContainsFunc(withDefault.FindAllStringSubmatch(text, -1), func(m []string) bool { return isSecretValue(m[1], m[2]) })
}

// credentials are what stands behind an authorization scheme; "" without one.
func credentials(text string) string {
	scheme, rest, _ := strings.Cut(strings.TrimSpace(text), " ")
	switch strings.ToLower(scheme) {
	case "bearer", "basic":
		return strings.TrimSpace(rest)
	}
	return ""
}

// shortestKnown is the least length of a value that is hidden wherever it stands, in bytes: a shorter one is part of ordinary words, and
// hidden where it is all that a header or variable holds.
const shortestKnown = 8

// DocumentSecrets collects the secrets that stand in a document.
func DocumentSecrets(n *doc.Node) []string {
	var out []string
	var walk func(n *doc.Node, r region, key string)
	walk = func(n *doc.Node, r region, key string) {
		eachBelow(n, r, key, walk)
		text, isText := n.Value.(string)
		switch {
		case isSecret(n, r):
			if n.Kind == doc.Bool {
				return
			}
			if text = fmt.Sprint(n.Value); r != secretValues && len(text) < shortestKnown {
				return // a guess by the name alone is hidden where it stands
			}
			out = append(out, spellings(text)...)
		case isText && holdsURL(key, text):
			for u := range strings.SplitSeq(text, ",") {
				out = append(out, urlSecrets(u)...)
			}
		}
	}
	if n != nil {
		walk(n, ownKeys, "")
	}
	return unique(out)
}

// spellings are a secret, what stands behind its scheme, and it as a JSON text holds it.
func spellings(text string) []string {
	out := []string{text}
	if _, behind, ok := strings.Cut(text, " "); ok && strings.TrimSpace(behind) != "" {
		out = append(out, strings.TrimSpace(behind))
	}
	if inJSON := string(doc.Of(text).JSON()); inJSON[1:len(inJSON)-1] != text {
		out = append(out, inJSON[1:len(inJSON)-1])
	}
	return out
}

// unique drops what stands twice, marks of secrets and empty texts.
func unique(values []string) []string {
	seen := map[string]bool{"": true, Redacted: true}
	var out []string
	for _, v := range values {
		if !seen[v] {
			seen[v] = true
			out = append(out, v)
		}
	}
	return out
}

// RedactDocument copies a document with every secret replaced: API keys, secret headers, all below secret body fields and variables, user
// information and secret query values of URLs, and whatever repeats one of these or a known secret. Text that only names a variable (${KEY})
// is no secret.
func RedactDocument(n *doc.Node, known ...string) *doc.Node {
	c := n.Clone()
	if c != nil {
		k := knownSecrets(append(DocumentSecrets(n), known...))
		k.redact(c, ownKeys, "")
	}
	return c
}

// redact masks a value and all below it in place.
func (k known) redact(n *doc.Node, r region, key string) {
	eachBelow(n, r, key, k.redact)
	text, isText := n.Value.(string)
	switch {
	case isText && isReference(text):
	case isSecret(n, r), (r == variableNames || r == headerNames) && n.Value != nil && k.has(fmt.Sprint(n.Value)):
		n.Kind, n.Value = doc.String, Redacted
	case isText:
		if holdsURL(key, text) {
			text = redactURLs(text)
		}
		n.Value = k.hide(text)
	}
}

// holdsURL tells values that may hold secrets as URLs do: addresses without a scheme too.
func holdsURL(key, text string) bool {
	switch strings.ToLower(key[strings.LastIndexByte(key, '.')+1:]) {
	case "url", "urls", "path":
		return true
	}
	return strings.Contains(text, "://")
}

// plainReference is a variable, or a template without a text of its own; a scheme may stand before it.
var plainReference = regexp.MustCompile(`^(?i:(?:bearer|basic|token) +)?(?:\$\{[A-Za-z_][A-Za-z0-9_]*\}|\{\{[^{}'"]*[A-Za-z_][^{}'"]*\}\})$`)

// isReference tells text that is nothing but one substitution or template.
func isReference(text string) bool { return plainReference.MatchString(text) }

// HideSecrets takes the values, templates and lines out of a document's mistakes that stand in places of secrets.
func HideSecrets(err error) error {
	for _, e := range mistakes(err) {
		switch SecretPath(e.Path) {
		case PlaceOfSecret:
			e.Msg, e.Hint, e.Excerpt = withoutValues(e.Msg), withoutValues(e.Hint), ""
		case AboveSecrets:
			e.Msg, _, _ = strings.Cut(e.Msg, ", not ")
			e.Excerpt = ""
		}
	}
	return err
}

// PathKind says what stands at a path of a document, as far as secrets are concerned.
type PathKind uint8

// The kinds of paths.
const (
	NoSecret PathKind = iota
	AboveSecrets
	PlaceOfSecret
)

// SecretPath tells what stands at a dotted path.
func SecretPath(path string) PathKind {
	r, last := ownKeys, ownKeys
	for part := range strings.SplitSeq(path, ".") {
		if strings.Trim(part, "0123456789") == "" {
			continue
		}
		last = r
		r = r.below(part)
	}
	switch {
	case r >= secretTexts:
		return PlaceOfSecret
	case r != ownKeys && last == ownKeys:
		return AboveSecrets
	}
	return NoSecret
}

// messageValues are the parts of a message that repeat what was written.
var messageValues = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|[0-9]{4,}`)

func withoutValues(msg string) string {
	switch {
	case strings.HasPrefix(msg, "environment variable "), strings.HasPrefix(msg, "set it, or give a default"):
		return msg
	case strings.HasPrefix(msg, "template "):
		return "its template cannot be rendered (it is not shown: a secret may stand in it)"
	case strings.HasPrefix(msg, "did you mean "):
		return ""
	}
	msg, _, _ = strings.Cut(msg, ", not ")
	return messageValues.ReplaceAllString(msg, Redacted)
}
