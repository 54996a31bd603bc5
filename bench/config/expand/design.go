// Sobol and Latin hypercube sweeps: points of the unit cube, mapped onto the dimensions.

package expand

import (
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"math"
	"strconv"

	"github.com/aiperf-go/aiperf/bench/config/doc"
	"github.com/aiperf-go/aiperf/bench/config/expand/qmc"
	"github.com/aiperf-go/aiperf/bench/config/schema"
	"github.com/aiperf-go/aiperf/dataset/rng"
)

// Optimizations of a Latin hypercube.
const (
	optRandomCD = "random-cd"
	optLloyd    = "lloyd"
)

// Design is a sampled sweep as it was drawn.
type Design struct {
	Type         string
	Samples      int
	Seed         int64 // the seed used
	SeedGiven    bool  // false: none was given, and Seed is random_seed or, without that, from the system's entropy
	Scramble     bool
	Optimization string // "" is none
	Dimensions   []schema.SamplingDimension
	byValue      bool // labels show the values instead of a number
	node         *doc.Node
}

// newDesign reads a sobol or latin_hypercube sweep. An optimization counts only when the document names one, though the checked sweep has a
// default for it.
func newDesign(typed *schema.Sweep, sweep *doc.Node, random *int64) (*Design, error) {
	d := &Design{
		Type: typed.Type, Samples: typed.Samples, Scramble: typed.Type == typeHypercube || typed.Scramble,
		Dimensions: make([]schema.SamplingDimension, len(typed.Dimensions)), byValue: typed.LabelFormat == "kv", node: sweep,
	}
	switch {
	case typed.Seed != nil:
		d.Seed, d.SeedGiven = *typed.Seed, true
	case random != nil:
		d.Seed = *random
	default:
		d.Seed = entropy()
	}
	if o := sweep.Get("optimization"); o != nil && o.Kind != doc.Null && typed.Optimization != nil {
		d.Optimization = *typed.Optimization
		if d.Optimization == optLloyd {
			e := o.At("sweep.optimization", "lloyd is not supported: it moves the points by a Voronoi computation")
			e.Hint = "use " + optRandomCD + " or leave it out"
			return nil, e
		}
	}
	written := sweep.Get("dimensions")
	for i, dim := range typed.Dimensions {
		dim.Path = schema.FullPath(dim.Path)
		if written != nil && i < len(written.Items) {
			if c := written.Items[i].Get("choices"); c != nil && c.Kind == doc.List {
				dim.Choices = c.Items // as written: a template in a choice is rendered with the variation
			}
		}
		if err := checkDimension(dim, d.Dimensions[:i], sweep, i); err != nil {
			return nil, err
		}
		d.Dimensions[i] = dim
	}
	return d, tooMany(sweep, d.Samples)
}

// checkDimension refuses what has no points to give, and a path that an earlier dimension has.
func checkDimension(dim schema.SamplingDimension, earlier []schema.SamplingDimension, sweep *doc.Node, i int) error {
	at := fmt.Sprintf("sweep.dimensions.%d", i)
	for _, e := range earlier {
		if e.Path == dim.Path {
			return sweep.At(at, "samples %s, which is sampled already", dim.Path)
		}
	}
	for k, c := range dim.Choices {
		if c.Kind == doc.List || c.Kind == doc.Map {
			return c.At(fmt.Sprintf("%s.choices.%d", at, k), "must be a single value, not %s", c.Kind)
		}
	}
	switch {
	case len(dim.Choices) > 0:
	case dim.Lo == nil || dim.Hi == nil:
		return sweep.At(at, "needs lo and hi, or choices")
	case dim.Kind == "int" && max(math.Abs(*dim.Lo), math.Abs(*dim.Hi)) >= 1<<63:
		return sweep.At(at, "whole numbers from %g to %g do not fit into 64 bits", *dim.Lo, *dim.Hi)
	}
	return nil
}

// changes draws the points and maps them.
func (d *Design) changes() ([]change, error) {
	axes := make([]axis, len(d.Dimensions))
	for k, dim := range d.Dimensions {
		axes[k].path = dim.Path
	}
	points, err := d.points()
	if err != nil {
		return nil, d.node.At("sweep", "%v", err)
	}
	changes := make([]change, len(points))
	for i, point := range points {
		picks := make([]*doc.Node, len(axes))
		for k, u := range point {
			picks[k] = d.place(pick(d.Dimensions[k], u), k)
		}
		changes[i] = assignment(axes, picks)
		if !d.byValue {
			changes[i].label = fmt.Sprintf("%s_%04d", d.Type, i)
		}
	}
	return changes, nil
}

func (d *Design) points() ([][]float64, error) {
	if d.Type == typeSobol {
		return qmc.Sobol(d.Samples, len(d.Dimensions), d.Scramble, uint64(d.Seed))
	}
	return qmc.LatinHypercube(d.Samples, len(d.Dimensions), d.Optimization == optRandomCD, uint64(d.Seed)), nil
}

// place gives a drawn value the place of its dimension, so that an error about it points there.
func (d *Design) place(v *doc.Node, k int) *doc.Node {
	if v.Pos.Line > 0 || v.Origin != "" {
		return v
	}
	at := d.node
	if dims := d.node.Get("dimensions"); dims != nil && k < len(dims.Items) {
		at = dims.Items[k]
	}
	v.Pos, v.Origin = at.Pos, at.Origin
	return v
}

// pick maps u of [0, 1) onto a dimension.
func pick(dim schema.SamplingDimension, u float64) *doc.Node {
	if n := len(dim.Choices); n > 0 {
		return dim.Choices[min(int(u*float64(n)), n-1)].Clone()
	}
	lo, hi := *dim.Lo, *dim.Hi
	x := lo + float64(u*(hi-lo))
	if dim.Scale == "log" {
		ln := rng.Log(lo)
		x = rng.Exp(ln + float64(u*(rng.Log(hi)-ln)))
	}
	if dim.Kind == "int" {
		return doc.Of(int64(max(math.Ceil(lo), min(math.Floor(hi), math.RoundToEven(x)))))
	}
	return doc.Of(x)
}

// warnings says what makes a design poorer than it looks.
func (d *Design) warnings() []string {
	var w []string
	if n := d.Samples; d.Type == typeSobol && n&(n-1) != 0 {
		w = append(w, fmt.Sprintf("sweep.samples: a sobol design is balanced at powers of two; %d is none", n))
	}
	if d.Type == typeSobol && !d.Scramble {
		w = append(w, "sweep.scramble: an unscrambled sobol design starts at the lower corner of every dimension")
	}
	for _, dim := range d.Dimensions {
		if len(dim.Choices) == 0 && dim.Kind == "int" && math.Floor(*dim.Hi) <= math.Ceil(*dim.Lo) {
			w = append(w, fmt.Sprintf("sweep dimension %s: only one whole number lies between %s and %s", dim.Path,
				strconv.FormatFloat(*dim.Lo, 'g', -1, 64), strconv.FormatFloat(*dim.Hi, 'g', -1, 64)))
		}
	}
	return w
}

// entropy draws a seed from the system: never negative, as a seed on the command line.
func entropy() int64 {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails
	return int64(binary.BigEndian.Uint64(b[:]) >> 1)
}
