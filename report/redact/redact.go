// Package redact keeps secrets out of files and off the screen: which names carry them, and how they are masked.
//
//	header, URL, message, command line ─> the same text with <redacted> where a secret stood
package redact

import (
	"net/url"
	"regexp"
	"strings"
)

// Mask stands where a secret stood.
const Mask = "<redacted>"

// secretNames are header names that always carry a secret.
var secretNames = [...]string{
	"authorization", "proxy-authorization", "x-api-key", "api-key", "ocp-apim-subscription-key", "x-goog-api-key", "x-functions-key",
	"aeg-sas-key", "x-amz-security-token", "cookie", "set-cookie", "x-auth-token", "x-access-token", "x-session-token", "x-csrf-token", "x-xsrf-token",
}

// secretParts mark any other name as secret.
var secretParts = [...]string{
	"auth", "token", "secret", "password", "passwd", "credential", "cookie", "apikey", "api-key", "api_key", "session", "signature",
	"sas-key", "access-key", "private-key",
}

// secretQuery are short names that carry a secret in URLs only.
var secretQuery = [...]string{"key", "sig", "pwd", "pass", "code"}

// SecretName reports whether a header of this name carries a secret, whatever its case.
func SecretName(name string) bool {
	for _, s := range secretNames {
		if strings.EqualFold(name, s) {
			return true
		}
	}
	low := strings.ToLower(name)
	for _, part := range secretParts {
		if strings.Contains(low, part) {
			return true
		}
	}
	return false
}

// HeaderLine masks the value of a header given as "Name: value"; a secret line is masked as a whole, as AIPerf's command line shows it.
func HeaderLine(line string) string {
	name, _, ok := strings.Cut(line, ":")
	if ok && SecretName(strings.TrimSpace(name)) {
		return Mask
	}
	return Text(line)
}

// URL masks user information and secret query values; a text that is no URL comes back unchanged.
func URL(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return textURL.ReplaceAllStringFunc(raw, maskUserinfo)
	}
	out := raw
	if u.User != nil {
		out = maskUserinfo(out)
	}
	head, query, ok := strings.Cut(out, "?")
	if !ok {
		return out
	}
	query, fragment, hasFragment := strings.Cut(query, "#")
	pairs := strings.Split(query, "&")
	for i, pair := range pairs {
		if name, _, ok := strings.Cut(pair, "="); ok && secretQueryName(name) {
			pairs[i] = name + "=" + Mask
		}
	}
	out = head + "?" + strings.Join(pairs, "&")
	if hasFragment {
		out += "#" + fragment
	}
	return out
}

func secretQueryName(name string) bool {
	if plain, err := url.QueryUnescape(name); err == nil {
		name = plain
	}
	for _, s := range secretQuery {
		if strings.EqualFold(name, s) {
			return true
		}
	}
	return SecretName(name)
}

// maskUserinfo replaces what stands between the scheme and the last @ of the authority.
func maskUserinfo(raw string) string {
	start := strings.Index(raw, "//")
	if start < 0 {
		return raw
	}
	start += 2
	end := len(raw)
	if i := strings.IndexAny(raw[start:], "/?#"); i >= 0 {
		end = start + i
	}
	at := strings.LastIndexByte(raw[start:end], '@')
	if at < 0 {
		return raw
	}
	return raw[:start] + Mask + raw[start+at:]
}

// The patterns of secrets in running text. They are only compiled once; matching keeps no state.
var (
	textURL    = regexp.MustCompile(`[A-Za-z][A-Za-z0-9+.-]*://[^\s'"<>\\]+`)
	textScheme = regexp.MustCompile(`(?i)\b(bearer|basic)(\s+)[A-Za-z0-9._~+/=-]{3,}`)
	textHeader = regexp.MustCompile(`(?i)(["']?\b(?:(?:proxy-)?authorization|(?:x-)?api[-_]?key|x-[a-z-]*(?:token|key)|(?:set-)?cookie|access[-_]token|client[-_]secret|password|passwd)["']?\s*[:=]\s*["']?)((?:bearer|basic)\s+)?[^\s"',;&}{)]+`)
	textToken  = regexp.MustCompile(`\b(?:sk|hf|nvapi|ghp|xoxb)[-_][A-Za-z0-9_-]{8,}`)
)

// Text masks secrets in running text: URLs, bearer and basic credentials, "name: value" pairs of secret names, well-known key shapes.
func Text(text string) string {
	if !suspicious(text) {
		return text
	}
	return thorough(text)
}

// thorough is Text without its short cut.
func thorough(text string) string {
	text = textURL.ReplaceAllStringFunc(text, URL)
	text = textHeader.ReplaceAllString(text, "${1}"+Mask)
	text = textScheme.ReplaceAllString(text, "${1}${2}"+Mask)
	return textToken.ReplaceAllString(text, Mask)
}

// hints are what a text must contain, in lower case, for one of the patterns to match: most error messages contain none.
var hints = [...]string{
	"://", "bearer", "basic", "authorization", "key", "token", "cookie", "secret", "password", "passwd",
	"sk-", "sk_", "hf-", "hf_", "nvapi", "ghp-", "ghp_", "xoxb",
}

// suspicious reports whether a text contains a hint, whatever its case.
func suspicious(text string) bool {
	if strings.ContainsAny(text, "\u212a\u017f") { // the two letters outside ASCII that patterns take for k and s
		return true
	}
	for i := range len(text) {
		low := text[i] | 0x20 // lower case for letters; ':' has that bit already
		for _, h := range hints {
			if low == h[0] && len(text)-i >= len(h) && strings.EqualFold(text[i:i+len(h)], h) {
				return true
			}
		}
	}
	return false
}
