// Secrets on the command line and in answers never reach a file or a stream.
package cli

import (
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// echo refuses every request, or fails inside the stream, and repeats everything it was sent, as some proxies do.
func echo(status int) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		said := fmt.Sprintf("refused: %v for %s, key %s", r.Header, r.URL.RequestURI(), strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "))
		if status != http.StatusOK {
			w.WriteHeader(status)
			_, _ = fmt.Fprintf(w, `{"error":{"message":%q}}`, said)
			return
		}
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = fmt.Fprintf(w, "event: error\ndata: {\"message\":%q}\n\n", said)
	})
}

func TestSecretsStayOut(t *testing.T) {
	for _, status := range []int{http.StatusUnauthorized, http.StatusInternalServerError, http.StatusOK} {
		server := httptest.NewServer(echo(status))
		defer server.Close()
		host := strings.TrimPrefix(server.URL, "http://")
		for _, args := range [][]string{
			{"--url", server.URL, "--api-key", "plantedKey"},
			{"--url", server.URL, "--api-key", "planted/+key=="},
			{"--url", server.URL, "-H", "X-Api-Key: plantedKey", "X-Auth-Token:plantedToken"},
			{"--url", server.URL, "-H", "Authorization: Token plantedKey"},
			{"--url", server.URL, "--header=Cookie:sid=planted0"},
			{"--url", "http://user:plantedWord@" + host},
			{"--url", "user:plantedWord@" + host},
			{"--url=user:planted%2Fword@" + host},
			{"--url", server.URL + "/v1?api_key=plantedKey"},
			{"--url", server.URL + "?key=planted1&token=planted2#part", "--api-key", "planted3"},
			{"--url", server.URL + "?sig=planted1," + server.URL + "?code=planted2"},
			{"-u" + host + "?access_token=planted1"},
			{"--url", server.URL, "--endpoint", "/v1/chat/completions?key=planted1"},
		} {
			out := filepath.Join(t.TempDir(), "out")
			b := newBed(t, append([]string{"profile", "-m", "mock-model", "--isl", "5", "--request-count", "2", "--streaming", "--export-level", "raw", "-vv", "--artifact-dir", out}, args...)...)
			require.Equal(t, exitFailed, b.run(), args)
			requireNoSecret(t, out, b, args)
			require.FileExists(t, filepath.Join(out, "profile_export_raw.jsonl"), "%v: %s", args, b.err)
		}
	}
}

func requireNoSecret(t *testing.T, dir string, b *bed, args []string, but ...string) {
	t.Helper()
	require.NotContains(t, b.out.String(), "planted", args)
	require.NotContains(t, b.err.String(), "planted", args)
	require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || slices.Contains(but, path) {
			return err
		}
		text, err := os.ReadFile(path)
		require.NotContains(t, string(text), "planted", "%v: %s", args, path)
		return err
	}))
}

func TestRefusedOptionsKeepSecrets(t *testing.T) {
	for _, args := range [][]string{
		{"--url", "http://u:planted@h:99999"},
		{"--url", "u:planted@h:99999"},
		{"--url", "http://u:planted/word@h"},
		{"--url", "http://h:99999?key=planted"},
		{"--url", "ftp://h?key=planted"},
		{"--url", "http://u:plan ted@h"},
		{"-H", "Authorization planted"},
		{"--otel-url", "http://u:planted@h"},
		{"—api-key", "planted01"},
		{"—api-key=planted01"},
		{"—api-key planted01"},
		{"--api-key planted01"},
		{"--api-key:planted01"},
		{"--api-keyplanted01"},
		{"--apikey", "planted01"},
		{"--api_kee=planted01"},
		{"–header", "X-Api-Key: planted01"},
		{"—H", "X-Api-Key: planted01"},
		{"api-key", "planted01"},
		{"api_key", "planted01"},
		{"apikey=planted01"},
		{"-kplanted01"},
		{"-apikeyplanted01"},
		{"extra-inputs", "password:planted01"},
		{"--extra-inputs", `{"auth":{"password":"planted01"}`},
		{"--extra-inputs", `{"auth":{"password":"planted01"}}`, "--nonsense"},
	} {
		b := newBed(t, append([]string{"profile", "-m", "m"}, args...)...)
		require.Equal(t, exitFailed, b.run(), args)
		require.NotContains(t, b.err.String(), "planted", args)
		require.NotContains(t, b.err.String(), "ted@", args)
	}
}

func TestWrongMockOptionsTouchNoFile(t *testing.T) {
	for _, args := range [][]string{{"--mock-fault", "nope"}, {"--mock-ttft", "banana"}, {"--mock-itl", "banana"}} {
		out := t.TempDir()
		old := filepath.Join(out, "profile_export.jsonl")
		require.NoError(t, os.WriteFile(old, []byte("old"), 0o600))
		b := newBed(t, append([]string{"profile", "--mock", "--artifact-dir", out}, args...)...)
		require.Equal(t, exitFailed, b.run(), args)
		text, err := os.ReadFile(old)
		require.NoError(t, err)
		require.Equal(t, "old", string(text), args)
	}
}
