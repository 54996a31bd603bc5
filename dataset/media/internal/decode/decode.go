// Package decode reads pictures from files into rasters, as Pillow sees them.
//
//	bytes ─ Kind: signature ─> png, jpeg, gif ─ Size: header ─ Picture ─> Raster
//
// What Pillow reads and this package does not is told by its name, so that it is never left out in silence.
package decode

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"github.com/aiperf-go/aiperf/dataset/media/internal/jpegdec"
	"github.com/aiperf-go/aiperf/dataset/media/internal/raster"
)

// Bounds.
const (
	SniffLength = 32       // bytes of a file that Kind looks at
	MaxPixels   = 64 << 20 // of a picture: decoded, its colours take 192 MiB
)

// ErrForeign is a picture that other programs read and this one does not.
var ErrForeign = errors.New("only png, jpeg and gif pictures are read: convert it, or take it out of the folder")

// kinds are the formats that are read.
var kinds = []struct {
	name, signature string
	size            func(io.Reader) (image.Config, error)
	picture         func(data []byte) (*raster.Raster, error)
}{
	{"png", "\x89PNG\r\n\x1a\n", png.DecodeConfig, readPNG},
	{"jpeg", "\xff\xd8\xff", jpeg.DecodeConfig, jpegdec.Decode},
	{"gif", "GIF8", gif.DecodeConfig, readGIF},
}

// foreign are formats that are only recognised.
var foreign = []struct {
	name      string
	at        int
	signature string
}{
	{"webp", 8, "WEBP"},
	{"avif", 4, "ftypavif"},
	{"avif", 4, "ftypavis"},
	{"jpeg 2000", 0, "\x00\x00\x00\x0cjP  "},
	{"jpeg 2000", 0, "\xff\x4f\xff\x51"},
	{"tiff", 0, "II*\x00"},
	{"tiff", 0, "MM\x00*"},
	{"tiff", 0, "II+\x00"},
	{"bmp", 0, "BM"},
	{"ico", 0, "\x00\x00\x01\x00"},
	{"cur", 0, "\x00\x00\x02\x00"},
	{"icns", 0, "icns"},
	{"psd", 0, "8BPS"},
	{"qoi", 0, "qoif"},
	{"dds", 0, "DDS "},
	{"sgi", 0, "\x01\xda"},
	{"pnm", 0, "P1\n"},
	{"pnm", 0, "P2\n"},
	{"pnm", 0, "P3\n"},
	{"pnm", 0, "P4\n"},
	{"pnm", 0, "P5\n"},
	{"pnm", 0, "P6\n"},
}

// Kind says which format begins with these bytes: "" for none that is known, and ErrForeign for one that is not read.
func Kind(head []byte) (string, error) {
	for _, k := range kinds {
		if bytes.HasPrefix(head, []byte(k.signature)) {
			return k.name, nil
		}
	}
	for _, f := range foreign {
		if len(head) > f.at && bytes.HasPrefix(head[f.at:], []byte(f.signature)) {
			return f.name, fmt.Errorf("a %s file: %w", f.name, ErrForeign)
		}
	}
	return "", nil
}

// Size reads width and height from a file's header. A kind of picture that the decoder does not know is ErrForeign.
func Size(file io.Reader) (width, height int, err error) {
	head := bufio.NewReader(file)
	for _, k := range kinds {
		if start, _ := head.Peek(len(k.signature)); string(start) != k.signature {
			continue
		}
		c, err := k.size(head)
		var unsupportedJPEG jpeg.UnsupportedError
		var unsupportedPNG png.UnsupportedError
		if errors.As(err, &unsupportedJPEG) || errors.As(err, &unsupportedPNG) {
			err = fmt.Errorf("%w: %w", err, ErrForeign)
		}
		return c.Width, c.Height, err
	}
	return 0, 0, image.ErrFormat
}

