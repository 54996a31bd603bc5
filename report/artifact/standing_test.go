package artifact

// Files that stand in the folder: an earlier run's go, inputs are spared, a stranger's are kept.

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/report/reporttest"
)

// earlier is a file of each kind as a run leaves it.
var earlier = map[string]string{
	"profile_export.jsonl":       `{"metadata":{"session_num":1,"x_request_id":"a"}}`,
	"profile_export_raw.jsonl":   `{"metadata":{"session_num":1,"x_request_id":"a"}}`,
	"profile_export_aiperf.json": "{\n  \"schema_version\": \"1.4\",\n  \"aiperf_version\": \"0.13.0\"\n}",
	"profile_export_aiperf.csv":  "Metric,avg,min\r\n",
	"profile_export_console.txt": "\n\n       NVIDIA AIPerf | LLM Metrics: Effective\n",
	"profile_export_rerun.json":  "{\n  \"version\": \"dev\",\n  \"arguments\": [\n  ]\n}\n",
	"phase_manifest.json":        "{\n  \"phases\": [",
	"inputs.json":                "{\n  \"data\": [\n    {",
	".aiperf_results_ready.json": `{"ready":true,"was_cancelled":false,"partial":false}`,
}

func put(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(name))
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func TestRunReplacesTheFilesOfAnEarlierOneAndLeavesOthers(t *testing.T) {
	for _, level := range []Level{LevelSummary, LevelRecords, LevelRaw} {
		dir := t.TempDir()
		want := []string{"notes.txt", "other.jsonl", "logs/aiperf.log"}
		for _, name := range want[:2] {
			put(t, dir, name, "old")
		}
		var ours []string
		for name, text := range earlier {
			put(t, dir, name, text)
			ours = append(ours, name)
		}
		f, err := Open(Options{Dir: dir, Level: level})
		require.NoError(t, err)
		require.ElementsMatch(t, ours, f.Reused())
		require.Empty(t, f.Kept())
		if level >= LevelRecords {
			require.Empty(t, reporttest.Read(t, dir, "profile_export.jsonl"))
			want = append(want, "profile_export.jsonl")
		}
		if level >= LevelRaw {
			want = append(want, "profile_export_raw.jsonl")
		}
		require.ElementsMatch(t, want, listed(t, dir), "an old summary beside new records, or old records beside a new summary, would speak for this run")
		require.NoError(t, f.Close())
	}
}

// Whatever a run of the original wrote is known as such.
func TestCapturedFilesHaveTheirForm(t *testing.T) {
	runs, err := filepath.Glob(filepath.Join(testdata, "captures", "*"))
	require.NoError(t, err)
	known := 0
	for _, run := range runs {
		for _, row := range Table() {
			path := filepath.Join(run, row.File)
			if _, err := os.Stat(path); err != nil {
				continue
			}
			got, err := formOf(stands{row, path})
			require.NoError(t, err)
			require.NotEqual(t, foreign, got, path)
			known++
		}
	}
	require.Greater(t, known, 20)
}

// And whatever this program writes.
func TestOwnFilesHaveTheirForm(t *testing.T) {
	dir := t.TempDir()
	f, err := Open(Options{Dir: dir, Level: LevelRaw})
	require.NoError(t, err)
	for _, s := range []interface{ Close() error }{f.Records(SinkOptions{}), f.Raw(SinkOptions{})} {
		require.NoError(t, s.Close())
	}
	_, err = f.WriteResults(captured(t, "chat-stream"), ResultOptions{})
	require.NoError(t, err)
	require.NoError(t, f.Close())
	f, err = Open(Options{Dir: dir})
	require.NoError(t, err)
	require.ElementsMatch(t, []string{"profile_export_aiperf.csv", "profile_export_aiperf.json", "profile_export_console.txt", ".aiperf_results_ready.json"}, f.Reused())
	require.Empty(t, f.Kept())
	require.NoError(t, f.Close())
}

func TestStrangersAreKept(t *testing.T) {
	for _, c := range []struct {
		name  string
		files map[string]string
		kept  []string
	}{
		{"names of a run, contents of somebody", map[string]string{"profile_export.jsonl": `{"text": "hi"}`, "profile_export_aiperf.csv": "a,b\n"},
			[]string{"profile_export.jsonl as profile_export.jsonl.kept-1", "profile_export_aiperf.csv as profile_export_aiperf.csv.kept-1"}},
		{"a name that is taken", map[string]string{"profile_export.jsonl": `{"text": "hi"}`, "profile_export.jsonl.kept-1": "old"},
			[]string{"profile_export.jsonl as profile_export.jsonl.kept-2"}},
		{"a data set alone", map[string]string{"inputs.json": earlier["inputs.json"]}, []string{"inputs.json as inputs.json.kept-1"}},
		{"a data set beside the log of a run", map[string]string{"inputs.json": earlier["inputs.json"], "logs/aiperf.log": "2026-11-23 21:04:49.534 - aiperf\n"}, nil},
		{"nothing to lose", map[string]string{"profile_export.jsonl": ""}, nil},
	} {
		dir := t.TempDir()
		for name, text := range c.files {
			put(t, dir, name, text)
		}
		f, err := Open(Options{Dir: dir, Level: LevelRaw})
		require.NoError(t, err, c.name)
		require.ElementsMatch(t, c.kept, f.Kept(), c.name)
		for _, k := range c.kept {
			was, is, _ := strings.Cut(k, " as ")
			require.Equal(t, c.files[was], string(reporttest.Read(t, dir, is)), c.name)
		}
		require.NoError(t, f.Close())
	}
}

