package artifact

import (
	"encoding/json"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/metrics"
	"github.com/aiperf-go/aiperf/report/reporttest"
)

const testdata = "../../testdata"

func define(t testing.TB) func(tag string) *metrics.Def {
	t.Helper()
	return reporttest.Definitions(t, reporttest.Read(t, testdata, "vectors/report/registry.json"))
}

func captured(t testing.TB, run string) *metrics.Summary {
	t.Helper()
	file := reporttest.Read(t, testdata, "captures", run, "profile_export_aiperf.json")
	return reporttest.Summary(t, file, "LLM Metrics", define(t))
}

// runs are the captured runs with their summary files.
var runs = []string{
	"chat-stream", "chat-nonstream", "reasoning", "server-tokens", "load-warmup", "err-tenth-fail", "err-threshold",
	"sigint", "load-cancel", "http-trace", "ep-embeddings-stream", "in-extra-headers",
}

// theirs is the summary file without our own key.
func theirs(s *metrics.Summary) string {
	o := &outcome{s: s}
	return string(o.summary(view{results: s.Results, warmup: s.Warmup, errors: s.Errors, window: s.Window}))
}

func TestSummaryJSONEqualsCapturedFile(t *testing.T) {
	for _, run := range runs {
		t.Run(run, func(t *testing.T) {
			require.Equal(t, string(reporttest.Read(t, testdata, "captures", run, "profile_export_aiperf.json")), theirs(captured(t, run)))
		})
	}
}

func TestSummaryCSVEqualsCapturedFile(t *testing.T) {
	for _, run := range runs {
		if run == "in-extra-headers" {
			continue // captured for its redaction only
		}
		t.Run(run, func(t *testing.T) {
			s := captured(t, run)
			require.Equal(t, string(reporttest.Read(t, testdata, "captures", run, "profile_export_aiperf.csv")), string(appendCSV(nil, s.Scope, s.Results)))
		})
	}
}

type vector struct {
	SummaryJSON json.RawMessage `json:"summary_json"`
	KeyOrder    []string        `json:"summary_json_key_order"`
	SummaryCSV  string          `json:"summary_csv"`
}

func TestSummaryVectors(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join(testdata, "vectors/report/suites/*.json"))
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			var v vector
			require.NoError(t, json.Unmarshal(reporttest.Read(t, path), &v))
			s := reporttest.Summary(t, v.SummaryJSON, "LLM Metrics", define(t))
			require.Equal(t, v.SummaryCSV, string(appendCSV(nil, s.Scope, s.Results)))

			text := []byte(theirs(s))
			var want, got map[string]any
			require.NoError(t, json.Unmarshal(v.SummaryJSON, &want))
			require.NoError(t, json.Unmarshal(text, &got))
			for _, key := range []string{"run_info", "start_time", "end_time", "pooled_spec_decode_acceptance_histogram"} {
				delete(got, key) // left out of the vector, or of a family outside this package
				delete(want, key)
			}
			require.Equal(t, want, got)
			require.Equal(t, filtered(v.KeyOrder, got), filtered(keys(t, text), got))
		})
	}
}

func keys(t *testing.T, object []byte) []string {
	t.Helper()
	var out []string
	for _, m := range reporttest.Members(t, object) {
		out = append(out, m.Key)
	}
	return out
}

func filtered(keys []string, in map[string]any) []string {
	var out []string
	for _, k := range keys {
		if _, ok := in[k]; ok {
			out = append(out, k)
		}
	}
	return out
}

// The parity tests prove themselves: each changed field must turn them red.
func TestParityNoticesEveryChange(t *testing.T) {
	want := string(reporttest.Read(t, testdata, "captures/err-tenth-fail/profile_export_aiperf.json"))
	csv := string(reporttest.Read(t, testdata, "captures/err-tenth-fail/profile_export_aiperf.csv"))
	require.Equal(t, want, theirs(captured(t, "err-tenth-fail")))
	for name, change := range map[string]func(*metrics.Summary){
		"value":        func(s *metrics.Summary) { s.Results[3].Avg = metrics.Float(s.Results[3].Avg.Float64() + 0.01) },
		"float to int": func(s *metrics.Summary) { s.Results[2].Avg = metrics.Int(int64(s.Results[2].Avg.Float64())) },
		"absent":       func(s *metrics.Summary) { s.Results[3].Percentiles[4] = metrics.Absent },
		"error count":  func(s *metrics.Summary) { s.Errors[0].Count++ },
		"error order":  func(s *metrics.Summary) { s.Errors[0], s.Errors[1] = s.Errors[1], s.Errors[0] },
		"cancelled":    func(s *metrics.Summary) { s.Cancelled = true },
		"start":        func(s *metrics.Summary) { s.WallBase += 1000 },
		"missing":      func(s *metrics.Summary) { s.Results = s.Results[1:] },
		"seed":         func(s *metrics.Summary) { s.Run.SeedDrawn = true },
	} {
		s := captured(t, "err-tenth-fail")
		change(s)
		require.NotEqual(t, want, theirs(s), name)
	}
	s := captured(t, "err-tenth-fail")
	s.Results[3].Avg = metrics.Float(s.Results[3].Avg.Float64() + 0.01)
	require.NotEqual(t, csv, string(appendCSV(nil, s.Scope, s.Results)))
}

func TestOwnKeyComesLastAndChangesNothingElse(t *testing.T) {
	s := captured(t, "chat-stream")
	o := &outcome{s: s, opt: ResultOptions{Version: "1.2.3"}}
	text, err := o.json()
	require.NoError(t, err)
	all := keys(t, text)
	require.Equal(t, selfKey, all[len(all)-1])
	plain := theirs(s)
	require.Equal(t, plain[:len(plain)-2], string(text[:len(plain)-2]))
	var got map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(text, &got))
	require.Contains(t, string(got[selfKey]), `"version": "1.2.3"`)
}

func TestSeedThatWasDrawnStandsUnderOurKeyOnly(t *testing.T) {
	s := captured(t, "chat-stream")
	s.Run.SeedDrawn = true
	o := &outcome{s: s}
	text, err := o.json()
	require.NoError(t, err)
	var got struct {
		RunInfo map[string]any `json:"run_info"`
		Own     struct {
			Seed  uint64
			Drawn bool `json:"seed_drawn"`
		} `json:"aiperf_go"`
	}
	require.NoError(t, json.Unmarshal(text, &got))
	require.NotContains(t, got.RunInfo, "random_seed")
	require.Equal(t, uint64(42), got.Own.Seed)
	require.True(t, got.Own.Drawn)
}

func TestSummaryOfACellEqualsCapturedFile(t *testing.T) {
	want := reporttest.Read(t, testdata, "captures/sweep-cell/profile_export_aiperf.json")
	s := captured(t, "sweep-cell")
	o := &outcome{s: s, opt: ResultOptions{Cell: &Cell{
		SweepID: "9445fee2-1984-4f26-976c-6800637c98ed", RunLabel: "run_0001", VariationLabel: "phases.profiling.concurrency=2",
		VariationIndex: 1, VariationValues: []byte(`{"phases.profiling.concurrency":2}`),
	}}}
	require.Equal(t, string(want), string(o.summary(view{results: s.Results, errors: s.Errors, window: s.Window})))
}
