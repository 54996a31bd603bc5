// The orders in which conversations are taken.
package dataset

import "github.com/aiperf-go/aiperf/dataset/rng"

// SamplerStrategies are the names users give the samplers; the first is the default of every data set.
func SamplerStrategies() []string { return []string{"sequential", "random", "shuffle"} }

// NewSampler gives the sampler of a strategy over n conversations, n at least 1; nil when there is no such strategy.
func NewSampler(strategy string, n int, root rng.Root) Sampler {
	switch strategy {
	case "", "sequential":
		return &Sequential{n: n}
	case "random":
		return &Random{n: n, draw: root.Derive(rng.SamplerRandom).Python()}
	case "shuffle":
		return newShuffle(n, root)
	}
	return nil
}

// Sequential takes conversations in their order and begins again after the last.
type Sequential struct{ n, next int }

// NewSequential is the sequential sampler over n conversations.
func NewSequential(n int) *Sequential { return &Sequential{n: n} }

// Next is the next conversation.
func (s *Sequential) Next() int {
	if s.next >= s.n {
		s.next = 0
	}
	i := s.next
	s.next++
	return i
}

// Random takes any conversation each time.
type Random struct {
	n    int
	draw *rng.Python
}

// Next is the next conversation.
func (s *Random) Next() int { return s.draw.Intn(s.n) }

// Shuffle takes every conversation once in a random order, then shuffles that order again.
type Shuffle struct {
	order []int
	next  int
	draw  *rng.NumPy
}

func newShuffle(n int, root rng.Root) *Shuffle {
	s := &Shuffle{order: make([]int, n), draw: root.Derive(rng.SamplerShuffle).NumPy()}
	for i := range s.order {
		s.order[i] = i
	}
	s.shuffle()
	return s
}

func (s *Shuffle) shuffle() {
	s.draw.Shuffle(len(s.order), func(i, j int) { s.order[i], s.order[j] = s.order[j], s.order[i] })
	s.next = 0
}

// Next is the next conversation.
func (s *Shuffle) Next() int {
	if s.next == len(s.order) {
		s.shuffle()
	}
	i := s.order[s.next]
	s.next++
	return i
}
