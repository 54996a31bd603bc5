// The definition table: every metric, top to bottom in an order in which each can be computed from those above it.
package metrics

import "slices"

// registry is the whole table. It is built once and never changes.
var registry = build()

func build() []*Def {
	var table []*Def
	for _, part := range [][]Def{tokenDefs, latencyDefs, requestDefs, usageDefs, diagnosticDefs, traceDefs, twinDefs(), sweepDefs, issueDefs} {
		for i := range part {
			table = append(table, &part[i])
		}
	}
	return table
}

// twinDefs makes the error-adjusted twin of every metric that asks for one.
func twinDefs() []Def {
	var twins []Def
	for _, part := range [][]Def{tokenDefs, latencyDefs} {
		for _, d := range part {
			if d.Flags&WithFailedTwin != 0 {
				twins = append(twins, Def{
					Tag: twinPrefix + d.Tag, Header: d.Header + " (error-adjusted)", Unit: d.Unit, Display: d.Display,
					Shape: Injected, Flags: d.Flags &^ WithFailedTwin, Group: GroupDefault, Requires: []string{d.Tag},
					Formula:    d.Tag + " of valid records and +inf per failed record; nearest-rank percentiles",
					AbsentWhen: "no failed record, or no value",
				})
			}
		}
	}
	return twins
}

const twinPrefix = "adj_"

// Defs returns the table. The rows must not be changed.
func Defs() []*Def { return slices.Clone(registry) }

// Lookup finds a row by its tag; nil when there is none.
func Lookup(tag string) *Def {
	for _, d := range registry {
		if d.Tag == tag {
			return d
		}
	}
	return nil
}

// Defs returns the rows that are computed in this scope: those whose own gates are open, and all that these require, whatever their gates.
// So an endpoint that produces no tokens still has an output length: the discrepancy count asks for it.
func (s Scope) Defs() []*Def {
	wanted := make(map[string]bool, len(registry))
	for _, d := range slices.Backward(registry) { // what a row requires stands above it
		if wanted[d.Tag] = wanted[d.Tag] || d.computed(s); wanted[d.Tag] {
			for _, tag := range d.Requires {
				wanted[tag] = true
			}
		}
	}
	var in []*Def
	for _, d := range registry {
		if wanted[d.Tag] {
			in = append(in, d)
		}
	}
	return in
}
