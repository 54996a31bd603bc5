// The exponential as glibc 2.28 and later compute it, and the logarithm for other packages: designs on a log scale are AIPerf's to the last bit.
// Algorithm and constants: ARM optimized-routines (MIT licence), table-driven, with fused multiply-add.
package rng

import "math"

// Magnitudes outside of this range go to math.Exp, where overflow, underflow and rounding to 1 need care.
const (
	expSmallest = 0x1p-54
	expLargest  = 512
)

// Log is ln x as glibc rounds it.
func Log(x float64) float64 { return logGlibc(x) }

// Exp is e^x as glibc rounds it.
func Exp(x float64) float64 {
	if m := math.Abs(x); !(m >= expSmallest && m < expLargest) {
		return math.Exp(x)
	}
	kd := math.FMA(expInvLn2, x, expShift)
	k := math.Float64bits(kd)
	kd -= expShift
	r := math.FMA(kd, expLn2Lo, math.FMA(kd, expLn2Hi, x))
	scale := math.Float64frombits(expHead[k%128] + k<<45)
	r2 := r * r
	p := math.FMA(r2, math.FMA(r, expC3, expC2), expTail[k%128]+r)
	p = math.FMA(float64(r2*r2), math.FMA(r, expC5, expC4), p)
	return math.FMA(scale, p, scale)
}
