// Documents and the plans the released program makes of them.

package expand

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/bench/config/doc"
	"github.com/aiperf-go/aiperf/bench/config/schema"
)

// vector is one document and what came of it.
type vector struct {
	Name       string
	YAML       string
	Env        map[string]string
	LoadError  string `json:"load_error"`
	PlanError  string `json:"plan_error"`
	Trials     int
	Seeds      []*int64
	Variations []wanted
	Bodies     []map[string]any
}

type wanted struct {
	Index  int
	Dir    string
	Label  string
	Values json.RawMessage
}

func read(t *testing.T, file string, into any) {
	t.Helper()
	raw, err := os.ReadFile("testdata/" + file)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(raw, into))
}

// load takes a document through every load step and expands it.
func load(yaml string, env map[string]string) (*Plan, error) {
	raw, err := doc.Parse("vec.yaml", []byte(yaml))
	if err != nil {
		return nil, err
	}
	lookup := func(name string) (string, bool) { v, ok := env[name]; return v, ok }
	if err := doc.Substitute(raw, lookup); err != nil {
		return nil, err
	}
	return expand(raw)
}

// expand renders, checks and expands a raw document.
func expand(raw *doc.Node) (*Plan, error) {
	rendered := raw.Clone()
	if err := doc.Render(rendered); err != nil {
		return nil, err
	}
	checked, err := schema.Check(rendered)
	if err != nil {
		return nil, err
	}
	return Expand(raw, checked.Config, Hooks{Render: render, Check: check})
}

func render(envelope *doc.Node) error { return doc.Render(envelope) }

func check(v *Variation) error {
	_, node, err := schema.CheckBody(v.Body)
	if err == nil {
		v.Body = node
	}
	return err
}

// requirePlan compares everything but the bodies.
func requirePlan(t *testing.T, c vector, p *Plan) {
	t.Helper()
	require.Equal(t, c.Trials, p.Trials, "trials")
	require.Len(t, p.Variations, len(c.Variations))
	for i, w := range c.Variations {
		v := p.Variations[i]
		require.Equal(t, i, v.Index)
		require.Equal(t, w.Label, v.Label)
		require.Equal(t, w.Dir, v.Dir)
		require.Equal(t, plain(t, string(w.Values)), value(v.Values), v.Label)
		require.Equal(t, c.Seeds[i], v.Seed, "seed of %s", v.Label)
	}
}

// plain decodes JSON with its numbers as written, and mappings with their order: 8 and 8.0 are two values, a,b and b,a too.
func plain(t *testing.T, text string) any {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	v, err := ordered(d)
	require.NoError(t, err)
	return v
}

type pair struct {
	Key   string
	Value any
}

