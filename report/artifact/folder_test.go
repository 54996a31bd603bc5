package artifact

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/metrics"
	"github.com/aiperf-go/aiperf/report/console"
	"github.com/aiperf-go/aiperf/report/reporttest"
)

func TestDir(t *testing.T) {
	for _, c := range []struct {
		explicit bool
		models   []string
		endpoint string
		load     Stimulus
		want     string
	}{
		{false, []string{"acme/tiny-7b"}, "chat", Stimulus{Concurrency: 4}, "base/acme_tiny-7b-openai-chat-concurrency4"},
		{false, []string{"mock-model"}, "chat", Stimulus{Rate: 20}, "base/mock-model-openai-chat-request_rate20.0"},
		{false, []string{"mock-model"}, "chat", Stimulus{Concurrency: 2, Rate: 50}, "base/mock-model-openai-chat-concurrency2-request_rate50.0"},
		{false, []string{"mock-model"}, "image_generation", Stimulus{FixedSchedule: true, Concurrency: 3}, "base/mock-model-openai-image_generation-fixed_schedule"},
		{false, []string{"mock-model"}, "chat", Stimulus{Users: 4, Rate: 10}, "base/mock-model-openai-chat-user_centric-users4-qps10.0"},
		{false, []string{"model-a", "model-b"}, "chat", Stimulus{Concurrency: 2}, "base/model-a_multi-openai-chat-concurrency2"},
		{true, []string{"mock-model"}, "chat", Stimulus{Concurrency: 2}, "base"},
	} {
		require.Equal(t, filepath.FromSlash(c.want), Dir("base", c.explicit, c.models, "openai", c.endpoint, c.load.String()))
	}
}

func TestPyFloat(t *testing.T) {
	for _, c := range []struct {
		in   float64
		want string
	}{
		{10, "10.0"}, {0.5, "0.5"}, {1e-4, "0.0001"}, {1e-5, "1e-05"}, {1e-6, "1e-06"}, {1.5e-7, "1.5e-07"}, {1e15, "1000000000000000.0"},
		{1e16, "1e+16"}, {1e22, "1e+22"}, {1e100, "1e+100"}, {0, "0.0"}, {-2, "-2.0"},
	} {
		require.Equal(t, c.want, PyFloat(c.in))
	}
}

func TestStripPrefix(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "my_run": "my_run", "my_run.json": "my_run", "my_run.csv": "my_run", "my_run.jsonl": "my_run", "my_run.parquet": "my_run",
		"my_run_raw.jsonl": "my_run", "my_run_console.txt": "my_run", "my_run_timeslices.csv": "my_run", "my_run_server_metrics.parquet": "my_run",
		"my_run_gpu_telemetry.jsonl": "my_run", "my_run_network_latency.jsonl": "my_run", "my_run_accuracy.jsonl": "my_run_accuracy",
		"a.json.csv": "a.json", "notes.txt": "notes.txt",
	} {
		require.Equal(t, want, StripPrefix(in), in)
	}
}

func TestPrefixRenamesWhatAIPerfRenames(t *testing.T) {
	f, err := Open(Options{Dir: t.TempDir(), Prefix: "my_run.json", Level: LevelRaw})
	require.NoError(t, err)
	var names []string
	for _, row := range Table() {
		names = append(names, filepath.ToSlash(strings.TrimPrefix(f.Path(row.ID), f.Dir()+string(filepath.Separator))))
	}
	require.Equal(t, []string{
		"my_run.csv", "my_run.json", "my_run_raw.jsonl", "my_run.jsonl", "inputs.json", "my_run_console.txt", "phase_manifest.json", "my_run_rerun.json",
		"logs/aiperf.log", ".aiperf_results_ready.json",
	}, names)
}

func TestLevelsDecideWhichFilesExist(t *testing.T) {
	for _, c := range []struct {
		level Level
		want  []string
	}{
		{LevelSummary, nil},
		{LevelRecords, []string{"profile_export.jsonl"}},
		{LevelRaw, []string{"profile_export.jsonl", "profile_export_raw.jsonl"}},
	} {
		dir := t.TempDir()
		f, err := Open(Options{Dir: dir, Level: c.level})
		require.NoError(t, err)
		require.Equal(t, c.level >= LevelRecords, f.Records(SinkOptions{}) != nil)
		require.Equal(t, c.level >= LevelRaw, f.Raw(SinkOptions{}) != nil)
		require.Equal(t, append([]string{"logs/aiperf.log"}, c.want...), listed(t, dir), "before the load")
		files, err := f.WriteResults(captured(t, "chat-stream"), ResultOptions{})
		require.NoError(t, err)
		want := slices.Sorted(slices.Values(append([]string{
			".aiperf_results_ready.json", "logs/aiperf.log", "profile_export_aiperf.csv", "profile_export_aiperf.json", "profile_export_console.txt",
		}, c.want...)))
		require.Equal(t, want, listed(t, dir), "after the run")
		require.Equal(t, 2+btoi(c.level == LevelRaw), len(files))
	}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// listed names every file below a folder.
func listed(t *testing.T, dir string) []string {
	t.Helper()
	var out []string
	require.NoError(t, filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			name, _ := filepath.Rel(dir, path)
			out = append(out, filepath.ToSlash(name))
		}
		return err
	}))
	return out
}

