// What templates give, held against Jinja2's results for the same templates.
package jinja

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

type oracleCase struct {
	Template string  `json:"template"`
	Text     *string `json:"text"`
	Err      string  `json:"err"`
}

func oracle(t testing.TB) []oracleCase {
	t.Helper()
	b, err := os.ReadFile("testdata/jinja.json")
	require.NoError(t, err)
	var f struct{ Cases []oracleCase }
	require.NoError(t, json.Unmarshal(b, &f))
	require.NotEmpty(t, f.Cases)
	return f.Cases
}

func sample() func(string) (any, bool) {
	m := NewDict()
	m.Set("k", "v")
	m.Set("n", Int(1))
	vars := map[string]any{"x": Int(10), "y": Int(3), "f": 2.5, "s": "str", "l": List{Int(1), Int(2), Int(3)}, "m": m}
	return func(n string) (any, bool) { v, ok := vars[n]; return v, ok }
}

func render(text string) (string, error) {
	t, err := Parse(text)
	if err != nil {
		return "", err
	}
	return t.Render(sample(), &Budget{DefaultSteps})
}

// TestAsJinja2 renders every template of the table: the same text, an error where Jinja2 has one, or a refusal that says so.
func TestAsJinja2(t *testing.T) {
	cases := oracle(t)
	refused := 0
	for _, c := range cases {
		got, err := render(c.Template)
		switch {
		case c.Text == nil:
			require.Error(t, err, "%q gives %q; Jinja2: %s", c.Template, got, c.Err)
		case err != nil:
			require.Regexp(t, `not supported in configurations|cannot be printed; |to a fraction|^'nope' is undefined$`, err.Error(), "%q", c.Template)
			refused++
		default:
			require.Equal(t, *c.Text, got, "%q", c.Template)
		}
	}
	require.LessOrEqual(t, refused, len(cases)/20, "most of the language must work")
}

func TestNames(t *testing.T) {
	for text, want := range map[string][]string{
		"{{ a + b * a }}": {"a", "b"},
		"{% for i in l %}{{ i }}{{ loop.index }}{% endfor %}":  {"l"},
		"{% for i in i %}{{ i }}{% endfor %}{{ i }}":           {"i"},
		"{% set a = b %}{{ a }}":                               {"b"},
		"{% if c %}{% set a = 1 %}{% endif %}{{ a }}":          {"c", "a"},
		"{{ range(n) | sum }}":                                 {"n"},
		"{{ a.b.c }}{{ a['x'] }}":                              {"a"},
		"{% with q = r %}{{ q }}{% endwith %}":                 {"r"},
		"{{ x | default(y) }}{{ z is defined }}{{ m.get(k) }}": {"x", "y", "z", "m", "k"},
		"{% raw %}{{ a }}{% endraw %}{# {{ b }} #}":            nil,
	} {
		tpl, err := Parse(text)
		require.NoError(t, err, text)
		require.Equal(t, want, tpl.Names(), text)
	}
}

// TestBounded renders what would never end, or never fit, and must be refused soon.
func TestBounded(t *testing.T) {
	for _, text := range []string{
		"{% for i in range(10**9) %}x{% endfor %}",
		"{% for i in range(10**6) %}{% for j in range(10**6) %}{% endfor %}{% endfor %}",
		"{{ range(10**12) | list }}",
		"{{ range(10**12) | sum }}",
		"{{ 'x' * 10**9 }}",
		"{{ [0] * 10**9 }}",
		"{{ [] * 10**18 }}{{ [0] * 10**8 }}",
		"{{ 9 ** 9 ** 9999 }}",
		"{{ 2 ** 100000000 }}",
		"{{ (2 ** 4000) * (2 ** 4000) }}",
		"{{ '%999999999d' | format(1) }}",
		"{{ '%.999999999f' | format(1) }}",
		"{{ 'a'.zfill(10**9) }}",
		"{{ 'aaaa' * 10**5 | replace('a', 'b' * 10**5) }}",
		"{% set ns = namespace(l=[1]) %}{% for i in range(60) %}{% set ns.l = ns.l + ns.l %}{% endfor %}",
		"{% set ns = namespace(l=[1]) %}{% for i in range(60) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}{{ ns.l }}",
		"{% set ns = namespace(l=[1]) %}{% for i in range(60) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}{{ ns.l == [ns.l] }}{{ ns.l | tojson }}",
		"{% set ns = namespace(s='ab') %}{% for i in range(60) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}",
		"{% set ns = namespace(s='ab') %}{% for i in range(60) %}{% set ns.s %}{{ ns.s }}{{ ns.s }}{% endset %}{% endfor %}",
		"{{ range(10**6) | batch(1, 0) | list }}{{ [1] | batch(10**9, 0) | list }}",
		"{{ [[0] * 1000] * 1000 | map('list') | list }}{{ range(10**7) | join('x') }}",
		strings.Repeat("{{ (", 1) + strings.Repeat("(", 100000),
		"{{ " + strings.Repeat("-", 100000) + "1 }}",
		"{{ " + strings.Repeat("not ", 100000) + "1 }}",
		"{{ 1" + strings.Repeat(" + 1", 100000) + " }}",
		"{{ 1" + strings.Repeat(" if 1 else 1", 100000) + " }}",
		"{{ x" + strings.Repeat(".a", 100000) + " }}",
		"{{ x" + strings.Repeat("|int", 100000) + " }}",
		strings.Repeat("{% if 1 %}", 50000),
		"{% if 0 %}" + strings.Repeat("{% elif 0 %}", 50000) + "{% endif %}",
		strings.Repeat("x", maxTemplate+1),
	} {
		_, err := render(text)
		require.Error(t, err, "%.80s", text)
	}
}

