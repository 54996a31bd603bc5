// Turning tokens into typed values, with Python's number forms and AIPerf's choices.
package config

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// values types all uses of one option. The result is bool, int64, float64, string, []string, []int64, []float64, []Pair, []Header, or nil
// for a value that means "unset".
func values(o *Option, uses []Given) (any, error) {
	last := uses[len(uses)-1]
	switch o.Argv {
	case Flag:
		return flagValue(last)
	case Maybe:
		return strings.Join(last.Tokens, ""), nil
	}
	var tokens []string
	for _, g := range uses {
		for _, tok := range g.Tokens {
			split, err := elements(o, tok)
			if err != nil {
				return nil, usagef("%s %s: %s", last.Name, show(o, []string{tok}), err)
			}
			tokens = append(tokens, split...)
		}
	}
	v, err := typed(o, tokens)
	if err != nil {
		shown := show(o, tokens)
		if shown == quote(Redacted) { // the reason may quote what is hidden
			err = hiddenReason(o, err)
		}
		return nil, usagef("%s %s: %s", last.Name, shown, err)
	}
	return v, nil
}

// hiddenReason says what is wrong with a hidden value without its words.
func hiddenReason(o *Option, err error) error {
	switch {
	case o.Field == "headers":
		return errors.New(`must be "Name: value"`)
	case o.Type == KeyValues || o.Type == Tuples:
		return errors.New("must be key:value pairs or a JSON object")
	default:
		return err
	}
}

// elements splits one token into the elements of its option's list.
func elements(o *Option, tok string) ([]string, error) {
	if !o.Argv.Repeats() || o.Type == KeyValues || o.Type == Tuples {
		return []string{tok}, nil
	}
	if text := strings.TrimSpace(tok); text != "" && (text[0] == '{' || text[0] == '[') && json.Valid([]byte(text)) {
		return nil, errors.New("JSON is not read here; write the values as plain text")
	}
	if !o.Argv.Commas() {
		return []string{tok}, nil
	}
	split := strings.Split(tok, ",")
	for i := range split {
		split[i] = strings.TrimFunc(split[i], pythonSpace)
	}
	return split, nil
}

// show writes values into a message, without what may be secret.
func show(o *Option, tokens []string) string {
	for _, tok := range tokens {
		if hidden(o, tok) || (o.Type == KeyValues || o.Type == Tuples) && hidesKey(o, tok) {
			return quote(Redacted)
		}
	}
	shown := strings.Join(tokens, " ")
	if isURL(o, shown) {
		shown = redactURLs(shown)
	}
	return quote(shown)
}

// hidesKey tells whether any part of a key:value text may be a secret: a secret name, or a header that has no name at all.
func hidesKey(o *Option, tok string) bool {
	if o.Field == "headers" {
		return IsSecretName(tok) || !strings.Contains(tok, ":")
	}
	return IsSecretField(tok)
}

func flagValue(g Given) (any, error) {
	if !g.Assign {
		return !g.Off, nil
	}
	switch strings.ToLower(g.Tokens[0]) {
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
		return bounded(o, tokens[0], modelInt)
	case Float:
		return bounded(o, tokens[0], modelFloat)
	case Enum:
		return enum(o, tokens[0])
	case EnumOrPath:
		if c, err := choose(o, cleanPath(tokens[0])); err == nil {
			return c, nil
		}
		return cleanPath(tokens[0]), nil
	case Str:
		return tokens[0], nil
	case Path:
		return cleanPath(tokens[0]), nil
	case InFile:
		if tokens[0] == "" {
			return nil, nil
		}
		return cleanPath(tokens[0]), nil
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
		return each(tokens, positive(wholeOf(listNumber)))
	case Floats:
		return each(tokens, positive(listNumber))
	case KeyValues:
		if o.Field == "headers" {
			return headerPairs(tokens)
		}
		return exact(extraPairs(tokens))
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
		parts = sweepParts(tok)
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

// manyChoices is how many choices a message lists before it names the nearest and points to the help.
const manyChoices = 8

// enum finds a choice; choices that are numbers are numbers.
func enum(o *Option, tok string) (any, error) {
	if strings.Trim(o.Choices, "0123456789 ") == "" {
		if v, err := parseInt(tok); err == nil {
			if c := strconv.FormatInt(v, 10); slices.Contains(list(o.Choices), c) {
				return v, nil
			}
		}
	}
	return choose(o, tok)
}

// choose finds a choice; case and the kind of dash do not matter.
func choose(o *Option, tok string) (string, error) {
	fold := func(s string) string { return strings.ReplaceAll(strings.ToLower(s), "-", "_") }
	wrong, near, distance := fold(tok), "", len(tok)/3+2
	choices := list(o.Choices)
	for _, c := range choices {
		if fold(c) == wrong {
			return c, nil
		}
		if d := editDistance(wrong, fold(c)); d < distance {
			near, distance = c, d
		}
	}
	if len(choices) <= manyChoices {
		return "", fmt.Errorf("must be one of %s", strings.Join(choices, ", "))
	}
	help := "--help " + strings.TrimLeft(o.Name(), "-")
	if near == "" {
		return "", fmt.Errorf("must be one of %s, ...; %s lists all %d", strings.Join(choices[:3], ", "), help, len(choices))
	}
	return "", fmt.Errorf("must be one of %d choices; did you mean %s? %s lists them", len(choices), near, help)
}

// sweepParts splits a comma list of a sweepable option; empty elements are dropped.
func sweepParts(s string) []string {
	var out []string
	for p := range strings.SplitSeq(s, ",") {
		if p = strings.TrimFunc(p, pythonSpace); p != "" {
			out = append(out, p)
		}
	}
	return out
}

// cleanPath writes a path as Python's pathlib does: no doubled or trailing slashes, no "." parts; ".." stays.
func cleanPath(p string) string {
	root := ""
	switch rest := strings.TrimLeft(p, "/"); len(p) - len(rest) {
	case 0:
	case 2:
		root = "//"
	default:
		root = "/"
	}
	var parts []string
	for part := range strings.SplitSeq(p, "/") {
		if part != "" && part != "." {
			parts = append(parts, part)
		}
	}
	if root == "" && len(parts) == 0 {
		return "."
	}
	return root + strings.Join(parts, "/")
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
		number := appendFloat(nil, v)
		if math.IsInf(v, 0) { // no JSON number: the word that configuration files use
			number = appendString(nil, strings.TrimPrefix(strconv.FormatFloat(v, 'g', -1, 64), "+"))
			number = []byte(strings.ToLower(string(number)))
		}
		out = setPair(out, Pair{Key: key, JSON: number, Number: true})
	}
	return out, nil
}

// quote shows a value in a message; messages stay one line.
func quote(s string) string { return strconv.Quote(s) }

// oneLine escapes what would break a line.
func oneLine(s string) string {
	q := strconv.Quote(s)
	return strings.ReplaceAll(q[1:len(q)-1], `\"`, `"`)
}
