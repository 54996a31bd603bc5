// Panels: a rounded box around lines of text, as wide as its content.
package console

import (
	"fmt"
	"io"
	"strings"
)

// panelInset is the number of spaces between a panel's border and its text.
const panelInset = 2

// Notice writes a titled box for what happens around a run: an interruption, an error at the start.
func Notice(w io.Writer, title string, lines []string, opt Options) error {
	p := newPrinter(nil, opt)
	safe := make([]string, len(lines))
	for i, line := range lines {
		safe[i] = clean(line)
	}
	panel(&p.Builder, clean(title), safe, p.opt.Width, p.p, warnStyle)
	if err := p.flush(w); err != nil {
		return fmt.Errorf("showing %q: %w", title, err)
	}
	return nil
}

// panel writes lines in a titled box of at most width columns.
func panel(b *strings.Builder, title string, lines []string, width int, p paint, s style) {
	title = " " + title + " "
	inner := cells(title) + 2
	for _, line := range lines {
		inner = max(inner, cells(line)+2*panelInset)
	}
	inner = min(inner, width-2)
	if room := inner - 2; cells(title) > room {
		title = title[:prefix(title, max(1, room))]
	}
	gap := max(0, inner-2-cells(title))
	top := "╭─" + strings.Repeat("─", gap/2) + title + strings.Repeat("─", gap-gap/2) + "─╮"
	b.WriteString(p.apply(s, top))
	b.WriteByte('\n')
	border := p.apply(s, "│")
	inset := strings.Repeat(" ", panelInset)
	for _, line := range lines {
		for _, part := range wrap(line, max(1, inner-2*panelInset)) {
			b.WriteString(border + inset + place(part, inner-2*panelInset, left) + inset + border + "\n")
		}
	}
	b.WriteString(p.apply(s, "╰"+strings.Repeat("─", inner)+"╯"))
	b.WriteByte('\n')
}
