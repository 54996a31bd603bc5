// Which windows of the corpus read back as exactly their own length, told from a few tokens at their ends.
//
// The tokenizer's split pattern lets a blank stand only first in a piece, unless the piece is all blanks. So where a blank follows a visible
// character there is always a piece boundary, and the text between two such places, a stretch, encodes on its own. Inside a chunk the pool
// holds every whole stretch as it encodes. A window can differ only where it cuts a stretch, at its two ends, and where a seam glues two.
package synth

import (
	"github.com/aiperf-go/aiperf/dataset/corpus"
	"github.com/aiperf-go/aiperf/dataset/tokenizer"
)

// windows judges windows of one pool. It is used by one goroutine: it keeps scratch space.
type windows struct {
	pool  corpus.Pool
	tok   *tokenizer.BPE
	seams []seam // those where the glued stretch has another number of tokens
	ids   []uint32
	text  []byte
}

// seam is a place where a chunk begins, with the stretch over it: tokens before and after the place, and how many more it encodes to.
type seam struct {
	at, before, after, excess int
}

func newWindows(pool corpus.Pool, tok *tokenizer.BPE) *windows {
	w := &windows{pool: pool, tok: tok}
	for _, s := range pool.Seams() {
		at := int(s) + pool.Len() // so that going back does not leave the range of visible
		if w.boundary(at) {
			continue
		}
		from, to := w.lastBoundary(at, at-pool.Len()/2), w.firstBoundary(at, at+pool.Len()/2)
		if excess := w.excess(nil, from, to); excess != 0 {
			w.seams = append(w.seams, seam{at: int(s), before: at - from, after: to - at, excess: excess})
		}
	}
	return w
}

// exact says whether the window of n tokens at start encodes to n tokens again, behind a head of which tail is the last stretch (none: nil).
func (w *windows) exact(tail []uint32, start, n int) bool {
	size := w.pool.Len()
	if n > size {
		return false // the corpus repeats, or does not suffice
	}
	end := start + n
	excess, h := 0, start // up to h the window's first stretch was encoded anew
	if glued := len(tail) > 0 && !w.meets(tail, start); glued || n > 0 && !w.boundary(start) {
		if !glued {
			tail = nil
		}
		h = w.firstBoundary(start, end)
		excess = w.excess(tail, start, h)
		if h == end {
			return excess == 0
		}
	}
	if !w.boundary(end) {
		excess += w.excess(nil, w.lastBoundary(end, start), end)
	}
	// A glued stretch that the window cuts is one of the two above.
	for round := 0; round <= size; round += size {
		for _, s := range w.seams {
			at := s.at + round
			if at-s.before >= h && at+s.after <= end && start < at && at < end {
				excess += s.excess
			}
		}
	}
	return excess == 0
}

// meets tells that a stretch ends where the window at start follows a text's last tokens.
func (w *windows) meets(tail []uint32, start int) bool {
	return w.token(start)[0] == ' ' && visible(w.tok.Token(tail[len(tail)-1]))
}

// lastStretch is the end of a text's ids from the last place where a stretch begins.
func (w *windows) lastStretch(ids []uint32) []uint32 {
	for k := len(ids) - 1; k > 0; k-- {
		if w.tok.Token(ids[k])[0] == ' ' && visible(w.tok.Token(ids[k-1])) {
			return ids[k:]
		}
	}
	return ids
}

// token is the bytes of the token at k, the corpus repeating.
func (w *windows) token(k int) string {
	return w.tok.Token(w.pool.At(k % w.pool.Len()))
}

// boundary says whether a stretch begins at token k: a blank after a visible ASCII character.
func (w *windows) boundary(k int) bool {
	if w.token(k)[0] != ' ' {
		return false
	}
	return visible(w.token(k + w.pool.Len() - 1))
}

// visible tells that a token ends in a visible ASCII character.
func visible(token string) bool {
	last := token[len(token)-1]
	return last > ' ' && last < 0x7f
}

// firstBoundary is the first boundary after k, at most end.
func (w *windows) firstBoundary(k, end int) int {
	for k++; k < end && !w.boundary(k); k++ {
	}
	return min(k, end)
}

// lastBoundary is the last boundary before k, at least start.
func (w *windows) lastBoundary(k, start int) int {
	for k--; k > start && !w.boundary(k); k-- {
	}
	return max(k, start)
}

// excess is how many tokens more a head's end and the tokens from a to b encode to than they are.
func (w *windows) excess(tail []uint32, a, b int) int {
	w.ids = w.pool.Append(append(w.ids[:0], tail...), a%w.pool.Len(), b-a)
	w.text = w.tok.Decode(w.text[:0], w.ids)
	return w.tok.Count(w.text) - len(w.ids)
}
