// Values as Python reads them: what a variable's text, or a member of a group's JSON, means for a setting.
package env

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

// errValue says that a value is none of the setting's; what would be stands in takes.
var errValue = errors.New("not a value of the setting")

// null is the value of a setting that is set to nothing.
type null struct{}

// raw reads the text of a variable as far as its type decides about JSON. set is false when the variable counts as unset: a JSON null.
func (s *Setting) raw(text string) (raw any, set bool, err error) {
	switch s.Type {
	case Strs, IntMap:
		raw, err = parseJSON(text)
	case StrOrStrs, Services:
		// What is no JSON is a comma list.
		if raw, err = parseJSON(text); err != nil {
			raw, err = text, nil
		}
	default:
		raw = text
	}
	return raw, raw != nil, err
}

// parse reads a value of a JSON document: nil, bool, json.Number, string, []any or map[string]any.
func (s *Setting) parse(raw any) (any, error) {
	if raw == nil && s.Nullable {
		return null{}, nil
	}
	var val any
	var err error
	switch s.Type {
	case Bool:
		val, err = toBool(raw)
	case Int:
		val, err = toInt(raw)
	case Float:
		val, err = toFloat(raw)
	case Str, Choice:
		val, err = toStr(raw)
	case Path:
		if val, err = toStr(raw); err == nil {
			val = cleanPath(val.(string))
		}
	case Strs:
		val, err = toStrs(raw, false)
	case StrOrStrs, Services:
		val, err = toStrs(raw, true)
	case IntMap:
		val, err = toIntMap(raw)
	}
	if err != nil {
		return nil, err
	}
	return s.check(val)
}

// check holds a value against bounds and choices.
func (s *Setting) check(val any) (any, error) {
	switch x := val.(type) {
	case int64:
		if !s.inBounds(func(limit float64) int { return compare(float64(x), limit) }) {
			return nil, errValue
		}
	case float64:
		if math.IsNaN(x) || s.Finite && math.IsInf(x, 0) || !s.inBounds(func(limit float64) int { return compare(x, limit) }) {
			return nil, errValue
		}
	case string:
		if s.Type == Choice && !isWord(s.Choices, x) {
			return nil, errValue
		}
	case []string:
		if s.Type != Services {
			break
		}
		known := []string{}
		for name := range strings.FieldsSeq(s.Choices) {
			for _, given := range x {
				if strings.ReplaceAll(strings.ToLower(given), "-", "_") == name {
					known = append(known, name)
					break
				}
			}
		}
		for _, given := range x {
			if !isWord(s.Choices, strings.ReplaceAll(strings.ToLower(given), "-", "_")) {
				return nil, errValue
			}
		}
		return known, nil
	}
	return val, nil
}

func compare(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// inBounds asks cmp how the value compares with each limit.
func (s *Setting) inBounds(cmp func(limit float64) int) bool {
	for op, limit := range s.bounds() {
		c := cmp(limit)
		if op == ">=" && c < 0 || op == ">" && c <= 0 || op == "<=" && c > 0 || op == "<" && c >= 0 {
			return false
		}
	}
	return true
}

// bounds yields the comparisons of Bounds.
func (s *Setting) bounds() func(yield func(op string, limit float64) bool) {
	return func(yield func(string, float64) bool) {
		if s.Bounds == "" {
			return
		}
		for b := range strings.SplitSeq(s.Bounds, ", ") {
			op, text, _ := strings.Cut(b, " ")
			limit, _ := strconv.ParseFloat(text, 64) // a test reads every row
			if !yield(op, limit) {
				return
			}
		}
	}
}

func isWord(words, word string) bool {
	for w := range strings.FieldsSeq(words) {
		if w == word {
			return true
		}
	}
	return false
}

// parseJSON reads exactly one JSON value.
func parseJSON(text string) (any, error) {
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.UseNumber()
	var val any
	if err := d.Decode(&val); err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errors.New("more than one JSON value")
	}
	return val, nil
}

