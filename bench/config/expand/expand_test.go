// What the vectors do not show: limits, hints, errors, seeds, and rules over whole families of input.

package expand

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/bench/config/doc"
	"github.com/aiperf-go/aiperf/bench/config/schema"
)

// swept is a plain document with a sweep section.
func swept(sweep string) string {
	return `benchmark:
  models: [m]
  endpoint: {urls: ["http://h:1"]}
  datasets:
  - {name: main, type: synthetic, entries: 10, prompts: {isl: 64, osl: 8}}
  phases:
  - {name: profiling, type: concurrency, requests: 10, concurrency: 2}
` + sweep
}

// Every set of keys laid over every other, as the released program merges them.
func TestShapes(t *testing.T) {
	raw, err := os.ReadFile("testdata/shapes.json")
	require.NoError(t, err)
	var file struct {
		Keys [][]string
		Rows []string
	}
	require.NoError(t, json.Unmarshal(raw, &file))
	node := func(keys []string, value string) *doc.Node {
		n := doc.NewMap()
		for _, k := range keys {
			n.Set(k, doc.Of(value))
		}
		return n
	}
	require.Len(t, file.Keys, len(file.Rows))
	for i, row := range file.Rows {
		replaced, ok := new(big.Int).SetString(row, 16)
		require.True(t, ok)
		for j, over := range file.Keys {
			want := node(file.Keys[i], "base")
			if replaced.Bit(len(file.Keys)-1-j) == 1 {
				want = doc.NewMap()
			}
			for _, k := range over {
				want.Set(k, doc.Of("run"))
			}
			require.Equal(t, want, merge(node(file.Keys[i], "base"), node(over, "run")), "%v over %v", over, file.Keys[i])
		}
	}
}

func TestErrors(t *testing.T) {
	for _, c := range []struct{ name, yaml, want string }{
		{"too many cells", swept("sweep: {type: grid, parameters: {concurrency: " + numbers(101) + ", requests: " + numbers(100) + "}}"),
			"10100 variations, at most 10000 are allowed; give fewer values"},
		{"uncountable", swept("sweep: {type: grid, parameters: {" + manyAxes(64) + "}}"), "more than 2^62 variations"},
		{"too many scenarios", swept("sweep: {type: scenarios, runs: [" + strings.Repeat("{},", 10_001) + "]}"), "10001 variations"},
		{"too many samples", swept("sweep: {type: sobol, seed: 1, samples: 16384, dimensions: [{path: requests, lo: 1, hi: 9}]}"), "16384 variations"},
		{"too many dimensions", swept("sweep: {type: sobol, seed: 1, samples: 4, dimensions: [" + manyDimensions(129) + "]}"), "129 dimensions: at most 128"},
		{"lloyd", swept("sweep: {type: latin_hypercube, seed: 1, samples: 4, optimization: lloyd, dimensions: [{path: requests, lo: 1, hi: 9}]}"),
			"sweep.optimization: lloyd is not supported"},
		{"missing phase", swept("sweep: {type: grid, parameters: {phases.steady.concurrency: [1]}}"),
			`phases.steady.concurrency: cannot be swept: no entry named "steady" in phases; the entries are profiling`},
		{"two spellings", swept("sweep: {type: grid, parameters: {concurrency: [1], phases.profiling.concurrency: [2]}}"),
			"sweeps phases.profiling.concurrency, which is swept already; keep one of the two spellings"},
		{"unnamed list", swept("sweep: {type: grid, parameters: {models.0: [a]}}"), "models is a list whose entries have no names; sweep models as a whole"},
		{"into a number", swept("sweep: {type: grid, parameters: {datasets.main.prompts.isl.mean: [1]}}"), "datasets.main.prompts.isl is a whole number, not a mapping"},
		{"run with a body key", swept("sweep: {type: scenarios, runs: [{name: a, slos: {}}]}"), "sweep.runs.0.slos: unknown key; a run has name, benchmark, variables and values; put it under benchmark"},
		{"run with a number for a name", swept("sweep: {type: scenarios, runs: [{name: 5}]}"), "sweep.runs.0.name: must be text, not a whole number; put it in quotes"},
		{"seed overflow", swept("random_seed: 9223372036854775807\nsweep: {type: grid, parameters: {concurrency: [1, 2]}}"), "random_seed 9223372036854775807: too large"},
		{"shorthand phases", "benchmark:\n  model: m\n  endpoint: {url: \"h:1\"}\n  dataset: {type: synthetic}\n  phases: {type: concurrency, requests: 10, concurrency: 2}\n" +
			"sweep: {type: grid, parameters: {concurrency: [1]}}", "a sweep needs phases as a list: phases: [{name: profiling, type: ..., ...}]"},
		{"shorthand dataset", "benchmark:\n  model: m\n  endpoint: {url: \"h:1\"}\n  dataset: {type: synthetic}\n  phases: {type: concurrency, requests: 10, concurrency: 2}\n" +
			"sweep: {type: grid, parameters: {datasets.default.entries: [1]}}", "datasets: [{name: default, ...}]"},
		{"sibling phases", "benchmark:\n  model: m\n  endpoint: {url: \"h:1\"}\n  dataset: {type: synthetic}\n  profiling: {type: concurrency, requests: 10, concurrency: 2}\n" +
			"sweep: {type: grid, parameters: {concurrency: [1]}}", "instead of warmup and profiling"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := load(c.yaml, nil)
			require.ErrorContains(t, err, c.want)
			require.NotContains(t, err.Error(), "\n")
		})
	}
}

