// A prepared document means what the document means.

package schema_test

import (
	"bufio"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/bench/config/doc"
	"github.com/aiperf-go/aiperf/bench/config/schema"
)

func TestPrepare(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"short forms", start, `{"benchmark":{"models":{"items":[{"name":"m"}]},"endpoint":{"urls":["h"]},"datasets":[{"name":"default","prompts":{"isl":4}}],"phases":[{"name":"profiling","kind":"profiling","type":"concurrency","requests":1}]}}`},
		{"flat", "model: m\ngpuTelemetry: {url: h}\n", `{"benchmark":{"models":{"items":[{"name":"m"}]},"gpu_telemetry":{"urls":["h"]}}}`},
		{"camel case", "randomSeed: 4\nbenchmark: {endpoint: {apiKey: k, waitForModelMode: both}}\n", `{"random_seed":4,"benchmark":{"endpoint":{"api_key":"k","wait_for_model_mode":"both"}}}`},
		{"unknown keys stay", "benchmark: {endpoint: {apiKee: k}}\n", `{"benchmark":{"endpoint":{"apiKee":"k"}}}`},
		{"free keys stay", "benchmark: {endpoint: {headers: {apiKey: k}}}\n", `{"benchmark":{"endpoint":{"headers":{"apiKey":"k"}}}}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			n, err := doc.Parse("f.yaml", []byte(c.text))
			require.NoError(t, err)
			before := n.Clone()
			got, _, err := schema.Prepare(n)
			require.NoError(t, err)
			require.JSONEq(t, c.want, string(got.JSON()))
			require.Equal(t, before, n)
		})
	}
}

func TestPrepareTellsShapesAndDroppedKeys(t *testing.T) {
	n, err := doc.Parse("f.yaml", []byte("benchmark: {endpoint: {url: a, urls: [b]}}\n"))
	require.NoError(t, err)
	_, warnings, err := schema.Prepare(n)
	require.NoError(t, err)
	require.Equal(t, []string{"benchmark.endpoint: url is ignored because urls is given"}, warnings)

	n, err = doc.Parse("f.yaml", []byte("benchmark: {model: a, models: [b]}\n"))
	require.NoError(t, err)
	_, _, err = schema.Prepare(n)
	require.ErrorContains(t, err, "'model' cannot be used with 'models'")
}

// Checking a prepared document gives what checking the document gives.
func TestPreparedDocumentsCheckTheSame(t *testing.T) {
	f, err := os.Open("testdata/cases.jsonl")
	require.NoError(t, err)
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	require.True(t, lines.Scan())
	held := 0
	for lines.Scan() {
		var c struct {
			YAML string `json:"yaml"`
		}
		require.NoError(t, json.Unmarshal(lines.Bytes(), &c))
		n, err := doc.Parse("case.yaml", []byte(c.YAML))
		require.NoError(t, err)
		direct, wrong := schema.Check(n)
		prepared, _, err := schema.Prepare(n)
		if err != nil {
			require.Error(t, wrong, c.YAML)
			continue
		}
		again, err := schema.Check(prepared)
		if wrong != nil {
			require.Error(t, err, c.YAML)
			continue
		}
		require.NoError(t, err, c.YAML)
		held++
		require.Equal(t, string(direct.Node.JSON()), string(again.Node.JSON()), c.YAML)
		require.Equal(t, direct.Config.Benchmark.Phases, again.Config.Benchmark.Phases, strings.TrimSpace(c.YAML))
	}
	require.NoError(t, lines.Err())
	require.Greater(t, held, 300)
}