func TestOpenFailsBeforeTheLoad(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	taken := filepath.Join(dir, "taken")
	require.NoError(t, os.MkdirAll(filepath.Join(taken, "profile_export.jsonl", "x"), 0o700))
	for _, c := range []struct {
		name string
		opt  Options
		want string
	}{
		{"a file stands in the way", Options{Dir: filepath.Join(file, "run")}, "not a directory"},
		{"a folder has a file's name", Options{Dir: taken, Level: LevelRecords}, "profile_export.jsonl"},
		{"prefix with a folder", Options{Dir: dir, Prefix: "../out"}, `export prefix "../out"`},
	} {
		_, err := Open(c.opt)
		require.ErrorContains(t, err, c.want, c.name)
		require.NotContains(t, err.Error(), "\n", c.name)
	}
}

func TestReadyMarker(t *testing.T) {
	dir := t.TempDir()
	f, err := Open(Options{Dir: dir})
	require.NoError(t, err)
	_, err = f.WriteResults(captured(t, "chat-stream"), ResultOptions{})
	require.NoError(t, err)
	require.Equal(t, string(reporttest.Read(t, testdata, "captures/chat-stream/.aiperf_results_ready.json")), string(reporttest.Read(t, f.Path(Ready))))
	info, err := os.Stat(f.Path(Ready))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
}

func TestOneFailingFileDoesNotStopTheOthers(t *testing.T) {
	dir := t.TempDir()
	f, err := Open(Options{Dir: dir})
	require.NoError(t, err)
	require.NoError(t, os.MkdirAll(filepath.Join(f.Path(SummaryCSV), "x"), 0o700))
	files, err := f.WriteResults(captured(t, "chat-stream"), ResultOptions{})
	require.ErrorContains(t, err, "writing profile_export_aiperf.csv")
	require.Equal(t, []string{"JSON Export"}, labels(files))
	require.FileExists(t, f.Path(SummaryJSON))
	require.Contains(t, string(reporttest.Read(t, f.Path(Ready))), `"partial":true`)
	require.Empty(t, leftovers(f.Dir(), map[string]Row{"profile_export_aiperf.csv": {}}))
}

func TestSummaryIsWrittenWhenEveryRequestFailed(t *testing.T) {
	f, err := Open(Options{Dir: t.TempDir()})
	require.NoError(t, err)
	s := &metrics.Summary{Failed: 6, Complete: true, Errors: []metrics.ErrorCount{{ErrorDetail: metrics.ErrorDetail{Code: 500, Type: "Internal Server Error"}, Count: 6}}}
	_, err = f.WriteResults(s, ResultOptions{})
	require.NoError(t, err)
	var got struct {
		Errors []struct{ Count int } `json:"error_summary"`
		Own    struct {
			Requests struct{ Failed int }
		} `json:"aiperf_go"`
	}
	require.NoError(t, json.Unmarshal(reporttest.Read(t, f.Path(SummaryJSON)), &got))
	require.Equal(t, 6, got.Errors[0].Count)
	require.Equal(t, 6, got.Own.Requests.Failed)
}

func TestSummarySaysWhatRequestsWereMadeOf(t *testing.T) {
	f, err := Open(Options{Dir: t.TempDir()})
	require.NoError(t, err)
	s := &metrics.Summary{Complete: true, Run: metrics.RunInfo{Data: metrics.DataInfo{Conversations: 7, Corpus: "sonnet", CorpusSHA256: "ab", Tokenizer: "builtin"}}}
	_, err = f.WriteResults(s, ResultOptions{})
	require.NoError(t, err)
	var got struct {
		Own struct{ Dataset map[string]any } `json:"aiperf_go"`
	}
	require.NoError(t, json.Unmarshal(reporttest.Read(t, f.Path(SummaryJSON)), &got))
	require.Equal(t, map[string]any{"conversations": 7.0, "corpus": "sonnet", "corpus_sha256": "ab", "tokenizer": "builtin"}, got.Own.Dataset)
}

