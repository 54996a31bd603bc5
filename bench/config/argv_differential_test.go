// Argument lists and what AIPerf 0.13.0's own parser makes of them: the same is accepted, the same refused, with equal values.
package config

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// parsed is one line of testdata/argv_cases.txt.
type parsed struct {
	args   []string
	kind   string // "" when AIPerf accepts the list
	fields map[string]json.RawMessage
}

func parsedCases(t *testing.T) []parsed {
	t.Helper()
	f, err := os.Open("testdata/argv_cases.txt")
	require.NoError(t, err)
	defer f.Close()
	var out []parsed
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), "#") {
			continue
		}
		args, result, ok := strings.Cut(lines.Text(), "\t")
		require.True(t, ok, lines.Text())
		var c parsed
		require.NoError(t, json.Unmarshal([]byte(args), &c.args))
		if result[0] == '{' {
			require.NoError(t, json.Unmarshal([]byte(result), &c.fields), result)
		} else {
			c.kind = result
		}
		out = append(out, c)
	}
	require.NoError(t, lines.Err())
	return out
}

// ours parses and checks what AIPerf checks while parsing.
func ours(table *Table, args []string) (map[string]any, error) {
	s, err := table.Parse(args, nil)
	if err != nil {
		return nil, err
	}
	out := map[string]any{}
	for _, f := range s.GivenFields() {
		out[f] = s.Value(f)
	}
	if urls, ok := out["urls"].([]string); ok {
		for i, u := range urls {
			if urls[i], err = baseURL(u); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// canonical writes a value so that equal values of equal type are equal text. Pairs are folded as the map they become: the last of a key wins.
func canonical(t *testing.T, field string, v any) string {
	t.Helper()
	switch x := v.(type) {
	case float64:
		switch {
		case math.IsInf(x, 1):
			return `"inf"`
		case math.IsInf(x, -1):
			return `"-inf"`
		}
		return string(appendFloat(nil, x))
	case []float64:
		var b []string
		for _, f := range x {
			b = append(b, canonical(t, field, f))
		}
		return "[" + strings.Join(b, ",") + "]"
	}
	text := []byte(asJSON(t, v))
	if json, ok := v.(json.RawMessage); ok {
		text = json
	}
	text, err := compact(decoder(text), nil)
	require.NoError(t, err)
	if field == "headers" || field == "extra_inputs" || field == "mlflow_tags" {
		var rows [][2]json.RawMessage
		require.NoError(t, json.Unmarshal(text, &rows))
		var pairs []Pair
		for _, r := range rows {
			if field == "headers" && r[1][0] != '"' { // ours are text
				r[1] = appendString(nil, string(r[1]))
			}
			pairs = setPair(pairs, Pair{Key: string(r[0]), JSON: r[1]})
		}
		var b bytes.Buffer
		for _, p := range pairs {
			fmt.Fprintf(&b, "%s:%s ", p.Key, p.JSON)
		}
		return b.String()
	}
	return string(text)
}

func decoder(text []byte) *json.Decoder {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	return dec
}

// differs is one difference kept on purpose.
type differs struct {
	why   string
	about func(c parsed, got map[string]any, err error) bool
}

// kept are the differences from AIPerf's parser.
var kept = []differs{
	{"a header is one string, never coerced, and checked at once: name, text value, no line break", func(c parsed, _ map[string]any, _ error) bool {
		return slices.ContainsFunc(c.args, func(a string) bool {
			return strings.HasPrefix(a, "-H") || strings.HasPrefix(a, "-vH") || strings.HasPrefix(a, "--header")
		})
	}},
	{"addresses are checked before anything is sent", func(c parsed, _ map[string]any, err error) bool {
		return c.fields["urls"] != nil && (err == nil || strings.HasPrefix(err.Error(), "url "))
	}},
	{"NaN is no amount of anything, and no JSON", func(c parsed, _ map[string]any, _ error) bool {
		return strings.Contains(strings.ToLower(strings.Join(c.args, " ")), "nan")
	}},
	{"an empty comma list is refused at once", func(_ parsed, _ map[string]any, err error) bool {
		return err != nil && strings.HasSuffix(err.Error(), "is an empty list")
	}},
	{"whole numbers have 64 bits", func(_ parsed, _ map[string]any, err error) bool {
		return err != nil && (strings.HasSuffix(err.Error(), "is out of range") || strings.HasSuffix(err.Error(), errTooLarge.Error()))
	}},
	{"a long name with one dash is a typing error, not a short name with a value", func(_ parsed, _ map[string]any, err error) bool {
		return err != nil && strings.HasPrefix(err.Error(), "unknown option -") && !strings.HasPrefix(err.Error(), "unknown option --")
	}},
	{"an = between short names and the value separates them", func(c parsed, _ map[string]any, _ error) bool {
		return len(c.args) == 1 && strings.HasPrefix(c.args[0], "-v") && strings.Contains(c.args[0], "=")
	}},
	{"whether the input file exists is asked by the command", func(c parsed, _ map[string]any, _ error) bool {
		return strings.HasPrefix(c.kind, "ValidationError input_file")
	}},
	{"an empty command line fails later, for want of a model", func(c parsed, _ map[string]any, _ error) bool {
		return len(c.args) == 0 || c.args[0] == "--"
	}},
	{"choices are matched without regard to case and dashes everywhere", func(c parsed, got map[string]any, _ error) bool {
		field, one := strings.CutPrefix(c.kind, "ValidationError ")
		return one && len(got) == 1 && got[field] != nil && ProfileTable().Field(field).Type == Enum
	}},
	{"a superscript is text, where AIPerf fails over it", func(c parsed, _ map[string]any, _ error) bool {
		return strings.Contains(strings.Join(c.args, " "), "²")
	}},
	{"the parser's own structure is no option", func(c parsed, _ map[string]any, _ error) bool {
		return strings.HasPrefix(c.args[0], "--cli-config")
	}},
}

// mismatch describes how a result differs from AIPerf's; empty when it does not.
func mismatch(t *testing.T, c parsed, got map[string]any, err error) string {
	t.Helper()
	switch {
	case c.kind == "" && err != nil:
		return "refused: " + err.Error()
	case c.kind != "" && err == nil:
		return "accepted, theirs " + c.kind
	case err != nil:
		return ""
	case len(got) != len(c.fields):
		return fmt.Sprintf("fields %v, theirs %s", got, c.fields)
	}
	for f, want := range c.fields {
		if g, w := canonical(t, f, got[f]), canonical(t, f, want); g != w {
			return fmt.Sprintf("%s is %s, theirs %s", f, g, w)
		}
	}
	return ""
}

func TestParserMatchesAIPerf(t *testing.T) {
	used := make([]bool, len(kept))
	table := ProfileTable()
	for _, c := range parsedCases(t) {
		got, err := ours(table, c.args)
		if err != nil {
			require.NotContains(t, err.Error(), "\n", "%q", c.args)
		}
		diff := mismatch(t, c, got, err)
		if diff == "" {
			if field, one := strings.CutPrefix(c.kind, "ValidationError "); one && !strings.Contains(field, " ") && onlyValues(table, c.args) {
				require.True(t, names(table.Field(field), err.Error()), "%q: %s does not name %s", c.args, err, field)
			}
			continue
		}
		i := slices.IndexFunc(kept, func(d differs) bool { return d.about(c, got, err) })
		require.GreaterOrEqual(t, i, 0, "%q: %s", c.args, diff)
		used[i] = true
	}
	for i, d := range kept {
		require.True(t, used[i], "no case shows the difference: %s", d.why)
	}
}

// onlyValues tells that a list is wrong in a value, not in its words.
func onlyValues(t *Table, args []string) bool {
	_, err := t.Scan(args)
	return err == nil
}

// names tells whether a message names an option.
func names(o *Option, msg string) bool {
	first, _, _ := strings.Cut(msg, " ")
	if strings.HasPrefix(first, "--") {
		first = "--" + strings.ReplaceAll(first[2:], "_", "-")
	}
	return slices.Contains(list(o.Names+" "+o.Negative), first) || o.Field == "urls" && first == "url"
}
