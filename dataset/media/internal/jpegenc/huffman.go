// Runs and values of a block as Huffman codes, and the bits they make.
package jpegenc

import "math/bits"

const (
	zeroRun16  = 0xf0 // symbol of sixteen zeros
	endOfBlock = 0x00 // symbol: the rest is zeros
)

// code is the bits of one symbol.
type code struct {
	bits   uint32
	length uint8
}

// blockCodes are the symbols of one table number.
type blockCodes struct {
	dc, ac [256]code
}

// codes of brightness and of colour.
var codes = [2]blockCodes{
	{assign(huffmanSpecs[0][0]), assign(huffmanSpecs[0][1])},
	{assign(huffmanSpecs[1][0]), assign(huffmanSpecs[1][1])},
}

// assign gives the symbols their codes: ascending within a length, shorter lengths first.
func assign(spec huffmanSpec) (table [256]code) {
	next, k := uint32(0), 0
	for i, n := range spec.counts {
		for range n {
			table[spec.values[k]] = code{next, uint8(i + 1)}
			next++
			k++
		}
		next <<= 1
	}
	return table
}

// writer collects bits, most significant first; after every byte of ones a zero byte is stuffed.
type writer struct {
	out   []byte
	acc   uint64 // the low n bits wait to be written
	count uint
}

// put writes the low n bits of v, n <= 32.
func (w *writer) put(v uint32, n uint) {
	w.acc = w.acc<<n | uint64(v)
	w.count += n
	if w.count >= 32 {
		w.drain()
	}
}

// drain writes whole bytes.
func (w *writer) drain() {
	for w.count >= 8 {
		w.count -= 8
		b := byte(w.acc >> w.count)
		w.out = append(w.out, b)
		if b == 0xff {
			w.out = append(w.out, 0)
		}
	}
}

// flush fills the last byte with ones.
func (w *writer) flush() {
	w.put(0x7f, 7)
	w.drain()
	w.acc, w.count = 0, 0
}

// block writes a quantised block and returns its DC for the next.
func (w *writer) block(b *[blockSize]int16, lastDC int32, table *blockCodes) int32 {
	dc := int32(b[0])
	w.symbol(&table.dc, 0, dc-lastDC)
	run := 0
	for _, at := range zigzag[1:] {
		v := int32(b[at])
		if v == 0 {
			run++
			continue
		}
		for ; run > 15; run -= 16 {
			w.put(table.ac[zeroRun16].bits, uint(table.ac[zeroRun16].length))
		}
		w.symbol(&table.ac, run, v)
		run = 0
	}
	if run > 0 {
		w.put(table.ac[endOfBlock].bits, uint(table.ac[endOfBlock].length))
	}
	return dc
}

// symbol writes a run of zeros with the value after it: the code of run and size, then the value's bits, those of a negative one less 1.
func (w *writer) symbol(table *[256]code, run int, v int32) {
	sign := v >> 31
	size := uint(bits.Len32(uint32((v ^ sign) - sign)))
	c := table[run<<4|int(size)]
	low := uint32(v+sign) & (1<<size - 1)
	w.put(c.bits<<size|low, uint(c.length)+size)
}
