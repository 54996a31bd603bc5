// Mistakes of newcomers: words of other tools, missing keys, values without quotes, keys that are dropped, and files of another language.

package schema_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/bench/config/doc"
	"github.com/aiperf-go/aiperf/bench/config/schema"
)

// checkText checks a document.
func checkText(t *testing.T, text string) (*schema.Checked, error) {
	t.Helper()
	n, err := doc.Parse("f.yaml", []byte(text))
	require.NoError(t, err)
	return schema.Check(n)
}

func TestMistakesAreBounded(t *testing.T) {
	many := func(n int, line string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, line, i)
		}
		return b.String()
	}
	for _, c := range []struct{ name, text, more string }{
		{"unknown keys", start + many(100_000, "  wrong%d: 1\n"), "and 99900 more mistakes"},
		{"wrong values", start + "  slos:\n" + many(100_000, "    m%d: x\n"), "and 99900 more mistakes"},
	} {
		t.Run(c.name, func(t *testing.T) {
			n, err := doc.Parse("f.yaml", []byte(c.text))
			require.NoError(t, err)
			began := time.Now()
			_, err = schema.Check(n)
			require.Less(t, time.Since(began), 5*time.Second)
			require.Len(t, err, 101)
			require.Equal(t, c.more, err.(doc.Errors)[100].Error())
		})
	}
}

func TestManyTagsAreFast(t *testing.T) {
	var b strings.Builder
	b.WriteString(start + "  mlflow:\n    tags:\n")
	for i := range 100_000 {
		fmt.Fprintf(&b, "      t%d: x\n", i)
	}
	n, err := doc.Parse("f.yaml", []byte(b.String()))
	require.NoError(t, err)
	began := time.Now()
	_, err = schema.Check(n)
	require.NoError(t, err)
	require.Less(t, time.Since(began), 5*time.Second)
}

func TestWordsOfOtherTools(t *testing.T) {
	phase := func(key string) string { return strings.Replace(start, "requests: 1", "requests: 1, "+key, 1) }
	rated := func(key string) string {
		return strings.Replace(phase(key), "type: concurrency", "type: poisson", 1)
	}
	data := func(key string) string { return strings.Replace(start, "isl: 4", "isl: 4, "+key, 1) }
	server := func(key string) string { return strings.Replace(start, "{url: h}", "{url: h, "+key+"}", 1) }
	for _, c := range []struct{ text, want string }{
		{rated("request_rate: 5"), "benchmark.phases.0.request_rate: unknown key; did you mean rate?"},
		{rated("requestRate: 5"), "did you mean rate?"},
		{rated("qps: 5"), "did you mean rate?"},
		{phase("qps: 5"), "it is called rate here; rate exists for type poisson, gamma, constant, user_centric only, not for concurrency"},
		{phase("request_count: 5"), "did you mean requests?"},
		{phase("num_requests: 5"), "did you mean requests?"},
		{phase("request_concurrency: 5"), "did you mean concurrency?"},
		{phase("max_concurrency: 5"), "did you mean concurrency?"},
		{phase("benchmark_duration: 5"), "did you mean duration?"},
		{phase("input_tokens: 5"), "it is called isl and belongs to benchmark.datasets[]"},
		{data("input_tokens: 5"), "did you mean isl?"},
		{data("input_sequence_length: 5"), "did you mean isl?"},
		{data("inputLength: 5"), "did you mean isl?"},
		{data("output_sequence_length: 5"), "did you mean osl?"},
		{data("output_tokens: 5"), "did you mean osl?"},
		{data("num_prompts: 5"), "did you mean entries?"},
		{data("count: 5"), "did you mean entries?"},
		{strings.Replace(start, "isl: 4", "isl: {mean: 4, std: 1}", 1), "did you mean stddev?"},
		{start + "  model_name: x\n", "did you mean model?"},
		{start + "  request_rate: 5\n", "it is called rate and belongs to benchmark.phases[]"},
		{start + "seed: 5\n", "f.yaml:6:1: seed: unknown key; did you mean random_seed?"},
		{start + "  seed: 5\n", "it is called random_seed and belongs to the top level of the document"},
		{start + "output_dir: x\n", "it is called dir and belongs to benchmark.artifacts"},
		{start + "  runtime: {api_hots: x}\n", "did you mean api_host?"},
		{server("api-key: x"), "did you mean api_key?"},
		{server("apikey: x"), "did you mean api_key?"},
		{strings.Replace(start, "{url: h}", "{base_url: h}", 1), "did you mean url?"},
		{strings.Replace(start, "{url: h}", "{urk: h}", 1), "did you mean url?"},
	} {
		_, err := checkText(t, c.text)
		require.Error(t, err, c.text)
		require.Contains(t, err.(doc.Errors)[0].Error(), c.want, c.text)
	}
}

