// Where a marker lands in a conversation.
package dataset

import "strings"

// Mark puts the session's marker into its conversation. A marker that is there already is not put twice.
//
// A system target looks for the conversation's system message, then for a system message that begins a turn's raw messages, and otherwise
// marks the first user message. A turn that is a whole body stays as it is.
func (b *Bust) Mark(c *Conversation, p Play) {
	text := b.Marker(c.ID, p)
	if text == "" {
		return
	}
	place, _ := bustPlaceOf(b.Target)
	m := mark{text: text, suffix: place.suffix}
	switch {
	case !place.system:
		m.user(c.Turns)
	case c.System != "":
		c.System = m.join(c.System)
	default:
		// A request looks at the turns up to its own: those before the turn that brings the system message have marked a user message.
		m.user(c.Turns[:m.system(c.Turns)])
	}
}

// mark is a marker and the side of a text it goes to.
type mark struct {
	text   string
	suffix bool
}

func (m mark) join(s string) string {
	switch {
	case m.at(s):
		return s
	case m.suffix:
		return s + m.text
	}
	return m.text + s
}

// at says whether s has the marker at its edge.
func (m mark) at(s string) bool {
	if m.suffix {
		return strings.HasSuffix(s, m.text)
	}
	return strings.HasPrefix(s, m.text)
}

// user marks the first user message. A turn of its own contents is one whatever its role says, also when it has no text yet.
func (m mark) user(turns []Turn) {
	for i := range turns {
		t := &turns[i]
		switch {
		case t.RawPayload != nil:
		case hasMessages(t.RawMessages):
			if list, found := m.messages(t.RawMessages, "user"); found {
				t.RawMessages = list
				return
			}
		default:
			m.turn(t)
			return
		}
	}
}

// system marks the first system message that begins a turn's raw messages, and says which turn has it; len(turns) when none has.
func (m mark) system(turns []Turn) int {
	for i := range turns {
		t := &turns[i]
		if t.RawPayload != nil || !hasMessages(t.RawMessages) {
			continue
		}
		if list, found := m.messages(t.RawMessages, "system"); found {
			t.RawMessages = list
			return i
		}
	}
	return len(turns)
}

// turn marks a turn's first text, or makes it one.
func (m mark) turn(t *Turn) {
	switch {
	case len(t.Texts) == 0:
		t.Texts = []Media{{Contents: []string{m.text}}}
	case len(t.Texts[0].Contents) == 0:
		t.Texts[0].Contents = []string{m.text}
	default:
		t.Texts[0].Contents[0] = m.join(t.Texts[0].Contents[0])
	}
}
