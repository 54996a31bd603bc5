// Excerpts: the source line of a place with a caret below its column.
package doc

import (
	"bytes"
	"errors"
	"strings"
	"unicode/utf8"
)

const (
	excerptWidth = 100 // characters of a line that are shown, so that a long line does not flood the terminal
	maxExcerpts  = 100 // errors that get an excerpt: nobody reads more, and finding the column in a long line costs its length
)

// Excerpt shows the line of a place with a caret below its column; "" when the source has no such line.
func Excerpt(src []byte, at Pos) string { return caret(split(src), at) }

// WithExcerpts adds to the errors in err about the file of that name the line of its source.
func WithExcerpts(err error, name string, src []byte) error {
	var es Errors
	var one *Error
	if errors.As(err, &one) {
		es = Errors{one}
	} else if !errors.As(err, &es) {
		return err
	}
	var text []string
	left := maxExcerpts
	for _, e := range es {
		if e.Excerpt != "" || e.Origin != "" || e.Pos.File != name || left == 0 {
			continue
		}
		if text == nil {
			text = split(src)
		}
		e.Excerpt = caret(text, e.Pos)
		left--
	}
	return err
}

// caret is the excerpt of a text's lines at a place.
func caret(text []string, at Pos) string {
	line := sourceLine(text, at.Line)
	if line == "" {
		return ""
	}
	col := min(max(at.Column, 1), utf8.RuneCountInString(line)+1)
	from := 0
	if col > excerptWidth {
		from = col - excerptWidth/2
	}
	var b strings.Builder
	n := 0
	for _, r := range line {
		if n >= from+excerptWidth {
			break
		}
		if r == '\t' {
			r = ' '
		}
		if n >= from {
			b.WriteRune(r)
		}
		n++
	}
	return b.String() + "\n" + strings.Repeat(" ", col-1-from) + "^"
}

// sourceLine is one line of a text; "" when there is no such line.
func sourceLine(text []string, line int) string {
	if line < 1 || line > len(text) {
		return ""
	}
	return text[line-1]
}

// split is a source's lines without their ends.
func split(src []byte) []string { return strings.Split(string(lines(src)), "\n") }

// lines is a source without byte order mark, every line ended by a line feed.
func lines(src []byte) []byte {
	src = bytes.TrimPrefix(src, []byte("\ufeff"))
	if bytes.IndexByte(src, '\r') < 0 {
		return src
	}
	return bytes.ReplaceAll(bytes.ReplaceAll(src, []byte("\r\n"), []byte("\n")), []byte("\r"), []byte("\n"))
}
