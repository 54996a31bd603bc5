// Parsing expressions, with Jinja2's own precedence: a sign binds tighter than **, ** groups from the left, ~ lies between + and *.
package jinja

import (
	"slices"
	"strings"
)

type parser struct {
	toks  []token
	at    int
	depth int
	used  *names
}

func (p *parser) cur() token { return p.toks[p.at] }

func (p *parser) next() token {
	t := p.toks[p.at]
	if t.kind != tEnd {
		p.at++
	}
	return t
}

func (p *parser) is(op string) bool { return p.cur().kind == tOp && p.cur().text == op }
func (p *parser) isName(n string) bool {
	return p.cur().kind == tName && p.cur().text == n
}

func (p *parser) accept(op string) bool {
	if p.is(op) {
		p.at++
		return true
	}
	return false
}

func (p *parser) acceptName(n string) bool {
	if p.isName(n) {
		p.at++
		return true
	}
	return false
}

func (p *parser) expect(op string) {
	if !p.accept(op) {
		fail("expected '%s', got %s", op, p.cur().describe())
	}
}

func (p *parser) name() string {
	if p.cur().kind != tName {
		fail("expected a name, got %s", p.cur().describe())
	}
	return p.next().text
}

func (t token) describe() string {
	switch t.kind {
	case tPrintEnd, tTagEnd, tEnd:
		return "the end of the expression"
	case tString:
		return "a string"
	}
	return "'" + t.text + "'"
}

// nest bounds recursion.
func (p *parser) nest() func() {
	if p.depth++; p.depth > maxNesting {
		fail("the expression is nested too deeply")
	}
	return func() { p.depth-- }
}

// tuple reads an expression, or several with commas between them.
func (p *parser) tuple() expr {
	first := p.expr()
	if !p.is(",") {
		return first
	}
	items := []expr{first}
	for p.accept(",") && !p.endsTuple() {
		items = append(items, p.expr())
	}
	return eTuple{items}
}

func (p *parser) endsTuple() bool {
	k := p.cur().kind
	return k == tPrintEnd || k == tTagEnd || p.is(")") || p.is("=") || p.isName("in")
}

func (p *parser) expr() expr {
	defer p.nest()()
	x := p.or()
	for links := 0; p.acceptName("if"); links++ {
		if links > maxNesting {
			fail("the expression is nested too deeply")
		}
		cond := p.or()
		var no expr
		if p.acceptName("else") {
			no = p.expr()
		}
		x = eIf{cond, x, no}
	}
	return x
}

func (p *parser) or() expr {
	x := p.and()
	for n := 0; p.acceptName("or"); n++ {
		x = p.link(n, "or", x, p.and())
	}
	return x
}

func (p *parser) and() expr {
	x := p.not()
	for n := 0; p.acceptName("and"); n++ {
		x = p.link(n, "and", x, p.not())
	}
	return x
}

// link makes a binary node; a chain of them is a deep tree, so its length is bounded.
func (p *parser) link(n int, op string, l, r expr) expr {
	if n > 10*maxNesting {
		fail("the expression is too long")
	}
	return eBinary{op, l, r}
}

func (p *parser) not() expr {
	if p.acceptName("not") {
		defer p.nest()()
		return eUnary{"not", p.not()}
	}
	return p.compare()
}

var comparisons = []string{"==", "!=", "<", "<=", ">", ">="}

func (p *parser) compare() expr {
	c := eCompare{first: p.sum()}
	for {
		switch {
		case p.cur().kind == tOp && slices.Contains(comparisons, p.cur().text):
			c.ops = append(c.ops, p.next().text)
		case p.acceptName("in"):
			c.ops = append(c.ops, "in")
		case p.isName("not") && p.toks[p.at+1].kind == tName && p.toks[p.at+1].text == "in":
			p.at += 2
			c.ops = append(c.ops, "not in")
		default:
			if len(c.ops) == 0 {
				return c.first
			}
			return c
		}
		c.rest = append(c.rest, p.sum())
	}
}

func (p *parser) sum() expr {
	x := p.concat()
	for n := 0; p.is("+") || p.is("-"); n++ {
		x = p.link(n, p.next().text, x, p.concat())
	}
	return x
}

func (p *parser) concat() expr {
	x := p.product()
	for n := 0; p.accept("~"); n++ {
		x = p.link(n, "~", x, p.product())
	}
	return x
}

func (p *parser) product() expr {
	x := p.power()
	for n := 0; p.is("*") || p.is("/") || p.is("//") || p.is("%"); n++ {
		x = p.link(n, p.next().text, x, p.power())
	}
	return x
}

func (p *parser) power() expr {
	x := p.unary(true)
	for n := 0; p.accept("**"); n++ {
		x = p.link(n, "**", x, p.unary(true))
	}
	return x
}

func (p *parser) unary(filters bool) expr {
	var x expr
	switch {
	case p.is("-") || p.is("+"):
		defer p.nest()()
		op := p.next().text
		x = eUnary{op, p.unary(false)}
	default:
		x = p.primary()
	}
	x = p.postfix(x)
	if filters {
		x = p.filters(x)
	}
	return x
}

