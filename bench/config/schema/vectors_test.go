// The released program's own results: its vectors, its templates, and a sample of its answers to mutated documents.

package schema_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/bench/config/doc"
	"github.com/aiperf-go/aiperf/bench/config/schema"
)

// read loads a document as a run does: variables, then templates.
func read(t *testing.T, text string, env map[string]string) (*doc.Node, error) {
	t.Helper()
	n, err := doc.Parse("vec.yaml", []byte(text))
	if err != nil {
		return nil, err
	}
	if err := doc.Substitute(n, func(name string) (string, bool) { v, ok := env[name]; return v, ok }); err != nil {
		return nil, err
	}
	return n, doc.Render(n)
}

// sameJSON compares keys, their order, and values.
func sameJSON(t *testing.T, name string, want json.RawMessage, got *doc.Node) {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, json.Compact(&b, want), name)
	require.Equal(t, b.String(), tight(t, got), name)
}

func tight(t *testing.T, n *doc.Node) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, json.Compact(&b, n.JSON()))
	return b.String()
}

func body(n *doc.Node) *doc.Node { return n.Get("benchmark") }

func rest(n *doc.Node) *doc.Node {
	out := n.Clone()
	out.Delete("benchmark")
	return out
}

type failure struct{ Text string }

type vector struct {
	Name          string
	YAML          string `json:"yaml"`
	Env           map[string]string
	Envelope      json.RawMessage
	Benchmark     json.RawMessage
	Set           json.RawMessage `json:"benchmark_set_fields_only"`
	LoadError     *failure        `json:"load_error"`
	PlanError     *failure        `json:"plan_error"`
	ValidateError *failure        `json:"validate_error"`
}

// key finds the path in a text of the released program: the line before the indented one.
var key = regexp.MustCompile(`(?m)^([a-z_][\w.]*)\n  `)

// unionTags stand in its paths, and not in ours.
var unionTags = regexp.MustCompile(`(datasets\.\d+|phases\.\d+|sweep|isl|osl)\.(synthetic|file|public|concurrency|poisson|gamma|constant|user_centric|fixed_schedule|grid|zip|scenarios|adaptive_search|sobol|latin_hypercube|fixed|normal|lognormal|multimodal|empirical)(\.|$)`)

