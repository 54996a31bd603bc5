// The record of a sampled sweep: the content of sampling_design.json.

package expand

import "github.com/aiperf-go/aiperf/bench/config/doc"

// DesignRecord says how the points were drawn and which came out, so that the design can be drawn again; nil for a sweep that samples
// nothing. Seed and optimization are those in effect, given or not.
func (p *Plan) DesignRecord() *doc.Node {
	d := p.Design
	if d == nil {
		return nil
	}
	var scramble, optimization any
	if d.Type == typeSobol {
		scramble = d.Scramble
	}
	if d.Optimization != "" {
		optimization = d.Optimization
	}
	dimensions := make([]*doc.Node, len(d.Dimensions))
	for i, dim := range d.Dimensions {
		var choices any
		if len(dim.Choices) > 0 {
			list := &doc.Node{Kind: doc.List}
			for _, c := range dim.Choices {
				list.Items = append(list.Items, c.Clone())
			}
			choices = list
		}
		dimensions[i] = doc.NewMap("path", dim.Path, "lo", bound(dim.Lo), "hi", bound(dim.Hi), "scale", dim.Scale, "kind", dim.Kind, "choices", choices)
	}
	mapped := make([]*doc.Node, len(p.Variations))
	for i, v := range p.Variations {
		mapped[i] = &doc.Node{Kind: doc.List}
		for _, m := range v.Values.Members {
			mapped[i].Items = append(mapped[i].Items, m.Value.Clone())
		}
	}
	return doc.NewMap("type", d.Type, "samples", d.Samples, "seed", d.Seed, "scramble", scramble, "optimization", optimization,
		"dimensions", dimensions, "samples_mapped", mapped)
}

// bound is an end of a dimension, or null.
func bound(f *float64) any {
	if f == nil {
		return nil
	}
	return *f
}
