// The window of the last bytes, and the index of the places in it.
package deflate

const (
	hashSize  = 1 << 16
	hashShift = 6
)

// insert puts a place into the index and returns the place that was there with the same hash before, 0 for none.
func (w *Writer) insert(at int) int {
	b := w.window[at : at+minMatch]
	h := uint16(uint(b[0])<<(2*hashShift) ^ uint(b[1])<<hashShift ^ uint(b[2]))
	before := w.head[h]
	w.prev[at&(windowSize-1)] = before
	w.head[h] = uint16(at)
	return int(before)
}

// fill takes input until there is enough to search, or no more input.
func (w *Writer) fill() {
	for {
		if w.at >= windowSize+maxDistance {
			w.slide()
		}
		end := w.at + w.ahead
		n := copy(w.window[end:2*windowSize], w.in)
		w.in = w.in[n:]
		w.ahead += n
		if w.ahead >= minLookahead || len(w.in) == 0 {
			return
		}
	}
}

// slide drops the lower half of the window.
func (w *Writer) slide() {
	copy(w.window[:windowSize], w.window[windowSize:2*windowSize])
	w.at -= windowSize
	w.begin -= windowSize
	w.found -= windowSize
	for i, v := range w.head {
		w.head[i] = v - min(v, windowSize)
	}
	for i, v := range w.prev {
		w.prev[i] = v - min(v, windowSize)
	}
}
