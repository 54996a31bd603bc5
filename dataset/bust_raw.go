// Marking messages that came as JSON: what is not marked keeps its bytes.
package dataset

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

// hasMessages tells a list with messages from an empty one, which sends nothing and is treated as if it were absent.
func hasMessages(list []byte) bool {
	rest, isList := bytes.CutPrefix(bytes.TrimSpace(list), []byte("["))
	return isList && !bytes.HasPrefix(bytes.TrimSpace(rest), []byte("]"))
}

// messages marks the first message of a role; a system message counts only where it begins the list. Content that is neither text nor a list
// of parts cannot be marked: its list comes back unchanged. found says whether there is such a message. The given bytes are not written to.
func (m mark) messages(list []byte, role string) (marked []byte, found bool) {
	d := json.NewDecoder(bytes.NewReader(list))
	if t, err := d.Token(); err != nil || t != json.Delim('[') {
		return list, false
	}
	for d.More() {
		c, ok := nextMessage(d)
		switch {
		case !ok:
			return list, false
		case c.role == role && c.absent:
			return splice(list, c.start, c.end, []byte(`,"content":"`+m.escaped()+`"`)), true
		case c.role == role:
			return splice(list, c.start, c.end, m.content(list[c.start:c.end])), true
		case role == "system":
			return list, false
		}
	}
	return list, false
}

// rawContent is where in a list of messages the content of one stands. Without one, start and end are where it would go.
type rawContent struct {
	role       string
	start, end int
	absent     bool
}

// nextMessage reads one message. One that is no object has no role.
func nextMessage(d *json.Decoder) (rawContent, bool) {
	c := rawContent{absent: true}
	switch t, err := d.Token(); {
	case err != nil || t == json.Delim('['):
		return c, false
	case t != json.Delim('{'):
		return c, true
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return c, false
		}
		var value json.RawMessage
		if d.Decode(&value) != nil {
			return c, false
		}
		switch key {
		case "role":
			var s string
			_ = json.Unmarshal(value, &s) // a role of another type is none
			c.role = s
		case "content":
			c.end = int(d.InputOffset())
			c.start, c.absent = c.end-len(value), false
		}
	}
	if _, err := d.Token(); err != nil {
		return c, false
	}
	if c.absent {
		c.start = int(d.InputOffset()) - 1
		c.end = c.start
	}
	return c, true
}

// escaped is the marker inside a JSON string.
func (m mark) escaped() string { return strings.ReplaceAll(m.text, "\n", `\n`) }

// content is a message's content with the marker.
func (m mark) content(raw []byte) []byte {
	switch raw[0] {
	case '"':
		inside := mark{m.escaped(), m.suffix}
		if inside.at(string(raw[1 : len(raw)-1])) {
			return raw
		}
		return m.insert(raw, inside.text)
	case '[':
		return m.parts(raw)
	}
	return raw
}

// parts puts the marker into a list of parts as one more of them, without the gap.
func (m mark) parts(raw []byte) []byte {
	text := strings.TrimSpace(m.text)
	part := `{"type":"text","text":"` + text + `"}`
	var parts []json.RawMessage
	if json.Unmarshal(raw, &parts) != nil {
		return raw
	}
	if len(parts) == 0 {
		return m.insert(raw, part)
	}
	edge, joined := parts[0], part+","
	if m.suffix {
		edge, joined = parts[len(parts)-1], ","+part
	}
	var known map[string]any
	if json.Unmarshal(edge, &known) == nil && len(known) == 2 && known["type"] == "text" && known["text"] == text {
		return raw
	}
	return m.insert(raw, joined)
}

// insert puts text behind the first or before the last character of a string or a list.
func (m mark) insert(raw []byte, text string) []byte {
	at := 1
	if m.suffix {
		at = len(raw) - 1
	}
	return splice(raw, at, at, []byte(text))
}

// splice is b with what is between start and end replaced, in new memory.
func splice(b []byte, start, end int, by []byte) []byte {
	return slices.Concat(b[:start], by, b[end:])
}
