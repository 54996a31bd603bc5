// The exponential as glibc 2.28 and later compute it, to the last bit.
// Algorithm and constants: ARM optimized-routines (MIT licence), table-driven, with fused multiply-add.
package rng

import "math"

// Magnitudes outside of this range are answered without the table.
const (
	expSmallest = 0x1p-54 // e^x is 1+x
	expLargest  = 1024    // e^x is infinite or 0
)

// Magnitudes from here on may give a result outside of the normal numbers.
const expSpecial = 512

// Exp is e^x as glibc rounds it.
func Exp(x float64) float64 { return expSum(x, 0) }

// expSum is e^(x+tail), tail being a correction far smaller than x.
func expSum(x, tail float64) float64 {
	m := math.Abs(x)
	switch {
	case m < expSmallest:
		return 1 + x
	case m < expLargest:
	case x < 0:
		return 0
	default:
		return float64(x * math.Inf(1)) // NaN stays one
	}
	kd := math.FMA(expInvLn2, x, expShift)
	k := math.Float64bits(kd)
	kd -= expShift
	r := math.FMA(kd, expLn2Lo, math.FMA(kd, expLn2Hi, x)) + tail
	scale := expHead[k%128] + k<<45
	r2 := float64(r * r)
	p := math.FMA(r2, math.FMA(r, expC3, expC2), expTail[k%128]+r)
	p = math.FMA(r2*r2, math.FMA(r, expC5, expC4), p)
	if m >= expSpecial {
		return expExtreme(p, scale, int32(k) >= 0)
	}
	s := math.Float64frombits(scale)
	return math.FMA(s, p, s)
}

// expExtreme is scale·(1+p) where the exponent of scale, given as bits, has run over the end.
func expExtreme(p float64, scale uint64, big bool) float64 {
	if big {
		s := math.Float64frombits(scale - 1009<<52)
		return float64(math.FMA(s, p, s) * 0x1p1009)
	}
	s := math.Float64frombits(scale + 1022<<52)
	sp := float64(s * p) // not fused here
	y := s + sp
	if y < 1 { // subnormal: rounded once, at its last place
		low := s - y + sp
		high := 1 + y
		low += 1 - high + y
		y = high + low - 1
	}
	return float64(y * 0x1p-1022)
}
