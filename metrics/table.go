// Table keeps the facts of every request of a run: rows packed in chunks, gaps in an arena, errors in groups. It holds no pointer per request.
package metrics

import "slices"

// TableOptions bound a table's memory.
type TableOptions struct {
	GapBudget int64                     // bytes of chunk gaps kept in memory; 0 means the default
	Spill     func() (SpillFile, error) // opened once the budget is used up; nil keeps all in memory
}

// Table is filled by one goroutine; once filled it may be read by many.
type Table struct {
	sealed []*packed
	open   []row
	pack   packer
	gaps   arena
	errors [2]errorGroups
	rows   [2]int64 // per phase kind
	valid  [2]int64
}

// NewTable makes an empty table.
func NewTable(o TableOptions) *Table {
	if o.GapBudget <= 0 {
		o.GapBudget = gapBudget
	}
	return &Table{gaps: arena{budget: o.GapBudget, open: o.Spill}}
}

// Append adds one request, in order of arrival. It keeps nothing of the record but immutable strings.
func (t *Table) Append(r *Record) {
	if len(t.open) == chunkRows {
		t.sealed = append(t.sealed, t.pack.seal(t.open))
		t.open = t.open[:0]
	}
	if t.open == nil {
		t.open = make([]row, 0, chunkRows)
	}
	t.open = t.open[:len(t.open)+1]
	t.open[len(t.open)-1].observe(&r.Facts, r.Gaps)
	t.gaps.add(r.Gaps)

	kind := kindIndex(r.Kind)
	t.rows[kind]++
	if r.Valid {
		t.valid[kind]++
	} else if r.Error != nil {
		t.errors[kind].add(r.Error)
	}
}

// kindIndex keeps a kind from outside within the arrays.
func kindIndex(k PhaseKind) int { return min(int(k), 1) }

// Len is the number of requests.
func (t *Table) Len() int { return int(t.rows[0] + t.rows[1]) }

// Errors are the groups of equal errors of one kind of phase, in order of first sight.
func (t *Table) Errors(kind PhaseKind) []ErrorCount {
	return slices.Clone(t.errors[kindIndex(kind)].groups)
}

// SpilledBytes is how much of the gaps went to the file.
func (t *Table) SpilledBytes() int64 { return t.gaps.spilled }

// Err is the first failure to spill; the gaps then stayed in memory.
func (t *Table) Err() error { return t.gaps.err }

// Close closes the spill file, if there is one.
func (t *Table) Close() error { return t.gaps.close() }

// Column returns a metric's values, one for each request of the kind that has one, in order of arrival and native units.
// Instants count from the run's base. It is nil for a metric without values per request; see Ragged for lists.
func (t *Table) Column(tag string, kind PhaseKind) []float64 {
	d := Lookup(tag)
	if d == nil || d.record == nil {
		return nil
	}
	return t.columns([]*Def{d}, kind, 0, Scope{}.Limits())[0]
}

// Ragged returns the gaps between chunks of each valid request that has some, joined, and where each request's list ends.
func (t *Table) Ragged(tag string, kind PhaseKind) (values []float64, ends []int, err error) {
	if d := Lookup(tag); d == nil || !d.list {
		return nil, nil, nil
	}
	n, requests := int64(0), 0
	_ = t.scan(kind, false, func(r *row, _ []Instant) {
		if hasGaps(r) {
			n += r.gaps
			requests++
		}
	})
	if requests == 0 {
		return nil, nil, nil
	}
	values, ends = make([]float64, 0, n), make([]int, 0, requests)
	err = t.scan(kind, true, func(r *row, gaps []Instant) {
		if !hasGaps(r) {
			return
		}
		for _, g := range gaps {
			values = append(values, float64(g))
		}
		ends = append(ends, len(values))
	})
	return values, ends, err
}

// hasGaps reports whether a request counts for the gaps between chunks: one gap out of order drops them all.
func hasGaps(r *row) bool { return r.Valid && r.gaps > 0 && !r.disorder }

// columns computes several columns in one pass.
func (t *Table) columns(defs []*Def, kind PhaseKind, wall int64, limits Thresholds) [][]float64 {
	cols := make([][]float64, len(defs))
	_ = t.scan(kind, false, func(r *row, _ []Instant) { // without gaps nothing is read from the file
		r.wall, r.limits = wall, limits
		for i, d := range defs {
			if d.Flags&ErrorOnly != 0 == r.Valid {
				continue
			}
			if v := d.record(r); v.Present() {
				cols[i] = append(cols[i], v.Float64())
			}
		}
	})
	return cols
}

// scan visits every request of a kind in order of arrival, with its gaps if asked for. What it passes is valid during the call.
func (t *Table) scan(kind PhaseKind, withGaps bool, visit func(*row, []Instant)) error {
	var (
		held   unpacked
		gaps   []Instant
		reader = t.gaps.reader()
	)
	block := func(rows []row) error {
		for i := range rows {
			r := &rows[i]
			if withGaps {
				if gaps = reader.read(gaps[:0], r.gaps); reader.err != nil {
					return reader.err
				}
			}
			if r.Kind == kind {
				visit(r, gaps)
			}
		}
		return nil
	}
	for _, c := range t.sealed {
		for from := 0; from < c.rows; from += scanRows {
			if err := block(held.read(c, from)); err != nil {
				return err
			}
		}
	}
	for from := 0; from < len(t.open); from += scanRows {
		n := copy(held.rows[:], t.open[from:])
		if err := block(held.rows[:n]); err != nil {
			return err
		}
	}
	return nil
}

// errorGroups counts equal errors.
type errorGroups struct {
	index  map[errorKey]int
	groups []ErrorCount
}

type errorKey struct {
	code          Count
	kind, message string
}

// add counts one error; the cause of a group is that of its first member.
func (g *errorGroups) add(e *ErrorDetail) {
	key := errorKey{e.Code, e.Type, e.Message}
	i, ok := g.index[key]
	if !ok {
		if g.index == nil {
			g.index = make(map[errorKey]int)
		}
		i = len(g.groups)
		g.index[key] = i
		d := *e
		d.CauseChain = slices.Clone(e.CauseChain)
		g.groups = append(g.groups, ErrorCount{ErrorDetail: d})
	}
	g.groups[i].Count++
}
