// Turning tokens into typed values, with Python's number forms and AIPerf's choices.
package config

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// values types all uses of one option. The result is bool, int64, float64, string, []string, []int64, []float64, []Pair, or nil for a
// value that means "unset".
func values(o *Option, uses []Given) (any, error) {
	last := uses[len(uses)-1]
	if o.Argv == Flag {
		return flagValue(last)
	}
	var tokens []string
	for _, g := range uses {
		for _, tok := range g.Tokens {
			if o.Argv == List || o.Argv == ListMany || o.Argv == Pairs {
				if o.Type == KeyValues || o.Type == Tuples {
					tokens = append(tokens, tok)
					continue
				}
				tokens = append(tokens, splitCommas(tok)...)
				continue
			}
			tokens = append(tokens, tok)
		}
	}
	v, err := typed(o, tokens)
	if err != nil {
		shown := strings.Join(tokens, " ")
		if o.Secret || o.Field == "headers" && IsSecretName(shown) {
			shown = Redacted
		}
		if isURL(o, shown) {
			shown = redactURLs(shown)
		}
		return nil, usagef("%s %s: %s", last.Name, quote(shown), err)
	}
	return v, nil
}

func flagValue(g Given) (any, error) {
	if !g.Assign {
		return !g.Off, nil
	}
	switch strings.ToLower(strings.TrimSpace(g.Tokens[0])) {
	case "true", "t", "yes", "y", "1":
		return !g.Off, nil
	case "false", "f", "no", "n", "0":
		return g.Off, nil
	}
	return nil, usagef("%s %s: must be true or false", g.Name, quote(g.Tokens[0]))
}

func typed(o *Option, tokens []string) (any, error) {
	switch o.Type {
	case Int:
		return bounded(o, tokens[0], parseInt)
	case Float:
		return bounded(o, tokens[0], parseFloat)
	case Enum:
		return choose(o, tokens[0])
	case EnumOrPath:
		if c, err := choose(o, tokens[0]); err == nil {
			return c, nil
		}
		return tokens[0], nil
	case Str, Path:
		return tokens[0], nil
	case InFile:
		if tokens[0] == "" {
			return nil, nil
		}
		return tokens[0], nil
	case IntSweep:
		return sweep(o, tokens[0], parseInt)
	case FloatSweep:
		return sweep(o, tokens[0], parseFloat)
	case Strs:
		if len(tokens) < o.MinLen {
			return nil, errors.New("needs at least one value")
		}
		if tokens == nil {
			tokens = []string{}
		}
		return tokens, nil
	case Enums:
		return each(tokens, func(s string) (string, error) { return choose(o, s) })
	case Ints:
		return each(tokens, positive(parseInt))
	case Floats:
		return each(tokens, positive(parseFloat))
	case KeyValues:
		if o.Field == "headers" {
			return headerPairs(tokens)
		}
		return extraPairs(tokens)
	case Tuples:
		return extraPairs(tokens)
	case NumberMap:
		return numberMap(tokens[0])
	}
	return nil, fmt.Errorf("type %s has no reader", o.Type)
}

