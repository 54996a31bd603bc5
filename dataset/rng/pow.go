// Powers of positive numbers as glibc 2.28 and later compute them, so that gaps of a gamma load are AIPerf's to the last bit.
// Algorithm and constants: ARM optimized-routines (MIT licence), table-driven, with fused multiply-add.
package rng

import "math"

// Where the table's range of significands begins, 0.7057, as bits.
const powOffset = 0x3fe6955500000000

// Exponents of magnitudes outside of this range go to math.Pow, where the result is 1, 0 or infinite.
const (
	powSmallest = 0x1p-65
	powLargest  = 0x1p63
)

// Pow is x^y as glibc rounds it for positive finite x; other arguments go to math.Pow.
func Pow(x, y float64) float64 {
	m := math.Abs(y)
	if !(x > 0 && x <= math.MaxFloat64 && m >= powSmallest && m < powLargest) {
		return math.Pow(x, y)
	}
	hi, lo := logPair(x)
	high := float64(y * hi)
	low := math.FMA(y, lo, math.FMA(y, hi, -high))
	return expSum(high, low)
}

// logPair is ln x as a sum whose second part has some 15 bits more.
func logPair(x float64) (hi, lo float64) {
	b := floatBits(x)
	t := b - powOffset
	row := &powTable[t>>45&127]
	k := float64(int64(t) >> 52)
	z := math.Float64frombits(b - t&(0xfff<<52))
	r := math.FMA(z, row.inverse, -1) // exact
	t1 := math.FMA(k, logLn2Hi, row.log)
	t2 := t1 + r
	lo1 := math.FMA(k, logLn2Lo, row.logTail)
	lo2 := t1 - t2 + r
	ar := float64(powPoly[0] * r)
	ar2 := float64(r * ar)
	ar3 := float64(r * ar2)
	h := t2 + ar2
	lo3 := math.FMA(ar, r, -ar2)
	lo4 := t2 - h + ar2
	a := &powPoly
	p := math.FMA(ar2, math.FMA(r, a[6], a[5]), math.FMA(r, a[4], a[3]))
	p = math.FMA(ar2, p, math.FMA(r, a[2], a[1]))
	l := math.FMA(ar3, p, lo1+lo2+lo3+lo4)
	hi = h + l
	return hi, h - hi + l
}
