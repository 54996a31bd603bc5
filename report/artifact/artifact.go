// Package artifact writes the files of a run: the drop-in contract with everything that reads AIPerf's results.
//
//	inputs spared ─> folder claimed ─> files of an earlier run deleted
//	Open ─> Folder ─┬─ Records, Raw (metrics.Sink) <─ records, while the run goes on
//	                ├─ WriteInputs                 <─ payloads, before the load
//	                └─ WriteResults                <─ Summary, at the end: every row of the table with a writer
//
// A whole file appears complete or not at all; a line file is readable up to its last flushed line, even after a kill.
package artifact

import (
	"io/fs"

	"github.com/aiperf-go/aiperf/metrics"
)

// Level says how much is exported. Each level includes the ones below it.
type Level uint8

// The export levels.
const (
	LevelSummary Level = iota
	LevelRecords
	LevelRaw
)

// ID names an artifact.
type ID uint8

// The artifacts of a single run.
const (
	SummaryCSV ID = iota
	SummaryJSON
	RawRecords
	Records
	Inputs
	Console
	PhaseManifest
	Rerun
	Log
	Ready
)

// Row is one artifact: what it is called and who writes it.
type Row struct {
	ID     ID
	File   string // default name, relative to the run folder
	Suffix string // name under a prefix is the prefix and this; empty: the prefix does not rename it
	Level  Level  // lowest export level that writes it
	Fresh  bool   // a file of an earlier run is deleted before this one starts
	Common bool   // files that no run wrote have the form too: it takes another file of a run beside it
	Mode   fs.FileMode
	Label  string // name in the list of written files; empty: not listed
	About  string // one line, for the reference
	Form   string // how its content begins, white space taken out, as a regular expression: of any release

	write func(*outcome) ([]byte, error) // nil: written while the run goes on, or by its owner
}

// filePerm and privatePerm are the permissions of new files, before the umask.
const (
	filePerm    = 0o644
	privatePerm = 0o600
	folderPerm  = 0o755
)

// recordForm is how a line of either records file begins.
const recordForm = `^\{"metadata":\{.*"(session_num|x_request_id|request_start_ns)":`

// Table lists the artifacts in the order in which they are written and listed.
func Table() []Row {
	return []Row{
		{ID: SummaryCSV, File: "profile_export_aiperf.csv", Suffix: ".csv", Fresh: true, Mode: filePerm, Label: "CSV Export",
			About: "summary as CSV", Form: `^Metric,`, write: (*outcome).csv},
		{ID: SummaryJSON, File: "profile_export_aiperf.json", Suffix: ".json", Fresh: true, Mode: filePerm, Label: "JSON Export",
			About: "summary as JSON", Form: `^\{"(schema_version":"[\d.]+","aiperf_version|aiperf_version|benchmark_id|input_config)":|^\{("records":\{)?"\w+":\{"(unit|tag|header)":`, write: (*outcome).json},
		{ID: RawRecords, File: "profile_export_raw.jsonl", Suffix: "_raw.jsonl", Level: LevelRaw, Fresh: true, Mode: filePerm, Label: "Raw Records",
			About: "one line a request: the exchange as it was on the wire", Form: recordForm},
		{ID: Records, File: "profile_export.jsonl", Suffix: ".jsonl", Level: LevelRecords, Fresh: true, Mode: filePerm,
			About: "one line a request: metadata, metrics, error", Form: recordForm},
		{ID: Inputs, File: "inputs.json", Fresh: true, Common: true, Mode: filePerm,
			About: "the payloads of every session", Form: `^\{"data":\[`},
		{ID: Console, File: "profile_export_console.txt", Suffix: "_console.txt", Fresh: true, Mode: filePerm,
			About: "the console tables at 140 columns", Form: `^$|^[╭┏]|NVIDIA(AIPerf|GenAI-Perf)\|`, write: (*outcome).console},
		{ID: PhaseManifest, File: "phase_manifest.json", Fresh: true, Mode: filePerm,
			About: "the phases of a run with more than one, and their files in phases/", Form: `^\{"phases":\[`, write: (*outcome).phases},
		{ID: Rerun, File: "profile_export_rerun.json", Suffix: "_rerun.json", Fresh: true, Mode: filePerm,
			About: "what the run was asked, without secrets: `aiperf rerun` repeats it from here", Form: `^\{"version":"[^"]*","arguments":\[`},
		{ID: Log, File: "logs/aiperf.log", Mode: filePerm,
			About: "the log", Form: `^\d{4}-\d\d-\d\d\d\d:`},
		{ID: Ready, File: ".aiperf_results_ready.json", Fresh: true, Mode: privatePerm,
			About: "marker: every other file is complete", Form: `^\{"ready":`, write: (*outcome).ready},
	}
}

// ResultOptions is what the files say beside the summary.
type ResultOptions struct {
	Version      string // our own version
	HTTPTrace    bool   // the console capture shows transport times
	ConsoleWidth int    // of the console capture, in columns; AIPerf's when 0
	NoJSON       bool   // leave out the summary JSON
	ProcessedAt  int64  // unix nanoseconds; the end time of a run whose window never closed
	PhaseResults []PhaseResult
	Cell         *Cell // the run is one of many
}

// Cell is the place of a run among the repetitions and variations of a sweep.
type Cell struct {
	SweepID         string
	Trial           int    // from 0
	RunLabel        string // "run_0001"
	VariationLabel  string // "base" without a variation
	VariationIndex  int
	VariationValues []byte // JSON object: what is varied, by its configuration path; empty object when nil
}

// PhaseResult is the outcome of one phase, for its own folder.
type PhaseResult struct {
	Window    metrics.PhaseWindow
	Results   []metrics.Result
	Errors    []metrics.ErrorCount
	Succeeded int64
	Failed    int64
}

// outcome is what the writers of whole files read.
type outcome struct {
	folder *Folder
	s      *metrics.Summary
	opt    ResultOptions
	failed bool // an artifact before this one could not be written
}
