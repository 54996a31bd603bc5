// Appenders for the JSON scalars of every artifact: one way to write a string, a number, an absent value.
package jsonw

import (
	"math"
	"strconv"
	"unicode/utf8"

	"github.com/aiperf-go/aiperf/metrics"
)

// Floats between these magnitudes are written without an exponent, as the original's encoder does.
const (
	fixedMin = 1e-5
	fixedMax = 1e16
)

const hexDigits = "0123456789abcdef"

// AppendString appends s as a JSON string: non-ASCII raw, control characters escaped, invalid UTF-8 replaced.
func AppendString[T string | []byte](b []byte, s T) []byte {
	b = append(b, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= 0x20 && c < utf8.RuneSelf && c != '"' && c != '\\' {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			r, size := decodeRune(s[i:])
			if r != utf8.RuneError || size != 1 {
				i += size
				continue
			}
			b = append(append(b, s[start:i]...), "\uFFFD"...)
			i++
			start = i
			continue
		}
		b = append(b, s[start:i]...)
		switch c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\b':
			b = append(b, '\\', 'b')
		case '\f':
			b = append(b, '\\', 'f')
		case '\n':
			b = append(b, '\\', 'n')
		case '\r':
			b = append(b, '\\', 'r')
		case '\t':
			b = append(b, '\\', 't')
		default:
			b = append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
		i++
		start = i
	}
	return append(append(b, s[start:]...), '"')
}

func decodeRune[T string | []byte](s T) (rune, int) {
	// Only the first rune matters: a short copy keeps both instantiations free of allocations.
	var buf [utf8.UTFMax]byte
	n := copy(buf[:], s)
	return utf8.DecodeRune(buf[:n])
}

// AppendFloat appends the shortest text that reads back to f, always recognisable as a float (10.0, 1e+16, 1e-6).
// A non-finite float has no JSON text and becomes null.
func AppendFloat(b []byte, f float64) []byte {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return append(b, "null"...)
	}
	if a := math.Abs(f); f != 0 && (a < fixedMin || a >= fixedMax) {
		start := len(b)
		b = strconv.AppendFloat(b, f, 'e', -1, 64)
		// strconv pads the exponent to two digits; the original does not.
		if n := len(b); n-start > 4 && b[n-2] == '0' && (b[n-3] == '-' || b[n-3] == '+') {
			b[n-2] = b[n-1]
			b = b[:n-1]
		}
		return b
	}
	start := len(b)
	b = strconv.AppendFloat(b, f, 'f', -1, 64)
	for _, c := range b[start:] {
		if c == '.' {
			return b
		}
	}
	return append(b, '.', '0')
}

// AppendValue appends an int or a float as it is, null when absent.
func AppendValue(b []byte, v metrics.Value) []byte {
	switch {
	case !v.Present():
		return append(b, "null"...)
	case v.IsInt():
		return strconv.AppendInt(b, v.Int64(), 10)
	default:
		return AppendFloat(b, v.Float64())
	}
}