func TestPhasesEqualCapturedRun(t *testing.T) {
	want := reporttest.Read(t, testdata, "captures/load-warmup/phase_manifest.json")
	var m struct {
		Phases []struct {
			Start      int64 `json:"start_ns"`
			End        int64 `json:"end_ns"`
			Successful int64 `json:"successful_request_count"`
		}
	}
	require.NoError(t, json.Unmarshal(want, &m))
	s := captured(t, "load-warmup")
	s.WallBase = wallBase
	window := func(i int) metrics.PhaseWindow {
		return metrics.PhaseWindow{Index: i, ProfilingIndex: i - 1, Completed: m.Phases[i].Successful,
			Start: instant(&m.Phases[i].Start), End: instant(&m.Phases[i].End)}
	}
	s.Phases = []metrics.PhaseWindow{window(0), window(1)}
	s.Phases[0].Name, s.Phases[0].Kind = "warmup", metrics.Warmup
	s.Phases[1].Name = "profiling"
	s.Window = s.Phases[1]

	f, err := Open(Options{Dir: t.TempDir()})
	require.NoError(t, err)
	_, err = f.WriteResults(s, ResultOptions{})
	require.NoError(t, err)
	require.Equal(t, string(want), string(reporttest.Read(t, f.Path(PhaseManifest))))

	// The profiling phase's own files hold what the run's hold, less the warm-up.
	require.Equal(t, string(reporttest.Read(t, f.Path(SummaryCSV))), string(reporttest.Read(t, f.Dir(), "phases/profiling/profile_export_aiperf.csv")))
	whole := keys(t, reporttest.Read(t, f.Path(SummaryJSON)))
	phase := keys(t, reporttest.Read(t, f.Dir(), "phases/profiling/profile_export_aiperf.json"))
	require.Equal(t, slices.DeleteFunc(whole, func(k string) bool { return k == "warmup_metrics" || k == selfKey }), phase)
	var warm map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(reporttest.Read(t, f.Dir(), "phases/warmup/profile_export_aiperf.json"), &warm))
	require.Contains(t, warm, "request_count")
}

func TestEndTimeOfAWindowThatNeverClosed(t *testing.T) {
	s := &metrics.Summary{Complete: false, IncompleteReason: "r", WallBase: wallBase, Window: metrics.PhaseWindow{SendEnd: metrics.NoInstant, End: metrics.NoInstant}}
	at := time.Date(2026, 1, 2, 3, 4, 5, 600, time.Local).UnixNano()
	text := (&outcome{s: s, opt: ResultOptions{ProcessedAt: at}}).summary(view{window: s.Window, own: true})
	require.Contains(t, string(text), `"end_time": "2026-01-02T03:04:05.000001"`)
	require.Contains(t, string(text), `"rate_denominator": "benchmark_duration"`)
}

func labels(files []console.File) []string {
	var out []string
	for _, f := range files {
		out = append(out, f.Label)
	}
	return out
}

// From a record to the files: the engine's summary goes through every writer, and the records file agrees with it.
func TestFilesOfOneRecord(t *testing.T) {
	f, err := Open(Options{Dir: t.TempDir(), Level: LevelRecords})
	require.NoError(t, err)
	phases := []metrics.PhaseWindow{{Name: "profiling", Start: 0, SendEnd: 10 * time.Millisecond, End: 100 * time.Millisecond, Sent: 1, Completed: 1}}
	sink := f.Records(SinkOptions{Scope: chat, WallBase: wallBase, Phases: phases})
	table := metrics.NewTable(metrics.TableOptions{})
	r := sample()
	table.Append(r)
	require.NoError(t, sink.Record(r))
	require.NoError(t, sink.Close())
	s := metrics.Summarise(table, metrics.Inputs{Scope: chat, WallBase: wallBase, Phases: phases})
	require.NoError(t, table.Close())
	_, err = f.WriteResults(s, ResultOptions{Version: "test"})
	require.NoError(t, err)

	var all map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(reporttest.Read(t, f.Path(SummaryJSON)), &all))
	summary := map[string]struct{ Avg json.Number }{}
	for tag, raw := range all {
		var b struct{ Avg json.Number }
		if json.Unmarshal(raw, &b) == nil && b.Avg != "" {
			summary[tag] = b
		}
	}
	var line struct {
		Metrics map[string]struct{ Value json.RawMessage }
	}
	require.NoError(t, json.Unmarshal(reporttest.Read(t, f.Path(Records)), &line))
	for _, tag := range []string{"request_latency", "time_to_first_token", "time_to_second_token", "inter_token_latency"} {
		require.Equal(t, string(line.Metrics[tag].Value), string(summary[tag].Avg), tag)
	}
	require.Equal(t, "80.0", string(summary["request_latency"].Avg))
	require.Equal(t, "10.0", string(summary["request_throughput"].Avg))
	require.Contains(t, string(reporttest.Read(t, f.Path(Console))), "Request Latency (ms) │  80.00")
}
