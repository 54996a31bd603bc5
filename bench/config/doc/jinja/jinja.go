// Package jinja renders the part of Jinja2 that configurations use, with Python's arithmetic and printing.
//
//	text ─ lex ─> tokens ─ parse ─> Template ─ Render (names, budget) ─> text
//
// A construct whose result could differ from Jinja2's is refused by name. Templates reach no files, no objects' insides and no clock, and a
// budget bounds what they may compute. Undefined names are errors, as Jinja2's StrictUndefined has it.
package jinja

import (
	"fmt"
	"strings"
)

// Bounds of one template.
const (
	maxTemplate = 1 << 20 // bytes of its text
	maxNesting  = 150     // brackets, operators and blocks inside each other
	maxBits     = 4096    // bits of a whole number
)

// DefaultSteps is a budget for one whole configuration: about a tenth of a second of common work, less than a second of the dearest, and at
// most some hundred megabytes.
const DefaultSteps = 2_000_000

// Budget is how many steps may still be spent: one for an evaluation, an element or some characters made; what computes with many digits or
// walks over long texts costs more, in proportion to its time. One budget may serve several renderings, one after another.
type Budget struct{ Steps int }

// NewBudget is a budget of DefaultSteps.
func NewBudget() *Budget { return &Budget{Steps: DefaultSteps} }

func (b *Budget) spend(n int) {
	if n > b.Steps || n < 0 {
		b.Steps = 0
		fail("the template computes too much")
	}
	b.Steps -= n
}

// Error is why a template cannot be read or rendered.
type Error struct{ Msg string }

func (e *Error) Error() string { return e.Msg }

// fail ends parsing or rendering; Parse and Render turn it into an error, and nothing else of the package may be called from outside.
func fail(format string, a ...any) { panic(&Error{fmt.Sprintf(format, a...)}) }

func catch(err *error) {
	switch r := recover().(type) {
	case nil:
	case *Error:
		*err = r
	default:
		panic(r)
	}
}

// Template is a parsed template.
type Template struct {
	body []stmt
	free []string
}

// Parse reads a template.
func Parse(text string) (t *Template, err error) {
	defer catch(&err)
	if len(text) > maxTemplate {
		fail("the template is longer than %d bytes", maxTemplate)
	}
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	p := &parser{toks: lex(text), used: newNames()}
	body := p.block()
	if p.cur().kind != tEnd {
		fail("unknown tag '%s'", p.cur().text)
	}
	return &Template{body: body, free: p.used.list()}, nil
}

// Names are the variables a template reads from outside, in order of first use.
func (t *Template) Names() []string { return t.free }

// Render fills the template. vars gives the value of a name, in the terms of FromGo; a name it does not know is undefined.
func (t *Template) Render(vars func(name string) (any, bool), b *Budget) (text string, err error) {
	defer catch(&err)
	var out strings.Builder
	e := &eval{vars: vars, budget: b, out: &out, scope: &scope{}}
	e.run(t.body)
	return out.String(), nil
}
