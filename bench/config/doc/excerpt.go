// Excerpts: the source line of a place with a caret below it.
package doc

import (
	"bytes"
	"strings"
)

// excerptWidth is how many characters of a line are shown, so that a long line does not flood the terminal.
const excerptWidth = 100

// Excerpt shows the line of a place with a caret below its column; "" when the source has no such line.
func Excerpt(src []byte, at Pos) string {
	text := []rune(strings.ReplaceAll(sourceLine(src, at.Line), "\t", " "))
	if at.Line < 1 || len(text) == 0 {
		return ""
	}
	col := min(max(at.Column, 1), len(text)+1)
	from := 0
	if col > excerptWidth {
		from = col - excerptWidth/2
	}
	shown := text[from:min(len(text), from+excerptWidth)]
	return string(shown) + "\n" + strings.Repeat(" ", col-1-from) + "^"
}

// sourceLine is one line of the source without its end; "" when there is no such line.
func sourceLine(src []byte, line int) string {
	s := string(lines(src))
	for ; line > 1; line-- {
		i := strings.IndexByte(s, '\n')
		if i < 0 {
			return ""
		}
		s = s[i+1:]
	}
	if i := strings.IndexByte(s, '\n'); i >= 0 {
		s = s[:i]
	}
	return s
}

// lines is a source without byte order mark, every line ended by a line feed.
func lines(src []byte) []byte {
	src = bytes.TrimPrefix(src, []byte("\ufeff"))
	if bytes.IndexByte(src, '\r') < 0 {
		return src
	}
	return bytes.ReplaceAll(bytes.ReplaceAll(src, []byte("\r\n"), []byte("\n")), []byte("\r"), []byte("\n"))
}
