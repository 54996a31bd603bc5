// The inverse cosine transform of a block in 13-bit fixed point, as libjpeg's accurate integer method scales and rounds it.
package jpegdec

const (
	fractionBits = 13
	pass1Bits    = 2
)

// Sums of cosines, times 2^13 and rounded.
const (
	c0298 = 2446
	c0390 = 3196
	c0541 = 4433
	c0765 = 6270
	c0899 = 7373
	c1175 = 9633
	c1501 = 12299
	c1847 = 15137
	c1961 = 16069
	c2053 = 16819
	c2562 = 20995
	c3072 = 25172
)

// scale shifts right and rounds to nearest.
func scale(v int32, n uint) int32 { return (v + 1<<(n-1)) >> n }

// inverse writes the samples of a block to dst, whose rows are stride apart.
func inverse(dst []byte, stride int, b *[blockSize]int16, step *[blockSize]uint16) {
	var w [blockSize]int32
	for i := range blockSide {
		var in [blockSide]int32
		for j := range in {
			in[j] = int32(b[j*blockSide+i]) * int32(step[j*blockSide+i])
		}
		out := line(in)
		for j, v := range out {
			w[j*blockSide+i] = scale(v, fractionBits-pass1Bits)
		}
	}
	for j := range blockSide {
		out := line([blockSide]int32(w[j*blockSide:]))
		row := dst[j*stride:][:blockSide]
		for i, v := range out {
			row[i] = byte(min(max(scale(v, fractionBits+pass1Bits+3)+128, 0), 255))
		}
	}
}

// line is one dimension, unscaled.
func line(in [blockSide]int32) [blockSide]int32 {
	z := (in[2] + in[6]) * c0541
	t2, t3 := z-in[6]*c1847, z+in[2]*c0765
	t0, t1 := (in[0]+in[4])<<fractionBits, (in[0]-in[4])<<fractionBits
	e0, e1, e2, e3 := t0+t3, t1+t2, t1-t2, t0-t3

	z1, z2, z3, z4 := in[7]+in[1], in[5]+in[3], in[7]+in[3], in[5]+in[1]
	z5 := (z3 + z4) * c1175
	z1, z2 = z1*-c0899, z2*-c2562
	z3, z4 = z3*-c1961+z5, z4*-c0390+z5
	o3, o2 := in[7]*c0298+z1+z3, in[5]*c2053+z2+z4
	o1, o0 := in[3]*c3072+z2+z3, in[1]*c1501+z1+z4
	return [blockSide]int32{e0 + o0, e1 + o1, e2 + o2, e3 + o3, e3 - o3, e2 - o2, e1 - o1, e0 - o0}
}
