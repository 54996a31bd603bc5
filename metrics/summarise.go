// Summarise computes the summary of a run from its facts. The arithmetic is that of AIPerf's release, to the last digit.
package metrics

// Inputs are what a summary needs beside the facts.
type Inputs struct {
	Scope            Scope
	WallBase         int64 // unix nanoseconds of Instant 0
	Phases           []PhaseWindow
	Cancelled        bool
	IncompleteReason string // empty for a complete run
	Client           ClientReport
	Run              RunInfo
}

// Summarise reads the table and changes nothing in it.
func Summarise(t *Table, in Inputs) *Summary {
	s := &Summary{
		Scope: in.Scope, WallBase: in.WallBase, Phases: in.Phases, Window: window(in.Phases, Profiling),
		Succeeded: t.valid[Profiling], Failed: t.rows[Profiling] - t.valid[Profiling], Errors: t.Errors(Profiling),
		Cancelled: in.Cancelled, IncompleteReason: in.IncompleteReason, Client: in.Client, Run: in.Run,
	}
	var err error
	if s.Results, err = summarise(t, in, Profiling); err == nil && t.rows[Warmup] > 0 {
		s.Warmup, err = summarise(t, in, Warmup)
	}
	if err != nil && s.IncompleteReason == "" {
		s.IncompleteReason = err.Error()
	}
	s.Complete = s.IncompleteReason == ""
	return s
}

// window joins the phases of a kind: from the first start to the last end, which is unknown if one phase never completed.
func window(phases []PhaseWindow, kind PhaseKind) PhaseWindow {
	w := PhaseWindow{Kind: kind, Name: kind.String(), Start: NoInstant, SendEnd: NoInstant, End: NoInstant, ProfilingIndex: -1}
	joined := 0
	for _, p := range phases {
		if p.Kind != kind {
			continue
		}
		if joined++; joined == 1 {
			w = p
			continue
		}
		w.Name = kind.String()
		w.Start = earliest(w.Start, p.Start)
		w.SendEnd = latest(w.SendEnd, p.SendEnd)
		w.End = latest(w.End, p.End)
		w.Sent += p.Sent
		w.Completed += p.Completed
		w.Cancelled += p.Cancelled
		w.Failed += p.Failed
		w.MissedArrivals += p.MissedArrivals
		w.Forfeited += p.Forfeited
		w.Offered = max(w.Offered, p.Offered)
		w.OpenLoop = w.OpenLoop || p.OpenLoop
	}
	return w
}

func earliest(a, b Instant) Instant {
	if !Known(a) || !Known(b) {
		return NoInstant
	}
	return min(a, b)
}

func latest(a, b Instant) Instant {
	if !Known(a) || !Known(b) {
		return NoInstant
	}
	return max(a, b)
}

// newTotals starts the scalars of a kind of phase with the window that rates divide by: the phases' own windows, added up.
func newTotals(phases []PhaseWindow, kind PhaseKind) *totals {
	t := &totals{scalar: make(map[string]float64)}
	var sum Instant
	for _, p := range phases {
		if p.Kind != kind {
			continue
		}
		if !Known(p.Start) || !Known(p.End) {
			return t
		}
		sum += p.End - p.Start
		t.spans++
	}
	t.known = t.spans > 0
	t.window = float64(sum) * nsToSec
	return t
}

// summarise computes the results of one kind of phase: registered metrics in table order, then twins, sweep line and latencies from the issue.
func summarise(t *Table, in Inputs, kind PhaseKind) ([]Result, error) {
	if t.rows[kind] == 0 {
		return nil, nil
	}
	var (
		defs    = in.Scope.Defs()
		tot     = newTotals(in.Phases, kind)
		results = make([]Result, 0, len(defs))
		twins   = make(map[string]Result)
		failed  = t.rows[kind] - t.valid[kind]
	)
	keep := func(d *Def, r Result) {
		if d.Shown(in.Scope) {
			results = append(results, r)
		}
	}
	var perRecord []*Def
	for _, d := range defs {
		if d.record != nil {
			perRecord = append(perRecord, d)
		}
	}
	columns := make(map[*Def][]float64)
	for _, d := range defs {
		switch {
		case d.list:
			gaps, _, err := t.Ragged(d.Tag, kind)
			if err != nil {
				return nil, err
			}
			if len(gaps) > 0 {
				keep(d, recordSample(gaps).result(d))
			}
		case d.Shape == PerRecord || d.Shape == Aggregate:
			if _, ok := columns[d]; !ok {
				batch := perRecord[:min(columnsAtOnce, len(perRecord))]
				perRecord = perRecord[len(batch):]
				clear(columns)
				for i, col := range t.columns(batch, kind, in.WallBase, in.Scope.Limits()) {
					columns[batch[i]] = col
				}
			}
			col := columns[d]
			if len(col) == 0 {
				continue
			}
			if d.Shape == Aggregate {
				tot.scalar[d.Tag] = combine(d.Combine, col)
				keep(d, scalarResult(d, tot.scalar[d.Tag]))
				continue
			}
			s := recordSample(col)
			tot.scalar[d.Tag] = s.sum
			keep(d, s.result(d))
			if d.Flags&WithFailedTwin != 0 && failed > 0 {
				twin := Lookup(twinPrefix + d.Tag)
				twins[twin.Tag] = twinResult(twin, s.sorted, failed)
			}
		case d.Shape == Derived:
			if v, ok := d.derive(tot); ok {
				tot.scalar[d.Tag] = v
				keep(d, scalarResult(d, v))
			}
		default:
			if r, ok := twins[d.Tag]; ok {
				keep(d, r)
			}
		}
	}
	injected, err := inject(t, in, kind)
	return append(results, injected...), err
}

func scalarResult(d *Def, v float64) Result { return Result{Def: d, Avg: Float(v * d.scale())} }

func combine(c Combine, col []float64) float64 {
	if c == Sum {
		return pairwise(col)
	}
	best := col[0]
	for _, v := range col {
		if c == Min && v < best || c == Max && v > best {
			best = v
		}
	}
	return best
}
