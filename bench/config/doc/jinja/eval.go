// Evaluation: statements write text, expressions give values; every step is paid for from the budget.
package jinja

import (
	"math/big"
	"strings"
)

type scope struct {
	up   *scope
	vars map[string]any
}

func (s *scope) set(name string, v any) {
	if s.vars == nil {
		s.vars = map[string]any{}
	}
	s.vars[name] = v
}

type eval struct {
	vars   func(string) (any, bool)
	budget *Budget
	out    *strings.Builder
	scope  *scope
}

// values are the arguments of a call.
type values struct {
	pos   []any
	names []string // of the named ones, in order
	named map[string]any
}

// arg is the i-th argument or the one of that name; ok is false when it was not given.
func (a values) arg(i int, name string) (v any, ok bool) {
	if i < len(a.pos) {
		return a.pos[i], true
	}
	v, ok = a.named[name]
	return v, ok
}

// only refuses arguments that a function does not take.
func (a values) only(what string, names ...string) {
	if len(a.pos) > len(names) {
		fail("'%s' takes at most %d arguments", what, len(names))
	}
next:
	for n := range a.named {
		for i, x := range names {
			if x == n {
				if i < len(a.pos) {
					fail("'%s' got two values for '%s'", what, n)
				}
				continue next
			}
		}
		fail("'%s' does not take an argument named '%s'", what, n)
	}
}

func (e *eval) write(s string) {
	e.budget.spend(len(s)/8 + 1)
	e.out.WriteString(s)
}

func (e *eval) enter() { e.scope = &scope{up: e.scope} }
func (e *eval) leave() { e.scope = e.scope.up }

func (e *eval) run(body []stmt) {
	for _, s := range body {
		e.budget.spend(1)
		switch s := s.(type) {
		case sData:
			e.write(s.text)
		case sPrint:
			e.write(e.str(e.eval(s.x)))
		case sIf:
			if truth(e.eval(s.cond)) {
				e.run(s.yes)
			} else {
				e.run(s.no)
			}
		case sFor:
			e.loop(s)
		case sSet:
			e.set(s)
		case sWith:
			vals := make([]any, len(s.vals))
			for i, x := range s.vals {
				vals[i] = e.eval(x)
			}
			e.enter()
			for i, n := range s.vars {
				e.scope.set(n, vals[i])
			}
			e.run(s.body)
			e.leave()
		}
	}
}

func (e *eval) loop(s sFor) {
	items := e.iterate(e.eval(s.list))
	if s.cond != nil {
		var kept []any
		for _, x := range items {
			e.enter()
			e.unpack(s.vars, x)
			if truth(e.eval(s.cond)) {
				kept = append(kept, x)
			}
			e.leave()
		}
		items = kept
	}
	if len(items) == 0 {
		e.enter()
		e.run(s.empty)
		e.leave()
		return
	}
	for i, x := range items {
		e.budget.spend(4) // a scope of its own
		e.enter()
		e.scope.set("loop", loop{i, items})
		e.unpack(s.vars, x)
		e.run(s.body)
		e.leave()
	}
}

// unpack assigns one value to one name, or its items to several.
func (e *eval) unpack(vars []string, v any) {
	if len(vars) == 1 {
		e.scope.set(vars[0], v)
		return
	}
	items := e.iterate(v)
	if len(items) != len(vars) {
		fail("%d values cannot be unpacked into %d names", len(items), len(vars))
	}
	for i, n := range vars {
		e.scope.set(n, items[i])
	}
}

func (e *eval) set(s sSet) {
	var v any
	if s.x != nil {
		v = e.eval(s.x)
	} else {
		outer := e.out
		e.out = &strings.Builder{}
		e.enter()
		e.run(s.body)
		e.leave()
		v = e.out.String()
		e.out = outer
	}
	if s.attr == "" {
		e.unpack(s.vars, v)
		return
	}
	ns, ok := e.lookup(s.vars[0]).(namespace)
	if !ok {
		fail("only a namespace's attributes can be set; '%s' is none", s.vars[0])
	}
	ns.d.Set(s.attr, v)
}

func (e *eval) lookup(name string) any {
	for s := e.scope; s != nil; s = s.up {
		if v, ok := s.vars[name]; ok {
			return v
		}
	}
	if v, ok := e.vars(name); ok {
		return v
	}
	switch name {
	case "range":
		return function{name, makeRange}
	case "dict":
		return function{name, makeDict}
	case "namespace":
		return function{name, func(e *eval, a values) any { return namespace{makeDict(e, a).(*Dict)} }}
	case "lipsum", "cycler", "joiner", "self":
		fail("Jinja's '%s' is not supported in configurations", name)
	}
	return undefined{msg: "'" + name + "' is undefined"}
}

