// Secrets in configuration files and the environment never reach a file, a log or the screen.
package cli

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/bench/config"
	"github.com/aiperf-go/aiperf/report/redact"
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

// answering takes every request, notes what it was sent, and repeats it in a good answer, or says little.
func answering(t *testing.T, quiet bool) (server *httptest.Server, sent func() string) {
	t.Helper()
	var mu sync.Mutex
	var seen strings.Builder
	server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		said := fmt.Sprintf("%s\n%v\n%s\n", r.URL.RequestURI(), r.Header, body)
		mu.Lock()
		seen.WriteString(said)
		mu.Unlock()
		if quiet {
			said = "yes"
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, `{"object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":%s}}]}`, jsonText(said))
	}))
	t.Cleanup(server.Close)
	return server, func() string {
		mu.Lock()
		defer mu.Unlock()
		return seen.String()
	}
}

func jsonText(s string) string {
	text, err := json.Marshal(s)
	if err != nil {
		return `""`
	}
	return string(text)
}

// plantedCases are places of secrets beyond the plain ones: what a file says at the top, in its endpoint, and what is sent.
var plantedCases = []struct {
	name, top, endpoint string
	args                []string
	environ             []string
	sent                []string
	quiet               bool   // the answer says nothing: short values are not looked for in it
	lost                string // what a rerun has to be given again; "" when the record holds all
}{
	{name: "a variable that is used twice", endpoint: `api_key: "${MYKEY}", headers: {X-B: "Bearer ${MYKEY}", X-C: "pre-${MYKEY}", X-Sub: "${CI_TOKEN}"}`,
		environ: []string{"MYKEY=planted01", "CI_TOKEN=planted02"}, sent: []string{"Bearer planted01", "pre-planted01", "planted02"}, lost: "environment variable"},
	{name: "short values", endpoint: `api_key: "${MYKEY}", headers: {X-B: "Bearer ${MYKEY}", X-Sub: "${CI_TOKEN}"}`,
		environ: []string{"MYKEY=planted", "CI_TOKEN=planted"}, sent: []string{"Bearer planted"}, quiet: true, lost: "environment variable"},
	{name: "a variable named after a key", endpoint: `headers: {X-Plain: "${DEPLOY_KEY}", X-Two: "${SSH_PASS}"}`,
		environ: []string{"DEPLOY_KEY=planted01", "SSH_PASS=planted02"}, sent: []string{"planted01", "planted02"}, lost: "environment variable"},
	{name: "defaults of variables", endpoint: `headers: {X-Plain: "${DEPLOY_KEY:planted01}", X-Two: "pre ${SSH_PASS:planted02}"}`, sent: []string{"planted01", "pre planted02"}, lost: "--header"},
	{name: "parts of an address", endpoint: `url: "http://${WHO}:${WORD}@SERVER"`, environ: []string{"WHO=planted01", "WORD=planted02"}, lost: "benchmark.endpoint.urls"},
	{name: "nested in the body", endpoint: `extra: {auth: {password: planted01, list: [{secret: planted02}]}, depth: {api_key: 12, n: 3}}`,
		sent: []string{`"password":"planted01"`, `"secret":"planted02"`, `"api_key":12,"n":3`}, lost: "--extra-inputs"},
	{name: "lists and mappings of secrets", endpoint: `extra: {password: [planted01, [planted02]], api_keys: {a: planted03, b: {c: planted04}}}`,
		sent: []string{`"password":["planted01",["planted02"]]`, `{"a":"planted03","b":{"c":"planted04"}}`}, lost: "--extra-inputs"},
	{name: "a secret repeated in the body", endpoint: `api_key: planted01, extra: {note: "use planted01", notes: ["or planted01"], callback: "http://u:planted02@h?sig=planted03"}`,
		sent: []string{"use planted01", "or planted01", "http://u:planted02@h"}, lost: "--api-key"},
	{name: "special letters", endpoint: `api_key: 'planted"01', extra: {password: 'planted"\02'}, headers: {X-Note: 'a planted"01'}`,
		sent: []string{`planted"01`, `"planted\"\\02"`}, lost: "--api-key"},
	{name: "variables that feed secrets", top: `variables: {deploykey: planted01, who: planted02, deep: {password: planted03, more: [{token: planted04}]}, max_tokens: 100}`,
		endpoint: `api_key: "{{ who }}", headers: {Authorization: "Basic {{ deploykey }}", X-A: "{{ deep.password }}", X-D: "{{ deep.more[0].token }}"}, extra: {top_k: "{{ max_tokens }}"}`,
		sent:     []string{"Bearer planted02", "planted03", "planted04", `"top_k":100`}, lost: "benchmark.endpoint"},
	{name: "a scheme in a plain header", endpoint: `headers: {X-Upstream: "Bearer planted01", X-Other: "Basic planted02"}`, sent: []string{"Bearer planted01", "Basic planted02"}, lost: "--header"},
	{name: "options: nested body", args: []string{"--extra-inputs", `{"auth":{"password":"planted01"},"api_keys":["planted02"]}`},
		sent: []string{`"password":"planted01"`, "planted02"}, lost: "--extra-inputs"},
	{name: "options: list of secrets", args: []string{"--extra-inputs", `{"password":["planted01"]}`}, sent: []string{`["planted01"]`}, lost: "--extra-inputs"},
	{name: "options: a key in two places", args: []string{"--api-key", "planted01", "--header", "X-B: Bearer planted01", "X-C: planted01"},
		sent: []string{"X-B:[Bearer planted01]", "X-C:[planted01]"}, lost: "--api-key"},
	{name: "settings", environ: []string{"AIPERF_OTHER_TOKEN=planted01", "AIPERF_SOME_KEY=planted02", `AIPERF_GROUP={"password":"planted03"}`}},
}

