// The forward cosine transform of a block in 13-bit fixed point (Loeffler, Ligtenberg and Moschytz, as libjpeg's accurate integer method
// scales and rounds it), and the division by the quantiser.
package jpegenc

const (
	fractionBits = 13 // of the constants
	pass1Bits    = 2  // kept between the passes
)

// Sums of cosines, times 2^13 and rounded.
const (
	c0298 = 2446  // 0.298631336
	c0390 = 3196  // 0.390180644
	c0541 = 4433  // 0.541196100
	c0765 = 6270  // 0.765366865
	c0899 = 7373  // 0.899976223
	c1175 = 9633  // 1.175875602
	c1501 = 12299 // 1.501321110
	c1847 = 15137 // 1.847759065
	c1961 = 16069 // 1.961570560
	c2053 = 16819 // 2.053119869
	c2562 = 20995 // 2.562915447
	c3072 = 25172 // 3.072711026
)

// scale shifts right and rounds to nearest.
func scale(v int32, n uint) int32 { return (v + 1<<(n-1)) >> n }

// forward transforms a block in place. The result is eight times the true coefficients.
func forward(b *[blockSize]int16) {
	for i := 0; i < blockSize; i += blockSide {
		r := b[i : i+blockSide : i+blockSide]
		even, odd := butterflies(int32(r[0]), int32(r[1]), int32(r[2]), int32(r[3]), int32(r[4]), int32(r[5]), int32(r[6]), int32(r[7]))
		r[0] = int16((even[0] + even[1]) << pass1Bits)
		r[4] = int16((even[0] - even[1]) << pass1Bits)
		r[2], r[6] = int16(scale(even[2], fractionBits-pass1Bits)), int16(scale(even[3], fractionBits-pass1Bits))
		r[7], r[5] = int16(scale(odd[0], fractionBits-pass1Bits)), int16(scale(odd[1], fractionBits-pass1Bits))
		r[3], r[1] = int16(scale(odd[2], fractionBits-pass1Bits)), int16(scale(odd[3], fractionBits-pass1Bits))
	}
	for i := range blockSide {
		c := b[i:]
		_ = c[56]
		even, odd := butterflies(int32(c[0]), int32(c[8]), int32(c[16]), int32(c[24]), int32(c[32]), int32(c[40]), int32(c[48]), int32(c[56]))
		c[0] = int16(scale(even[0]+even[1], pass1Bits))
		c[32] = int16(scale(even[0]-even[1], pass1Bits))
		c[16], c[48] = int16(scale(even[2], fractionBits+pass1Bits)), int16(scale(even[3], fractionBits+pass1Bits))
		c[56], c[40] = int16(scale(odd[0], fractionBits+pass1Bits)), int16(scale(odd[1], fractionBits+pass1Bits))
		c[24], c[8] = int16(scale(odd[2], fractionBits+pass1Bits)), int16(scale(odd[3], fractionBits+pass1Bits))
	}
}

// butterflies is one dimension: the two sums of coefficients 0 and 4 unscaled, then 2 and 6; then 7, 5, 3, 1.
func butterflies(d0, d1, d2, d3, d4, d5, d6, d7 int32) (even, odd [4]int32) {
	s0, s1, s2, s3 := d0+d7, d1+d6, d2+d5, d3+d4
	t4, t5, t6, t7 := d3-d4, d2-d5, d1-d6, d0-d7

	u0, u1, u2, u3 := s0+s3, s1+s2, s1-s2, s0-s3
	z := (u2 + u3) * c0541
	even = [4]int32{u0, u1, z + u3*c0765, z - u2*c1847}

	z1, z2, z3, z4 := (t4+t7)*-c0899, (t5+t6)*-c2562, (t4+t6)*-c1961, (t5+t7)*-c0390
	z5 := (t4 + t6 + t5 + t7) * c1175
	z3, z4 = z3+z5, z4+z5
	odd = [4]int32{t4*c0298 + z1 + z3, t5*c2053 + z2 + z4, t6*c3072 + z2 + z3, t7*c1501 + z1 + z4}
	return even, odd
}

// divisor is a quantiser step, times the transform's eight, as a multiplication: exact for every value below 2^16.
type divisor struct {
	reciprocal uint64 // 2^32 divided by the step, rounded up
	half       uint32 // of the step
}

// quantise divides every coefficient by its step, rounded to nearest, halves away from zero.
func quantise(b *[blockSize]int16, steps *[blockSize]divisor) {
	for i, v := range b {
		d := &steps[i]
		sign := int32(v) >> 31
		magnitude := uint32((int32(v) ^ sign) - sign)
		q := int32(uint64(magnitude+d.half) * d.reciprocal >> 32)
		b[i] = int16((q ^ sign) - sign)
	}
}
