// JSON strings: out of a document into plain text, and plain text into AIPerf's spelling of a JSON string.
package endpoints

import (
	"bytes"
	"unicode/utf8"
)

// appendText appends the plain text of a JSON string that the scanner accepted. Bytes that are not UTF-8 become U+FFFD, as in Python.
func appendText(dst, doc []byte, v value) []byte {
	in := v.inner(doc)
	if !v.has(escaped) {
		if !v.has(wide) || utf8.Valid(in) {
			return append(dst, in...)
		}
		return AppendValidUTF8(dst, in)
	}
	for {
		i := bytes.IndexByte(in, '\\')
		if i < 0 {
			i = len(in)
		}
		if v.has(wide) && !utf8.Valid(in[:i]) {
			dst = AppendValidUTF8(dst, in[:i])
		} else {
			dst = append(dst, in[:i]...)
		}
		if in = in[i:]; len(in) < 2 {
			return dst
		}
		n := 2
		switch c := in[1]; c {
		case 'b':
			dst = append(dst, '\b')
		case 'f':
			dst = append(dst, '\f')
		case 'n':
			dst = append(dst, '\n')
		case 'r':
			dst = append(dst, '\r')
		case 't':
			dst = append(dst, '\t')
		case 'u':
			r, _ := hex4(in[2:])
			n = 6
			if r >= 0xD800 && r <= 0xDBFF {
				low, _ := hex4(in[8:])
				r = (r-0xD800)<<10 + (low - 0xDC00) + 0x10000
				n = 12
			}
			dst = utf8.AppendRune(dst, r)
		default:
			dst = append(dst, c)
		}
		in = in[n:]
	}
}

// AppendValidUTF8 appends b with one U+FFFD for each maximal part that is not UTF-8, as Python's "replace" does.
func AppendValidUTF8(dst, b []byte) []byte {
	for len(b) > 0 {
		n, ok := validRune(b)
		if ok {
			dst = append(dst, b[:n]...)
		} else {
			n = badLen(b)
			dst = append(dst, "\uFFFD"...)
		}
		b = b[n:]
	}
	return dst
}

// badLen is the length of the maximal invalid part at the start of b: a lead byte with the good continuation bytes that follow it.
func badLen(b []byte) int {
	need, low, high := 0, byte(0x80), byte(0xBF)
	switch c := b[0]; {
	case c >= 0xC2 && c <= 0xDF:
		need = 1
	case c == 0xE0:
		need, low = 2, 0xA0
	case c == 0xED:
		need, high = 2, 0x9F
	case c >= 0xE1 && c <= 0xEF:
		need = 2
	case c == 0xF0:
		need, low = 3, 0x90
	case c == 0xF4:
		need, high = 3, 0x8F
	case c >= 0xF1 && c <= 0xF3:
		need = 3
	}
	n := 1
	for ; n <= need && n < len(b) && b[n] >= low && b[n] <= high; n++ {
		low, high = 0x80, 0xBF
	}
	return n
}

const hexDigits = "0123456789abcdef"

// AppendString appends s as a JSON string in AIPerf's spelling: only quotes, backslashes and control characters are escaped.
func AppendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	dst = appendEscaped(dst, s)
	return append(dst, '"')
}

func appendEscaped[T string | []byte](dst []byte, s T) []byte {
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= 0x20 && c != '"' && c != '\\' {
			if c < utf8.RuneSelf {
				i++
				continue
			}
			end := min(i+utf8.UTFMax, len(s))
			n, ok := validRune([]byte(s[i:end]))
			if ok {
				i += n
				continue
			}
			dst = append(dst, s[from:i]...)
			dst = append(dst, "\uFFFD"...)
			i += badLen([]byte(s[i:end]))
			from = i
			continue
		}
		dst = append(dst, s[from:i]...)
		switch c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		case '\n':
			dst = append(dst, '\\', 'n')
		case '\r':
			dst = append(dst, '\\', 'r')
		case '\t':
			dst = append(dst, '\\', 't')
		case '\b':
			dst = append(dst, '\\', 'b')
		case '\f':
			dst = append(dst, '\\', 'f')
		default:
			dst = append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
		i++
		from = i
	}
	return append(dst, s[from:]...)
}

// appendCompact appends a value that parse has accepted without the white space between its tokens.
func appendCompact(dst, doc []byte, v value) []byte {
	raw := v.raw(doc)
	inText := false
	from := 0
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case inText && c == '\\':
			i++
		case c == '"':
			inText = !inText
		case !inText && (c == ' ' || c == '\n' || c == '\t' || c == '\r'):
			dst = append(dst, raw[from:i]...)
			from = i + 1
		}
	}
	return append(dst, raw[from:]...)
}
