// Huffman codes from frequencies. Codes of the same cost are many; which one comes out, and so the bytes of a file, follows from the order in
// which zlib's heap hands out nodes of one frequency.
package deflate

import "math/bits"

const (
	literals   = 256
	endOfBlock = 256
	lengthSyms = 29
	litSyms    = literals + 1 + lengthSyms
	distSyms   = 30
	lenSyms    = 19
	maxBits    = 15
	maxLenBits = 7 // of the codes that describe the other codes
)

// alphabet is what is known of a set of symbols before any is counted.
type alphabet struct {
	fixed   []code // codes of blocks without their own; nil when there are none
	extra   []uint8
	base    int // first symbol with extra bits
	size    int
	maxBits int
}

// code is a symbol's bits, first one lowest.
type code struct {
	bits   uint16
	length uint8
}

// tree counts symbols and gives them codes.
type tree struct {
	alphabet *alphabet
	freq     [nodes]uint32 // of symbols, then of inner nodes
	codes    [litSyms]code
	last     int // largest symbol that has a code
}

func (t *tree) reset(a *alphabet) {
	t.alphabet = a
	clear(t.freq[:a.size])
}

// nodes is the most nodes that a tree has.
const nodes = 2*litSyms + 1

// heap is a heap of nodes by frequency, then by depth; ties are as zlib has them. It is the memory of one build after the other.
type heap struct {
	t      *tree
	nodes  [nodes + 1]int // the first is in 1
	n      int
	depth  [nodes]uint8
	parent [nodes]uint16
	length [nodes]uint8
	taken  [nodes]int
}

// push adds a leaf behind the others, out of order.
func (h *heap) push(n int) {
	h.n++
	h.nodes[h.n] = n
	h.depth[n] = 0
}

// before is the order of the heap.
func (h *heap) before(a, b int) bool {
	fa, fb := h.t.freq[a], h.t.freq[b]
	return fa < fb || fa == fb && h.depth[a] <= h.depth[b]
}

// sink moves the node in place k down to where it belongs.
func (h *heap) sink(k int) {
	v := h.nodes[k]
	for j := 2 * k; j <= h.n; j *= 2 {
		if j < h.n && h.before(h.nodes[j+1], h.nodes[j]) {
			j++
		}
		if h.before(v, h.nodes[j]) {
			break
		}
		h.nodes[k] = h.nodes[j]
		k = j
	}
	h.nodes[k] = v
}

// build gives codes to the counted symbols, at least to two. It returns the bits that the symbols take with these codes and with the fixed ones,
// the symbols added for form's sake not among them.
func (t *tree) build(h *heap) (own, fixed int) {
	a := t.alphabet
	h.t, h.n = t, 0
	t.last = -1
	for s := range a.size {
		t.codes[s] = code{}
		if t.freq[s] > 0 {
			h.push(s)
			t.last = s
		}
	}
	for h.n < 2 {
		s := 0
		if t.last < 2 {
			t.last++
			s = t.last
		}
		h.push(s)
		t.freq[s] = 1
		own--
		if a.fixed != nil {
			fixed -= int(a.fixed[s].length)
		}
	}
	more, moreFixed := t.lengths(h, h.join(a.size))
	t.assign()
	return own + more, fixed + moreFixed
}

// join makes the tree. order is all nodes from the root on, by falling frequency.
func (h *heap) join(next int) (order []int) {
	for k := h.n / 2; k >= 1; k-- {
		h.sink(k)
	}
	top := len(h.taken)
	for h.n >= 2 {
		a := h.nodes[1]
		h.nodes[1] = h.nodes[h.n]
		h.n--
		h.sink(1)
		b := h.nodes[1]
		h.taken[top-1], h.taken[top-2] = a, b
		top -= 2
		h.t.freq[next] = h.t.freq[a] + h.t.freq[b]
		h.depth[next] = max(h.depth[a], h.depth[b]) + 1
		h.parent[a], h.parent[b] = uint16(next), uint16(next)
		h.nodes[1] = next
		next++
		h.sink(1)
	}
	top--
	h.taken[top] = h.nodes[1]
	return h.taken[top:]
}

// lengths gives every symbol the depth of its leaf, shortened to what the format allows.
func (t *tree) lengths(h *heap, order []int) (own, fixed int) {
	a, length := t.alphabet, &h.length
	var count [maxBits + 1]int
	over := 0
	length[order[0]] = 0
	for _, n := range order[1:] {
		l := int(length[h.parent[n]]) + 1
		if l > a.maxBits {
			l = a.maxBits
			over++
		}
		length[n] = uint8(l)
		if n > t.last {
			continue
		}
		count[l]++
		extra := 0
		if n >= a.base {
			extra = int(a.extra[n-a.base])
		}
		own += int(t.freq[n]) * (l + extra)
		if a.fixed != nil {
			fixed += int(t.freq[n]) * (int(a.fixed[n].length) + extra)
		}
	}
	if over > 0 {
		own += t.shorten(order, length, &count, over)
	}
	for s := range t.last + 1 {
		if t.freq[s] > 0 {
			t.codes[s].length = length[s]
		}
	}
	return own, fixed
}

// shorten makes room for leaves that were too deep by moving others down, then hands out the lengths again, longest to the rarest.
func (t *tree) shorten(order []int, length *[nodes]uint8, count *[maxBits + 1]int, over int) (more int) {
	deepest := t.alphabet.maxBits
	for ; over > 0; over -= 2 {
		l := deepest - 1
		for count[l] == 0 {
			l--
		}
		count[l]--
		count[l+1] += 2
		count[deepest]--
	}
	at := len(order)
	for l := deepest; l > 0; l-- {
		for n := count[l]; n > 0; {
			at--
			s := order[at]
			if s > t.last {
				continue
			}
			more += (l - int(length[s])) * int(t.freq[s])
			length[s] = uint8(l)
			n--
		}
	}
	return more
}

// assign makes the bits from the lengths: ascending within a length.
func (t *tree) assign() { assignCodes(t.codes[:t.last+1]) }

func assignCodes(codes []code) {
	var count [maxBits + 1]uint16
	for _, c := range codes {
		count[c.length]++
	}
	count[0] = 0
	var next [maxBits + 1]uint16
	for l := 1; l <= maxBits; l++ {
		next[l] = (next[l-1] + count[l-1]) << 1
	}
	for i, c := range codes {
		if c.length > 0 {
			codes[i].bits = bits.Reverse16(next[c.length]) >> (16 - c.length)
			next[c.length]++
		}
	}
}
