// Secrets are never written down: not in files, not in logs, not on the console.
package config

import (
	"encoding/base64"
	"net/url"
	"strings"
)

// Redacted stands where a secret was.
const Redacted = "<redacted>"

// secretNames and secretParts decide which header names and keys hold secrets; compared in lower case. The files of a run are masked by the
// same lists in report/redact; a test holds the two equal.
var (
	secretNames = [...]string{
		"authorization", "proxy-authorization", "x-api-key", "api-key", "ocp-apim-subscription-key", "x-goog-api-key", "x-functions-key",
		"aeg-sas-key", "x-amz-security-token", "cookie", "set-cookie", "x-auth-token", "x-access-token", "x-session-token", "x-csrf-token", "x-xsrf-token",
	}
	secretParts = [...]string{
		"auth", "token", "secret", "password", "passwd", "credential", "cookie", "apikey", "api-key", "api_key", "session", "signature",
		"sas-key", "access-key", "private-key",
	}
)

// IsSecretName tells whether a header or key of this name holds a secret.
func IsSecretName(name string) bool {
	name = strings.ToLower(name)
	for _, n := range secretNames {
		if name == n {
			return true
		}
	}
	for _, p := range secretParts {
		if strings.Contains(name, p) {
			return true
		}
	}
	return false
}

// secretFields decide which fields of a body hold secrets. Bodies speak of tokens and sessions without meaning secrets.
var secretFields = []string{"secret", "password", "passwd", "credential", "apikey", "api-key", "api_key", "authorization", "access_token", "auth_token", "private-key", "private_key"}

// IsSecretField tells whether a body field of this name holds a secret.
func IsSecretField(name string) bool {
	name = strings.ToLower(name)
	for _, p := range secretFields {
		if strings.Contains(name, p) {
			return true
		}
	}
	return false
}

// IsSecretVariable tells whether a variable of this name may hold a secret: one of the environment, or one for templates.
func IsSecretVariable(name string) bool {
	name = strings.ReplaceAll(strings.ToLower(name), "tokenizer", "") // which is no token
	if IsSecretName(name) || strings.HasSuffix(name, "key") || strings.HasSuffix(name, "keys") {
		return true
	}
	for word := range strings.FieldsFuncSeq(name, func(r rune) bool { return r == '_' || r == '-' || r == '.' }) {
		switch word {
		case "key", "pass", "pwd", "pw":
			return true
		}
	}
	return false
}

// secretQuery are short names that hold a secret in a URL only.
var secretQuery = [...]string{"key", "sig", "pwd", "pass", "code"}

func isSecretQuery(name string) bool {
	if plain, err := url.QueryUnescape(name); err == nil {
		name = plain
	}
	for _, n := range secretQuery {
		if strings.EqualFold(name, n) {
			return true
		}
	}
	return IsSecretName(name)
}

// RedactURL hides user, password and secret query values of a URL, with or without a scheme, or of a path.
func RedactURL(u string) string {
	start, at := userinfo(u)
	if at >= 0 {
		u = u[:start] + Redacted + u[at:]
	}
	head, query, ok := strings.Cut(u, "?")
	if !ok {
		return u
	}
	query, fragment, hasFragment := strings.Cut(query, "#")
	pairs := strings.Split(query, "&")
	for i, pair := range pairs {
		if name, _, ok := strings.Cut(pair, "="); ok && isSecretQuery(name) {
			pairs[i] = name + "=" + Redacted
		}
	}
	u = head + "?" + strings.Join(pairs, "&")
	if hasFragment {
		u += "#" + fragment
	}
	return u
}

// redactURLs hides the secrets of a list of URLs with commas between them.
func redactURLs(list string) string {
	urls := strings.Split(list, ",")
	for i, u := range urls {
		urls[i] = RedactURL(u)
	}
	return strings.Join(urls, ",")
}

// userinfo finds user and password of a URL: they stand in u[start:at]; at is negative when there are none.
func userinfo(u string) (start, at int) {
	if i := strings.Index(u, "://"); i >= 0 && !strings.ContainsAny(u[:i], "/?#@") {
		start = i + len("://")
	}
	end := len(u)
	if i := strings.IndexAny(u[start:], "/?#"); i >= 0 {
		end = start + i
	}
	if at = strings.LastIndexByte(u[start:end], '@'); at >= 0 {
		at += start
	}
	return start, at
}

// urlSecrets are the values that RedactURL hides, as written and as sent.
func urlSecrets(u string) []string {
	var out []string
	if start, at := userinfo(u); at >= 0 {
		info := u[start:at]
		plain, err := url.PathUnescape(info)
		if err != nil {
			plain = info
		}
		out = append(out, info, plain, base64.StdEncoding.EncodeToString([]byte(plain)))
		for _, text := range []string{info, plain} {
			if _, password, _ := strings.Cut(text, ":"); password != "" {
				out = append(out, password)
			}
		}
	}
	_, query, _ := strings.Cut(u, "?")
	query, _, _ = strings.Cut(query, "#")
	for pair := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(pair, "=")
		if value == "" || !isSecretQuery(name) {
			continue
		}
		out = append(out, value)
		if plain, err := url.QueryUnescape(value); err == nil {
			out = append(out, plain)
		}
	}
	return out
}