func TestPlantedSecretsStayOut(t *testing.T) {
	for _, tt := range plantedCases {
		t.Run(tt.name, func(t *testing.T) {
			server, sent := answering(t, tt.quiet)
			dir := t.TempDir()
			out, file := filepath.Join(dir, "out"), filepath.Join(dir, "c.yaml")
			endpoint := tt.endpoint
			if !strings.Contains(endpoint, "url:") {
				endpoint = strings.TrimSuffix(`url: "http://SERVER", `+endpoint, ", ")
			}
			text := tt.top + "\nbenchmark:\n  model: mock-model\n  endpoint: {" + endpoint + "}\n" +
				"  dataset: {type: synthetic, entries: 2, isl: 5}\n  phases: {type: concurrency, requests: 2}\n  tokenizer: {name: builtin}\n  artifacts: {dir: DIR, raw: true}\n"
			text = strings.NewReplacer("SERVER", strings.TrimPrefix(server.URL, "http://"), "DIR", out).Replace(text)
			require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
			run := func(code int, args ...string) *bed {
				b := newBed(t, args...)
				b.env.Environ = tt.environ
				require.Equal(t, code, b.run(), "%s: %s", args, b.err)
				requireNoSecret(t, dir, b, args, file)
				return b
			}
			run(exitOK, append([]string{"profile", "-f", file, "-vv"}, tt.args...)...)
			for _, s := range tt.sent {
				require.Contains(t, sent(), s, "the run sends what it hides")
			}
			require.FileExists(t, filepath.Join(out, "profile_export_raw.jsonl"))
			for _, args := range []string{"profile -f FILE --plan", "profile -f FILE --plan=curl:2", "config explain FILE", "config explain FILE --all"} {
				run(exitOK, append(strings.Fields(strings.ReplaceAll(args, "FILE", file)), tt.args...)...)
			}
			for _, args := range []string{"validate FILE", "expand FILE", "expand FILE -F", "expand FILE -F -f yaml", "expand FILE -F -f json"} {
				run(exitOK, append([]string{"config"}, strings.Fields(strings.ReplaceAll(args, "FILE", file))...)...)
			}

			again := newBed(t, "rerun", out)
			if tt.lost == "" {
				require.Equal(t, exitOK, again.run(), again.err)
				return
			}
			require.Equal(t, exitFailed, again.run(), "%s: %s", again.out, again.err)
			require.Contains(t, again.err.String(), tt.lost)
			requireNoSecret(t, dir, again, []string{"rerun"}, file)
			if tt.lost == "environment variable" { // the record names them: with them set it is whole
				before := len(sent())
				run(exitOK, "rerun", out)
				for _, s := range tt.sent {
					require.Contains(t, sent()[before:], s)
				}
			}
		})
	}
}

