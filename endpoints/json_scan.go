// An in-place JSON scanner: it validates strictly and finds values, and never copies or allocates.
package endpoints

import (
	"bytes"
	"encoding/binary"
	"math"
	"math/bits"
	"strconv"
	"unicode/utf8"
)

// jsonKind is the type of a JSON value.
type jsonKind uint8

const (
	jsonNone jsonKind = iota // no value at all
	jsonNull
	jsonBoolean
	jsonNumber
	jsonText
	jsonArray
	jsonObject
)

// value is a JSON value by its place in a document.
// It has four fields on purpose: a struct of more goes through memory instead of registers, at twice the cost per chunk.
type value struct {
	kind  jsonKind
	flags valueFlags
	start int32
	end   int32 // text: start and end lie inside the quotes
}

// valueFlags are what the scanner saw on the way.
type valueFlags uint8

const (
	escaped valueFlags = 1 << iota // text: holds a backslash
	wide                           // text: holds a byte outside ASCII
	yes                            // boolean: true
)

func (v value) has(f valueFlags) bool { return v.flags&f != 0 }

// raw is the value's JSON text.
func (v value) raw(doc []byte) []byte {
	if v.kind == jsonText {
		return doc[v.start-1 : v.end+1]
	}
	return doc[v.start:v.end]
}

// inner is what lies between the quotes of a text.
func (v value) inner(doc []byte) []byte { return doc[v.start:v.end] }

// is reports whether v is the given text.
func (v value) is(doc []byte, s string) bool {
	if v.kind != jsonText {
		return false
	}
	if !v.has(escaped) {
		return string(doc[v.start:v.end]) == s
	}
	if v.end-v.start > maxName {
		return false
	}
	var buf [maxName]byte
	return string(appendText(buf[:0], doc, v)) == s
}

// truthy is Python's idea of truth: null, false, zero and what is empty are not.
func (v value) truthy(doc []byte) bool {
	switch v.kind {
	case jsonBoolean:
		return v.has(yes)
	case jsonNumber:
		f, err := strconv.ParseFloat(string(doc[v.start:v.end]), 64)
		return err != nil || f != 0
	case jsonText:
		return v.end > v.start
	case jsonArray, jsonObject:
		return !isEmpty(doc, v)
	}
	return false
}

func isEmpty(doc []byte, v value) bool {
	return len(bytes.TrimLeft(doc[v.start+1:v.end-1], " \t\r\n")) == 0
}

// pythonType names the value's type as Python does.
func (v value) pythonType(doc []byte) string {
	switch v.kind {
	case jsonBoolean:
		return "bool"
	case jsonNumber:
		if bytes.ContainsAny(doc[v.start:v.end], ".eE") {
			return "float"
		}
		return "int"
	case jsonText:
		return "str"
	case jsonArray:
		return "list"
	case jsonObject:
		return "dict"
	}
	return "NoneType"
}

// scanner walks a document. Every method leaves i behind what it read; ok is false when the text is not JSON.
type scanner struct {
	b     []byte
	i     int
	depth int
}

// parse finds and validates the one value of a document.
func parse(doc []byte) (value, bool) {
	s := scanner{b: doc}
	v, ok := s.value()
	return v, ok && s.atEnd()
}

func (s *scanner) space() {
	for s.i < len(s.b) {
		if c := s.b[s.i]; c != ' ' && c != '\n' && c != '\t' && c != '\r' {
			return
		}
		s.i++
	}
}

func (s *scanner) atEnd() bool {
	s.space()
	return s.i == len(s.b)
}

// peek skips white space and returns the next byte, 0 at the end.
func (s *scanner) peek() byte {
	if s.i < len(s.b) && s.b[s.i] > ' ' {
		return s.b[s.i]
	}
	return s.peekOver()
}

func (s *scanner) peekOver() byte {
	s.space()
	if s.i < len(s.b) {
		return s.b[s.i]
	}
	return 0
}

