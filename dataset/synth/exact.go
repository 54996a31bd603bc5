// Text of an exact token length: a window is decoded and encoded again until it has the length asked for.
package synth

import (
	"slices"
	"sync"

	"github.com/aiperf-go/aiperf/dataset"
)

// maxRounds is how often a text is corrected before it is taken as it is; AIPerf's bound.
const maxRounds = 10

// bytesPerToken sizes a text's buffer; the corpus has 4.3 bytes a token.
const bytesPerToken = 5

// maker renders texts of a stock. It is safe for concurrent use.
type maker struct {
	stock *stock
	tok   dataset.Tokenizer
	rooms sync.Pool // of *room
}

// room is where one text is made.
type room struct {
	ids  []uint32
	text []byte
}

func newMaker(stock *stock, tok dataset.Tokenizer) *maker {
	return &maker{stock: stock, tok: tok, rooms: sync.Pool{New: func() any { return new(room) }}}
}

// window is the text of a head and the n tokens from start, as they are.
func (m *maker) window(head []uint32, start, n int) string {
	r := m.rooms.Get().(*room)
	defer m.rooms.Put(r)
	r.ids = m.stock.window(append(r.ids[:0], head...), start, n)
	r.text = m.tok.Decode(slices.Grow(r.text[:0], len(r.ids)*bytesPerToken), r.ids)
	return string(r.text)
}

// text is the text of tokens.
func (m *maker) text(ids []uint32) string {
	r := m.rooms.Get().(*room)
	defer m.rooms.Put(r)
	r.text = m.tok.Decode(slices.Grow(r.text[:0], len(ids)*bytesPerToken), ids)
	return string(r.text)
}

// exact is the tokens of a text that begins with a head and the window at start and encodes to as many tokens. plain tells that it did so
// at once.
func (m *maker) exact(head []uint32, start, n int, next func(missing int) []uint32) (ids []uint32, plain bool) {
	ids = m.stock.window(append(make([]uint32, 0, len(head)+n), head...), start, n)
	if m.stock.raw {
		return ids, true
	}
	return m.correct(ids, len(head)+n, next)
}

// correct gives the tokens of a text that encodes to n tokens. One that encodes longer is cut in its new ids, a shorter one is topped up with
// tokens that next draws.
func (m *maker) correct(ids []uint32, n int, next func(missing int) []uint32) (exact []uint32, plain bool) {
	r := m.rooms.Get().(*room)
	defer m.rooms.Put(r)
	for round := range maxRounds {
		r.text = m.tok.Decode(r.text[:0], ids)
		ids = m.tok.Encode(ids[:0], r.text)
		switch {
		case len(ids) == n:
			return ids, round == 0
		case len(ids) > n:
			ids = ids[:n]
		default:
			missing := n - len(ids)
			ids = m.stock.topUp(ids, next(missing), missing)
		}
	}
	return ids, false
}

// replay hands out drawn numbers again, in the portions they were drawn in.
func (m *maker) replay(drawn []uint32) func(missing int) []uint32 {
	return func(missing int) (portion []uint32) {
		n := 1 // a window's place
		if m.stock.random != nil {
			n = missing
		}
		portion, drawn = drawn[:n], drawn[n:]
		return portion
	}
}
