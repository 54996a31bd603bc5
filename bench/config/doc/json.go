// JSON: a tree written as AIPerf's dumps have it: keys in order, 64.0 stays 64.0, text is not escaped beyond need, infinities are null,
// floats have the digits and exponents of orjson, which are not Python's own.
package doc

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/aiperf-go/aiperf/bench/config/doc/jinja"
)

// JSON writes the tree on one line without spaces.
func (n *Node) JSON() []byte { return n.appendJSON(nil, -1, 0) }

// Indent writes the tree as JSON, two spaces for each level.
func (n *Node) Indent() []byte { return n.appendJSON(nil, 2, 0) }

func (n *Node) appendJSON(b []byte, step, level int) []byte {
	line := func(b []byte, level int) []byte {
		if step < 0 {
			return b
		}
		b = append(b, '\n')
		for range step * level {
			b = append(b, ' ')
		}
		return b
	}
	if n == nil {
		return append(b, "null"...)
	}
	switch n.Kind {
	case Bool:
		return strconv.AppendBool(b, n.Value.(bool))
	case Int:
		return strconv.AppendInt(b, n.Value.(int64), 10)
	case Float:
		f := n.Value.(float64)
		if math.IsInf(f, 0) || math.IsNaN(f) {
			return append(b, "null"...)
		}
		return appendFloat(b, f)
	case String:
		return appendText(b, n.Value.(string))
	case List:
		if len(n.Items) == 0 {
			return append(b, "[]"...)
		}
		b = append(b, '[')
		for i, x := range n.Items {
			if i > 0 {
				b = append(b, ',')
			}
			b = x.appendJSON(line(b, level+1), step, level+1)
		}
		return append(line(b, level), ']')
	case Map:
		if len(n.Members) == 0 {
			return append(b, "{}"...)
		}
		b = append(b, '{')
		for i, m := range n.Members {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(appendText(line(b, level+1), m.Key), ':')
			if step >= 0 {
				b = append(b, ' ')
			}
			b = m.Value.appendJSON(b, step, level+1)
		}
		return append(line(b, level), '}')
	}
	return append(b, "null"...)
}

// appendFloat writes a float with its shortest digits: with an exponent from 1e16 and below 1e-5, as in 1e+16 and 1.5e-7, else without.
func appendFloat(b []byte, f float64) []byte {
	if a := math.Abs(f); a >= 1e-5 && a < 1e-4 {
		return strconv.AppendFloat(b, f, 'f', -1, 64)
	}
	return append(b, strings.Replace(jinja.FloatText(f), "e-0", "e-", 1)...)
}

// appendText writes a JSON string; bytes that are not UTF-8 become the replacement character.
func appendText(b []byte, s string) []byte {
	const digits = "0123456789abcdef"
	b = append(b, '"')
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
		case r < ' ':
			b = append(b, '\\', 'u', '0', '0', digits[r>>4], digits[r&15])
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return append(b, '"')
}
