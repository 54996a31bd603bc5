// Package reporttest turns a captured summary file back into a Summary, so that every report can be compared with what AIPerf made of the same numbers.
package reporttest

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/metrics"
)

// Read reads a file below the repository's testdata folder; dir is the way there from the test.
func Read(t testing.TB, path ...string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(path...))
	require.NoError(t, err)
	return text
}

// Member is one member of a JSON object, in its place.
type Member struct {
	Key  string
	Text json.RawMessage
}

// Members splits an object into its members and keeps their order.
func Members(t testing.TB, object []byte) []Member {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(object))
	_, err := dec.Token()
	require.NoError(t, err)
	var out []Member
	for dec.More() {
		key, err := dec.Token()
		require.NoError(t, err)
		m := Member{Key: key.(string)}
		require.NoError(t, dec.Decode(&m.Text))
		out = append(out, m)
	}
	return out
}

// Value reads a number as AIPerf wrote it: with a point or an exponent it is a float.
func Value(t testing.TB, n json.Number) metrics.Value {
	t.Helper()
	switch {
	case n == "":
		return metrics.Absent
	case strings.ContainsAny(string(n), ".eE"):
		f, err := n.Float64()
		require.NoError(t, err)
		return metrics.Float(f)
	default:
		i, err := n.Int64()
		require.NoError(t, err)
		return metrics.Int(i)
	}
}

// block is a metric in the summary file.
type block struct {
	Unit                                      string
	Avg, Min, Max, Std, Sum, Count            json.Number
	P1, P5, P10, P25, P50, P75, P90, P95, P99 json.Number
}

// Results reads the metric blocks among members; other members are passed over.
func Results(t testing.TB, members []Member, define func(tag string) *metrics.Def) []metrics.Result {
	t.Helper()
	var out []metrics.Result
	for _, m := range members {
		var b block
		if !bytes.HasPrefix(m.Text, []byte("{")) || json.Unmarshal(m.Text, &b) != nil || b.Unit == "" {
			continue
		}
		d := define(m.Key)
		require.NotNil(t, d, "no definition of %s", m.Key)
		require.Equal(t, b.Unit, d.Display, "unit of %s", m.Key)
		r := metrics.Result{
			Def: d, Avg: Value(t, b.Avg), Min: Value(t, b.Min), Max: Value(t, b.Max),
			Std: Value(t, b.Std), Sum: Value(t, b.Sum), Count: Value(t, b.Count),
		}
		for i, p := range []json.Number{b.P1, b.P5, b.P10, b.P25, b.P50, b.P75, b.P90, b.P95, b.P99} {
			r.Percentiles[i] = Value(t, p)
		}
		out = append(out, r)
	}
	return out
}

// Definitions finds a metric in the definition table, and those of families outside it in AIPerf's registry (a file).
func Definitions(t testing.TB, registry []byte) func(tag string) *metrics.Def {
	t.Helper()
	var rows []struct {
		Tag, Header, Display, Group string
		Order, Rank                 int
	}
	require.NoError(t, json.Unmarshal(registry, &rows))
	return func(tag string) *metrics.Def {
		if d := metrics.Lookup(tag); d != nil {
			return d
		}
		for _, r := range rows {
			if r.Tag == tag {
				groups := map[string]metrics.Group{"default": metrics.GroupDefault, "usage": metrics.GroupUsage}
				return &metrics.Def{Tag: tag, Header: r.Header, Display: r.Display, Group: groups[r.Group], Order: r.Order, SummaryRank: r.Rank}
			}
		}
		return nil
	}
}

// envelope holds the members of the summary file that are no metrics.
type envelope struct {
	BenchmarkID      string          `json:"benchmark_id"`
	InputConfig      json.RawMessage `json:"input_config"`
	RunInfo          runInfo         `json:"run_info"`
	WasCancelled     bool            `json:"was_cancelled"`
	IsComplete       *bool           `json:"is_complete"`
	IncompleteReason string          `json:"incomplete_reason"`
	StartTime        string          `json:"start_time"`
	EndTime          string          `json:"end_time"`
	Warmup           json.RawMessage `json:"warmup_metrics"`
	ErrorSummary     []struct {
		Details struct {
			Code       *int64
			Type       string
			Message    string
			Cause      string
			CauseChain []string `json:"cause_chain"`
		} `json:"error_details"`
		Count int64
	} `json:"error_summary"`
}

type runInfo struct {
	Seed    *uint64 `json:"random_seed"`
	Command string  `json:"cli_command"`
}

// LocalTime is the layout of AIPerf's start and end times.
const LocalTime = "2006-01-02T15:04:05.000000"

// Summary rebuilds the summary of a captured run from its summary file.
func Summary(t testing.TB, file []byte, title string, define func(tag string) *metrics.Def) *metrics.Summary {
	t.Helper()
	var e envelope
	require.NoError(t, json.Unmarshal(file, &e))
	s := &metrics.Summary{
		Scope:     metrics.Scope{EndpointTitle: title},
		Results:   Results(t, Members(t, file), define),
		Cancelled: e.WasCancelled, Complete: e.IsComplete == nil || *e.IsComplete, IncompleteReason: e.IncompleteReason,
		Run:    metrics.RunInfo{BenchmarkID: e.BenchmarkID, Seed: e.RunInfo.Seed, CLICommand: e.RunInfo.Command, InputConfig: e.InputConfig},
		Window: metrics.PhaseWindow{Name: "profiling", SendEnd: metrics.NoInstant, End: metrics.NoInstant},
	}
	if e.Warmup != nil {
		s.Warmup = Results(t, Members(t, e.Warmup), define)
	}
	for _, x := range e.ErrorSummary {
		d := metrics.ErrorDetail{Code: metrics.NoCount, Type: x.Details.Type, Message: x.Details.Message, Cause: x.Details.Cause, CauseChain: x.Details.CauseChain}
		if x.Details.Code != nil {
			d.Code = metrics.Count(*x.Details.Code)
		}
		s.Errors = append(s.Errors, metrics.ErrorCount{ErrorDetail: d, Count: x.Count})
		s.Failed += x.Count
	}
	for _, r := range s.Results {
		if r.Def.Tag == "request_count" {
			s.Succeeded = int64(r.Avg.Float64())
		}
	}
	if e.StartTime != "" {
		start, err := time.ParseInLocation(LocalTime, e.StartTime, time.Local)
		require.NoError(t, err)
		end, err := time.ParseInLocation(LocalTime, e.EndTime, time.Local)
		require.NoError(t, err)
		s.WallBase = start.UnixNano()
		s.Window.End = end.Sub(start)
	}
	return s
}
