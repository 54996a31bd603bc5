// Chat completions, decoding: one JSON document, a streamed chunk or a whole answer, into the digest. One pass, no allocation.
package endpoints

import (
	"github.com/aiperf-go/aiperf/metrics"
)

// chatPart is a message or a delta: the content of a choice.
type chatPart struct {
	kind                                                      jsonKind
	self                                                      value
	content, reasoningContent, reasoning, toolCalls, function value
}

// chatDoc is what one document says; positions only.
type chatDoc struct {
	root           jsonKind
	rootValue      value
	object, usage  value
	failure        value // "error" at the root
	choices        value // without its place: only kind counts
	first          value // choices[0], likewise
	finish         value
	message, delta chatPart
}

// scan reads and validates the document in one walk. Of equal keys the last one wins as a whole.
func (c *chatDoc) scan(s *scanner) bool {
	if s.peek() != '{' {
		v, ok := s.value()
		c.root, c.rootValue = v.kind, v
		return ok && s.atEnd()
	}
	c.root = jsonObject
	for more, ok := s.open('}'); ; more, ok = s.more('}') {
		if !ok || !more {
			return ok && s.atEnd()
		}
		k, ok := s.key()
		if !ok {
			return false
		}
		switch string(s.name(k)) {
		case "object":
			c.object, ok = s.value()
		case "usage":
			c.usage, ok = s.value()
		case "error":
			c.failure, ok = s.value()
		case "choices":
			ok = c.scanChoices(s)
		default:
			_, ok = s.value()
		}
		if !ok {
			return false
		}
	}
}

func (c *chatDoc) scanChoices(s *scanner) bool {
	c.first, c.finish, c.message, c.delta = value{}, value{}, chatPart{}, chatPart{}
	if s.peek() != '[' {
		v, ok := s.value()
		c.choices = v
		return ok
	}
	c.choices = value{kind: jsonArray}
	for more, ok := s.open(']'); ; more, ok = s.more(']') {
		if !ok || !more {
			return ok
		}
		if c.first.kind != jsonNone {
			_, ok = s.value()
		} else if s.peek() == '{' {
			c.first = value{kind: jsonObject}
			ok = c.scanChoice(s)
		} else {
			c.first, ok = s.value()
		}
		if !ok {
			return false
		}
	}
}

func (c *chatDoc) scanChoice(s *scanner) bool {
	for more, ok := s.open('}'); ; more, ok = s.more('}') {
		if !ok || !more {
			return ok
		}
		k, ok := s.key()
		if !ok {
			return false
		}
		switch string(s.name(k)) {
		case "message":
			ok = c.message.scan(s)
		case "delta":
			ok = c.delta.scan(s)
		case "finish_reason":
			c.finish, ok = s.value()
		default:
			_, ok = s.value()
		}
		if !ok {
			return false
		}
	}
}

func (p *chatPart) scan(s *scanner) bool {
	*p = chatPart{}
	if s.peek() != '{' {
		v, ok := s.value()
		p.kind, p.self = v.kind, v
		return ok
	}
	p.kind = jsonObject
	for more, ok := s.open('}'); ; more, ok = s.more('}') {
		if !ok || !more {
			return ok
		}
		k, ok := s.key()
		if !ok {
			return false
		}
		switch string(s.name(k)) {
		case "content":
			p.content, ok = s.value()
		case "reasoning_content":
			p.reasoningContent, ok = s.value()
		case "reasoning":
			p.reasoning, ok = s.value()
		case "tool_calls":
			p.toolCalls, ok = s.value()
		case "function_call":
			p.function, ok = s.value()
		default:
			_, ok = s.value()
		}
		if !ok {
			return false
		}
	}
}

// decodeChat is Kind.Decode of chat. What is not JSON is skipped, as AIPerf does.
func decodeChat(doc []byte, at metrics.Instant, d *Digest) error {
	var c chatDoc
	s := scanner{b: doc}
	if !c.scan(&s) {
		d.hint(doc)
		return nil
	}
	if c.root != jsonObject {
		if c.rootValue.truthy(doc) {
			d.shapeError(doc, c.rootValue)
		}
		return nil
	}
	content := c.content(doc, at, d)
	if c.usage.kind == jsonObject && !isEmpty(doc, c.usage) {
		decodeUsage(doc, c.usage, &d.Usage)
		if content && !d.FirstChunkTokens.Known() {
			d.FirstChunkTokens = d.Usage.Completion
		}
	}
	if !content && c.failure.truthy(doc) {
		d.DataErrs++
		d.hint(doc)
	}
	return nil
}

