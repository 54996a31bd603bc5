// Methods: those of Python's str, dict, list and float that give a value and change nothing.
package jinja

import (
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// method finds v.name; an unsupported method of Python's is refused by name, because its absence would read as an undefined value.
func method(v any, name string) (any, bool) {
	bind := func(call func(e *eval, a values) any) (any, bool) { return function{name, call}, true }
	known := ""
	switch x := v.(type) {
	case string:
		if f := stringMethods[name]; f != nil {
			return bind(func(e *eval, a values) any {
				if len(a.named) > 0 && name != "format" {
					fail("'%s' takes no named arguments", name)
				}
				e.budget.spend(len(x) / 4)
				return f(e, x, a)
			})
		}
		known = stringOthers
	case *Dict:
		switch name {
		case "items":
			return bind(func(e *eval, a values) any {
				a.only(name)
				e.budget.spend(len(x.keys))
				return iter{x.items(), "items()"}
			})
		case "keys":
			return bind(func(_ *eval, a values) any { a.only(name); return iter{x.keys, "keys()"} })
		case "values":
			return bind(func(_ *eval, a values) any { a.only(name); return iter{x.vals, "values()"} })
		case "get":
			return bind(func(e *eval, a values) any {
				if len(a.pos) < 1 || len(a.pos) > 2 || len(a.named) > 0 {
					fail("'get' takes a key and a default")
				}
				e.budget.spend(keyCost(a.pos[0]))
				if item, ok := x.get(a.pos[0]); ok {
					return item
				}
				if len(a.pos) == 2 {
					return a.pos[1]
				}
				return nil
			})
		}
		known = "clear copy fromkeys pop popitem setdefault update"
	case List, Tuple:
		switch name {
		case "count", "index":
			return bind(func(e *eval, a values) any {
				want, at, n := other(name, a), -1, 0
				for i, y := range e.iterate(v) {
					if e.equal(y, want) {
						if n++; at < 0 {
							at = i
						}
					}
				}
				if name == "count" {
					return Int(int64(n))
				}
				if at < 0 {
					fail("the list does not hold the value asked of 'index'")
				}
				return Int(int64(at))
			})
		}
		known = "append clear copy extend insert pop remove reverse sort"
	case float64:
		if name == "is_integer" {
			return bind(func(_ *eval, a values) any { a.only(name); return x == math.Trunc(x) && !math.IsInf(x, 0) })
		}
		if name == "real" {
			return x, true
		}
		known = "as_integer_ratio conjugate fromhex hex imag"
	case iter:
		fail("'%s' of %s is not supported; add '| list'", name, x.what)
	default:
		if i := integer(v); i != nil {
			if name == "real" || name == "numerator" {
				return i, true
			}
			known = "as_integer_ratio bit_count bit_length conjugate denominator from_bytes imag to_bytes"
		}
	}
	if slices.Contains(strings.Fields(known), name) {
		fail("'%s' of %s is not supported in configurations", name, typeName(v))
	}
	return nil, false
}

const stringOthers = "casefold center encode expandtabs format_map index isalnum isalpha isascii isdecimal isidentifier islower isnumeric isprintable isspace " +
	"istitle isupper ljust maketrans partition removeprefix removesuffix rfind rindex rjust rpartition rsplit splitlines swapcase title translate"

var stringMethods = map[string]func(e *eval, s string, a values) any{
	"capitalize": func(_ *eval, s string, a values) any { a.only("capitalize"); return capitalize(s) },
	"count": func(_ *eval, s string, a values) any {
		if sub := oneText("count", a); sub != "" {
			return Int(int64(strings.Count(s, sub)))
		}
		return Int(int64(utf8.RuneCountInString(s) + 1))
	},
	"endswith": func(_ *eval, s string, a values) any { return strings.HasSuffix(s, oneText("endswith", a)) },
	"find": func(_ *eval, s string, a values) any {
		i := strings.Index(s, oneText("find", a))
		if i > 0 {
			i = utf8.RuneCountInString(s[:i])
		}
		return Int(int64(i))
	},
	"format": (*eval).braces,
	"isdigit": func(_ *eval, s string, a values) any {
		a.only("isdigit")
		return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
			if r >= 0x80 {
				fail("'isdigit' of non-ASCII text is not supported in configurations")
			}
			return r < '0' || r > '9'
		})
	},
	"join": func(e *eval, s string, a values) any {
		if len(a.pos) != 1 {
			fail("'join' takes one list")
		}
		var parts []string
		for _, x := range e.iterate(a.pos[0]) {
			p, ok := x.(string)
			if !ok {
				fail("'join' needs texts, not %s", typeName(x))
			}
			e.budget.spend((len(p) + len(s)) / 8)
			parts = append(parts, p)
		}
		return strings.Join(parts, s)
	},
	"lower":  func(_ *eval, s string, a values) any { a.only("lower"); return lower(s) },
	"lstrip": func(_ *eval, s string, a values) any { return strip("lstrip", s, a, true, false) },
	"replace": func(e *eval, s string, a values) any {
		if len(a.pos) < 2 || len(a.pos) > 3 {
			fail("'replace' takes the old text, the new one and a count")
		}
		count := wholeArg("replace", a, 2, "count", -1)
		return e.replace(s, oneText("replace", values{pos: a.pos[:1]}), oneText("replace", values{pos: a.pos[1:2]}), count)
	},
	"rstrip":     func(_ *eval, s string, a values) any { return strip("rstrip", s, a, false, true) },
	"split":      splitText,
	"startswith": func(_ *eval, s string, a values) any { return strings.HasPrefix(s, oneText("startswith", a)) },
	"strip":      func(_ *eval, s string, a values) any { return strip("strip", s, a, true, true) },
	"upper":      func(_ *eval, s string, a values) any { a.only("upper"); return upper(s) },
	"zfill": func(e *eval, s string, a values) any {
		if len(a.pos) != 1 {
			fail("'zfill' takes one width")
		}
		n := wholeArg("zfill", a, 0, "width", 0) - utf8.RuneCountInString(s)
		if n <= 0 {
			return s
		}
		e.budget.spend(n)
		sign := ""
		if s != "" && (s[0] == '-' || s[0] == '+') {
			sign, s = s[:1], s[1:]
		}
		return sign + strings.Repeat("0", n) + s
	},
}