// An error about a value points at the line of the sweep that has it.
func TestErrorPosition(t *testing.T) {
	_, err := load(swept("sweep:\n  type: grid\n  parameters:\n    concurrency: [1, 2]\n    phases.steady.rate:\n    - 7\n"), nil)
	var e *doc.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, "vec.yaml:13:7", e.Pos.String())
	var v *VariationError
	require.ErrorAs(t, err, &v)
	require.Equal(t, 0, v.Index)
}

func numbers(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "%d,", i+1)
	}
	return "[" + b.String() + "]"
}

func manyAxes(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "endpoint.extra.x%d: [1, 2],", i)
	}
	return b.String()
}

func manyDimensions(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "{path: endpoint.extra.x%d, lo: 0, hi: 1},", i)
	}
	return b.String()
}

// What the program asked for is left as it was: the caller shows it and may expand it again.
func TestInputUnchanged(t *testing.T) {
	raw, err := doc.Parse("vec.yaml", []byte(swept("sweep: {type: scenarios, runs: [{name: a, benchmark: {dataset: {entries: 3}}}, {name: b, benchmark: {phases: [{name: profiling, requests: 7}]}}]}")))
	require.NoError(t, err)
	before := raw.Clone()
	_, err = expand(raw)
	require.NoError(t, err)
	require.Equal(t, before, raw)
}

func TestFolders(t *testing.T) {
	plan, err := load(swept("sweep: {type: grid, parameters: {concurrency: [1, 1, 1], \"endpoint.extra.k\": [\"/\", \"x\"]}}"), nil)
	require.NoError(t, err)
	var folders []string
	for _, v := range plan.Variations {
		folders = append(folders, v.Folder)
	}
	require.Equal(t, []string{"k___concurrency_1", "k___concurrency_1_2", "k___concurrency_1_3", "k_x__concurrency_1", "k_x__concurrency_1_2", "k_x__concurrency_1_3"}, folders)

	taken := map[string]int{}
	require.Equal(t, "a", unique(taken, "a"))
	require.Equal(t, "a_2", unique(taken, "a"))
	require.Equal(t, "a_2_2", unique(taken, "a_2"))
	require.Equal(t, "a_3", unique(taken, "a"))

	long := folder(strings.Repeat("é", 300), "variation_7")
	require.LessOrEqual(t, len(long), maxDirBytes)
	require.True(t, strings.HasSuffix(long, "é_variation_7"))
	require.Equal(t, "ab", folder("a\x00b", "variation_0"))
}

