// The written forms of a distribution: a number, or a mapping whose keys tell its type.

package schema

import (
	"math"
	"slices"
	"strings"

	"github.com/aiperf-go/aiperf/bench/config/doc"
)

// distKeys tell the type of a distribution without one: the first key that is there.
var distKeys = []struct{ key, typ string }{
	{"peaks", "multimodal"}, {"points", "empirical"}, {"median", "lognormal"}, {"stddev", "normal"}, {"value", "fixed"}, {"mean", "normal"},
}

// dist takes a number for a fixed value.
func (c *checker) dist(path string, n *doc.Node) *doc.Node {
	switch n.Kind {
	case doc.Int, doc.Float, doc.Bool:
		return at(n, doc.NewMap("value", n))
	case doc.Map:
		return n
	}
	c.fail(n, path, "write a number, {mean: 512, stddev: 100}, {mean: 200, median: 150}, {peaks: [...]} or {points: [...]}", "is no distribution: %s", show(n))
	return nil
}

// distType finds the type and drops the key that names it: the normal form has none.
func (c *checker) distType(path string, n *doc.Node) (*doc.Node, string, bool) {
	types := unions["Dist"].types
	t := n.Get("type")
	if t != nil {
		n = shallow(n)
		n.Delete("type")
		if word, ok := t.Value.(string); ok {
			if !slices.Contains(types, word) {
				c.fail(t, path, didYouMean(word, types), "unknown distribution type %s: one of %s", show(t), strings.Join(types, ", "))
				return nil, "", false
			}
			return n, word, true
		}
	}
	for _, k := range distKeys {
		if n.Get(k.key) != nil {
			return n, k.typ, true
		}
	}
	c.fail(n, path, "write a number, {mean: 512, stddev: 100}, {mean: 200, median: 150}, {peaks: [...]} or {points: [...]}", "is no distribution: its keys tell no type")
	return nil, "", false
}

// peak takes a distribution with a weight among its keys.
func (c *checker) peak(path string, n *doc.Node) *doc.Node {
	if n.Kind != doc.Map {
		if n.Kind == doc.Int || n.Kind == doc.Float {
			c.fail(n, path, "write {value: "+scalarText(n)+"}", "must be a mapping, not %s", show(n))
			return nil
		}
		return n
	}
	weight := n.Get("weight")
	if weight == nil {
		weight = at(n, doc.Of(1.0))
	}
	if d := n.Get("distribution"); d != nil {
		out := shallow(n)
		out.Set("weight", weight)
		return out
	}
	inner := shallow(n)
	inner.Delete("weight")
	return at(n, doc.NewMap("distribution", inner, "weight", weight))
}

// Expected is the mean of what a distribution draws, clips aside.
func (d *Dist) Expected() float64 {
	switch d.Type {
	case "fixed":
		return d.Value
	case "normal", "lognormal":
		return d.Mean
	case "multimodal":
		return mean(len(d.Peaks), func(i int) (weight, value float64) { return d.Peaks[i].Weight, d.Peaks[i].Distribution.Expected() })
	}
	return mean(len(d.Points), func(i int) (weight, value float64) { return d.Points[i].Weight, d.Points[i].Value })
}

// mean is the mean of weighted values, every share added by itself: lengths are cut from it, so its last bit counts.
func mean(n int, at func(i int) (weight, value float64)) float64 {
	total, sum := 0.0, 0.0
	for i := range n {
		w, _ := at(i)
		total += w
	}
	for i := range n {
		w, v := at(i)
		sum += float64(w / total * v)
	}
	return sum
}

// distRules hold for every type.
func distRules(s *scope, d *Dist) {
	for _, b := range []struct {
		key string
		v   *float64
	}{{"min", d.Min}, {"max", d.Max}} {
		if b.v != nil && !finite(*b.v) {
			s.fail(b.key, "", "%s must be finite, not %s", b.key, floatText(*b.v))
			return
		}
	}
	switch {
	case d.Min != nil && d.Max != nil && *d.Min > *d.Max:
		s.fail("min", "swap them or remove one", "min %g is larger than max %g", *d.Min, *d.Max)
	case d.Type == "fixed" && !finite(d.Value):
		s.fail("value", "", "value must be finite, not %s", floatText(d.Value))
	case d.Type == "normal" && !finite(d.Mean):
		s.fail("mean", "", "mean must be finite, not %s", floatText(d.Mean))
	case d.Type == "normal" && !finite(d.Stddev):
		s.fail("stddev", "", "stddev must be finite, not %s", floatText(d.Stddev))
	case d.Type == "lognormal" && d.Median > d.Mean:
		s.fail("median", "", "median %g must be <= mean %g", d.Median, d.Mean)
	case d.Type == "empirical" && len(d.Points) == 0:
		s.fail("points", "", "points must have at least one entry")
	}
}

func finite(x float64) bool { return !math.IsInf(x, 0) && !math.IsNaN(x) }
