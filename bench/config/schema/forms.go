// Other ways of writing one value: durations, ramps, hooks, tags, and what is checked of a value behind its type.

package schema

import (
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/aiperf-go/aiperf/bench/config/doc"
	"github.com/aiperf-go/aiperf/bench/config/doc/jinja"
)

// form rewrites a value before it is checked; nil after a mistake was reported.
type form func(c *checker, path string, n *doc.Node, f *field) *doc.Node

// forms are named in the tag "form".
var forms = map[string]form{
	"duration":       durationForm,
	"ramp":           rampForm,
	"hook":           hookForm,
	"ratio":          ratioForm,
	"image source":   imageSourceForm,
	"int literal":    intLiteralForm,
	"words":          wordsForm,
	"words or false": wordsOrFalseForm,
	"tag map":        tagMapForm,
	"tag list":       tagListForm,
	"trimmed":        trimmedForm,
	"records":        recordsForm,
	"rate series":    rateSeriesForm,
	"sweep path":     sweepPathForm,
}

// afterForms look at the converted value.
var afterForms = map[string]func(c *checker, path string, n *doc.Node, f *field) bool{
	"finite": func(c *checker, path string, n *doc.Node, f *field) bool {
		x, ok := number(n)
		if ok && (math.IsInf(x, 0) || math.IsNaN(x)) {
			c.fail(n, path, "", "must be finite, not %s", show(n))
			return false
		}
		return true
	},
	"phase name": func(c *checker, path string, n *doc.Node, f *field) bool {
		if !phaseName.MatchString(n.Value.(string)) {
			c.fail(n, path, "use letters, digits, _ and -, and begin with a letter or _", "is no phase name: %s", show(n))
			return false
		}
		return true
	},
	"shares": sharesAddUp,
	"not blank": func(c *checker, path string, n *doc.Node, f *field) bool {
		if strings.TrimSpace(n.Value.(string)) == "" {
			c.fail(n, path, "", "must not be empty")
			return false
		}
		return true
	},
}

