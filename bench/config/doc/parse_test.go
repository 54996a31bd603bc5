// What Parse reads, held against PyYAML's results for the same texts, and what it refuses.
package doc

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// pyValue is a value as testdata/yaml.json writes it.
type pyValue struct {
	T string          `json:"t"`
	V json.RawMessage `json:"v"`
}

type yamlCase struct {
	YAML   string          `json:"yaml"`
	R      *pyValue        `json:"r"`
	Err    string          `json:"err"`
	Pos    json.RawMessage `json:"pos"`
	ErrPos []int           `json:"errpos"`
}

func readCases[T any](t testing.TB, name string) []T {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	var f struct{ Cases []T }
	require.NoError(t, json.Unmarshal(b, &f))
	require.NotEmpty(t, f.Cases)
	return f.Cases
}

// different are the texts PyYAML refuses and we read on purpose, or the other way round.
var different = map[string]string{
	"a: 1\t# c\n":                 "a tab before a comment is harmless",
	"a:\t1\n":                     "a tab between tokens is harmless",
	"a: [\t1]\n":                  "a tab between tokens is harmless",
	"a: x\t y\n":                  "a tab inside a text is harmless",
	"a: |\n  \tx\n":               "a block text that begins with a tab is refused by the port",
	"a: =\n":                      "a lone = is text",
	"a: <<\n":                     "<< as a value is text",
	"a: 2020-13-45\n":             "dates are text",
	"a: &x 1\nb: &x 2\nc: *x\n":   "an anchor may be defined again, as YAML 1.2 says",
	"a: 12345678901234567890\n":   "whole numbers end at 64 bits",
	"%FOO x\n---\na: 1\n":         "unknown directives are refused",
	"a: 1\na: 2\n":                "a key written twice is refused, as AIPerf does",
	"a: {b: 1, b: 2}\n":           "a key written twice is refused, as AIPerf does",
	"2020-01-01: b\n":             "dates are text",
	"a: !!set {x}\n":              "sets are no configuration values",
	"a: !!omap [a: 1]\n":          "ordered maps are no configuration values",
	"a: !!binary aGk=\n":          "bytes are no configuration values",
	"a: !!timestamp 2020-01-01\n": "dates are text",
}

func TestParseAsPyYAML(t *testing.T) {
	for i, c := range readCases[yamlCase](t, "yaml.json") {
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			n, err := Parse("f.yaml", []byte(c.YAML))
			if err != nil {
				var e *Error
				require.ErrorAs(t, err, &e, "%q", c.YAML)
				checkPlace(t, e, c.YAML)
			}
			if _, ok := different[c.YAML]; ok {
				return
			}
			if c.R == nil || !acceptable(t, *c.R) {
				require.Error(t, err, "%q: PyYAML: %s", c.YAML, c.Err)
				return
			}
			require.NoError(t, err, "%q", c.YAML)
			same(t, *c.R, n, c.YAML)
		})
	}
}

// acceptable says whether a Python value is a mapping with text keys everywhere.
func acceptable(t *testing.T, v pyValue) bool { return v.T == "map" && textKeys(t, v) }

func textKeys(t *testing.T, v pyValue) bool {
	switch v.T {
	case "map":
		var kv [][2]pyValue
		require.NoError(t, json.Unmarshal(v.V, &kv))
		for _, x := range kv {
			if x[0].T != "str" || !textKeys(t, x[1]) {
				return false
			}
		}
	case "list":
		var xs []pyValue
		require.NoError(t, json.Unmarshal(v.V, &xs))
		for _, x := range xs {
			if !textKeys(t, x) {
				return false
			}
		}
	}
	return true
}