func oneText(name string, a values) string {
	if len(a.pos) != 1 {
		fail("'%s' takes one text in configurations", name)
	}
	s, ok := defined(a.pos[0]).(string)
	if !ok {
		fail("'%s' needs a text, not %s", name, typeName(a.pos[0]))
	}
	return s
}

func strip(name, s string, a values, left, right bool) string {
	in := isSpace
	if len(a.pos) > 0 && a.pos[0] != nil {
		chars := oneText(name, a)
		in = func(r rune) bool { return strings.ContainsRune(chars, r) }
	}
	if left {
		s = strings.TrimLeftFunc(s, in)
	}
	if right {
		s = strings.TrimRightFunc(s, in)
	}
	return s
}

func splitText(e *eval, s string, a values) any {
	if len(a.pos) > 2 {
		fail("'split' takes a separator and a count")
	}
	count := wholeArg("split", a, 1, "maxsplit", -1)
	var parts []string
	if len(a.pos) == 0 || a.pos[0] == nil {
		if count >= 0 {
			fail("'split' at spaces with a count is not supported in configurations")
		}
		parts = strings.FieldsFunc(s, isSpace)
	} else {
		sep := oneText("split", values{pos: a.pos[:1]})
		if sep == "" {
			fail("'split' needs a separator that is not empty")
		}
		if count >= 0 {
			count++
		}
		parts = strings.SplitN(s, sep, count)
	}
	e.budget.spend(len(parts))
	out := make(List, len(parts))
	for i, p := range parts {
		out[i] = p
	}
	return out
}
