// Bits, least significant first, as bytes.
package deflate

// bitWriter collects bits; whole bytes move to bytes.
type bitWriter struct {
	bytes []byte
	acc   uint64
	count uint
}

func (b *bitWriter) reset() { b.bytes, b.acc, b.count = b.bytes[:0], 0, 0 }

// put adds the low n bits of v, n <= 48.
func (b *bitWriter) put(v uint64, n uint) {
	b.acc |= v << b.count
	b.count += n
	for b.count >= 8 {
		b.bytes = append(b.bytes, byte(b.acc))
		b.acc >>= 8
		b.count -= 8
	}
}

// align fills the last byte with zeros.
func (b *bitWriter) align() {
	if b.count > 0 {
		b.put(0, 8-b.count)
	}
}
