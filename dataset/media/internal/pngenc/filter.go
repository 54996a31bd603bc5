// The filter of each line: the one whose bytes, taken as signed, are smallest in sum. Pillow tries them in this order and never averages.
package pngenc

import "github.com/aiperf-go/aiperf/dataset/media/internal/raster"

// PNG's numbers of the filters, which stand before a line's bytes.
const (
	filterNone  = 0
	filterSub   = 1
	filterUp    = 2
	filterPaeth = 4
)

// filter holds the lines in hand.
type filter struct {
	r     *raster.Raster
	above []byte    // of the first line: zeros
	tries [2][]byte // the best so far, and the one being tried
}

func newFilter(r *raster.Raster) *filter {
	stride := r.Width * r.Channels
	return &filter{r: r, above: make([]byte, stride), tries: [2][]byte{make([]byte, stride+1), make([]byte, stride+1)}}
}

// line is line y, filtered, behind its filter's number. It holds until the next call.
func (f *filter) line(y int) []byte {
	stride := len(f.above)
	row := f.r.Pix[y*stride:][:stride]
	if y > 0 {
		f.above = f.r.Pix[(y-1)*stride:][:stride]
	}
	best, sum := f.tries[0], 0
	best[0] = filterNone
	copy(best[1:], row)
	for _, v := range row {
		sum += weight(v)
	}
	for _, kind := range [...]byte{filterUp, filterSub, filterPaeth} {
		if sum == 0 {
			break
		}
		try := f.tries[1]
		try[0] = kind
		if s := f.apply(kind, try[1:], row); s < sum {
			best, sum = try, s
			f.tries[0], f.tries[1] = f.tries[1], f.tries[0]
		}
	}
	return best
}

// apply filters a line and returns its sum.
func (f *filter) apply(kind byte, dst, row []byte) (sum int) {
	n := f.r.Channels
	dst = dst[:len(row)]
	switch kind {
	case filterUp:
		above := f.above[:len(row)]
		for i, v := range row {
			v -= above[i]
			dst[i] = v
			sum += weight(v)
		}
	case filterSub:
		for i, v := range row[:n] {
			dst[i] = v
			sum += weight(v)
		}
		for i, l := range row[:len(row)-n] {
			v := row[i+n] - l
			dst[i+n] = v
			sum += weight(v)
		}
	case filterPaeth:
		above, left, corner := f.above[:len(row)], row[:len(row)-n], f.above[:len(row)-n]
		for i := range n {
			dst[i] = row[i] - above[i]
			sum += weight(dst[i])
		}
		for i, l := range left {
			v := row[i+n] - paeth(l, above[i+n], corner[i])
			dst[i+n] = v
			sum += weight(v)
		}
	}
	return sum
}

// weight is how far a byte is from 0, as a signed one. Without branches: noise would take each of them wrongly every other time.
func weight(v byte) int {
	s := int(int8(v))
	sign := s >> 63
	return (s ^ sign) - sign
}

// paeth is the neighbour nearest to left + above - corner.
func paeth(left, above, corner byte) byte {
	toLeft, toAbove := int(above)-int(corner), int(left)-int(corner)
	toCorner := toLeft + toAbove
	toLeft, toAbove, toCorner = distance(toLeft), distance(toAbove), distance(toCorner)
	nearest := corner
	if toAbove <= toCorner {
		nearest = above
	}
	if toLeft <= min(toAbove, toCorner) {
		nearest = left
	}
	return nearest
}

func distance(v int) int {
	sign := v >> 63
	return (v ^ sign) - sign
}
