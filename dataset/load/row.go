// One line as a JSON object whose fields know where they stand.
package load

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/aiperf-go/aiperf/dataset"
)

// row is an object with its fields in order; of fields with the same key the last one counts, at the first one's place.
type row struct {
	line   line
	at     int // where the object begins in the line
	fields []field
}

// field is a key and its value's JSON; at is where the value begins in the line.
type field struct {
	key string
	at  int
	raw []byte
}

// parseRow reads a line.
func parseRow(l line) (row, error) {
	at := skipBlank(l.text, 0)
	r := row{line: l, at: at}
	if bad := invalidUTF8(l.text); bad >= 0 {
		return r, l.fail(bad, "data sets are UTF-8", "the line is not UTF-8")
	}
	if !json.Valid(l.text) {
		return r, l.syntaxError()
	}
	if l.text[at] != '{' {
		return r, l.fail(at, "one JSON object per line", "a row must be a JSON object, this one is %s", kindOf(l.text[at:]))
	}
	r.fields = fieldsOf(l.text[at:], at)
	return r, nil
}

// syntaxError says what is wrong with a line that is not JSON.
func (l line) syntaxError() error {
	var value json.RawMessage
	err := json.Unmarshal(l.text, &value)
	at := 0
	if syntax := (*json.SyntaxError)(nil); errors.As(err, &syntax) {
		at = int(syntax.Offset) - 1
		if strings.HasPrefix(syntax.Error(), "unexpected end") {
			at = len(l.text)
		}
	}
	return l.fail(at, "one JSON object per line", "not valid JSON: %v", err)
}

func invalidUTF8(b []byte) int {
	if utf8.Valid(b) {
		return -1
	}
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return -1
}

// fieldsOf takes a valid object apart; base is where it begins in the line.
func fieldsOf(object []byte, base int) []field {
	var fields []field
	for i := skipBlank(object, 1); object[i] != '}'; {
		end := skipValue(object, i)
		key, _ := unquote(object[i:end])
		i = skipBlank(object, skipBlank(object, end)+1) // over the colon
		end = skipValue(object, i)
		f := field{key: key, at: base + i, raw: object[i:end:end]}
		if known := indexOf(fields, key); known >= 0 {
			fields[known] = f
		} else {
			fields = append(fields, f)
		}
		i = skipComma(object, end)
	}
	return fields
}

func indexOf(fields []field, key string) int {
	for i := range fields {
		if fields[i].key == key {
			return i
		}
	}
	return -1
}

// elements takes a valid array apart; they carry the array's key.
func elements(f field) []field {
	var list []field
	for i := skipBlank(f.raw, 1); f.raw[i] != ']'; {
		end := skipValue(f.raw, i)
		list = append(list, field{key: f.key, at: f.at + i, raw: f.raw[i:end:end]})
		i = skipComma(f.raw, end)
	}
	return list
}

// get is the field of a key; null counts as absent.
func (r *row) get(key string) (field, bool) {
	i := indexOf(r.fields, key)
	if i < 0 || string(r.fields[i].raw) == "null" {
		return field{}, false
	}
	return r.fields[i], true
}

// fail is an Error at a field's value.
func (r *row) fail(f field, hint, format string, args ...any) *Error {
	return r.line.fail(f.at, hint, format, args...)
}

// wrongType is the Error of a field of another type than its name asks for.
func (r *row) wrongType(f field, want string) *Error {
	return r.fail(f, "", "%s must be %s, this is %s", f.key, want, kindOf(f.raw))
}

// text is a string field; "" when absent.
func (r *row) text(key string) (string, error) {
	f, ok := r.get(key)
	if !ok {
		return "", nil
	}
	s, ok := unquote(f.raw)
	if !ok {
		return "", r.wrongType(f, "a string")
	}
	return s, nil
}

// number is a numeric field, as a number or as a string that holds one; absent says it is not there.
func (r *row) number(key string) (value float64, absent bool, err error) {
	f, ok := r.get(key)
	if !ok {
		return 0, true, nil
	}
	digits := string(f.raw)
	if s, ok := unquote(f.raw); ok {
		digits = strings.TrimSpace(s)
	}
	value, perr := strconv.ParseFloat(digits, 64)
	if perr != nil || value-value != 0 {
		return 0, false, r.wrongType(f, "a number")
	}
	return value, false, nil
}

// object is an object field's own fields with compact values; nil when absent.
func (r *row) object(key string) ([]dataset.Field, error) {
	f, ok := r.get(key)
	if !ok {
		return nil, nil
	}
	if f.raw[0] != '{' {
		return nil, r.wrongType(f, "an object")
	}
	var out []dataset.Field
	for _, m := range fieldsOf(f.raw, f.at) {
		var compact bytes.Buffer
		if err := json.Compact(&compact, m.raw); err != nil {
			return nil, r.fail(m, "", "%s.%s: %s", key, m.key, err.Error())
		}
		out = append(out, dataset.Field{Key: m.key, Value: compact.Bytes()})
	}
	return out, nil
}

// kindOf names the type of a JSON value.
func kindOf(raw []byte) string {
	switch raw[0] {
	case '{':
		return "an object"
	case '[':
		return "an array"
	case '"':
		return "a string"
	case 't', 'f':
		return "a boolean"
	case 'n':
		return "null"
	default:
		return "a number"
	}
}
