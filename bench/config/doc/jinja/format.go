// Formatting: Python's "%d" % x and the format filter.
package jinja

import (
	"math"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

var verb = regexp.MustCompile(`^%(\([^)]*\))?([-+ #0]*)(\*|[0-9]*)(?:\.(\*|[0-9]*))?[hlL]?(.)`)

func filterFormat(e *eval, v any, a values) any {
	s := e.str(defined(v))
	if len(a.pos) > 0 && len(a.named) > 0 {
		fail("'format' takes values or named values, not both")
	}
	if len(a.named) > 0 {
		d := NewDict()
		for _, n := range a.names {
			d.Set(n, a.named[n])
		}
		return e.percent(s, d)
	}
	return e.percent(s, Tuple(a.pos))
}

// percent is Python's text % values.
func (e *eval) percent(format string, v any) any {
	args, isTuple := v.(Tuple)
	if !isTuple {
		args = Tuple{v}
	}
	dict, isDict := v.(*Dict)
	used := 0
	var b strings.Builder
	for s := format; s != ""; {
		i := strings.IndexByte(s, '%')
		if i < 0 {
			b.WriteString(s)
			break
		}
		b.WriteString(s[:i])
		m := verb.FindStringSubmatch(s[i:])
		if m == nil {
			fail("the format %q is incomplete", format)
		}
		s = s[i+len(m[0]):]
		if m[0] == "%%" {
			b.WriteByte('%')
			e.budget.spend(8)
			continue
		}
		if m[3] == "*" || m[4] == "*" || strings.ContainsRune(m[2], '#') || m[5] == "%" {
			fail("the format %q is not supported in configurations", m[0])
		}
		var x any
		if m[1] != "" {
			if !isDict {
				fail("the format %q needs a mapping", m[0])
			}
			item, ok := dict.get(m[1][1 : len(m[1])-1])
			if !ok {
				fail("the format %q names a key that is not there", m[0])
			}
			x = item
			used = len(args)
		} else {
			if used == len(args) {
				fail("the format %q needs more values", format)
			}
			x = args[used]
			used++
		}
		e.budget.spend(8) // a regular expression found it
		b.WriteString(e.verb(m, x))
	}
	if used < len(args) && !isDict {
		if _, list := v.(List); !list {
			fail("the format %q does not use all values", format)
		}
	}
	e.budget.spend(b.Len() / 8)
	return b.String()
}

// verb formats one value; m is the match of its verb: flags 2, width 3, precision 4, letter 5.
func (e *eval) verb(m []string, x any) string {
	width, _ := strconv.Atoi(m[3])
	precision, err := strconv.Atoi(m[4])
	hasPrecision := strings.ContainsRune(m[0], '.')
	if err != nil {
		precision = 0
	}
	if len(m[3]) > 6 || len(m[4]) > 3 {
		fail("the width of %q is too large", m[0])
	}
	e.budget.spend(width + precision)
	defined(x)
	var body, sign string
	switch m[5] {
	case "s", "r":
		if m[5] == "s" {
			body = e.str(x)
		} else {
			var b strings.Builder
			e.repr(&b, x, 0)
			body = b.String()
		}
		if hasPrecision {
			body = string([]rune(body)[:min(precision, utf8.RuneCountInString(body))])
		}
	case "d", "i", "u", "x", "X", "o":
		sign, body = e.whole(m, x, hasPrecision, precision)
	case "e", "E", "f", "F", "g", "G":
		if !isNumber(x) {
			fail("%q needs a number, not %s", m[0], typeName(x))
		}
		if !hasPrecision {
			precision = 6
		}
		f := toFloat(x)
		if math.IsInf(f, 0) || math.IsNaN(f) {
			fail("%q of %s is not supported in configurations", m[0], FloatText(f))
		}
		if math.Signbit(f) {
			sign = "-"
		}
		body = decimals(math.Abs(f), m[5][0], precision)
	default:
		fail("the format %q is not supported in configurations", m[0])
	}
	numeric := m[5] != "s" && m[5] != "r"
	if numeric && sign == "" {
		if strings.ContainsRune(m[2], '+') {
			sign = "+"
		} else if strings.ContainsRune(m[2], ' ') {
			sign = " "
		}
	}
	pad := max(width-utf8.RuneCountInString(sign+body), 0)
	switch {
	case strings.ContainsRune(m[2], '-'):
		return sign + body + strings.Repeat(" ", pad)
	case numeric && strings.ContainsRune(m[2], '0'):
		return sign + strings.Repeat("0", pad) + body
	}
	return strings.Repeat(" ", pad) + sign + body
}

func (e *eval) whole(m []string, x any, hasPrecision bool, precision int) (sign, body string) {
	if !isNumber(x) {
		fail("%q needs a number, not %s", m[0], typeName(x))
	}
	i := integer(x)
	if i == nil {
		f := x.(float64)
		if math.IsInf(f, 0) || math.IsNaN(f) || strings.ContainsAny(m[5], "xXo") {
			fail("%q needs a whole number, not %s", m[0], FloatText(f))
		}
		i = truncated(f)
	}
	if i.Sign() < 0 {
		sign = "-"
	}
	base := map[string]int{"x": 16, "X": 16, "o": 8}[m[5]]
	if base == 0 {
		base = 10
	}
	e.budget.spend(i.BitLen() / 8)
	body = new(big.Int).Abs(i).Text(base)
	if m[5] == "X" {
		body = strings.ToUpper(body)
	}
	if hasPrecision && len(body) < precision {
		body = strings.Repeat("0", precision-len(body)) + body
	}
	return sign, body
}

// decimals is C's %e, %f and %g.
func decimals(f float64, letter byte, precision int) string {
	if letter == 'F' {
		letter = 'f'
	}
	if letter == 'g' || letter == 'G' {
		if precision == 0 {
			precision = 1
		}
		exp, _ := strconv.Atoi(strings.SplitN(strconv.FormatFloat(f, 'e', precision-1, 64), "e", 2)[1])
		var s string
		if exp < -4 || exp >= precision {
			s = strconv.FormatFloat(f, 'e', precision-1, 64)
			parts := strings.SplitN(s, "e", 2)
			s = cutZeros(parts[0]) + "e" + parts[1]
		} else {
			s = cutZeros(strconv.FormatFloat(f, 'f', precision-1-exp, 64))
		}
		if letter == 'G' {
			s = strings.ToUpper(s)
		}
		return s
	}
	return strconv.FormatFloat(f, letter, precision, 64)
}

func cutZeros(s string) string {
	if !strings.ContainsRune(s, '.') {
		return s
	}
	return strings.TrimRight(strings.TrimRight(s, "0"), ".")
}