func ordered(d *json.Decoder) (any, error) {
	tok, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch tok {
	case json.Delim('['):
		list := []any{}
		for d.More() {
			v, err := ordered(d)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		_, err = d.Token()
		return list, err
	case json.Delim('{'):
		m := []pair{}
		for d.More() {
			key, err := d.Token()
			if err != nil {
				return nil, err
			}
			v, err := ordered(d)
			if err != nil {
				return nil, err
			}
			m = append(m, pair{key.(string), v})
		}
		_, err = d.Token()
		return m, err
	}
	if n, ok := tok.(json.Number); ok {
		if strings.ContainsAny(n.String(), ".eE") {
			return n.Float64()
		}
		return n.Int64()
	}
	return tok, nil
}

// value is a node in the form plain gives; numbers without a JSON form are the texts the vectors use.
func value(n *doc.Node) any {
	switch n.Kind {
	case doc.List:
		list := []any{}
		for _, item := range n.Items {
			list = append(list, value(item))
		}
		return list
	case doc.Map:
		m := []pair{}
		for _, x := range n.Members {
			m = append(m, pair{x.Key, value(x.Value)})
		}
		return m
	case doc.Float:
		if s := text(n); strings.HasSuffix(s, "inf") || s == "nan" {
			return s
		}
	}
	return n.Value
}

// loose is a node for comparing with decoded JSON: mappings without order, every number a float64.
func loose(n *doc.Node) any {
	switch n.Kind {
	case doc.List:
		list := []any{}
		for _, item := range n.Items {
			list = append(list, loose(item))
		}
		return list
	case doc.Map:
		m := map[string]any{}
		for _, x := range n.Members {
			m[x.Key] = loose(x.Value)
		}
		return m
	case doc.Int:
		return float64(n.Value.(int64))
	}
	return value(n)
}

// deliberate lists documents that fare otherwise here than in the released program, with the reason; they are accepted unless it says refused.
var deliberate = map[string]string{
	"sweep jinja type":             "a templated sweep.type is rendered; the released program drops the whole sweep without a word",
	"SC [{name: x, variables: 5}]": "refused: nothing can read variables that are one number",
	`sobol samples: "4", seed: "42", scramble: "false", dimensions: [{path: requests, lo: "10", hi: "1000", kind: int}]`:          "numbers in quotes count as numbers, as in its own check",
	`sobol samples: 4.0, seed: 42.0, scramble: 0, dimensions: [{path: requests, lo: 10, hi: 1000, kind: int}]`:                    "whole floats count as whole numbers, as in its own check",
	`sobol samples: "{{ n }}", seed: 1, dimensions: [{path: requests, lo: 10, hi: "{{ n * 100 }}", kind: int}] variables: {n: 4}`: "templates in a design are rendered",
}

func TestCases(t *testing.T) {
	var file struct {
		Base  map[string]any
		Cases []vector
	}
	read(t, "cases.json", &file)
	require.NotEmpty(t, file.Cases)
	for i, c := range file.Cases {
		t.Run(fmt.Sprintf("%d_%s", i, c.Name), func(t *testing.T) {
			plan, err := load(c.YAML, c.Env)
			if why := deliberate[c.Name]; why != "" {
				require.Equal(t, strings.HasPrefix(why, "refused"), err != nil, why)
				return
			}
			if c.LoadError != "" || c.PlanError != "" {
				require.Error(t, err)
				require.Contains(t, err.Error(), mention(c.PlanError))
				return
			}
			require.NoError(t, err)
			requirePlan(t, c, plan)
			for i, diff := range c.Bodies {
				want := map[string]any{}
				for k, v := range file.Base {
					want[k] = v
				}
				for k, v := range diff {
					want[k] = v
				}
				require.Equal(t, want, loose(plan.Variations[i].Body), c.Variations[i].Label)
			}
		})
	}
}

// Where a refused plan is wrong, in the words of the released program.
var places = []*regexp.Regexp{
	regexp.MustCompile(`sweep path '([^']+)'`),
	regexp.MustCompile(`resolves to '([^']+)'`),
	regexp.MustCompile(`sweep run \[(\d+)\]`),
	regexp.MustCompile(`^ValidationError: 1 validation error for BenchmarkConfig\n(\S+)\n`),
}

// The type of a union's member stands in its paths, behind the number of a list entry or a length.
var unionTag = regexp.MustCompile(`(\.\d+|\.[io]sl)\.(concurrency|poisson|gamma|constant|user_centric|synthetic|fixed|normal|lognormal|multimodal|empirical)\b`)

// mention is what our error must name to be about the same place; "" when the text names none.
func mention(text string) string {
	for i, re := range places {
		if m := re.FindStringSubmatch(text); m != nil {
			if i == 2 {
				return "sweep.runs." + m[1]
			}
			return unionTag.ReplaceAllString(m[1], "$1")
		}
	}
	return ""
}

// referenceVector is a vector of the reference files, which spell their keys otherwise.
type referenceVector struct {
	Name           string
	YAML           string
	Env            map[string]string
	LoadError      *struct{ Text string } `json:"load_error"`
	PlanError      *struct{ Text string } `json:"plan_error"`
	Sweep          json.RawMessage
	Trials         int
	VariationSeeds []*int64 `json:"variation_seeds"`
	Variations     []struct {
		Index  int
		Dir    string `json:"dir_name"`
		Label  string
		Values json.RawMessage
	}
	Body        any   `json:"benchmark_set_fields_only"`
	OtherPhases []any `json:"phases_of_other_variations"`
	Phases      []any `json:"phases_of_variation_0"`
}

func (r referenceVector) vector() vector {
	v := vector{Name: r.Name, YAML: r.YAML, Env: r.Env, Trials: r.Trials, Seeds: r.VariationSeeds}
	for _, w := range r.Variations {
		v.Variations = append(v.Variations, wanted{w.Index, w.Dir, w.Label, w.Values})
	}
	return v
}

func TestReferenceVectors(t *testing.T) {
	for _, name := range []string{"vectors.json", "templates.json"} {
		var file struct{ Vectors []referenceVector }
		read(t, name, &file)
		require.NotEmpty(t, file.Vectors)
		for _, r := range file.Vectors {
			t.Run(r.Name, func(t *testing.T) {
				plan, err := load(r.YAML, r.Env)
				if r.LoadError != nil || r.PlanError != nil {
					require.Error(t, err)
					return
				}
				require.NoError(t, err)
				requirePlan(t, r.vector(), plan)
				if r.Body != nil {
					require.Equal(t, r.Body, loose(plan.Variations[0].Body))
				}
				for i, phases := range r.OtherPhases {
					require.Equal(t, phases, loose(plan.Variations[i+1].Body.Get("phases")))
				}
			})
		}
	}
}

// The sweeps of command lines, over a document with the same phases.
func TestCommandLineVectors(t *testing.T) {
	var file struct{ Vectors []referenceVector }
	read(t, "commandline.json", &file)
	require.NotEmpty(t, file.Vectors)
	for _, r := range file.Vectors {
		t.Run(r.Name, func(t *testing.T) {
			phases, err := json.Marshal(r.Phases)
			require.NoError(t, err)
			// JSON is YAML
			plan, err := load(fmt.Sprintf(`{"benchmark": {"models": ["m"], "endpoint": {"urls": ["http://h:1"], "streaming": true},
				"datasets": [{"name": "main", "type": "synthetic", "prompts": {"isl": {"mean": 550, "stddev": 0}, "osl": {"mean": 8, "stddev": 0}}}],
				"phases": %s}, "sweep": %s, "multi_run": {"num_runs": %d}}`, phases, r.Sweep, r.Trials), nil)
			require.NoError(t, err)
			requirePlan(t, r.vector(), plan)
		})
	}
}
