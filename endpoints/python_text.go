// Python's text forms, which AIPerf's error messages are made of and users search for.
package endpoints

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/aiperf-go/aiperf/metrics"
)

// appendRepr appends Python's repr of a string.
func appendRepr(dst []byte, s string) []byte {
	quote := quoteFor(strings.IndexByte(s, '\'') >= 0, strings.IndexByte(s, '"') >= 0)
	dst = append(dst, quote)
	for _, r := range s {
		switch {
		case r == rune(quote) || r == '\\':
			dst = append(dst, '\\', byte(r))
		case r == '\n':
			dst = append(dst, `\n`...)
		case r == '\r':
			dst = append(dst, `\r`...)
		case r == '\t':
			dst = append(dst, `\t`...)
		case r < 0x20 || r == 0x7F || (r >= 0x80 && r < 0x100 && !unicode.IsPrint(r)):
			dst = append(dst, '\\', 'x', hexDigits[r>>4], hexDigits[r&15])
		case unicode.IsPrint(r):
			dst = utf8.AppendRune(dst, r)
		case r < 0x10000:
			dst = append(dst, '\\', 'u')
			dst = appendHex(dst, r, 4)
		default:
			dst = append(dst, '\\', 'U')
			dst = appendHex(dst, r, 8)
		}
	}
	return append(dst, quote)
}

// quoteFor is the quote that Python chooses: double only where it saves escapes.
func quoteFor(hasSingle, hasDouble bool) byte {
	if hasSingle && !hasDouble {
		return '"'
	}
	return '\''
}

func appendHex(dst []byte, r rune, digits int) []byte {
	for i := digits - 1; i >= 0; i-- {
		dst = append(dst, hexDigits[r>>(4*i)&15])
	}
	return dst
}

// appendBytesRepr appends Python's repr of a bytes object.
func appendBytesRepr(dst, b []byte) []byte {
	dst = append(dst, 'b')
	quote := quoteFor(bytes.IndexByte(b, '\'') >= 0, bytes.IndexByte(b, '"') >= 0)
	dst = append(dst, quote)
	for _, c := range b {
		switch {
		case c == quote || c == '\\':
			dst = append(dst, '\\', c)
		case c == '\n':
			dst = append(dst, `\n`...)
		case c == '\r':
			dst = append(dst, `\r`...)
		case c == '\t':
			dst = append(dst, `\t`...)
		case c < 0x20 || c >= 0x7F:
			dst = append(dst, '\\', 'x', hexDigits[c>>4], hexDigits[c&15])
		default:
			dst = append(dst, c)
		}
	}
	return append(dst, quote)
}

// exception makes the error that AIPerf reports for a Python exception with one text argument.
func exception(code metrics.Count, class, text string) *metrics.ErrorDetail {
	return exceptionOf(code, class, appendRepr(nil, text))
}

// exceptionOf is exception with the arguments already in their text form.
func exceptionOf(code metrics.Count, class string, args []byte) *metrics.ErrorDetail {
	return &metrics.ErrorDetail{Code: code, Type: class, Message: cut(class+"("+string(args)+")", maxExceptionText), CauseChain: []string{class}}
}

// cut keeps the first n characters and marks what is gone by an ellipsis.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	count := 0
	for i := range s {
		if count == n {
			return s[:i] + "…"
		}
		count++
	}
	return s
}