func TestInputsAreSpared(t *testing.T) {
	for _, c := range []struct {
		name, file, prefix string
		link               func(old, link string) error // nil: the file itself is the input
		folder             bool                         // the input is the folder that holds it
	}{
		{name: "inputs", file: "inputs.json"},
		{name: "records", file: "profile_export.jsonl"},
		{name: "not written at this level", file: "profile_export_raw.jsonl"},
		{name: "with a prefix", file: "mine.json", prefix: "mine"},
		{name: "the log", file: "logs/aiperf.log"},
		{name: "of a phase", file: "phases/warmup/profile_export_aiperf.csv"},
		{name: "left by a killed run", file: "inputs.json.17.tmp"},
		{name: "symbolic link", file: "inputs.json", link: os.Symlink},
		{name: "hard link", file: "inputs.json", link: os.Link},
		{name: "in a folder", file: "inputs.json", link: os.Link, folder: true},
	} {
		dir, elsewhere := t.TempDir(), t.TempDir()
		path := put(t, dir, c.file, "mine")
		in := path
		if c.link != nil {
			in = filepath.Join(elsewhere, "data.json")
			require.NoError(t, c.link(path, in), c.name)
		}
		if c.folder {
			in = elsewhere
		}
		before := listed(t, dir)
		_, err := Open(Options{Dir: dir, Prefix: c.prefix, Chosen: "--artifact-dir", Inputs: []Input{{"--other", put(t, elsewhere, "free.txt", "")}, {"--input-file", in}}})
		require.ErrorContains(t, err, fmt.Sprintf("--input-file %q", in), c.name)
		require.ErrorContains(t, err, "--artifact-dir", c.name)
		require.ErrorContains(t, err, c.file, c.name)
		require.NotContains(t, err.Error(), "\n", c.name)
		require.Equal(t, before, listed(t, dir), c.name)
		require.Equal(t, "mine", string(reporttest.Read(t, path)), c.name)
	}
}

// A link from the folder to the user's file is a file of the folder, too.
func TestInputBehindALinkOfTheFolder(t *testing.T) {
	dir := t.TempDir()
	data := put(t, t.TempDir(), "data.json", "mine")
	require.NoError(t, os.Symlink(data, filepath.Join(dir, "inputs.json")))
	_, err := Open(Options{Dir: dir, Inputs: []Input{{"--input-file", data}}})
	require.ErrorContains(t, err, "inputs.json")
	f, err := Open(Options{Dir: dir})
	require.NoError(t, err)
	require.Equal(t, "mine", string(reporttest.Read(t, data)))
	require.NoError(t, f.Close())
}

// An input that is none of the run's files is no reason to refuse.
func TestInputsBesideTheFilesOfARun(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, ".aiperf_results_ready.json", earlier[".aiperf_results_ready.json"])
	put(t, dir, "phases/notes.txt", "mine")
	f, err := Open(Options{Dir: dir, Inputs: []Input{{"--input-file", put(t, dir, "data.jsonl", "mine")}, {"--image-source", dir + "-none"}}})
	require.NoError(t, err)
	require.NoError(t, f.Close())
}

// What a killed run was writing goes with the next run; a file that only looks so stays.
func TestLeftoversOfAKilledRun(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "inputs.json.17.tmp", `{"data": [`)
	put(t, dir, "phases/warmup/profile_export_aiperf.csv.18.tmp", "Metric,")
	put(t, dir, "inputs.json.x.tmp", `{"data": [`)
	put(t, dir, "profile_export_aiperf.csv.19.tmp", "my own")
	put(t, dir, "profile_export_aiperf.csv", earlier["profile_export_aiperf.csv"])
	f, err := Open(Options{Dir: dir})
	require.NoError(t, err)
	require.Equal(t, []string{"inputs.json.x.tmp", "logs/aiperf.log", "profile_export_aiperf.csv.19.tmp"}, listed(t, dir))
	require.NoError(t, f.Close())
}