// globals are the names every template knows.
var globals = map[string]bool{"range": true, "dict": true, "namespace": true, "lipsum": true, "cycler": true, "joiner": true, "self": true}

func (e *eval) eval(x expr) any {
	e.budget.spend(1)
	switch x := x.(type) {
	case eConst:
		return x.v
	case eName:
		return e.lookup(x.name)
	case eList:
		return List(e.all(x.items))
	case eTuple:
		return Tuple(e.all(x.items))
	case eDict:
		d := NewDict()
		for i, k := range x.keys {
			key := e.eval(k)
			e.budget.spend(keyCost(key))
			d.Set(key, e.eval(x.vals[i]))
		}
		return d
	case eUnary:
		return e.unary(x.op, e.eval(x.x))
	case eBinary:
		return e.operate(x)
	case eCompare:
		return e.compare(x)
	case eIf:
		if truth(e.eval(x.cond)) {
			return e.eval(x.yes)
		}
		if x.no == nil {
			return undefined{msg: "the inline if was false and has no else", soft: true}
		}
		return e.eval(x.no)
	case eAttr:
		return e.attr(e.eval(x.x), x.name)
	case eIndex:
		return e.index(e.eval(x.x), e.eval(x.i))
	case eSlice:
		bound := func(x expr) any {
			if x == nil {
				return nil
			}
			return e.eval(x)
		}
		return slicing{bound(x.from), bound(x.to), bound(x.step)}
	case eCall:
		f, ok := defined(e.eval(x.f)).(function)
		if !ok {
			fail("this value cannot be called")
		}
		return f.call(e, e.args(x.a))
	case eFilter:
		return x.f(e, e.eval(x.x), e.args(x.a))
	case eTest:
		return x.f(e, e.eval(x.x), e.args(x.a)) != x.not
	}
	return nil
}

func (e *eval) all(xs []expr) []any {
	out := make([]any, len(xs))
	for i, x := range xs {
		out[i] = e.eval(x)
	}
	return out
}

func (e *eval) args(a args) values {
	v := values{pos: e.all(a.pos), names: a.names}
	for i, n := range a.names {
		if v.named == nil {
			v.named = map[string]any{}
		}
		if _, ok := v.named[n]; ok {
			fail("argument '%s' is given twice", n)
		}
		v.named[n] = e.eval(a.named[i])
	}
	return v
}

func (e *eval) unary(op string, v any) any {
	if op == "not" {
		return !truth(v)
	}
	defined(v)
	if f, ok := v.(float64); ok {
		if op == "-" {
			return -f
		}
		return f
	}
	i := integer(v)
	if i == nil {
		fail("'%s' is not supported for %s", op, typeName(v))
	}
	if op == "-" {
		return new(big.Int).Neg(i)
	}
	return i
}

func (e *eval) operate(x eBinary) any {
	l := e.eval(x.l)
	switch x.op {
	case "and":
		if !truth(l) {
			return l
		}
		return e.eval(x.r)
	case "or":
		if truth(l) {
			return l
		}
		return e.eval(x.r)
	case "~":
		a, b := e.str(l), e.str(e.eval(x.r))
		e.budget.spend((len(a) + len(b)) / 16)
		return a + b
	}
	return e.binary(x.op, l, e.eval(x.r))
}

func (e *eval) compare(x eCompare) any {
	l := e.eval(x.first)
	for i, op := range x.ops {
		r := e.eval(x.rest[i])
		if !e.holds(op, l, r) {
			return false
		}
		l = r
	}
	return true
}

func (e *eval) holds(op string, l, r any) bool {
	switch op {
	case "==":
		return e.equal(l, r)
	case "!=":
		return !e.equal(l, r)
	case "<":
		return e.less(l, r, op)
	case ">":
		return e.less(r, l, op)
	case "<=":
		return e.less(l, r, op) || e.equal(l, r)
	case ">=":
		return e.less(r, l, op) || e.equal(l, r)
	case "in":
		return e.contains(r, l)
	}
	return !e.contains(r, l)
}

func (e *eval) contains(box, x any) bool {
	defined(x)
	switch b := defined(box).(type) {
	case string:
		s, ok := x.(string)
		if !ok {
			fail("'in' a text needs a text, not %s", typeName(x))
		}
		e.budget.spend(len(b) / 16)
		return strings.Contains(b, s)
	case *Dict:
		e.budget.spend(keyCost(x))
		_, ok := b.get(x)
		return ok
	}
	for _, y := range e.iterate(box) {
		if e.equal(x, y) {
			return true
		}
	}
	return false
}
