// NumPy's default_rng: SeedSequence, PCG64 (XSL-RR 128/64) and the Generator functions AIPerf's array draws use.
package rng

import (
	"encoding/binary"
	"math/bits"
)

// NumPy is one default_rng generator. Copying the value saves its position.
type NumPy struct {
	hi, lo       uint64 // 128-bit state
	incHi, incLo uint64
	half         uint32 // upper half of the last 64-bit output, waiting for the next 32-bit draw
	hasHalf      bool
}

// The multiplier of the 128-bit congruential step.
const (
	pcgMulHi = 0x2360ed051fc65da4
	pcgMulLo = 0x4385df649fccf645
)

// NewNumPy gives default_rng(seed) for a non-negative integer.
func NewNumPy(seed uint64) *NumPy {
	words := seedSequence(seed)
	g := &NumPy{
		incHi: words[2]<<1 | words[3]>>63,
		incLo: words[3]<<1 | 1,
	}
	g.step()
	var carry uint64
	g.lo, carry = bits.Add64(g.lo, words[1], 0)
	g.hi, _ = bits.Add64(g.hi, words[0], carry)
	g.step()
	return g
}

// seedPool mixes the 32-bit words of a seed into SeedSequence's pool.
func seedPool(seed uint64) [4]uint32 {
	constant := uint32(0x43b0d7e5)
	hashmix := func(v uint32) uint32 {
		v ^= constant
		constant *= 0x931e8875
		v *= constant
		return v ^ v>>16
	}
	pool := [4]uint32{uint32(seed), uint32(seed >> 32)} // a missing word counts as 0
	for i := range pool {
		pool[i] = hashmix(pool[i])
	}
	for s := range pool {
		for d := range pool {
			if s == d {
				continue
			}
			r := pool[d]*0xca01f9dd - hashmix(pool[s])*0x4973f715
			pool[d] = r ^ r>>16
		}
	}
	return pool
}

// seedSequence is generate_state(4, uint64).
func seedSequence(seed uint64) [4]uint64 {
	pool := seedPool(seed)
	constant := uint32(0x8b51f9dd)
	var out [4]uint64
	for i := range 8 {
		v := pool[i%4] ^ constant
		constant *= 0x58f38ded
		v *= constant
		v ^= v >> 16
		out[i/2] |= uint64(v) << (32 * (i % 2))
	}
	return out
}

// step advances the state.
func (g *NumPy) step() {
	hi, lo := bits.Mul64(g.lo, pcgMulLo)
	hi += g.hi*pcgMulLo + g.lo*pcgMulHi
	var carry uint64
	g.lo, carry = bits.Add64(lo, g.incLo, 0)
	g.hi, _ = bits.Add64(hi, g.incHi, carry)
}

// Uint64 draws one 64-bit output. A waiting half stays where it is.
func (g *NumPy) Uint64() uint64 {
	g.step()
	return bits.RotateLeft64(g.hi^g.lo, -int(g.hi>>58))
}

// Uint32 draws 32 bits: the low half of a fresh output, and the high half at the next call.
func (g *NumPy) Uint32() uint32 {
	if g.hasHalf {
		g.hasHalf = false
		return g.half
	}
	v := g.Uint64()
	g.half, g.hasHalf = uint32(v>>32), true
	return uint32(v)
}

// Float64 is random(): 53 bits in [0, 1).
func (g *NumPy) Float64() float64 { return float64(g.Uint64()>>11) / (1 << 53) }

// Uniform is uniform(a, b).
func (g *NumPy) Uniform(a, b float64) float64 {
	return a + float64((b-a)*g.Float64())
}

// Integers is integers(lo, hi), hi exclusive; lo, with nothing drawn, when the range has one number or none. An array is repeated calls.
func (g *NumPy) Integers(lo, hi int64) int64 {
	if hi <= lo {
		return lo
	}
	return lo + int64(g.upTo(uint64(hi)-1-uint64(lo)))
}

