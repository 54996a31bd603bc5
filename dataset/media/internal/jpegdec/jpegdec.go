// Package jpegdec reads JPEG files to the pixels that libjpeg-turbo makes of them, and so Pillow: its inverse transform, its enlarging of small
// colour planes and its conversion to RGB. Go's own reader is as good and differs in the last bit.
//
//	file ─ markers ─> tables, frame ─ scan.go, huffman.go ─> coefficients ─ idct.go ─> planes ─ colour.go ─> Raster
//
// Read are sequential and progressive files with Huffman codes, 8 bits, and one, three or four components. Inks become RGB.
package jpegdec

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/aiperf-go/aiperf/dataset/media/internal/raster"
)

const (
	blockSide   = 8
	blockSize   = blockSide * blockSide
	maxSampling = 4  // of a component
	maxBlocks   = 10 // of a unit of a scan with several components
)

// Markers.
const (
	markBaseline    = 0xc0
	markExtended    = 0xc1
	markProgressive = 0xc2
	markHuffman     = 0xc4
	markRestart     = 0xd0 // to 0xd7
	markStart       = 0xd8
	markEnd         = 0xd9
	markScan        = 0xda
	markQuantise    = 0xdb
	markInterval    = 0xdd
	markJFIF        = 0xe0
	markAdobe       = 0xee
)

// ErrKind is a file that follows the standard and is of a kind that is not read.
var ErrKind = errors.New("a jpeg picture of another kind")

var (
	errShort = errors.New("the jpeg file ends early")
	errBad   = errors.New("the jpeg file is damaged")
)

// zigzag is the place in a block of each coefficient in the order of the file.
var zigzag = [blockSize]uint8{
	0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5,
	12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
	35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51,
	58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
}

// component is one plane of the picture.
type component struct {
	id          uint8
	h, v        int // sampling
	quant       int
	wide, high  int     // samples that count
	across      int     // blocks of a row, with those that fill the last unit
	down        int     // rows of blocks
	coefficient []int16 // of all blocks
	step        *[blockSize]uint16
}

// decoder is a file in hand.
type decoder struct {
	rest          []byte
	quant         [4]*[blockSize]uint16
	codes         [2][4]*code // DC, AC
	width, height int
	progressive   bool
	components    []component
	h, v          int // largest sampling
	interval      int // units between restarts; 0 for none
	jfif          bool
	adobe         int // its colour transform; -1 without its marker
}

// Decode reads a file.
func Decode(data []byte) (*raster.Raster, error) {
	d := decoder{rest: data, adobe: -1}
	if len(data) < 2 || data[0] != 0xff || data[1] != markStart {
		return nil, errBad
	}
	d.rest = data[2:]
	scans := 0
	for {
		mark, err := d.marker()
		if err != nil {
			return nil, err
		}
		if mark == markEnd {
			if scans == 0 {
				return nil, errBad
			}
			return d.picture()
		}
		if mark >= markRestart && mark < markStart || mark == 0x01 {
			continue // they have no body
		}
		body, err := d.segment()
		if err != nil {
			return nil, err
		}
		if err := d.apply(mark, body); err != nil {
			return nil, err
		}
		if mark == markScan {
			scans++
		}
	}
}

// marker finds the next marker.
func (d *decoder) marker() (byte, error) {
	for i := 0; i+1 < len(d.rest); i++ {
		if m := d.rest[i+1]; d.rest[i] == 0xff && m != 0 && m != 0xff {
			d.rest = d.rest[i+2:]
			return m, nil
		}
	}
	return 0, errShort
}

// segment takes the body behind a marker.
func (d *decoder) segment() ([]byte, error) {
	if len(d.rest) < 2 {
		return nil, errShort
	}
	n := int(binary.BigEndian.Uint16(d.rest))
	if n < 2 {
		return nil, errBad
	}
	if n > len(d.rest) {
		return nil, errShort
	}
	body := d.rest[2:n]
	d.rest = d.rest[n:]
	return body, nil
}

// apply reads one segment.
func (d *decoder) apply(mark byte, body []byte) error {
	switch mark {
	case markBaseline, markExtended, markProgressive:
		d.progressive = mark == markProgressive
		return d.frame(body)
	case markHuffman:
		return d.huffman(body)
	case markQuantise:
		return d.quantisers(body)
	case markInterval:
		if len(body) != 2 {
			return errBad
		}
		d.interval = int(binary.BigEndian.Uint16(body))
	case markScan:
		return d.scan(body)
	case markJFIF:
		d.jfif = d.jfif || len(body) >= 14 && string(body[:5]) == "JFIF\x00"
	case markAdobe:
		if len(body) >= 12 && string(body[:5]) == "Adobe" {
			d.adobe = int(body[11])
		}
	default:
		if mark > markProgressive && mark < markRestart {
			return fmt.Errorf("%w: frame %#x", ErrKind, mark)
		}
	}
	return nil
}

// quantisers reads steps.
func (d *decoder) quantisers(body []byte) error {
	for len(body) > 0 {
		wide, id := body[0]>>4, body[0]&15
		body = body[1:]
		size := blockSize << wide
		if wide > 1 || id > 3 || len(body) < size {
			return errBad
		}
		t := new([blockSize]uint16)
		for i, at := range zigzag {
			if wide == 1 {
				t[at] = binary.BigEndian.Uint16(body[2*i:])
			} else {
				t[at] = uint16(body[i])
			}
		}
		d.quant[id] = t
		body = body[size:]
	}
	return nil
}

// frame reads the picture's size and components.
func (d *decoder) frame(body []byte) error {
	if d.components != nil || len(body) < 6 {
		return errBad
	}
	n := int(body[5])
	d.height, d.width = int(binary.BigEndian.Uint16(body[1:])), int(binary.BigEndian.Uint16(body[3:]))
	if body[0] != 8 || n != 1 && n != 3 && n != 4 || d.height == 0 {
		return fmt.Errorf("%w: %d bits, %d components, %d lines", ErrKind, body[0], n, d.height)
	}
	if len(body) != 6+3*n || d.width == 0 {
		return errBad
	}
	d.components = make([]component, n)
	for i := range d.components {
		b := body[6+3*i:]
		c := &d.components[i]
		*c = component{id: b[0], h: int(b[1] >> 4), v: int(b[1] & 15), quant: int(b[2])}
		if c.h < 1 || c.h > maxSampling || c.v < 1 || c.v > maxSampling || c.quant > 3 {
			return errBad
		}
		d.h, d.v = max(d.h, c.h), max(d.v, c.v)
	}
	return d.layOut()
}

// layOut makes room for the coefficients.
func (d *decoder) layOut() error {
	unitsX, unitsY := over(d.width, blockSide*d.h), over(d.height, blockSide*d.v)
	for i := range d.components {
		c := &d.components[i]
		if d.h%c.h != 0 || d.v%c.v != 0 {
			return fmt.Errorf("%w: colours sampled %dx%d against %dx%d", ErrKind, c.h, c.v, d.h, d.v)
		}
		c.wide, c.high = over(d.width*c.h, d.h), over(d.height*c.v, d.v)
		c.across, c.down = unitsX*c.h, unitsY*c.v
		c.coefficient = make([]int16, c.across*c.down*blockSize)
	}
	return nil
}

// over divides and rounds up.
func over(a, b int) int { return (a + b - 1) / b }
