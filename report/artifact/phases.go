// The phases of a run with more than one, warm-up counted: a folder each with its own summary, and the manifest of them.
package artifact

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/aiperf-go/aiperf/metrics"
	"github.com/aiperf-go/aiperf/report/artifact/jsonw"
	"github.com/aiperf-go/aiperf/report/redact"
)

// phaseFolder holds a folder for each phase.
const phaseFolder = "phases"

// phases writes the folders and returns the manifest; nothing for a run of one phase.
func (o *outcome) phases() ([]byte, error) {
	results := o.phaseResults()
	if len(o.s.Phases) < 2 || len(results) == 0 {
		return nil, nil
	}
	w := &jsonw.Writer{Indent: true}
	w.Object()
	w.Key("phases")
	w.Array()
	var errs []error
	for _, p := range results {
		v := view{results: p.Results, errors: p.Errors, window: p.Window}
		files := map[ID][]byte{SummaryCSV: appendCSV(nil, o.s.Scope, p.Results)}
		if !o.opt.NoJSON {
			files[SummaryJSON] = o.summary(v)
		}
		folder := filepath.Join(phaseFolder, folderName(p.Window.Name))
		if err := os.MkdirAll(filepath.Join(o.folder.dir, folder), folderPerm); err != nil {
			errs = append(errs, err)
			continue
		}
		names := map[ID]string{}
		for _, id := range []ID{SummaryCSV, SummaryJSON} {
			if files[id] == nil {
				continue
			}
			row := rowOf(id)
			names[id] = filepath.ToSlash(filepath.Join(folder, row.name(o.folder.prefix)))
			errs = append(errs, writeWhole(filepath.Join(o.folder.dir, names[id]), files[id], row.Mode))
		}
		o.manifestEntry(w, &p, names)
	}
	w.EndArray()
	integer(w, "schema_version", 1)
	w.EndObject()
	w.Buf = append(w.Buf, '\n')
	return w.Buf, errors.Join(errs...)
}

// phaseResults returns what the caller computed per phase, else what the run's summary tells: it covers a kind that has a single phase.
func (o *outcome) phaseResults() []PhaseResult {
	if o.opt.PhaseResults != nil {
		return o.opt.PhaseResults
	}
	count := map[metrics.PhaseKind]int{}
	for _, p := range o.s.Phases {
		count[p.Kind]++
	}
	var out []PhaseResult
	for _, p := range o.s.Phases {
		switch {
		case count[p.Kind] > 1:
		case p.Kind == metrics.Warmup:
			out = append(out, PhaseResult{Window: p, Results: o.s.Warmup, Succeeded: p.Completed - p.Failed, Failed: p.Failed})
		default:
			out = append(out, PhaseResult{Window: p, Results: o.s.Results, Errors: o.s.Errors, Succeeded: o.s.Succeeded, Failed: o.s.Failed})
		}
	}
	slices.SortStableFunc(out, func(a, b PhaseResult) int { return a.Window.Index - b.Window.Index })
	return out
}

// folderName keeps a phase's name from leaving the phases folder.
func folderName(name string) string {
	name = strings.NewReplacer("/", "_", `\`, "_").Replace(name)
	if name == "" || name == "." || name == ".." {
		return "phase"
	}
	return name
}

// manifestEntry writes one phase: keys sorted, nulls written, as AIPerf does here and nowhere else.
func (o *outcome) manifestEntry(w *jsonw.Writer, p *PhaseResult, names map[ID]string) {
	instant := func(key string, at metrics.Instant) {
		w.Key(key)
		if metrics.Known(at) {
			w.Int(o.s.WallBase + int64(at))
		} else {
			w.Null()
		}
	}
	w.Object()
	instant("end_ns", p.Window.End)
	integer(w, "error_request_count", p.Failed)
	w.Key("error_summary")
	w.Array()
	for i := range p.Errors {
		w.Object()
		integer(w, "count", p.Errors[i].Count)
		w.Key("error_details")
		fullError(w, &p.Errors[i].ErrorDetail)
		w.EndObject()
	}
	w.EndArray()
	text(w, "metrics_csv", names[SummaryCSV])
	text(w, "metrics_json", names[SummaryJSON])
	integer(w, "phase_index", int64(p.Window.Index))
	text(w, "phase_kind", p.Window.Kind.String())
	text(w, "phase_name", p.Window.Name)
	w.Key("profiling_index")
	if p.Window.Kind == metrics.Profiling && p.Window.ProfilingIndex >= 0 {
		w.Int(int64(p.Window.ProfilingIndex))
	} else {
		w.Null()
	}
	instant("start_ns", p.Window.Start)
	integer(w, "successful_request_count", p.Succeeded)
	integer(w, "total_request_count", p.Succeeded+p.Failed)
	flag(w, "was_cancelled", o.s.Cancelled && !metrics.Known(p.Window.End))
	w.EndObject()
}

// fullError writes every member of an error, sorted, with nulls.
func fullError(w *jsonw.Writer, e *metrics.ErrorDetail) {
	orNull := func(key, value string) {
		w.Key(key)
		if value == "" {
			w.Null()
		} else {
			w.String(value)
		}
	}
	w.Object()
	orNull("cause", redact.Text(e.Cause))
	w.Key("cause_chain")
	if len(e.CauseChain) == 0 {
		w.Null()
	} else {
		w.Array()
		for _, c := range e.CauseChain {
			w.String(c)
		}
		w.EndArray()
	}
	w.Key("code")
	if e.Code.Known() {
		w.Int(int64(e.Code))
	} else {
		w.Null()
	}
	w.Key("details")
	w.Null()
	w.Key("message")
	w.String(redact.Text(e.Message))
	orNull("type", e.Type)
	w.EndObject()
}