// upTo draws from [0, last] by Lemire's method, in 32 bits where they suffice.
func (g *NumPy) upTo(last uint64) uint64 {
	const max32, max64 = 1<<32 - 1, 1<<64 - 1
	switch {
	case last == 0:
		return 0
	case last == max32:
		return uint64(g.Uint32())
	case last < max32:
		n := uint32(last) + 1
		m := uint64(g.Uint32()) * uint64(n)
		if uint32(m) < n {
			for reject := (max32 - uint32(last)) % n; uint32(m) < reject; {
				m = uint64(g.Uint32()) * uint64(n)
			}
		}
		return m >> 32
	case last == max64:
		return g.Uint64()
	default:
		n := last + 1
		hi, lo := bits.Mul64(g.Uint64(), n)
		if lo < n {
			for reject := (max64 - last) % n; lo < reject; {
				hi, lo = bits.Mul64(g.Uint64(), n)
			}
		}
		return hi
	}
}

// Bytes is integers(0, 256, len(dst), uint8), one call: four bytes of every 32 bits, lowest first; what is over at the end is dropped.
func (g *NumPy) Bytes(dst []byte) {
	for len(dst) > 0 {
		if len(dst) >= 8 && !g.hasHalf { // two halves, low first
			binary.LittleEndian.PutUint64(dst, g.Uint64())
			dst = dst[8:]
			continue
		}
		v := g.Uint32()
		n := min(len(dst), 4)
		for i := range n {
			dst[i] = byte(v >> (8 * i))
		}
		dst = dst[n:]
	}
}

// Choice is the index of choice(a), len(a) = n >= 1.
func (g *NumPy) Choice(n int) int { return int(g.Integers(0, int64(n))) }

// ChoiceP is the index of choice(a, p=p), p summing to 1; the sum is taken from left to right.
func (g *NumPy) ChoiceP(p []float64) int {
	var total float64
	for _, v := range p {
		total += v
	}
	u := g.Float64()
	var sum float64
	for i, v := range p {
		if sum += v; sum/total > u {
			return i
		}
	}
	return len(p) - 1
}

// Advance skips n 64-bit outputs in O(log n) steps. A waiting half stays where it is.
func (g *NumPy) Advance(n uint64) {
	mulHi, mulLo := uint64(pcgMulHi), uint64(pcgMulLo) // of 2^i steps together: state*mul + add
	addHi, addLo := g.incHi, g.incLo
	for ; n > 0; n >>= 1 {
		if n&1 != 0 {
			g.hi, g.lo = mul128(g.hi, g.lo, mulHi, mulLo)
			g.hi, g.lo = add128(g.hi, g.lo, addHi, addLo)
		}
		hi, lo := mul128(addHi, addLo, mulHi, mulLo)
		addHi, addLo = add128(hi, lo, addHi, addLo)
		mulHi, mulLo = mul128(mulHi, mulLo, mulHi, mulLo)
	}
}

func mul128(aHi, aLo, bHi, bLo uint64) (hi, lo uint64) {
	hi, lo = bits.Mul64(aLo, bLo)
	return hi + aHi*bLo + aLo*bHi, lo
}

func add128(aHi, aLo, bHi, bLo uint64) (hi, lo uint64) {
	lo, carry := bits.Add64(aLo, bLo, 0)
	hi, _ = bits.Add64(aHi, bHi, carry)
	return hi, lo
}

// Shuffle is shuffle of a list of n elements.
func (g *NumPy) Shuffle(n int, swap func(i, j int)) {
	for i := n - 1; i > 0; i-- {
		swap(i, int(g.interval(uint64(i))))
	}
}

// interval draws from [0, last] by masking and rejection, as shuffle does.
func (g *NumPy) interval(last uint64) uint64 {
	if last == 0 {
		return 0
	}
	mask := uint64(1)<<bits.Len64(last) - 1
	for {
		var v uint64
		if last <= 1<<32-1 {
			v = uint64(g.Uint32()) & mask
		} else {
			v = g.Uint64() & mask
		}
		if v <= last {
			return v
		}
	}
}
