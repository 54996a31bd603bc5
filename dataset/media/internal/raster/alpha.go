// Colours times alpha and back, with Pillow's rounding.
package raster

// premultiplied is the picture with its colours times alpha / 255, rounded to nearest.
func (r *Raster) premultiplied() *Raster {
	out := New(r.Width, r.Height, r.Channels)
	last := r.Channels - 1
	for p := 0; p < len(r.Pix); p += r.Channels {
		alpha := uint32(r.Pix[p+last])
		for c := range last {
			v := uint32(r.Pix[p+c])*alpha + 128
			out.Pix[p+c] = byte((v>>8 + v) >> 8)
		}
		out.Pix[p+last] = byte(alpha)
	}
	return out
}

// unpremultiply divides the colours by alpha / 255, in place, cut to whole numbers.
func (r *Raster) unpremultiply() {
	last := r.Channels - 1
	for p := 0; p < len(r.Pix); p += r.Channels {
		alpha := uint32(r.Pix[p+last])
		if alpha == 0 || alpha == 255 {
			continue
		}
		for c := range last {
			r.Pix[p+c] = byte(min(255*uint32(r.Pix[p+c])/alpha, 255))
		}
	}
}
