// Arithmetic as Python does it: whole numbers of any size, floor division and remainder with the divisor's sign, true division rounded once.
package jinja

import (
	"math"
	"math/big"
	"strings"
)

func (e *eval) binary(op string, l, r any) any {
	defined(l)
	defined(r)
	if isNumber(l) && isNumber(r) {
		return e.numeric(op, l, r)
	}
	switch op {
	case "+":
		if v := e.join(l, r); v != nil {
			return v
		}
	case "*":
		if v := e.repeat(l, r); v != nil {
			return v
		}
		if v := e.repeat(r, l); v != nil {
			return v
		}
	case "%":
		if f, ok := l.(string); ok {
			return e.percent(f, r)
		}
	}
	fail("'%s' is not supported between %s and %s", op, typeName(l), typeName(r))
	return nil
}

// join is + of texts, lists or tuples.
func (e *eval) join(l, r any) any {
	switch x := l.(type) {
	case string:
		if y, ok := r.(string); ok {
			e.budget.spend((len(x) + len(y)) / 16)
			return x + y
		}
	case List:
		if y, ok := r.(List); ok {
			e.budget.spend(len(x) + len(y))
			return append(append(List{}, x...), y...)
		}
	case Tuple:
		if y, ok := r.(Tuple); ok {
			e.budget.spend(len(x) + len(y))
			return append(append(Tuple{}, x...), y...)
		}
	}
	return nil
}

// repeat is * of a text, list or tuple with a whole number; nil when the types are others.
func (e *eval) repeat(x, times any) any {
	i := integer(times)
	if i == nil {
		return nil
	}
	n := 0
	if i.Sign() > 0 {
		n = math.MaxInt32
		if i.IsInt64() && i.Int64() < math.MaxInt32 {
			n = int(i.Int64())
		}
	}
	many := func(items []any) []any {
		e.budget.spend(len(items) * n)
		out := make([]any, 0, len(items)*n)
		for range n {
			if len(items) == 0 {
				break
			}
			out = append(out, items...)
		}
		return out
	}
	switch s := x.(type) {
	case string:
		e.budget.spend(len(s) * n)
		return strings.Repeat(s, n)
	case List:
		return List(many(s))
	case Tuple:
		return Tuple(many(s))
	}
	return nil
}

func toFloat(v any) float64 {
	if f, ok := v.(float64); ok {
		return f
	}
	f, _ := new(big.Float).SetInt(integer(v)).Float64()
	if math.IsInf(f, 0) {
		fail("a whole number is too large for a float")
	}
	return f
}

func (e *eval) numeric(op string, l, r any) any {
	a, b := integer(l), integer(r)
	if a != nil && b != nil {
		e.budget.spend((a.BitLen() + b.BitLen()) / 16)
		return e.intOp(op, a, b)
	}
	x, y := toFloat(l), toFloat(r)
	switch op {
	case "+":
		return x + y
	case "-":
		return x - y
	case "*":
		return x * y
	case "**":
		e.budget.spend(powerCost)
		return power(x, y)
	}
	if y == 0 {
		fail("division by zero")
	}
	switch op {
	case "/":
		return x / y
	case "//":
		q, _ := floorDiv(x, y)
		return q
	}
	_, m := floorDiv(x, y)
	return m
}

// Costs in steps of what one operation computes with many digits.
const (
	powerCost = 400 // of a power of floats: two logarithms and an exponential of 240 bits
	intCost   = 8   // bits of a whole power that cost one step
)

func (e *eval) intOp(op string, a, b *big.Int) any {
	out := new(big.Int)
	switch op {
	case "+":
		return limited(out.Add(a, b))
	case "-":
		return limited(out.Sub(a, b))
	case "*":
		return limited(out.Mul(a, b))
	case "**":
		if b.Sign() < 0 {
			e.budget.spend(powerCost)
			return power(toFloat(a), toFloat(b))
		}
		if a.BitLen() > 1 && (!b.IsInt64() || b.Int64() > maxBits || int64(a.BitLen()-1)*b.Int64() > maxBits) {
			fail("a whole number has more than %d bits", maxBits)
		}
		if a.BitLen() <= 1 { // 0, 1 and -1 to any power
			return limited(out.Exp(a, new(big.Int).SetInt64(small(b)), nil))
		}
		e.budget.spend(a.BitLen() * int(b.Int64()) / intCost)
		return limited(out.Exp(a, b, nil))
	}
	if b.Sign() == 0 {
		fail("division by zero")
	}
	if op == "/" {
		f, _ := new(big.Rat).SetFrac(a, b).Float64()
		if math.IsInf(f, 0) {
			fail("the quotient is too large for a float")
		}
		return f
	}
	rem := new(big.Int)
	out.QuoRem(a, b, rem)
	if rem.Sign() != 0 && rem.Sign() != b.Sign() {
		out.Sub(out, big.NewInt(1))
		rem.Add(rem, b)
	}
	if op == "//" {
		return out
	}
	return rem
}

// small keeps only whether an exponent is zero, odd or even, which is all that matters for 0, 1 and -1.
func small(b *big.Int) int64 {
	if b.Sign() == 0 {
		return 0
	}
	return 2 - int64(b.Bit(0))
}

