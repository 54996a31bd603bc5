// Byte-level BPE of one piece: the adjacent pair whose joined bytes have the lowest rank is merged first, the leftmost among equals.
package tokenizer

import "math"

const (
	// scanLimit is the piece length up to which the best pair is found by scanning; the work is quadratic but free of bookkeeping.
	scanLimit = 100
	noRank    = math.MaxUint32
)

// part is where a token begins, and the rank of joining it with the next one.
type part struct {
	rank  uint32
	start uint32
}

// merge appends the ids of a piece that is not itself a token.
func (t *BPE) merge(dst []uint32, piece []byte) []uint32 {
	if len(piece) > scanLimit {
		return t.mergeLong(dst, piece)
	}
	var room [scanLimit + 1]part
	parts := room[:len(piece)+1]
	for i := range parts {
		parts[i] = part{rank: t.rank(piece, i, i+2), start: uint32(i)}
	}
	for {
		best := 0
		for i := 1; i < len(parts); i++ {
			if parts[i].rank < parts[best].rank {
				best = i
			}
		}
		if parts[best].rank == noRank {
			break
		}
		copy(parts[best+1:], parts[best+2:])
		parts = parts[:len(parts)-1]
		parts[best].rank = t.joined(piece, parts, best)
		if best > 0 {
			parts[best-1].rank = t.joined(piece, parts, best-1)
		}
	}
	for i := range parts[:len(parts)-1] {
		dst = append(dst, t.must(piece[parts[i].start:parts[i+1].start]))
	}
	return dst
}

// joined is the rank of joining part i with its right neighbour; the last entry of parts is only an end.
func (t *BPE) joined(piece []byte, parts []part, i int) uint32 {
	if i+2 >= len(parts) {
		return noRank
	}
	return t.rank(piece, int(parts[i].start), int(parts[i+2].start))
}

// rank is the rank of piece[from:to], noRank when there is no such token or to lies behind the end.
func (t *BPE) rank(piece []byte, from, to int) uint32 {
	if to > len(piece) {
		return noRank
	}
	if id, ok := t.vocab.Lookup(piece[from:to]); ok {
		return id
	}
	return noRank
}

// must is the id of bytes known to be a token: a merge result, or a single byte, which every byte-level vocabulary has.
func (t *BPE) must(b []byte) uint32 {
	id, _ := t.vocab.Lookup(b)
	return id
}

// mergeLong is merge for long pieces, n log n: a heap of candidates over a linked list of parts.
func (t *BPE) mergeLong(dst []uint32, piece []byte) []uint32 {
	n := len(piece)
	next := make([]int32, n+1) // start of the part after the one beginning here; 0 once the part is gone
	prev := make([]int32, n+1)
	heap := make(candidates, 0, n)
	for i := range n {
		next[i], prev[i] = int32(i+1), int32(i-1)
		if r := t.rank(piece, i, i+2); r != noRank {
			heap.push(candidate{r, int32(i), int32(i + 2)})
		}
	}
	prev[n] = int32(n - 1)
	offer := func(from int32) {
		mid := next[from]
		if int(mid) >= n {
			return
		}
		if r := t.rank(piece, int(from), int(next[mid])); r != noRank {
			heap.push(candidate{r, from, next[mid]})
		}
	}
	for len(heap) > 0 {
		c := heap.pop()
		mid := next[c.from]
		if mid == 0 || int(mid) >= n || next[mid] != c.to {
			continue // one of the two parts has been merged since
		}
		next[c.from], next[mid] = c.to, 0
		prev[c.to] = c.from
		offer(c.from)
		if c.from > 0 {
			offer(prev[c.from])
		}
	}
	for i := int32(0); int(i) < n; i = next[i] {
		dst = append(dst, t.must(piece[i:next[i]]))
	}
	return dst
}

// candidate is a pair that can be merged: from its start to its end.
type candidate struct {
	rank     uint32
	from, to int32
}

func (c candidate) before(o candidate) bool {
	return c.rank < o.rank || c.rank == o.rank && c.from < o.from
}

// candidates is a binary heap with the next merge on top.
type candidates []candidate

func (h *candidates) push(c candidate) {
	s := append(*h, c)
	i := len(s) - 1
	for i > 0 && c.before(s[(i-1)/2]) {
		s[i] = s[(i-1)/2]
		i = (i - 1) / 2
	}
	s[i] = c
	*h = s
}

func (h *candidates) pop() candidate {
	s := *h
	top, c := s[0], s[len(s)-1]
	s = s[:len(s)-1]
	*h = s
	if len(s) == 0 {
		return top
	}
	i := 0
	for {
		child := 2*i + 1
		if child >= len(s) {
			break
		}
		if child+1 < len(s) && s[child+1].before(s[child]) {
			child++
		}
		if !s[child].before(c) {
			break
		}
		s[i] = s[child]
		i = child
	}
	s[i] = c
	return top
}
