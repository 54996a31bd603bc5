// The summary as JSON: AIPerf's keys in AIPerf's order, then one key of our own.
package artifact

import (
	"cmp"
	"slices"
	"time"

	"github.com/aiperf-go/aiperf/metrics"
	"github.com/aiperf-go/aiperf/report/artifact/jsonw"
	"github.com/aiperf-go/aiperf/report/redact"
)

// What AIPerf calls itself and its format in the summary; readers branch on both.
const (
	schemaVersion = "1.4"
	aiperfVersion = "0.13.0"
)

// localTime is the layout of start and end time: local, without a zone.
const localTime = "2006-01-02T15:04:05.000000"

// percentileKeys are the keys of metrics.Percentiles.
var percentileKeys = [len(metrics.Percentiles)]string{"p1", "p5", "p10", "p25", "p50", "p75", "p90", "p95", "p99"}

// view is the part of a summary that one summary file shows: the run, or one of its phases.
type view struct {
	results []metrics.Result
	warmup  []metrics.Result
	errors  []metrics.ErrorCount
	window  metrics.PhaseWindow
	own     bool // add our key
}

// json writes the summary JSON of the run.
func (o *outcome) json() ([]byte, error) {
	return o.summary(view{results: o.s.Results, warmup: o.s.Warmup, errors: o.s.Errors, window: o.s.Window, own: true}), nil
}

func (o *outcome) summary(v view) []byte {
	w := &jsonw.Writer{Indent: true}
	shown := func(r *metrics.Result) bool { return r.Def != nil && r.Def.Shown(o.s.Scope) }
	w.Object()
	text(w, "schema_version", schemaVersion)
	text(w, "aiperf_version", aiperfVersion)
	text(w, "benchmark_id", o.s.Run.BenchmarkID)
	for _, r := range declared(v.results) {
		if shown(r) {
			block(w, r)
		}
	}
	if len(o.s.Run.InputConfig) > 0 {
		w.Key("input_config")
		w.Raw(o.s.Run.InputConfig)
	}
	o.runInfo(w)
	flag(w, "was_cancelled", o.s.Cancelled)
	flag(w, "is_complete", o.s.Complete)
	if !o.s.Complete {
		text(w, "incomplete_reason", o.s.IncompleteReason)
	}
	errorSummary(w, v.errors)
	start, end := o.times(v.window)
	if start != 0 {
		text(w, "start_time", naive(start))
	}
	if end != 0 {
		text(w, "end_time", naive(end))
	}
	if len(v.warmup) > 0 {
		w.Key("warmup_metrics")
		w.Object()
		for i := range v.warmup {
			if r := &v.warmup[i]; shown(r) {
				block(w, r)
			}
		}
		w.EndObject()
	}
	for i := range v.results {
		if r := &v.results[i]; shown(r) && r.Def.SummaryRank == 0 {
			block(w, r)
		}
	}
	if v.own {
		o.self(w)
	}
	w.EndObject()
	return w.Buf
}

// declared returns the metrics that stand before the run's own keys, in AIPerf's order.
func declared(results []metrics.Result) []*metrics.Result {
	var rows []*metrics.Result
	for i := range results {
		if d := results[i].Def; d != nil && d.SummaryRank > 0 {
			rows = append(rows, &results[i])
		}
	}
	slices.SortStableFunc(rows, func(a, b *metrics.Result) int { return cmp.Compare(a.Def.SummaryRank, b.Def.SummaryRank) })
	return rows
}

// block writes one metric; statistics that do not exist are left out.
func block(w *jsonw.Writer, r *metrics.Result) {
	w.Key(r.Def.Tag)
	w.Object()
	w.Key("unit")
	w.String(r.Def.Display)
	number(w, "avg", r.Avg)
	for i, v := range r.Percentiles {
		number(w, percentileKeys[i], v)
	}
	number(w, "min", r.Min)
	number(w, "max", r.Max)
	number(w, "std", r.Std)
	number(w, "count", r.Count)
	number(w, "sum", r.Sum)
	w.EndObject()
}

func number(w *jsonw.Writer, key string, v metrics.Value) {
	switch {
	case !v.Present():
	case v.IsInt():
		w.Key(key)
		w.Int(v.Int64())
	default:
		w.Key(key)
		w.Float(v.Float64())
	}
}

// text writes a member unless it is empty: absent fields are left out.
func text(w *jsonw.Writer, key, value string) {
	if value != "" {
		w.Key(key)
		w.String(value)
	}
}

func flag(w *jsonw.Writer, key string, value bool) {
	w.Key(key)
	w.Bool(value)
}

func integer(w *jsonw.Writer, key string, value int64) {
	w.Key(key)
	w.Int(value)
}

// runInfo tells which run this was. A seed that was drawn, not given, stands under our own key.
func (o *outcome) runInfo(w *jsonw.Writer) {
	w.Key("run_info")
	w.Object()
	text(w, "benchmark_id", o.s.Run.BenchmarkID)
	cell := o.opt.Cell
	if cell != nil {
		text(w, "sweep_id", cell.SweepID)
	}
	if o.s.Run.Seed != nil && !o.s.Run.SeedDrawn {
		w.Key("random_seed")
		w.Compact(appendUint(*o.s.Run.Seed))
	}
	if cell == nil {
		integer(w, "trial", 0)
	} else {
		cell.write(w)
	}
	text(w, "cli_command", o.s.Run.CLICommand)
	w.EndObject()
}

func (c *Cell) write(w *jsonw.Writer) {
	integer(w, "trial", int64(c.Trial))
	text(w, "run_label", c.RunLabel)
	text(w, "variation_label", c.VariationLabel)
	integer(w, "variation_index", int64(c.VariationIndex))
	w.Key("variation_values")
	if len(c.VariationValues) == 0 {
		w.Object()
		w.EndObject()
	} else {
		w.Raw(c.VariationValues)
	}
}

// errorSummary lists the groups of equal errors in order of first sight.
func errorSummary(w *jsonw.Writer, errors []metrics.ErrorCount) {
	w.Key("error_summary")
	w.Array()
	for i := range errors {
		w.Object()
		w.Key("error_details")
		errorDetail(w, &errors[i].ErrorDetail, redact.Known{})
		integer(w, "count", errors[i].Count)
		w.EndObject()
	}
	w.EndArray()
}

// errorDetail writes one error; absent fields are left out. Messages are masked: servers echo what they were sent.
func errorDetail(w *jsonw.Writer, e *metrics.ErrorDetail, secrets redact.Known) {
	w.Object()
	if e.Code.Known() {
		integer(w, "code", int64(e.Code))
	}
	text(w, "type", e.Type)
	w.Key("message")
	w.String(secrets.Text(e.Message))
	text(w, "cause", secrets.Text(e.Cause))
	if len(e.CauseChain) > 0 {
		w.Key("cause_chain")
		w.Array()
		for _, c := range e.CauseChain {
			w.String(secrets.Text(c))
		}
		w.EndArray()
	}
	w.EndObject()
}

// times returns when a window began and ended in unix nanoseconds; 0 when unknown.
// A window that never closed ends when the results were processed.
func (o *outcome) times(win metrics.PhaseWindow) (start, end int64) {
	if metrics.Known(win.Start) {
		start = o.s.WallBase + int64(win.Start)
	}
	if metrics.Known(win.End) {
		return start, o.s.WallBase + int64(win.End)
	}
	return start, o.opt.ProcessedAt
}

// naive spells an instant in local time without a zone, rounded to microseconds.
func naive(ns int64) string { return time.Unix(0, ns).Round(time.Microsecond).Format(localTime) }
