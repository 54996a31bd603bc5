// Documents from flags against those that the released program makes of the same argument lists.
package config

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/bench/config/doc"
)

// convertCase is one argument list and what became of it.
type convertCase struct {
	Args  []string
	Group string
	Set   map[string]any
	Gone  []string
	Stage string
	Error string
	Cells int
}

type convertCases struct {
	How   string
	Base  map[string]any
	Cases []convertCase
}

func readConvertCases(t *testing.T) convertCases {
	t.Helper()
	var c convertCases
	src, err := os.ReadFile("testdata/convert.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(src, &c))
	require.NotEmpty(t, c.Cases)
	return c
}

// acceptedHere are argument lists that the release refuses although it is plain what they mean, by a part of its text.
var acceptedHere = []struct{ text, why string }{
	{"Cannot use both --no-gpu-telemetry", "--no-gpu-telemetry=false asks for nothing"},
	{"Input should be a valid string", "header values are text, also where they look like numbers"},
	{"dictionary update sequence", "a variant reads pairs as the option does"},
	{"validation error for AIPerfConfig", "the document's check finds it"},
}

// otherwiseHere are values that differ, by a part of the list.
var otherwiseHere = []struct{ args, why string }{
	{"--input-file \x00", `--input-file "" is no file`},
	{"url=http", "a URL in a variant is a URL; the release reads it as a list of letters"},
	{"--osl 8,9", "as below"},
	{"--osl 5,6\x00", "a list of output lengths over a file is swept where the file's dataset has it; the release fails on every cell"},
	{"h:1,,g:2", "an empty part of a list of addresses is no address"},
	{"--concurrency-steps 4", "the recipe's grid has as many steps as the flag says; the release always makes eight"},
	{"a:1 a:2", "the last of two tags of one name counts"},
}

// refusedHere are argument lists that the release accepts and lets fail later, or reads as something else, by a part of the list.
var refusedHere = []struct{ args, why string }{
	{"--agentic-cache-warmup-duration 3 --scenario", "no scenario runs here, so none sets the timing mode"},
	{"isl=x", "a variant's value is read as the option's, so that a mistake is found before the first run"},
	{"isl=1;osl=2", "as above"},
	{"url=http", "as above: the release reads the URL as a list of letters"},
}

// flatten makes a map of leaves; keys hold dots, so paths are joined by slashes.
func flatten(v any, path string, out map[string]any) {
	join := func(k string) string { return strings.TrimPrefix(path+"/"+k, "/") }
	switch x := v.(type) {
	case map[string]any:
		if len(x) == 0 {
			out[path] = x
		}
		for k, y := range x {
			flatten(y, join(k), out)
		}
	case []any:
		if len(x) > 0 {
			if _, ok := x[0].(map[string]any); ok {
				for i, y := range x {
					flatten(y, join(strconv.Itoa(i)), out)
				}
				return
			}
		}
		out[path] = x
	default:
		out[path] = v
	}
}

// plainOf is a node as encoding/json would read it; infinity is the text the vectors have.
func plainOf(n *doc.Node) any {
	switch n.Kind {
	case doc.Map:
		m := map[string]any{}
		for _, x := range n.Members {
			m[x.Key] = plainOf(x.Value)
		}
		return m
	case doc.List:
		l := []any{}
		for _, x := range n.Items {
			l = append(l, plainOf(x))
		}
		return l
	}
	switch v := n.Value.(type) {
	case int64:
		return float64(v)
	case float64:
		if math.IsInf(v, 0) {
			return map[bool]string{true: "inf", false: "-inf"}[v > 0]
		}
		return v
	}
	return n.Value
}

func document(t *testing.T, args []string) (*doc.Node, error) {
	t.Helper()
	t.Chdir("testdata/convert_files")
	defer func() { require.NoError(t, os.Chdir("../..")) }()
	s, err := ProfileTable().Parse(append([]string{"-m", "m"}, args...), nil)
	if err != nil {
		return nil, err
	}
	n, _, err := s.Document(Place{})
	return n, err
}

func TestDocumentAsReleased(t *testing.T) {
	c := readConvertCases(t)
	var bad, total int
	for _, x := range c.Cases {
		name := strings.Join(x.Args, " ")
		n, err := document(t, x.Args)
		total++
		fail := func(format string, a ...any) {
			bad++
			t.Errorf("%s: %s", name, fmt.Sprintf(format, a...))
		}
		switch {
		case x.Set == nil && err == nil:
			if !excused(x) {
				fail("accepted, released: %s", x.Error)
			}
		case x.Set != nil && err != nil:
			if x.Error == "" && !refused(x) {
				fail("refused: %v", err)
			}
		case err != nil:
			if miss := unnamed(x.Args, x.Error, err.Error()); miss != "" {
				fail("error %q does not name %s (released: %s)", err, miss, x.Error)
			}
			require.NotContains(t, err.Error(), "\n")
		default:
			if diff := documentDiff(c.Base, x, n); diff != "" && !otherwise(x) {
				fail("%s", diff)
			}
		}
	}
	t.Logf("%d of %d differ", bad, total)
}

func excused(x convertCase) bool {
	for _, a := range acceptedHere {
		if strings.Contains(x.Error, a.text) {
			return true
		}
	}
	return false
}

func otherwise(x convertCase) bool {
	for _, r := range otherwiseHere {
		if strings.Contains(strings.Join(x.Args, " ")+"\x00", r.args) {
			return true
		}
	}
	return false
}

func refused(x convertCase) bool {
	for _, r := range refusedHere {
		if strings.Contains(strings.Join(x.Args, " "), r.args) {
			return true
		}
	}
	return false
}

// hasBelow tells whether a path is a mapping of nulls.
func hasBelow(m map[string]any, path string) bool {
	for k, v := range m {
		if strings.HasPrefix(k, path+"/") && v == nil {
			return true
		}
	}
	return false
}

func documentDiff(base map[string]any, x convertCase, n *doc.Node) string {
	want := map[string]any{}
	for k, v := range base {
		want[k] = v
	}
	for _, k := range x.Gone {
		delete(want, k)
	}
	for k, v := range x.Set {
		want[k] = v
	}
	have := map[string]any{}
	flatten(plainOf(n), "", have)
	var out []string
	for k, v := range want {
		if h, ok := have[k]; !(ok || v == nil) || !reflect.DeepEqual(h, v) { // a null says as much as no key
			out = append(out, fmt.Sprintf("%s: have %v, want %v", k, h, v))
		}
	}
	for k, v := range have {
		if _, ok := want[k]; !ok && v != nil && !hasBelow(want, k) {
			out = append(out, fmt.Sprintf("%s: have %v, want nothing", k, v))
		}
	}
	return strings.Join(out, "; ")
}

var flagName = regexp.MustCompile(`--[a-z][a-z0-9-]*`)

// unnamed is empty when an error names at least one of the typed flags that the released text names.
func unnamed(args []string, released, ours string) string {
	fields, typed := map[string]bool{}, map[string]bool{}
	table := ProfileTable()
	for _, a := range args {
		if o, ok := table.Lookup(flagName.FindString(a)); ok {
			typed[o.Field] = true
		}
	}
	for _, f := range flagName.FindAllString(released, -1) {
		if o, ok := table.Lookup(f); ok && typed[o.Field] {
			fields[o.Field] = true
		}
	}
	if len(fields) == 0 {
		return ""
	}
	for _, f := range flagName.FindAllString(ours, -1) {
		if o, ok := table.Lookup(f); ok && fields[o.Field] {
			return ""
		}
	}
	return fmt.Sprint(fields)
}

func TestDocumentWithoutModel(t *testing.T) {
	s, err := ProfileTable().Parse([]string{"--streaming"}, nil)
	require.NoError(t, err)
	_, _, err = s.Document(Place{})
	require.ErrorContains(t, err, "--model")

	s, err = ProfileTable().Parse([]string{"--mock"}, nil)
	require.NoError(t, err)
	n, _, err := s.Document(Place{})
	require.NoError(t, err)
	require.Nil(t, n.Find("benchmark.models"))
}

// TestDocumentNamesFlags: every value that a flag set names the flag as it was typed, so that errors and explanations can.
func TestDocumentNamesFlags(t *testing.T) {
	s, err := ProfileTable().Parse([]string{"-m", "m", "--isl", "64", "--num-prefix-prompts", "3", "--concurrency", "1,2"}, nil)
	require.NoError(t, err)
	n, _, err := s.Document(Place{})
	require.NoError(t, err)
	for path, flag := range map[string]string{
		"benchmark.models.items.0.name":                 "-m",
		"benchmark.datasets.0.prompts.isl.mean":         "--isl",
		"benchmark.datasets.0.prefix_prompts.pool_size": "--num-prefix-prompts",
		"benchmark.phases.0.concurrency":                "--concurrency",
		"benchmark.phases.0.requests":                   "",
	} {
		at := n.Find(path)
		require.NotNil(t, at, path)
		require.Equal(t, flag, at.Origin, path)
	}
}

func TestDocumentOnTerminal(t *testing.T) {
	s, err := ProfileTable().Parse([]string{"-m", "m"}, nil)
	require.NoError(t, err)
	n, _, err := s.Document(Place{Terminal: true})
	require.NoError(t, err)
	require.Nil(t, n.Find("benchmark.runtime.ui"))
}

// FuzzSmallLanguages: no text of the small languages of flags may crash; what is read is whole.
func FuzzSmallLanguages(f *testing.F) {
	for _, seed := range []string{"128,64:60;256|10,32|5:40", "[(1,2):100]", `{"pairs":[{"isl":1,"osl":2,"prob":100}]}`, "concurrency:1,9:int",
		"a:p95:lt:3", `{"input":0.1,"output":0.2}`, "::::", "[", "{", "a=b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if n, _, err := sequenceDistribution(text); err == nil {
			sum := 0.0
			for _, p := range n.Items {
				sum += number(value(p, "probability"))
			}
			require.InDelta(t, 100, sum, sumTolerance)
		}
		if d, err := readDimension(text); err == nil {
			require.NotEmpty(t, d.path)
			require.Less(t, d.lo, d.hi)
		}
		if sla, err := readSLA(text); err == nil {
			require.Len(t, sla.Members, 4)
		}
		_ = rangeRatio(text)
		_, _ = metricsURL(text)
		_ = metricsURLs([]string{text})
	})
}
