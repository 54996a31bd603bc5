// Access: attributes, items and slices of values, and the functions every template has.
package jinja

import (
	"fmt"
	"math"
	"math/big"
	"strings"
)

// attr is x.name: a method or attribute first, then an item, as Jinja2 looks them up.
func (e *eval) attr(v any, name string) any {
	defined(v)
	if strings.HasPrefix(name, "_") {
		fail("attribute '%s' is not supported in configurations", name)
	}
	if m, ok := method(v, name); ok {
		return m
	}
	switch x := v.(type) {
	case *Dict:
		if item, ok := x.get(name); ok {
			return item
		}
	case namespace:
		if item, ok := x.d.get(name); ok {
			return item
		}
	case loop:
		if item, ok := x.attr(name); ok {
			return item
		}
	}
	return missing(v, name)
}

func missing(v any, name string) any {
	what := "'" + typeName(v) + " object'"
	if v == nil {
		what = "'None'"
	}
	return undefined{msg: fmt.Sprintf("%s has no attribute '%s'", what, name)}
}

func (l loop) attr(name string) (any, bool) {
	n := len(l.items)
	switch name {
	case "index":
		return Int(int64(l.at + 1)), true
	case "index0":
		return Int(int64(l.at)), true
	case "revindex":
		return Int(int64(n - l.at)), true
	case "revindex0":
		return Int(int64(n - l.at - 1)), true
	case "first":
		return l.at == 0, true
	case "last":
		return l.at == n-1, true
	case "length":
		return Int(int64(n)), true
	case "previtem":
		if l.at == 0 {
			return undefined{msg: "there is no previous item"}, true
		}
		return l.items[l.at-1], true
	case "nextitem":
		if l.at == n-1 {
			return undefined{msg: "there is no next item"}, true
		}
		return l.items[l.at+1], true
	case "cycle":
		return function{"cycle", func(_ *eval, a values) any {
			if len(a.pos) == 0 {
				fail("'cycle' needs values")
			}
			return a.pos[l.at%len(a.pos)]
		}}, true
	}
	fail("'loop.%s' is not supported in configurations", name)
	return nil, false
}

// index is x[i].
func (e *eval) index(v, i any) any {
	defined(v)
	if s, ok := i.(slicing); ok {
		return e.slice(v, s)
	}
	defined(i)
	if d, ok := v.(*Dict); ok {
		e.budget.spend(keyCost(i))
		if item, ok := d.get(i); ok {
			return item
		}
		if name, ok := i.(string); ok {
			if m, ok := method(v, name); ok {
				return m
			}
			return missing(v, name)
		}
		return undefined{msg: "dict object has no element " + e.str(i)}
	}
	if n := integer(i); n != nil {
		var items []any
		switch x := v.(type) {
		case List:
			items = x
		case Tuple:
			items = x
		case string, span:
			items = e.iterate(x)
		default:
			return undefined{msg: typeName(v) + " object has no element " + n.String()}
		}
		at := -1
		if n.IsInt64() {
			at = int(n.Int64())
			if at < 0 {
				at += len(items)
			}
		}
		if at < 0 || at >= len(items) {
			return undefined{msg: typeName(v) + " object has no element " + n.String()}
		}
		return items[at]
	}
	if name, ok := i.(string); ok {
		return e.attr(v, name)
	}
	return undefined{msg: typeName(v) + " object has no element " + e.str(i)}
}

// slicing is a slice's evaluated bounds; nil where left out.
type slicing struct{ from, to, step any }

// slice is x[from:to:step].
func (e *eval) slice(v any, s slicing) any {
	var items []any
	switch v.(type) {
	case List, Tuple, string:
		items = e.iterate(v)
	default:
		fail("%s cannot be sliced", typeName(v))
	}
	bound := func(v any, def int) int {
		if v == nil {
			return def
		}
		n := integer(defined(v))
		if n == nil {
			fail("slice bounds must be whole numbers")
		}
		return clamp(n)
	}
	step := bound(s.step, 1)
	if step == 0 {
		fail("a slice's step cannot be zero")
	}
	n := len(items)
	low, high := 0, n
	if step < 0 {
		low, high = -1, n-1
	}
	place := func(v any, def int) int {
		i := bound(v, def)
		if v != nil && i < 0 {
			i += n
		}
		return min(max(i, low), high)
	}
	first, last := low, high
	if step < 0 {
		first, last = high, low
	}
	from, to := place(s.from, first), place(s.to, last)
	if s.from == nil {
		from = first
	}
	if s.to == nil {
		to = last
	}
	var out []any
	for i := from; step > 0 && i < to || step < 0 && i > to; i += step {
		out = append(out, items[i])
	}
	switch v.(type) {
	case Tuple:
		return Tuple(out)
	case string:
		var b strings.Builder
		for _, c := range out {
			b.WriteString(c.(string))
		}
		return b.String()
	}
	return List(out)
}

// clamp cuts a whole number to what an index can be.
func clamp(n *big.Int) int {
	if n.IsInt64() && n.Int64() > math.MinInt32 && n.Int64() < math.MaxInt32 {
		return int(n.Int64())
	}
	return n.Sign() * math.MaxInt32
}

func makeRange(_ *eval, a values) any {
	if len(a.named) > 0 || len(a.pos) < 1 || len(a.pos) > 3 {
		fail("'range' takes one to three whole numbers")
	}
	var n [3]int
	for i, v := range a.pos {
		x := integer(defined(v))
		if x == nil {
			fail("'range' takes whole numbers, not %s", typeName(v))
		}
		if !x.IsInt64() || clamp(x) == math.MaxInt32 || clamp(x) == -math.MaxInt32 {
			fail("the template computes too much")
		}
		n[i] = clamp(x)
	}
	switch len(a.pos) {
	case 1:
		return span{0, n[0], 1}
	case 2:
		return span{n[0], n[1], 1}
	}
	if n[2] == 0 {
		fail("the step of 'range' cannot be zero")
	}
	return span{n[0], n[1], n[2]}
}

func makeDict(e *eval, a values) any {
	d := NewDict()
	if len(a.pos) > 1 {
		fail("'dict' takes one mapping and named values")
	}
	if len(a.pos) == 1 {
		from, ok := defined(a.pos[0]).(*Dict)
		if !ok {
			fail("'dict' takes a mapping, not %s", typeName(a.pos[0]))
		}
		e.budget.spend(len(from.keys))
		for i, k := range from.keys {
			d.Set(k, from.vals[i])
		}
	}
	for _, n := range a.names {
		d.Set(n, a.named[n])
	}
	return d
}
