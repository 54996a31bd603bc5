// The gap arena: the times between chunks of every request, one after the other, at four bytes a gap. Beyond its budget it goes to a file.
package metrics

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
)

// SpillFile takes gaps that do not fit into memory and gives them back. *os.File is one.
type SpillFile interface {
	io.Writer
	io.ReaderAt
	io.Closer
}

// longGap marks a gap that does not fit into 32 bits; its high and low halves follow.
const longGap = math.MinInt32

// arena is append-only. A block is in memory, or in the file at off.
type arena struct {
	blocks  []gapWords
	free    []int32 // storage of the last spilled block
	inMem   int     // blocks in memory
	oldest  int     // first block still in memory
	budget  int64   // bytes
	open    func() (SpillFile, error)
	file    SpillFile
	spilled int64 // bytes in the file
	err     error // first failure of the file; from then on all stays in memory
	buf     []byte
}

type gapWords struct {
	words []int32 // nil when spilled
	off   int64
	n     int
}

func (a *arena) add(gaps []Instant) {
	for len(gaps) > 0 {
		if len(a.blocks) == 0 || len(a.blocks[len(a.blocks)-1].words) == gapBlock {
			a.grow()
		}
		b := &a.blocks[len(a.blocks)-1]
		n := min(len(gaps), gapBlock-len(b.words))
		for i, g := range gaps[:n] {
			if g <= longGap || g > math.MaxInt32 {
				n = i
				break
			}
			b.words = append(b.words, int32(g))
		}
		b.n = len(b.words)
		if gaps = gaps[n:]; len(gaps) > 0 && b.n < gapBlock {
			a.word(longGap)
			a.word(int32(int64(gaps[0]) >> 32))
			a.word(int32(gaps[0]))
			gaps = gaps[1:]
		}
	}
}

func (a *arena) word(w int32) {
	if len(a.blocks[len(a.blocks)-1].words) == gapBlock {
		a.grow()
	}
	b := &a.blocks[len(a.blocks)-1]
	b.words = append(b.words, w)
	b.n++
}

// grow opens the next block, spilling the oldest one when the budget is used up.
func (a *arena) grow() {
	if a.open != nil && a.err == nil && a.inMem > 0 && int64(a.inMem+1)*gapBlock*4 > a.budget {
		a.err = a.spillOldest()
	}
	words := a.free
	if a.free = nil; words == nil {
		words = make([]int32, 0, gapBlock)
	}
	a.blocks = append(a.blocks, gapWords{words: words[:0]})
	a.inMem++
}

func (a *arena) spillOldest() error {
	if a.file == nil {
		f, err := a.open()
		if err != nil {
			return fmt.Errorf("opening the file for chunk gaps beyond %d bytes of memory: %w", a.budget, err)
		}
		a.file = f
	}
	b := &a.blocks[a.oldest]
	a.buf = a.buf[:0]
	for _, w := range b.words {
		a.buf = binary.LittleEndian.AppendUint32(a.buf, uint32(w))
	}
	if _, err := a.file.Write(a.buf); err != nil {
		return fmt.Errorf("writing chunk gaps beyond %d bytes of memory: %w", a.budget, err)
	}
	b.off, a.free, b.words = a.spilled, b.words, nil
	a.spilled += int64(len(a.buf))
	a.oldest++
	a.inMem--
	return nil
}

func (a *arena) close() error {
	if a.file == nil {
		return nil
	}
	return a.file.Close()
}

// gapReader reads an arena from its beginning.
type gapReader struct {
	a     *arena
	block int
	cur   []int32
	words []int32
	buf   []byte
	err   error
}

func (a *arena) reader() *gapReader { return &gapReader{a: a} }

func (r *gapReader) next() int32 {
	for len(r.cur) == 0 {
		if r.err != nil || r.block == len(r.a.blocks) {
			return 0
		}
		b := &r.a.blocks[r.block]
		r.block++
		if r.cur = b.words; r.cur == nil {
			r.cur = r.load(b)
		}
	}
	w := r.cur[0]
	r.cur = r.cur[1:]
	return w
}

func (r *gapReader) load(b *gapWords) []int32 {
	if r.buf == nil {
		r.buf, r.words = make([]byte, gapBlock*4), make([]int32, gapBlock)
	}
	buf := r.buf[:b.n*4]
	if _, err := r.a.file.ReadAt(buf, b.off); err != nil {
		r.err = fmt.Errorf("reading back spilled chunk gaps at byte %d: %w", b.off, err)
		return nil
	}
	words := r.words[:b.n]
	for i := range words {
		words[i] = int32(binary.LittleEndian.Uint32(buf[4*i:]))
	}
	return words
}

// read appends the next n gaps to dst.
func (r *gapReader) read(dst []Instant, n int64) []Instant {
	for ; n > 0 && r.err == nil; n-- {
		w := r.next()
		if w != longGap {
			dst = append(dst, Instant(w))
			continue
		}
		high := r.next()
		dst = append(dst, Instant(int64(high)<<32|int64(uint32(r.next()))))
	}
	return dst
}
