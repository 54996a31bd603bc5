// Chat completions, the assistant's message: what was said and the calls put together from their deltas, for the next turn.
package endpoints

import (
	"bytes"
	"slices"
)

// reply gathers the assistant's message. Digest.Text is reused for it as long as output and message are the same text.
type reply struct {
	prose      []byte // content of all documents; only once it differs from Digest.Text
	said       []byte // as prose, and the reasoning of documents without content; only once it differs from prose
	hasProse   bool
	hasSaid    bool
	slots      []callSlot
	sortNeeded bool
}

// callSlot is one tool call.
type callSlot struct {
	index    int
	whole    []byte // a complete call as JSON text; the rest is for calls put together from deltas
	id, typ  []byte
	name     []byte
	args     []byte
	order    [3]byte // the keys 'i', 't', 'f' in the order in which they came
	keys     int
	hasName  bool
	hasArgs  bool
	argFirst bool
}

func (r *reply) reset() {
	r.prose, r.said = r.prose[:0], r.said[:0]
	r.hasProse, r.hasSaid, r.sortNeeded = false, false, false
	r.slots = r.slots[:0]
}

// speak takes what the last document added to the digest from the given lengths on.
func (r *reply) speak(d *Digest, textFrom, thoughtFrom int, isTool bool) {
	text, thought := d.Text[textFrom:], d.Reasoning[thoughtFrom:]
	if len(thought) > 0 && len(text) == 0 && !r.hasSaid {
		r.hasSaid = true
		r.said = append(r.said[:0], r.spoken(d, textFrom)...)
	}
	if isTool && !r.hasProse {
		r.hasProse = true
		r.prose = append(r.prose[:0], d.Text[:textFrom]...)
	}
	if isTool {
		return
	}
	if r.hasProse {
		r.prose = append(r.prose, text...)
	}
	switch {
	case !r.hasSaid:
	case len(text) > 0:
		r.said = append(r.said, text...)
	default:
		r.said = append(r.said, thought...)
	}
}

// spoken is the content of all documents so far.
func (r *reply) spoken(d *Digest, textTo int) []byte {
	if r.hasProse {
		return r.prose
	}
	return d.Text[:textTo]
}

// calls takes a list of tool calls: complete ones, or deltas that belong to the slot of their index.
func (r *reply) calls(doc []byte, v value, whole bool) {
	for e := elementsOf(doc, v); e.next(); {
		if e.val.kind != jsonObject {
			continue
		}
		index := len(r.slots)
		if n := countOf(doc, member(doc, e.val, "index")); n.Known() {
			index = int(n)
		}
		if s := r.slot(index); whole {
			s.whole = appendCall(s.whole[:0], doc, e.val)
		} else {
			s.merge(doc, e.val)
		}
	}
}

// appendCall appends a complete call without its index.
func appendCall(dst, doc []byte, v value) []byte {
	dst = append(dst, '{')
	first := true
	for m := membersOf(doc, v); m.next(); {
		if m.key.is(doc, "index") {
			continue
		}
		if !first {
			dst = append(dst, ',')
		}
		first = false
		dst = append(dst, m.key.raw(doc)...)
		dst = append(dst, ':')
		dst = appendCompact(dst, doc, m.val)
	}
	return append(dst, '}')
}

// slot finds the slot of an index or opens it, reusing the storage of an earlier response.
func (r *reply) slot(index int) *callSlot {
	for i := range r.slots {
		if r.slots[i].index == index {
			return &r.slots[i]
		}
	}
	n := len(r.slots)
	if n < cap(r.slots) {
		r.slots = r.slots[:n+1]
	} else {
		r.slots = append(r.slots, callSlot{})
	}
	s := &r.slots[n]
	*s = callSlot{index: index, whole: s.whole[:0], id: s.id[:0], typ: s.typ[:0], name: s.name[:0], args: s.args[:0]}
	r.sortNeeded = r.sortNeeded || (n > 0 && r.slots[n-1].index > index)
	return s
}

// merge adds a delta: id, type and name replace, arguments append.
func (s *callSlot) merge(doc []byte, v value) {
	if id := member(doc, v, "id"); id.kind == jsonText && id.truthy(doc) {
		s.note('i')
		s.id = appendText(s.id[:0], doc, id)
	}
	if t := member(doc, v, "type"); t.kind == jsonText && t.truthy(doc) {
		s.note('t')
		s.typ = appendText(s.typ[:0], doc, t)
	}
	fn := member(doc, v, "function")
	if fn.kind == jsonObject && fn.truthy(doc) {
		s.function(doc, fn, false)
	}
}

