// Filters of lists and mappings: choosing, ordering, joining their items.
package jinja

import (
	"math/big"
	"strings"
)

func filterBatch(e *eval, v any, a values) any {
	a.only("batch", "linecount", "fill_with")
	n := wholeArg("batch", a, 0, "linecount", -1)
	if n < 1 {
		fail("'batch' needs a count above zero")
	}
	var out []any
	items := e.iterate(v)
	for i := 0; i < len(items); i += n {
		row := append(List{}, items[i:min(i+n, len(items))]...)
		if fill, ok := a.arg(1, "fill_with"); ok && fill != nil {
			e.budget.spend(max(n-len(row), 0))
			for len(row) < n {
				row = append(row, fill)
			}
		}
		out = append(out, row)
	}
	return iter{out, "batch"}
}

// folded is the key by which texts are ordered: without case unless asked.
func folded(exact bool) func(any) any {
	return func(v any) any {
		if s, ok := v.(string); ok && !exact {
			return lower(s)
		}
		return v
	}
}

// byAttr is the key of a filter with attribute and case_sensitive arguments.
func (e *eval) byAttr(attr any, given bool, exact bool) func(any) any {
	fold := folded(exact)
	if !given || attr == nil {
		return fold
	}
	return func(v any) any { return fold(e.path(v, attr)) }
}

// path follows a dotted attribute, as map(attribute='a.b') does.
func (e *eval) path(v, attr any) any {
	if s, ok := attr.(string); ok {
		if strings.ContainsRune(s, ',') {
			fail("several attributes are not supported in configurations")
		}
		for _, part := range strings.Split(s, ".") {
			e.budget.spend(1)
			if n, ok := new(big.Int).SetString(part, 10); ok && part != "" && part[0] != '-' && part[0] != '+' {
				v = e.index(v, n)
				continue
			}
			v = e.index(v, part)
		}
		return v
	}
	return e.index(v, attr)
}

func filterDictsort(e *eval, v any, a values) any {
	a.only("dictsort", "case_sensitive", "by", "reverse")
	d, ok := defined(v).(*Dict)
	if !ok {
		fail("'dictsort' needs a mapping, not %s", typeName(v))
	}
	at := 0
	switch by := textArg(e, "dictsort", a, 1, "by", "key"); by {
	case "key":
	case "value":
		at = 1
	default:
		fail("'dictsort' orders by 'key' or 'value', not %q", by)
	}
	fold := folded(flagArg(a, 0, "case_sensitive"))
	items := d.items()
	e.budget.spend(len(items))
	e.ordered(items, func(x any) any { return fold(x.(Tuple)[at]) }, flagArg(a, 2, "reverse"))
	return List(items)
}

func filterFirst(e *eval, v any, a values) any {
	a.only("first")
	items := e.iterate(v)
	if len(items) == 0 {
		return undefined{msg: "there is no first item: the sequence is empty"}
	}
	return items[0]
}

func filterLast(e *eval, v any, a values) any {
	a.only("last")
	if i, ok := v.(iter); ok {
		fail("'last' of %s needs '| list' before it", i.what)
	}
	items := e.iterate(v)
	if len(items) == 0 {
		return undefined{msg: "there is no last item: the sequence is empty"}
	}
	return items[len(items)-1]
}

func filterItems(e *eval, v any, a values) any {
	a.only("items")
	if _, ok := v.(undefined); ok {
		return iter{nil, "items"}
	}
	d, ok := v.(*Dict)
	if !ok {
		fail("'items' needs a mapping, not %s", typeName(v))
	}
	e.budget.spend(len(d.keys))
	return iter{d.items(), "items"}
}

func filterJoin(e *eval, v any, a values) any {
	a.only("join", "d", "attribute")
	sep := ""
	if d, ok := a.arg(0, "d"); ok {
		sep = e.str(defined(d))
	}
	attr, given := a.arg(1, "attribute")
	var b strings.Builder
	for i, x := range e.iterate(v) {
		if i > 0 {
			b.WriteString(sep)
			e.budget.spend(len(sep)/8 + 1)
		}
		if given && attr != nil {
			x = e.path(x, attr)
		}
		s := e.str(x)
		e.budget.spend(len(s) / 8)
		b.WriteString(s)
	}
	return b.String()
}

