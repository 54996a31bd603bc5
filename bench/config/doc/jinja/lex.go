// Lexing: a template's text becomes data, and the tokens between {{ }} and {% %}.
package jinja

import (
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

type kind uint8

const (
	tEnd kind = iota
	tData
	tPrint // {{
	tPrintEnd
	tTag // {%
	tTagEnd
	tName
	tInt
	tFloat
	tString
	tOp
)

type token struct {
	kind kind
	text string
	num  any
}

var (
	floatToken = regexp.MustCompile(`^[0-9](?:_?[0-9])*(?:\.[0-9](?:_?[0-9])*(?:[eE][+-]?[0-9](?:_?[0-9])*)?|[eE][+-]?[0-9](?:_?[0-9])*)`)
	intToken   = regexp.MustCompile(`^(?:0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0[xX](?:_?[0-9a-fA-F])+|[1-9](?:_?[0-9])*|0(?:_?0)*)`)
	rawEnd     = regexp.MustCompile(`\{%[-+]?\s*endraw\s*([-+])?%\}`)
	rawBegin   = regexp.MustCompile(`^\{%([-+])?\s*raw\s*([-+])?%\}`)
)

var operators = []string{"//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}", ">", "<", "=", ".", ":", "|", ",", ";"}

// lex splits a template; whitespace marks ({%- -%}) are applied here.
func lex(s string) []token {
	var toks []token
	trimNext := false
	data := func(d string, trimEnd bool) {
		if trimNext {
			d = strings.TrimLeftFunc(d, unicode.IsSpace)
		}
		if trimEnd {
			d = strings.TrimRightFunc(d, unicode.IsSpace)
		}
		trimNext = false
		if d != "" {
			toks = append(toks, token{kind: tData, text: d})
		}
	}
	for s != "" {
		i := nextOpen(s)
		if i < 0 {
			data(s, false)
			break
		}
		open, rest := s[i:i+2], s[i+2:]
		minus := strings.HasPrefix(rest, "-")
		data(s[:i], minus)
		if m := rawBegin.FindStringSubmatch(s[i:]); m != nil {
			body := s[i+len(m[0]):]
			end := rawEnd.FindStringSubmatchIndex(body)
			if end == nil {
				fail("{%% raw %%} has no {%% endraw %%}")
			}
			trimNext = m[2] == "-"
			data(body[:end[0]], strings.HasPrefix(body[end[0]+2:], "-"))
			trimNext = end[2] >= 0 && body[end[2]:end[3]] == "-"
			s = body[end[1]:]
			continue
		}
		if open == "{#" {
			j := strings.Index(rest, "#}")
			if j < 0 {
				fail("a comment is not closed with '#}'")
			}
			trimNext = j > 0 && rest[j-1] == '-'
			s = rest[j+2:]
			continue
		}
		if minus || strings.HasPrefix(rest, "+") {
			rest = rest[1:]
		}
		first, last, end := tPrint, tPrintEnd, "}}"
		if open == "{%" {
			first, last, end = tTag, tTagEnd, "%}"
		}
		toks = append(toks, token{kind: first, text: open})
		toks, s, trimNext = inside(toks, rest, open, end)
		toks = append(toks, token{kind: last, text: end})
	}
	return append(toks, token{kind: tEnd, text: "end of template"})
}

func nextOpen(s string) int {
	for from := 0; ; {
		i := strings.IndexByte(s[from:], '{')
		if i < 0 || from+i+1 >= len(s) {
			return -1
		}
		from += i
		if c := s[from+1]; c == '{' || c == '%' || c == '#' {
			return from
		}
		from++
	}
}

// inside reads the tokens up to the closing mark, and says whether it trims what follows.
func inside(toks []token, s, open, end string) ([]token, string, bool) {
	var brackets []byte
	for {
		s = strings.TrimLeftFunc(s, unicode.IsSpace)
		if s == "" {
			fail("'%s' has no closing '%s'", open, end)
		}
		if len(brackets) == 0 {
			if strings.HasPrefix(s, end) {
				return toks, s[2:], false
			}
			if (s[0] == '-' || s[0] == '+' && end == "%}") && strings.HasPrefix(s[1:], end) {
				return toks, s[3:], s[0] == '-'
			}
		}
		c := s[0]
		switch {
		case c == '"' || c == '\'':
			text, n := quoted(s)
			toks, s = append(toks, token{kind: tString, text: text}), s[n:]
			continue
		case c >= '0' && c <= '9':
			t, n := number(s)
			toks, s = append(toks, t), s[n:]
			continue
		}
		if r, _ := utf8.DecodeRuneInString(s); r == '_' || unicode.IsLetter(r) {
			n := strings.IndexFunc(s, func(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) })
			if n < 0 {
				n = len(s)
			}
			toks, s = append(toks, token{kind: tName, text: s[:n]}), s[n:]
			continue
		}
		op := ""
		for _, o := range operators {
			if strings.HasPrefix(s, o) {
				op = o
				break
			}
		}
		switch op {
		case "":
			r, _ := utf8.DecodeRuneInString(s)
			fail("unexpected character %q", string(r))
		case "(", "[", "{":
			brackets = append(brackets, op[0])
		case ")", "]", "}":
			if len(brackets) == 0 || !pairs(brackets[len(brackets)-1], op[0]) {
				if strings.HasPrefix(op, end[:1]) {
					fail("'%s' has no closing '%s'", open, end)
				}
				fail("unexpected '%s'", op)
			}
			brackets = brackets[:len(brackets)-1]
		}
		toks, s = append(toks, token{kind: tOp, text: op}), s[len(op):]
	}
}

