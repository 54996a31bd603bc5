// Checking a document against the tables: types, bounds, unknown keys, defaults; every mistake is collected.

package schema

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/aiperf-go/aiperf/bench/config/doc"
)

// Checked is a document that holds.
type Checked struct {
	Config   *Config
	Node     *doc.Node // normalised: only what was set, values coerced, snake_case keys in upstream's order
	Warnings []string
}

// Check normalises and checks a whole document. The document is not changed; the error is doc.Errors.
func Check(root *doc.Node) (*Checked, error) {
	c := &checker{}
	if root == nil {
		root = &doc.Node{}
	}
	cfg := &Config{}
	n := c.object("", classOf(reflect.TypeFor[Config]()), root, reflect.ValueOf(cfg).Elem(), "")
	if c.count > 0 {
		return nil, c.mistakes()
	}
	return &Checked{Config: cfg, Node: n, Warnings: c.warnings}, nil
}

// CheckBody normalises and checks one benchmark body, as a variation of a sweep has it. Paths in errors start below "benchmark".
func CheckBody(body *doc.Node) (*Benchmark, *doc.Node, error) {
	c := &checker{}
	if body == nil {
		body = &doc.Node{}
	}
	b := &Benchmark{}
	n := c.object("", classOf(reflect.TypeFor[Benchmark]()), body, reflect.ValueOf(b).Elem(), "")
	if c.count > 0 {
		return nil, nil, c.mistakes()
	}
	return b, n, nil
}

// mostErrors is how many mistakes are told; nobody reads more, and a file of another language has one in every line.
const mostErrors = 100

// checker collects what is wrong.
type checker struct {
	errs     doc.Errors // the first mistakes
	count    int        // all mistakes
	warnings []string
}

func (c *checker) fail(n *doc.Node, path, hint, format string, a ...any) {
	c.failAt(n, doc.Pos{}, path, hint, format, a...)
}

// failAt reports a mistake at a place; without one, at that of the node.
func (c *checker) failAt(n *doc.Node, pos doc.Pos, path, hint, format string, a ...any) {
	c.count++
	if c.full() {
		return
	}
	e := n.At(path, format, a...)
	e.Hint = hint
	if pos.Line > 0 {
		e.Pos = pos
	}
	c.errs = append(c.errs, e)
}

// full tells whether the mistake counted last is one too many to be told.
func (c *checker) full() bool { return c.count > mostErrors }

// mistakes are the mistakes told, and how many were not.
func (c *checker) mistakes() doc.Errors {
	if more := c.count - len(c.errs); more > 0 {
		return append(c.errs, &doc.Error{Msg: fmt.Sprintf("and %d more mistakes", more)})
	}
	return c.errs
}

func (c *checker) warn(format string, a ...any) {
	c.warnings = append(c.warnings, fmt.Sprintf(format, a...))
}

// join appends a key to a path.
func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// object checks a mapping of a class, fills the struct and returns the normalised mapping; nil when something is wrong with it.
// outer is the type of the mapping around it: a class without a type of its own takes part in that (prompts of a file dataset).
func (c *checker) object(path string, cl *class, n *doc.Node, into reflect.Value, outer string) *doc.Node {
	before := c.count
	if prepare := preparers[cl.name]; prepare != nil {
		if n = prepare(c, path, n); n == nil {
			return nil
		}
	}
	if n.Kind != doc.Map {
		c.fail(n, path, "", "must be a mapping, not %s", show(n))
		return nil
	}
	typ := outer
	if cl.union != nil {
		var ok bool
		if n, typ, ok = c.typeOf(path, cl, n); !ok {
			return nil
		}
		if f := into.FieldByName("Type"); f.IsValid() {
			f.SetString(typ)
		}
	}
	set := map[string]*doc.Node{}
	where := map[string]doc.Pos{}
	for i := range n.Members {
		m := &n.Members[i]
		f := cl.find(m.Key, typ)
		if f == nil || f.of != "" {
			c.unknown(join(path, m.Key), cl, typ, n, m)
			continue
		}
		if m.Key == f.key && f.camel != f.key && n.Get(f.camel) != nil {
			c.failMember(m, join(path, m.Key), fmt.Sprintf("keep one of %s and %s", f.key, f.camel), "is given twice, also as %s", f.camel)
			continue
		}
		if v := c.value(join(path, m.Key), f, m.Value, into.Field(f.index), typ); v != nil {
			set[f.key], where[f.key] = v, m.Pos
		}
	}
	out := &doc.Node{Kind: doc.Map, Pos: n.Pos, Origin: n.Origin}
	for _, f := range cl.ordered(typ) {
		v, given := set[f.key]
		if given {
			out.Members = append(out.Members, doc.Member{Key: f.key, Pos: where[f.key], Value: v})
			continue
		}
		if n.Get(f.key) != nil || n.Get(f.camel) != nil {
			continue // wrong or null
		}
		if f.required {
			c.fail(n, join(path, f.key), f.addHint(), "is required")
			continue
		}
		c.fillDefault(f, typ, into.Field(f.index))
	}
	if c.count > before {
		return nil
	}
	s := &scope{c: c, path: path, n: out, typ: typ, v: into.Addr().Interface(), cl: cl}
	for _, rule := range rules[cl.name] {
		rule(s)
		if c.count > before {
			return nil // as upstream does, the first broken rule of a mapping ends it
		}
	}
	return out
}