func same(t *testing.T, want pyValue, got *Node, text string) {
	t.Helper()
	repr := func() (s string) { require.NoError(t, json.Unmarshal(want.V, &s)); return s }
	switch want.T {
	case "map":
		var kv [][2]pyValue
		require.NoError(t, json.Unmarshal(want.V, &kv))
		require.Equal(t, Map, got.Kind, "%q", text)
		require.Len(t, got.Members, len(kv), "%q", text)
		for i, x := range kv {
			var key string
			require.NoError(t, json.Unmarshal(x[0].V, &key))
			require.Equal(t, key, got.Members[i].Key, "%q", text)
			same(t, x[1], got.Members[i].Value, text)
		}
	case "list":
		var xs []pyValue
		require.NoError(t, json.Unmarshal(want.V, &xs))
		require.Equal(t, List, got.Kind, "%q", text)
		require.Len(t, got.Items, len(xs), "%q", text)
		for i, x := range xs {
			same(t, x, got.Items[i], text)
		}
	case "NoneType":
		require.Equal(t, Null, got.Kind, "%q", text)
	case "bool":
		require.Equal(t, repr() == "True", got.Value, "%q", text)
	case "int":
		i, err := strconv.ParseInt(repr(), 10, 64)
		require.NoError(t, err)
		require.Equal(t, i, got.Value, "%q", text)
	case "float":
		f, err := strconv.ParseFloat(repr(), 64)
		if !math.IsInf(f, 0) {
			require.NoError(t, err)
		}
		if math.IsNaN(f) {
			require.True(t, math.IsNaN(got.Value.(float64)), "%q", text)
			return
		}
		require.Equal(t, f, got.Value, "%q", text)
	case "str":
		require.Equal(t, repr(), got.Value, "%q", text)
	case "date", "datetime":
		require.Equal(t, String, got.Kind, "%q", text)
	default:
		t.Fatalf("%q: no rule for Python type %s", text, want.T)
	}
}

// TestParseRefuses holds the one line that each kind of mistake gives.
func TestParseRefuses(t *testing.T) {
	deep := func(open, end string) string { return strings.Repeat(open, 300) + "1" + strings.Repeat(end, 300) }
	for text, want := range map[string]string{
		"":                                 "f.yaml:1:1: the configuration is empty; 'aiperf config init' writes an example",
		"\ufeff# nothing\n":                "f.yaml:1:1: the configuration is empty; 'aiperf config init' writes an example",
		"- a\n":                            "f.yaml:1:1: the top level must be a mapping, not a list; begin with a key, as in 'benchmark:'",
		"a: 1\n---\nb: 1\n":                "f.yaml:2:1: a second document begins here; keep one document in each file",
		"a:\n  b: 1\n  c: 2\n  b: 3\n":     `f.yaml:4:3: a.b: key "b" is already set on line 2; remove one of them`,
		"a: {1: x}\n":                      "f.yaml:1:5: a: key 1 is a whole number, and keys must be text; quote it: '1'",
		"a:\n  yes: 1\n":                   "f.yaml:2:3: a: key yes is true or false, and keys must be text; quote it: 'yes'",
		"a: {{ x }}\n":                     "f.yaml:1:5: a: a key must be text, not a mapping; quote a value that begins with '{' or '['",
		"a:\n\tb: 1\n":                     "f.yaml:2:1: invalid YAML: a tab cannot be used for indentation; indent with spaces",
		"a: b: c\n":                        "f.yaml:1:5: invalid YAML: mapping values are not allowed in this context; quote a value that holds ': ', and indent the keys of one mapping alike",
		"a: 'x\n":                          "f.yaml:1:4: invalid YAML: found unexpected end of stream; a quote that was opened here is never closed",
		"a: *no\n":                         "f.yaml:1:4: invalid YAML: unknown anchor 'no' referenced; define it with '&name' above this line",
		"a: &x\n  b: [*x]\n":               "f.yaml:2:7: a.b.0: alias *x stands inside the value it refers to; write the value out where it is needed",
		"a: \x00\n":                        "f.yaml:1:4: the file holds a NUL byte, so it is not text; is this a YAML file?",
		"a: é\xff\n":                       "f.yaml:1:5: byte 0xff is not UTF-8 text; save the file as UTF-8",
		"a: 99999999999999999999\n":        "f.yaml:1:4: a: 99999999999999999999 does not fit 64 bits; quote it if it is text",
		"a: !!python/object:os.system x\n": "f.yaml:1:4: a: tag !!python/object:os.system is not known; remove the tag",
		"a: " + deep("[", "]"):             "",
		"a: " + deep("{a: ", "}"):          "",
		strings.Repeat("a: [", 1):          "",
		"a: {a:, b: 1}\n":                  `f.yaml:1:5: a.a: "a:" ends in a colon; write a space after the colon, or quote the text`,
		"a: [a:]\n":                        `f.yaml:1:5: a.0: "a:" ends in a colon; write a space after the colon, or quote the text`,
		"a: {a: b:}\n":                     `f.yaml:1:8: a.a: "b:" ends in a colon; write a space after the colon, or quote the text`,
		"a: \"\\/\"\n b: c\n":              "f.yaml:2:2: invalid YAML: did not find expected key; indent the keys of one mapping alike, and write nothing behind a quoted or bracketed value",
		"p:\n  type:chat\n  requests: 3\n": "f.yaml:2:8: invalid YAML: mapping values are not allowed in this context; write a space after the colon",
		"type:chat\nrequests: 3\n":         "f.yaml:1:6: invalid YAML: mapping values are not allowed in this context; write a space after the colon",
		"b:\n  model m\n  x:\n    y: 1\n":  "f.yaml:2:3: invalid YAML: mapping values are not allowed in this context; a key needs ': ' after it",
		"v: \"2\nb:\n  m: m\n":             "f.yaml:1:4: invalid YAML: found unexpected end of stream; a quote that was opened here is never closed",
		"v: \"2\nb:\n  m: \"m\"\n":         "f.yaml:1:4: invalid YAML: did not find expected key; a quote that was opened here is not closed on its line",
		"v: \"2\n  x\"\n b: 1\n":           "f.yaml:3:2: invalid YAML: did not find expected key; indent the keys of one mapping alike, and write nothing behind a quoted or bracketed value",
		"t: |\n  some words\n b: 1\n":      "f.yaml:3:2: invalid YAML: did not find expected key; indent the keys of one mapping alike, and write nothing behind a quoted or bracketed value",
		"a: &a [x,x]\nb: &b [*a,*a]\nc: {<<: *b}\n": "f.yaml:3:5: << merges mappings, not a list; name a mapping, as in '<<: *defaults'",
	} {
		n, err := Parse("f.yaml", []byte(text))
		require.Nil(t, n, "%.40q", text)
		var e *Error
		require.ErrorAs(t, err, &e, "%.40q", text)
		checkPlace(t, e, text)
		if want != "" {
			require.Equal(t, want, e.Error())
		} else {
			require.Less(t, len(e.Error()), 400)
		}
	}
}