// function adds name and arguments; the name of the older function_call form appends as its arguments do.
func (s *callSlot) function(doc []byte, fn value, appendName bool) {
	s.note('f')
	if n := member(doc, fn, "name"); n.kind == jsonText && n.truthy(doc) {
		if !appendName {
			s.name = s.name[:0]
		}
		s.argFirst = s.argFirst || (s.hasArgs && !s.hasName)
		s.hasName = true
		s.name = appendText(s.name, doc, n)
	}
	if a := member(doc, fn, "arguments"); a.kind != jsonNone {
		s.hasArgs = true
		if a.kind == jsonText {
			s.args = appendText(s.args, doc, a)
		}
	}
}

func (s *callSlot) note(key byte) {
	if bytes.IndexByte(s.order[:s.keys], key) < 0 {
		s.order[s.keys] = key
		s.keys++
	}
}

// legacy takes a function_call object as one call.
func (r *reply) legacy(doc []byte, fn value, whole bool) {
	if whole {
		s := r.slot(len(r.slots))
		s.whole = append(s.whole[:0], `{"type":"function","function":{"name":`...)
		s.whole = appendTextOrEmpty(s.whole, doc, member(doc, fn, "name"))
		s.whole = append(s.whole, `,"arguments":`...)
		s.whole = append(appendTextOrEmpty(s.whole, doc, member(doc, fn, "arguments")), `}}`...)
		return
	}
	s := r.slot(0)
	if bytes.IndexByte(s.order[:s.keys], 't') < 0 {
		s.note('t')
		s.typ = append(s.typ[:0], "function"...)
	}
	s.function(doc, fn, true)
}

func appendTextOrEmpty(dst, doc []byte, v value) []byte {
	if v.kind != jsonText {
		return append(dst, `""`...)
	}
	return append(dst, v.raw(doc)...)
}

// finishChat is Kind.Finish of chat: the message as JSON.
func finishChat(d *Digest) {
	r := &d.reply
	d.Reply = d.Reply[:0]
	if d.NoReply {
		return
	}
	if len(r.slots) == 0 {
		said := d.Text
		switch {
		case r.hasSaid:
			said = r.said
		case r.hasProse:
			said = r.prose
		}
		if len(said) > 0 {
			d.Reply = append(d.Reply, `{"role":"assistant","content":"`...)
			d.Reply = appendEscaped(d.Reply, said)
			d.Reply = append(d.Reply, `"}`...)
		}
		return
	}
	d.Reply = append(d.Reply, `{"role":"assistant","content":`...)
	if prose := r.spoken(d, len(d.Text)); len(prose) > 0 {
		d.Reply = appendQuoted(d.Reply, prose)
	} else {
		d.Reply = append(d.Reply, "null"...)
	}
	d.Reply = append(d.Reply, `,"tool_calls":[`...)
	if r.sortNeeded {
		slices.SortStableFunc(r.slots, func(a, b callSlot) int { return a.index - b.index })
	}
	for i := range r.slots {
		if i > 0 {
			d.Reply = append(d.Reply, ',')
		}
		d.Reply = r.slots[i].appendJSON(d.Reply)
	}
	d.Reply = append(d.Reply, `]}`...)
}

func (s *callSlot) appendJSON(dst []byte) []byte {
	if len(s.whole) > 0 {
		return append(dst, s.whole...)
	}
	dst = append(dst, '{')
	for i, key := range s.order[:s.keys] {
		if i > 0 {
			dst = append(dst, ',')
		}
		switch key {
		case 'i':
			dst = appendQuoted(append(dst, `"id":`...), s.id)
		case 't':
			dst = appendQuoted(append(dst, `"type":`...), s.typ)
		case 'f':
			dst = s.appendFunction(append(dst, `"function":`...))
		}
	}
	return append(dst, '}')
}

func (s *callSlot) appendFunction(dst []byte) []byte {
	dst = append(dst, '{')
	if s.hasArgs && s.argFirst {
		dst = appendQuoted(append(dst, `"arguments":`...), s.args)
		dst = append(dst, ',')
	}
	if s.hasName {
		dst = appendQuoted(append(dst, `"name":`...), s.name)
	}
	if s.hasArgs && !s.argFirst {
		if s.hasName {
			dst = append(dst, ',')
		}
		dst = appendQuoted(append(dst, `"arguments":`...), s.args)
	}
	return append(dst, '}')
}

func appendQuoted(dst, s []byte) []byte {
	return append(appendEscaped(append(dst, '"'), s), '"')
}
