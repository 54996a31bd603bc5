// Charsets of whole bodies: declared ones are honoured, and bytes that do not fit are the error that AIPerf reports.
package endpoints

import (
	"fmt"
	"mime"
	"strings"
	"unicode/utf8"

	"github.com/aiperf-go/aiperf/metrics"
)

// decodeCharset gives the body as UTF-8. Charsets other than UTF-8, ASCII and Latin-1 are read as UTF-8.
func decodeCharset(body []byte, contentType string) ([]byte, *metrics.ErrorDetail) {
	switch charsetOf(contentType) {
	case "latin-1", "latin1", "iso-8859-1", "iso8859-1", "l1", "8859", "cp819":
		out := make([]byte, 0, len(body)+len(body)/8)
		for _, c := range body {
			out = utf8.AppendRune(out, rune(c))
		}
		return out, nil
	case "ascii", "us-ascii", "646":
		for i, c := range body {
			if c >= utf8.RuneSelf {
				return nil, unicodeError("ascii", body, i, i+1, "ordinal not in range(128)")
			}
		}
		return body, nil
	}
	if utf8.Valid(body) {
		return body, nil
	}
	at := 0
	for {
		n, ok := validRune(body[at:])
		if !ok {
			break
		}
		at += n
	}
	n := badLen(body[at:])
	reason := "invalid continuation byte"
	switch c := body[at]; {
	case c < 0xC2 || c > 0xF4:
		reason = "invalid start byte"
	case at+n == len(body):
		reason = "unexpected end of data"
	}
	return nil, unicodeError("utf-8", body, at, at+n, reason)
}

func charsetOf(contentType string) string {
	if !strings.Contains(contentType, ";") {
		return ""
	}
	_, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return ""
	}
	return strings.ReplaceAll(strings.ToLower(params["charset"]), "_", "-")
}

// unicodeError is Python's: its arguments are the codec, the whole body, the place and the reason.
func unicodeError(codec string, body []byte, from, to int, reason string) *metrics.ErrorDetail {
	args := appendBytesRepr([]byte("'"+codec+"', "), body[:min(len(body), maxExceptionText)])
	args = fmt.Appendf(args, ", %d, %d, '%s'", from, to, reason)
	return exceptionOf(metrics.NoCount, "UnicodeDecodeError", args)
}
