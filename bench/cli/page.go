// A page of help: paragraphs and two columns laid out for a width, in colour where the reader's terminal has it.
package cli

import (
	"io"
	"strings"
	"unicode/utf8"
)

// The layout, in columns.
const (
	pageWidest   = 160 // longer lines are hard to follow
	pageIndent   = 2   // before names
	pageGap      = 2   // between the two columns
	pageMostLeft = 40  // per cent of the width the left column takes at most
)

// The styles are escape sequences of ANSI terminals.
const (
	styleBold = "\x1b[1m"
	styleName = "\x1b[36m"
	styleDim  = "\x1b[2m"
	styleOff  = "\x1b[0m"
)

// page collects text for a width.
type page struct {
	w     io.Writer
	width int
	color bool
	left  int // the left column is at least this wide
	b     strings.Builder
}

func newPage(env Env, w io.Writer) *page {
	width := helpWidth
	if env.Width > 0 {
		width = max(helpMinWidth, min(env.Width, pageWidest))
	}
	return &page{w: w, width: width, color: env.color()}
}

func (p *page) flush() { _, _ = io.WriteString(p.w, p.b.String()) }

// styled wraps text in a style where there is colour.
func (p *page) styled(style, s string) string {
	if !p.color || s == "" {
		return s
	}
	return style + s + styleOff
}

// blank ends a section.
func (p *page) blank() { p.b.WriteByte('\n') }

// heading opens a section.
func (p *page) heading(s string) {
	for _, line := range wrap(s, p.width) {
		p.b.WriteString(p.styled(styleBold, line) + "\n")
	}
}

// text is a paragraph.
func (p *page) text(s string) { p.indented(0, s) }

// indented is a paragraph so many columns to the right.
func (p *page) indented(n int, s string) {
	for _, line := range wrap(s, p.width-n) {
		p.b.WriteString(strings.TrimRight(strings.Repeat(" ", n)+line, " ") + "\n")
	}
}

// row is a name and what it means.
type row struct {
	name, about string
	dim         bool // it does nothing here
}

// rows are two columns. A name too long for its column stands on a line of its own.
func (p *page) rows(rs []row) {
	left := p.left
	most := p.width * pageMostLeft / 100
	for _, r := range rs {
		if n := utf8.RuneCountInString(r.name); n <= most-pageIndent-pageGap {
			left = max(left, n)
		}
	}
	if left == 0 {
		left = most / 2
	}
	column := pageIndent + left + pageGap
	for _, r := range rs {
		style := styleName
		if r.dim {
			style = styleDim
		}
		about := wrap(r.about, p.width-column)
		names := wrap(r.name, p.width-pageIndent)
		if n := utf8.RuneCountInString(r.name); len(names) == 1 && n <= left {
			p.b.WriteString(strings.Repeat(" ", pageIndent) + p.styled(style, r.name) + strings.Repeat(" ", column-pageIndent-n) + about[0] + "\n")
			about = about[1:]
		} else {
			for _, line := range names {
				p.b.WriteString(strings.Repeat(" ", pageIndent) + p.styled(style, line) + "\n")
			}
		}
		for _, line := range about {
			p.b.WriteString(strings.TrimRight(strings.Repeat(" ", column)+line, " ") + "\n")
		}
	}
}

// shell is a command to paste: a long one goes on behind a backslash, broken before an option.
func (p *page) shell(command string) {
	const goesOn = " \\"
	line := strings.Repeat(" ", pageIndent)
	for i, part := range strings.Split(command, " --") {
		if i > 0 {
			part = "--" + part
		}
		if i > 0 && len(line)+1+len(part)+len(goesOn) > p.width {
			p.b.WriteString(line + goesOn + "\n")
			line = strings.Repeat(" ", 3*pageIndent) + part
			continue
		}
		if i > 0 {
			line += " "
		}
		line += part
	}
	p.b.WriteString(line + "\n")
}

// wrap breaks text at blanks; a word longer than the width has a line of its own. There is always one line.
func wrap(s string, width int) []string {
	lines := []string{""}
	for word := range strings.FieldsSeq(s) {
		last := &lines[len(lines)-1]
		switch {
		case *last == "":
			*last = word
		case utf8.RuneCountInString(*last)+1+utf8.RuneCountInString(word) > width:
			lines = append(lines, word)
		default:
			*last += " " + word
		}
	}
	return lines
}
