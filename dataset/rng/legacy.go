// NumPy's legacy RandomState, and how a seed of more than 32 bits is folded for it.
package rng

import "math/bits"

// Legacy is one RandomState. Copying the value saves its position.
type Legacy struct{ mt19937 }

// NewLegacy gives RandomState(seed).
func NewLegacy(seed uint32) *Legacy {
	g := new(Legacy)
	g.seedWord(seed)
	return g
}

// Fold makes of a seed the 32 bits that a RandomState takes.
func Fold(seed uint64) uint32 { return uint32(seed>>32) ^ uint32(seed) }

// RandInt is randint(lo, hi), hi exclusive; lo, with nothing drawn, when the range has one number or none. An array is repeated calls.
func (g *Legacy) RandInt(lo, hi int64) int64 {
	if hi <= lo {
		return lo
	}
	last := uint64(hi) - 1 - uint64(lo)
	if last == 0 {
		return lo
	}
	mask := uint64(1)<<bits.Len64(last) - 1
	for {
		var v uint64
		if last > 1<<32-1 {
			v = uint64(g.Uint32()) << 32
		}
		if v = (v | uint64(g.Uint32())) & mask; v <= last {
			return lo + int64(v)
		}
	}
}
