// Package pngenc writes PNG files: the pixels, filters and chunks of those Pillow writes for AIPerf.
//
//	Raster ─ filter.go: each line by the filter that leaves least ─> deflate ─> chunks ─> file
package pngenc

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"slices"

	"github.com/aiperf-go/aiperf/dataset/media/internal/deflate"
	"github.com/aiperf-go/aiperf/dataset/media/internal/raster"
)

const (
	signature = "\x89PNG\r\n\x1a\n"
	bitDepth  = 8
	chunkSize = 65536 // bytes of a data chunk; four times the width where that is more
)

// colourTypes are PNG's numbers for 1 to 4 channels.
var colourTypes = [...]byte{1: 0, 2: 4, 3: 2, 4: 6}

// Encoder writes files one after the other. Its zero value is ready.
type Encoder struct{ data deflate.Writer }

// Append appends the file of a picture.
func (e *Encoder) Append(dst []byte, r *raster.Raster) ([]byte, error) {
	if r.Width < 1 || r.Height < 1 || r.Channels < 1 || r.Channels >= len(colourTypes) {
		return dst, fmt.Errorf("a png picture of %dx%d pixels and %d channels cannot be written", r.Width, r.Height, r.Channels)
	}
	dst = append(dst, signature...)
	header := binary.BigEndian.AppendUint32(nil, uint32(r.Width))
	header = binary.BigEndian.AppendUint32(header, uint32(r.Height))
	dst = chunk(dst, "IHDR", append(header, bitDepth, colourTypes[r.Channels], 0, 0, 0))
	e.data.Reset()
	f := newFilter(r)
	for y := range r.Height {
		e.data.Write(f.line(y))
	}
	for piece := range slices.Chunk(e.data.Close(), max(chunkSize, 4*r.Width)) {
		dst = chunk(dst, "IDAT", piece)
	}
	return chunk(dst, "IEND", nil), nil
}

// chunk appends one chunk.
func chunk(dst []byte, name string, data []byte) []byte {
	dst = binary.BigEndian.AppendUint32(dst, uint32(len(data)))
	start := len(dst)
	dst = append(dst, name...)
	dst = append(dst, data...)
	return binary.BigEndian.AppendUint32(dst, crc32.ChecksumIEEE(dst[start:]))
}
