// Values: Python's types as far as templates meet them, how they print, when they are true, what a loop over them sees.
package jinja

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode"
)

// A value is nil, bool, *big.Int, float64, string, List, Tuple, *Dict, or one of the types below that only templates make.
type (
	// List is Python's list; templates cannot change it.
	List []any
	// Tuple is Python's tuple.
	Tuple []any

	undefined struct {
		msg  string
		soft bool // the missing else of an inline if, which prints as nothing
	}
	iter struct { // what a lazy filter gives: it can be looped over and listed, not printed
		items []any
		what  string
	}
	span      struct{ start, stop, step int } // range(...)
	namespace struct{ d *Dict }
	function  struct {
		name string
		call func(e *eval, a values) any
	}
	loop struct {
		at    int
		items []any
	}
)

// Dict is Python's dict: keys in the order they were first set.
type Dict struct {
	keys, vals []any
	index      map[any]int
}

// NewDict makes an empty dict.
func NewDict() *Dict { return &Dict{index: map[any]int{}} }

// Set puts a key.
func (d *Dict) Set(key, v any) {
	h := hash(key)
	if i, ok := d.index[h]; ok {
		d.vals[i] = v
		return
	}
	d.index[h] = len(d.keys)
	d.keys, d.vals = append(d.keys, key), append(d.vals, v)
}

func (d *Dict) get(key any) (any, bool) {
	if i, ok := d.index[hash(key)]; ok {
		return d.vals[i], true
	}
	return nil, false
}

func (d *Dict) items() []any {
	out := make([]any, len(d.keys))
	for i, k := range d.keys {
		out[i] = Tuple{k, d.vals[i]}
	}
	return out
}

// keyCost is what it costs to look up a key, beyond a step.
func keyCost(v any) int {
	switch x := v.(type) {
	case string:
		return len(x) / 16
	case *big.Int:
		return x.BitLen() / 8
	}
	return 0
}

type hashed struct {
	kind byte
	text string
}

// hash maps equal keys to equal Go values: 1, 1.0 and true are one key.
func hash(v any) any {
	if u, ok := v.(undefined); ok {
		fail("%s", u.msg)
	}
	switch x := v.(type) {
	case nil:
		return hashed{'n', ""}
	case string:
		return hashed{'s', x}
	case bool, *big.Int:
		return hashed{'i', integer(x).String()}
	case float64:
		if x == math.Trunc(x) && !math.IsInf(x, 0) {
			i, _ := big.NewFloat(x).Int(nil)
			return hashed{'i', i.String()}
		}
		return hashed{'f', FloatText(x)}
	}
	fail("%s cannot be the key of a dict", typeName(v))
	return nil
}

// Int makes a whole number.
func Int(i int64) any { return big.NewInt(i) }

func limited(i *big.Int) *big.Int {
	if i.BitLen() > maxBits {
		fail("a whole number has more than %d bits", maxBits)
	}
	return i
}

// typeName is Python's name of a value's type.
func typeName(v any) string {
	switch v.(type) {
	case nil:
		return "NoneType"
	case bool:
		return "bool"
	case *big.Int:
		return "int"
	case float64:
		return "float"
	case string:
		return "str"
	case List:
		return "list"
	case Tuple:
		return "tuple"
	case *Dict:
		return "dict"
	case undefined:
		return "Undefined"
	case span:
		return "range"
	}
	return "object"
}

func integer(v any) *big.Int {
	switch x := v.(type) {
	case bool:
		if x {
			return big.NewInt(1)
		}
		return new(big.Int)
	case *big.Int:
		return x
	}
	return nil
}

// defined ends rendering when a value is undefined.
func defined(v any) any {
	if u, ok := v.(undefined); ok {
		fail("%s", u.msg)
	}
	return v
}

func truth(v any) bool {
	switch x := defined(v).(type) {
	case nil:
		return false
	case bool:
		return x
	case *big.Int:
		return x.Sign() != 0
	case float64:
		return x != 0
	case string:
		return x != ""
	case List:
		return len(x) > 0
	case Tuple:
		return len(x) > 0
	case *Dict:
		return len(x.keys) > 0
	case span:
		return x.len() > 0
	case iter:
		fail("the truth of %s is not supported; add '| list'", x.what)
	}
	return true
}

func (r span) len() int {
	if r.step > 0 && r.start < r.stop {
		return (r.stop-r.start-1)/r.step + 1
	}
	if r.step < 0 && r.start > r.stop {
		return (r.start-r.stop-1)/-r.step + 1
	}
	return 0
}

