// Blocks: symbols are counted as they come; a full block is written with its own codes, with the fixed ones, or as it stands, whichever is shortest.
package deflate

import (
	"encoding/binary"
	"math/bits"
)

// The kinds of blocks.
const (
	kindStored  = 0
	kindFixed   = 1
	kindDynamic = 2
)

// Symbols of the codes that describe codes.
const (
	repeatLength = 16 // the last length 3 to 6 times
	repeatZero   = 17 // 3 to 10 times
	manyZeros    = 18 // 11 to 138 times
)

// lenOrder is the order in which the lengths of the describing codes are written: the rarest last, to be left out.
var lenOrder = [lenSyms]int{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}

// lenExtra is the extra bits of the describing symbols.
var lenExtra = [lenSyms]uint8{repeatLength: 2, repeatZero: 3, manyZeros: 7}

// lengthTable gives the symbol of a match length less minMatch, counted from the first length symbol; lengthBase and lengthExtra, of a symbol.
var lengthTable, lengthBase, lengthExtra = lengthSymbols()

func lengthSymbols() (table [maxMatch - minMatch + 1]uint8, base [lengthSyms]uint8, extra [lengthSyms]uint8) {
	at := 0
	for s := range lengthSyms - 1 {
		if s >= 8 {
			extra[s] = uint8(s/4 - 1)
		}
		base[s] = uint8(at)
		for range 1 << extra[s] {
			if at < len(table) {
				table[at] = uint8(s)
			}
			at++
		}
	}
	table[maxMatch-minMatch] = lengthSyms - 1 // the longest has a symbol of its own
	base[lengthSyms-1] = maxMatch - minMatch
	return table, base, extra
}

// distExtra is the extra bits of the distance symbols.
var distExtra = func() (e [distSyms]uint8) {
	for s := 4; s < distSyms; s++ {
		e[s] = uint8(s/2 - 1)
	}
	return e
}()

// distSymbol is the symbol of a distance less 1.
func distSymbol(d uint) uint {
	if d < 4 {
		return d
	}
	n := uint(bits.Len(d)) - 1
	return 2*n + d>>(n-1)&1
}

// The three alphabets.
var (
	litAlphabet = alphabet{fixed: fixedCodes([]run{{144, 8}, {112, 9}, {24, 7}, {8, 8}}), extra: lengthExtra[:], base: literals + 1, size: litSyms, maxBits: maxBits}
	dstAlphabet = alphabet{fixed: fixedCodes([]run{{distSyms, 5}}), extra: distExtra[:], size: distSyms, maxBits: maxBits}
	lenAlphabet = alphabet{extra: lenExtra[:], size: lenSyms, maxBits: maxLenBits}
)

// run is a number of symbols with codes of one length.
type run struct {
	n      int
	length uint8
}

func fixedCodes(runs []run) (codes []code) {
	for _, r := range runs {
		for range r.n {
			codes = append(codes, code{length: r.length})
		}
	}
	assignCodes(codes)
	return codes
}

// block is the symbols since the last block, and their counts.
type block struct {
	symbols        [maxSymbols + 1]uint32 // a literal, or a distance in the upper bits and a length less minMatch in the lower eight
	count          int
	lit, dist, len tree
	heap           heap
	described      []described
}

// described is one symbol of the describing codes with its extra bits.
type described struct{ symbol, extra uint8 }

func (b *block) reset() {
	b.lit.reset(&litAlphabet)
	b.dist.reset(&dstAlphabet)
	b.len.reset(&lenAlphabet)
	b.lit.freq[endOfBlock] = 1
	b.count = 0
}

// literal adds a byte, and tells whether the block is full.
func (b *block) literal(v byte) bool {
	b.symbols[b.count] = uint32(v)
	b.count++
	b.lit.freq[v]++
	return b.count == maxSymbols
}

// match adds a match, and tells whether the block is full.
func (b *block) match(distance, length int) bool {
	l := uint(length - minMatch)
	b.symbols[b.count] = uint32(uint(distance)<<8 | l)
	b.count++
	b.lit.freq[literals+1+int(lengthTable[l])]++
	b.dist.freq[distSymbol(uint(distance-1))]++
	return b.count == maxSymbols
}

