// Secrets in configuration files and the environment never reach a file, a log or the screen.
package cli

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// secretConfig plants a secret in every place of a configuration that may hold one; SERVER is the address of the server.
const secretConfig = `variables: {api_key: planted0, plain: 3}
benchmark:
  model: mock-model
  endpoint:
    url: "http://user:planted1@SERVER?key=planted2"
    api_key: ${THE_KEY}
    path: "/v1/chat/completions?token=planted4"
    headers: {X-Api-Key: planted5, Authorization: "Basic planted6", X-Auth: "{{ variables.api_key }}"}
    extra: {api_key: planted7, password: "planted8", depth: 2}
    streaming: true
  dataset: {type: synthetic, entries: 2, isl: 5}
  phases: {type: concurrency, requests: 2}
  artifacts: {dir: DIR, raw: true}
`

func TestSecretsInFilesStayOut(t *testing.T) {
	server := httptest.NewServer(echo(http.StatusInternalServerError))
	defer server.Close()
	dir := t.TempDir()
	out := filepath.Join(dir, "out")
	file := filepath.Join(dir, "c.yaml")
	text := strings.NewReplacer("SERVER", strings.TrimPrefix(server.URL, "http://"), "DIR", out).Replace(secretConfig)
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	for _, tt := range []struct {
		args string
		code int
	}{
		{"profile -f FILE -vv", exitFailed}, // the server refuses
		{"profile -f FILE --plan", exitOK},
		{"profile -f FILE --plan=curl:2", exitOK},
		{"profile -f FILE --concurrency 0", exitFailed},
		{"profile -f FILE --goodput request_latency:5", exitFailed},
		{"config validate FILE", exitOK},
		{"config expand FILE -F", exitOK},
		{"config expand FILE -F -f json", exitOK},
		{"config explain FILE", exitOK},
		{"config explain FILE --all", exitOK},
	} {
		b := newBed(t, strings.Fields(strings.ReplaceAll(tt.args, "FILE", file))...)
		b.env.Environ = []string{"THE_KEY=planted3"}
		require.Equal(t, tt.code, b.run(), "%s: %s", tt.args, b.err)
		requireNoSecret(t, dir, b, []string{tt.args}, file)
	}
	require.FileExists(t, filepath.Join(out, "profile_export_raw.jsonl"))
	require.FileExists(t, filepath.Join(out, "profile_export_rerun.json"))
}

// Mistakes beside a secret are shown without the line that holds it.
func TestMistakesBesideSecretsStayOut(t *testing.T) {
	for _, wrong := range []struct{ old, new string }{
		{"api_key: ${THE_KEY}", "api_key: [planted9]"},
		{"api_key: ${THE_KEY}", "api_kee: planted9"},
		{"api_key: ${THE_KEY}", "api_key: planted9\n    api_key: planted9"},
		{"api_key: ${THE_KEY}", "api_key: ${THE_KEY"},
		{"user:planted1@SERVER", "user:planted1/word@SERVER"},
		{"user:planted1@SERVER", "user:planted1@"},
		{"X-Api-Key: planted5", "X-Api-Key: [planted5]"},
		{"X-Api-Key: planted5", "X-Api-Key: {a: planted5}"},
		{"\"Basic planted6\"", "\"Basic planted6"},
		{"{{ variables.api_key }}", "{{ variables.api_key + 1 }}"},
		{"{{ variables.api_key }}", "{{ variables.api_key | nope }}"},
		{"streaming: true", "streaming: planted9"},
	} {
		text := strings.Replace(secretConfig, wrong.old, wrong.new, 1)
		require.NotEqual(t, secretConfig, text)
		text = strings.NewReplacer("SERVER", "127.0.0.1:1", "DIR", "out").Replace(text)
		file := filepath.Join(t.TempDir(), "c.yaml")
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
		for _, command := range [][]string{{"profile", "-f", file}, {"config", "validate", file}, {"config", "expand", file}, {"config", "explain", file}} {
			b := newBed(t, command...)
			b.env.Environ = []string{"THE_KEY=planted3"}
			code := b.run()
			if wrong.new == "streaming: planted9" {
				require.Equal(t, exitFailed, code)
				continue // no place for a secret: the value is shown
			}
			require.Equal(t, exitFailed, code, "%s: %s %s", wrong.new, b.out, b.err)
			requireNoSecret(t, t.TempDir(), b, append(command, wrong.new))
		}
	}
}
