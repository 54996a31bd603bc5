// A file means the same to every command: what profile loads, without options over it, is what validate and expand check.
package config

import (
	"bufio"
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/bench/config/doc"
	"github.com/aiperf-go/aiperf/bench/config/schema"
)

func TestAFileHasOneMeaning(t *testing.T) {
	var texts []string
	for _, v := range load[struct {
		Vectors []struct {
			YAML string `json:"yaml"`
		}
	}](t, "schema/testdata/vectors.json").Vectors {
		texts = append(texts, v.YAML)
	}
	f, err := os.Open("schema/testdata/cases.jsonl")
	require.NoError(t, err)
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var c struct {
			YAML string `json:"yaml"`
		}
		require.NoError(t, json.Unmarshal(lines.Bytes(), &c))
		texts = append(texts, c.YAML)
	}
	require.NoError(t, lines.Err())
	texts = append(texts, "model: outer\nbenchmark:\n  model: inner\n  endpoint: {url: h}\n  dataset: {type: synthetic, isl: 4}\n  phases: {type: concurrency, requests: 1}\n")

	compared := 0
	for _, text := range texts {
		alone, err := doc.Parse("c.yaml", []byte(text))
		if text == "" || err != nil || doc.Substitute(alone, lookup(nil)) != nil || doc.Render(alone) != nil {
			continue
		}
		s, err := ProfileTable().Parse(nil, nil)
		require.NoError(t, err)
		l, err := s.Load(Place{Dir: "/cwd", Terminal: true, Config: &Source{Name: "c.yaml", Text: []byte(text)}})
		want, wrong := schema.Check(alone)
		if wrong != nil {
			require.Error(t, err, text)
			continue
		}
		require.NoError(t, err, text)
		compared++
		for _, key := range []string{"gpu_telemetry", "server_metrics", "network_latency"} { // what this version decides for itself
			if b := l.Checked.Node.Get("benchmark"); b.Get(key).Get("enabled") != nil && b.Get(key).Get("enabled").Origin == byDefault {
				b.Delete(key)
				want.Node.Get("benchmark").Delete(key)
			}
		}
		for _, n := range []*doc.Node{want.Node, l.Checked.Node} { // what draws progress depends on the terminal
			b := n.Get("benchmark")
			if b.Get("runtime").Delete("ui"); empty(b.Get("runtime")) {
				b.Delete("runtime")
			}
		}
		require.JSONEq(t, string(want.Node.JSON()), string(l.Checked.Node.JSON()), text)
	}
	require.Greater(t, compared, 300)
}
