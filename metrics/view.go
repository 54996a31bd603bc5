// View gives the values of one record as the records file shows them: in display units, integers kept where no conversion made them floats.
package metrics

// View is made once and used by one goroutine; Values costs no allocation once its list has grown.
type View struct {
	defs []viewed
	row  row
	list []float64
}

type viewed struct {
	def   *Def
	scale float64
}

// NewView prepares the metrics that a record of this scope may show, in table order. WallBase is the unix nanoseconds of Instant 0.
func NewView(s Scope, wallBase int64) *View {
	v := &View{row: row{wall: wallBase, limits: s.Limits()}}
	for _, d := range s.Defs() {
		if d.ShownPerRecord(s) {
			v.defs = append(v.defs, viewed{d, d.scale()})
		}
	}
	return v
}

// Values yields each metric that the record has, always in the same order. A list metric has an absent value and a list, which is valid during the call.
func (v *View) Values(r *Record, yield func(d *Def, value Value, list []float64)) {
	v.row.observe(&r.Facts, r.Gaps)
	for _, m := range v.defs {
		if m.def.Flags&ErrorOnly != 0 == r.Valid {
			continue
		}
		if m.def.list {
			if !hasGaps(&v.row) {
				continue
			}
			v.list = v.list[:0]
			for _, g := range r.Gaps {
				v.list = append(v.list, float64(g)*m.scale)
			}
			yield(m.def, Absent, v.list)
			continue
		}
		value := m.def.record(&v.row)
		if !value.Present() {
			continue
		}
		if m.def.Unit != m.def.Display {
			value = Float(value.Float64() * m.scale)
		}
		yield(m.def, value, nil)
	}
}
