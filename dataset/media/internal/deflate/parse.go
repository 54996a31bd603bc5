// The parse: a match is written only if the next place has no longer one.
package deflate

// parse goes through the window until there is too little ahead to search, or with finish through the stream's end.
func (w *Writer) parse(finish bool) {
	for {
		if w.ahead < minLookahead {
			w.fill()
			if w.ahead < minLookahead && !finish {
				return
			}
			if w.ahead == 0 {
				break
			}
		}
		before := 0
		if w.ahead >= minMatch {
			before = w.insert(w.at)
		}
		lastLength, lastFound := w.length, w.found
		w.length = minMatch - 1
		if before != 0 && lastLength < maxLazy && w.at-before <= maxDistance {
			if w.length = w.longest(before, lastLength); w.length < shortest {
				w.length = minMatch - 1
			}
		}
		switch {
		case lastLength >= minMatch && w.length <= lastLength:
			w.take(lastLength, lastFound)
		case w.held:
			if w.block.literal(w.window[w.at-1]) {
				w.flush(false)
			}
			w.step()
		default:
			w.held = true
			w.step()
		}
	}
	if w.held {
		w.block.literal(w.window[w.at-1])
		w.held = false
	}
	w.flush(true)
}

func (w *Writer) step() {
	w.at++
	w.ahead--
}

// take writes the match of the place before and puts the places inside it into the index.
func (w *Writer) take(length, from int) {
	last := w.at + w.ahead - minMatch // the last place whose hash is known
	full := w.block.match(w.at-1-from, length)
	w.ahead -= length - 1
	for range length - 2 {
		if w.at++; w.at <= last {
			w.insert(w.at)
		}
	}
	w.at++
	w.held, w.length = false, minMatch-1
	if full {
		w.flush(false)
	}
}

// flush writes the block.
func (w *Writer) flush(last bool) {
	var plain []byte
	if w.begin >= 0 {
		plain = w.window[w.begin:w.at]
	}
	w.block.write(&w.bits, plain, w.begin >= 0, last)
	w.begin = w.at
}