// floorDiv is Python's float // and %.
func floorDiv(x, y float64) (q, m float64) {
	m = math.Mod(x, y)
	div := (x - m) / y
	if m != 0 {
		if (y < 0) != (m < 0) {
			m += y
			div--
		}
	} else {
		m = math.Copysign(0, y)
	}
	if div == 0 {
		return math.Copysign(0, x/y), m
	}
	q = math.Floor(div)
	if div-q > 0.5 {
		q++
	}
	return q, m
}

// power is Python's float **. Go's math.Pow can be off in the last digit, so finite results are computed with more digits and rounded once.
func power(x, y float64) any {
	if x == 0 && y < 0 {
		fail("0 cannot be raised to a negative power")
	}
	if x < 0 && y != math.Trunc(y) && !math.IsInf(y, 0) {
		fail("a negative number cannot be raised to a fraction")
	}
	f := math.Pow(x, y)
	if f == 0 || f == 1 || math.IsNaN(f) || math.IsInf(x, 0) || math.IsInf(y, 0) {
		return f
	}
	if math.IsInf(f, 0) {
		fail("the power is too large for a float")
	}
	v, _ := expOf(new(big.Float).SetPrec(prec).Mul(lnOf(math.Abs(x)), newFloat(y))).Float64()
	if math.IsInf(v, 0) {
		fail("the power is too large for a float")
	}
	return math.Copysign(v, f)
}

// prec is how many bits a power is computed with: 53 of the result, 11 of the exponent, and room to round once.
const prec = 240

func newFloat(f float64) *big.Float { return new(big.Float).SetPrec(prec).SetFloat64(f) }

// lnOf is the natural logarithm: of 2 to the exponent, plus that of the mantissa as a series.
func lnOf(x float64) *big.Float {
	m, e := math.Frexp(x)
	if m < math.Sqrt2/2 {
		m, e = m*2, e-1
	}
	out := atanh2(newFloat(m))
	return out.Add(out, new(big.Float).SetPrec(prec).Mul(newFloat(float64(e)), ln2()))
}

func ln2() *big.Float { return atanh2(newFloat(2)) }

// atanh2 is ln m = 2·atanh((m−1)/(m+1)).
func atanh2(m *big.Float) *big.Float {
	one := newFloat(1)
	z := new(big.Float).SetPrec(prec).Quo(new(big.Float).SetPrec(prec).Sub(m, one), new(big.Float).SetPrec(prec).Add(m, one))
	z2 := new(big.Float).SetPrec(prec).Mul(z, z)
	sum, term := newFloat(0), z
	for k := 1; k < 2*prec && term.Sign() != 0; k += 2 {
		add := new(big.Float).SetPrec(prec).Quo(term, newFloat(float64(k)))
		sum.Add(sum, add)
		if add.MantExp(nil) < sum.MantExp(nil)-prec {
			break
		}
		term = new(big.Float).SetPrec(prec).Mul(term, z2)
	}
	return sum.Mul(sum, newFloat(2))
}

// expOf is e to the x: 2 to the whole part of x/ln2, times a series of the rest.
func expOf(x *big.Float) *big.Float {
	l := ln2()
	n, _ := new(big.Float).Quo(x, l).Float64()
	n = math.Round(n)
	r := new(big.Float).SetPrec(prec).Sub(x, new(big.Float).SetPrec(prec).Mul(newFloat(n), l))
	sum, term := newFloat(1), newFloat(1)
	for k := 1; k < prec && term.Sign() != 0 && term.MantExp(nil) > -prec; k++ {
		term.Mul(term, r)
		term.Quo(term, newFloat(float64(k)))
		sum.Add(sum, term)
	}
	return sum.SetMantExp(sum, int(n))
}

// roundCost is what rounding to some digits costs: exact fractions of that many digits, and of the value's own.
func roundCost(v any, digits int) int {
	n := min(max(digits, -digits), 1000)
	if i := integer(v); i != nil {
		return n/2 + i.BitLen()/8
	}
	return 16 + n
}

// rounded is Python's round(x, digits): to the nearest, ties to even, decided on the exact value.
func rounded(v any, digits int) any {
	if i := integer(v); i != nil {
		if digits >= 0 {
			return i
		}
		if digits < -1000 {
			return new(big.Int)
		}
		unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(-digits)), nil)
		return new(big.Int).Mul(evenQuo(i, unit), unit)
	}
	f := v.(float64)
	if math.IsInf(f, 0) || math.IsNaN(f) || digits > 400 || f == 0 {
		return f
	}
	if digits < -400 {
		return math.Copysign(0, f)
	}
	exact := new(big.Rat)
	exact.SetFloat64(f)
	unit := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(digits, -digits))), nil))
	if digits < 0 {
		unit.Inv(unit)
	}
	exact.Mul(exact, unit)
	whole := new(big.Rat).SetInt(evenQuo(exact.Num(), exact.Denom()))
	out, _ := whole.Quo(whole, unit).Float64()
	return math.Copysign(out, f)
}

// evenQuo divides and rounds to the nearest, ties to even; d is positive.
func evenQuo(n, d *big.Int) *big.Int {
	q, m := new(big.Int).DivMod(n, d, new(big.Int))
	switch c := m.Lsh(m, 1).Cmp(d); {
	case c > 0, c == 0 && q.Bit(0) == 1:
		q.Add(q, big.NewInt(1))
	}
	return q
}