func (p *parser) primary() expr {
	t := p.next()
	switch t.kind {
	case tName:
		switch t.text {
		case "true", "True":
			return eConst{true}
		case "false", "False":
			return eConst{false}
		case "none", "None":
			return eConst{nil}
		}
		p.used.read(t.text)
		return eName{t.text}
	case tInt, tFloat:
		return eConst{t.num}
	case tString:
		s := []string{t.text}
		for p.cur().kind == tString {
			s = append(s, p.next().text)
		}
		return eConst{strings.Join(s, "")}
	case tOp:
		defer p.nest()()
		switch t.text {
		case "(":
			if p.accept(")") {
				return eTuple{}
			}
			x := p.tuple()
			p.expect(")")
			return x
		case "[":
			l := eList{}
			for !p.accept("]") {
				if len(l.items) > 0 {
					p.expect(",")
					if p.accept("]") {
						break
					}
				}
				l.items = append(l.items, p.expr())
			}
			return l
		case "{":
			d := eDict{}
			for !p.accept("}") {
				if len(d.keys) > 0 {
					p.expect(",")
					if p.accept("}") {
						break
					}
				}
				d.keys = append(d.keys, p.expr())
				p.expect(":")
				d.vals = append(d.vals, p.expr())
			}
			return d
		}
	}
	fail("expected an expression, got %s", t.describe())
	return nil
}

func (p *parser) postfix(x expr) expr {
	for n := 0; ; n++ {
		if n > maxNesting {
			fail("the expression is nested too deeply")
		}
		switch {
		case p.accept("."):
			t := p.next()
			switch t.kind {
			case tName:
				x = eAttr{x, t.text}
			case tInt:
				x = eIndex{x, eConst{t.num}}
			default:
				fail("expected a name or number after '.', got %s", t.describe())
			}
		case p.accept("["):
			x = eIndex{x, p.subscript()}
			p.expect("]")
		case p.is("("):
			x = eCall{x, p.args()}
		default:
			return x
		}
	}
}

func (p *parser) subscript() expr {
	defer p.nest()()
	var parts [3]expr
	colons := 0
	for !p.is("]") {
		if p.accept(":") {
			if colons++; colons > 2 {
				fail("unexpected ':'")
			}
			continue
		}
		if p.is(",") {
			fail("subscripts of several values are not supported")
		}
		if parts[colons] != nil {
			fail("expected ']', got %s", p.cur().describe())
		}
		parts[colons] = p.expr()
	}
	if colons == 0 {
		if parts[0] == nil {
			fail("expected an expression, got ']'")
		}
		return parts[0]
	}
	return eSlice{parts[0], parts[1], parts[2]}
}

func (p *parser) args() args {
	defer p.nest()()
	var a args
	p.expect("(")
	for first := true; !p.accept(")"); first = false {
		if !first {
			p.expect(",")
			if p.accept(")") {
				break
			}
		}
		switch {
		case p.is("*") || p.is("**"):
			fail("'*' arguments are not supported")
		case p.cur().kind == tName && p.toks[p.at+1].kind == tOp && p.toks[p.at+1].text == "=":
			a.names = append(a.names, p.next().text)
			p.at++
			a.named = append(a.named, p.expr())
		default:
			if len(a.names) > 0 {
				fail("a positional argument follows a named one")
			}
			a.pos = append(a.pos, p.expr())
		}
	}
	return a
}

func (p *parser) filters(x expr) expr {
	for n := 0; ; n++ {
		if n > maxNesting {
			fail("the expression is nested too deeply")
		}
		switch {
		case p.accept("|"):
			x = p.filter(x)
		case p.isName("is"):
			p.at++
			x = p.test(x)
		case p.is("("):
			x = eCall{x, p.args()}
		default:
			return x
		}
	}
}

func (p *parser) filter(x expr) expr {
	f := eFilter{x: x, name: p.name()}
	for p.accept(".") {
		f.name += "." + p.name()
	}
	if p.is("(") {
		f.a = p.args()
	}
	var ok bool
	if f.f, ok = filterTable()[f.name]; !ok {
		unknownName("filter", f.name, unsupportedFilters)
	}
	return f
}

func (p *parser) test(x expr) expr {
	t := eTest{x: x, not: p.acceptName("not")}
	t.name = p.name()
	switch k := p.cur().kind; {
	case p.is("("):
		t.a = p.args()
	case k == tString || k == tInt || k == tFloat || p.is("[") || p.is("{") ||
		k == tName && !slices.Contains([]string{"else", "or", "and", "if", "in", "not"}, p.cur().text):
		if p.isName("is") {
			fail("tests cannot be chained with 'is'")
		}
		t.a.pos = []expr{p.postfix(p.primary())}
	}
	var ok bool
	if t.f, ok = testTable()[t.name]; !ok {
		unknownName("test", t.name, unsupportedTests)
	}
	return t
}

func unknownName(what, name string, known []string) {
	if slices.Contains(known, name) {
		fail("Jinja's %s '%s' is not supported in configurations", what, name)
	}
	fail("there is no %s named '%s'", what, name)
}