// A sampled sweep without a seed of its own follows random_seed, so that it can be repeated; without that every plan differs.
func TestDesignSeed(t *testing.T) {
	const sweep = "sweep: {type: sobol, samples: 4, dimensions: [{path: endpoint.extra.x, lo: 0, hi: 1}]}\n"
	values := func(yaml string) (out []any, d *Design) {
		plan, err := load(swept(yaml), nil)
		require.NoError(t, err)
		for _, v := range plan.Variations {
			out = append(out, v.Values.Members[0].Value.Value)
		}
		return out, plan.Design
	}
	given, d := values(strings.Replace(sweep, "samples", "seed: 5, samples", 1))
	require.True(t, d.SeedGiven)
	followed, d := values(sweep + "random_seed: 5\n")
	require.False(t, d.SeedGiven)
	require.Equal(t, int64(5), d.Seed)
	require.Equal(t, given, followed)
	free, d := values(sweep + "multi_run: {set_consistent_seed: false}\n")
	again, _ := values(sweep + "multi_run: {set_consistent_seed: false}\n")
	require.NotEqual(t, free, again)
	require.GreaterOrEqual(t, d.Seed, int64(0))
}

func TestAdaptive(t *testing.T) {
	plan, err := load(swept(`sweep:
  type: adaptive_search
  planner: monotonic_sla
  search_space: [{path: concurrency, lo: 1, hi: 64, kind: int}]
  objectives: [{metric: request_throughput, direction: maximize}]
  sla_filters: [{metric_tag: request_latency, stat: p99, op: lt, threshold: 500}]
  max_iterations: 12
`), nil)
	require.NoError(t, err)
	require.True(t, plan.Adaptive)
	require.Len(t, plan.Variations, 1)
	require.Equal(t, "base", plan.Variations[0].Dir)
	require.Equal(t, int64(42), *plan.Variations[0].Seed)
}

// Without hooks the bodies come out as written.
func TestNoHooks(t *testing.T) {
	raw, err := doc.Parse("vec.yaml", []byte(swept(`sweep: {type: grid, parameters: {concurrency: ["{{ 1 }}"]}}`)))
	require.NoError(t, err)
	plan, err := Expand(raw, &schema.Config{Sweep: &schema.Sweep{Type: "grid"}}, Hooks{})
	require.NoError(t, err)
	require.Equal(t, "{{ 1 }}", plan.Variations[0].Body.Get("phases").Items[0].Get("concurrency").Value)
}

// Documents that no schema let through are refused, not crashed on.
func TestOddShapes(t *testing.T) {
	for _, sweep := range []string{"5", "[]", "{parameters: 5}", "{parameters: {a: 5}}", "{parameters: {a: []}}", "{runs: 5}", "{runs: [5]}", "{runs: []}",
		"{runs: [{values: 5}]}", "{runs: [{values: {a: []}}]}", "{runs: [{variables: 5}]}", "{dimensions: 5}", "{dimensions: [5]}", "null"} {
		for _, kind := range []string{typeGrid, typeZip, typeScenarios, typeSobol, typeHypercube, "other"} {
			raw, err := doc.Parse("vec.yaml", []byte("benchmark: {a: 1}\nsweep: "+sweep))
			require.NoError(t, err)
			cfg := &schema.Config{Sweep: &schema.Sweep{Type: kind, Samples: 2, Dimensions: []schema.SamplingDimension{{Path: "a"}}}}
			_, err = Expand(raw, cfg, Hooks{})
			require.Error(t, err, "%s %s", kind, sweep)
		}
	}
	_, err := Expand(doc.NewMap(), &schema.Config{}, Hooks{})
	require.ErrorContains(t, err, "benchmark: missing")
}

