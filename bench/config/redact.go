// Secrets are never written down: not in files, not in logs, not on the console.
package config

import "strings"

// Redacted stands where a secret was.
const Redacted = "<redacted>"

// secretNames and secretParts decide which header names and keys hold secrets; compared in lower case.
var (
	secretNames = []string{"ocp-apim-subscription-key", "x-goog-api-key", "x-functions-key", "aeg-sas-key"}
	secretParts = []string{
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

// RedactURL hides user and password of a URL.
func RedactURL(u string) string {
	scheme, rest, ok := strings.Cut(u, "://")
	if !ok {
		return u
	}
	end := len(rest)
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		end = i
	}
	if at := strings.LastIndexByte(rest[:end], '@'); at >= 0 {
		return scheme + "://" + Redacted + rest[at:]
	}
	return u
}
