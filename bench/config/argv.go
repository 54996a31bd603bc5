// Reading the command line as AIPerf reads it: which tokens belong to which option.
package config

import (
	"fmt"
	"strings"
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
		given  []Given
		unused []string
		typed  = map[*Option]bool{}
	)
	for i := 0; i < len(args); i++ {
		tok := args[i]
		if tok == "--" {
			unused = append(unused, args[i+1:]...)
			break
		}
		if !looksLikeOption(tok) {
			unused = append(unused, tok)
			continue
		}
		g, ok := t.name(tok)
		if !ok {
			return nil, t.unknown(tok)
		}
		o := g.Option
		if typed[o] && !o.Argv.Repeats() {
			return nil, usagef("Parameter %s specified multiple times.", g.Name)
		}
		typed[o] = true
		if o.Argv != Flag && !g.Assign && !g.Joined {
			for i+1 < len(args) && t.isValue(o, args[i+1]) && (o.Argv.Many() || len(g.Tokens) == 0) {
				i++
				g.Tokens = append(g.Tokens, args[i])
			}
			if len(g.Tokens) == 0 && !mayBeEmpty(o) {
				return nil, usagef("%s requires an argument", g.Name)
			}
		} else if o.Argv.Many() {
			for i+1 < len(args) && t.isValue(o, args[i+1]) {
				i++
				g.Tokens = append(g.Tokens, args[i])
			}
		}
		if o.Argv == Pairs && len(g.Tokens)%2 != 0 {
			return nil, usagef("%s takes its values in pairs, got %d", g.Name, len(g.Tokens))
		}
		given = append(given, g)
	}
	if len(unused) > 0 {
		return nil, usagef("Unused Tokens: [%s]. %s", quoted(unused), unusedHint(given))
	}
	return given, nil
}

// name splits one option token into name and value.
func (t *Table) name(tok string) (Given, bool) {
	name, value, assign := strings.Cut(tok, "=")
	if m, ok := t.lookup(name); ok {
		g := Given{Option: m.opt, Name: name, Off: m.neg, Assign: assign}
		if assign {
			g.Tokens = []string{value}
		}
		return g, true
	}
	if len(tok) > 2 && tok[0] == '-' && tok[1] != '-' {
		if m, ok := t.lookup(tok[:2]); ok && m.opt.Argv != Flag {
			return Given{Option: m.opt, Name: tok[:2], Joined: true, Tokens: []string{strings.TrimPrefix(tok[2:], "=")}}, true
		}
	}
	return Given{}, false
}

// isValue tells whether a token belongs to the option before it. A header may begin with a dash: only a known name ends its values.
func (t *Table) isValue(o *Option, tok string) bool {
	if !looksLikeOption(tok) {
		return tok != "--"
	}
	if o.Type != KeyValues || !strings.Contains(tok, ":") || strings.HasPrefix(tok, "--") {
		return false
	}
	_, known := t.name(tok)
	return !known
}

// looksLikeOption is AIPerf's test: a dash and a letter, or two dashes. Negative numbers and a lone dash are values.
func looksLikeOption(tok string) bool {
	if len(tok) < 2 || tok[0] != '-' {
		return false
	}
	if tok[1] == '-' {
		return true
	}
	c := tok[1] | 0x20
	return c >= 'a' && c <= 'z'
}

// mayBeEmpty: these are switched on by their bare name.
func mayBeEmpty(o *Option) bool { return o.Field == "server_metrics" || o.Field == "gpu_telemetry" }

func unusedHint(given []Given) string {
	if len(given) == 0 {
		return "Options begin with a dash."
	}
	last := given[len(given)-1]
	switch last.Option.Argv {
	case Flag:
		return fmt.Sprintf("%s takes no value; write %s=true or %s=false.", last.Name, last.Option.Name(), last.Option.Name())
	case Sweep, One:
		return fmt.Sprintf("%s takes one value.", last.Name)
	default:
		return "Give each value its own option name."
	}
}

func quoted(tokens []string) string {
	var b strings.Builder
	for i, t := range tokens {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString("'" + t + "'")
	}
	return b.String()
}

// unknown names the closest option.
func (t *Table) unknown(tok string) error {
	name, _, _ := strings.Cut(tok, "=")
	best, distance := "", len(name)/2+1
	t.Each(func(o *Option) {
		for n := range strings.FieldsSeq(o.Names + " " + o.Negative) {
			if !strings.HasPrefix(n, "--") {
				continue
			}
			if d := editDistance(strings.ToLower(strings.ReplaceAll(name, "_", "-")), n); d < distance {
				best, distance = n, d
			}
		}
	})
	if best == "" || !strings.HasPrefix(name, "--") {
		return usagef("unknown option %s; --help-all lists every option", name)
	}
	return usagef("unknown option %s; did you mean %s?", name, best)
}

// editDistance is Levenshtein's, over bytes.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