// A failing check names its variation and stops the plan.
func TestCheckFails(t *testing.T) {
	raw, err := doc.Parse("vec.yaml", []byte(swept("sweep: {type: grid, parameters: {concurrency: [1, 2]}}")))
	require.NoError(t, err)
	no := errors.New("no")
	_, err = Expand(raw, &schema.Config{Sweep: &schema.Sweep{Type: "grid"}}, Hooks{Check: func(v *Variation) error {
		if v.Index == 1 {
			return no
		}
		return nil
	}})
	require.ErrorIs(t, err, no)
	require.EqualError(t, err, "sweep variation 1 (phases.profiling.concurrency=2): no")
}

func FuzzFolder(f *testing.F) {
	for _, s := range []string{"", ".", "..", "a/../b", ".:.", "\x00", strings.Repeat("日", 200), "\xff\xfe", "a\\b", strings.Repeat("\xbf", 300)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, name string) {
		got := folder(name, "variation_0")
		require.LessOrEqual(t, len(got), maxDirBytes)
		require.NotEmpty(t, strings.Trim(got, "."))
		require.False(t, strings.ContainsAny(got, pathRunes))
		require.Equal(t, got, filepath.Base(got))
	})
}

func FuzzAssign(f *testing.F) {
	for _, p := range []string{"concurrency", "phases.0.x", "phases.profiling", "a.b.c", "variables.x", "datasets.main", "", ".", "phases.99999999999999999999.x"} {
		f.Add(p)
	}
	base, err := doc.Parse("vec.yaml", []byte(swept("")))
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, path string) {
		envelope := base.Clone()
		if err := assign(envelope, schema.FullPath(path), doc.Of(7)); err != nil {
			var e *doc.Error
			require.ErrorAs(t, err, &e)
			require.Equal(t, schema.FullPath(path), e.Path)
		} else {
			require.NotEqual(t, base, envelope)
		}
	})
}

func FuzzRepr(f *testing.F) {
	f.Add("it's", 1.5, int64(3))
	f.Add("\n\x01\"'é\u200b", 1e16, int64(-1))
	f.Fuzz(func(t *testing.T, s string, x float64, n int64) {
		got := repr(doc.NewMap(s, []any{s, x, n, nil, true}))
		require.NotContains(t, got, "\n")
	})
}

func BenchmarkExpand(b *testing.B) {
	raw, err := doc.Parse("vec.yaml", []byte(swept("sweep: {type: grid, parameters: {concurrency: "+numbers(50)+", requests: "+numbers(20)+"}}")))
	require.NoError(b, err)
	cfg := &schema.Config{Sweep: &schema.Sweep{Type: "grid"}}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Expand(raw, cfg, Hooks{}); err != nil {
			b.Fatal(err)
		}
	}
}

func FuzzLoad(f *testing.F) {
	for _, s := range []string{
		"{type: grid, parameters: {concurrency: [1, 2], phases.0.requests: [3]}}",
		"{type: zip, parameters: {variables.n: [1, '{{ n }}']}}",
		"{type: scenarios, runs: [{name: a, values: {x: 1}, variables: {n: 2}, benchmark: {dataset: {isl: 3}, phases: [{name: profiling, requests: 3}]}}]}",
		"{type: sobol, samples: 3, dimensions: [{path: concurrency, lo: 1, hi: 9, kind: int, scale: log}, {path: models, choices: [a]}]}",
		"{type: latin_hypercube, samples: 4, seed: 1, optimization: random-cd, dimensions: [{path: concurrency, lo: 1, hi: 9, kind: int}]}",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, sweep string) {
		plan, err := load(swept("sweep: "+sweep+"\n"), nil)
		if err != nil {
			require.NotEmpty(t, err.Error())
			return
		}
		folders := map[string]bool{}
		for _, v := range plan.Variations {
			require.False(t, folders[v.Folder], v.Folder)
			folders[v.Folder] = true
		}
	})
}

func BenchmarkLoad(b *testing.B) {
	yaml := swept("sweep: {type: grid, parameters: {concurrency: " + numbers(50) + ", requests: " + numbers(20) + "}}")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := load(yaml, nil); err != nil {
			b.Fatal(err)
		}
	}
}
