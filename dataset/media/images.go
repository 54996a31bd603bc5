// Pictures: what is drawn for each, and how a drawn one becomes a data URI.
package media

import (
	"encoding/base64"
	"fmt"
	"math"
	"sync"

	"github.com/aiperf-go/aiperf/dataset"
	"github.com/aiperf-go/aiperf/dataset/media/internal/jpegenc"
	"github.com/aiperf-go/aiperf/dataset/media/internal/pngenc"
	"github.com/aiperf-go/aiperf/dataset/media/internal/raster"
	"github.com/aiperf-go/aiperf/dataset/rng"
)

const (
	formatPNG    = "png"
	formatJPEG   = "jpeg"
	formatRandom = "random"

	sourceNoise  = "noise"
	sourceAssets = "assets"
)

// Images makes pictures. Draw belongs to one goroutine; Render to all.
type Images struct {
	format              string
	width, height       dataset.Spread // whole numbers
	dimensions, formats *rng.Python
	noise               *rng.NumPy // nil when pictures come from a gallery
	odd                 bool       // half of an output of noise is waiting
	gallery             *gallery
	scratch             sync.Pool // of *scratch
}

// Image is a drawn picture: everything that decides it.
type Image struct {
	width, height int
	jpeg          bool
	noise         rng.NumPy // where its pixels begin, without a source
	from          *source
}

// scratch is what a rendering needs and the next one can use again.
type scratch struct {
	pixels, file []byte
	png          pngenc.Encoder
}

// NewImages prepares the draws of a run. With a batch of 0 nothing will be drawn, and a folder is not looked at.
func NewImages(o ImageOptions, root rng.Root) (*Images, error) {
	g := &Images{
		format:     o.Format,
		width:      whole(o.Width),
		height:     whole(o.Height),
		dimensions: root.Derive(rng.ImageSize).Python(),
		formats:    root.Derive(rng.ImageFormat).Python(),
	}
	g.scratch.New = func() any { return new(scratch) }
	if err := o.check(); err != nil {
		return nil, fmt.Errorf("make pictures: %w", err)
	}
	if o.Batch <= 0 {
		return g, nil
	}
	if o.Source == sourceNoise {
		g.noise = root.Derive(rng.ImageNoise).NumPy()
		return g, nil
	}
	sources := scenes()
	if o.Source != sourceAssets {
		var err error
		if sources, err = folder(o.Source); err != nil {
			return nil, fmt.Errorf("make pictures: %w", err)
		}
	}
	g.gallery = newGallery(sources, o.Sampling, root.Derive(rng.ImageSource))
	return g, nil
}

// check says what is wrong with the options.
func (o *ImageOptions) check() error {
	switch o.Format {
	case formatPNG, formatJPEG, formatRandom:
	default:
		return fmt.Errorf("image format %q is not one of png, jpeg, random", o.Format)
	}
	if o.Source == "" {
		return fmt.Errorf("the image source is empty: give noise, assets or a folder of pictures")
	}
	switch o.Sampling {
	case withReplacement, "":
	case shuffleCycle, sequentialCycle:
		if o.Source == sourceNoise {
			return fmt.Errorf("image source sampling %q needs source pictures: noise has none, give assets or a folder", o.Sampling)
		}
	default:
		return fmt.Errorf("image source sampling %q is not one of %s, %s, %s", o.Sampling, withReplacement, shuffleCycle, sequentialCycle)
	}
	if err := checkSpread("image width", "pixels", o.Width, maxSpread); err != nil {
		return err
	}
	if err := checkSpread("image height", "pixels", o.Height, maxSpread); err != nil {
		return err
	}
	return checkSize(int(max(o.Width.Mean, 1)), int(max(o.Height.Mean, 1)), o.Format == formatJPEG)
}

// checkSize refuses pictures that would be too large to make.
func checkSize(width, height int, asJPEG bool) error {
	switch {
	case int64(width)*int64(height) > maxPixels:
		return fmt.Errorf("a picture of %dx%d is too large to make: at most %d pixels, give a smaller width or height", width, height, maxPixels)
	case asJPEG && max(width, height) > jpegenc.MaxSide:
		return fmt.Errorf("a jpeg picture has at most %d pixels a side, not %dx%d: give a smaller size or png", jpegenc.MaxSide, width, height)
	default:
		return nil
	}
}

// whole cuts a spread to whole numbers, as AIPerf does before it draws.
func whole(s dataset.Spread) dataset.Spread {
	return dataset.Spread{Mean: math.Trunc(s.Mean), Stddev: math.Trunc(s.Stddev)}
}

// Draw draws the next picture.
func (g *Images) Draw() Image {
	im := Image{jpeg: g.format == formatJPEG}
	if g.format == formatRandom {
		im.jpeg = g.formats.Intn(2) == 1
	}
	im.width = g.dimensions.PositiveNormal(g.width.Mean, g.width.Stddev)
	im.height = g.dimensions.PositiveNormal(g.height.Mean, g.height.Stddev)
	switch {
	case g.noise != nil:
		im.noise = *g.noise
		g.skip(uint64(im.width) * uint64(im.height) * 3)
	case g.gallery != nil:
		im.from = g.gallery.next()
	}
	return im
}

// Notes are sentences about what the draws so far left out, for the user to know.
func (g *Images) Notes() []string {
	if g.gallery == nil || len(g.gallery.left) == 0 {
		return nil
	}
	left, all := g.gallery.left, len(g.gallery.sources)
	return []string{fmt.Sprintf("%d of the %d pictures in the image source folder cannot be read and are left out, as AIPerf leaves them: %v", len(left), all, left[0])}
}

// skip moves the noise behind n bytes: four of each 32 bits, the last ones dropped, two halves to an output.
func (g *Images) skip(n uint64) {
	words := (n + 3) / 4
	if g.odd && words > 0 {
		g.noise.Uint32()
		g.odd = false
		words--
	}
	g.noise.Advance(words / 2)
	if words%2 == 1 {
		g.noise.Uint32()
		g.odd = true
	}
}

// Render appends the data URI of a drawn picture.
func (g *Images) Render(dst []byte, im Image) ([]byte, error) {
	if err := checkSize(im.width, im.height, im.jpeg); err != nil {
		return dst, fmt.Errorf("make picture: %w", err)
	}
	s := g.scratch.Get().(*scratch)
	defer g.scratch.Put(s)
	r, err := im.pixels(s)
	if err != nil {
		return dst, fmt.Errorf("make picture: %w", err)
	}
	kind := formatPNG
	if im.jpeg {
		kind = formatJPEG
		s.file, err = jpegenc.Append(s.file[:0], r.Width, r.Height, r.RGB())
	} else {
		s.file, err = s.png.Append(s.file[:0], r)
	}
	if err != nil {
		return dst, fmt.Errorf("make picture: %w", err)
	}
	dst = append(dst, "data:image/"...)
	dst = append(dst, kind...)
	dst = append(dst, ";base64,"...)
	return base64.StdEncoding.AppendEncode(dst, s.file), nil
}

// pixels makes the picture itself, noise in the scratch.
func (im *Image) pixels(s *scratch) (*raster.Raster, error) {
	if im.from != nil {
		r, err := im.from.picture()
		if err != nil {
			return nil, err
		}
		return r.Resize(im.width, im.height)
	}
	n := im.width * im.height * 3
	if cap(s.pixels) < n {
		s.pixels = make([]byte, n)
	}
	gen := im.noise
	gen.Bytes(s.pixels[:n])
	return &raster.Raster{Width: im.width, Height: im.height, Channels: 3, Pix: s.pixels[:n]}, nil
}
