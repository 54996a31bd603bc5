// The tables as a JSON schema, for editors: draft 2020-12.

package schema

import (
	"reflect"
	"slices"
	"strings"
	"unicode"

	"github.com/aiperf-go/aiperf/bench/config/doc"
)

// patterns of texts that become another value before they are checked
const (
	patternTemplate = `.*\{\{.*\}\}.*`
	patternVariable = `.*\$\{[A-Za-z_][A-Za-z0-9_]*(?::[^}]*)?\}.*`
	patternDuration = `^(?:\d+(?:\.\d+)?\s*(?:[sS]|[sS][eE][cC]|[mM]|[mM][iI][nN]|[hH]|[hH][rR]|[hH][oO][uU][rR])?|[iI][nN][fF](?:[iI][nN][iI][tT][yY])?)$`
)

// JSONSchema describes a document. Every key is there in both spellings.
func JSONSchema() *doc.Node {
	b := &schemaBuilder{defs: map[string]*doc.Node{}}
	root := b.object(classOf(reflect.TypeFor[Config]()), "")
	out := doc.NewMap("$schema", "https://json-schema.org/draft/2020-12/schema", "title", "AIPerf configuration")
	out.Members = append(out.Members, root.Members...)
	defs := &doc.Node{Kind: doc.Map}
	slices.Sort(b.names)
	for _, name := range b.names {
		defs.Set(name, b.defs[name])
	}
	return out.Set("$defs", defs)
}

type schemaBuilder struct {
	defs  map[string]*doc.Node
	names []string
}

// ref points to the definition of a class, and writes it when it is new.
func (b *schemaBuilder) ref(cl *class, typ string) *doc.Node {
	name := cl.name
	varies := cl.union != nil || slices.ContainsFunc(cl.fields, func(f field) bool { return len(f.types) > 0 })
	if varies && typ != "" {
		name = pascal(typ) + name
	}
	if b.defs[name] == nil {
		b.defs[name] = &doc.Node{Kind: doc.Map} // before its keys: classes hold themselves
		b.names = append(b.names, name)
		b.defs[name] = b.object(cl, typ)
	}
	return doc.NewMap("$ref", "#/$defs/"+name)
}

func pascal(word string) string {
	r := []rune(camel(word))
	r[0] = unicode.ToUpper(r[0])
	return string(r)
}

// class gives the alternatives of a class: one, or one for each type.
func (b *schemaBuilder) class(cl *class, outer string) []*doc.Node {
	if cl.union == nil {
		return []*doc.Node{b.ref(cl, outer)}
	}
	var alts []*doc.Node
	if cl.name == "Dist" {
		alts = append(alts, doc.NewMap("type", "number"))
	}
	for _, t := range cl.union.types {
		alts = append(alts, b.ref(cl, t))
	}
	return alts
}

func (b *schemaBuilder) object(cl *class, typ string) *doc.Node {
	props := &doc.Node{Kind: doc.Map}
	required := &doc.Node{Kind: doc.List}
	put := func(f *field, s *doc.Node) {
		props.Set(f.key, s)
		if f.camel != f.key {
			props.Set(f.camel, s.Clone())
		}
	}
	if cl.name == "Dist" {
		put(&field{key: "type", camel: "type"}, doc.NewMap("const", typ))
	}
	for i := range cl.fields {
		f := &cl.fields[i]
		switch {
		case !f.has(typ):
		case f.of != "":
			put(f, b.shorthand(cl, f))
		default:
			put(f, b.value(cl, f, typ))
			if f.required && (cl.union == nil || f.key != cl.union.tag || cl.union.def == "") && !shortened[f.key] && f.camel == f.key {
				required.Items = append(required.Items, doc.Of(f.key))
			}
		}
	}
	if cl.name == "Phase" {
		props.Set("adaptive_scale", doc.NewMap("type", doc.Of([]string{"boolean", "string", "object"})))
		props.Set("adaptiveScale", doc.NewMap("type", doc.Of([]string{"boolean", "string", "object"})))
	}
	if cl.name == "Endpoint" || cl.name == "GPUTelemetry" || cl.name == "ServerMetrics" {
		props.Set("url", doc.NewMap("anyOf", []*doc.Node{doc.NewMap("type", "string"), doc.NewMap("type", "array", "items", doc.NewMap("type", "string"))}))
	}
	out := doc.NewMap("type", "object", "additionalProperties", doc.Of(cl.name == "UserFile"), "properties", props)
	if len(required.Items) > 0 {
		out.Set("required", required)
	}
	return out
}

// shortened are required keys that another spelling may stand for.
var shortened = map[string]bool{"models": true, "datasets": true, "phases": true, "urls": true, "distribution": true, "name": true, "benchmark": true}

// shorthand is the value of the key it stands for; what a mapping in its place may hold is left open.
func (b *schemaBuilder) shorthand(cl *class, f *field) *doc.Node {
	kinds := []string{"object"}
	switch f.key {
	case "model":
		kinds = []string{"string", "array", "object"}
	case "isl", "osl":
		kinds = []string{"number", "object", "null"}
	}
	return doc.NewMap("type", doc.Of(kinds), "description", "short for "+f.of)
}

