// The search for the longest match.
package deflate

import (
	"encoding/binary"
	"math/bits"
)

// longest follows the chain of places with one hash to the longest match that is longer than best. It returns its length and sets w.found, or
// returns best.
func (w *Writer) longest(place, best int) int {
	chain := maxChain
	if best >= goodMatch {
		chain /= 4
	}
	nice := min(niceMatch, w.ahead)
	limit := max(w.at-maxDistance, 0)
	scan := w.window[w.at : w.at+maxMatch+8]
	for {
		match := w.window[place : place+maxMatch+8]
		if match[best] == scan[best] && match[best-1] == scan[best-1] {
			if n := common(scan, match); n > best {
				w.found, best = place, n
				if n >= nice {
					break
				}
			}
		}
		place = int(w.prev[place&(windowSize-1)])
		if chain--; place <= limit || chain == 0 {
			break
		}
	}
	return min(best, w.ahead)
}

// common is how many bytes two places have in common, at most maxMatch.
func common(a, b []byte) int {
	for n := 0; n < maxMatch; n += 8 {
		if x := binary.LittleEndian.Uint64(a[n:]) ^ binary.LittleEndian.Uint64(b[n:]); x != 0 {
			return min(n+bits.TrailingZeros64(x)/8, maxMatch)
		}
	}
	return maxMatch
}