// value reads any value.
func (s *scanner) value() (value, bool) {
	switch c := s.peek(); {
	case c == '"':
		return s.text()
	case c == '{':
		v := value{kind: jsonObject, start: int32(s.i)}
		for more, ok := s.open('}'); ; more, ok = s.more('}') {
			if !ok || !more {
				v.end = int32(s.i)
				return v, ok
			}
			if _, ok = s.key(); !ok {
				return v, false
			}
			if _, ok = s.value(); !ok {
				return v, false
			}
		}
	case c == '[':
		v := value{kind: jsonArray, start: int32(s.i)}
		for more, ok := s.open(']'); ; more, ok = s.more(']') {
			if !ok || !more {
				v.end = int32(s.i)
				return v, ok
			}
			if _, ok = s.value(); !ok {
				return v, false
			}
		}
	case c == '-' || (c >= '0' && c <= '9'):
		return s.number()
	case c == 'n':
		return s.word("null", value{kind: jsonNull})
	case c == 't':
		return s.word("true", value{kind: jsonBoolean, flags: yes})
	case c == 'f':
		return s.word("false", value{kind: jsonBoolean})
	}
	return value{}, false
}

// open reads the opening bracket under the cursor; more is false for an empty container.
func (s *scanner) open(closing byte) (more, ok bool) {
	s.i++
	if s.depth++; s.depth > maxDepth {
		return false, false
	}
	if s.peek() == closing {
		s.i++
		s.depth--
		return false, true
	}
	return true, true
}

// more reads what follows an element: a comma, or the end of the container.
func (s *scanner) more(closing byte) (more, ok bool) {
	switch s.peek() {
	case ',':
		s.i++
		return true, true
	case closing:
		s.i++
		s.depth--
		return false, true
	}
	return false, false
}

// key reads a key and its colon.
func (s *scanner) key() (value, bool) {
	if s.peek() != '"' {
		return value{}, false
	}
	k, ok := s.text()
	if !ok || s.peek() != ':' {
		return k, false
	}
	s.i++
	return k, true
}

func (s *scanner) word(w string, v value) (value, bool) {
	v.start, v.end = int32(s.i), int32(s.i+len(w))
	if int(v.end) > len(s.b) || string(s.b[v.start:v.end]) != w {
		return v, false
	}
	s.i = int(v.end)
	return v, true
}

func (s *scanner) number() (value, bool) {
	v := value{kind: jsonNumber, start: int32(s.i)}
	if s.b[s.i] == '-' {
		s.i++
	}
	first := s.i
	if !s.digits() || (s.b[first] == '0' && s.i-first > 1) {
		return v, false
	}
	exponent := false
	if s.i < len(s.b) && s.b[s.i] == '.' {
		s.i++
		if !s.digits() {
			return v, false
		}
	}
	if s.i < len(s.b) && (s.b[s.i] == 'e' || s.b[s.i] == 'E') {
		exponent = true
		s.i++
		if s.i < len(s.b) && (s.b[s.i] == '+' || s.b[s.i] == '-') {
			s.i++
		}
		if !s.digits() {
			return v, false
		}
	}
	v.end = int32(s.i)
	if exponent || v.end-v.start > maxPlainDigits {
		f, _ := strconv.ParseFloat(string(s.b[v.start:v.end]), 64)
		if math.IsInf(f, 0) {
			return v, false
		}
	}
	return v, true
}

func (s *scanner) digits() bool {
	from := s.i
	for s.i < len(s.b) && s.b[s.i] >= '0' && s.b[s.i] <= '9' {
		s.i++
	}
	return s.i > from
}

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// stops marks the bytes of w that a text may not simply contain: quotes, backslashes and control characters.
// A mark may be false only above a true one, so the lowest mark is right.
func stops(w uint64) uint64 {
	quote, slash := w^(ones*'"'), w^(ones*'\\')
	return ((quote-ones)&^quote | (slash-ones)&^slash | (w-ones*0x20)&^w) & highs
}