func TestMissingKeysShowHowToWriteThem(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{strings.Replace(start, "isl: 4", "isl: {stddev: 4}", 1), "prompts.isl.mean: is required; add mean: a number"},
		{strings.Replace(start, "  endpoint: {url: h}\n", "", 1), "benchmark.endpoint: is required; add endpoint: {...} (the server under test)"},
		{strings.Replace(start, "  model: m\n", "", 1), "benchmark.models: is required; add model: NAME, as the server knows it"},
		{strings.Replace(start, "{url: h}", "{type: chat}", 1), "benchmark.endpoint.urls: is required; add url: http://localhost:8000, or where the server is"},
		{start + "sweep: {type: adaptive_search, max_iterations: 9, search_space: [{path: rate, lo: 1, hi: 2}], objectives: [{metric: x}]}\n", "sweep.objectives.0.direction: is required; add direction: one of maximize, minimize (more or less is better)"},
	} {
		_, err := checkText(t, c.text)
		require.Error(t, err, c.text)
		var all []string
		for _, e := range err.(doc.Errors) {
			all = append(all, e.Error()+"\n")
		}
		require.Contains(t, strings.Join(all, ""), c.want+"\n", c.text)
	}
}

func TestValuesWithoutQuotes(t *testing.T) {
	model := func(v string) string { return strings.Replace(start, "model: m", "model: "+v, 1) }
	models := func(v string) string { return strings.Replace(start, "model: m", "models: "+v, 1) }
	for _, c := range []struct{ text, want string }{
		{models("[a, 5]"), `f.yaml:2:15: benchmark.models.items.1.name: must be text (put it in quotes), not 5`},
		{models("[a, {name: b}]"), `benchmark.models.items.1.name: must be text, not a mapping`},
		{models("[a, null]"), `benchmark.models.items.1.name: must be text, not null`},
		{models("[5, a]"), `benchmark.models: must be a list of names, or a mapping with items; the list begins with 5; write models: [NAME, ...]`},
		{models("[]"), `benchmark.models: is an empty list; name at least one model`},
		{model("7"), `f.yaml:2:10: benchmark.models: must be text (put it in quotes), not 7; write model: "7"`},
		{model("yes"), `benchmark.models: must be text (put it in quotes), not true`},
		{strings.Replace(start, "url: h", "url: 8000", 1), `f.yaml:3:19: benchmark.endpoint.urls: url must be text (an address in quotes), not 8000; write url: "http://localhost:8000"`},
		{strings.Replace(start, "url: h", "url: yes", 1), `benchmark.endpoint.urls: url must be text (an address in quotes), not true; write url: "http://localhost:8000"`},
		{strings.Replace(start, "{url: h}", "{url: h, api_key: 5}", 1), `benchmark.endpoint.api_key: must be text (put it in quotes)`},
		{"schemaVersion: 2.0\n" + start, `f.yaml:1:16: schemaVersion: must be "2.0", not 2.0; write schemaVersion: "2.0", in quotes`},
		{strings.Replace(start, "isl: 4", "isl: .inf", 1), `must be finite, not .inf`},
	} {
		_, err := checkText(t, c.text)
		require.Error(t, err, c.text)
		require.Len(t, err, 1)
		require.Contains(t, err.Error(), c.want, c.text)
	}
}

func TestDroppedKeysWarn(t *testing.T) {
	data := func(v string) string { return strings.Replace(start, "{isl: 4}", v, 1) }
	for _, c := range []struct {
		text string
		want []string
	}{
		{data("{isl: 7, prompts: {isl: 5}}"), []string{"benchmark.datasets.0: isl is ignored because prompts.isl is given"}},
		{data("{isl: {mean: 7}, prompts: {isl: 5}}"), []string{"benchmark.datasets.0: isl is ignored because prompts.isl is given"}},
		{data("{isl: {mean: 7}, prompts: {isl: {mean: 5}}}"), []string{"benchmark.datasets.0: isl.mean is ignored because prompts.isl.mean is given"}},
		{data("{isl: {mean: 7}, prompts: {isl: {stddev: 5}}}"), nil},
		{data("{isl: 7, prompts: {osl: 5}}"), nil},
		{strings.Replace(start, "{url: h}", "{url: a, urls: [b]}", 1), []string{"benchmark.endpoint: url is ignored because urls is given"}},
		{"model: a\n" + start, []string{"the top-level key model is ignored because benchmark.model is given", "the top-level keys model belong under 'benchmark:'; they were read as if they stood there"}},
	} {
		checked, err := checkText(t, c.text)
		require.NoError(t, err, c.text)
		require.Equal(t, c.want, checked.Warnings, c.text)
	}
}

func TestSystemPromptFile(t *testing.T) {
	dir := t.TempDir()
	good, link, folder := filepath.Join(dir, "good.txt"), filepath.Join(dir, "link.txt"), filepath.Join(dir, "folder")
	require.NoError(t, os.WriteFile(good, []byte("be brief"), 0o600))
	require.NoError(t, os.Symlink(good, link))
	require.NoError(t, os.Mkdir(folder, 0o700))
	for _, c := range []struct {
		name string
		ok   bool
	}{{good, true}, {link, false}, {folder, false}, {filepath.Join(dir, "none"), false}} {
		_, err := checkText(t, strings.Replace(start, "{isl: 4}", fmt.Sprintf("{isl: 4, system_prompt_file: %q}", c.name), 1))
		if c.ok {
			require.NoError(t, err)
		} else {
			require.ErrorContains(t, err, "cannot be read")
		}
	}
}

func TestFlatKeys(t *testing.T) {
	keys := schema.FlatKeys()
	require.Contains(t, keys, "gpu_telemetry")
	require.Contains(t, keys, "gpuTelemetry")
	keys[0] = "changed"
	require.NotEqual(t, keys[0], schema.FlatKeys()[0])
}
