// One table renderer: heavy head, centred title, columns sized to content and shrunk widest first when the line is too short.
package console

import (
	"math"
	"strings"
)

// column is one column of a table; header and cells share its alignment and colour.
type column struct {
	header string
	align  align
	style  style
}

// table is a titled grid of texts; a text may hold line breaks.
type table struct {
	title   string
	columns []column
	rows    [][]string
}

// The box: heavy head, light body.
const (
	headTop    = "┏━┳┓"
	headRow    = "┃┃┃"
	headBottom = "┡━╇┩"
	bodyRow    = "│││"
	bodyBottom = "└─┴┘"
)

// padding is the number of spaces left and right of a cell's text, together.
const padding = 2

// natural returns the width of every column as its content wants it, padding included.
func (t *table) natural() []int {
	widths := make([]int, len(t.columns))
	for i, c := range t.columns {
		widths[i] = lineWidth(c.header) + padding
	}
	for _, row := range t.rows {
		for i, cell := range row {
			widths[i] = max(widths[i], lineWidth(cell)+padding)
		}
	}
	return widths
}

// lineWidth is the width of the widest line.
func lineWidth(s string) int {
	n := 0
	for line := range strings.SplitSeq(s, "\n") {
		n = max(n, cells(line))
	}
	return n
}

// total is the width of a table with these columns, borders included.
func total(widths []int) int {
	n := len(widths) + 1
	for _, w := range widths {
		n += w
	}
	return n
}

// write renders the table into at most width columns.
func (t *table) write(b *strings.Builder, width int, p paint) {
	widths := fit(t.natural(), width-len(t.columns)-1)
	whole := total(widths)
	if t.title != "" {
		for _, line := range wrap(t.title, whole) {
			b.WriteString(p.apply(titleStyle, place(line, whole, center)))
			b.WriteByte('\n')
		}
	}
	rule(b, headTop, widths)
	head := make([]string, len(t.columns))
	styles := make([]style, len(t.columns))
	for i, c := range t.columns {
		head[i], styles[i] = c.header, headStyle
	}
	t.row(b, headRow, head, widths, styles, p)
	rule(b, headBottom, widths)
	for i, c := range t.columns {
		styles[i] = c.style
	}
	for _, row := range t.rows {
		t.row(b, bodyRow, row, widths, styles, p)
	}
	rule(b, bodyBottom, widths)
}

// rule draws a horizontal line; box holds left end, line, crossing, right end.
func rule(b *strings.Builder, box string, widths []int) {
	r := []rune(box)
	b.WriteRune(r[0])
	for i, w := range widths {
		if i > 0 {
			b.WriteRune(r[2])
		}
		b.WriteString(strings.Repeat(string(r[1]), w))
	}
	b.WriteRune(r[3])
	b.WriteByte('\n')
}

// row draws one row, as many lines as its tallest cell.
func (t *table) row(b *strings.Builder, box string, texts []string, widths []int, styles []style, p paint) {
	r := []rune(box)
	lines := make([][]string, len(texts))
	height := 1
	for i, text := range texts {
		lines[i] = wrap(text, max(1, widths[i]-padding))
		height = max(height, len(lines[i]))
	}
	for y := range height {
		b.WriteRune(r[0])
		for i := range texts {
			if i > 0 {
				b.WriteRune(r[1])
			}
			inner := max(0, widths[i]-padding)
			text := strings.Repeat(" ", inner)
			at := y
			if box == headRow {
				at -= height - len(lines[i]) // headers stand on the rule below them
			}
			if at >= 0 && at < len(lines[i]) {
				text = place(lines[i][at], inner, t.columns[i].align)
			}
			s := styles[i]
			if strings.TrimSpace(text) == missing {
				s = dimStyle
			}
			b.WriteString(strings.Repeat(" ", min(1, widths[i])))
			b.WriteString(p.apply(s, text))
			b.WriteString(strings.Repeat(" ", max(0, min(1, widths[i]-1))))
		}
		b.WriteRune(r[2])
		b.WriteByte('\n')
	}
}

// fit shrinks columns until their sum is at most room: none wider than the room, then the widest ones down to the next widest,
// then again, then all evenly.
func fit(natural []int, room int) []int {
	widths := make([]int, len(natural))
	for i, w := range natural {
		widths[i] = min(w, max(1, room))
	}
	excess := sum(widths) - room
	for excess > 0 {
		widest, second := 0, 0
		for _, w := range widths {
			widest = max(widest, w)
		}
		for _, w := range widths {
			if w != widest {
				second = max(second, w)
			}
		}
		step := widest - second
		if step == 0 {
			break
		}
		ratios := make([]int, len(widths))
		limits := make([]int, len(widths))
		for i, w := range widths {
			if w == widest {
				ratios[i] = 1
			}
			limits[i] = min(excess, step)
		}
		next := reduce(excess, ratios, limits, widths)
		if sum(next) == sum(widths) {
			break
		}
		widths = next
		excess = sum(widths) - room
	}
	if excess > 0 {
		ratios := make([]int, len(widths))
		for i := range ratios {
			ratios[i] = 1
		}
		widths = reduce(excess, ratios, widths, widths)
	}
	return widths
}

// reduce takes amount away from values in proportion to ratios, never more than limits allow.
func reduce(amount int, ratios, limits, values []int) []int {
	out := make([]int, len(values))
	left, share := amount, 0
	for i, r := range ratios {
		if limits[i] != 0 {
			share += r
		}
	}
	for i, v := range values {
		out[i] = v
		if limits[i] == 0 || ratios[i] == 0 || share <= 0 {
			continue
		}
		take := min(limits[i], int(math.RoundToEven(float64(ratios[i]*left)/float64(share))))
		out[i] = v - take
		left -= take
		share -= ratios[i]
	}
	return out
}

func sum(values []int) int {
	n := 0
	for _, v := range values {
		n += v
	}
	return n
}
