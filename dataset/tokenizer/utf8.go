// Repair of invalid UTF-8 as Python and the Unicode standard do it: one U+FFFD per maximal invalid subpart.
// Go's own conversions differ: one per byte, or one per run.
package tokenizer

import "unicode/utf8"

const replacement = "\uFFFD"

// appendValid appends src to dst with every maximal invalid subpart replaced.
func appendValid(dst, src []byte) []byte {
	for len(src) > 0 {
		if src[0] < utf8.RuneSelf {
			dst = append(dst, src[0])
			src = src[1:]
			continue
		}
		n, ok := sequence(src)
		if ok {
			dst = append(dst, src[:n]...)
		} else {
			dst = append(dst, replacement...)
		}
		src = src[n:]
	}
	return dst
}

// sequence measures the multi-byte sequence src begins with: its length when it is well formed, else the length of its longest part that
// could have begun one, at least 1.
func sequence(src []byte) (n int, ok bool) {
	low, high := byte(0x80), byte(0xbf) // range of the second byte
	var size int
	switch b := src[0]; {
	case b < 0xc2 || b > 0xf4:
		return 1, false
	case b < 0xe0:
		size = 2
	case b < 0xf0:
		size = 3
		if b == 0xe0 {
			low = 0xa0
		} else if b == 0xed {
			high = 0x9f
		}
	default:
		size = 4
		if b == 0xf0 {
			low = 0x90
		} else if b == 0xf4 {
			high = 0x8f
		}
	}
	for n = 1; n < size; n++ {
		if n == len(src) || src[n] < low || src[n] > high {
			return n, false
		}
		low, high = 0x80, 0xbf
	}
	return size, true
}
