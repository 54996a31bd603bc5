// Planes to pixels: smaller planes are enlarged smoothly, then every pixel is converted to RGB, both as libjpeg does it.
package jpegdec

import "github.com/aiperf-go/aiperf/dataset/media/internal/raster"

// Planes no wider than this are enlarged by repeating, as in libjpeg.
const smoothWiderThan = 2

// plane is the samples of a component.
type plane struct {
	*component
	ratioX, ratioY int // pixels to a sample
	stride         int
	pix            []byte
	line           []byte  // one line at full size
	sums           []int32 // of one line
}

// picture makes the pixels.
func (d *decoder) picture() (*raster.Raster, error) {
	planes := make([]plane, len(d.components))
	for i := range planes {
		c := &d.components[i]
		if c.step == nil {
			return nil, errBad // no scan has it
		}
		planes[i] = d.plane(c)
	}
	channels := min(len(planes), 3)
	r := raster.New(d.width, d.height, channels)
	convert := d.conversion()
	var pixel [4]byte
	for y := range d.height {
		for i := range planes {
			planes[i].enlarge(y)
		}
		row := r.Pix[y*d.width*channels:][:d.width*channels]
		for x := range d.width {
			for i := range planes {
				pixel[i] = planes[i].line[x]
			}
			convert(&pixel)
			copy(row[x*channels:][:channels], pixel[:])
		}
	}
	return r, nil
}

// conversion is what makes grey or RGB of a pixel's samples, in place. What they are is said by Adobe's marker, by JFIF's, or by their names.
func (d *decoder) conversion() func(*[4]byte) {
	c := d.components
	switch {
	case len(c) == 1:
		return func(*[4]byte) {}
	case len(c) == 4 && d.adobe > 0:
		return fromYCCK
	case len(c) == 4:
		return fromInks
	case d.jfif, d.adobe > 0, d.adobe < 0 && !(c[0].id == 'R' && c[1].id == 'G' && c[2].id == 'B'):
		return fromYCbCr
	default:
		return func(*[4]byte) {}
	}
}

// plane transforms a component's blocks.
func (d *decoder) plane(c *component) plane {
	p := plane{component: c, ratioX: d.h / c.h, ratioY: d.v / c.v, stride: c.across * blockSide, sums: make([]int32, c.wide)}
	p.pix = make([]byte, p.stride*c.down*blockSide)
	p.line = make([]byte, c.wide*p.ratioX)
	for y := range c.down {
		for x := range c.across {
			inverse(p.pix[y*blockSide*p.stride+x*blockSide:], p.stride, (*[blockSize]int16)(c.coefficient[(y*c.across+x)*blockSize:]), c.step)
		}
	}
	return p
}

// row is one line of samples, the last ones for those beyond.
func (p *plane) row(y int) []byte {
	y = min(max(y, 0), p.high-1)
	return p.pix[y*p.stride:][:p.wide]
}

// other is the second nearest line of a plane of half the height: the one above for even lines, the one below for odd ones.
func (p *plane) other(y int) []byte { return p.row(y/2 - 1 + y&1*2) }

// enlarge makes line y at full size.
func (p *plane) enlarge(y int) {
	row := p.row(y / p.ratioY)
	smooth := p.wide > smoothWiderThan
	switch {
	case p.ratioX == 1 && p.ratioY == 1:
		copy(p.line, row)
	case p.ratioX == 1 && p.ratioY == 2:
		far, bias := p.other(y), int32(1+y&1)
		for x, v := range row {
			p.line[x] = byte((3*int32(v) + int32(far[x]) + bias) >> 2)
		}
	case p.ratioX == 2 && p.ratioY == 1 && smooth:
		for x, v := range row {
			p.sums[x] = int32(v)
		}
		p.widen(1, 2, 2)
	case p.ratioX == 2 && p.ratioY == 2 && smooth:
		far := p.other(y)
		for x, v := range row {
			p.sums[x] = 3*int32(v) + int32(far[x])
		}
		p.widen(8, 7, 4)
	default:
		for x := range p.line {
			p.line[x] = row[x/p.ratioX]
		}
	}
}

// widen doubles the sums: each value three parts of the near one and one of the far one, rounded by turns up and down.
func (p *plane) widen(even, odd int32, shift uint) {
	last := len(p.sums) - 1
	for x, v := range p.sums {
		left, right := p.sums[max(x-1, 0)], p.sums[min(x+1, last)]
		p.line[2*x] = byte((3*v + left + even) >> shift)
		p.line[2*x+1] = byte((3*v + right + odd) >> shift)
	}
}

// fromYCbCr converts in 16-bit fixed point.
func fromYCbCr(p *[4]byte) {
	const half = 1 << 15
	y, cb, cr := int32(p[0]), int32(p[1])-128, int32(p[2])-128
	p[0] = clamp(y + (91881*cr+half)>>16)           // 1.40200
	p[1] = clamp(y + (-22554*cb-46802*cr+half)>>16) // 0.34414, 0.71414
	p[2] = clamp(y + (116130*cb+half)>>16)          // 1.77200
}

func clamp(v int32) byte { return byte(min(max(v, 0), 255)) }

// fromYCCK converts inks that were stored as brightness and colour.
func fromYCCK(p *[4]byte) {
	fromYCbCr(p)
	for i := range 3 {
		p[i] = ^p[i]
	}
	fromInks(p)
}

// fromInks converts inks, which files hold upside down: 255 is no ink.
func fromInks(p *[4]byte) {
	light := uint32(p[3])
	for i := range 3 {
		taken := uint32(^p[i])*light + 128
		p[i] = byte(light - (taken>>8+taken)>>8)
	}
}
