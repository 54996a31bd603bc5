// Statements: if, for, set, with, raw. What would need files, or has no use in a configuration, is refused by name.
package jinja

import "slices"

type stmt any

type (
	sData  struct{ text string }
	sPrint struct{ x expr }
	sIf    struct {
		cond    expr
		yes, no []stmt
	}
	sFor struct {
		vars  []string
		list  expr
		cond  expr
		body  []stmt
		empty []stmt
	}
	sSet struct {
		vars []string
		attr string // of a namespace
		x    expr
		body []stmt // of the block form
	}
	sWith struct {
		vars []string
		vals []expr
		body []stmt
	}
)

var refusedTags = []string{"include", "import", "from", "extends", "block", "macro", "call", "filter", "autoescape", "trans", "do", "break", "continue", "debug"}

// block reads statements up to a tag in ends, or to the end; that tag's "{%" is consumed, its name is not.
func (p *parser) block(ends ...string) []stmt {
	defer p.nest()()
	var out []stmt
	for {
		t := p.next()
		switch t.kind {
		case tEnd:
			if len(ends) > 0 {
				fail("the template ends before {%% %s %%}", ends[len(ends)-1])
			}
			return out
		case tData:
			out = append(out, sData{t.text})
		case tPrint:
			out = append(out, sPrint{p.tuple()})
			p.close(tPrintEnd)
		case tTag:
			if p.cur().kind == tName && slices.Contains(ends, p.cur().text) {
				return out
			}
			out = append(out, p.tag())
		default:
			fail("unexpected %s", t.describe())
		}
	}
}

func (p *parser) close(k kind) {
	if p.cur().kind != k {
		fail("expected the end of the expression, got %s", p.cur().describe())
	}
	p.at++
}

func (p *parser) tag() stmt {
	switch name := p.name(); name {
	case "if":
		return p.ifTag()
	case "for":
		return p.forTag()
	case "set":
		return p.setTag()
	case "with":
		return p.withTag()
	default:
		if slices.Contains(refusedTags, name) {
			fail("{%% %s %%} is not supported in configurations", name)
		}
		fail("unknown tag '%s'", name)
		return nil
	}
}

func (p *parser) ifTag() stmt {
	defer p.nest()()
	s := sIf{cond: p.tuple()}
	p.close(tTagEnd)
	p.used.enter() // a name set in one branch may still be read from outside after it
	s.yes = p.block("elif", "else", "endif")
	p.used.leave()
	switch p.next().text {
	case "elif":
		s.no = []stmt{p.ifTag()}
		return s
	case "else":
		p.close(tTagEnd)
		p.used.enter()
		s.no = p.block("endif")
		p.used.leave()
		p.at++
	}
	p.close(tTagEnd)
	return s
}

// targets reads the names that a for or set fills.
func (p *parser) targets() []string {
	paren := p.accept("(")
	vars := []string{p.target()}
	for p.accept(",") {
		if p.cur().kind != tName {
			break
		}
		vars = append(vars, p.target())
	}
	if paren {
		p.expect(")")
	}
	return vars
}

func (p *parser) target() string {
	n := p.name()
	if slices.Contains([]string{"true", "True", "false", "False", "none", "None", "in", "not", "and", "or", "is", "if", "else"}, n) {
		fail("cannot assign to '%s'", n)
	}
	return n
}

func (p *parser) forTag() stmt {
	s := sFor{vars: p.targets()}
	if !p.acceptName("in") {
		fail("expected 'in', got %s", p.cur().describe())
	}
	s.list = p.orTuple()
	p.used.enter()
	for _, v := range append(s.vars, "loop") {
		p.used.set(v)
	}
	if p.acceptName("if") {
		s.cond = p.expr()
	}
	if p.isName("recursive") {
		fail("recursive loops are not supported in configurations")
	}
	p.close(tTagEnd)
	s.body = p.block("else", "endfor")
	p.used.leave()
	if p.next().text == "else" {
		p.close(tTagEnd)
		s.empty = p.block("endfor")
		p.at++
	}
	p.close(tTagEnd)
	return s
}

// orTuple is a tuple of expressions without the inline if, whose "if" would be the loop's filter.
func (p *parser) orTuple() expr {
	first := p.or()
	if !p.is(",") {
		return first
	}
	items := []expr{first}
	for p.accept(",") && !p.endsTuple() {
		items = append(items, p.or())
	}
	return eTuple{items}
}

func (p *parser) setTag() stmt {
	s := sSet{vars: p.targets()}
	if p.accept(".") {
		p.used.read(s.vars[0])
		s.attr = p.name()
	}
	if p.accept("=") {
		s.x = p.tuple()
		p.close(tTagEnd)
	} else {
		if p.is("|") {
			fail("a filter on {%% set %%} is not supported in configurations")
		}
		p.close(tTagEnd)
		p.used.enter()
		s.body = p.block("endset")
		p.used.leave()
		p.at++
		p.close(tTagEnd)
	}
	if s.attr == "" {
		for _, v := range s.vars {
			p.used.set(v)
		}
	}
	return s
}

func (p *parser) withTag() stmt {
	var s sWith
	for p.cur().kind == tName {
		s.vars = append(s.vars, p.target())
		p.expect("=")
		s.vals = append(s.vals, p.expr())
		if !p.accept(",") {
			break
		}
	}
	p.close(tTagEnd)
	p.used.enter()
	for _, v := range s.vars {
		p.used.set(v)
	}
	s.body = p.block("endwith")
	p.used.leave()
	p.at++
	p.close(tTagEnd)
	return s
}
