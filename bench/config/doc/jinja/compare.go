// Comparison: when values are equal and in which order they stand, as Python has it.
package jinja

import (
	"math"
	"math/big"
	"sort"
)

// numberCmp orders ints and floats exactly; ok is false for NaN.
func (e *eval) numberCmp(a, b any) (c int, ok bool) {
	x, xf := a.(float64)
	y, yf := b.(float64)
	if xf && math.IsNaN(x) || yf && math.IsNaN(y) {
		return 0, false
	}
	wide := func(f float64, isFloat bool, v any) *big.Float {
		if isFloat {
			return new(big.Float).SetFloat64(f)
		}
		i := integer(v)
		e.budget.spend(i.BitLen() / 64)
		return new(big.Float).SetPrec(maxBits + 64).SetInt(i)
	}
	return wide(x, xf, a).Cmp(wide(y, yf, b)), true
}

func isNumber(v any) bool {
	switch v.(type) {
	case bool, *big.Int, float64:
		return true
	}
	return false
}

func (e *eval) equal(a, b any) bool {
	e.budget.spend(1)
	defined(a)
	defined(b)
	all := func(x, y []any) bool {
		if len(x) != len(y) {
			return false
		}
		for i := range x {
			if !e.equal(x[i], y[i]) {
				return false
			}
		}
		return true
	}
	if isNumber(a) && isNumber(b) {
		c, ok := e.numberCmp(a, b)
		return ok && c == 0
	}
	switch x := a.(type) {
	case nil:
		return b == nil
	case string:
		y, ok := b.(string)
		e.budget.spend(min(len(x), len(y)) / 16)
		return ok && x == y
	case List:
		y, ok := b.(List)
		return ok && all(x, y)
	case Tuple:
		y, ok := b.(Tuple)
		return ok && all(x, y)
	case *Dict:
		y, ok := b.(*Dict)
		if !ok || len(x.keys) != len(y.keys) {
			return false
		}
		for i, k := range x.keys {
			v, ok := y.get(k)
			if !ok || !e.equal(x.vals[i], v) {
				return false
			}
		}
		return true
	case bool, *big.Int, float64:
		return false
	}
	fail("values of type %s cannot be compared here", typeName(a))
	return false
}

// less is Python's <; op words the error.
func (e *eval) less(a, b any, op string) bool {
	e.budget.spend(1)
	defined(a)
	defined(b)
	if isNumber(a) && isNumber(b) {
		c, ok := e.numberCmp(a, b)
		return ok && c < 0
	}
	if x, ok := a.(string); ok {
		if y, ok := b.(string); ok {
			e.budget.spend(min(len(x), len(y)) / 16)
			return x < y
		}
	}
	x, y, ok := sequences(a, b)
	if !ok {
		fail("'%s' is not supported between %s and %s", op, typeName(a), typeName(b))
	}
	for i := range min(len(x), len(y)) {
		if !e.equal(x[i], y[i]) {
			return e.less(x[i], y[i], op)
		}
	}
	return len(x) < len(y)
}

func sequences(a, b any) (x, y []any, ok bool) {
	switch p := a.(type) {
	case List:
		q, ok := b.(List)
		return p, q, ok
	case Tuple:
		q, ok := b.(Tuple)
		return p, q, ok
	}
	return nil, nil, false
}

// ordered sorts in place, stable, by keys made of the items.
func (e *eval) ordered(items []any, key func(any) any, reverse bool) {
	keys := make(map[int]any, len(items))
	order := make([]int, len(items))
	for i, x := range items {
		keys[i], order[i] = key(x), i
	}
	sort.SliceStable(order, func(i, j int) bool {
		if reverse {
			return e.less(keys[order[j]], keys[order[i]], "<")
		}
		return e.less(keys[order[i]], keys[order[j]], "<")
	})
	old := append([]any(nil), items...)
	for i, o := range order {
		items[i] = old[o]
	}
}
