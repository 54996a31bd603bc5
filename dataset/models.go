// Which model a turn asks for when a run has several.
package dataset

import "github.com/aiperf-go/aiperf/dataset/rng"

// Models are the models of a run and how turns choose among them. The choice is made when a data set is built, turn by turn in its order.
type Models struct {
	Names  []string
	Random bool // any model each time; otherwise one after the other
}

// Picker chooses models for turns. It is used by one goroutine.
type Picker struct {
	n    int
	next int
	draw *rng.Python // nil: one after the other
}

// Picker begins the choice for a data set.
func (m Models) Picker(root rng.Root) *Picker {
	p := &Picker{n: len(m.Names)}
	if m.Random {
		p.draw = root.Derive(rng.ModelSelection).Python()
	}
	return p
}

// Next is the index of the next turn's model. A turn that already names its model takes none.
func (p *Picker) Next() int {
	if p.n == 0 {
		return 0
	}
	if p.draw != nil {
		return p.draw.Intn(p.n)
	}
	i := p.next
	p.next = (p.next + 1) % p.n
	return i
}
