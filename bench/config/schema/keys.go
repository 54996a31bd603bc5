// The table of keys as data, for documents and for hints.

package schema

import (
	"reflect"
	"strings"
	"sync"
)

// Key is one key of the document. Lists stand in its path as "[]": benchmark.phases[].concurrency.
type Key struct {
	Path     string
	Types    []string // types of the mapping that have the key; none: all
	Type     string   // bool, int, number, text, path, duration, list, mapping, distribution, any
	Default  string
	Bounds   string
	Choices  []string
	Required bool
	Nullable bool
	Unit     string
	Doc      string
	Secret   bool
}

// Keys lists every key, in the order of the document.
func Keys() []Key { return allKeys() }

var allKeys = sync.OnceValue(func() []Key {
	var out []Key
	listKeys(&out, "", reflect.TypeFor[Config](), 0)
	return out
})

// deepest bounds the listing: distributions hold distributions.
const deepest = 7

func listKeys(out *[]Key, path string, t reflect.Type, depth int) {
	cl := classOf(t)
	for i := range cl.fields {
		f := &cl.fields[i]
		k := Key{Path: join(path, f.key), Types: f.types, Type: f.typ, Choices: f.words, Required: f.required, Unit: f.unit, Doc: f.doc, Secret: f.secret}
		var defaults, bounds []string
		for _, d := range f.defaults {
			defaults = append(defaults, withTypes(d.value, d.types))
		}
		for _, b := range f.bounds {
			bounds = append(bounds, withTypes(b.text, b.types))
		}
		k.Default, k.Bounds = strings.Join(defaults, "; "), strings.Join(bounds, ", ")
		k.Nullable = f.null("")
		if f.of != "" {
			k.Doc = "short for " + f.of
		}
		*out = append(*out, k)
		inner := structIn(f.goType)
		if f.form == "plot" {
			inner = reflect.TypeFor[Plot]()
		}
		if inner == nil || inner.Name() == "Dist" || depth > deepest {
			continue
		}
		p := k.Path
		if f.goType.Kind() == reflect.Slice {
			p += "[]"
		}
		listKeys(out, p, inner, depth+1)
	}
}

func withTypes(v string, types []string) string {
	if len(types) == 0 {
		return v
	}
	return v + " for " + strings.Join(types, ", ")
}