// TestParseBounded reads files made to take all memory or time.
func TestParseBounded(t *testing.T) {
	laughs := "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
	merges := "m0: &m0 {k: v}\n"
	for i := range 12 {
		a, b := strconv.Itoa(i), strconv.Itoa(i+1)
		laughs += "a" + b + ": &a" + b + " [" + strings.TrimSuffix(strings.Repeat("*a"+a+", ", 10), ", ") + "]\n"
		merges += "m" + b + ": &m" + b + " {<<: [" + strings.TrimSuffix(strings.Repeat("*m"+a+", ", 10), ", ") + "], k" + b + ": 1}\n"
	}
	for _, text := range []string{
		laughs,
		merges,
		"a: " + strings.Repeat("[", 200000),
		"a: " + strings.Repeat("{a: ", 100000),
		strings.Repeat("- ", 100000),
		strings.Repeat("? ", 100000),
		"a: [" + strings.Repeat(",", MaxBytes/4) + "]",
		"a: [" + strings.Repeat("x,", maxNodes+1) + "]",
		strings.Repeat("a:\n", maxNodes+1),
		strings.Repeat("x", MaxBytes+1),
		"? " + strings.Repeat("k", 1<<20) + "\n: [" + strings.Repeat("[[1,1],1],", 50000) + "]\nb: *x\n",
	} {
		_, err := Parse("f.yaml", []byte(text))
		require.Error(t, err, "%.40q", text)
		require.Less(t, len(err.Error()), 500)
	}
}

func TestParseKeeps(t *testing.T) {
	n, err := Parse("f.yaml", []byte("base: &b {x: 1, y: 2}\nuse:\n  <<: *b\n  y: 3\n  z: *b\n"))
	require.NoError(t, err)
	require.Equal(t, `{"base":{"x":1,"y":2},"use":{"x":1,"y":3,"z":{"x":1,"y":2}}}`, string(n.JSON()))
	require.Equal(t, Pos{"f.yaml", 4, 6}, n.Get("use").Get("y").Pos)
	require.Equal(t, Pos{"f.yaml", 5, 3}, n.Get("use").Member("z").Pos)
	n.Get("use").Get("z").Set("x", Of(9))
	require.Equal(t, int64(1), n.Find("base.x").Value, "aliases are copies")
	require.Equal(t, "a: 1\n   ^", Excerpt([]byte("a: 1\nb"), Pos{"f", 1, 4}))
	require.Equal(t, "", Excerpt([]byte("a"), Pos{"f", 9, 1}))
}