func pathsOf(text string) (out []string) {
	for _, m := range key.FindAllStringSubmatch(text, -1) {
		p := unionTags.ReplaceAllString(m[1], "$1$3")
		out = append(out, strings.TrimSuffix(p, "."))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// upper are the letters that camelCase keys are told apart by; paths name keys as they were typed.
var upper = regexp.MustCompile(`[A-Z]`)

func paths(err error) (out []string) {
	for _, e := range err.(doc.Errors) {
		out = append(out, upper.ReplaceAllStringFunc(e.Path, func(s string) string { return "_" + strings.ToLower(s) }))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func TestVectors(t *testing.T) {
	raw, err := os.ReadFile("testdata/vectors.json")
	require.NoError(t, err)
	var all struct{ Vectors []vector }
	require.NoError(t, json.Unmarshal(raw, &all))
	require.Greater(t, len(all.Vectors), 70)
	for _, v := range all.Vectors {
		t.Run(v.Name, func(t *testing.T) {
			n, err := read(t, v.YAML, v.Env)
			if err != nil {
				require.NotNil(t, v.LoadError, "%v", err)
				return
			}
			before := tight(t, n)
			got, err := schema.Check(n)
			require.Equal(t, before, tight(t, n), "Check changed its input")
			if v.LoadError != nil {
				require.Error(t, err, v.LoadError.Text)
				want := pathsOf(v.LoadError.Text)
				if v.Name == "plot_empty_map" {
					want = []string{"plot.visualization"} // named from the top
				}
				if len(want) > 0 {
					require.Equal(t, want, paths(err), "%v\n%s", err, v.LoadError.Text)
				}
				return
			}
			require.NoError(t, err)
			if v.PlanError != nil {
				return
			}
			full := schema.Full(got.Node)
			sameJSON(t, "envelope", v.Envelope, rest(full))
			if strings.Contains(string(v.Envelope), `"sweep"`) && !strings.Contains(string(v.Envelope), `"adaptive_search"`) {
				return
			}
			sameJSON(t, "benchmark", v.Benchmark, body(full))
			sameJSON(t, "set", v.Set, body(got.Node))
			if body(n) != nil {
				b, checked, err := schema.CheckBody(body(n))
				require.NoError(t, err)
				require.Equal(t, tight(t, body(got.Node)), tight(t, checked))
				require.Equal(t, got.Config.Benchmark.Phases, b.Phases)
				sameJSON(t, "body alone", v.Benchmark, schema.Full(checked))
			}
			again, err := schema.Check(got.Node)
			require.NoError(t, err, "a normalised document holds")
			require.Equal(t, tight(t, got.Node), tight(t, again.Node), "normalising twice changes nothing")
		})
	}
}

func TestTemplates(t *testing.T) {
	files, err := filepath.Glob("testdata/templates/*.skeleton.yaml")
	require.NoError(t, err)
	require.Len(t, files, 27)
	for _, f := range files {
		t.Run(strings.TrimSuffix(filepath.Base(f), ".skeleton.yaml"), func(t *testing.T) {
			src, err := os.ReadFile(f)
			require.NoError(t, err)
			n, err := read(t, string(src), nil)
			require.NoError(t, err)
			got, err := schema.Check(n)
			require.NoError(t, err)
			raw, err := os.ReadFile(strings.Replace(f, ".skeleton.yaml", ".normalized.json", 1))
			if err != nil {
				require.Contains(t, f, "sweep_distributions") // its expansion fails in the released program
				return
			}
			var want struct {
				Envelope, Benchmark json.RawMessage
				SweepType           string          `json:"sweep_type"`
				Base                json.RawMessage `json:"benchmark_of_variation_0"`
			}
			require.NoError(t, json.Unmarshal(raw, &want))
			full := schema.Full(got.Node)
			sameJSON(t, "envelope", want.Envelope, rest(full))
			if want.SweepType == "none" {
				sameJSON(t, "benchmark", want.Base, body(full))
			}
		})
	}
}

// told tells whether the same mistakes are named. Where the released program tries several readings of a value it names each; ours names the one meant.
func told(ours, theirs []string) bool {
	for _, o := range ours {
		o = strings.TrimPrefix(o, "plot.")
		if !slices.Contains(theirs, o) && !slices.Contains(theirs, "") && !strings.Contains(o, ".sla.0.") && !strings.Contains(o, "peaks.0.") {
			return false
		}
	}
	return !slices.ContainsFunc(theirs, func(x string) bool {
		return !slices.ContainsFunc(ours, func(o string) bool { return strings.HasPrefix(strings.TrimPrefix(o, "plot."), x) })
	})
}

// deliberate are documents that are answered differently on purpose.
var deliberate = []struct{ text, why string }{
	{"duration: null", "the released program crashes on a null duration; here it is none"},
	{"grace_period: null", "as duration"},
	{"experiment_classification: {x", "as the next"},
	{"experiment_classification:\n    x:", "as the next"},
	{"experimentClassification: {a", "as the next"},
	{"experiment_classification: {a", "unknown keys in it are dropped silently there, and refused here"},
	{"wandb:", "lists and mappings become text there (\"[5]\"), and are refused here"},
	{"enable_cot: null", "null counts as given there"},
	{"- distribution: 4", "keys beside distribution are dropped silently there, and refused here"},
}

func TestMutatedDocuments(t *testing.T) {
	f, err := os.Open("testdata/cases.jsonl")
	require.NoError(t, err)
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	require.True(t, lines.Scan())
	count := 0
	for lines.Scan() {
		var c struct {
			YAML                string `json:"yaml"`
			Set, Full, Envelope json.RawMessage
			Wrong               []string
		}
		require.NoError(t, json.Unmarshal(lines.Bytes(), &c))
		if slices.ContainsFunc(deliberate, func(d struct{ text, why string }) bool { return strings.Contains(c.YAML, d.text) }) {
			continue
		}
		count++
		n, err := doc.Parse("case.yaml", []byte(c.YAML))
		require.NoError(t, err, c.YAML)
		got, err := schema.Check(n)
		if c.Set == nil {
			require.Error(t, err, c.YAML)
			require.True(t, told(paths(err), c.Wrong), "%v\nwant %v\n%s", err, c.Wrong, c.YAML)
			continue
		}
		require.NoError(t, err, c.YAML)
		sameJSON(t, c.YAML, c.Set, body(got.Node))
		if c.Full != nil {
			full := schema.Full(got.Node)
			sameJSON(t, c.YAML, c.Full, body(full))
			sameJSON(t, c.YAML, c.Envelope, rest(full))
		}
	}
	require.NoError(t, lines.Err())
	require.Greater(t, count, 1000)
}

func FuzzCheck(f *testing.F) {
	f.Add("benchmark:\n  model: m\n  endpoint: {url: h}\n  dataset: {isl: 4}\n  phases: {type: concurrency, requests: 1}\n")
	f.Add("sweep: {type: grid, parameters: {a: [1]}}\nplot: {}\n")
	f.Add("benchmark: {datasets: [{name: a, prompts: {isl: {peaks: [{value: 1}, {weight: 2}]}}}]}\n")
	f.Add("model: a\nphases: [{adaptive_scale: {control: {min: x}}}]\n")
	f.Add("benchmark: {dataset: {type: file, records: {a: [1]}}, phases: [{type: gamma, rate_series: [1], sla: {a: 1}}], mlflow: {tags: [[1, 2], {a: []}]}}\n")
	f.Fuzz(func(t *testing.T, text string) {
		n, err := doc.Parse("fuzz.yaml", []byte(text))
		if err != nil {
			return
		}
		got, err := schema.Check(n)
		if err != nil {
			require.NotEmpty(t, err.Error())
			return
		}
		schema.Full(got.Node)
		again, err := schema.Check(got.Node)
		require.NoError(t, err, "a normalised document holds")
		require.Equal(t, string(got.Node.JSON()), string(again.Node.JSON()))
	})
}
