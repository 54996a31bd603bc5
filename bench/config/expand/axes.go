// Grid and zip: every axis is a path with its values.

package expand

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/aiperf-go/aiperf/bench/config/doc"
	"github.com/aiperf-go/aiperf/bench/config/schema"
)

// axis is one swept path.
type axis struct {
	path   string
	values []*doc.Node
}

// readAxes reads sweep.parameters; the axes come out sorted by their full paths.
func readAxes(parameters *doc.Node) ([]axis, error) {
	if parameters == nil || parameters.Kind != doc.Map || len(parameters.Members) == 0 {
		return nil, parameters.At("sweep.parameters", "must map at least one path to a list of values")
	}
	var axes []axis
	for _, m := range parameters.Members {
		a := axis{path: schema.FullPath(m.Key), values: m.Value.Items}
		at := "sweep.parameters." + m.Key
		if len(a.values) == 0 {
			return nil, m.Value.At(at, "must be a list of at least one value")
		}
		for i, v := range a.values {
			if f, ok := v.Value.(float64); ok && (math.IsInf(f, 0) || math.IsNaN(f)) {
				return nil, v.At(fmt.Sprintf("%s.%d", at, i), "must be a finite number, not %s", text(v))
			}
		}
		if i := slices.IndexFunc(axes, func(b axis) bool { return b.path == a.path }); i >= 0 {
			e := m.Value.At(at, "sweeps %s, which is swept already", a.path)
			e.Hint = "keep one of the two spellings"
			return nil, e
		}
		axes = append(axes, a)
	}
	slices.SortFunc(axes, func(a, b axis) int { return strings.Compare(a.path, b.path) })
	return axes, nil
}

// grid crosses the axes; the last one varies fastest.
func grid(axes []axis, sweep *doc.Node) ([]change, error) {
	n := 1
	for _, a := range axes {
		if n > (1<<62)/len(a.values) {
			return nil, tooMany(sweep, 0)
		}
		n *= len(a.values)
	}
	if err := tooMany(sweep, n); err != nil {
		return nil, err
	}
	held := 0
	for _, a := range axes {
		held += size(a.values...) * (n / len(a.values))
	}
	if err := tooLarge(sweep, n, held/n); err != nil {
		return nil, err
	}
	changes := make([]change, n)
	for i := range changes {
		picks := make([]*doc.Node, len(axes))
		rest := i
		for k := len(axes) - 1; k >= 0; k-- {
			picks[k] = axes[k].values[rest%len(axes[k].values)]
			rest /= len(axes[k].values)
		}
		changes[i] = assignment(axes, picks)
	}
	return changes, nil
}

// zip takes the values of all axes in step.
func zip(axes []axis, sweep *doc.Node) ([]change, error) {
	n := len(axes[0].values)
	for _, a := range axes {
		if len(a.values) != n {
			var lengths []string
			for _, a := range axes {
				lengths = append(lengths, fmt.Sprintf("%s %d", a.path, len(a.values)))
			}
			e := sweep.At("sweep.parameters", "a zip needs as many values on every axis, these have %s", strings.Join(lengths, ", "))
			e.Hint = "even them out, or use type: grid for every combination"
			return nil, e
		}
	}
	if err := tooMany(sweep, n); err != nil {
		return nil, err
	}
	changes := make([]change, n)
	for i := range changes {
		picks := make([]*doc.Node, len(axes))
		for k, a := range axes {
			picks[k] = a.values[i]
		}
		changes[i] = assignment(axes, picks)
	}
	return changes, nil
}

// assignment is the change that puts one value on every axis.
func assignment(axes []axis, picks []*doc.Node) change {
	values := doc.NewMap()
	var label strings.Builder
	for k, a := range axes {
		values.Set(a.path, picks[k].Clone())
		if k > 0 {
			label.WriteString(", ")
		}
		label.WriteString(a.path + "=" + text(picks[k]))
	}
	apply := func(envelope *doc.Node) error {
		for _, m := range values.Members {
			if err := assign(envelope, m.Key, m.Value); err != nil {
				return err
			}
		}
		return nil
	}
	return change{label: label.String(), values: values, apply: apply}
}
