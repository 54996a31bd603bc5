// Bicubic resizing with a filter as wide as the shrinking asks, each pass rounded to 8 bits, as Pillow computes it.
package raster

import "math"

const (
	weightBits = 22   // fraction bits of a weight: 32, less 8 of a sample and 2 for weights beyond 1
	cubicA     = -0.5 // the cubic's free parameter
	cubicReach = 2.0  // pixels to each side that the unshrunk filter looks at
	tallerThan = 100  // pictures this many times taller than wide shrink their height first
)

// cubicWeight is the filter at distance x.
func cubicWeight(x float64) float64 {
	x = math.Abs(x)
	switch {
	case x < 1:
		return float64(float64((float64((cubicA+2)*x)-(cubicA+3))*x)*x) + 1
	case x < 2:
		return (float64((float64((x-5)*x)+8)*x) - 4) * cubicA
	default:
		return 0
	}
}

// window is the input pixels of one output pixel: the first, and a weight for each.
type window struct {
	first   int
	weights []int32
}

// windows are those of resizing a line from one length to another.
func windows(from, to int) []window {
	ratio := float64(from) / float64(to)
	stretch := max(ratio, 1)
	reach := cubicReach * stretch
	inverse := 1 / stretch
	out := make([]window, to)
	size := 2*int(math.Ceil(reach)) + 1
	flat := make([]int32, 0, to*min(size, from))
	exact := make([]float64, size)
	for i := range out {
		centre := float64((float64(i) + 0.5) * ratio)
		first := max(int(centre-reach+0.5), 0)
		n := min(int(centre+reach+0.5), from) - first
		sum := 0.0
		for x := range n {
			exact[x] = cubicWeight((float64(x+first) - centre + 0.5) * inverse)
			sum += exact[x]
		}
		start := len(flat)
		for _, w := range exact[:n] {
			if sum != 0 {
				w /= sum
			}
			flat = append(flat, int32(math.Round(w*(1<<weightBits))))
		}
		out[i] = window{first, flat[start:len(flat):len(flat)]}
	}
	return out
}

// cubic resizes all channels alike.
func (r *Raster) cubic(width, height int) *Raster {
	if r.Height > r.Width*tallerThan && height < r.Height {
		return r.rows(height).columns(width)
	}
	return r.columns(width).rows(height)
}

// columns resizes every row to a width.
func (r *Raster) columns(width int) *Raster {
	if width == r.Width {
		return r
	}
	out := New(width, r.Height, r.Channels)
	all := windows(r.Width, width)
	channels := r.Channels
	at := 0
	for y := range r.Height {
		row := r.Pix[y*r.Width*channels:][:r.Width*channels]
		for i := range all {
			w := &all[i]
			for c := range channels {
				sum := int32(1 << (weightBits - 1))
				p := w.first*channels + c
				for _, k := range w.weights {
					sum += int32(row[p]) * k
					p += channels
				}
				out.Pix[at] = clip(sum)
				at++
			}
		}
	}
	return out
}

// rows resizes every column to a height.
func (r *Raster) rows(height int) *Raster {
	if height == r.Height {
		return r
	}
	out := New(r.Width, height, r.Channels)
	stride := r.Width * r.Channels
	sums := make([]int32, stride)
	for y, w := range windows(r.Height, height) {
		for i := range sums {
			sums[i] = 1 << (weightBits - 1)
		}
		for j, k := range w.weights {
			for i, v := range r.Pix[(w.first+j)*stride:][:stride] {
				sums[i] += int32(v) * k
			}
		}
		line := out.Pix[y*stride:][:stride]
		for i, sum := range sums {
			line[i] = clip(sum)
		}
	}
	return out
}

// clip cuts a weighted sum to a byte.
func clip(sum int32) byte { return byte(min(max(sum>>weightBits, 0), 255)) }

// nearest resizes by repeating and leaving out pixels. The position is added up, as Pillow does, so its rounding errors are the same.
func (r *Raster) nearest(width, height int) *Raster {
	out := New(width, height, r.Channels)
	out.Hard = true
	stepX, stepY := float64(r.Width)/float64(width), float64(r.Height)/float64(height)
	from := make([]int, width)
	x := stepX * 0.5
	for i := range from {
		from[i] = min(int(x), r.Width-1)
		x += stepX
	}
	at := 0
	y := stepY * 0.5
	for range height {
		row := r.Pix[min(int(y), r.Height-1)*r.Width*r.Channels:]
		for _, p := range from {
			at += copy(out.Pix[at:at+r.Channels], row[p*r.Channels:])
		}
		y += stepY
	}
	return out
}
