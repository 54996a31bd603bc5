// A corpus without text: the tokens of a vocabulary in the order of their ids, from which prompts of random tokens are cut.
package corpus

import (
	"fmt"
	"slices"
	"sort"
)

// The two programs whose random prompts AIPerf imitates; "" stands for the first.
const (
	styleVLLM   = "vllm"   // no special tokens
	styleSGLang = "sglang" // all tokens
)

// vocabulary is what a tokenizer must tell to make random prompts.
type vocabulary interface {
	// Decodable are the ids that stand for text, ascending, special tokens among them when asked for.
	Decodable(special bool) []uint32
}

// RandomPool is the ids that random prompts are made of. It does not change; copies are cheap and share the ids.
type RandomPool struct {
	bodies, topUp ids
}

// Random is the pool of a tokenizer's vocabulary in one of the styles.
func Random(tok Tokenizer, style string) (RandomPool, error) {
	v, ok := tok.(vocabulary)
	if !ok {
		return RandomPool{}, fmt.Errorf("make random prompts: tokenizer %s does not list its tokens (use the builtin tokenizer or another corpus)", tok.Name())
	}
	all := newIDs(v.Decodable(true))
	pool := RandomPool{topUp: all}
	switch style {
	case "", styleVLLM:
		pool.bodies = newIDs(v.Decodable(false))
	case styleSGLang:
		pool.bodies = all
	default:
		return RandomPool{}, fmt.Errorf("make random prompts: no style %q (there are %s and %s)", style, styleVLLM, styleSGLang)
	}
	if pool.bodies.len == 0 {
		return RandomPool{}, fmt.Errorf("make random prompts: tokenizer %s has no tokens that stand for text", tok.Name())
	}
	return pool, nil
}

// Len is the number of tokens prompts are cut from.
func (p *RandomPool) Len() int { return p.bodies.len }

// At is one token, 0 <= i < Len().
func (p *RandomPool) At(i int) uint32 { return p.bodies.at(i) }

// Append appends the n tokens from start on, start >= 0; the pool repeats without end.
func (p *RandomPool) Append(dst []uint32, start, n int) []uint32 {
	return p.bodies.append(dst, start, n)
}

// TopUpLen is the number of tokens that lengthen a prompt when it reads back too short: all of them, in every style.
func (p *RandomPool) TopUpLen() int { return p.topUp.len }

// TopUpAt is one of them, 0 <= i < TopUpLen().
func (p *RandomPool) TopUpAt(i int) uint32 { return p.topUp.at(i) }

// ids is an ascending list of ids as its runs of neighbours: vocabularies have few gaps.
type ids struct {
	runs []run
	len  int
}

// run is ids that follow each other: the first one's place in the list, and its id. It ends where the next begins.
type run struct {
	place int
	id    uint32
}

func newIDs(list []uint32) ids {
	l := ids{len: len(list)}
	for i, id := range list {
		if i == 0 || id != list[i-1]+1 {
			l.runs = append(l.runs, run{i, id})
		}
	}
	l.runs = slices.Clip(l.runs)
	return l
}

// find is the run of the list's place i, and the place behind it.
func (l *ids) find(i int) (r run, end int) {
	k := sort.Search(len(l.runs), func(k int) bool { return l.runs[k].place > i })
	end = l.len
	if k < len(l.runs) {
		end = l.runs[k].place
	}
	return l.runs[k-1], end
}

func (l *ids) at(i int) uint32 {
	r, _ := l.find(i)
	return r.id + uint32(i-r.place)
}

func (l *ids) append(dst []uint32, start, n int) []uint32 {
	for n > 0 {
		i := start % l.len
		r, end := l.find(i)
		take := min(n, end-i)
		for id := r.id + uint32(i-r.place); take > 0; take-- {
			dst = append(dst, id)
			id++
			n--
			start++
		}
	}
	return dst
}
