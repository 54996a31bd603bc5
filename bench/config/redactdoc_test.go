// Places of secrets in a document: paths, masks, and what must stay readable.
package config

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/bench/config/doc"
)

func TestSecretPath(t *testing.T) {
	for path, want := range map[string]PathKind{
		"":                                  NoSecret,
		"benchmark.endpoint.url":            NoSecret,
		"benchmark.endpoint.apiKey":         PlaceOfSecret,
		"benchmark.endpoint.api_key.0.name": PlaceOfSecret,
		"benchmark.endpoint.headers":        AboveSecrets,
		"benchmark.endpoint.headers.Authorization.0":      PlaceOfSecret,
		"benchmark.endpoint.headers.X-One":                NoSecret,
		"benchmark.endpoint.extra.0.auth.list.3.password": PlaceOfSecret,
		"benchmark.endpoint.extra.max_tokens":             NoSecret,
		"sweep.parameters.endpoint.api_key.1":             PlaceOfSecret,
		"variables.deploy_key":                            PlaceOfSecret,
		"variables.keyboard":                              NoSecret,
	} {
		require.Equal(t, want, SecretPath(path), path)
	}
}

func TestRedactDocument(t *testing.T) {
	for in, want := range map[string]string{
		`{endpoint: {api_key: test}, dataset: {prompt: "test of a test"}}`:                                     `{"endpoint":{"api_key":"<redacted>"},"dataset":{"prompt":"test of a test"}}`,
		`{endpoint: {api_key: longer-key, headers: {X-B: pre longer-key}}}`:                                    `{"endpoint":{"api_key":"<redacted>","headers":{"X-B":"pre <redacted>"}}}`,
		`{variables: {max_tokens: 7, tokens: hidden, a: one}, api_key: one}`:                                   `{"variables":{"max_tokens":7,"tokens":"<redacted>","a":"<redacted>"},"api_key":"<redacted>"}`,
		`{headers: {Authorization: "Bearer ${KEY}", X-A: "${KEY:hidden}", X-B: "${PLACE:shown}", N: a}}`:       `{"headers":{"Authorization":"Bearer ${KEY}","X-A":"<redacted>","X-B":"${PLACE:shown}","N":"a"}}`,
		`{headers: {Authorization: "${KEY:hidden}"}}`:                                                          `{"headers":{"Authorization":"<redacted>"}}`,
		`{api_key: test, headers: {X-A: test, X-B: testing}, variables: {tokenizer: gpt2, a: test, b: tests}}`: `{"api_key":"<redacted>","headers":{"X-A":"<redacted>","X-B":"testing"},"variables":{"tokenizer":"gpt2","a":"<redacted>","b":"tests"}}`,
		`{api_key: "{{ key }}", headers: {Cookie: "{{ 'hidden' ~ x }}"}}`:                                      `{"api_key":"{{ key }}","headers":{"Cookie":"<redacted>"}}`,
		`{extra: {a: {password: [1, {b: true}, null]}, max_tokens: 5}}`:                                        `{"extra":{"a":{"password":["<redacted>",{"b":"<redacted>"},null]},"max_tokens":5}}`,
		`{search_space: [{path: endpoint.api_key, type: choice, choices: [a, b]}]}`:                            `{"search_space":[{"path":"endpoint.api_key","type":"choice","choices":["<redacted>","<redacted>"]}]}`,
		`{parameters: {endpoint.url: ["http://u:p@h", "h"], endpoint.extra.pin: [1]}}`:                         `{"parameters":{"endpoint.url":["http://<redacted>@h","h"],"endpoint.extra.pin":[1]}}`,
	} {
		n, err := doc.Parse("c.yaml", []byte(in))
		require.NoError(t, err)
		require.Equal(t, want, string(RedactDocument(n).JSON()))
	}
}
