// Sorting in linear time: least significant byte first, over the bytes in which the keys differ. Curves of millions of events depend on it.
package metrics

import (
	"math"
	"math/bits"
	"slices"
)

// sortKey orders like the float it comes from; NaN is not expected.
func sortKey(f float64) uint64 {
	b := math.Float64bits(f + 0) // -0 and 0 are the same key
	if b>>63 != 0 {
		return ^b
	}
	return b | 1<<63
}

// sortStable sorts by key, keeping the order of equal keys. It uses both slices, which have the same length, and returns the sorted one.
func sortStable[E any](a, scratch []E, key func(E) float64) []E {
	if len(a) < radixFrom {
		slices.SortStableFunc(a, func(x, y E) int {
			switch kx, ky := key(x), key(y); {
			case kx < ky:
				return -1
			case kx > ky:
				return 1
			}
			return 0
		})
		return a
	}
	low, high := ^uint64(0), uint64(0)
	for _, e := range a {
		k := sortKey(key(e))
		low, high = min(low, k), max(high, k)
	}
	passes := (bits.Len64(high-low) + radixBits - 1) / radixBits
	var counts [(64 + radixBits - 1) / radixBits][1 << radixBits]int
	for _, e := range a { // one reading counts for all passes
		k := sortKey(key(e)) - low
		for p := range passes {
			counts[p][k&(1<<radixBits-1)]++
			k >>= radixBits
		}
	}
	b := scratch[:len(a)]
	for p := range passes {
		start, at := &counts[p], 0
		if alike(start[:], len(a)) {
			continue
		}
		for i, n := range start {
			start[i] = at
			at += n
		}
		shift := p * radixBits
		for _, e := range a {
			i := (sortKey(key(e)) - low) >> shift & (1<<radixBits - 1)
			b[start[i]] = e
			start[i]++
		}
		a, b = b, a
	}
	return a
}

// alike reports whether all n keys are in one bucket, so that a pass would change nothing.
func alike(counts []int, n int) bool {
	for _, c := range counts {
		if c != 0 {
			return c == n
		}
	}
	return true
}

// sortFloats sorts in place.
func sortFloats(a []float64) {
	if len(a) < radixFrom {
		slices.Sort(a)
		return
	}
	if sorted := sortStable(a, make([]float64, len(a)), func(f float64) float64 { return f }); &sorted[0] != &a[0] {
		copy(a, sorted)
	}
}