// TestCosts holds that what takes long costs much: each of these loops would take many seconds if its body cost one step.
func TestCosts(t *testing.T) {
	for _, text := range []string{
		"{% for i in range(900) %}{{ 1.1 ** 1.3 }}{% endfor %}",
		"{% for i in range(900) %}{{ 7 ** -1.3 }}{% endfor %}",
		"{% for i in range(900) %}{{ 1.1 | round(399) }}{% endfor %}",
		"{% for i in range(900) %}{{ 1e300 | round(-399) }}{% endfor %}",
		"{% set b = 2 ** 4000 %}{% for i in range(900) %}{{ b }}{% endfor %}",
		"{% set b = 2 ** 4000 %}{% for i in range(900) %}{% if '%d' | format(b) %}{% endif %}{% endfor %}",
		"{% set b = 2 ** 4000 %}{% for i in range(900) %}{% if '{:d}'.format(b) %}{% endif %}{% endfor %}",
		"{% set b = 2 ** 4000 %}{% for i in range(900) %}{% if b | tojson %}{% endif %}{% endfor %}",
		"{% set b = 3 ** 2500 %}{% for i in range(900) %}{% if b / (b + 1) %}{% endif %}{% endfor %}",
		"{% for i in range(900) %}{% if 3 ** 2500 %}{% endif %}{% endfor %}",
		"{% set b = '9' * 1200 %}{% for i in range(900) %}{% if b | int %}{% endif %}{% endfor %}",
		"{% set b = ' ' * 100000 %}{% for i in range(900) %}{% if b | trim %}{% endif %}{% endfor %}",
		"{% set b = 'a ' * 1000 %}{% for i in range(900) %}{% if b | title %}{% endif %}{% endfor %}",
		"{% set b = 'a ' * 1000 %}{% for i in range(900) %}{% if b | wordcount %}{% endif %}{% endfor %}",
		"{% set b = 'a' * 100000 %}{% set d = {b: 1} %}{% for i in range(900) %}{% if d[b] %}{% endif %}{% endfor %}",
		"{% set b = 'a' * 100000 %}{% for i in range(900) %}{% if b < b %}{% endif %}{% endfor %}",
		"{% set b = '%%' * 1000 %}{% for i in range(900) %}{% if b | format %}{% endif %}{% endfor %}",
		"{% set b = '{{' * 1000 %}{% for i in range(900) %}{% if b.format() %}{% endif %}{% endfor %}",
	} {
		tpl, err := Parse(text)
		require.NoError(t, err)
		_, err = tpl.Render(sample(), &Budget{DefaultSteps / 10})
		require.ErrorContains(t, err, "computes too much", "%.80s", text)
	}
}

// TestBracesRefused names the forms of str.format that are not computed.
func TestBracesRefused(t *testing.T) {
	for text, want := range map[string]string{
		"{{ '{:>5}'.format(x) }}":       "the form '{:>5}' is not supported",
		"{{ '{:+d}'.format(x) }}":       "the form '{:+d}' is not supported",
		"{{ '{:.1%}'.format(f) }}":      "the form '{:.1%}' is not supported",
		"{{ '{:x}'.format(x) }}":        "the form '{:x}' is not supported",
		"{{ '{:010,d}'.format(x) }}":    "zeros with ','",
		"{{ '{!r}'.format(x) }}":        "is not supported in configurations",
		"{{ '{:9999999d}'.format(x) }}": "is not supported",
		"{{ '{:d}'.format(f) }}":        "needs a whole number, not 2.5",
		"{{ '{:d}'.format(s) }}":        "needs a number, not a text",
		"{{ '{:5}'.format(none) }}":     "does not fit NoneType",
	} {
		_, err := render(text)
		require.ErrorContains(t, err, want, text)
	}
}

func BenchmarkRender(b *testing.B) {
	for b.Loop() {
		if _, err := render("{{ x * 100 // y }}"); err != nil {
			b.Fatal(err)
		}
	}
}

// FuzzRender holds that no template panics, runs on, or fails with anything but a message.
func FuzzRender(f *testing.F) {
	for i, c := range oracle(f) {
		if i%7 == 0 {
			f.Add(c.Template)
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		tpl, err := Parse(text)
		if err == nil {
			_, err = tpl.Render(sample(), &Budget{20_000})
		}
		if err != nil {
			require.NotEmpty(t, err.Error())
		}
	})
}
