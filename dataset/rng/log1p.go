// ln(1+x) as glibc computes it, so that numbers from the normal's tail are NumPy's to the last bit.
// Algorithm and constants: fdlibm (Sun Microsystems 1993, see PROVENANCE.md); the polynomial is summed in pairs and fused, as by glibc.
package rng

import "math"

const (
	log1pLn2Hi = 6.93147180369123816490e-01 // 3fe62e42fee00000
	log1pLn2Lo = 1.90821492927058770002e-10 // 3dea39ef35793c76
	log1pP1    = 6.666666666666735130e-01   // 3FE5555555555593
	log1pP2    = 3.999999999940941908e-01   // 3FD999999997FA04
	log1pP3    = 2.857142874366239149e-01   // 3FD2492494229359
	log1pP4    = 2.222219843214978396e-01   // 3FCC71C51D8E78AF
	log1pP5    = 1.818357216161805012e-01   // 3FC7466496CB03DE
	log1pP6    = 1.531383769920937332e-01   // 3FC39A09D078C69F
	log1pP7    = 1.479819860511658591e-01   // 3FC2F112DF3E5244
)

// Bounds on the high word of the argument, which holds sign, exponent and the first 20 bits of the significand.
const (
	log1pSqrt2Minus1  = 0x3fda827a // 0.41422: below, 1+x needs no reduction
	log1pTiny         = 0x3e200000 // 2^-29: below, two terms suffice
	log1pTinier       = 0x3c900000 // 2^-54: below, x itself
	log1pHalfSqrt2Neg = 0xbfd2bec3 // -0.29289: above, 1+x needs no reduction
	sqrt2Mantissa     = 0x6a09e
)

// log1pGlibc is ln(1+x) for -1 < x < 2^53; other arguments go to math.Log1p.
func log1pGlibc(x float64) float64 {
	if !(x > -1 && x < 1<<53) {
		return math.Log1p(x)
	}
	high := uint32(math.Float64bits(x) >> 32)
	size := high & 0x7fffffff
	if size < log1pTiny {
		if size < log1pTinier {
			return x
		}
		return math.FMA(x*x, -0.5, x)
	}
	f, k, c := x, 0, 0.0
	top := uint32(1) // of 1+f, once reduced; 0 when f is very small
	if high >= log1pSqrt2Minus1 && high < 0x80000000 || high > log1pHalfSqrt2Neg {
		u := 1 + x
		b := math.Float64bits(u)
		top = uint32(b >> 32)
		k = int(top>>20) - 1023
		if k > 0 { // what rounding took from 1+x
			c = 1 - (u - x)
		} else {
			c = x - (u - 1)
		}
		c /= u
		top &= 0xfffff
		if top < sqrt2Mantissa {
			u = math.Float64frombits(b&(1<<52-1) | 1023<<52)
		} else {
			k++
			u = math.Float64frombits(b&(1<<52-1) | 1022<<52)
			top = (0x100000 - top) >> 2
		}
		f = u - 1
	}
	kf := float64(k)
	half := float64(0.5 * f * f)
	if top == 0 {
		if f == 0 {
			return math.FMA(kf, log1pLn2Hi, math.FMA(kf, log1pLn2Lo, c))
		}
		r := float64(half * math.FMA(-0.66666666666666666, f, 1))
		return math.FMA(kf, log1pLn2Hi, -((r - math.FMA(kf, log1pLn2Lo, c)) - f))
	}
	s := f / (2 + f)
	z := float64(s * s)
	z2 := float64(z * z)
	z4 := float64(z2 * z2)
	r := math.FMA(z, log1pP1, float64(z2*math.FMA(z, log1pP3, log1pP2)))
	r = math.FMA(z4, math.FMA(z, log1pP5, log1pP4), r)
	r = math.FMA(z4*z2, math.FMA(z, log1pP7, log1pP6), r)
	r = float64(s * (half + r))
	if k == 0 {
		return f - (half - r)
	}
	return math.FMA(kf, log1pLn2Hi, -((half - (r + math.FMA(kf, log1pLn2Lo, c))) - f))
}