func (c *checker) failMember(m *doc.Member, path, hint, format string, a ...any) {
	c.failAt(m.Value, m.Pos, path, hint, format, a...)
}

// typeOf finds the type of a mapping, and gives back the mapping to check.
func (c *checker) typeOf(path string, cl *class, n *doc.Node) (*doc.Node, string, bool) {
	if cl.union.tag == "" {
		return c.distType(path, n)
	}
	t := n.Get(cl.union.tag)
	choices := strings.Join(cl.union.types, ", ")
	if t == nil {
		if cl.union.def != "" {
			return withTag(n, cl.union.tag, doc.Of(cl.union.def)), cl.union.def, true
		}
		c.fail(n, path, "add "+cl.union.tag+": one of "+choices, "has no %s", cl.union.tag)
		return nil, "", false
	}
	word, _ := t.Value.(string)
	if t.Kind != doc.String || !slices.Contains(cl.union.types, word) {
		c.fail(t, path, didYouMean(word, cl.union.types), "%s must be one of %s, not %s", cl.union.tag, choices, show(t))
		return nil, "", false
	}
	return n, word, true
}

// withTag is the mapping with a type that was left out.
func withTag(n *doc.Node, tag string, v *doc.Node) *doc.Node {
	out := *n
	out.Members = append(slices.Clone(n.Members), doc.Member{Key: tag, Pos: n.Pos, Value: v})
	return &out
}

// fillDefault writes the default of a key that was not given.
func (c *checker) fillDefault(f *field, typ string, into reflect.Value) {
	if d := defaultNode(f, typ); d != nil {
		c.value("", f, d, into, typ)
		return
	}
	if into.Kind() == reflect.Struct {
		if cl := classOf(into.Type()); cl != nil {
			(&checker{}).object("", cl, &doc.Node{Kind: doc.Map}, into, typ)
		}
	}
}

// value checks one value, fills the struct and returns the normalised value; nil when it is wrong, or null.
func (c *checker) value(path string, f *field, n *doc.Node, into reflect.Value, typ string) *doc.Node {
	if n == reported {
		return nil
	}
	before := c.count
	if form := forms[f.form]; form != nil {
		if n = form(c, path, n, f); n == nil {
			return nil
		}
	}
	if f.form == "plot" {
		if n = plotForm(c, path, n, f); n == nil {
			return nil
		}
	}
	if n.Kind == doc.Null && f.null(typ) {
		if f.typ == "any" {
			into.Set(reflect.ValueOf(n))
		}
		if _, ok := f.def(typ); ok || f.typ == "any" {
			return n
		}
		return nil
	}
	out := c.convert(path, f, n, into, typ)
	if out == nil || c.count > before {
		return nil
	}
	if !c.bounded(path, f, out, typ) {
		return nil
	}
	if after := afterForms[f.form]; after != nil && !after(c, path, out, f) {
		return nil
	}
	return out
}

// convert makes the value the Go type asks for.
func (c *checker) convert(path string, f *field, n *doc.Node, into reflect.Value, typ string) *doc.Node {
	t := into.Type()
	switch {
	case t == nodeType:
		return c.tree(path, f, n, into)
	case t.Kind() == reflect.Pointer:
		p := reflect.New(t.Elem())
		out := c.convert(path, f, n, p.Elem(), typ)
		if out != nil {
			into.Set(p)
		}
		return out
	case t.Kind() == reflect.Struct:
		return c.object(path, classOf(t), n, into, typ)
	case isDict(t):
		return c.dict(path, f, n, into, typ)
	case t.Kind() == reflect.Slice:
		return c.list(path, f, n, into, typ)
	}
	out, err := scalar(f, n, t.Kind())
	if err != "" {
		hint := ""
		switch {
		case len(f.words) == 0:
		case n.Kind == doc.String:
			hint = didYouMean(n.Value.(string), f.words)
		case slices.Contains(f.words, scalarText(n)):
			hint = fmt.Sprintf("write %s: %q, in quotes", lastOf(path), scalarText(n))
		}
		if f.secret {
			c.fail(n, path, hint, "must be %s", err)
			return nil
		}
		c.fail(n, path, hint, "must be %s, not %s", err, show(n))
		return nil
	}
	switch v := out.Value.(type) {
	case bool:
		into.SetBool(v)
	case int64:
		into.SetInt(v)
	case float64:
		into.SetFloat(v)
	case string:
		into.SetString(v)
	}
	return out
}

