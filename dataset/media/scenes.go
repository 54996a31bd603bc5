// The four built-in source pictures, painted in whole numbers so that they are the same on every machine. They are not AIPerf's photographs:
// which of the four is used, and at which size, is AIPerf's.
package media

import (
	"math/bits"

	"github.com/aiperf-go/aiperf/dataset/media/internal/raster"
)

// painters give the colour of a pixel.
var painters = [4]func(x, y int) (r, g, b int){hills, tiles, rings, cloth}

// scenes are the built-in sources.
func scenes() []*source {
	out := make([]*source, len(painters))
	for i, paint := range painters {
		out[i] = &source{open: func() (*raster.Raster, error) { return painted(paint), nil }}
		out[i].keep.Store(true)
	}
	return out
}

func painted(paint func(x, y int) (r, g, b int)) *raster.Raster {
	p := raster.New(sceneWidth, sceneHeight, 3)
	at := 0
	for y := range sceneHeight {
		for x := range sceneWidth {
			r, g, b := paint(x, y)
			p.Pix[at], p.Pix[at+1], p.Pix[at+2] = level(r), level(g), level(b)
			at += 3
		}
	}
	return p
}

func level(v int) byte { return byte(min(max(v, 0), 255)) }

// hills is a sky above three ridges.
func hills(x, y int) (r, g, b int) {
	for i := 2; i >= 0; i-- { // the nearest first
		ridge := 300 + 140*i + waves(x, 190+70*i, 90-20*i, i)
		if y >= ridge {
			depth := min((y-ridge)/3, 60)
			grain := speckle(x/2, y/2, i) >> 4
			return 40 + 30*i - depth/2 + grain, 110 + 25*i - depth + grain, 60 + 5*i - depth/2 + grain
		}
	}
	cloud := max(waves(x+y, 310, 40, 5)+waves(x-2*y, 170, 30, 6)-20, 0)
	return 90 + y/4 + cloud, 150 + y/6 + cloud, 230 - y/10 + cloud/2
}

// tiles is a wall of bricks, no two of one colour.
func tiles(x, y int) (r, g, b int) {
	const wide, high, gap = 96, 48, 6
	row := y / high
	x += row % 2 * (wide / 2)
	if x%wide < gap || y%high < gap {
		v := 170 + speckle(x, y, 9)>>4
		return v, v, v - 12
	}
	tone := speckle(x/wide, row, 3)
	grain := speckle(x/3, y/3, 4) >> 3
	return 120 + tone/3 + grain, 50 + tone/5 + grain, 40 + tone/7 + grain
}

// rings is circles around three centres, laid over each other.
func rings(x, y int) (r, g, b int) {
	far := func(cx, cy int) int { return root((x-cx)*(x-cx) + (y-cy)*(y-cy)) }
	return triangle(far(260, 200), 64), triangle(far(760, 330), 48), triangle(far(480, 640), 80)
}

// cloth is a woven plaid.
func cloth(x, y int) (r, g, b int) {
	warp, weft := triangle(x, 160), triangle(y, 120)
	thread := (x + y) % 4 * 12
	if (x/4+y/4)%2 == 0 {
		return warp - thread, 40 + warp/3 - thread, 90 + weft/4
	}
	return 30 + weft/3, weft/2 + 20 - thread, weft - thread
}

// waves is a smooth curve of that length and height: two parabolas to a period.
func waves(x, length, height, shift int) int {
	x = ((x+shift*53)%length + length) % length
	half := length / 2
	p := x % half
	v := height * 4 * p * (half - p) / (half * half)
	if x >= half {
		return -v
	}
	return v
}

// triangle rises from 0 to 255 and falls again within a period.
func triangle(x, period int) int {
	x = x % period * 510 / period
	return min(x, 510-x)
}

// speckle is a number from 0 to 255 that looks like chance.
func speckle(x, y, salt int) int {
	v := uint32(x)*0x9e3779b1 ^ uint32(y)*0x85ebca6b ^ uint32(salt)*0xc2b2ae35
	v ^= v >> 15
	v *= 0x2c1b3c6d
	return int(v >> 24)
}

// root is the whole part of a square root.
func root(v int) int {
	if v < 2 {
		return v
	}
	r := 1 << ((bits.Len(uint(v)) + 1) / 2)
	for {
		next := (r + v/r) / 2
		if next >= r {
			return r
		}
		r = next
	}
}
