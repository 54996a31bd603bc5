// The tags of the structs, read once into tables.

package schema

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"github.com/aiperf-go/aiperf/bench/config/doc"
)

// field is one key of a class, as its struct tags say it:
//
//	key    snake_case name; the camelCase spelling is derived
//	for    types of the class that have the key; none: all
//	is     bounds: "> 0, <= 1", "len >= 1"; "A for t; B for u" where types differ
//	def    default: a word, or JSON with single quotes; "V for t" where types differ
//	req    must be given
//	null   may be null although it has a default
//	in     choices, spelled exactly so
//	enum   choices; case and -/_ are ignored
//	suggest words with a meaning of their own among free text
//	camel  "no": the key has one spelling
//	form   other ways of writing the value (forms.go)
//	of     the key that normalising rewrites this shorthand to
//	unit   of a number
//	secret the value is never shown
//	doc    one line for people
type field struct {
	key, camel string
	goType     reflect.Type
	index      int
	types      []string
	bounds     []bound
	defaults   []choice
	required   bool
	nulls      bool
	words      []string
	fold       bool // words are enum words
	suggest    []string
	form       string
	of         string
	unit, doc  string
	secret     bool
	typ        string // "int", "number", "text", ... for people and for the JSON schema
}

// choice is a value for some types; no types: for all.
type choice struct {
	types []string
	value string
}

// bound is one limit of a number or of a length.
type bound struct {
	types  []string
	length bool
	op     string
	value  float64
	text   string
}

// holds tells whether x keeps the bound; NaN keeps none.
func (b bound) holds(x float64) bool {
	switch b.op {
	case ">=":
		return x >= b.value
	case ">":
		return x > b.value
	case "<=":
		return x <= b.value
	default:
		return x < b.value
	}
}

// class is one mapping of the document.
type class struct {
	name   string
	goType reflect.Type
	fields []field
	union  *union
}

// union says how a class knows its type.
type union struct {
	tag   string // key that holds the type; "" when the keys tell it
	types []string
	def   string
	order map[string][]string // order of the keys for a type, where it is not the struct's
}

// tables reads every struct reachable from Config; the result is never changed afterwards.
var tables = sync.OnceValue(func() map[reflect.Type]*class {
	all := map[reflect.Type]*class{}
	readClass(reflect.TypeFor[Config](), all)
	readClass(reflect.TypeFor[Plot](), all)
	return all
})

func classOf(t reflect.Type) *class { return tables()[t] }

func readClass(t reflect.Type, all map[reflect.Type]*class) {
	if all[t] != nil {
		return
	}
	c := &class{name: t.Name(), goType: t, union: unions[t.Name()]}
	all[t] = c
	for i := range t.NumField() {
		sf := t.Field(i)
		if sf.Tag.Get("key") == "" {
			continue
		}
		c.fields = append(c.fields, readField(sf, i))
		if s := structIn(sf.Type); s != nil {
			readClass(s, all)
		}
	}
}