// TestParseSlash reads the escape of a slash, which JSON has, and leaves a backslash before a slash alone everywhere else.
func TestParseSlash(t *testing.T) {
	text := `{"a": "x\/\/y", "\/": '\/', c: \/, d: "\\/\\\/", e: "\ue000\/", f: 1}`
	n, err := Parse("f.yaml", []byte(text))
	require.NoError(t, err)
	require.Equal(t, `{"a":"x//y","/":"\\/","c":"\\/","d":"\\/\\/","e":"`+"\ue000"+`/","f":1}`, string(n.JSON()))
	require.Equal(t, Pos{"f.yaml", 1, strings.LastIndex(text, "1") + 1}, n.Get("f").Pos, "columns are those of the file")
}

// TestSyntaxPlaces holds where a mistake is shown: on PyYAML's line, but where a colon, a space or a quote is missing, on the line that lacks it.
func TestSyntaxPlaces(t *testing.T) {
	type syntaxCase struct {
		Kind, YAML, Problem   string
		Changed, Line, Column int
	}
	for _, c := range readCases[syntaxCase](t, "syntax.json") {
		_, err := Parse("f.yaml", []byte(c.YAML))
		var e *Error
		require.ErrorAs(t, err, &e, "%s", c.YAML)
		checkPlace(t, e, c.YAML)
		require.NotEmpty(t, e.Excerpt)
		want := c.Line
		switch c.Kind {
		case "nospace", "nocolon", "quote":
			want = c.Changed
		}
		require.Equal(t, want, e.Pos.Line, "%s\n%v; PyYAML: line %d, %s", c.YAML, e, c.Line, c.Problem)
		if c.Kind == "nospace" {
			require.Contains(t, e.Hint, "space after the colon", "%s", c.YAML)
		}
	}
}

func TestReadFile(t *testing.T) {
	dir := t.TempDir()
	_, err := ReadFile(filepath.Join(dir, "none.yaml"))
	require.ErrorIs(t, err, os.ErrNotExist)
	_, err = ReadFile(dir)
	require.ErrorContains(t, err, "this is a folder")
	big := filepath.Join(dir, "big.yaml")
	f, err := os.Create(big)
	require.NoError(t, err)
	require.NoError(t, f.Truncate(100<<20))
	require.NoError(t, f.Close())
	_, err = ReadFile(big)
	require.ErrorContains(t, err, "larger than 16 MiB")
	small := filepath.Join(dir, "a.yaml")
	require.NoError(t, os.WriteFile(small, []byte("a: 1\n"), 0o600))
	b, err := ReadFile(small)
	require.NoError(t, err)
	require.Equal(t, "a: 1\n", string(b))
}

// FuzzParse holds that nothing panics, that places lie in the text, and that what is read can be written and read again.
func FuzzParse(f *testing.F) {
	for _, c := range readCases[yamlCase](f, "yaml.json") {
		f.Add([]byte(c.YAML))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		n, err := Parse("f.yaml", b)
		if err != nil {
			var e *Error
			require.ErrorAs(t, err, &e)
			checkPlace(t, e, string(b))
			return
		}
		lines := strings.Count(string(b), "\n") + 2 + strings.Count(string(b), "\r") + strings.Count(string(b), "\u0085") + strings.Count(string(b), "\u2028") + strings.Count(string(b), "\u2029")
		var walk func(n *Node)
		walk = func(n *Node) {
			require.Positive(t, n.Pos.Line)
			require.Positive(t, n.Pos.Column)
			require.LessOrEqual(t, n.Pos.Line, lines)
			each(n, nil, func(_ *place, c *Node) { walk(c) })
		}
		walk(n)
		out := n.YAML()
		back, err := Parse("f.yaml", out)
		require.NoError(t, err, "%s", out)
		require.Equal(t, string(n.JSON()), string(back.JSON()), "%s", out)
		_ = Substitute(n, func(s string) (string, bool) { return s, len(s)%2 == 0 })
		_ = Render(n)
	})
}

// checkPlace requires that an error points into its text.
func checkPlace(t testing.TB, e *Error, text string) {
	t.Helper()
	count := 1
	for _, end := range []string{"\n", "\r", "\u0085", "\u2028", "\u2029"} {
		count += strings.Count(text, end)
	}
	require.Equal(t, "f.yaml", e.Pos.File)
	require.Positive(t, e.Pos.Line, "%q: %v", text, e)
	require.LessOrEqual(t, e.Pos.Line, count, "%q: %v", text, e)
	require.Positive(t, e.Pos.Column, "%q: %v", text, e)
	require.NotEmpty(t, e.Msg)
	require.NotContains(t, e.Error(), "\n")
}
