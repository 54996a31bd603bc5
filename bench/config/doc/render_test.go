// ${VAR} and Jinja held against what AIPerf makes of the same texts and configurations.
package doc

import (
	"encoding/json"
	"errors"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/bench/config/doc/jinja"
)

func TestSubstituteAsAIPerf(t *testing.T) {
	b, err := os.ReadFile("testdata/substitute.json")
	require.NoError(t, err)
	var f struct {
		Env   map[string]string
		Cases []struct{ Text, Type, Value, Error string }
	}
	require.NoError(t, json.Unmarshal(b, &f))
	lookup := func(n string) (string, bool) { v, ok := f.Env[n]; return v, ok }
	for _, c := range f.Cases {
		n := NewMap("k", []any{c.Text}, c.Text, true)
		err := Substitute(n, lookup)
		if c.Error != "" {
			var es Errors
			require.ErrorAs(t, err, &es, "%q", c.Text)
			require.Equal(t, "k.0", es[0].Path)
			continue
		}
		if _, tooLong := strconv.ParseInt(c.Value, 10, 64); c.Type == "int" && tooLong != nil {
			require.ErrorContains(t, err, "does not fit 64 bits", "%q", c.Text)
			require.NotContains(t, err.Error(), c.Value)
			continue
		}
		require.NoError(t, err, "%q", c.Text)
		require.NotNil(t, n.Get(c.Text), "keys are not touched")
		got := n.Get("k").Items[0]
		want := any(c.Value)
		switch c.Type {
		case "bool":
			want = c.Value == "True"
		case "int":
			i, err := strconv.ParseInt(c.Value, 10, 64)
			require.NoError(t, err)
			want = i
		case "float":
			x, _ := strconv.ParseFloat(c.Value, 64)
			want = x
			if math.IsNaN(x) {
				require.True(t, math.IsNaN(got.Value.(float64)))
				continue
			}
		}
		require.Equal(t, want, got.Value, "%q", c.Text)
		require.Equal(t, Of(want).Kind, got.Kind, "%q", c.Text)
	}
}

func TestSubstituteNotesVariable(t *testing.T) {
	n, err := Parse("f.yaml", []byte("a: ${X}\nb: p${Y:1}${X}\nc: ${Z:7}\nd: ${N}\ne: ${N\n"))
	require.NoError(t, err)
	err = Substitute(n, func(s string) (string, bool) { return "5", s == "X" })
	var es Errors
	require.ErrorAs(t, err, &es)
	require.Len(t, es, 2)
	require.Equal(t, "f.yaml:4:4: d: environment variable N is not set; set it, or give a default: ${N:value}", es[0].Error())
	require.Equal(t, `f.yaml:5:4: e: '${' in "${N" has no closing '}'; close the brace`, es[1].Error())
	require.Equal(t, "X", n.Get("a").Var)
	require.Equal(t, int64(5), n.Get("a").Value)
	require.Equal(t, "X", n.Get("b").Var)
	require.Equal(t, "p15", n.Get("b").Value)
	require.Equal(t, "", n.Get("c").Var)
}

// better are configurations that we render and AIPerf does not, or to something more useful.
var better = map[string]string{
	`{"variables": {"n": "{{ 1+1 }}"}, "benchmark": {"j": "{{ variables.n }}"}}`:                          `{"variables":{"n":2},"benchmark":{"j":2}}`,
	`{"variables": {"a.b": "{{ 1 }}", "c": "{{ 2 }}"}, "q": "{{ variables[\"a.b\"] }}"}`:                  `{"variables":{"a.b":1,"c":2},"q":1}`,
	`{"benchmark": {"model": "{# a {{ b #}c{{ 1 }}", "n": "{{ '}}' }}", "o": "{% raw %}{{{% endraw %}"}}`: `{"benchmark":{"model":"c1","n":"}}","o":"{{"}}`,
}