// content takes what choices[0] says, and reports whether it made a content response.
func (c *chatDoc) content(doc []byte, at metrics.Instant, d *Digest) bool {
	p, whole := &c.delta, false
	switch {
	case c.object.is(doc, "chat.completion.chunk"):
	case c.object.is(doc, "chat.completion"):
		p, whole = &c.message, true
	default:
		return false
	}
	if c.first.kind != jsonObject {
		c.oddChoice(doc, d)
		return false
	}
	if c.finish.kind == jsonText && c.finish.end > c.finish.start {
		d.Done = true
		d.Finish = appendText(d.Finish[:0], doc, c.finish)
	}
	if p.kind != jsonObject {
		if p.self.truthy(doc) {
			d.shapeError(doc, p.self)
		}
		return false
	}
	return p.take(doc, at, d, whole)
}

// oddChoice reports what AIPerf trips over: choices that are no list of objects.
func (c *chatDoc) oddChoice(doc []byte, d *Digest) {
	switch {
	case c.choices.kind == jsonArray && c.first.kind != jsonNone:
		d.shapeError(doc, c.first)
	case c.choices.kind == jsonText && c.choices.truthy(doc):
		d.shapeError(doc, c.choices)
	}
}

// take appends the part to the digest. Reasoning goes before tool calls, tool calls before content; prose beside a tool call is not
// counted as output, as in AIPerf, but stays in the reply.
func (p *chatPart) take(doc []byte, at metrics.Instant, d *Digest, whole bool) bool {
	said := p.content.truthy(doc)
	reasoning := p.reasoningContent
	if !reasoning.truthy(doc) {
		reasoning = p.reasoning
	}
	textFrom, thoughtFrom := len(d.Text), len(d.Reasoning)
	isReasoning, isTool := reasoning.truthy(doc), false
	switch {
	case isReasoning:
		d.Reasoning = appendContent(d.Reasoning, doc, reasoning)
		d.HasReasoning = true
		if said {
			d.Text = appendContent(d.Text, doc, p.content)
		}
	default:
		d.Text = appendToolText(d.Text, doc, p.toolCalls)
		if isTool = len(d.Text) > textFrom; !isTool && said {
			d.Text = appendContent(d.Text, doc, p.content)
		}
	}
	visible := len(d.Text) > textFrom
	d.HasText = d.HasText || visible
	d.reply.speak(d, textFrom, thoughtFrom, isTool)
	if isTool && said {
		d.reply.prose = appendContent(d.reply.prose, doc, p.content)
	}
	if p.toolCalls.kind == jsonArray {
		d.reply.calls(doc, p.toolCalls, whole)
	}
	if p.function.kind == jsonObject {
		d.reply.legacy(doc, p.function, whole)
	}
	if !isReasoning && !visible {
		return false
	}
	d.content(at, visible)
	return true
}

// appendContent appends a content that counts as text: a string, the text parts of a list, anything else as its JSON text.
func appendContent(dst, doc []byte, v value) []byte {
	switch v.kind {
	case jsonText:
		return appendText(dst, doc, v)
	case jsonArray:
		for e := elementsOf(doc, v); e.next(); {
			if e.val.kind == jsonText {
				dst = appendText(dst, doc, e.val)
			} else if t := member(doc, e.val, "text"); t.kind == jsonText {
				dst = appendText(dst, doc, t)
			}
		}
		return dst
	}
	return append(dst, v.raw(doc)...)
}

// appendToolText appends name and arguments of each call.
func appendToolText(dst, doc []byte, calls value) []byte {
	for e := elementsOf(doc, calls); e.next(); {
		fn := member(doc, e.val, "function")
		for _, key := range [...]string{"name", "arguments"} {
			if v := member(doc, fn, key); v.kind == jsonText {
				dst = appendText(dst, doc, v)
			}
		}
	}
	return dst
}
