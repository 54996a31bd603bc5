// Prompts of traces that name their blocks: a number stands for a block of tokens, the same one wherever it comes again in a trace.
//
//	hash ids, tokens ─ Draw ─> tail (where the tokens behind the blocks begin) ─┐
//	                    └ keeps where each block begins ────────────────────────┴─ Append ─> ids ─ Decode ─> text, not made exact
//
// A block's place in the corpus follows from the seed, the trace and its number alone, so blocks need no order; only tails take from a
// stream that all prompts share.
package synth

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/aiperf-go/aiperf/dataset"
	"github.com/aiperf-go/aiperf/dataset/corpus"
	"github.com/aiperf-go/aiperf/dataset/rng"
)

// BlockOptions say how the blocks of one trace are made.
type BlockOptions struct {
	Pool      corpus.Pool
	Tokenizer dataset.Tokenizer
	Stream    rng.Stream  // of the corpus the pool is made of
	Starts    *rng.Python // the same stream's generator, shared with whatever else cuts windows in a run; nil begins one
	Trace     string      // equal numbers of different traces are different blocks
	Size      int         // tokens of a block
	Bare      bool        // blocks do not begin with a separator
}

// Blocks are the blocks of one trace. Draw is for one goroutine and comes first for all prompts; Append is safe for concurrent use after it.
type Blocks struct {
	pool   corpus.Pool
	tok    dataset.Tokenizer
	size   int
	sep    []uint32 // what a block begins with: one token or none
	scope  string   // what a block's seed is made of, but for its number
	starts *rng.Python
	known  map[int64]block // a few bytes a block, whatever its size
	seeder rng.Python      // room for a block's generator
}

// block is where a block's window begins, and its tokens with the separator.
type block struct{ start, size uint32 }

// NewBlocks begins a trace.
func NewBlocks(o BlockOptions) (*Blocks, error) {
	switch {
	case o.Tokenizer == nil:
		return nil, errors.New("make blocks: no tokenizer")
	case o.Size < 1:
		return nil, fmt.Errorf("make blocks: block size %d, at least 1 token is needed", o.Size)
	case o.Size > o.Pool.Len():
		return nil, fmt.Errorf("make blocks: block size %d, the corpus has %d tokens only", o.Size, o.Pool.Len())
	}
	b := &Blocks{
		pool: o.Pool, tok: o.Tokenizer, size: o.Size, starts: o.Starts,
		scope: strconv.FormatUint(uint64(o.Stream), 10) + ":" + o.Trace + ":",
		known: map[int64]block{},
	}
	if b.starts == nil {
		b.starts = o.Stream.Python()
	}
	if v, ok := o.Tokenizer.(dataset.Vocabulary); ok && !o.Bare {
		if id, ok := v.Separator(); ok {
			b.sep = []uint32{id}
		}
	}
	return b, nil
}

// Draw checks a prompt of blocks and draws what lies behind them: tail is where its window begins, 0 when there is none. The blocks fill
// the prompt, or the last one is cut to end with it, or the prompt is longer and ends with a window of its own.
func (b *Blocks) Draw(hashIDs []int64, tokens int) (tail uint32, err error) {
	if len(hashIDs) == 0 || tokens < 1 {
		return 0, fmt.Errorf("make prompt of %d tokens from %d blocks: both must be above 0", tokens, len(hashIDs))
	}
	last := b.last(len(hashIDs), tokens)
	if last < 1 {
		return 0, fmt.Errorf("make prompt of %d tokens: %d blocks of %d tokens are too many (the last one would begin at token %d)",
			tokens, len(hashIDs), b.size, (len(hashIDs)-1)*b.size)
	}
	for i, id := range hashIDs {
		size := b.size
		if i == len(hashIDs)-1 {
			size = last
		}
		known, ok := b.known[id]
		if !ok {
			known = block{start: b.place(&b.seeder, id), size: uint32(size)}
			b.known[id] = known
		}
		if int(known.size) != size {
			return 0, fmt.Errorf("make prompt of %d tokens: block %d has %d tokens here and %d before (the trace is damaged, or its block size is not %d)",
				tokens, id, size, known.size, b.size)
		}
	}
	if tokens > len(hashIDs)*b.size {
		tail = uint32(b.starts.Below(uint64(b.pool.Len())))
	}
	return tail, nil
}

// last is the size of the last of n blocks in a prompt; below 1 when there are too many.
func (b *Blocks) last(n, tokens int) int { return min(b.size, tokens-(n-1)*b.size) }

// place is where a block's window begins.
func (b *Blocks) place(g *rng.Python, id int64) uint32 {
	g.Seed(rng.Hash(b.scope + strconv.FormatInt(id, 10)))
	return uint32(g.Below(uint64(b.pool.Len())))
}

// Append appends the ids of a prompt that was drawn.
func (b *Blocks) Append(dst []uint32, hashIDs []int64, tokens int, tail uint32) []uint32 {
	dst = slices.Grow(dst, min(tokens, len(hashIDs)*b.size+b.pool.Len())) // a tail is hardly ever longer than the corpus
	for i, id := range hashIDs {
		size := b.size
		if i == len(hashIDs)-1 {
			size = b.last(len(hashIDs), tokens)
		}
		start := b.known[id].start
		dst = append(dst, b.sep...)
		dst = b.pool.Append(dst, int(start), size-len(b.sep))
	}
	if rest := tokens - len(hashIDs)*b.size; rest > 0 {
		dst = b.pool.Append(dst, int(tail), rest)
	}
	return dst
}

// Prompt draws and renders one prompt.
func (b *Blocks) Prompt(hashIDs []int64, tokens int) (string, error) {
	tail, err := b.Draw(hashIDs, tokens)
	if err != nil {
		return "", err
	}
	ids := b.Append(nil, hashIDs, tokens, tail)
	return string(b.tok.Decode(make([]byte, 0, len(ids)*bytesPerToken), ids)), nil
}

// PartialTail appends the n tokens that stand for a block cut short in a recording. Their place follows from a text that says which tail
// it is; there is no draw, and they do not wrap.
func PartialTail(dst []uint32, pool corpus.Pool, seed string, n int) []uint32 {
	if n <= 0 || pool.Len() == 0 {
		return dst
	}
	start := int(rng.Hash(seed) % uint64(max(pool.Len()-n, 1)))
	return pool.Append(dst, start, min(n, pool.Len()-start))
}
