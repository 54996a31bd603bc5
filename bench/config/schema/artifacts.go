// The keys of written files.

package schema

import "github.com/aiperf-go/aiperf/bench/config/doc"

// Artifacts are the files a run writes.
type Artifacts struct {
	Dir               string     `key:"dir" def:"artifacts" form:"path" doc:"folder"`
	Prefix            *string    `key:"prefix" doc:"begin of file names"`
	Summary           []string   `key:"summary" def:"['json']" in:"json" form:"words or false" doc:"formats of the summary; false: none"`
	Records           []string   `key:"records" def:"['jsonl']" in:"jsonl" form:"words or false" doc:"formats of the records; false: none"`
	Raw               bool       `key:"raw" def:"false" doc:"keep requests and replies"`
	Trace             bool       `key:"trace" def:"false" doc:"HTTP timings in the records"`
	SliceDuration     *float64   `key:"slice_duration" form:"duration" unit:"s" doc:"width of time slices"`
	ShowTraceTiming   bool       `key:"show_trace_timing" def:"false" doc:"HTTP timings on the console"`
	UserFiles         []UserFile `key:"user_files" def:"[]" doc:"files of your own in the run's folder"`
	AutoPlot          bool       `key:"auto_plot" def:"false" doc:"draw figures at the end"`
	PlotRequired      bool       `key:"plot_required" def:"false" doc:"fail when figures cannot be drawn"`
	ExportOutputsJSON bool       `key:"export_outputs_json" def:"false" doc:"write the reply texts"`
}

// UserFile is a file the user adds to a run's folder.
type UserFile struct {
	Path    string    `key:"path" req:"yes" doc:"below the run's folder"`
	Format  *string   `key:"format" in:"json yaml text" doc:"unset: told by the content"`
	Content *doc.Node `key:"content" req:"yes" doc:"text, or what is written as JSON or YAML"`
}
