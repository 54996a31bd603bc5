// Latin hypercube designs, plain or improved by random swaps that lower the centred discrepancy.

package qmc

import (
	"math"

	"github.com/aiperf-go/aiperf/dataset/rng"
)

// LatinHypercube gives n points in d dimensions: along every axis each of the n equal slices holds one point. With improve, coordinates are
// swapped as SciPy's optimization "random-cd" swaps them.
func LatinHypercube(n, d int, improve bool, seed uint64) [][]float64 {
	g := rng.NewNumPy(seed)
	points := grid(n, d)
	for _, point := range points {
		for j := range point {
			point[j] = g.Float64()
		}
	}
	slices := make([]int, n)
	for j := range d {
		for i := range slices {
			slices[i] = i + 1
		}
		g.Shuffle(n, func(a, b int) { slices[a], slices[b] = slices[b], slices[a] })
		for i, s := range slices {
			points[i][j] = (float64(s) - points[i][j]) / float64(n)
		}
	}
	if improve && n > 1 && d > 1 {
		randomCD(points, g)
	}
	return points
}

// randomCD swaps one coordinate of two points at a time and keeps a swap that lowers the centred discrepancy.
func randomCD(points [][]float64, g *rng.NumPy) {
	n, d := len(points), len(points[0])
	best := discrepancy(points)
	s := newSwapper(points)
	for idle, tries := 0, 0; idle < cdPatience && tries < cdMaxSwaps; tries++ {
		col := int(g.Integers(0, int64(d)))
		a := int(g.Integers(0, int64(n)))
		b := int(g.Integers(0, int64(n)))
		if found := s.after(a, b, col, best); found < best {
			points[a][col], points[b][col] = points[b][col], points[a][col]
			best, idle = found, 0
		} else {
			idle++
		}
	}
}

// discrepancy is the centred L2 discrepancy. Products are rounded one by one (float64), so that no machine fuses them into other numbers.
func discrepancy(points [][]float64) float64 {
	n, d := float64(len(points)), len(points[0])
	var single, double float64
	for _, p := range points {
		prod := 1.0
		for _, x := range p {
			z := math.Abs(x - centreOfAll)
			prod *= 1 + float64(0.5*z) - float64(0.5*float64(z*z))
		}
		single += prod
	}
	for _, p := range points {
		for _, q := range points {
			prod := 1.0
			for k := range p {
				prod *= 1 + float64(0.5*math.Abs(p[k]-centreOfAll)) + float64(0.5*math.Abs(q[k]-centreOfAll)) - float64(0.5*math.Abs(p[k]-q[k]))
			}
			double += prod
		}
	}
	return math.Pow(13.0/12.0, float64(d)) - float64(2.0/n*single) + float64(1.0/(n*n)*double)
}

// swapper computes the discrepancy after a swap from the one before it, in the order of operations of SciPy: the comparison with the best so
// far is often decided by rounding.
type swapper struct {
	points [][]float64
	c1, c2 []float64
}

func newSwapper(points [][]float64) *swapper {
	return &swapper{points, make([]float64, len(points)), make([]float64, len(points))}
}

// z is a coordinate measured from the centre.
func (s *swapper) z(i, k int) float64 { return s.points[i][k] - centreOfAll }

// pairs fills c with row i's share of the double sum.
func (s *swapper) pairs(i int, c []float64) {
	n := float64(len(s.points))
	scale := 1 / float64(n*n)
	for j := range s.points {
		prod := 1.0
		for k := range s.points[j] {
			zi, zj := s.z(i, k), s.z(j, k)
			prod *= 0.5 * (2 + math.Abs(zi) + math.Abs(zj) - math.Abs(zi-zj))
		}
		c[j] = scale * prod
	}
}

// own gives the two products of one row: of 1+|z|, and of 1+|z|/2-z²/2.
func (s *swapper) own(i int) (g, h float64) {
	g, h = 1, 1
	for k := range s.points[i] {
		z := s.z(i, k)
		g *= 1 + math.Abs(z)
		h *= 1 + float64(0.5*math.Abs(z)) - float64(0.5*float64(z*z))
	}
	return g, h
}

// after is the discrepancy once rows a and b have swapped their coordinate k.
func (s *swapper) after(a, b, k int, before float64) float64 {
	n := float64(len(s.points))
	nn := float64(n * n)
	s.pairs(a, s.c1)
	s.pairs(b, s.c2)
	ga, ha := s.own(a)
	gb, hb := s.own(b)
	ownA := float64(1/nn*ga) - float64(2/n*ha)
	ownB := float64(1/nn*gb) - float64(2/n*hb)

	za, zb := s.z(a, k), s.z(b, k)
	alpha := (1 + math.Abs(zb)) / (1 + math.Abs(za))
	beta := (2 - math.Abs(zb)) / (2 - math.Abs(za))
	newA := float64(ga*alpha)/nn - float64(2*alpha*beta*ha)/n
	newB := gb/float64(nn*alpha) - float64(2*hb)/float64(n*alpha*beta)

	var sum float64
	for j := range s.points {
		if j == a || j == b {
			continue
		}
		z := s.z(j, k)
		gamma := (2 + math.Abs(zb) + math.Abs(z) - math.Abs(zb-z)) / (2 + math.Abs(za) + math.Abs(z) - math.Abs(za-z))
		sum += float64(gamma*s.c1[j]) - s.c1[j] + s.c2[j]/gamma - s.c2[j]
	}
	return before + newA - ownA + newB - ownB + float64(2*sum)
}
