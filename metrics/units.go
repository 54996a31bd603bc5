// Units and their conversion: one multiplication by the ratio of the two, which is what decides the last digit.
package metrics

// perUnit says how many of a unit make one second or one terabyte's worth of bytes counted from the byte.
var perUnit = map[string]struct {
	kind string
	n    float64
}{
	"ns": {"time", 1e9}, "us": {"time", 1e6}, "ms": {"time", 1e3}, "sec": {"time", 1},
	"B": {"size", 1 << 40}, "KB": {"size", 1 << 30}, "MB": {"size", 1 << 20}, "GB": {"size", 1 << 10}, "TB": {"size", 1},
}

// Factor is what a value in one unit is multiplied by to be in the other; ok is false between units that have nothing in common.
func Factor(from, to string) (factor float64, ok bool) {
	if from == to {
		return 1, true
	}
	a, b := perUnit[from], perUnit[to]
	if a.kind == "" || a.kind != b.kind {
		return 0, false
	}
	return b.n / a.n, true
}

// scale is the row's factor from native to display unit.
func (d *Def) scale() float64 {
	f, ok := Factor(d.Unit, d.Display)
	if !ok {
		return 1
	}
	return f
}
