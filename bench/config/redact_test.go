// Secrets of URLs: what is hidden, and what counts as a value that others may echo.
package config

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRedactURL(t *testing.T) {
	for in, want := range map[string]string{
		"http://h:1/v1":                        "http://h:1/v1",
		"h:1":                                  "h:1",
		"":                                     "",
		"http://user:pa@ss@h:1/v1?x=1":         "http://<redacted>@h:1/v1?x=1",
		"user:pass@h:1":                        "<redacted>@h:1",
		"user:pass@h:1/a://b":                  "<redacted>@h:1/a://b",
		"http://h/a@b":                         "http://h/a@b",
		"h/a@b":                                "h/a@b",
		"http://h?api_key=s&model=m&sig=z#f":   "http://h?api_key=<redacted>&model=m&sig=<redacted>#f",
		"h?KEY=s":                              "h?KEY=<redacted>",
		"http://h/?api%5Fkey=s":                "http://h/?api%5Fkey=<redacted>",
		"/v1/chat?code=s":                      "/v1/chat?code=<redacted>",
		"http://u:p@h?token=a&access_token=b":  "http://<redacted>@h?token=<redacted>&access_token=<redacted>",
		"http://<redacted>@h?token=<redacted>": "http://<redacted>@h?token=<redacted>",
	} {
		require.Equal(t, want, RedactURL(in))
	}
}

func TestSecrets(t *testing.T) {
	p := decided(t, "--api-key hush-1 -H X-Api-Key:hush-2 X-One:shown --url us:hush%2F3@h?key=hush%2F4&n=shown --endpoint /v1?sig=hush-5 --extra-inputs password:hush-6 n:5")
	require.Equal(t, []string{
		"hush-1", "hush-2", "Bearer hush-1", "us:hush%2F3", "us:hush/3", "dXM6aHVzaC8z", "hush%2F3", "hush/3", "hush%2F4", "hush/4", "hush-5", "hush-6",
	}, p.Secrets())
	require.Empty(t, decided(t, "").Secrets())
}