// text reads a string. Escapes are checked here, so that unescaping cannot fail later.
func (s *scanner) text() (value, bool) {
	b, i := s.b, s.i+1
	start := int32(i)
	var flags valueFlags
	var seen uint64 // all bytes, one over the other: shows whether any is outside ASCII
	for {
		for i+8 <= len(b) {
			w := binary.LittleEndian.Uint64(b[i:])
			if m := stops(w); m != 0 {
				n := bits.TrailingZeros64(m) / 8
				seen |= w & (1<<(8*n) - 1)
				i += n
				break
			}
			seen |= w
			i += 8
		}
		if i >= len(b) {
			return value{}, false
		}
		switch c := b[i]; {
		case c == '"':
			if seen&highs != 0 {
				flags |= wide
			}
			s.i = i + 1
			return value{kind: jsonText, flags: flags, start: start, end: int32(i)}, true
		case c == '\\':
			flags |= escaped
			n := escapeLen(b[i:])
			if n == 0 {
				return value{}, false
			}
			i += n
		case c < 0x20:
			return value{}, false
		default:
			seen |= uint64(c)
			i++
		}
	}
}

// escapeLen is the length of the escape at the start of b, a surrogate pair counted as one; 0 when it is not valid.
func escapeLen(b []byte) int {
	if len(b) < 2 {
		return 0
	}
	switch b[1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2
	case 'u':
		r, ok := hex4(b[2:])
		switch {
		case !ok || (r >= 0xDC00 && r <= 0xDFFF):
			return 0
		case r < 0xD800 || r > 0xDBFF:
			return 6
		}
		if len(b) < 12 || b[6] != '\\' || b[7] != 'u' {
			return 0
		}
		if low, ok := hex4(b[8:]); !ok || low < 0xDC00 || low > 0xDFFF {
			return 0
		}
		return 12
	}
	return 0
}

func hex4(b []byte) (r rune, ok bool) {
	if len(b) < 4 {
		return 0, false
	}
	for _, c := range b[:4] {
		switch {
		case c >= '0' && c <= '9':
			r = r<<4 | rune(c-'0')
		case c >= 'a' && c <= 'f':
			r = r<<4 | rune(c-'a'+10)
		case c >= 'A' && c <= 'F':
			r = r<<4 | rune(c-'A'+10)
		default:
			return 0, false
		}
	}
	return r, true
}

// members walks the members of an object that parse has validated: for m := membersOf(doc, v); m.next(); { m.key, m.val }.
type members struct {
	s        scanner
	begun    bool
	key, val value
}

func membersOf(doc []byte, v value) members {
	m := members{s: scanner{b: doc, i: int(v.start)}}
	if v.kind != jsonObject {
		m.s.i = -1
	}
	return m
}

func (m *members) next() bool {
	if m.s.i < 0 || !advance(&m.s, &m.begun, '}') {
		return false
	}
	m.key, _ = m.s.key()
	m.val, _ = m.s.value()
	return true
}

// elements walks the elements of an array that parse has validated.
type elements struct {
	s     scanner
	begun bool
	val   value
}

func elementsOf(doc []byte, v value) elements {
	e := elements{s: scanner{b: doc, i: int(v.start)}}
	if v.kind != jsonArray {
		e.s.i = -1
	}
	return e
}

func (e *elements) next() bool {
	if e.s.i < 0 || !advance(&e.s, &e.begun, ']') {
		return false
	}
	e.val, _ = e.s.value()
	return true
}

func advance(s *scanner, begun *bool, closing byte) bool {
	var more bool
	if *begun {
		more, _ = s.more(closing)
	} else {
		more, _ = s.open(closing)
		*begun = true
	}
	return more
}

// member is the value of a key of an object, the last one where it is repeated; kind none without it.
func member(doc []byte, v value, key string) value {
	var found value
	for m := membersOf(doc, v); m.next(); {
		if m.key.is(doc, key) {
			found = m.val
		}
	}
	return found
}

// validRune reports whether the first rune of b is well-formed UTF-8, and its length.
func validRune(b []byte) (n int, ok bool) {
	r, n := utf8.DecodeRune(b)
	return n, r != utf8.RuneError || n > 1
}

// name is the plain text of a key, in place where it has no escapes, as every real one.
func (s *scanner) name(k value) []byte {
	if !k.has(escaped) {
		return s.b[k.start:k.end]
	}
	return appendText(nil, s.b, k)
}