// structIn is the class behind a field's type: itself, pointed to, or an item of a list.
func structIn(t reflect.Type) reflect.Type {
	for t.Kind() == reflect.Pointer || (t.Kind() == reflect.Slice && !isDict(t)) {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || t == nodeType.Elem() || t == reflect.TypeFor[shorthand]() {
		return nil
	}
	return t
}

var nodeType = reflect.TypeFor[*doc.Node]()

// isDict tells a Dict from a plain slice.
func isDict(t reflect.Type) bool {
	return t.Kind() == reflect.Slice && strings.HasPrefix(t.Name(), "Dict[")
}

func readField(sf reflect.StructField, i int) field {
	tag := sf.Tag
	f := field{
		key: tag.Get("key"), camel: camel(tag.Get("key")), suggest: strings.Fields(tag.Get("suggest")), goType: sf.Type, index: i, types: strings.Fields(tag.Get("for")),
		required: tag.Get("req") != "", form: tag.Get("form"), of: tag.Get("of"), unit: tag.Get("unit"), doc: tag.Get("doc"), secret: tag.Get("secret") != "",
	}
	for _, part := range strings.Split(tag.Get("def"), " ; ") {
		if part == "" {
			continue
		}
		v, types, _ := strings.Cut(part, " for ")
		f.defaults = append(f.defaults, choice{strings.Fields(types), v})
	}
	if tag.Get("camel") == "no" {
		f.camel = f.key
	}
	f.bounds = readBounds(tag.Get("is"))
	list := tag.Get("in")
	if list == "" {
		list, f.fold = tag.Get("enum"), true
	}
	if w, ok := wordLists[list]; ok {
		list = w
	}
	f.words = strings.Fields(list)
	f.nulls = tag.Get("null") != ""
	f.typ = typeName(sf.Type, f)
	return f
}

func readBounds(s string) (out []bound) {
	for _, part := range strings.Split(s, "; ") {
		if part == "" {
			continue
		}
		list, types, _ := strings.Cut(part, " for ")
		for _, text := range strings.Split(list, ", ") {
			b := bound{types: strings.Fields(types), text: text}
			rest, isLen := strings.CutPrefix(text, "len ")
			b.length = isLen
			op, num, _ := strings.Cut(rest, " ")
			v, err := strconv.ParseFloat(num, 64)
			if err != nil {
				panic(fmt.Sprintf("schema: bound %q is no comparison", text)) // a mistake in a struct tag, found by any test
			}
			b.op, b.value = op, v
			out = append(out, b)
		}
	}
	return out
}

func typeName(t reflect.Type, f field) string {
	if t.Kind() == reflect.Pointer && t != nodeType {
		t = t.Elem()
	}
	switch {
	case f.of != "":
		return "shorthand"
	case t == nodeType && strings.HasPrefix(f.form, "map"):
		return "mapping"
	case t == nodeType && f.form == "records":
		return "records"
	case t == nodeType:
		return "any"
	case isDict(t):
		return "mapping"
	case t.Kind() == reflect.Slice:
		return "list"
	case t.Kind() == reflect.Struct && t.Name() == "Dist":
		return "distribution"
	case t.Kind() == reflect.Struct:
		return "mapping"
	case f.form == "duration":
		return "duration"
	case t.Kind() == reflect.Float64:
		return "number"
	case t.Kind() == reflect.Int, t.Kind() == reflect.Int64:
		return "int"
	case t.Kind() == reflect.Bool:
		return "bool"
	case f.form == "path":
		return "path"
	default:
		return "text"
	}
}

// has tells whether the key exists for a type; an unknown type has every key.
func (f *field) has(typ string) bool {
	return len(f.types) == 0 || typ == "" || slices.Contains(f.types, typ)
}

// def is the default for a type; false when unset is the default.
func (f *field) def(typ string) (string, bool) {
	for _, d := range f.defaults {
		if len(d.types) == 0 || slices.Contains(d.types, typ) {
			return d.value, true
		}
	}
	return "", false
}

// null tells whether the key may be null for a type: what has a default may not, unless its tag says so.
func (f *field) null(typ string) bool {
	if f.typ == "any" || f.nulls {
		return true
	}
	if _, ok := f.def(typ); ok || f.required {
		return false
	}
	k := f.goType.Kind()
	return k == reflect.Pointer || k == reflect.Slice
}

// find looks a key up in either spelling, for a type.
func (c *class) find(key, typ string) *field {
	for i := range c.fields {
		f := &c.fields[i]
		if (f.key == key || f.camel == key) && f.has(typ) {
			return f
		}
	}
	return nil
}

// ordered are the fields of a type in upstream's order.
func (c *class) ordered(typ string) []*field {
	out := make([]*field, 0, len(c.fields))
	if c.union != nil && c.union.order[typ] != nil {
		for _, k := range c.union.order[typ] {
			if f := c.find(k, typ); f != nil && f.of == "" {
				out = append(out, f)
			}
		}
		return out
	}
	for i := range c.fields {
		if f := &c.fields[i]; f.of == "" && f.has(typ) {
			out = append(out, f)
		}
	}
	return out
}

// camel spells a key the other way: random_seed -> randomSeed.
func camel(key string) string {
	parts := strings.Split(key, "_")
	for i, p := range parts[1:] {
		if p != "" {
			r := []rune(p)
			r[0] = unicode.ToUpper(r[0])
			parts[i+1] = string(r)
		}
	}
	return strings.Join(parts, "")
}

// snake undoes camel for the keys of the table.
func snake(key string) string {
	var b strings.Builder
	for i, r := range key {
		if unicode.IsUpper(r) && i > 0 {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
