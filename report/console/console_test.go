package console

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/metrics"
	"github.com/aiperf-go/aiperf/report/reporttest"
)

const testdata = "../../testdata"

func define(t *testing.T) func(tag string) *metrics.Def {
	t.Helper()
	return reporttest.Definitions(t, reporttest.Read(t, testdata, "vectors/report/registry.json"))
}

type vector struct {
	Config struct {
		Endpoint struct{ Type string }
	}
	SummaryJSON json.RawMessage `json:"summary_json"`
	Console     string          `json:"console_140"`
}

func readVector(t *testing.T, path string) (vector, *metrics.Summary) {
	t.Helper()
	var v vector
	require.NoError(t, json.Unmarshal(reporttest.Read(t, path), &v))
	title := "LLM Metrics"
	if v.Config.Endpoint.Type == "embeddings" {
		title = "Embeddings Metrics"
	}
	return v, reporttest.Summary(t, v.SummaryJSON, title, define(t))
}

func vectors(t *testing.T) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(testdata, "vectors/report/suites/*.json"))
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	return paths
}

// tablesOf is the part of the text the vectors hold: error table and metric tables, no panels.
func tablesOf(s *metrics.Summary) string {
	p := newPrinter(s, Options{})
	p.errorTable()
	p.metricTables()
	return p.String()
}

func TestVectorsTables(t *testing.T) {
	for _, path := range vectors(t) {
		t.Run(filepath.Base(path), func(t *testing.T) {
			v, s := readVector(t, path)
			sameText(t, v.Console, tablesOf(s))
		})
	}
}

// A parity test that cannot fail proves nothing: one changed hundredth must show.
func TestVectorsNoticeAChange(t *testing.T) {
	v, s := readVector(t, filepath.Join(testdata, "vectors/report/suites/worked-example.json"))
	for i := range s.Results {
		if s.Results[i].Def.Tag == "request_latency" {
			s.Results[i].Max = metrics.Float(s.Results[i].Max.Float64() + 0.01)
		}
	}
	require.NotEqual(t, v.Console, tablesOf(s))
}

func TestCapturedRuns(t *testing.T) {
	for _, c := range []struct {
		run, title string
		trace      bool
	}{
		{run: "chat-stream"}, {run: "chat-nonstream"}, {run: "reasoning"}, {run: "server-tokens"}, {run: "load-warmup"},
		{run: "err-tenth-fail"}, {run: "err-threshold"}, {run: "load-cancel"}, {run: "http-trace", trace: true},
		{run: "ep-embeddings-stream", title: "Embeddings Metrics"},
	} {
		t.Run(c.run, func(t *testing.T) {
			if c.title == "" {
				c.title = "LLM Metrics"
			}
			folder := filepath.Join(testdata, "captures", c.run)
			s := reporttest.Summary(t, reporttest.Read(t, folder, "profile_export_aiperf.json"), c.title, define(t))
			var b bytes.Buffer
			require.NoError(t, Capture(&b, s, Options{HTTPTrace: c.trace}))
			sameText(t, string(reporttest.Read(t, folder, "profile_export_console.txt")), b.String())
		})
	}
}

// sameText compares line by line, so that a failure shows the line and not two screens.
func sameText(t *testing.T, want, got string) {
	t.Helper()
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(w), len(g)) {
		require.Equal(t, w[i], g[i], "line %d", i+1)
	}
	require.Equal(t, len(w), len(g), "lines")
}