// write writes the block. plain is the bytes it stands for, if they are still known.
func (b *block) write(out *bitWriter, plain []byte, known, last bool) {
	own, fixed := b.lit.build(&b.heap)
	o, f := b.dist.build(&b.heap)
	own, fixed = own+o, fixed+f
	o, lengths := b.describe()
	fixed = (fixed + 3 + 7) / 8 // bytes from here on
	own = min((own+o+3+7)/8, fixed)
	final := uint64(0)
	if last {
		final = 1
	}
	switch {
	case known && len(plain)+4 <= own:
		out.put(kindStored<<1|final, 3)
		out.align()
		out.bytes = binary.LittleEndian.AppendUint16(out.bytes, uint16(len(plain)))
		out.bytes = binary.LittleEndian.AppendUint16(out.bytes, ^uint16(len(plain)))
		out.bytes = append(out.bytes, plain...)
	case own == fixed:
		out.put(kindFixed<<1|final, 3)
		b.data(out, litAlphabet.fixed, dstAlphabet.fixed)
	default:
		out.put(kindDynamic<<1|final, 3)
		b.codes(out, lengths)
		b.data(out, b.lit.codes[:], b.dist.codes[:])
	}
	b.reset()
	if last {
		out.align()
	}
}

// describe codes the lengths of the block's codes. It returns the bits that takes and how many lengths of describing codes are written.
func (b *block) describe() (size, lengths int) {
	b.described = b.described[:0]
	for _, t := range [...]*tree{&b.lit, &b.dist} {
		b.runs(t.codes[:t.last+1])
	}
	for _, d := range b.described {
		b.len.freq[d.symbol]++
	}
	size, _ = b.len.build(&b.heap)
	lengths = lenSyms
	for lengths > 4 && b.len.codes[lenOrder[lengths-1]].length == 0 {
		lengths--
	}
	return size + 3*lengths + 5 + 5 + 4, lengths
}

// runs describes one list of lengths. A length that follows itself is repeated in groups, zeros in larger ones.
func (b *block) runs(codes []code) {
	before := -1
	for i := 0; i < len(codes); {
		length := int(codes[i].length)
		most, least := 7, 4 // the length itself, and 3 to 6 repeats
		switch {
		case length == 0:
			most, least = 138, 3
		case length == before:
			most, least = 6, 3
		}
		n := 1
		for n < most && i+n < len(codes) && int(codes[i+n].length) == length {
			n++
		}
		i += n
		switch {
		case n < least:
			for range n {
				b.described = append(b.described, described{uint8(length), 0})
			}
		case length == 0 && n <= 10:
			b.described = append(b.described, described{repeatZero, uint8(n - 3)})
		case length == 0:
			b.described = append(b.described, described{manyZeros, uint8(n - 11)})
		default:
			if length != before {
				b.described = append(b.described, described{uint8(length), 0})
				n--
			}
			b.described = append(b.described, described{repeatLength, uint8(n - 3)})
		}
		before = length
	}
}

// codes writes the description.
func (b *block) codes(out *bitWriter, lengths int) {
	out.put(uint64(b.lit.last+1-literals-1), 5)
	out.put(uint64(b.dist.last), 5)
	out.put(uint64(lengths-4), 4)
	for _, s := range lenOrder[:lengths] {
		out.put(uint64(b.len.codes[s].length), 3)
	}
	for _, d := range b.described {
		c := b.len.codes[d.symbol]
		out.put(uint64(c.bits), uint(c.length))
		out.put(uint64(d.extra), uint(lenExtra[d.symbol]))
	}
}

// data writes the symbols.
func (b *block) data(out *bitWriter, lit, dist []code) {
	for _, s := range b.symbols[:b.count] {
		low := s & 0xff
		if s>>8 == 0 {
			out.put(uint64(lit[low].bits), uint(lit[low].length))
			continue
		}
		l := lengthTable[low]
		c := lit[literals+1+int(l)]
		v, n := uint64(c.bits), uint(c.length)
		v |= uint64(uint8(low)-lengthBase[l]) << n
		n += uint(lengthExtra[l])

		d := uint(s>>8) - 1
		ds := distSymbol(d)
		c = dist[ds]
		v |= uint64(c.bits) << n
		n += uint(c.length)
		v |= uint64(d&(1<<distExtra[ds]-1)) << n
		n += uint(distExtra[ds])
		out.put(v, n)
	}
	end := lit[endOfBlock]
	out.put(uint64(end.bits), uint(end.length))
}
