// One message: its fields, its data, and whether the server marked it as an error.
package sse

import (
	"bytes"
	"unicode/utf8"
)

// Field is one line of a message. Name is "comment" for a line that begins with a colon; HasValue is false for a line without a colon.
type Field struct {
	Name, Value []byte
	HasValue    bool
}

// Message is one event. Its slices are valid during Handler.Message only; bytes are as sent and may be invalid UTF-8.
type Message struct {
	Text  []byte // whole message without white space around it
	Data  []byte // values of the data fields joined by LF; empty without any
	Error bool   // an `event: error` message

	fields []Field
	lone   bool // one data line and nothing else: fields is not filled
	join   []byte
	glue   []byte // values that span lines

	gluing   int // number of the field whose value ends glue, from 1; 0 for none
	glueFrom int // where that value begins
}

var (
	dataPrefix  = []byte("data:")
	dataName    = []byte("data")
	commentName = []byte("comment")
)

// parse reads a trimmed, non-empty message; multi tells that line ends may lie inside it.
func (m *Message) parse(text []byte, multi bool) {
	m.Text, m.Data, m.Error, m.fields = text, nil, false, m.fields[:0]
	m.lone = bytes.HasPrefix(text, dataPrefix) && !(multi && bytes.ContainsAny(text, "\r\n"))
	if m.lone {
		m.Data = TrimSpace(text[len(dataPrefix):])
		return
	}
	m.glue, m.gluing = m.glue[:0], 0
	for len(text) > 0 {
		var line []byte
		line, text = cutLine(text)
		if line = TrimSpace(line); len(line) > 0 {
			m.line(line)
		}
	}
	m.collect()
}

// line adds one trimmed line as a field, or to the JSON object that the field before it left open.
func (m *Message) line(line []byte) {
	if n := len(m.fields); n > 0 && !bytes.HasPrefix(line, dataPrefix) {
		last := &m.fields[n-1]
		if v := last.Value; len(v) > 0 && v[0] == '{' && v[len(v)-1] != '}' {
			if m.gluing != n {
				m.gluing, m.glueFrom = n, len(m.glue)
				m.glue = append(m.glue, v...)
			}
			// A value glued earlier keeps the older array when glue grows.
			m.glue = append(m.glue, `\n`...)
			m.glue = append(m.glue, line...)
			last.Value = m.glue[m.glueFrom:len(m.glue):len(m.glue)]
			return
		}
	}
	name, value, found := bytes.Cut(line, []byte{':'})
	if name = TrimSpace(name); found && len(name) == 0 {
		name = commentName
	}
	m.fields = append(m.fields, Field{Name: name, Value: TrimSpace(value), HasValue: found})
}

// collect fills Data and Error from the fields.
func (m *Message) collect() {
	m.join = m.join[:0]
	values := 0
	for i := range m.fields {
		f := &m.fields[i]
		switch {
		case bytes.Equal(f.Name, dataName) && len(f.Value) > 0:
			if values++; values == 1 {
				m.Data = f.Value
				continue
			}
			if values == 2 {
				m.join = append(m.join, m.Data...)
			}
			m.join = append(m.join, '\n')
			m.join = append(m.join, f.Value...)
			m.Data = m.join
		case bytes.EqualFold(f.Name, []byte("event")) && bytes.EqualFold(f.Value, []byte("error")):
			m.Error = true
		}
	}
}

// Fields returns the fields in order.
func (m *Message) Fields() []Field {
	if m.lone && len(m.fields) == 0 {
		m.fields = append(m.fields, Field{Name: dataName, Value: m.Data, HasValue: true})
	}
	return m.fields
}

// Comment returns the first comment.
func (m *Message) Comment() (text []byte, ok bool) {
	for i := range m.fields {
		if bytes.Equal(m.fields[i].Name, commentName) {
			return m.fields[i].Value, true
		}
	}
	return nil, false
}

// Parse reads the text of one message, as a raw record keeps it, again.
func Parse(text []byte) *Message {
	m := new(Message)
	if text = TrimSpace(text); len(text) > 0 {
		m.parse(text, true)
	}
	return m
}

// cutLine splits at the first line end in Unicode's sense: LF, CR, CR LF, VT, FF, FS, GS, RS, NEL, U+2028, U+2029.
func cutLine(b []byte) (line, rest []byte) {
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case c >= 0x20 && c < 0x80:
		case c == '\r' && i+1 < len(b) && b[i+1] == '\n':
			return b[:i], b[i+2:]
		case c >= '\n' && c <= '\r', c >= 0x1C && c <= 0x1E:
			return b[:i], b[i+1:]
		case c == 0xC2 && i+1 < len(b) && b[i+1] == 0x85:
			return b[:i], b[i+2:]
		case c == 0xE2 && i+2 < len(b) && b[i+1] == 0x80 && (b[i+2] == 0xA8 || b[i+2] == 0xA9):
			return b[:i], b[i+3:]
		}
	}
	return b, nil
}

// TrimSpace drops white space on both sides: Unicode's, and the separators FS, GS, RS and US that Python counts as white space.
func TrimSpace(b []byte) []byte {
	for len(b) > 0 {
		c := b[0]
		if c < utf8.RuneSelf {
			if !asciiSpace(c) {
				break
			}
			b = b[1:]
			continue
		}
		r, n := utf8.DecodeRune(b)
		if !wideSpace(r) {
			break
		}
		b = b[n:]
	}
	for len(b) > 0 {
		c := b[len(b)-1]
		if c < utf8.RuneSelf {
			if !asciiSpace(c) {
				break
			}
			b = b[:len(b)-1]
			continue
		}
		r, n := utf8.DecodeLastRune(b)
		if !wideSpace(r) {
			break
		}
		b = b[:len(b)-n]
	}
	return b
}

func asciiSpace(c byte) bool { return c == ' ' || (c >= '\t' && c <= '\r') || (c >= 0x1C && c <= 0x1F) }

func wideSpace(r rune) bool {
	switch r {
	case 0x85, 0xA0, 0x1680, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000:
		return true
	}
	return r >= 0x2000 && r <= 0x200A
}
