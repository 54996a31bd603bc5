// Source pictures and which of them is next.
package media

import (
	"slices"
	"sync/atomic"

	"github.com/aiperf-go/aiperf/dataset/media/internal/raster"
	"github.com/aiperf-go/aiperf/dataset/rng"
)

// The three ways of choosing.
const (
	withReplacement = "random-with-replacement" // the default
	shuffleCycle    = "shuffle-cycle"
	sequentialCycle = "sequential-cycle"
)

// source is one picture to make others from.
type source struct {
	open func() (*raster.Raster, error)
	keep atomic.Bool // hold on to the picture once it is opened
	held atomic.Pointer[raster.Raster]
	seen bool // Draw has opened it
}

// picture opens the source, or gives the picture it holds.
func (s *source) picture() (*raster.Raster, error) {
	if r := s.held.Load(); r != nil {
		return r, nil
	}
	r, err := s.open()
	if err == nil && s.keep.Load() {
		s.held.Store(r)
	}
	return r, err
}

// gallery chooses sources. A source that cannot be opened is taken off the list when it is first chosen, as AIPerf does: that moves the draws after it.
type gallery struct {
	sources   []*source
	sampling  string
	choose    *rng.Python
	shuffle   *rng.NumPy
	available []int   // ascending
	order     []int   // of the running shuffled cycle, next one last
	cursor    int     // of the sequential cycle
	held      int     // bytes of pictures kept
	left      []error // why sources were taken off the list
}

// newGallery begins the choice; at least one source must be one that opens.
func newGallery(sources []*source, sampling string, stream rng.Stream) *gallery {
	g := &gallery{sources: sources, sampling: sampling, choose: stream.Python(), shuffle: stream.NumPy()}
	for i := range sources {
		g.available = append(g.available, i)
	}
	return g
}

// next chooses a source that opens.
func (g *gallery) next() *source {
	for {
		i := g.pick()
		s := g.sources[i]
		if s.seen {
			return s
		}
		r, err := s.picture()
		if err == nil {
			g.admit(s, r)
			return s
		}
		if len(g.available) == 1 {
			return s // it opened when the list was made: rendering will say what has become of it
		}
		g.left = append(g.left, err)
		g.available = without(g.available, i)
		g.order = without(g.order, i)
	}
}

// admit notes that a source opens, and keeps its picture while there is room.
func (g *gallery) admit(s *source, r *raster.Raster) {
	s.seen = true
	if g.held+len(r.Pix) <= keptBytes {
		g.held += len(r.Pix)
		s.keep.Store(true)
		s.held.Store(r)
	}
}

// pick chooses a number of the available ones.
func (g *gallery) pick() int {
	switch g.sampling {
	case shuffleCycle:
		if len(g.order) == 0 {
			g.order = slices.Clone(g.available)
			g.shuffle.Shuffle(len(g.order), func(i, j int) { g.order[i], g.order[j] = g.order[j], g.order[i] })
		}
		last := len(g.order) - 1
		i := g.order[last]
		g.order = g.order[:last]
		return i
	case sequentialCycle:
		for {
			i := g.cursor
			g.cursor = (g.cursor + 1) % len(g.sources)
			if _, ok := slices.BinarySearch(g.available, i); ok {
				return i
			}
		}
	default:
		return g.available[g.choose.Intn(len(g.available))]
	}
}

// without leaves out a number.
func without(list []int, i int) []int {
	return slices.DeleteFunc(list, func(v int) bool { return v == i })
}