// Picture reads a whole file of at most MaxPixels.
func Picture(data []byte) (*raster.Raster, error) {
	width, height, err := Size(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	if int64(width)*int64(height) > MaxPixels {
		return nil, fmt.Errorf("it has %dx%d pixels, and at most %d are read: make it smaller", width, height, MaxPixels)
	}
	for _, k := range kinds {
		if bytes.HasPrefix(data, []byte(k.signature)) {
			return k.picture(data)
		}
	}
	return nil, image.ErrFormat
}

// readPNG reads a PNG file. Samples of 16 bits lose their lower half.
func readPNG(data []byte) (*raster.Raster, error) {
	m, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	const depthAt, colourAt = 24, 25 // in the header chunk, which is the first
	const greyColour, greyAlphaColour = 0, 4
	colour := data[colourAt]
	switch m := m.(type) {
	case *image.Gray:
		r := take(m.Bounds(), m.Pix, m.Stride, 1, 0)
		r.Hard = data[depthAt] == 1 // two tones
		return r, nil
	case *image.Gray16:
		return take(m.Bounds(), m.Pix, m.Stride, 2, 0), nil
	case *image.RGBA: // opaque
		return take(m.Bounds(), m.Pix, m.Stride, 4, 0, 1, 2), nil
	case *image.RGBA64:
		return take(m.Bounds(), m.Pix, m.Stride, 8, 0, 2, 4), nil
	case *image.NRGBA:
		if colour == greyAlphaColour || colour == greyColour {
			return take(m.Bounds(), m.Pix, m.Stride, 4, 0, 3), nil
		}
		return take(m.Bounds(), m.Pix, m.Stride, 4, 0, 1, 2, 3), nil
	case *image.NRGBA64:
		if colour == greyAlphaColour || colour == greyColour {
			return take(m.Bounds(), m.Pix, m.Stride, 8, 0, 6), nil
		}
		return take(m.Bounds(), m.Pix, m.Stride, 8, 0, 2, 4, 6), nil
	case *image.Paletted:
		return indexed(m, m.Bounds()), nil
	default:
		return nil, fmt.Errorf("a png picture of %T is of no known kind", m)
	}
}

// readGIF reads the first picture of a GIF file, on the file's whole area.
func readGIF(data []byte) (*raster.Raster, error) {
	c, err := gif.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	first, err := gif.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	area := image.Rect(0, 0, c.Width, c.Height)
	m, ok := first.(*image.Paletted)
	if !ok || !m.Bounds().In(area) {
		return nil, fmt.Errorf("a gif picture lies outside its file's %dx%d", c.Width, c.Height)
	}
	if m.Bounds() == area && isGreyRamp(m.Palette) {
		return take(area, m.Pix, m.Stride, 1, 0), nil
	}
	return indexed(m, area), nil
}

// isGreyRamp tells a palette whose entries are their own numbers as greys: such a picture has values to blend.
func isGreyRamp(p color.Palette) bool {
	for i, c := range p {
		if (color.NRGBAModel.Convert(c) != color.NRGBA{byte(i), byte(i), byte(i), 255}) {
			return false
		}
	}
	return true
}

// take copies the bytes at the given places of every pixel.
func take(area image.Rectangle, pix []byte, stride, step int, places ...int) *raster.Raster {
	r := raster.New(area.Dx(), area.Dy(), len(places))
	at := 0
	for y := range r.Height {
		row := pix[y*stride:]
		for x := range r.Width {
			for _, p := range places {
				r.Pix[at] = row[x*step+p]
				at++
			}
		}
	}
	return r
}

// indexed looks the pixels up in their palette: with alpha where an entry has it. What lies outside the picture is clear.
func indexed(m *image.Paletted, area image.Rectangle) *raster.Raster {
	var table [256]color.NRGBA
	channels := 3
	if m.Bounds() != area {
		channels = 4
	}
	for i, c := range m.Palette {
		table[i] = color.NRGBAModel.Convert(c).(color.NRGBA)
		if table[i].A != 255 {
			channels = 4
		}
	}
	r := raster.New(area.Dx(), area.Dy(), channels)
	r.Hard = true
	for y := m.Rect.Min.Y; y < m.Rect.Max.Y; y++ {
		for x := m.Rect.Min.X; x < m.Rect.Max.X; x++ {
			c := table[m.ColorIndexAt(x, y)]
			pixel := [4]byte{c.R, c.G, c.B, c.A}
			copy(r.Pix[(y*r.Width+x)*channels:][:channels], pixel[:])
		}
	}
	return r
}
