// CPython's random.Random: the functions AIPerf's scalar draws use, with CPython's consumption of outputs.
package rng

import (
	"math"
	"math/bits"
)

// normalTries bounds the redraws of a truncated normal; AIPerf gives up there and clamps the mean.
const normalTries = 10000

// Python is one random.Random. Copying the value saves its position.
type Python struct {
	mt19937
	spare    float64 // second value of the last gauss pair, unscaled
	hasSpare bool
}

// NewPython gives the generator seeded with a non-negative integer.
func NewPython(seed uint64) *Python {
	p := new(Python)
	p.Seed(seed)
	return p
}

// Seed starts the generator again from a seed; a kept gauss value is dropped.
func (p *Python) Seed(seed uint64) {
	p.seedKey(seed)
	p.spare, p.hasSpare = 0, false
}

// Float64 is random(): 53 bits in [0, 1).
func (p *Python) Float64() float64 {
	a, b := p.Uint32()>>5, p.Uint32()>>6
	return (float64(float64(a)*(1<<26)) + float64(b)) / (1 << 53)
}

// Bits is getrandbits(k) for k up to 64; nothing is drawn for k < 1.
func (p *Python) Bits(k int) uint64 {
	switch {
	case k < 1:
		return 0
	case k <= 32:
		return uint64(p.Uint32() >> (32 - k))
	default:
		low := uint64(p.Uint32())
		return uint64(p.Uint32()>>(64-min(k, 64)))<<32 | low
	}
}

// Below is randrange(n): a number in [0, n). The bit length taken is that of n, not n-1, so even n = 1 draws. 0 for n = 0, nothing drawn.
func (p *Python) Below(n uint64) uint64 {
	if n == 0 {
		return 0
	}
	k := bits.Len64(n)
	for {
		if r := p.Bits(k); r < n {
			return r
		}
	}
}

// Intn is Below for indices: choice(seq) is seq[Intn(len(seq))].
func (p *Python) Intn(n int) int { return int(p.Below(uint64(max(n, 0)))) }

// Range is randrange(lo, hi): a number in [lo, hi).
func (p *Python) Range(lo, hi int64) int64 {
	return lo + int64(p.Below(uint64(max(hi-lo, 0))))
}

// Pick is one index of choices(seq, k): with replacement, from a float, so not the same draw as Intn.
func (p *Python) Pick(n int) int { return int(p.Float64() * float64(n)) }

// Uniform is uniform(a, b).
func (p *Python) Uniform(a, b float64) float64 {
	return a + float64((b-a)*p.Float64())
}

// Shuffle is shuffle of n elements.
func (p *Python) Shuffle(n int, swap func(i, j int)) {
	for i := n - 1; i > 0; i-- {
		swap(i, p.Intn(i+1))
	}
}

// Sample is the indices of sample(seq, k), len(seq) = n >= k.
func (p *Python) Sample(n, k int) []int {
	k = min(max(k, 0), n)
	setsize := 21 // CPython's estimate of where a set beats a copy of the sequence
	if k > 5 {
		for size := 1; ; size *= 4 {
			if size >= 3*k {
				setsize += size
				break
			}
		}
	}
	out := make([]int, k)
	if n <= setsize {
		pool := make([]int, n)
		for i := range pool {
			pool[i] = i
		}
		for i := range out {
			j := p.Intn(n - i)
			out[i] = pool[j]
			pool[j] = pool[n-i-1]
		}
		return out
	}
	taken := make(map[int]struct{}, k)
	for i := range out {
		j := p.Intn(n)
		for _, dup := taken[j]; dup; _, dup = taken[j] {
			j = p.Intn(n)
		}
		taken[j] = struct{}{}
		out[i] = j
	}
	return out
}

// Gauss is gauss(mu, sigma). The second value of a pair is kept unscaled and crosses calls with other parameters.
// One number in several hundred differs from CPython's in the last bit, that of the sine or cosine; AIPerf makes integers of these numbers.
func (p *Python) Gauss(mu, sigma float64) float64 {
	z := p.spare
	if p.hasSpare {
		p.hasSpare = false
	} else {
		angle := float64(p.Float64() * (2 * math.Pi))
		radius := math.Sqrt(-2 * logGlibc(1-p.Float64()))
		sin, cos := sincos(angle)
		z = float64(cos * radius)
		p.spare, p.hasSpare = float64(sin*radius), true
	}
	return mu + float64(z*sigma)
}

// Exponential is expovariate(rate): a gap of a Poisson process, bit for bit as CPython on glibc computes it.
func (p *Python) Exponential(rate float64) float64 {
	return -logGlibc(1-p.Float64()) / rate
}

// Gamma is gammavariate(shape, scale), both > 0, bit for bit as CPython on glibc computes it.
func (p *Python) Gamma(shape, scale float64) float64 {
	switch {
	case shape > 1:
		return float64(p.gammaAbove(shape) * scale)
	case shape == 1:
		return float64(-logGlibc(1-p.Float64()) * scale)
	default:
		return float64(p.gammaBelow(shape) * scale)
	}
}

// gammaAbove is Cheng's rejection for shapes above 1.
func (p *Python) gammaAbove(shape float64) float64 {
	const log4 = 1.3862943611198906
	const magic = 2.504077396776274 // 1 + ln 4.5
	ainv := math.Sqrt(float64(2*shape) - 1)
	b := shape - log4
	c := shape + ainv
	for {
		u1 := p.Float64()
		if !(1e-7 < u1 && u1 < 0.9999999) {
			continue
		}
		u2 := 1 - p.Float64()
		v := logGlibc(u1/(1-u1)) / ainv
		x := float64(shape * Exp(v))
		z := float64(u1 * u1 * u2)
		r := b + float64(c*v) - x
		if r+magic-float64(4.5*z) >= 0 || r >= logGlibc(z) {
			return x
		}
	}
}

// gammaBelow is the rejection for shapes below 1.
func (p *Python) gammaBelow(shape float64) float64 {
	b := (math.E + shape) / math.E
	for {
		q := float64(b * p.Float64())
		var x float64
		if q <= 1 {
			x = Pow(q, 1/shape)
		} else {
			x = -logGlibc((b - q) / shape)
		}
		u1 := p.Float64()
		if q > 1 {
			if u1 <= Pow(x, shape-1) {
				return x
			}
		} else if u1 <= Exp(-x) {
			return x
		}
	}
}

// Normal is a normal number inside [lo, hi], redrawn until it is; after too many tries the mean, clamped.
func (p *Python) Normal(mean, stddev, lo, hi float64) float64 {
	for range normalTries {
		if n := p.Gauss(mean, stddev); lo <= n && n <= hi {
			return n
		}
	}
	return min(max(mean, lo), hi)
}

// PositiveNormal is AIPerf's integer draw for sizes and lengths, at least 1. Without a spread nothing is drawn and the mean is rounded half to even;
// with one the number is rounded up.
func (p *Python) PositiveNormal(mean, stddev float64) int {
	if stddev <= 0 {
		return whole(math.RoundToEven(mean))
	}
	return whole(math.Ceil(p.Normal(mean, stddev, 0, math.Inf(1))))
}

// whole is a rounded number of at least 1; a float too large for an integer would become another one on each machine.
func whole(x float64) int { return max(1, int(min(x, 1<<53))) }
