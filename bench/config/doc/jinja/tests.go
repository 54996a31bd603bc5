// Tests: what may stand behind "is", one row each.
package jinja

import (
	"math/big"
	"strings"
	"unicode"
)

type testFunc func(e *eval, v any, a values) bool

func testTable() map[string]testFunc {
	return map[string]testFunc{
		"defined":   func(_ *eval, v any, a values) bool { a.only("defined"); _, un := v.(undefined); return !un },
		"undefined": func(_ *eval, v any, a values) bool { a.only("undefined"); _, un := v.(undefined); return un },
		"none":      func(_ *eval, v any, a values) bool { a.only("none"); return v == nil },
		"boolean":   func(_ *eval, v any, a values) bool { a.only("boolean"); _, ok := v.(bool); return ok },
		"true":      func(_ *eval, v any, a values) bool { a.only("true"); return v == true },
		"false":     func(_ *eval, v any, a values) bool { a.only("false"); return v == false },
		"integer":   func(_ *eval, v any, a values) bool { a.only("integer"); _, ok := v.(*big.Int); return ok },
		"float":     func(_ *eval, v any, a values) bool { a.only("float"); _, ok := v.(float64); return ok },
		"number":    func(_ *eval, v any, a values) bool { a.only("number"); return isNumber(v) },
		"string":    func(_ *eval, v any, a values) bool { a.only("string"); _, ok := v.(string); return ok },
		"mapping":   func(_ *eval, v any, a values) bool { a.only("mapping"); _, ok := v.(*Dict); return ok },
		"iterable": func(_ *eval, v any, a values) bool {
			a.only("iterable")
			_, lazy := defined(v).(iter)
			return lazy || isSequence(v)
		},
		"sequence":    func(_ *eval, v any, a values) bool { a.only("sequence"); return isSequence(defined(v)) },
		"odd":         func(e *eval, v any, a values) bool { a.only("odd"); return e.equal(e.binary("%", v, Int(2)), Int(1)) },
		"even":        func(e *eval, v any, a values) bool { a.only("even"); return e.equal(e.binary("%", v, Int(2)), Int(0)) },
		"divisibleby": func(e *eval, v any, a values) bool { return e.equal(e.binary("%", v, other("divisibleby", a)), Int(0)) },
		"in":          func(e *eval, v any, a values) bool { return e.contains(other("in", a), v) },
		"upper":       func(e *eval, v any, a values) bool { s := e.word("upper", v, a); return cased(s, unicode.IsLower) },
		"lower":       func(e *eval, v any, a values) bool { s := e.word("lower", v, a); return cased(s, unicode.IsUpper) },
		"eq":          comparing("=="), "==": comparing("=="), "equalto": comparing("=="),
		"ne": comparing("!="), "!=": comparing("!="),
		"lt": comparing("<"), "<": comparing("<"), "lessthan": comparing("<"),
		"le": comparing("<="), "<=": comparing("<="),
		"gt": comparing(">"), ">": comparing(">"), "greaterthan": comparing(">"),
		"ge": comparing(">="), ">=": comparing(">="),
	}
}

var unsupportedTests = []string{"callable", "escaped", "filter", "sameas", "test"}

func comparing(op string) testFunc {
	return func(e *eval, v any, a values) bool { return e.holds(op, v, other(op, a)) }
}

// other is the one argument of a test.
func other(name string, a values) any {
	if len(a.pos) != 1 || len(a.named) > 0 {
		fail("test '%s' needs one value", name)
	}
	return a.pos[0]
}

func isSequence(v any) bool {
	switch v.(type) {
	case string, List, Tuple, *Dict, span:
		return true
	}
	return false
}

// cased is Python's isupper and islower: some letter, and none of the other case.
func cased(s string, wrong func(rune) bool) bool {
	return !strings.ContainsFunc(s, wrong) && strings.ContainsFunc(s, func(r rune) bool { return unicode.IsUpper(r) || unicode.IsLower(r) })
}