func toBool(raw any) (bool, error) {
	switch x := raw.(type) {
	case bool:
		return x, nil
	case json.Number:
		switch f, err := x.Float64(); {
		case err == nil && f == 0:
			return false, nil
		case err == nil && f == 1:
			return true, nil
		}
	case string:
		switch strings.ToLower(x) {
		case "1", "true", "t", "yes", "y", "on":
			return true, nil
		case "0", "false", "f", "no", "n", "off":
			return false, nil
		}
	}
	return false, errValue
}

func toInt(raw any) (int64, error) {
	switch x := raw.(type) {
	case bool:
		if x {
			return 1, nil
		}
		return 0, nil
	case json.Number:
		if !strings.ContainsAny(string(x), ".eE") {
			return wholeNumber(string(x))
		}
		if f, err := x.Float64(); err == nil && f == math.Trunc(f) && math.Abs(f) < 1<<63 {
			return int64(f), nil
		}
	case string:
		return wholeNumber(strings.TrimSpace(x))
	}
	return 0, errValue
}

// wholeNumber reads an optional sign, digits that single underscores may part, and a fraction of zeros.
func wholeNumber(text string) (int64, error) {
	digits, zeros, fraction := strings.Cut(text, ".")
	if fraction && (zeros == "" || strings.Trim(zeros, "0") != "") {
		return 0, errValue
	}
	unsigned := strings.TrimPrefix(strings.TrimPrefix(digits, "-"), "+")
	if len(digits)-len(unsigned) > 1 || !underscored(unsigned) || strings.Trim(unsigned, "0123456789_") != "" {
		return 0, errValue
	}
	n, err := strconv.ParseInt(strings.ReplaceAll(digits, "_", ""), 10, 64)
	if err != nil {
		return 0, errValue
	}
	return n, nil
}

// underscored tells that underscores stand alone and inside.
func underscored(s string) bool {
	return !strings.HasPrefix(s, "_") && !strings.HasSuffix(s, "_") && !strings.Contains(s, "__")
}

func toFloat(raw any) (float64, error) {
	switch x := raw.(type) {
	case bool:
		if x {
			return 1, nil
		}
		return 0, nil
	case json.Number:
		return decimal(string(x))
	case string:
		return decimal(strings.TrimSpace(x))
	}
	return 0, errValue
}

// decimal reads a number, inf and nan; what is too large is infinite.
func decimal(text string) (float64, error) {
	if !underscored(text) || strings.ContainsAny(text, "xXpP") {
		return 0, errValue
	}
	f, err := strconv.ParseFloat(strings.ReplaceAll(text, "_", ""), 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return 0, errValue
	}
	return f, nil
}

func toStr(raw any) (string, error) {
	s, ok := raw.(string)
	if !ok {
		return "", errValue
	}
	return s, nil
}

// toStrs reads a list of texts; where split is set, also one text, and each text is a comma list.
func toStrs(raw any, split bool) ([]string, error) {
	items, ok := raw.([]any)
	if text, isText := raw.(string); isText && split {
		items, ok = []any{text}, true
	}
	if !ok {
		return nil, errValue
	}
	out := []string{}
	for _, item := range items {
		text, ok := item.(string)
		if !ok {
			return nil, errValue
		}
		if !split {
			out = append(out, text)
			continue
		}
		for part := range strings.SplitSeq(text, ",") {
			out = append(out, strings.TrimSpace(part))
		}
	}
	return out, nil
}

func toIntMap(raw any) (map[string]int64, error) {
	members, ok := raw.(map[string]any)
	if !ok {
		return nil, errValue
	}
	out := make(map[string]int64, len(members))
	for key, v := range members {
		n, err := toInt(v)
		if err != nil || n <= 0 {
			return nil, fmt.Errorf("%w: %q", errValue, key)
		}
		out[key] = n
	}
	return out, nil
}

// cleanPath drops empty and "." parts as Python's paths do; ".." stays, and so do two leading slashes.
func cleanPath(p string) string {
	root := ""
	if strings.HasPrefix(p, "/") {
		root = "/"
		if strings.HasPrefix(p, "//") && !strings.HasPrefix(p, "///") {
			root = "//"
		}
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
