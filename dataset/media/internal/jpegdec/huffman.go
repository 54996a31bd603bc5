// Huffman codes, and the bits of a scan.
package jpegdec

const fastBits = 9 // codes up to this length are looked up at once

// code is one Huffman code.
type code struct {
	fast   [1 << fastBits]uint16 // value<<8 | length; 0 for longer ones
	first  [17]int32             // of a length: the first code
	last   [17]int32             // of a length: one more than the last code
	offset [17]int32             // of a length: where its values begin
	values []uint8
}

// huffman reads codes.
func (d *decoder) huffman(body []byte) error {
	for len(body) > 0 {
		if len(body) < 17 {
			return errBad
		}
		class, id := body[0]>>4, body[0]&15
		counts, n := body[1:17], 0
		for _, c := range counts {
			n += int(c)
		}
		if class > 1 || id > 3 || n > 256 || len(body) < 17+n {
			return errBad
		}
		c, err := newCode(counts, body[17:17+n])
		if err != nil {
			return err
		}
		d.codes[class][id] = c
		body = body[17+n:]
	}
	return nil
}

func newCode(counts, values []byte) (*code, error) {
	c := &code{values: append([]byte(nil), values...)}
	next, at := int32(0), int32(0)
	for length := 1; length <= 16; length++ {
		n := int32(counts[length-1])
		c.first[length], c.last[length], c.offset[length] = next, next+n, at
		if next+n > 1<<length {
			return nil, errBad
		}
		for i := range n {
			if length <= fastBits {
				start := (next + i) << (fastBits - length)
				for j := range int32(1) << (fastBits - length) {
					c.fast[start+j] = uint16(values[at+i])<<8 | uint16(length)
				}
			}
		}
		next = (next + n) << 1
		at += n
	}
	return c, nil
}

// bits reads a scan's bits. Behind the end of the data come zeros, which may be looked at and not taken.
type bits struct {
	data  []byte // up to the next marker
	acc   uint64
	count int // bits in acc; less than 0 when more were taken than there are
	ended int // bits in acc that are not data
}

// need makes sure of 16 bits.
func (b *bits) need() {
	for b.count <= 48 {
		v := uint64(0)
		if len(b.data) > 0 {
			v = uint64(b.data[0])
			if v == 0xff && len(b.data) > 1 {
				b.data = b.data[1:] // the zero behind it
			}
			b.data = b.data[1:]
		} else {
			b.ended += 8
		}
		b.acc = b.acc<<8 | v
		b.count += 8
	}
}

// take takes n bits, n <= 16.
func (b *bits) take(n int) int32 {
	b.need()
	b.count -= n
	return int32(b.acc>>b.count) & (1<<n - 1)
}

// overrun tells whether more bits were taken than there are.
func (b *bits) overrun() bool { return b.count < b.ended }

// symbol takes one symbol; -1 for a code that stands for none.
func (b *bits) symbol(c *code) int {
	b.need()
	if f := c.fast[b.acc>>(b.count-fastBits)&(1<<fastBits-1)]; f != 0 {
		b.count -= int(f & 0xff)
		return int(f >> 8)
	}
	for length := fastBits + 1; length <= 16; length++ {
		v := int32(b.acc>>(b.count-length)) & (1<<length - 1)
		if v < c.last[length] && v >= c.first[length] {
			b.count -= length
			return int(c.values[c.offset[length]+v-c.first[length]])
		}
	}
	return -1
}

// number takes the n bits of a value: those that begin with 0 are negative.
func (b *bits) number(n int) int32 {
	if n == 0 {
		return 0
	}
	v := b.take(n)
	if v < 1<<(n-1) {
		v += -1<<n + 1
	}
	return v
}
