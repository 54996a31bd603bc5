// Walking JSON that is known to be valid: only where values begin and end matters.
package load

import (
	"bytes"
	"encoding/json"
)

func skipBlank(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\t' || b[i] == '\n' || b[i] == '\r') {
		i++
	}
	return i
}

// skipComma goes from the end of a value to the next one, or to the bracket that closes the list.
func skipComma(b []byte, i int) int {
	i = skipBlank(b, i)
	if b[i] == ',' {
		i = skipBlank(b, i+1)
	}
	return i
}

// skipValue is the end of the value that begins at i.
func skipValue(b []byte, i int) int {
	switch b[i] {
	case '"':
		return skipString(b, i)
	case '{', '[':
		depth := 0
		for ; ; i++ {
			switch b[i] {
			case '"':
				i = skipString(b, i) - 1
			case '{', '[':
				depth++
			case '}', ']':
				if depth--; depth == 0 {
					return i + 1
				}
			}
		}
	}
	for i < len(b) && b[i] != ',' && b[i] != '}' && b[i] != ']' && b[i] > ' ' {
		i++
	}
	return i
}

// skipString is the end of the string that begins at i.
func skipString(b []byte, i int) int {
	for i++; ; i++ {
		n := bytes.IndexByte(b[i:], '"')
		back := bytes.IndexByte(b[i:i+n], '\\')
		if back < 0 {
			return i + n + 1
		}
		i += back + 1 // over the escaped character
	}
}

// unquote reads a JSON string.
func unquote(raw []byte) (string, bool) {
	if len(raw) < 2 || raw[0] != '"' {
		return "", false
	}
	if bytes.IndexByte(raw, '\\') < 0 {
		return string(raw[1 : len(raw)-1]), true
	}
	var s string
	return s, json.Unmarshal(raw, &s) == nil
}