// tree takes a value as it is.
func (c *checker) tree(path string, f *field, n *doc.Node, into reflect.Value) *doc.Node {
	if (f.form == "map" || f.form == "map of maps") && n.Kind != doc.Map {
		c.fail(n, path, "", "must be a mapping, not %s", show(n))
		return nil
	}
	if f.form == "map of maps" {
		for _, m := range n.Members {
			if m.Value.Kind != doc.Map {
				c.fail(m.Value, join(path, m.Key), "", "must be a mapping, not %s", show(m.Value))
				return nil
			}
		}
	}
	out := n
	if f.form != "records" { // a data set's records are many and nobody changes them: every body of a sweep shares them
		out = n.Clone()
	}
	into.Set(reflect.ValueOf(out))
	return out
}

func (c *checker) dict(path string, f *field, n *doc.Node, into reflect.Value, typ string) *doc.Node {
	if n.Kind != doc.Map {
		c.fail(n, path, "", "must be a mapping, not %s", f.show(n))
		return nil
	}
	out := &doc.Node{Kind: doc.Map, Pos: n.Pos, Origin: n.Origin}
	entries := reflect.MakeSlice(into.Type(), len(n.Members), len(n.Members))
	bad := false
	for i, m := range n.Members {
		entries.Index(i).Field(0).SetString(m.Key)
		v := c.convert(join(path, m.Key), f, m.Value, entries.Index(i).Field(1), typ)
		bad = bad || v == nil
		out.Members = append(out.Members, doc.Member{Key: m.Key, Pos: m.Pos, Value: v})
	}
	if bad {
		return nil
	}
	into.Set(entries)
	return out
}

func (c *checker) list(path string, f *field, n *doc.Node, into reflect.Value, typ string) *doc.Node {
	if f.form == "words or false" && n.Value == false {
		into.SetZero()
		return n
	}
	if n.Kind != doc.List {
		c.fail(n, path, listHint(f, n), "must be a list, not %s", show(n))
		return nil
	}
	out := &doc.Node{Kind: doc.List, Items: make([]*doc.Node, len(n.Items)), Pos: n.Pos, Origin: n.Origin}
	items := reflect.MakeSlice(into.Type(), len(n.Items), len(n.Items))
	bad := false
	for i, x := range n.Items {
		out.Items[i] = c.convert(join(path, strconv.Itoa(i)), f, x, items.Index(i), typ)
		bad = bad || out.Items[i] == nil
	}
	if bad {
		return nil
	}
	into.Set(items)
	return out
}

// listHint helps who wrote one value where a list is due.
func listHint(f *field, n *doc.Node) string {
	if n.Kind == doc.String || n.Kind == doc.Int || n.Kind == doc.Float {
		return fmt.Sprintf("write %s: [%s]", f.key, scalarText(n))
	}
	return ""
}

// bounded checks the limits of a number, of a list's length, or of a text's.
func (c *checker) bounded(path string, f *field, n *doc.Node, typ string) bool {
	for _, b := range f.bounds {
		if len(b.types) > 0 && !slices.Contains(b.types, typ) {
			continue
		}
		if b.length {
			size := len(n.Items) + len(n.Members)
			what := "entries"
			if s, ok := n.Value.(string); ok {
				size, what = utf8.RuneCountInString(s), "characters"
			}
			if !b.holds(float64(size)) {
				c.fail(n, path, "", "must have %s %g %s, not %d", b.op, b.value, what, size)
				return false
			}
			continue
		}
		if x, ok := number(n); ok && !b.holds(x) {
			c.fail(n, path, "", "must be %s, not %s", b.text, show(n))
			return false
		}
	}
	return true
}

// number reads a numeric node.
func number(n *doc.Node) (float64, bool) {
	switch v := n.Value.(type) {
	case int64:
		return float64(v), true
	case float64:
		return v, true
	}
	return math.NaN(), false
}

// scope is what a rule sees: the mapping, normalised, and its struct, filled.
type scope struct {
	c    *checker
	path string
	n    *doc.Node
	typ  string
	v    any
	cl   *class
}

// fail reports the mapping; the place is that of the first key named that stands in it.
func (s *scope) fail(keys, hint, format string, a ...any) {
	at := s.n
	for _, k := range strings.Fields(keys) {
		if v := s.n.Get(k); v != nil {
			at = v
			break
		}
	}
	s.c.fail(at, s.path, hint, format, a...)
}

// given tells whether a key was set.
func (s *scope) given(key string) bool { return s.n.Get(key) != nil }

// set writes a key that a rule derives, in its place in the order.
func (s *scope) set(key string, v *doc.Node) {
	v.Pos, v.Origin = s.n.Pos, s.n.Origin
	if s.n.Get(key) != nil {
		s.n.Set(key, v)
		return
	}
	at := 0
	for _, f := range s.cl.ordered(s.typ) {
		if f.key == key {
			break
		}
		if at < len(s.n.Members) && s.n.Members[at].Key == f.key {
			at++
		}
	}
	s.n.Members = slices.Insert(s.n.Members, at, doc.Member{Key: key, Pos: v.Pos, Value: v})
}

// rule makes a rule of a function over the class's struct.
func rule[T any](f func(s *scope, v *T)) func(*scope) {
	return func(s *scope) { f(s, s.v.(*T)) }
}
