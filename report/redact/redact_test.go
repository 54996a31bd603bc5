package redact

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSecretName(t *testing.T) {
	for name, want := range map[string]bool{
		"Authorization": true, "authorization": true, "X-API-Key": true, "api-key": true, "X-Session-Affinity": true, "Cookie": true,
		"X-My-Token-Id": true, "X-Signature": true, "X-Private-Key": true, "X-Goog-Api-Key": true, "aeg-sas-key": true,
		"X-One": false, "Content-Type": false, "X-Request-ID": false, "X-Correlation-ID": false, "Accept": false, "User-Agent": false,
	} {
		require.Equal(t, want, SecretName(name), name)
	}
}

func TestMasking(t *testing.T) {
	for _, c := range []struct {
		name     string
		mask     func(string) string
		in, want string
	}{
		{"userinfo", URL, "http://user:pa@ss@host:80/v1?x=1", "http://<redacted>@host:80/v1?x=1"},
		{"query", URL, "https://h/v1?api_key=s3&model=m&sig=z#f", "https://h/v1?api_key=<redacted>&model=m&sig=<redacted>#f"},
		{"escaped query", URL, "https://h/?api%5Fkey=s3", "https://h/?api%5Fkey=<redacted>"},
		{"plain URL", URL, "http://127.0.0.1:18765", "http://127.0.0.1:18765"},
		{"at in the path", URL, "http://host/a@b", "http://host/a@b"},
		{"no URL", URL, "localhost:8000", "localhost:8000"},
		{"broken URL", URL, "http://u:p@h/%zz", "http://<redacted>@h/%zz"},
		{"secret header", HeaderLine, "authorization: Basic abc", "<redacted>"},
		{"other header", HeaderLine, "X-Two: two words", "X-Two: two words"},
		{"other header with a bearer", HeaderLine, "X-Two: Bearer abcdef", "X-Two: Bearer <redacted>"},
		{"bearer", Text, "got Bearer sk-12345678901234 twice", "got Bearer <redacted> twice"},
		{"pair", Text, `{"api_key": "abc123", "n": 1}`, `{"api_key": "<redacted>", "n": 1}`},
		{"header in a message", Text, "Authorization: Bearer abc.def", "Authorization: <redacted>"},
		{"key shape", Text, "Incorrect API key provided: sk-proj-abcdefgh1234.", "Incorrect API key provided: <redacted>."},
		{"URL in a message", Text, `Get "http://u:p@h/x?token=t": refused`, `Get "http://<redacted>@h/x?token=<redacted>": refused`},
		{"nothing to mask", Text, "ClientConnectorError(ConnectionKey(host='127.0.0.1', port=18765, is_ssl=False, ssl=True, proxy=None, proxy_auth=None, proxy_headers_hash=None))",
			"ClientConnectorError(ConnectionKey(host='127.0.0.1', port=18765, is_ssl=False, ssl=True, proxy=None, proxy_auth=None, proxy_headers_hash=None))"},
		{"token counts stay", Text, "This model's maximum context length is 4096 tokens.", "This model's maximum context length is 4096 tokens."},
		{"usage stays", Text, `"prompt_tokens": 12, "max_tokens": 5`, `"prompt_tokens": 12, "max_tokens": 5`},
		{"empty", Text, "", ""},
	} {
		require.Equal(t, c.want, c.mask(c.in), c.name)
		require.Equal(t, thorough(c.in), Text(c.in), "%s: the short cut changes nothing", c.name)
		require.Equal(t, c.want, c.mask(c.want), "%s: masking twice changes nothing more", c.name)
	}
}

func TestKnown(t *testing.T) {
	k := NewKnown([]string{"plain", "plain and more", `q"uote`, "a/b+c", "abc", ""})
	for in, want := range map[string]string{
		"said plain and more, plain": "said <redacted>, <redacted>",
		`{"m":"q\"uote"}`:            `{"m":"<redacted>"}`,
		"x=a%2Fb%2Bc y=a/b+c":        "x=<redacted> y=<redacted>",
		"abc is too short":           "abc is too short",
		"Bearer other":               "Bearer <redacted>",
	} {
		require.Equal(t, want, k.Text(in))
	}
	require.Equal(t, "plain", Known{}.Text("plain"))
}

func FuzzText(f *testing.F) {
	f.Add("Bearer abcdef")
	f.Add("http://u:p@h")
	f.Add("password=x")
	f.Fuzz(func(t *testing.T, s string) {
		once := Text("Authorization: Bearer planted0secret " + s)
		require.False(t, strings.Contains(once, "planted0secret"))
		require.Equal(t, thorough(s), Text(s), "the short cut changes nothing")
	})
}

func BenchmarkTextWithoutSecrets(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Text(`{"error":{"code":500,"message":"injected failure 9","type":"server_error"}}`)
	}
}
