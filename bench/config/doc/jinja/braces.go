// Braces: str.format with the fields {}, {0} and {name}, and what may stand behind their colon: width, zeros, ',', precision, and d, f or s.
package jinja

import (
	"math"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

var (
	brace = regexp.MustCompile(`\{\{|\}\}|\{([A-Za-z_][A-Za-z0-9_]*|[0-9]{0,4})(:[^{}]*)?\}|[{}]`)
	form  = regexp.MustCompile(`^(0?)([0-9]*)(,?)(\.[0-9]+)?([dfs]?)$`)
)

// braces is str.format; a field with an attribute, a conversion or another form is refused.
func (e *eval) braces(s string, a values) any {
	at := 0
	auto, manual := false, false
	e.budget.spend(len(s))
	out := brace.ReplaceAllStringFunc(s, func(m string) string {
		switch m {
		case "{{":
			return "{"
		case "}}":
			return "}"
		case "{", "}":
			fail("a field of format(%q) is not supported in configurations; use the filter 'format'", s)
		}
		field, spec, _ := strings.Cut(m[1:len(m)-1], ":")
		i, err := strconv.Atoi(field)
		switch {
		case field == "":
			i, err, auto = at, nil, true
			at++
		case err == nil:
			manual = true
		}
		if auto && manual {
			fail("format(%q) mixes numbered and unnumbered fields", s)
		}
		var v any
		if err != nil {
			var ok bool
			if v, ok = a.named[field]; !ok {
				fail("format(%q) lacks a value for '%s'", s, field)
			}
		} else {
			if i >= len(a.pos) {
				fail("format(%q) needs more values", s)
			}
			v = a.pos[i]
		}
		t := e.formed(defined(v), spec)
		e.budget.spend(len(t) / 8)
		return t
	})
	return out
}

// formed is Python's format(v, spec).
func (e *eval) formed(v any, spec string) string {
	if spec == "" {
		return e.str(v)
	}
	m := form.FindStringSubmatch(spec)
	if m == nil || len(m[2]) > 6 || len(m[4]) > 4 {
		fail("the form '{:%s}' is not supported in configurations; use the filter 'format'", spec)
	}
	width, _ := strconv.Atoi(m[2])
	precision := -1
	if m[4] != "" {
		precision, _ = strconv.Atoi(m[4][1:])
	}
	e.budget.spend(width + max(precision, 0))
	fill := " "
	if m[1] != "" {
		fill = "0"
	}
	if s, ok := v.(string); ok {
		if m[3] != "" || m[5] != "" && m[5] != "s" {
			fail("the form '{:%s}' needs a number, not a text", spec)
		}
		if n := utf8.RuneCountInString(s); precision >= 0 && precision < n {
			s = string([]rune(s)[:precision])
		}
		return s + strings.Repeat(fill, max(width-utf8.RuneCountInString(s), 0))
	}
	if !isNumber(v) || m[5] == "s" {
		fail("the form '{:%s}' does not fit %s", spec, typeName(v))
	}
	if m[1] != "" && m[3] != "" {
		fail("the form '{:%s}' is not supported in configurations: zeros with ','", spec)
	}
	sign, body := e.digitsOf(v, spec, m[5], precision)
	if m[3] != "" {
		body = grouped(body)
	}
	pad := strings.Repeat(fill, max(width-len(sign+body), 0))
	if fill == "0" {
		return sign + pad + body
	}
	return pad + sign + body
}

// digitsOf writes a number as d or f, or as it prints when no letter is given.
func (e *eval) digitsOf(v any, spec, letter string, precision int) (sign, body string) {
	i := integer(v)
	if i != nil && letter != "f" {
		if precision >= 0 {
			fail("the form '{:%s}' has a precision, which whole numbers have not", spec)
		}
		e.budget.spend(i.BitLen() / 8)
		body = new(big.Int).Abs(i).String()
		if i.Sign() < 0 {
			sign = "-"
		}
		return sign, body
	}
	f := toFloat(v)
	switch {
	case letter == "d":
		fail("the form '{:%s}' needs a whole number, not %s", spec, FloatText(f))
	case math.IsInf(f, 0) || math.IsNaN(f) || letter == "" && precision >= 0:
		fail("the form '{:%s}' of %s is not supported in configurations; use the filter 'format'", spec, FloatText(f))
	}
	if math.Signbit(f) {
		sign = "-"
	}
	if letter == "" {
		return sign, FloatText(math.Abs(f))
	}
	if precision < 0 {
		precision = 6
	}
	return sign, decimals(math.Abs(f), 'f', precision)
}

// grouped puts a comma between every three digits before the dot.
func grouped(s string) string {
	end := strings.IndexAny(s, ".e")
	if end < 0 {
		end = len(s)
	}
	for i := end - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
