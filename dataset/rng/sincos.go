// Sine and cosine for gauss, summed in double-double: correctly rounded but for one argument in thousands. That is glibc's result for 998 of 1000
// and the same on every machine; package math's is neither. (glibc's own algorithm is LGPL and not repeated here.)
package rng

import "math"

// π/2 in three parts, of 33 bits, 33 bits and the rest: up to 4 times the first two are exact.
const (
	halfPiHigh   = 0x1.921fb544p+0
	halfPiMiddle = 0x1.0b4611a6p-34
	halfPiLow    = 0x1.3198a2e037073p-69
)

// pair is the sum of two floats, the second at most half a unit in the last place of the first.
type pair struct{ hi, lo float64 }

// sumOf adds when a is not smaller than b.
func sumOf(a, b float64) pair {
	s := a + b
	return pair{s, b - (s - a)}
}

func (p pair) times(q pair) pair {
	hi := float64(p.hi * q.hi)
	lo := math.FMA(p.hi, q.hi, -hi)
	return sumOf(hi, math.FMA(p.hi, q.lo, math.FMA(p.lo, q.hi, lo)))
}

// plus adds when p is not smaller than q.
func (p pair) plus(q pair) pair {
	s := sumOf(p.hi, q.hi)
	return sumOf(s.hi, s.lo+(p.lo+q.lo))
}

// The first coefficients of the series for sin(r)/r and cos(r) in powers of r², as pairs; further ones are 1/n!.
var (
	minusSixth   = pair{-0x1.5555555555555p-3, -0x1.5555555555555p-57}
	over120      = pair{0x1.1111111111111p-7, 0x1.1111111111111p-63}
	over24       = pair{0x1.5555555555555p-5, 0x1.5555555555555p-59}
	minusOver720 = pair{-0x1.6c16c16c16c17p-10, 0x1.f49f49f49f49fp-65}
)

// sinTail and cosTail are what follows, highest power first.
var (
	sinTail = [...]float64{
		-1.0 / 121645100408832000, 1.0 / 355687428096000, -1.0 / 1307674368000, 1.0 / 6227020800, -1.0 / 39916800, 1.0 / 362880, -1.0 / 5040,
	}
	cosTail = [...]float64{
		1.0 / 2432902008176640000, -1.0 / 6402373705728000, 1.0 / 20922789888000, -1.0 / 87178291200, 1.0 / 479001600, -1.0 / 3628800, 1.0 / 40320,
	}
)

// sincos is the sine and the cosine of an angle in [0, 2π].
func sincos(angle float64) (sin, cos float64) {
	quarter := math.Floor(float64(angle*(2/math.Pi)) + 0.5)
	r := angle - float64(quarter*halfPiHigh) // exact
	middle := float64(quarter * halfPiMiddle)
	hi := r - middle
	back := hi - r
	lo := (r - (hi - back)) - (middle + back)
	x := sumOf(hi, lo-float64(quarter*halfPiLow))

	z := x.times(x)
	var s, c float64
	for i := range sinTail {
		s = math.FMA(s, z.hi, sinTail[i])
		c = math.FMA(c, z.hi, cosTail[i])
	}
	sine := over120.plus(pair{float64(s * z.hi), 0})
	sine = minusSixth.plus(sine.times(z))
	sine = x.plus(sine.times(z).times(x))
	cosine := minusOver720.plus(pair{float64(c * z.hi), 0})
	cosine = over24.plus(cosine.times(z))
	cosine = pair{-0.5, 0}.plus(cosine.times(z))
	cosine = pair{1, 0}.plus(cosine.times(z))

	switch int(quarter) % 4 {
	case 1:
		return cosine.hi, -sine.hi
	case 2:
		return -sine.hi, -cosine.hi
	case 3:
		return -cosine.hi, sine.hi
	}
	return sine.hi, cosine.hi
}