func filterMap(e *eval, v any, a values) any {
	if attr, ok := a.named["attribute"]; ok && len(a.pos) == 0 {
		a.only("map", "attribute", "default")
		def, has := a.named["default"]
		var out []any
		for _, x := range e.iterate(v) {
			y := e.path(x, attr)
			if _, missing := y.(undefined); missing && has {
				y = def
			}
			out = append(out, y)
		}
		return iter{out, "map"}
	}
	if len(a.pos) == 0 {
		fail("'map' needs a filter's name or attribute=")
	}
	name, _ := a.pos[0].(string)
	f, ok := filterTable()[name]
	if !ok {
		unknownName("filter", name, unsupportedFilters)
	}
	rest := values{pos: a.pos[1:], names: a.names, named: a.named}
	var out []any
	for _, x := range e.iterate(v) {
		e.budget.spend(1)
		out = append(out, f(e, x, rest))
	}
	return iter{out, "map"}
}

func (e *eval) extreme(name string, v any, a values) any {
	a.only(name, "case_sensitive", "attribute")
	attr, given := a.arg(1, "attribute")
	key := e.byAttr(attr, given, flagArg(a, 0, "case_sensitive"))
	items := e.iterate(v)
	if len(items) == 0 {
		return undefined{msg: "there is nothing to aggregate: the sequence is empty"}
	}
	best := items[0]
	for _, x := range items[1:] {
		if name == "max" && e.less(key(best), key(x), ">") || name == "min" && e.less(key(x), key(best), "<") {
			best = x
		}
	}
	return best
}

// choose is select and its relatives: a test, by default truth, on the item or on one of its attributes.
func (e *eval) choose(name string, v any, a values, attr, want bool) any {
	pos := a.pos
	var by any
	if attr {
		if len(pos) == 0 {
			fail("'%s' needs an attribute's name", name)
		}
		by, pos = pos[0], pos[1:]
	}
	test := func(x any) bool { return truth(x) }
	if len(pos) > 0 {
		tname, _ := pos[0].(string)
		f, ok := testTable()[tname]
		if !ok {
			unknownName("test", tname, unsupportedTests)
		}
		rest := values{pos: pos[1:], names: a.names, named: a.named}
		test = func(x any) bool { return f(e, x, rest) }
	}
	var out []any
	for _, x := range e.iterate(v) {
		e.budget.spend(1)
		y := x
		if attr {
			y = e.path(x, by)
		}
		if test(y) == want {
			out = append(out, x)
		}
	}
	return iter{out, name}
}

func filterReverse(e *eval, v any, a values) any {
	a.only("reverse")
	items := e.iterate(v)
	out := make([]any, len(items))
	for i, x := range items {
		out[len(items)-1-i] = x
	}
	if _, ok := v.(string); ok {
		var b strings.Builder
		for _, c := range out {
			b.WriteString(c.(string))
		}
		return b.String()
	}
	return iter{out, "reverse"}
}

func filterSort(e *eval, v any, a values) any {
	a.only("sort", "reverse", "case_sensitive", "attribute")
	attr, given := a.arg(2, "attribute")
	items := append([]any{}, e.iterate(v)...)
	e.ordered(items, e.byAttr(attr, given, flagArg(a, 1, "case_sensitive")), flagArg(a, 0, "reverse"))
	return List(items)
}

func filterSum(e *eval, v any, a values) any {
	a.only("sum", "attribute", "start")
	attr, given := a.arg(0, "attribute")
	sum, ok := a.arg(1, "start")
	if !ok {
		sum = new(big.Int)
	}
	if _, text := sum.(string); text {
		fail("'sum' adds no texts; use 'join'")
	}
	for _, x := range e.iterate(v) {
		e.budget.spend(1)
		if given && attr != nil {
			x = e.path(x, attr)
		}
		sum = e.binary("+", sum, x)
	}
	return sum
}

func filterUnique(e *eval, v any, a values) any {
	a.only("unique", "case_sensitive", "attribute")
	attr, given := a.arg(1, "attribute")
	key := e.byAttr(attr, given, flagArg(a, 0, "case_sensitive"))
	seen := map[any]bool{}
	var out []any
	for _, x := range e.iterate(v) {
		k := key(x)
		e.budget.spend(keyCost(k))
		if h := hash(k); !seen[h] {
			seen[h] = true
			out = append(out, x)
		}
	}
	return iter{out, "unique"}
}
