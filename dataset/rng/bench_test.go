// What each kind of draw costs.
package rng

import "testing"

func BenchmarkDraw(b *testing.B) {
	p, g, l := NewPython(42), NewNumPy(42), NewLegacy(42)
	pixels := make([]byte, 3*512*512)
	shares := []float64{0.3, 0.1, 0.4, 0.2}
	n := list(100)
	swap := func(i, j int) { n[i], n[j] = n[j], n[i] }
	for _, row := range []struct {
		name string
		draw func()
	}{
		{"python/float", func() { p.Float64() }},
		{"python/below", func() { p.Below(1138441) }},
		{"python/gauss", func() { p.Gauss(0, 1) }},
		{"python/positive-normal", func() { p.PositiveNormal(550, 100) }},
		{"python/exponential", func() { p.Exponential(10) }},
		{"python/gamma-0.5", func() { p.Gamma(0.5, 0.2) }},
		{"python/gamma-2", func() { p.Gamma(2, 0.05) }},
		{"python/shuffle-100", func() { p.Shuffle(100, swap) }},
		{"python/seed", func() { p.Seed(42) }},
		{"numpy/float", func() { g.Float64() }},
		{"numpy/integers", func() { g.Integers(0, 200019) }},
		{"numpy/normal", func() { g.Normal(0, 1) }},
		{"numpy/choice-p", func() { g.ChoiceP(shares) }},
		{"numpy/shuffle-100", func() { g.Shuffle(100, swap) }},
		{"numpy/bytes-512x512x3", func() { g.Bytes(pixels) }},
		{"numpy/advance-2^40", func() { g.Advance(1 << 40) }},
		{"numpy/seed", func() { *g = *NewNumPy(42) }},
		{"legacy/randint", func() { l.RandInt(0, 200019) }},
	} {
		b.Run(row.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				row.draw()
			}
		})
	}
}