func each[T any](tokens []string, read func(string) (T, error)) ([]T, error) {
	out := make([]T, 0, len(tokens))
	for _, tok := range tokens {
		v, err := read(tok)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

func positive[T int64 | float64](read func(string) (T, error)) func(string) (T, error) {
	return func(s string) (T, error) {
		v, err := read(s)
		if err == nil && v <= 0 {
			err = errors.New("must be positive numbers")
		}
		return v, err
	}
}

func bounded[T int64 | float64](o *Option, tok string, read func(string) (T, error)) (any, error) {
	v, err := read(tok)
	if err != nil {
		return nil, err
	}
	return v, checkBounds(o.Bounds, float64(v))
}

// sweep reads a number, or the numbers of a comma list. A list of one is a number.
func sweep[T int64 | float64](o *Option, tok string, read func(string) (T, error)) (any, error) {
	parts := []string{tok}
	if strings.Contains(tok, ",") {
		parts = splitCommas(tok)
	}
	vs, err := each(parts, read)
	if err != nil {
		return nil, err
	}
	if len(vs) == 0 {
		return nil, errors.New("is an empty list")
	}
	for _, v := range vs {
		if o.Field == "conversation_turn_mean" && v < 1 {
			return nil, fmt.Errorf("must be >= 1 for every value (got %v)", v)
		}
		if err := checkBounds(o.Bounds, float64(v)); err != nil {
			return nil, err
		}
	}
	if len(vs) == 1 {
		return vs[0], nil
	}
	return vs, nil
}

// checkBounds reads a cell such as "> 0, <= 100".
func checkBounds(bounds string, v float64) error {
	for b := range strings.SplitSeq(bounds, ", ") {
		op, limit, ok := strings.Cut(b, " ")
		if !ok {
			continue
		}
		l, err := strconv.ParseFloat(limit, 64)
		if err != nil {
			return fmt.Errorf("bound %q of the option table: %w", b, err)
		}
		good := false
		switch op {
		case ">":
			good = v > l
		case ">=":
			good = v >= l
		case "<":
			good = v < l
		case "<=":
			good = v <= l
		}
		if !good {
			return fmt.Errorf("must be %s %s", op, limit)
		}
	}
	return nil
}

// choose finds a choice; case and the kind of dash do not matter.
func choose(o *Option, tok string) (string, error) {
	fold := func(s string) string { return strings.ReplaceAll(strings.ToLower(s), "-", "_") }
	for c := range strings.FieldsSeq(o.Choices) {
		if fold(c) == fold(tok) {
			return c, nil
		}
	}
	return "", fmt.Errorf("must be one of %s", strings.Join(list(o.Choices), ", "))
}

func splitCommas(s string) []string {
	var out []string
	for p := range strings.SplitSeq(s, ",") {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}

// parseInt takes what Python's int() takes: blanks around, a sign, underscores between digits.
func parseInt(s string) (int64, error) {
	digits, ok := pythonDigits(strings.TrimSpace(s))
	if ok && strings.Trim(digits, "+-0123456789") == "" {
		v, err := strconv.ParseInt(digits, 10, 64)
		if err == nil {
			return v, nil
		}
		if errors.Is(err, strconv.ErrRange) {
			return 0, errors.New("is out of range")
		}
	}
	return 0, errors.New("must be a whole number")
}

// parseFloat takes what Python's float() takes, except NaN.
func parseFloat(s string) (float64, error) {
	digits, ok := pythonDigits(strings.TrimSpace(s))
	if ok && !strings.ContainsAny(digits, "xXpP") {
		v, err := strconv.ParseFloat(digits, 64)
		if (err == nil || errors.Is(err, strconv.ErrRange)) && !math.IsNaN(v) {
			return v, nil
		}
	}
	return 0, errors.New("must be a number")
}

// pythonDigits drops underscores that stand between digits; any other underscore is wrong.
func pythonDigits(s string) (string, bool) {
	digit := func(i int) bool { return i >= 0 && i < len(s) && s[i] >= '0' && s[i] <= '9' }
	var b strings.Builder
	for i := range len(s) {
		if s[i] == '_' {
			if !digit(i-1) || !digit(i+1) {
				return "", false
			}
			continue
		}
		b.WriteByte(s[i])
	}
	return b.String(), b.Len() > 0
}

// numberMap reads blank-separated key:number pairs.
func numberMap(s string) ([]Pair, error) {
	fields := strings.Fields(s)
	if len(fields) == 0 {
		return nil, errors.New("needs blank-separated key:value pairs")
	}
	var out []Pair
	for _, f := range fields {
		key, val, ok := strings.Cut(f, ":")
		if !ok || key == "" {
			return nil, fmt.Errorf("%s is not key:value", quote(f))
		}
		v, err := parseFloat(val)
		if err != nil {
			return nil, fmt.Errorf("value of %s %w", quote(key), err)
		}
		out = setPair(out, Pair{Key: key, JSON: appendFloat(nil, v), Number: true})
	}
	return out, nil
}

// quote shows a value in a message; messages stay one line.
func quote(s string) string { return strconv.Quote(s) }
