// Package jpegenc writes baseline JPEG files, byte for byte those of libjpeg-turbo at quality 85 with full-size chroma: what AIPerf sends.
//
//	RGB rows ─ colour.go ─> Y, Cb, Cr samples of a block ─ dct.go ─> coefficients, quantised ─ huffman.go ─> bits ─> file
//
// Go's own image/jpeg halves the chroma and has other tables, so its files are other requests.
package jpegenc

import "fmt"

const (
	blockSide = 8
	blockSize = blockSide * blockSide
	// MaxSide is libjpeg's limit on width and height, a little under the format's.
	MaxSide = 65500
)

// Append appends the file of a picture of width*height RGB pixels, row by row.
func Append(dst []byte, width, height int, rgb []byte) ([]byte, error) {
	if width < 1 || height < 1 || width > MaxSide || height > MaxSide {
		return dst, fmt.Errorf("a jpeg picture has 1 to %d pixels a side, not %dx%d: ask for another size or for png", MaxSide, width, height)
	}
	if len(rgb) != width*height*3 {
		return dst, fmt.Errorf("a picture of %dx%d has %d bytes of pixels, not %d", width, height, width*height*3, len(rgb))
	}
	dst = appendHeaders(dst, width, height)
	w := writer{out: dst}
	var planes [components][blockSize]int16
	var last [components]int32 // DC of the block before
	for y := 0; y < height; y += blockSide {
		for x := 0; x < width; x += blockSide {
			load(&planes, rgb, width, height, x, y)
			for c := range planes {
				forward(&planes[c])
				quantise(&planes[c], &divisors[tableOf[c]])
				last[c] = w.block(&planes[c], last[c], &codes[tableOf[c]])
			}
		}
	}
	w.flush()
	return append(w.out, 0xff, markerEnd), nil
}
