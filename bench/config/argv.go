// Reading the command line as AIPerf reads it: which tokens belong to which option.
package config

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Given is one use of an option on the command line.
type Given struct {
	Option *Option
	Name   string   // as typed
	Tokens []string // its values, unsplit
	Off    bool     // a negative name
	Assign bool     // the first value came as --name=value
	Joined bool     // the value was glued to a short name: -mX
}

// UsageError is a mistake in the command line.
type UsageError struct{ Msg string }

func (e *UsageError) Error() string { return e.Msg }

func usagef(format string, a ...any) error { return &UsageError{Msg: fmt.Sprintf(format, a...)} }

// Scan groups arguments by option. It knows names and token counts, not values.
func (t *Table) Scan(args []string) ([]Given, error) {
	var (
		given []Given
		stray []string
		after int // number of options before the first stray word
		typed = map[*Option]bool{}
	)
	strays := func(words ...string) {
		if len(stray) == 0 {
			after = len(given)
		}
		stray = append(stray, words...)
	}
	for i := 0; i < len(args); i++ {
		tok := args[i]
		if tok == "--" {
			strays(args[i+1:]...)
			break
		}
		if !looksLikeOption(tok) {
			strays(tok)
			continue
		}
		uses, ok := t.names(tok)
		if !ok {
			return nil, t.unknown(tok)
		}
		for _, g := range uses {
			if typed[g.Option] && !g.Option.Argv.Repeats() {
				return nil, usagef("Parameter %s specified multiple times.", g.Name)
			}
			typed[g.Option] = true
		}
		g := &uses[len(uses)-1]
		i = t.take(g, args, i)
		if err := g.complete(args[i+1:]); err != nil {
			return nil, err
		}
		given = append(given, uses...)
	}
	if len(stray) > 0 {
		return nil, t.unexpected(stray, given[:after])
	}
	return given, nil
}

// take gives an option the values that follow it; i is the place of its name, the result that of its last value.
func (t *Table) take(g *Given, args []string, i int) int {
	o := g.Option
	if o.Argv == Flag || o.Argv == Maybe {
		return i
	}
	for i+1 < len(args) && (o.Argv.Many() || len(g.Tokens) == 0) && t.isValue(o, args[i+1]) {
		i++
		g.Tokens = append(g.Tokens, args[i])
	}
	return i
}

// complete checks the number of values; rest is what follows them.
func (g *Given) complete(rest []string) error {
	o := g.Option
	if o.Argv == Flag || o.Argv == Maybe {
		return nil
	}
	if n := len(g.Tokens); n == 0 && (!o.Argv.Many() || o.MinLen > 0) {
		if len(rest) > 0 && rest[0] != "--" && strings.HasPrefix(g.Name, "--") && strings.HasPrefix(rest[0], "-") {
			return usagef("%s requires an argument; a value that begins with a dash is written %s=VALUE", g.Name, g.Name)
		}
		return usagef("%s requires an argument", g.Name)
	} else if o.Argv == Pairs && n%2 != 0 {
		return usagef("%s takes its values in pairs, got %d; write them as %s a:1 b:2", g.Name, n, g.Name)
	}
	return nil
}

// name splits one option token into name and value. Of short names written together it is the last.
func (t *Table) name(tok string) (Given, bool) {
	uses, ok := t.names(tok)
	if !ok {
		return Given{}, false
	}
	g := uses[len(uses)-1]
	if len(uses) > 1 {
		g.Name = tok[:len(uses)+1]
	}
	return g, true
}

// names reads one option token: a name, a name with its value, or short names written together (-vm X, -vmX).
func (t *Table) names(tok string) ([]Given, bool) {
	name, value, assign := strings.Cut(tok, "=")
	if m, ok := t.lookup(name); ok {
		g := Given{Option: m.opt, Name: name, Off: m.neg, Assign: assign}
		if assign {
			g.Tokens = []string{value}
		}
		return []Given{g}, true
	}
	if len(tok) < 3 || tok[1] == '-' {
		return nil, false
	}
	if _, long := t.lookup("-" + name); long {
		return nil, false // -url: a dash is missing, and nobody means -u with the value rl
	}
	var uses []Given
	for i := 1; i < len(tok); i++ {
		m, ok := t.lookup("-" + tok[i:i+1])
		if !ok {
			return nil, false
		}
		g := Given{Option: m.opt, Name: "-" + tok[i:i+1], Off: m.neg}
		if rest := tok[i+1:]; m.opt.Argv != Flag && rest != "" {
			g.Joined, g.Tokens = true, []string{strings.TrimPrefix(rest, "=")}
			return append(uses, g), true
		}
		uses = append(uses, g)
	}
	return uses, true
}

// isValue tells whether a token belongs to the option before it. A header may begin with a dash: only a known name ends its values.
func (t *Table) isValue(o *Option, tok string) bool {
	if !looksLikeOption(tok) {
		return true
	}
	if o.Field != "headers" || !strings.Contains(tok, ":") || strings.HasPrefix(tok, "--") {
		return false
	}
	_, known := t.name(tok)
	return !known
}

// looksLikeOption is AIPerf's test: a dash that does not begin a number.
func looksLikeOption(tok string) bool {
	return tok != "" && tok[0] == '-' && (len(tok) == 1 || tok[1] == '-' || !isNumber(tok))
}

// isNumber tells whether Python's complex() takes a text, or int() with a prefix does: such a value may begin with a dash.
func isNumber(s string) bool {
	s = strings.TrimFunc(s, pythonSpace)
	if isFloat(s) {
		return true
	}
	unsigned := strings.TrimLeft(s, "+-")
	if len(unsigned) > 2 && len(s)-len(unsigned) <= 1 && unsigned[0] == '0' {
		if digits, ok := map[byte]string{'x': "0123456789abcdef", 'o': "01234567", 'b': "01"}[unsigned[1]|0x20]; ok {
			return strings.Trim(strings.ToLower(unsigned[2:]), digits) == ""
		}
	}
	body, imaginary := strings.CutSuffix(strings.ToLower(s), "j")
	if !imaginary || body == "" {
		return false
	}
	if isFloat(body) {
		return true
	}
	for i := len(body) - 1; i > 0; i-- {
		if (body[i] == '-' || body[i] == '+') && body[i-1] != 'e' {
			return isFloat(body[:i]) && isFloat(body[i:])
		}
	}
	return false
}

func isFloat(s string) bool {
	_, ok := pythonFloat(s)
	return ok && utf8.ValidString(s)
}