func TestRenderAsAIPerf(t *testing.T) {
	for _, c := range readCases[struct{ Config, Result, Error, Path string }](t, "render.json") {
		n := fromJSON(t, c.Config)
		err := Render(n)
		if want, ok := better[c.Config]; ok {
			require.NoError(t, err, c.Config)
			require.Equal(t, want, string(n.JSON()))
			continue
		}
		if strings.Contains(c.Config, "12345678901234567890") {
			require.ErrorContains(t, err, "does not fit 64 bits", "%s", c.Config)
			continue
		}
		if c.Error != "" {
			var es Errors
			require.ErrorAs(t, err, &es, "%s: %s", c.Config, c.Error)
			if c.Path != "" {
				require.Equal(t, c.Path, es[0].Path, "%s: %s", c.Config, c.Error)
			}
			continue
		}
		require.NoError(t, err, c.Config)
		require.Equal(t, string(fromJSON(t, c.Result).JSON()), string(n.JSON()), c.Config)
	}
}

func TestRenderErrors(t *testing.T) {
	for text, want := range map[string]string{
		"variables: {concurrency: 4}\nbenchmark:\n  phases: {requests: '{{ concurency }}'}\n": `f.yaml:3:22: benchmark.phases.requests: template "{{ concurency }}": 'concurency' is undefined; did you mean concurrency?`,
		"variables: {a: '{{ b }}', b: '{{ c }}', c: '{{ b }}'}\n":                             "f.yaml:1:30: variables.b: variables refer to each other in a circle: b -> c -> b; give one of them a value of its own",
		"a: '{% include \"/etc/passwd\" %}'\n":                                                `f.yaml:1:4: a: template "{% include \"/etc/passwd\" %}": {% include %} is not supported in configurations`,
		"a: '{{ range(10**9) | list }}'\n":                                                    `f.yaml:1:4: a: template "{{ range(10**9) | list }}": the template computes too much`,
		"a: '{{ 1 / 0 }}'\n":                                                                  `f.yaml:1:4: a: template "{{ 1 / 0 }}": division by zero`,
	} {
		n, err := Parse("f.yaml", []byte(text))
		require.NoError(t, err)
		err = WithExcerpts(Render(n), "f.yaml", []byte(text))
		var es Errors
		require.ErrorAs(t, err, &es)
		require.Equal(t, want, es[0].Error())
		require.Contains(t, es[0].Excerpt, "^")
	}
}

// TestRenderAgain is how a sweep uses it: clones with other variables, the original unchanged.
func TestRenderAgain(t *testing.T) {
	raw, err := Parse("f.yaml", []byte("variables: {n: 1, m: '{{ n + 1 }}'}\nbenchmark: {requests: '{{ n * 100 }}', concurrency: '{{ m }}'}\n"))
	require.NoError(t, err)
	before := string(raw.JSON())
	for i, want := range []string{`{"requests":0,"concurrency":1}`, `{"requests":100,"concurrency":2}`, `{"requests":200,"concurrency":3}`} {
		c := raw.Clone()
		c.Get("variables").Set("n", Of(i))
		require.NoError(t, Render(c))
		require.Equal(t, want, string(c.Get("benchmark").JSON()))
		require.Equal(t, "{{ n * 100 }}", c.Get("benchmark").Get("requests").Template)
	}
	require.Equal(t, before, string(raw.JSON()))
}

func TestRenderBounded(t *testing.T) {
	long := NewMap("variables", NewMap())
	for i := range 5000 {
		v := "{{ v" + strconv.Itoa(i+1) + " }}"
		if i == 4999 {
			v = "x"
		}
		m := long.Get("variables")
		m.Members = append(m.Members, Member{Key: "v" + strconv.Itoa(i), Value: Of(v)})
	}
	require.NoError(t, Render(long))
	require.Equal(t, "x", long.Get("variables").Get("v0").Value)
	many := NewMap()
	for i := range 10000 {
		many.Members = append(many.Members, Member{Key: strconv.Itoa(i), Value: Of("{% for i in range(1000) %}{% endfor %}")})
	}
	require.Error(t, Render(many), "the budget is for the whole configuration")
}

// TestRenderShared renders one configuration again and again from one budget, as a sweep does, until it is spent.
func TestRenderShared(t *testing.T) {
	one := NewMap("benchmark", NewMap("requests", "{{ range(100) | sum }}"))
	budget, n := jinja.NewBudget(), 0
	for ; n < jinja.DefaultSteps/100; n++ {
		if err := RenderWith(one.Clone(), budget); err != nil {
			require.ErrorContains(t, err, "computes too much")
			break
		}
	}
	require.Greater(t, n, 1000)
	require.Less(t, n, jinja.DefaultSteps/100)
	require.NoError(t, Render(one.Clone()), "a budget of its own")
}

