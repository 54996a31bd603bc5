// Filters: one row per filter of Jinja2 that gives here what it gives there.
package jinja

import (
	"math"
	"math/big"
	"unicode/utf8"
)

type filterFunc func(e *eval, v any, a values) any

// filterTable is made when asked for, not kept: rows such as map look other rows up.
func filterTable() map[string]filterFunc {
	return map[string]filterFunc{
		"abs":        filterAbs,
		"batch":      filterBatch,
		"capitalize": func(e *eval, v any, a values) any { return capitalize(e.word("capitalize", v, a)) },
		"count":      filterLength,
		"d":          filterDefault,
		"default":    filterDefault,
		"dictsort":   filterDictsort,
		"first":      filterFirst,
		"float":      filterFloat,
		"format":     filterFormat,
		"int":        filterInt,
		"items":      filterItems,
		"join":       filterJoin,
		"last":       filterLast,
		"length":     filterLength,
		"list":       func(e *eval, v any, a values) any { a.only("list"); return List(append([]any{}, e.iterate(v)...)) },
		"lower":      func(e *eval, v any, a values) any { return lower(e.word("lower", v, a)) },
		"map":        filterMap,
		"max":        func(e *eval, v any, a values) any { return e.extreme("max", v, a) },
		"min":        func(e *eval, v any, a values) any { return e.extreme("min", v, a) },
		"reject":     func(e *eval, v any, a values) any { return e.choose("reject", v, a, false, false) },
		"rejectattr": func(e *eval, v any, a values) any { return e.choose("rejectattr", v, a, true, false) },
		"replace":    filterReplace,
		"reverse":    filterReverse,
		"round":      filterRound,
		"select":     func(e *eval, v any, a values) any { return e.choose("select", v, a, false, true) },
		"selectattr": func(e *eval, v any, a values) any { return e.choose("selectattr", v, a, true, true) },
		"sort":       filterSort,
		"string":     func(e *eval, v any, a values) any { a.only("string"); return e.str(v) },
		"sum":        filterSum,
		"title":      filterTitle,
		"tojson":     filterToJSON,
		"trim":       filterTrim,
		"unique":     filterUnique,
		"upper":      func(e *eval, v any, a values) any { return upper(e.word("upper", v, a)) },
		"urlencode":  filterURLEncode,
		"wordcount":  func(e *eval, v any, a values) any { return e.countWords(e.word("wordcount", v, a)) },
	}
}

// unsupportedFilters are Jinja2's others: no use in a configuration, random, or made for HTML.
var unsupportedFilters = []string{"attr", "center", "e", "escape", "filesizeformat", "forceescape", "groupby", "indent", "pprint", "random", "safe", "slice",
	"striptags", "truncate", "urlize", "wordwrap", "xmlattr"}

// word is a text filter's input: str() of the value.
func (e *eval) word(name string, v any, a values) string {
	a.only(name)
	s := e.str(defined(v))
	e.budget.spend(len(s) / 4)
	return s
}

func filterAbs(e *eval, v any, a values) any {
	a.only("abs")
	if f, ok := defined(v).(float64); ok {
		return math.Abs(f)
	}
	i := integer(v)
	if i == nil {
		fail("'abs' needs a number, not %s", typeName(v))
	}
	return new(big.Int).Abs(i)
}

// wholeArg is a whole-number argument.
func wholeArg(what string, a values, i int, name string, def int) int {
	v, ok := a.arg(i, name)
	if !ok {
		return def
	}
	n := integer(defined(v))
	if n == nil {
		fail("'%s' needs a whole number as '%s', not %s", what, name, typeName(v))
	}
	return clamp(n)
}

func flagArg(a values, i int, name string) bool {
	v, ok := a.arg(i, name)
	return ok && truth(v)
}

func textArg(e *eval, what string, a values, i int, name, def string) string {
	v, ok := a.arg(i, name)
	if !ok {
		return def
	}
	s, ok := defined(v).(string)
	if !ok {
		fail("'%s' needs a text as '%s', not %s", what, name, typeName(v))
	}
	return s
}

func filterLength(e *eval, v any, a values) any {
	a.only("length")
	switch x := defined(v).(type) {
	case string:
		e.budget.spend(len(x) / 16)
		return Int(int64(utf8.RuneCountInString(x)))
	case List:
		return Int(int64(len(x)))
	case Tuple:
		return Int(int64(len(x)))
	case *Dict:
		return Int(int64(len(x.keys)))
	case span:
		return Int(int64(x.len()))
	}
	fail("%s has no length", typeName(v))
	return nil
}

func filterDefault(e *eval, v any, a values) any {
	a.only("default", "default_value", "boolean")
	_, missing := v.(undefined)
	if missing || flagArg(a, 1, "boolean") && !truth(v) {
		if d, ok := a.arg(0, "default_value"); ok {
			return d
		}
		return ""
	}
	return v
}

func filterFloat(e *eval, v any, a values) any {
	a.only("float", "default")
	switch x := defined(v).(type) {
	case bool, *big.Int, float64:
		return toFloat2(x)
	case string:
		e.budget.spend(len(x) / 4)
		if f, ok := ParseFloat(x); ok {
			return f
		}
	}
	if d, ok := a.arg(0, "default"); ok {
		return d
	}
	return 0.0
}

func toFloat2(v any) float64 {
	if f, ok := v.(float64); ok {
		return f
	}
	return toFloat(v)
}

func filterInt(e *eval, v any, a values) any {
	a.only("int", "default", "base")
	base := wholeArg("int", a, 1, "base", 10)
	switch x := defined(v).(type) {
	case bool, *big.Int:
		return integer(x)
	case float64:
		if !math.IsInf(x, 0) && !math.IsNaN(x) {
			return truncated(x)
		}
		fail("%s cannot be made a whole number", FloatText(x))
	case string:
		e.budget.spend(len(x) / 2) // reading digits costs more than their number
		if i, ok := parseInt(x, base); ok {
			return limited(i)
		}
		if f, ok := ParseFloat(x); ok && !math.IsInf(f, 0) && !math.IsNaN(f) {
			return truncated(f)
		}
	}
	if d, ok := a.arg(0, "default"); ok {
		return d
	}
	return new(big.Int)
}

func truncated(f float64) *big.Int {
	i, _ := big.NewFloat(f).Int(nil)
	return i
}

func filterRound(e *eval, v any, a values) any {
	a.only("round", "precision", "method")
	digits := wholeArg("round", a, 0, "precision", 0)
	if !isNumber(defined(v)) {
		fail("'round' needs a number, not %s", typeName(v))
	}
	how := math.Floor
	switch m := textArg(e, "round", a, 1, "method", "common"); m {
	case "common":
		e.budget.spend(roundCost(v, digits))
		return rounded(v, digits)
	case "floor":
	case "ceil":
		how = math.Ceil
	default:
		fail("'round' knows the methods common, ceil and floor, not %q", m)
	}
	if digits < -300 || digits > 300 {
		fail("'round' to %d digits is not supported", digits)
	}
	unit := e.numeric("**", Int(10), Int(int64(digits)))
	x := e.numeric("*", v, unit)
	if f, ok := x.(float64); ok {
		if math.IsInf(f, 0) || math.IsNaN(f) {
			fail("'round' needs a finite number")
		}
		x = truncated(how(f))
	}
	return e.numeric("/", x, unit)
}
