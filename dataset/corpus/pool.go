// The corpus as tokens, and the windows prompts are cut from it.
package corpus

import _ "embed" // the ids

// Pool is the corpus in one tokenizer's ids. It does not change; copies are cheap and share the ids.
type Pool struct {
	plain []uint32 // ids, or nil when packed
	table []uint32 // distinct ids; nil when plain
	index string   // two bytes per token, little endian, into table
	seams []uint32
	len   int
}

// NewPool is a pool of ids in corpus order; seams are the places where a chunk begins, ascending, the first being 0.
func NewPool(ids, seams []uint32) Pool {
	return Pool{plain: ids, seams: seams, len: len(ids)}
}

// The builtin tokenizer's ids, 32-bit little endian: number of tokens, of distinct ids, of seams; the distinct ids; the seams; then for
// each token its 16-bit place among the distinct ids.
//
//go:embed sonnet.o200k_base.bin
var builtin string

// Builtin is the corpus in the ids of the builtin tokenizer.
func Builtin() Pool {
	const header = 12
	n, distinct, seams := int(load32(builtin, 0)), int(load32(builtin, 4)), int(load32(builtin, 8))
	at := header
	numbers := func(n int) []uint32 {
		out := make([]uint32, n)
		for i := range out {
			out[i] = load32(builtin, at)
			at += 4
		}
		return out
	}
	p := Pool{table: numbers(distinct), seams: numbers(seams), len: n}
	p.index = builtin[at : at+2*n]
	return p
}

// Len is the number of tokens.
func (p *Pool) Len() int { return p.len }

// At is one token, 0 <= i < Len().
func (p *Pool) At(i int) uint32 {
	if p.plain != nil {
		return p.plain[i]
	}
	s := p.index[2*i : 2*i+2]
	return p.table[uint32(s[0])|uint32(s[1])<<8]
}

// Seams are the places where a chunk begins. At a seam two chunks' words meet without a blank, so a window over one can read as other tokens.
func (p *Pool) Seams() []uint32 { return p.seams }

// Append appends the window of n tokens that begins at start. It wraps to the beginning once: at most the tail and one whole corpus come.
func (p *Pool) Append(dst []uint32, start, n int) []uint32 {
	first := min(n, p.len-start)
	dst = p.appendRange(dst, start, start+first)
	return p.appendRange(dst, 0, min(n-first, p.len))
}

func (p *Pool) appendRange(dst []uint32, from, to int) []uint32 {
	if p.plain != nil {
		return append(dst, p.plain[from:to]...)
	}
	for s := p.index[2*from : 2*to]; len(s) >= 2; s = s[2:] {
		dst = append(dst, p.table[uint32(s[0])|uint32(s[1])<<8])
	}
	return dst
}

func load32(s string, at int) uint32 {
	s = s[at : at+4]
	return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
}