// TestRenderWhole reads the whole configuration in every template: it is made a value once.
func TestRenderWhole(t *testing.T) {
	b := NewMap()
	for i := range 5000 {
		b.Members = append(b.Members, Member{Key: "k" + strconv.Itoa(i), Value: Of("{{ benchmark.end }}")})
	}
	b.Set("end", Of(7))
	root := NewMap("benchmark", b)
	require.NoError(t, Render(root))
	require.Equal(t, int64(7), b.Get("k4999").Value)
}

// TestTooLong holds that whole numbers beyond 64 bits are refused from everywhere, and never become text.
func TestTooLong(t *testing.T) {
	for _, v := range []string{"9223372036854775808", "18446744073709551615", "-9223372036854775809", "99999999999999999999"} {
		n := NewMap("extra", NewMap("seed", "${V}"))
		err := Substitute(n, func(string) (string, bool) { return v, true })
		require.ErrorContains(t, err, "extra.seed: the value is a whole number that does not fit 64 bits (it came from the environment variable V)")
		require.NotContains(t, err.Error(), v)
		require.ErrorContains(t, Render(NewMap("variables", NewMap("s", "{{ "+v+" }}"))), "variables.s: the value is a whole number")
		require.ErrorContains(t, Render(NewMap("seed", "{{ "+v+" }}")), "seed: the value is a whole number")
		_, err = Parse("f.yaml", []byte("seed: "+v+"\n"))
		require.ErrorContains(t, err, "does not fit 64 bits")
		n = NewMap("seed", "id-${V}")
		require.NoError(t, Substitute(n, func(string) (string, bool) { return v, true }))
		require.Equal(t, "id-"+v, n.Get("seed").Value, "text around it keeps it text")
	}
	n := NewMap("seed", "${V}")
	require.NoError(t, Substitute(n, func(string) (string, bool) { return "9223372036854775807", true }))
	require.Equal(t, int64(math.MaxInt64), n.Get("seed").Value)
}

// TestWithExcerptsMany gives a hundred of many errors an excerpt, whose lines are found in the source without reading it for each.
func TestWithExcerptsMany(t *testing.T) {
	const many = 100_000
	src := []byte(strings.Repeat("key: value\r\n", many))
	es := make(Errors, many)
	for i := range es {
		es[i] = &Error{Pos: Pos{File: "f", Line: i + 1, Column: 6}, Path: "k" + strconv.Itoa(i), Msg: "m"}
	}
	require.Error(t, WithExcerpts(es, "f", src))
	for i, e := range es {
		if i < maxExcerpts {
			require.Equal(t, "key: value\n     ^", e.Excerpt)
		} else {
			require.Empty(t, e.Excerpt)
		}
	}
	require.Contains(t, es.Error(), "k8, and 99991 more)")
}

func TestWithExcerptsLeavesOthers(t *testing.T) {
	other := errors.New("other")
	require.Equal(t, other, WithExcerpts(other, "f", nil))
	require.NoError(t, WithExcerpts(nil, "f", nil))
	e := &Error{Pos: Pos{File: "g.yaml", Line: 1, Column: 1}, Msg: "m"}
	require.Empty(t, WithExcerpts(e, "f.yaml", []byte("a")).(*Error).Excerpt)
}

func TestNearest(t *testing.T) {
	words := []string{"benchmark", "multi_run", "random_seed", "sweep", "variables", "concurrency", "request_count"}
	for word, want := range map[string]string{
		"swep": "sweep", "multiRun": "multi_run", "multi-run": "multi_run", "BENCHMARK": "benchmark", "bencmhark": "benchmark", "requestCount": "request_count",
		"concurency": "concurrency", "foo": "", "": "", "x": "", "randomSeeds": "random_seed", strings.Repeat("a", 1000): "",
	} {
		require.Equal(t, want, Nearest(word, words), word)
	}
}