// value is the schema of one key.
func (b *schemaBuilder) value(cl *class, f *field, typ string) *doc.Node {
	alts := b.alternatives(f, f.goType, typ)
	if cl.union != nil && f.key == cl.union.tag {
		alts = []*doc.Node{doc.NewMap("const", typ)}
	}
	switch f.form {
	case "duration":
		alts = append(alts, doc.NewMap("type", "string", "pattern", patternDuration))
	case "ramp":
		alts = append(alts, doc.NewMap("type", "number"), doc.NewMap("type", "string", "pattern", patternDuration))
	case "hook":
		alts = append(alts, doc.NewMap("type", "boolean"))
	case "int literal":
		alts = append(alts, doc.NewMap("type", "string", "enum", doc.Of(f.words)))
	case "ratio":
		alts = append(alts, doc.NewMap("type", "number"), doc.NewMap("type", "object"))
	case "words", "tag list":
		alts = append(alts, doc.NewMap("type", "string"))
	case "tag map":
		alts = append(alts, doc.NewMap("type", "array"), doc.NewMap("type", "string"))
	case "words or false":
		alts = append(alts, doc.NewMap("const", false))
	case "rate series":
		alts = append(alts, doc.NewMap("type", "array"), doc.NewMap("type", "string"))
	}
	switch f.key {
	case "models":
		alts = append(alts, doc.NewMap("type", "string"), doc.NewMap("type", "array", "items", doc.NewMap("type", "string"), "minItems", 1))
	case "phases":
		alts = append(alts, doc.NewMap("type", "object"))
	case "sla":
		alts = append(alts, doc.NewMap("type", "object"))
	case "gpu_telemetry", "server_metrics":
		alts = append(alts, doc.NewMap("type", "string"))
	}
	if f.null(typ) && f.typ != "any" {
		alts = append(alts, doc.NewMap("type", "null"))
	}
	if templated(f) {
		alts = append(alts, doc.NewMap("type", "string", "pattern", patternTemplate), doc.NewMap("type", "string", "pattern", patternVariable))
	}
	out := alts[0]
	if len(alts) > 1 {
		out = doc.NewMap("anyOf", alts)
	}
	if d := defaultNode(f, typ); d != nil {
		out.Set("default", d)
	}
	if f.doc != "" {
		out.Set("description", doc.Of(f.doc))
	}
	return out
}

// templated tells whether a text may stand for the value until variables and templates are written out.
func templated(f *field) bool {
	switch f.typ {
	case "int", "number", "duration", "bool", "distribution":
		return true
	}
	return len(f.words) > 0
}

func (b *schemaBuilder) alternatives(f *field, t reflect.Type, typ string) []*doc.Node {
	if t.Kind() == reflect.Pointer && t != nodeType {
		t = t.Elem()
	}
	one := func(s *doc.Node) []*doc.Node { return []*doc.Node{s} }
	switch {
	case f.form == "plot":
		return []*doc.Node{doc.NewMap("type", "string"), b.ref(classOf(reflect.TypeFor[Plot]()), ""), doc.NewMap("type", "null")}
	case t == nodeType && strings.HasPrefix(f.form, "map"):
		return one(doc.NewMap("type", "object"))
	case t == nodeType && f.form == "records":
		return []*doc.Node{doc.NewMap("type", "array", "items", doc.NewMap("type", "object")), doc.NewMap("type", "object")}
	case t == nodeType:
		return one(&doc.Node{Kind: doc.Map})
	case t.Kind() == reflect.Struct:
		return b.class(classOf(t), typ)
	case isDict(t):
		return one(limits(doc.NewMap("type", "object", "additionalProperties", anyOf(b.alternatives(&field{form: "item"}, t.Elem().Field(1).Type, typ))), f, typ, "minProperties", "maxProperties"))
	case t.Kind() == reflect.Slice:
		return one(limits(doc.NewMap("type", "array", "items", anyOf(b.alternatives(&field{words: f.words, fold: f.fold}, t.Elem(), typ))), f, typ, "minItems", "maxItems"))
	case t.Kind() == reflect.Bool:
		return one(doc.NewMap("type", "boolean"))
	case t.Kind() == reflect.Int, t.Kind() == reflect.Int64:
		s := limits(doc.NewMap("type", "integer"), f, typ, "", "")
		if len(f.words) > 0 {
			s.Set("enum", fromWords(f.words))
		}
		return one(s)
	case t.Kind() == reflect.Float64:
		return one(limits(doc.NewMap("type", "number"), f, typ, "", ""))
	}
	s := limits(doc.NewMap("type", "string"), f, typ, "minLength", "maxLength")
	if len(f.words) > 0 {
		s.Set("enum", doc.Of(f.words))
	}
	if f.form == "phase name" {
		s.Set("pattern", doc.Of(phaseName.String()))
	}
	return one(s)
}

func fromWords(words []string) *doc.Node {
	l := &doc.Node{Kind: doc.List}
	for _, w := range words {
		i, _ := toInt(doc.Of(w)) // the words of a whole number are numbers
		l.Items = append(l.Items, doc.Of(i))
	}
	return l
}

func anyOf(alts []*doc.Node) *doc.Node {
	if len(alts) == 1 {
		return alts[0]
	}
	return doc.NewMap("anyOf", alts)
}

// limits writes the bounds into a schema.
func limits(s *doc.Node, f *field, typ, least, most string) *doc.Node {
	names := map[string]string{">=": "minimum", ">": "exclusiveMinimum", "<=": "maximum", "<": "exclusiveMaximum"}
	for _, b := range f.bounds {
		if len(b.types) > 0 && !slices.Contains(b.types, typ) {
			continue
		}
		v := doc.Of(b.value)
		if b.value == float64(int64(b.value)) {
			v = doc.Of(int64(b.value))
		}
		switch {
		case !b.length:
			s.Set(names[b.op], v)
		case b.op == ">=":
			s.Set(least, v)
		default:
			s.Set(most, v)
		}
	}
	return s
}
