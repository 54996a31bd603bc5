// Cell widths and word wrapping, by the rules of the terminal library whose layout the console text reproduces.
package console

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mattn/go-runewidth"
)

// align says where text stands in its cell.
type align uint8

const (
	left align = iota
	center
	right
)

// cells returns the width of s on a terminal.
func cells(s string) int {
	n := 0
	for i := 0; i < len(s); {
		if s[i] < utf8.RuneSelf {
			n++
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		n += runeCells(r)
		i += size
	}
	return n
}

// runeCells is the width of one character. Ambiguous ones are narrow whatever the locale, so that the text is the same everywhere.
func runeCells(r rune) int { return (&runewidth.Condition{}).RuneWidth(r) }

// clean drops what would move the cursor or colour the screen and expands tabs; newlines stay.
func clean(s string) string {
	plain := true
	for _, r := range s {
		if r == '\t' || r != '\n' && unicode.IsControl(r) || r == utf8.RuneError {
			plain = false
			break
		}
	}
	if plain {
		return s
	}
	var b strings.Builder
	column := 0
	for _, r := range s {
		switch {
		case r == '\n':
			b.WriteByte('\n')
			column = 0
			continue
		case r == '\t':
			pad := tabStop - column%tabStop
			b.WriteString(strings.Repeat(" ", pad))
			column += pad
			continue
		case unicode.IsControl(r):
			continue
		}
		b.WriteRune(r)
		column += runeCells(r)
	}
	return b.String()
}

// tabStop is the distance of tab stops in columns.
const tabStop = 8

// wrap breaks text into lines of at most width cells: at spaces where it can, inside a word where it must.
func wrap(text string, width int) []string {
	var out []string
	for line := range strings.SplitSeq(text, "\n") {
		start := 0
		for _, at := range breaks(line, width) {
			out = append(out, trimExcess(line[start:at], width))
			start = at
		}
		out = append(out, trimExcess(line[start:], width))
	}
	return out
}

// breaks returns the byte offsets at which a line starts anew. A word carries the spaces behind it.
func breaks(line string, width int) []int {
	var at []int
	used := 0
	for start := 0; start < len(line); {
		end := wordEnd(line, start)
		word := line[start:end]
		need := cells(strings.TrimRightFunc(word, unicode.IsSpace))
		switch {
		case need <= width-used:
			used += cells(word)
		case need > width:
			// Longer than a whole line: cut it, beginning on a fresh line.
			for rest := word; rest != ""; {
				n := prefix(rest, width)
				if start > 0 {
					at = append(at, start)
				}
				used = cells(rest[:n])
				start += n
				rest = rest[n:]
			}
		case used > 0 && start > 0:
			at = append(at, start)
			used = cells(word)
		}
		start = end
	}
	return at
}

// wordEnd returns the end of the word at start: leading spaces (first word only), letters, trailing spaces.
func wordEnd(line string, start int) int {
	i := skip(line, start, true)
	i = skip(line, i, false)
	return skip(line, i, true)
}

func skip(line string, i int, space bool) int {
	for i < len(line) {
		r, size := utf8.DecodeRuneInString(line[i:])
		if unicode.IsSpace(r) != space {
			break
		}
		i += size
	}
	return i
}

// prefix returns the length in bytes of the longest prefix of s that fits into width cells, at least one rune.
func prefix(s string, width int) int {
	used := 0
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if w := runeCells(r); i > 0 && used+w > width {
			return i
		} else {
			used += w
		}
		i += size
	}
	return len(s)
}

// trimExcess drops trailing spaces, but only those beyond width.
func trimExcess(line string, width int) string {
	excess := cells(line) - width
	for excess > 0 && line != "" {
		r, size := utf8.DecodeLastRuneInString(line)
		if !unicode.IsSpace(r) {
			break
		}
		line = line[:len(line)-size]
		excess--
	}
	return line
}

// place pads a line to width.
func place(line string, width int, a align) string {
	if a != left {
		line = strings.TrimRightFunc(line, unicode.IsSpace)
	}
	if cells(line) > width {
		line = line[:prefix(line, width)]
		if cells(line) > width { // a wide character in a column of one
			line = ""
		}
	}
	gap := max(0, width-cells(line))
	switch a {
	case right:
		return strings.Repeat(" ", gap) + line
	case center:
		return strings.Repeat(" ", gap/2) + line + strings.Repeat(" ", gap-gap/2)
	default:
		return line + strings.Repeat(" ", gap)
	}
}
