// The templates against AIPerf's, and what a model or a URL put into them does.
package templates

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/bench/config/doc"
)

// original is one row of testdata/aiperf.json.
type original struct {
	Name, Category, Difficulty string
	Tags                       []string
	OptionalEnv                []string `json:"optional_env"`
	Document                   any
}

func originals(t testing.TB) []original {
	b, err := os.ReadFile("testdata/aiperf.json")
	require.NoError(t, err)
	var all struct{ Templates []original }
	require.NoError(t, json.Unmarshal(b, &all))
	require.Len(t, all.Templates, 27)
	return all.Templates
}

// plain turns a document into what encoding/json makes of the same values.
func plain(n *doc.Node) any {
	switch n.Kind {
	case doc.Map:
		m := map[string]any{}
		for _, x := range n.Members {
			m[x.Key] = plain(x.Value)
		}
		return m
	case doc.List:
		l := []any{}
		for _, x := range n.Items {
			l = append(l, plain(x))
		}
		return l
	case doc.Int:
		return float64(n.Value.(int64))
	}
	return n.Value
}

func parse(t testing.TB, text []byte) *doc.Node {
	n, err := doc.Parse("template.yaml", text)
	require.NoError(t, err, string(text))
	return n
}

// mended loads nowhere as AIPerf ships it: its sweep reaches into short forms.
const mended = "sweep_distributions"

func TestTemplatesAreAIPerfs(t *testing.T) {
	for i, want := range originals(t) {
		have := All[i]
		require.Equal(t, want.Name, have.Name, "in AIPerf's order")
		require.Equal(t, want.Category, have.Category, want.Name)
		require.Equal(t, want.Difficulty, have.Difficulty, want.Name)
		require.Equal(t, want.Tags, strings.Fields(have.Tags), want.Name)
		text, err := have.Source()
		require.NoError(t, err)
		if want.Name == mended {
			continue
		}
		require.Equal(t, want.Document, plain(parse(t, text)), want.Name)
	}
	require.Len(t, All, len(originals(t)))
}

func TestHeaderSaysWhatItShowsAndHowToRun(t *testing.T) {
	entries, err := files.ReadDir("files")
	require.NoError(t, err)
	require.Len(t, entries, len(All), "a file without a row")
	for _, x := range All {
		text, err := x.Source()
		require.NoError(t, err)
		require.True(t, strings.HasPrefix(string(text), "# "+x.Title+"\n#\n"), x.Name)
		require.Contains(t, string(text), "aiperf profile --config")
		header := strings.Join(strings.Fields(strings.ReplaceAll(string(text), "\n# ", " ")), " ")
		require.Contains(t, header, x.About, x.Name)
		for line := range strings.Lines(string(text)) {
			require.LessOrEqual(t, len(strings.TrimRight(line, "\n")), 100, x.Name)
		}
	}
}

func TestWith(t *testing.T) {
	const url = "https://host:8443/v1?a=b#c"
	for _, x := range All {
		for _, model := range []string{"my/model", "a: b", "it's", "yes", "-x", "42", "1e3", "{x}", "#no", "two\nlines", "${MODEL:m}", "null", "", "ü€"} {
			text, err := x.With(model, url)
			require.NoError(t, err)
			source, err := x.Source()
			require.NoError(t, err)
			want, have := parse(t, source), parse(t, text)
			b := want.Get("benchmark")
			if model != "" {
				b.Set("model", doc.Of(model))
			}
			if e := b.Get("endpoint"); e.Get("urls") != nil {
				e.Set("urls", doc.Of([]string{url}))
			} else {
				e.Set("url", doc.Of(url))
			}
			require.Equal(t, plain(want), plain(have), "%s %q", x.Name, model)
		}
		same, err := x.With("", "")
		require.NoError(t, err)
		source, err := x.Source()
		require.NoError(t, err)
		require.Equal(t, string(source), string(same), x.Name)
	}
}

func TestOnlyKnownVariables(t *testing.T) {
	for i, want := range originals(t) {
		text, err := All[i].Source()
		require.NoError(t, err)
		for _, part := range strings.Split(string(text), "${")[1:] {
			name, _, found := strings.Cut(part, ":")
			if found && strings.ToUpper(name) == name && name != "NAME" {
				require.Contains(t, want.OptionalEnv, name, want.Name)
			}
		}
	}
}

func TestMatches(t *testing.T) {
	k, ok := Lookup("kv_cache_test")
	require.True(t, ok)
	for word, want := range map[string]bool{"CACHE": true, "prefix": true, "advanced": true, "tokens among": true, "vision": false} {
		require.Equal(t, want, k.Matches(word), word)
	}
	_, ok = Lookup("no_such")
	require.False(t, ok)
	require.IsIncreasing(t, Names())
}

func FuzzWith(f *testing.F) {
	f.Add("model", "http://localhost:8000")
	f.Add("- a: 'b'", "x # y")
	f.Fuzz(func(t *testing.T, model, url string) {
		x, _ := Lookup("minimal")
		text, err := x.With(model, url)
		require.NoError(t, err)
		n, err := doc.Parse("t.yaml", text)
		if err != nil {
			return // what YAML cannot hold at all, such as a NUL or bytes that are no UTF-8
		}
		if model != "" && utf8.ValidString(model) {
			require.Equal(t, model, n.Find("benchmark.model").Value)
		}
	})
}
