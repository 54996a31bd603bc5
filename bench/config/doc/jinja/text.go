// Texts: letter case, numbers written as text and JSON, as Python has them.
package jinja

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
)

func upper(s string) string {
	for _, r := range s {
		if r >= 0x80 && unicode.IsLower(r) && unicode.ToUpper(r) == r {
			fail("the upper case of %q is not supported in configurations", string(r))
		}
	}
	return strings.ToUpper(s)
}

func lower(s string) string {
	if strings.ContainsAny(s, "İΣ") {
		fail("the lower case of İ and Σ is not supported in configurations")
	}
	return strings.ToLower(s)
}

func capitalize(s string) string {
	for i := range s {
		if i > 0 {
			return upper(s[:i]) + lower(s[i:])
		}
	}
	return upper(s)
}

// isSpace is Python's str.isspace for one character.
func isSpace(r rune) bool { return unicode.IsSpace(r) || r >= 0x1c && r <= 0x1f }

// digits removes what Python allows inside a written number: spaces around it, underscores between digits, digits of other scripts.
func digits(s string) (string, bool) {
	s = strings.TrimFunc(s, isSpace)
	var b strings.Builder
	last := rune(0)
	for _, r := range s {
		switch {
		case r == '_':
			if !isAlnum(last) {
				return "", false
			}
		case r >= 0x80:
			d := scriptDigit(r)
			if d < 0 || last == '_' && !isAlnum('0') {
				return "", false
			}
			b.WriteByte(byte('0' + d))
			r = '0'
		case last == '_' && !isAlnum(r):
			return "", false
		default:
			b.WriteRune(r)
		}
		last = r
	}
	return b.String(), b.Len() > 0 && last != '_'
}

func isAlnum(r rune) bool {
	return r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
}

// scriptDigit is the value of a decimal digit of any script, -1 for other characters; their blocks are runs of ten.
func scriptDigit(r rune) int {
	if !unicode.Is(unicode.Nd, r) {
		return -1
	}
	n := 0
	for unicode.Is(unicode.Nd, r-1) {
		r, n = r-1, n+1
	}
	return n % 10
}

// parseInt is Python's int(text, base).
func parseInt(s string, base int) (*big.Int, bool) {
	if base < 2 || base > 36 {
		fail("base %d is not supported", base)
	}
	t, ok := digits(s)
	if !ok || len(t) > maxBits {
		return nil, false
	}
	sign := ""
	if t[0] == '-' || t[0] == '+' {
		sign, t = t[:1], t[1:]
	}
	for prefix, b := range map[string]int{"0x": 16, "0o": 8, "0b": 2} {
		if b == base && len(t) > 2 && strings.EqualFold(t[:2], prefix) {
			t = t[2:]
		}
	}
	if t == "" || !isAlnum(rune(t[0])) {
		return nil, false
	}
	i, ok := new(big.Int).SetString(sign+t, base)
	return i, ok
}

// ParseInt is Python's int(text).
func ParseInt(s string) (*big.Int, bool) { return parseInt(s, 10) }

// ParseFloat is Python's float(text).
func ParseFloat(s string) (float64, bool) {
	t, ok := digits(s)
	if !ok {
		return 0, false
	}
	switch strings.ToLower(strings.TrimLeft(t, "+-")) {
	case "inf", "infinity", "nan":
		if len(t)-len(strings.TrimLeft(t, "+-")) > 1 {
			return 0, false
		}
		if strings.HasSuffix(strings.ToLower(t), "nan") { // Go's own reader knows no signed NaN
			return math.NaN(), true
		}
	default:
		for _, c := range t {
			if c != '.' && c != '+' && c != '-' && c != 'e' && c != 'E' && (c < '0' || c > '9') {
				return 0, false
			}
		}
	}
	f, err := strconv.ParseFloat(t, 64)
	if err != nil && !math.IsInf(f, 0) {
		return 0, false
	}
	return f, true
}

func filterToJSON(e *eval, v any, a values) any {
	a.only("tojson")
	var b strings.Builder
	e.json(&b, v, 0)
	return b.String()
}

// json writes as json.dumps with sorted keys and Jinja2's escapes for HTML.
func (e *eval) json(b *strings.Builder, v any, depth int) {
	e.budget.spend(1)
	if depth > maxNesting {
		fail("the value is nested too deeply to print")
	}
	list := func(items []any) {
		b.WriteByte('[')
		for i, x := range items {
			if i > 0 {
				b.WriteString(", ")
			}
			e.json(b, x, depth+1)
		}
		b.WriteByte(']')
	}
	switch x := defined(v).(type) {
	case nil:
		b.WriteString("null")
	case bool:
		b.WriteString(strconv.FormatBool(x))
	case *big.Int:
		e.budget.spend(x.BitLen() / 8)
		b.WriteString(x.String())
	case float64:
		switch {
		case math.IsNaN(x):
			b.WriteString("NaN")
		case math.IsInf(x, 0):
			b.WriteString(map[bool]string{true: "Infinity", false: "-Infinity"}[x > 0])
		default:
			b.WriteString(FloatText(x))
		}
	case string:
		e.budget.spend(len(x))
		b.WriteString(jsonText(x))
	case List:
		list(x)
	case Tuple:
		list(x)
	case *Dict:
		items := x.items()
		for _, it := range items {
			if _, ok := it.(Tuple)[0].(string); !ok {
				fail("'tojson' of keys that are no text is not supported in configurations")
			}
		}
		e.ordered(items, func(it any) any { return it.(Tuple)[0] }, false)
		b.WriteByte('{')
		for i, it := range items {
			if i > 0 {
				b.WriteString(", ")
			}
			kv := it.(Tuple)
			b.WriteString(jsonText(kv[0].(string)) + ": ")
			e.json(b, kv[1], depth+1)
		}
		b.WriteByte('}')
	default:
		fail("%s cannot be written as JSON", typeName(v))
	}
}

func jsonText(s string) string {
	b := []byte{'"'}
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r == '\n':
			b = append(b, `\n`...)
		case r == '\r':
			b = append(b, `\r`...)
		case r == '\t':
			b = append(b, `\t`...)
		case r == '\b':
			b = append(b, `\b`...)
		case r == '\f':
			b = append(b, `\f`...)
		case r == '<' || r == '>' || r == '&' || r == '\'' || r < ' ' || r >= 0x7f && r < 0x10000:
			if r == 0x7f {
				b = append(b, 0x7f)
				continue
			}
			b = append(b, `\u`...)
			b = append(b, hex(r, 4)...)
		case r >= 0x10000:
			hi, lo := utf16.EncodeRune(r)
			b = append(b, `\u`+hex(hi, 4)+`\u`+hex(lo, 4)...)
		default:
			b = append(b, byte(r))
		}
	}
	return string(append(b, '"'))
}