// FloatText writes a float as Python's repr: shortest digits, always with a dot or an exponent.
func FloatText(f float64) string {
	switch {
	case math.IsInf(f, 1):
		return "inf"
	case math.IsInf(f, -1):
		return "-inf"
	case math.IsNaN(f):
		return "nan"
	}
	s := strconv.FormatFloat(f, 'e', -1, 64)
	exp, _ := strconv.Atoi(s[strings.IndexByte(s, 'e')+1:])
	if exp < -4 || exp >= 16 {
		return s
	}
	s = strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.ContainsRune(s, '.') {
		s += ".0"
	}
	return s
}

// str is Python's str().
func (e *eval) str(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	if u, ok := v.(undefined); ok && u.soft {
		return ""
	}
	var b strings.Builder
	e.repr(&b, v, 0)
	return b.String()
}

// repr is Python's repr().
func (e *eval) repr(b *strings.Builder, v any, depth int) {
	e.budget.spend(1)
	if depth > maxNesting {
		fail("the value is nested too deeply to print")
	}
	list := func(open, end string, items []any) {
		b.WriteString(open)
		for i, x := range items {
			if i > 0 {
				b.WriteString(", ")
			}
			e.repr(b, x, depth+1)
		}
		b.WriteString(end)
	}
	switch x := v.(type) {
	case nil:
		b.WriteString("None")
	case bool:
		b.WriteString(map[bool]string{true: "True", false: "False"}[x])
	case *big.Int:
		e.budget.spend(x.BitLen() / 8)
		b.WriteString(x.String())
	case float64:
		b.WriteString(FloatText(x))
	case string:
		e.budget.spend(len(x))
		b.WriteString(quote(x))
	case List:
		list("[", "]", x)
	case Tuple:
		if len(x) == 1 {
			list("(", ",)", x)
			return
		}
		list("(", ")", x)
	case *Dict:
		b.WriteByte('{')
		for i, k := range x.keys {
			if i > 0 {
				b.WriteString(", ")
			}
			e.repr(b, k, depth+1)
			b.WriteString(": ")
			e.repr(b, x.vals[i], depth+1)
		}
		b.WriteByte('}')
	case span:
		b.WriteString("range(" + strconv.Itoa(x.start) + ", " + strconv.Itoa(x.stop))
		if x.step != 1 {
			b.WriteString(", " + strconv.Itoa(x.step))
		}
		b.WriteByte(')')
	case undefined:
		fail("%s", x.msg)
	case iter:
		fail("%s cannot be printed; add '| list'", x.what)
	case function:
		fail("function '%s' cannot be printed; call it", x.name)
	default:
		fail("this value cannot be printed")
	}
}

// quote writes a text as Python's repr does.
func quote(s string) string {
	q := byte('\'')
	if strings.ContainsRune(s, '\'') && !strings.ContainsRune(s, '"') {
		q = '"'
	}
	b := []byte{q}
	for _, r := range s {
		switch {
		case r == rune(q) || r == '\\':
			b = append(b, '\\', byte(r))
		case r == '\n':
			b = append(b, `\n`...)
		case r == '\t':
			b = append(b, `\t`...)
		case r == '\r':
			b = append(b, `\r`...)
		case unicode.IsPrint(r):
			b = append(b, string(r)...)
		case r < 0x100:
			b = append(b, `\x`...)
			b = append(b, hex(r, 2)...)
		case r < 0x10000:
			b = append(b, `\u`...)
			b = append(b, hex(r, 4)...)
		default:
			b = append(b, `\U`...)
			b = append(b, hex(r, 8)...)
		}
	}
	return string(append(b, q))
}

func hex(r rune, n int) string {
	s := strconv.FormatInt(int64(r), 16)
	return strings.Repeat("0", max(n-len(s), 0)) + s
}

// iterate lists what a for loop sees.
func (e *eval) iterate(v any) []any {
	var out []any
	switch x := defined(v).(type) {
	case List:
		out = x
	case Tuple:
		out = x
	case iter:
		out = x.items
	case *Dict:
		out = x.keys
	case string:
		e.budget.spend(len(x))
		for _, r := range x {
			out = append(out, string(r))
		}
		return out
	case span:
		n := x.len()
		e.budget.spend(n)
		out = make([]any, n)
		for i := range out {
			out[i] = Int(int64(x.start + i*x.step))
		}
		return out
	default:
		fail("%s cannot be looped over", typeName(v))
	}
	e.budget.spend(len(out))
	return out
}