func pairs(a, b byte) bool {
	return a == '(' && b == ')' || a == '[' && b == ']' || a == '{' && b == '}'
}

func number(s string) (token, int) {
	if m := floatToken.FindString(s); m != "" {
		f, _ := strconv.ParseFloat(strings.ReplaceAll(m, "_", ""), 64) // out of range is an infinity, as in Python
		return token{kind: tFloat, text: m, num: f}, len(m)
	}
	m := intToken.FindString(s)
	if len(m) > maxBits {
		fail("a whole number has more than %d bits", maxBits)
	}
	i, ok := new(big.Int).SetString(strings.ReplaceAll(m, "_", ""), 0)
	if !ok {
		fail("%q is no number", m)
	}
	return token{kind: tInt, text: m, num: limited(i)}, len(m)
}

// quoted reads a string literal with Python's escapes.
func quoted(s string) (string, int) {
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		c := s[i]
		if c == s[0] {
			return b.String(), i + 1
		}
		if c != '\\' || i+1 == len(s) {
			b.WriteByte(c)
			continue
		}
		i++
		digits := 0
		switch s[i] {
		case 'n':
			b.WriteByte('\n')
		case 't':
			b.WriteByte('\t')
		case 'r':
			b.WriteByte('\r')
		case 'a', 'b', 'f', 'v', 'N', '0', '1', '2', '3', '4', '5', '6', '7':
			fail("escape \\%c is not supported", s[i])
		case '\\', '\'', '"':
			b.WriteByte(s[i])
		case '\n':
		case 'x':
			digits = 2
		case 'u':
			digits = 4
		case 'U':
			digits = 8
		default:
			b.WriteByte('\\')
			b.WriteByte(s[i])
		}
		if digits > 0 {
			v, err := strconv.ParseUint(s[i+1:min(i+1+digits, len(s))], 16, 32)
			if err != nil || len(s) < i+1+digits || v > unicode.MaxRune || v >= 0xd800 && v < 0xe000 {
				fail("bad escape \\%c", s[i])
			}
			b.WriteRune(rune(v))
			i += digits
		}
	}
	fail("a quote is not closed")
	return "", 0
}
