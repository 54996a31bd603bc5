// Which text, number or word may stand for which: the lax conversions of the original program.

package schema

import (
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/aiperf-go/aiperf/bench/config/doc"
	"github.com/aiperf-go/aiperf/bench/config/doc/jinja"
)

// scalar makes a value of a kind; the text says what it should have been when it is not.
func scalar(f *field, n *doc.Node, kind reflect.Kind) (*doc.Node, string) {
	out := &doc.Node{Pos: n.Pos, Origin: n.Origin}
	switch kind {
	case reflect.Bool:
		b, ok := toBool(n)
		if !ok {
			return nil, "true or false"
		}
		out.Kind, out.Value = doc.Bool, b
	case reflect.Int, reflect.Int64:
		i, ok := toInt(n)
		if !ok || len(f.words) > 0 && !slices.Contains(f.words, strconv.FormatInt(i, 10)) {
			return nil, orWords(f, "a whole number")
		}
		out.Kind, out.Value = doc.Int, i
	case reflect.Float64:
		x, ok := toFloat(n)
		if !ok {
			return nil, "a number"
		}
		out.Kind, out.Value = doc.Float, x
	default:
		s, ok := n.Value.(string)
		if !ok {
			what := "text"
			if n.Kind == doc.Bool || n.Kind == doc.Int || n.Kind == doc.Float {
				what += " (put it in quotes)"
			}
			return nil, orWords(f, what)
		}
		if len(f.words) > 0 {
			if s, ok = f.word(s); !ok {
				return nil, orWords(f, "")
			}
		}
		if f.form == "path" {
			s = cleanPath(s)
		}
		out.Kind, out.Value = doc.String, s
	}
	return out, ""
}

// mostWords is how many choices an error message lists; more are left to the nearest one.
const mostWords = 12

func orWords(f *field, what string) string {
	switch {
	case len(f.words) == 0:
		return what
	case len(f.words) == 1:
		return strconv.Quote(f.words[0])
	case len(f.words) > mostWords:
		return "one of the " + strconv.Itoa(len(f.words)) + " known words"
	}
	return "one of " + strings.Join(f.words, ", ")
}

// word finds a choice as it is spelled here.
func (f *field) word(s string) (string, bool) {
	if slices.Contains(f.words, s) {
		return s, true
	}
	if f.fold {
		for _, w := range f.words {
			if fold(w) == fold(s) {
				return w, true
			}
		}
	}
	return "", false
}

func fold(s string) string { return strings.ReplaceAll(strings.ToLower(s), "-", "_") }

func toBool(n *doc.Node) (bool, bool) {
	switch v := n.Value.(type) {
	case bool:
		return v, true
	case int64:
		return v == 1, v == 0 || v == 1
	case float64:
		return v == 1, v == 0 || v == 1
	case string:
		switch strings.ToLower(v) {
		case "1", "true", "t", "yes", "y", "on":
			return true, true
		case "0", "false", "f", "no", "n", "off":
			return false, true
		}
	}
	return false, false
}

func toInt(n *doc.Node) (int64, bool) {
	switch v := n.Value.(type) {
	case bool:
		if v {
			return 1, true
		}
		return 0, true
	case int64:
		return v, true
	case float64:
		return int64(v), v == math.Trunc(v) && math.Abs(v) < 1<<63
	case string:
		s := strings.TrimSpace(v)
		whole, frac, dot := strings.Cut(s, ".")
		if dot && (frac == "" || strings.Trim(frac, "0") != "") {
			return 0, false
		}
		digits, ok := dropUnderscores(whole)
		if !ok {
			return 0, false
		}
		i, err := strconv.ParseInt(digits, 10, 64)
		return i, err == nil
	}
	return 0, false
}

func toFloat(n *doc.Node) (float64, bool) {
	switch v := n.Value.(type) {
	case bool:
		if v {
			return 1, true
		}
		return 0, true
	case int64:
		return float64(v), true
	case float64:
		return v, true
	case string:
		digits, ok := dropUnderscores(strings.TrimSpace(v))
		if !ok || strings.ContainsAny(digits, "xXpP") {
			return 0, false
		}
		x, err := strconv.ParseFloat(digits, 64)
		return x, err == nil || math.IsInf(x, 0)
	}
	return 0, false
}

// dropUnderscores removes single underscores between digits.
func dropUnderscores(s string) (string, bool) {
	if !strings.Contains(s, "_") {
		return s, true
	}
	digit := func(i int) bool { return i >= 0 && i < len(s) && s[i] >= '0' && s[i] <= '9' }
	for i := range len(s) {
		if s[i] == '_' && !(digit(i-1) && digit(i+1)) {
			return "", false
		}
	}
	return strings.ReplaceAll(s, "_", ""), true
}

// cleanPath writes a path as Python's pathlib prints it: no doubled slashes, no "." parts, no slash at the end.
func cleanPath(s string) string {
	lead := ""
	if strings.HasPrefix(s, "/") {
		lead = "/"
		if strings.HasPrefix(s, "//") && !strings.HasPrefix(s, "///") {
			lead = "//"
		}
	}
	var parts []string
	for _, p := range strings.Split(s, "/") {
		if p != "" && p != "." {
			parts = append(parts, p)
		}
	}
	if out := lead + strings.Join(parts, "/"); out != "" {
		return out
	}
	return "."
}

// mostShown is how much of a value an error message repeats.
const mostShown = 60

// show writes a value as an error message repeats it.
func show(n *doc.Node) string {
	switch n.Kind {
	case doc.String:
		return strconv.Quote(clip(n.Value.(string)))
	case doc.Null:
		return "null"
	case doc.List, doc.Map:
		return n.Kind.String()
	}
	return scalarText(n)
}

func (f *field) show(n *doc.Node) string {
	if f.secret {
		return n.Kind.String()
	}
	return show(n)
}

func clip(s string) string {
	r := []rune(s)
	if len(r) <= mostShown {
		return s
	}
	return string(r[:mostShown]) + "..."
}

// floatText writes a float as a document does.
func floatText(x float64) string {
	switch {
	case math.IsInf(x, 1):
		return ".inf"
	case math.IsInf(x, -1):
		return "-.inf"
	case math.IsNaN(x):
		return ".nan"
	}
	return jinja.FloatText(x)
}

// scalarText writes a scalar without quotes.
func scalarText(n *doc.Node) string {
	switch v := n.Value.(type) {
	case bool:
		return strconv.FormatBool(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return floatText(v)
	case string:
		return clip(v)
	}
	return "null"
}