// A sweep over a secret shows neither its values nor names made of them.
func TestSweepsOverSecretsStayOut(t *testing.T) {
	const body = "benchmark:\n  model: mock-model\n  endpoint: {url: \"http://127.0.0.1:1\"}\n" +
		"  dataset: {type: synthetic, entries: 2, isl: 5}\n  phases: [{name: profiling, type: concurrency, requests: 2, concurrency: 1}]\n"
	for _, sweep := range []string{
		"{type: grid, parameters: {endpoint.api_key: [planted01, planted02]}}",
		"{type: grid, parameters: {endpoint.apiKey: [planted01, planted02]}}",
		"{type: grid, parameters: {endpoint.headers.Authorization: [planted01, \"Bearer planted02\"], phases.0.concurrency: [1, 2]}}",
		"{type: zip, parameters: {endpoint.url: [\"http://u:planted01@h\", \"http://h?key=planted02\"]}}",
		"{type: grid, parameters: {endpoint.extra.auth.password: [planted01, planted02]}}",
		"{type: scenarios, runs: [{name: a, benchmark: {endpoint: {api_key: planted01}}}, {name: b, benchmark: {endpoint: {extra: {api_keys: [planted02]}}}}]}",
	} {
		file := filepath.Join(t.TempDir(), "c.yaml")
		require.NoError(t, os.WriteFile(file, []byte("sweep: "+sweep+"\n"+body), 0o600))
		for _, args := range []string{"validate FILE", "expand FILE", "expand FILE -F", "expand FILE -f yaml", "expand FILE -F -f json", "explain FILE", "explain FILE --all"} {
			b := newBed(t, append([]string{"config"}, strings.Fields(strings.ReplaceAll(args, "FILE", file))...)...)
			require.Equal(t, exitOK, b.run(), "%s: %s %s", sweep, args, b.err)
			requireNoSecret(t, t.TempDir(), b, []string{args, sweep})
		}
		b := newBed(t, "profile", "-f", file)
		require.Equal(t, exitFailed, b.run())
		requireNoSecret(t, t.TempDir(), b, []string{sweep})
	}
}

// A mistake in a place of a secret names the place, and shows neither value, template nor line.
func TestMistakesInSecretsStayOut(t *testing.T) {
	for _, wrong := range []struct{ endpoint, says string }{
		{"api_key:\n      planted01 {{ nope }}", "api_key: its template"},
		{"api_key:\n      \"{{ 'planted01' | nope }}\"", "api_key: its template"},
		{"headers:\n      Authorization:\n        - planted01", "headers.Authorization"},
		{"headers:\n      Authorization:\n        name:\n          planted01", "headers.Authorization"},
		{"headers:\n      planted01", "headers"},
		{"extra:\n      planted01", "extra"},
		{"extra:\n      auth:\n        password:\n          - planted01 {{ nope }}", "password"},
		{"api_key: ${MISSING:planted01", "api_key: '${' in"},
		{"api_key:\n      - ${MISSING:planted01", "api_key"},
		{"api_key:\n      ${MISSING}", "environment variable MISSING is not set"},
	} {
		text := "benchmark:\n  model: mock-model\n  endpoint:\n    url: \"http://127.0.0.1:1\"\n    " + wrong.endpoint + "\n" +
			"  dataset: {type: synthetic, entries: 2, isl: 5}\n  phases: {type: concurrency, requests: 2}\n"
		file := filepath.Join(t.TempDir(), "c.yaml")
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
		for _, command := range [][]string{{"profile", "-f", file}, {"config", "validate", file}, {"config", "expand", file}, {"config", "explain", file}} {
			b := newBed(t, command...)
			require.Equal(t, exitFailed, b.run(), "%s: %s %s", wrong.endpoint, b.out, b.err)
			require.Contains(t, b.err.String(), wrong.says)
			requireNoSecret(t, t.TempDir(), b, append(command, wrong.endpoint))
		}
	}
}

