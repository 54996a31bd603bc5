// Package qmc draws space-filling designs in the unit cube, number for number as SciPy's qmc module does with the same seed.
//
//	seed ─ rng.NumPy ─┬─ Sobol ──────────┐
//	                  └─ LatinHypercube ─┴─> points, one row per sample, every coordinate in [0, 1)
package qmc

// Sizes and limits.
const (
	sobolBits   = 30     // bits of a Sobol coordinate, SciPy's default
	cdMaxSwaps  = 10_000 // swaps tried by random-cd, SciPy's default
	cdPatience  = 100    // tries in a row without a gain after which random-cd stops, SciPy's default
	centreOfAll = 0.5    // centre of the unit interval, from which the centred discrepancy measures
)

// grid makes n rows of d numbers in one block.
func grid(n, d int) [][]float64 {
	block := make([]float64, n*d)
	rows := make([][]float64, n)
	for i := range rows {
		rows[i] = block[i*d : (i+1)*d : (i+1)*d]
	}
	return rows
}
