// The natural logarithm as glibc 2.28 and later compute it, so that gaps of a Poisson load are AIPerf's to the last bit.
// Algorithm and constants: ARM optimized-routines (MIT licence), table-driven, with fused multiply-add.
package rng

import "math"

// The middle of the table's range of significands, 0x1.6p-1, as bits.
const logOffset = 0x3fe6000000000000

// Arguments this close to 1 take the polynomial alone.
const (
	nearOneLow  = 1 - 1.0/16
	nearOneHigh = 1 + 0x1.09p-4
)

// Log is ln x as glibc rounds it.
func Log(x float64) float64 { return logGlibc(x) }

// logGlibc is ln x for a positive finite x; other arguments go to math.Log.
func logGlibc(x float64) float64 {
	if !(x > 0 && x <= math.MaxFloat64) {
		return math.Log(x)
	}
	if x >= nearOneLow && x < nearOneHigh {
		return logNearOne(x)
	}
	b := floatBits(x)
	t := b - logOffset
	i := t >> 45 & 127
	k := float64(int64(t) >> 52)
	z := math.Float64frombits(b - t&(0xfff<<52))
	r := math.FMA(z, logInvC[i], -1)
	w := math.FMA(k, logLn2Hi, logLogC[i])
	hi := w + r
	lo := math.FMA(k, logLn2Lo, w-hi+r)
	r2 := float64(r * r)
	a := &logPoly
	p := math.FMA(r2, math.FMA(r, a[4], a[3]), math.FMA(r, a[2], a[1]))
	return math.FMA(float64(r*r2), p, math.FMA(r2, a[0], lo)) + hi
}

// floatBits are the bits of a positive float; below the normal ones, the exponent runs on under 0.
func floatBits(x float64) uint64 {
	if x < 0x1p-1022 {
		return math.Float64bits(x*0x1p52) - 52<<52
	}
	return math.Float64bits(x)
}

func logNearOne(x float64) float64 {
	if x == 1 {
		return 0
	}
	b := &logPolyNearOne
	r := x - 1
	r2 := float64(r * r)
	r3 := float64(r * r2)
	c3 := math.FMA(r3, b[10], math.FMA(r2, b[9], math.FMA(r, b[8], b[7])))
	c2 := math.FMA(r3, c3, math.FMA(r2, b[6], math.FMA(r, b[5], b[4])))
	c1 := math.FMA(r3, c2, math.FMA(r2, b[3], math.FMA(r, b[2], b[1])))
	w := float64(r * 0x1p27)
	rh := float64(r+w) - w
	rl := r - rh
	w = float64(float64(rh*rh) * b[0])
	hi := r + w
	lo := math.FMA(float64(b[0]*rl), rh+r, r-hi+w)
	return math.FMA(r3, c1, lo) + hi
}