// The settings of a .env file are part of the record, and so are files named by relative paths: a rerun needs neither folder.
func TestRecordStandsAlone(t *testing.T) {
	server, _ := answering(t, true)
	dir := t.TempDir()
	write := func(name, text string) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	write(".env", `AIPERF_UI='{"CONSOLE_EXPORT_WIDTH": 123}'`+"\n"+`AIPERF_HTTP='{"X_SESSION_ID_FROM_CORRELATION_ID": true}'`+"\n")
	write("data.jsonl", `{"text": "hello"}`+"\n")
	write("c.yaml", "benchmark:\n  model: mock-model\n  endpoint: {url: \""+server.URL+"\"}\n  dataset: {type: file, path: data.jsonl}\n"+
		"  phases: {type: concurrency, requests: 2}\n  tokenizer: {name: builtin}\n")
	t.Chdir(dir)
	b := newBed(t, "profile", "-f", "c.yaml", "--artifact-dir", "out")
	b.env.Getwd = os.Getwd
	require.Equal(t, exitOK, b.run(), b.err)
	t.Chdir(t.TempDir())
	record, err := os.ReadFile(filepath.Join(dir, "out", "profile_export_rerun.json"))
	require.NoError(t, err)
	require.Contains(t, string(record), filepath.Join(dir, "data.jsonl"))
	require.Contains(t, string(record), `"AIPERF_UI_CONSOLE_EXPORT_WIDTH": "123"`)
	require.Contains(t, string(record), `"AIPERF_HTTP_X_SESSION_ID_FROM_CORRELATION_ID": "true"`)
	again := newBed(t, "rerun", filepath.Join(dir, "out"))
	require.Equal(t, exitOK, again.run(), again.err)

	require.NoError(t, os.Remove(filepath.Join(dir, "data.jsonl")))
	again = newBed(t, "rerun", filepath.Join(dir, "out"))
	require.Equal(t, exitFailed, again.run(), again.out)
	require.Contains(t, again.err.String(), "profile_export_rerun.json:")
	require.NotContains(t, again.err.String(), "c.yaml")
}

// The lists of secret names stand in two packages, since neither may import the other.
func TestListsOfSecretNamesAreEqual(t *testing.T) {
	of := func(file string) map[string][]string {
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		require.NoError(t, err)
		lists := map[string][]string{}
		ast.Inspect(f, func(n ast.Node) bool {
			v, ok := n.(*ast.ValueSpec)
			if !ok || len(v.Values) != 1 {
				return true
			}
			list, ok := v.Values[0].(*ast.CompositeLit)
			if !ok {
				return true
			}
			for _, x := range list.Elts {
				text, err := strconv.Unquote(x.(*ast.BasicLit).Value)
				require.NoError(t, err)
				lists[v.Names[0].Name] = append(lists[v.Names[0].Name], text)
			}
			return true
		})
		return lists
	}
	ours, theirs := of("../config/redact.go"), of("../../report/redact/redact.go")
	for _, name := range []string{"secretNames", "secretParts", "secretQuery"} {
		require.NotEmpty(t, ours[name])
		require.ElementsMatch(t, ours[name], theirs[name], name)
		for _, word := range append(ours[name], "X-Plain", "X-"+ours[name][0]+"-Id") {
			require.Equal(t, redact.SecretName(word), config.IsSecretName(word), word)
			require.Equal(t, redact.URL("http://h/?"+word+"=x"), config.RedactURL("http://h/?"+word+"=x"), word)
		}
	}
}
