// NumPy's standard normal: the ziggurat of 256 layers, one 64-bit output for 98.8 % of the numbers.
package rng

import "math"

// Where the tail begins, and its reciprocal as NumPy has it.
const (
	zigguratTail        = 3.6541528853610087963519472518
	zigguratTailInverse = 0.27366123732975827203338247596
)

// Normal is normal(mean, stddev); an array is repeated calls.
func (g *NumPy) Normal(mean, stddev float64) float64 {
	return mean + float64(stddev*g.standardNormal())
}

func (g *NumPy) standardNormal() float64 {
	for {
		r := g.Uint64()
		layer := uint8(r)
		r >>= 8
		sign := r << 63
		magnitude := r >> 1 & (1<<52 - 1)
		x := math.Float64frombits(math.Float64bits(float64(magnitude)*math.Float64frombits(zigguratWidth[layer])) | sign)
		if magnitude < zigguratKeep[layer] {
			return x
		}
		if layer == 0 {
			return g.normalTail(magnitude>>8&1 != 0)
		}
		low := math.Float64frombits(zigguratHeight[layer])
		step := math.Float64frombits(zigguratHeight[layer-1]) - low
		if float64(step*g.Float64())+low < Exp(float64(-0.5*x*x)) {
			return x
		}
	}
}

// normalTail draws from beyond the last layer.
func (g *NumPy) normalTail(negative bool) float64 {
	for {
		x := float64(-zigguratTailInverse * log1pGlibc(-g.Float64()))
		y := -log1pGlibc(-g.Float64())
		if y+y > float64(x*x) {
			if x += zigguratTail; negative {
				return -x
			}
			return x
		}
	}
}
