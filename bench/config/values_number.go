// Numbers as AIPerf reads them. Three readers with three grammars: Python's int() and float() for sweepable options and lists, and the
// stricter ones of its configuration model for all others.
package config

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"unicode"
)

var (
	errWhole  = errors.New("must be a whole number")
	errNumber = errors.New("must be a number")
	errRange  = errors.New("is out of range")
)

// parseInt takes what Python's int() takes: blanks around, a sign, underscores between digits, digits of any script.
func parseInt(s string) (int64, error) {
	digits, ok := pythonDigits(strings.TrimFunc(s, pythonSpace))
	if !ok {
		return 0, errWhole
	}
	return decimal(digits)
}

// parseFloat takes what Python's float() takes, except NaN.
func parseFloat(s string) (float64, error) {
	v, ok := pythonFloat(s)
	if !ok || math.IsNaN(v) {
		return 0, errNumber
	}
	return v, nil
}

func pythonFloat(s string) (float64, bool) {
	digits, ok := pythonDigits(strings.TrimFunc(s, pythonSpace))
	if !ok {
		return 0, false
	}
	return asciiFloat(digits)
}

// modelInt takes ASCII digits with a sign and single underscores between them; zeros may follow a point: 5.0 is 5.
func modelInt(s string) (int64, error) {
	s = strings.TrimSpace(s)
	if whole, zeros, point := strings.Cut(s, "."); point && zeros != "" && strings.Trim(zeros, "0") == "" && strings.Trim(whole, "+-") != "" {
		s = whole
	}
	if !isASCII(s) {
		return 0, errWhole
	}
	digits, ok := pythonDigits(s)
	if !ok {
		return 0, errWhole
	}
	return decimal(digits)
}

// modelFloat takes ASCII digits; underscores may stand anywhere but at the ends and next to each other. NaN is refused.
func modelFloat(s string) (float64, error) {
	s = strings.TrimSpace(s)
	if !isASCII(s) || strings.HasPrefix(s, "_") || strings.HasSuffix(s, "_") || strings.Contains(s, "__") {
		return 0, errNumber
	}
	v, ok := asciiFloat(strings.ReplaceAll(s, "_", ""))
	if !ok || math.IsNaN(v) {
		return 0, errNumber
	}
	return v, nil
}

// listNumber takes a float where the text has a point or an exponent, else a whole number: "inf" is none.
func listNumber(s string) (float64, error) {
	if strings.ContainsAny(s, ".eE") {
		return parseFloat(s)
	}
	digits, ok := pythonDigits(strings.TrimFunc(s, pythonSpace))
	if !ok || strings.Trim(digits, "+-0123456789") != "" {
		return 0, errNumber
	}
	if v, ok := asciiFloat(digits); ok {
		return v, nil
	}
	return 0, errNumber
}

// wholeOf narrows a reader to whole numbers.
func wholeOf(read func(string) (float64, error)) func(string) (int64, error) {
	return func(s string) (int64, error) {
		v, err := read(s)
		switch {
		case err != nil:
			return 0, err
		case v != math.Trunc(v):
			return 0, errWhole
		case math.Abs(v) >= 1<<63:
			return 0, errRange
		case math.Abs(v) >= 1<<53: // a float no longer holds every whole number
			if exact, err := parseInt(s); err == nil {
				return exact, nil
			}
		}
		return int64(v), nil
	}
}

func decimal(digits string) (int64, error) {
	if strings.Trim(digits, "+-0123456789") != "" {
		return 0, errWhole
	}
	v, err := strconv.ParseInt(digits, 10, 64)
	switch {
	case err == nil:
		return v, nil
	case errors.Is(err, strconv.ErrRange):
		return 0, errRange
	default:
		return 0, errWhole
	}
}

// asciiFloat reads decimal forms, inf and nan; what is too large becomes infinite.
func asciiFloat(s string) (float64, bool) {
	if strings.ContainsAny(s, "xXpP_") {
		return 0, false
	}
	v, err := strconv.ParseFloat(s, 64)
	if math.IsNaN(v) || err != nil && !errors.Is(err, strconv.ErrRange) {
		if strings.EqualFold(strings.TrimLeft(s, "+-"), "nan") && len(s) <= len("-nan") {
			return math.NaN(), true
		}
		return 0, false
	}
	return v, true
}

// pythonDigits drops underscores that stand between digits and writes all digits in ASCII; any other underscore is wrong.
func pythonDigits(s string) (string, bool) {
	rs := []rune(s)
	digit := func(i int) bool { return i >= 0 && i < len(rs) && unicode.Is(unicode.Nd, rs[i]) }
	var b strings.Builder
	for i, r := range rs {
		switch {
		case r == '_':
			if !digit(i-1) || !digit(i+1) {
				return "", false
			}
		case r >= 0x80 && digit(i):
			b.WriteByte('0' + digitValue(r))
		default:
			b.WriteRune(r)
		}
	}
	return b.String(), b.Len() > 0
}

// digitValue is the value of a decimal digit: Unicode keeps them in runs of ten.
func digitValue(r rune) byte {
	for _, rg := range unicode.Nd.R16 {
		if lo, hi := rune(rg.Lo), rune(rg.Hi); lo <= r && r <= hi {
			return byte((r - lo) % 10)
		}
	}
	for _, rg := range unicode.Nd.R32 {
		if lo, hi := rune(rg.Lo), rune(rg.Hi); lo <= r && r <= hi {
			return byte((r - lo) % 10)
		}
	}
	return 0
}

// pythonSpace is what Python strips from text.
func pythonSpace(r rune) bool { return unicode.IsSpace(r) || r >= 0x1c && r <= 0x1f }

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
