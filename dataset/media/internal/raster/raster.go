// Package raster holds pictures as bytes and resizes them to the pixel as Pillow does, whose pictures AIPerf sends.
//
//	Raster ─ Resize ─> (premultiply alpha) ─ columns, then rows, of a cubic in 22-bit fixed point ─> (divide by alpha) ─> Raster
package raster

import "fmt"

// Raster is a picture, row by row.
type Raster struct {
	Width, Height int
	Channels      int  // 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha
	Hard          bool // its values are names, of two tones or of a palette: nothing lies between them, and resizing repeats pixels
	Pix           []byte
}

// New is a black picture.
func New(width, height, channels int) *Raster {
	return &Raster{Width: width, Height: height, Channels: channels, Pix: make([]byte, width*height*channels)}
}

// Resize gives the picture another size, with the choices of Pillow's Image.resize. The same size gives the picture itself.
func (r *Raster) Resize(width, height int) (*Raster, error) {
	if width < 1 || height < 1 {
		return nil, fmt.Errorf("a picture cannot be resized to %dx%d pixels", width, height)
	}
	switch {
	case width == r.Width && height == r.Height:
		return r, nil
	case r.Hard:
		return r.nearest(width, height), nil
	case r.Channels == 2 || r.Channels == 4:
		out := r.premultiplied().cubic(width, height)
		out.unpremultiply()
		return out, nil
	default:
		return r.cubic(width, height), nil
	}
}

// RGB is the picture's colours alone, three bytes a pixel: alpha is dropped, grey is repeated.
func (r *Raster) RGB() []byte {
	if r.Channels == 3 {
		return r.Pix
	}
	out := make([]byte, 0, r.Width*r.Height*3)
	for p := 0; p < len(r.Pix); p += r.Channels {
		if r.Channels == 4 {
			out = append(out, r.Pix[p], r.Pix[p+1], r.Pix[p+2])
		} else {
			out = append(out, r.Pix[p], r.Pix[p], r.Pix[p])
		}
	}
	return out
}