var (
	phaseName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]*$`)
	duration  = regexp.MustCompile(`(?i)^(\d+(?:\.\d+)?)\s*(s|sec|m|min|h|hr|hour)?$`)
)

// seconds reads a duration written as text.
func seconds(s string) (float64, bool) {
	s = strings.ToLower(strings.TrimSpace(s))
	if s == "inf" || s == "infinity" {
		return math.Inf(1), true
	}
	m := duration.FindStringSubmatch(s)
	if m == nil {
		return 0, false
	}
	x, err := strconv.ParseFloat(m[1], 64)
	switch m[2] {
	case "m", "min":
		x *= 60
	case "h", "hr", "hour":
		x *= 3600
	}
	return x, err == nil
}

func durationForm(c *checker, path string, n *doc.Node, f *field) *doc.Node {
	s, ok := n.Value.(string)
	if !ok {
		return n
	}
	x, ok := seconds(s)
	if !ok {
		c.fail(n, path, "write seconds, or 30s, 5m, 2h, inf", "is no duration: %s", show(n))
		return nil
	}
	return at(n, doc.Of(x))
}

// rampForm takes the seconds of a ramp alone.
func rampForm(c *checker, path string, n *doc.Node, f *field) *doc.Node {
	switch n.Kind {
	case doc.Map:
		if d := n.Get("duration"); d != nil && d.Kind == doc.String {
			x := durationForm(c, path, d, f)
			if x == nil {
				return nil
			}
			out := n.Clone()
			out.Set("duration", x)
			return out
		}
		return n
	case doc.String, doc.Int, doc.Float, doc.Bool:
		x := durationForm(c, path, n, f)
		if x == nil {
			return nil
		}
		return at(n, doc.NewMap("duration", x))
	}
	return n
}

// hookForm takes true for a hook with its defaults and false for none.
func hookForm(c *checker, path string, n *doc.Node, f *field) *doc.Node {
	switch n.Kind {
	case doc.Null, doc.Map:
		return n
	case doc.Bool:
		if n.Value == true {
			return at(n, &doc.Node{Kind: doc.Map})
		}
		return at(n, &doc.Node{})
	}
	c.fail(n, path, "", "must be true, false or a mapping, not %s", show(n))
	return nil
}

// ratioForm takes a number, or a mapping for input and output.
func ratioForm(c *checker, path string, n *doc.Node, f *field) *doc.Node {
	switch n.Kind {
	case doc.Int, doc.Float:
		return at(n, doc.Of(pythonNumber(n)))
	case doc.Map:
		return at(n, doc.Of(string(n.JSON())))
	}
	return n
}

// imageSourceForm takes one of the two words in any case, or a folder.
func imageSourceForm(c *checker, path string, n *doc.Node, f *field) *doc.Node {
	s, ok := n.Value.(string)
	if !ok {
		return n
	}
	for _, w := range f.suggest {
		if fold(w) == fold(s) {
			return at(n, doc.Of(w))
		}
	}
	return at(n, doc.Of(cleanPath(s)))
}

func intLiteralForm(c *checker, path string, n *doc.Node, f *field) *doc.Node {
	if n.Kind == doc.Bool {
		c.fail(n, path, "", "must be %s, not %s", orWords(f, ""), show(n))
		return nil
	}
	return n
}

// wordsForm takes "a,b" for [a, b]; commas split inside a list as well.
func wordsForm(c *checker, path string, n *doc.Node, f *field) *doc.Node {
	var parts []*doc.Node
	split := func(x *doc.Node) {
		s, ok := x.Value.(string)
		if !ok {
			parts = append(parts, x)
			return
		}
		for _, p := range strings.Split(s, ",") {
			parts = append(parts, at(x, doc.Of(strings.TrimSpace(p))))
		}
	}
	switch n.Kind {
	case doc.Null:
		return n
	case doc.String:
		split(n)
	case doc.List:
		for _, x := range n.Items {
			split(x)
		}
	default:
		c.fail(n, path, "", "must be text or a list of texts, not %s", show(n))
		return nil
	}
	return at(n, &doc.Node{Kind: doc.List, Items: parts})
}

// wordsOrFalseForm takes false for "write none".
func wordsOrFalseForm(c *checker, path string, n *doc.Node, f *field) *doc.Node {
	if x, ok := number(n); n.Value == false || ok && x == 0 {
		return at(n, &doc.Node{Kind: doc.Bool, Value: false})
	}
	if n.Kind != doc.List {
		c.fail(n, path, "", "must be false or [%s], not %s", strings.Join(f.words, ", "), show(n))
		return nil
	}
	return n
}

// tagMapForm takes key:value texts, pairs, or a mapping, and makes every value a text.
func tagMapForm(c *checker, path string, n *doc.Node, f *field) *doc.Node {
	out := at(n, &doc.Node{Kind: doc.Map})
	index := map[string]int{} // of the tags in out: there may be many
	set := func(key string, v *doc.Node) {
		if i, ok := index[key]; ok {
			out.Members[i].Value = v
			return
		}
		index[key] = len(out.Members)
		out.Members = append(out.Members, doc.Member{Key: key, Pos: v.Pos, Value: v})
	}
	text := func(x *doc.Node) bool {
		for _, item := range strings.Split(x.Value.(string), ",") {
			k, v, ok := strings.Cut(item, ":")
			if !ok {
				c.fail(x, path, "write key:value", "has an item without a colon: %s", strconv.Quote(clip(item)))
				return false
			}
			set(strings.TrimSpace(k), at(x, doc.Of(strings.TrimSpace(v))))
		}
		return true
	}
	switch n.Kind {
	case doc.Null:
		return n
	case doc.Map:
		for _, m := range n.Members {
			set(m.Key, at(m.Value, doc.Of(pythonText(m.Value))))
		}
		return out
	case doc.String:
		if text(n) {
			return out
		}
		return nil
	case doc.List:
		for _, x := range n.Items {
			switch {
			case x.Kind == doc.String:
				if !text(x) {
					return nil
				}
			case x.Kind == doc.List && len(x.Items) == 2:
				set(pythonText(x.Items[0]), at(x, doc.Of(pythonText(x.Items[1]))))
			case x.Kind == doc.Map:
				for _, m := range x.Members {
					set(m.Key, at(m.Value, doc.Of(pythonText(m.Value))))
				}
			default:
				c.fail(x, path, "write key:value", "has an item that is no tag: %s", show(x))
				return nil
			}
		}
		return out
	}
	c.fail(n, path, "write a mapping, or a list of key:value texts", "is no mapping of tags: %s", show(n))
	return nil
}

// tagListForm trims tags and drops empty ones; no tags left is the same as none given.
func tagListForm(c *checker, path string, n *doc.Node, f *field) *doc.Node {
	items := n.Items
	switch n.Kind {
	case doc.Null:
		return n
	case doc.List:
	case doc.String:
		items = []*doc.Node{n}
	default:
		c.fail(n, path, "", "must be a list of texts, not %s", show(n))
		return nil
	}
	out := &doc.Node{Kind: doc.List}
	for _, x := range items {
		if s := strings.TrimSpace(pythonText(x)); s != "" {
			out.Items = append(out.Items, at(x, doc.Of(s)))
		}
	}
	if len(out.Items) == 0 {
		return at(n, &doc.Node{})
	}
	return at(n, out)
}

// trimmedForm trims a text; nothing left is the same as not given.
func trimmedForm(c *checker, path string, n *doc.Node, f *field) *doc.Node {
	if n.Kind == doc.Null || n.Kind == doc.List || n.Kind == doc.Map {
		return n
	}
	s := strings.TrimSpace(pythonText(n))
	if s == "" {
		return at(n, &doc.Node{})
	}
	return at(n, doc.Of(s))
}

// recordsForm wants a list of mappings, or named lists of mappings.
func recordsForm(c *checker, path string, n *doc.Node, f *field) *doc.Node {
	mappings := func(path string, list *doc.Node) bool {
		if list.Kind != doc.List {
			c.fail(list, path, "", "must be a list of records, not %s", show(list))
			return false
		}
		for i, x := range list.Items {
			if x.Kind != doc.Map {
				c.fail(x, join(path, strconv.Itoa(i)), "", "must be a record (a mapping), not %s", show(x))
				return false
			}
		}
		return true
	}
	switch n.Kind {
	case doc.Null:
		return n
	case doc.Map:
		for _, m := range n.Members {
			if !mappings(join(path, m.Key), m.Value) {
				return nil
			}
		}
		return n
	}
	if !mappings(path, n) {
		return nil
	}
	return n
}

// rateSeriesForm takes a list of points, or the path of a JSON file.
func rateSeriesForm(c *checker, path string, n *doc.Node, f *field) *doc.Node {
	switch n.Kind {
	case doc.List:
		return at(n, doc.NewMap("points", n))
	case doc.String:
		return at(n, doc.NewMap("path", n))
	}
	return n
}

// slaForm takes {metric: {stat: {op: threshold}}} for a list of filters.
func slaForm(c *checker, path string, n *doc.Node, f *field) *doc.Node {
	if n.Kind != doc.Map {
		return n
	}
	out := at(n, &doc.Node{Kind: doc.List})
	for _, metric := range n.Members {
		if metric.Value.Kind != doc.Map {
			c.fail(metric.Value, path, "write {metric: {stat: {op: threshold}}}", "%s must be a mapping of statistics, not %s", metric.Key, show(metric.Value))
			return nil
		}
		for _, stat := range metric.Value.Members {
			if stat.Value.Kind != doc.Map {
				c.fail(stat.Value, path, "write {metric: {stat: {op: threshold}}}", "%s.%s must be a mapping of operators, not %s", metric.Key, stat.Key, show(stat.Value))
				return nil
			}
			for _, op := range stat.Value.Members {
				out.Items = append(out.Items, at(op.Value, doc.NewMap("metric_tag", at(metric.Value, doc.Of(metric.Key)), "stat", at(stat.Value, doc.Of(stat.Key)), "op", at(op.Value, doc.Of(op.Key)), "threshold", op.Value)))
			}
		}
	}
	return out
}

// at gives a made node the place of the one it was made of.
func at(from, n *doc.Node) *doc.Node {
	n.Pos, n.Origin = from.Pos, from.Origin
	return n
}

// pythonNumber writes a number as Python's str does.
func pythonNumber(n *doc.Node) string {
	switch v := n.Value.(type) {
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return jinja.FloatText(v)
	}
	return ""
}

// pythonText writes any scalar as Python's str does.
func pythonText(n *doc.Node) string {
	switch v := n.Value.(type) {
	case nil:
		if n.Kind == doc.Null {
			return "None"
		}
		return string(n.JSON())
	case bool:
		if v {
			return "True"
		}
		return "False"
	case string:
		return v
	}
	return pythonNumber(n)
}

// sweepPathForm writes a swept path out in full.
func sweepPathForm(c *checker, path string, n *doc.Node, f *field) *doc.Node {
	s, ok := n.Value.(string)
	if !ok {
		return n
	}
	full, msg := SweepPath(s)
	if msg != "" {
		c.fail(n, path, "", "is no sweep path: %s", msg)
		return nil
	}
	return at(n, doc.Of(full))
}

// sharesAddUp checks that the shares of a sequence distribution are percents of one whole.
func sharesAddUp(c *checker, path string, n *doc.Node, f *field) bool {
	sum := 0.0
	for _, x := range n.Items {
		p, _ := number(x.Get("probability"))
		sum += p
	}
	if !(math.Abs(sum-100) <= shareTolerance) {
		c.fail(n, path, "", "the probabilities must sum to 100 (percent), not %g", sum)
		return false
	}
	return true
}
