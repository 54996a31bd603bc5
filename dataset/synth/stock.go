// Where the tokens of texts come from: a text corpus cut into windows, or the vocabulary; and how a text that came out short is topped up.
package synth

import (
	"github.com/aiperf-go/aiperf/dataset/corpus"
	"github.com/aiperf-go/aiperf/dataset/rng"
)

// stock is what rendering needs of a corpus. It does not change. Of its two kinds of windows it has one.
type stock struct {
	text   *corpus.Pool
	random *corpus.RandomPool
	raw    bool // texts stay as they are, whatever they encode to
}

// len is the number of places a window can begin at.
func (s *stock) len() int {
	if s.random != nil {
		return s.random.Len()
	}
	return s.text.Len()
}

// window appends the n tokens from start.
func (s *stock) window(dst []uint32, start, n int) []uint32 {
	if s.random != nil {
		return s.random.Append(dst, start, n)
	}
	return s.text.Append(dst, start, n)
}

// topUp appends n missing tokens, of the numbers that were drawn for them.
func (s *stock) topUp(ids, drawn []uint32, n int) []uint32 {
	if s.random == nil {
		return s.text.Append(ids, int(drawn[0]), n) // another window
	}
	for _, i := range drawn {
		ids = append(ids, s.random.TopUpAt(int(i)))
	}
	return ids
}

// chance draws from a corpus while the index is made. AIPerf's order of draws is the order of the calls.
type chance interface {
	// place is where the next text's window of n tokens begins.
	place(n int) uint32
	// missing are the numbers that top a text up by n tokens.
	missing(n int) []uint32
	// free are the tokens of a prefix, which is no window everywhere.
	free(dst []uint32, n int) []uint32
}

// cuts are windows of a text corpus.
type cuts struct {
	stock     *stock
	draw      *rng.Python
	skipEmpty bool // a window of no tokens draws nothing
}

func (c *cuts) place(n int) uint32 {
	if n == 0 && c.skipEmpty {
		return 0
	}
	return uint32(c.draw.Below(uint64(c.stock.len())))
}

func (c *cuts) missing(n int) []uint32 { return []uint32{c.place(n)} }

func (c *cuts) free(dst []uint32, n int) []uint32 {
	return c.stock.window(dst, int(c.place(n)), n)
}

// scatter are runs of the vocabulary: each text begins one further than its offset says, counted over all texts.
type scatter struct {
	stock   *stock
	live    integers
	seeded  integers // the generator that drew the offsets ahead; nil without any
	offsets []uint32 // drawn ahead, one for each conversation
	dry     bool     // a text came after the last of them
	texts   uint64
}

// integers draws from [lo, hi).
type integers interface {
	Integers(lo, hi int64) int64
}

// legacy is NumPy's older generator with the newer one's method.
type legacy struct{ *rng.Legacy }

func (l legacy) Integers(lo, hi int64) int64 { return l.RandInt(lo, hi) }

func (s *scatter) place(int) uint32 {
	size := uint64(s.stock.len())
	var offset uint64
	if len(s.offsets) > 0 {
		offset, s.offsets = uint64(s.offsets[0]), s.offsets[1:]
	} else {
		offset = uint64(s.live.Integers(0, int64(size)))
		s.dry = s.dry || s.seeded != nil
	}
	s.texts++
	return uint32((offset + s.texts - 1) % size)
}

func (s *scatter) missing(n int) []uint32 {
	drawn := make([]uint32, n)
	for i := range drawn {
		drawn[i] = uint32(s.generator().Integers(0, int64(s.stock.random.TopUpLen())))
	}
	return drawn
}

func (s *scatter) free(dst []uint32, n int) []uint32 {
	for range n {
		dst = append(dst, s.stock.random.At(int(s.generator().Integers(0, int64(s.stock.len())))))
	}
	return dst
}

func (s *scatter) generator() integers {
	if s.seeded != nil {
		return s.seeded
	}
	return s.live
}
