// Sobol sequences: SciPy's engine with 30 bits, with its linear matrix scramble and digital shift.

package qmc

import (
	"fmt"
	"math/bits"

	"github.com/aiperf-go/aiperf/dataset/rng"
)

// Sobol gives the first n points of the sequence in d dimensions. Unscrambled, the first point is the lower corner.
func Sobol(n, d int, scramble bool, seed uint64) ([][]float64, error) {
	if d > len(directions) {
		return nil, fmt.Errorf("a sobol design of %d dimensions: at most %d are supported", d, len(directions))
	}
	if n > 1<<sobolBits {
		return nil, fmt.Errorf("a sobol design of %d points: the sequence has %d", n, 1<<sobolBits)
	}
	vectors := sobolVectors(d)
	shift := make([]uint32, d)
	if scramble {
		scrambleSobol(vectors, shift, rng.NewNumPy(seed))
	}
	points := grid(n, d)
	for i, point := range points {
		if i > 0 {
			bit := bits.TrailingZeros32(^uint32(i - 1)) // Gray code: the lowest zero of the counter says which vector to add
			for j := range shift {
				shift[j] ^= vectors[j][bit]
			}
		}
		for j := range point {
			point[j] = float64(shift[j]) / (1 << sobolBits)
		}
	}
	return points, nil
}

// sobolVectors extends each dimension's numbers by its recurrence and puts every number at its binary place.
func sobolVectors(d int) [][sobolBits]uint32 {
	vectors := make([][sobolBits]uint32, d)
	for j := range vectors {
		v, dir := &vectors[j], directions[j]
		degree := len(dir.m)
		copy(v[:], dir.m)
		for k := degree; k < sobolBits; k++ {
			if degree == 0 {
				v[k] = 1
				continue
			}
			next := v[k-degree]
			for i := range degree {
				if dir.poly>>(degree-1-i)&1 == 1 {
					next ^= v[k-i-1] << (i + 1)
				}
			}
			v[k] = next
		}
		for k := range v {
			v[k] <<= sobolBits - 1 - k
		}
	}
	return vectors
}

// scrambleSobol multiplies every vector by a random lower triangular matrix of bits and draws the shift.
func scrambleSobol(vectors [][sobolBits]uint32, shift []uint32, g *rng.NumPy) {
	for j := range shift {
		for k := range sobolBits {
			shift[j] |= uint32(g.Integers(0, 2)) << k
		}
	}
	for j := range vectors {
		var rows [sobolBits]uint32 // a row's first column is its highest bit
		for r := range rows {
			for c := range sobolBits {
				bit := uint32(g.Integers(0, 2)) // drawn for the whole square, kept below the diagonal
				if c < r {
					rows[r] |= bit << (sobolBits - 1 - c)
				}
			}
			rows[r] |= 1 << (sobolBits - 1 - r)
		}
		for k, v := range vectors[j] {
			var mixed uint32
			for r, row := range rows {
				mixed |= uint32(bits.OnesCount32(row&v)&1) << (sobolBits - 1 - r)
			}
			vectors[j][k] = mixed
		}
	}
}
