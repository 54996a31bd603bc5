// Chat completions: reading the request and building every byte of its answer before the first is due.
package mock

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
)

// chatRequest is what the server reads of a request. Keys are compared exactly, so a client that misspells one is found out.
type chatRequest struct {
	model        string
	streaming    bool
	includeUsage bool
	limit        int // token limit, 0 when absent
	promptWords  int
}

// parseChat checks the parts of the request that a real server would refuse.
func parseChat(body []byte) (chatRequest, error) {
	var q chatRequest
	var m map[string]json.RawMessage
	if err := decodeJSON(body, &m); err != nil {
		return q, fmt.Errorf("body is not a JSON object: %w", err)
	}
	field := func(name string, v any) error {
		raw, ok := m[name]
		if !ok {
			return nil
		}
		if err := decodeJSON(raw, v); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		return nil
	}
	var messages []map[string]json.RawMessage
	var options map[string]json.RawMessage
	for _, f := range []struct {
		name string
		v    any
	}{{"model", &q.model}, {"stream", &q.streaming}, {"messages", &messages}, {"stream_options", &options}} {
		if err := field(f.name, f.v); err != nil {
			return q, err
		}
	}
	if raw, ok := options["include_usage"]; ok {
		if err := decodeJSON(raw, &q.includeUsage); err != nil {
			return q, fmt.Errorf("stream_options.include_usage: %w", err)
		}
	}
	if len(messages) == 0 {
		return q, fmt.Errorf("messages: at least one message is needed")
	}
	for i, msg := range messages {
		var role string
		if err := decodeJSON(msg["role"], &role); err != nil || role == "" {
			return q, fmt.Errorf("messages[%d].role: a text is needed", i)
		}
		q.promptWords += countWords(msg["content"])
	}
	for _, name := range []string{"max_completion_tokens", "max_tokens"} {
		var limit *int
		if err := field(name, &limit); err != nil {
			return q, err
		}
		if limit == nil {
			continue
		}
		if *limit < 1 {
			return q, fmt.Errorf("%s: %d is below 1", name, *limit)
		}
		q.limit = min(*limit, maxTokens)
		break
	}
	return q, nil
}

// countWords counts blank-separated words of a content: a text, or parts of which some are texts.
func countWords(content json.RawMessage) int {
	var text string
	if decodeJSON(content, &text) == nil {
		return len(strings.Fields(text))
	}
	var parts []struct {
		Text string `json:"text"`
	}
	n := 0
	if decodeJSON(content, &parts) == nil {
		for _, p := range parts {
			n += len(strings.Fields(p.Text))
		}
	}
	return n
}

// chat answers one request for an answer.
func (c *conn) chat(r *request) {
	srv := c.srv
	srv.m.inference.Add(1)
	n := srv.n.Add(1) - 1
	q, err := parseChat(r.body)
	if err != nil {
		c.reply(r, appendError(nil, http.StatusBadRequest, err.Error(), r.close))
		return
	}
	s := &c.s
	s.reset(c)
	s.n, s.arrival = n, r.arrived
	s.ttft, s.gap, s.dice = srv.o.TTFT, srv.o.Gap, newDice(srv.o.Seed, n)
	s.trouble = troubleFor(srv.o.Faults, n)
	if s.trouble.any() {
		srv.m.faults.Add(1)
	}
	s.closing = r.close
	b := &builder{o: &srv.o, q: &q, r: r, s: s}
	b.build()
	switch {
	case s.trouble.delay > 0 || s.step == stepHead || s.step == stepWhole && !s.immediate || srv.o.MaxConcurrent > 0 && !s.immediate:
		if s.step == stepContent {
			s.step = stepHead // the wheel sends it when its time has come
		}
		c.hand()
	case s.immediate:
		if s.closing {
			c.last(s.tail)
			r.close = true
			return
		}
		c.write(s.tail)
	default:
		c.write(s.head)
		c.hand()
	}
}

// builder makes the bytes of one answer.
type builder struct {
	o      *Options
	q      *chatRequest
	r      *request
	s      *stream
	prefix []byte // of every document of this answer up to its "choices"
	finish string
}

// build fills the stream: what to send, in which steps.
func (b *builder) build() {
	s := b.s
	if b.q.model == "" {
		b.q.model = b.o.Model
	}
	s.size, b.finish = b.o.OSL, "stop"
	if b.q.limit > 0 && !b.o.IgnoreMaxTokens {
		s.size, b.finish = b.q.limit, "length"
	}
	if s.trouble.kind == FaultEmpty {
		s.size = 0
	}
	s.think = min(b.o.Reasoning, s.size)
	object := "chat.completion"
	if b.q.streaming {
		object = "chat.completion.chunk"
	}
	b.prefix = fmt.Appendf(nil, `{"id":"chatcmpl-%012d","object":"%s","created":%d,"model":%s,`, s.n, object, b.r.wall/1e9, quote(b.q.model))
	switch {
	case s.trouble.immediate():
		b.refusal()
	case s.trouble.kind == FaultEndless && !b.q.streaming:
		b.endlessBody()
	case b.q.streaming && s.trouble.kind != FaultTruncated:
		b.stream()
	default:
		b.body()
	}
	if wait := s.trouble.slowHead; wait > 0 {
		b.slowHead()
	}
}

// slowHead splits the answer behind its status line.
func (b *builder) slowHead() {
	s := b.s
	if s.whole {
		k := bytes.Index(s.tail, []byte("\r\n")) + len("\r\n")
		if k < len("\r\n") {
			return // a dropped connection has no head
		}
		s.head, s.tail = s.tail[:k:k], s.tail[k:]
		s.headRest = []byte{}
		s.stampAt = max(s.stampAt-k, -1)
	} else {
		k := bytes.Index(s.head, []byte("\r\n")) + len("\r\n")
		s.head, s.headRest = s.head[:k:k], s.head[k:]
	}
	s.step = stepHead
}

// refusal is an answer that needs no model: error status, HTML page, closed connection.
func (b *builder) refusal() {
	s := b.s
	s.whole, s.immediate, s.step, s.size = true, true, stepWhole, 0
	switch s.trouble.kind {
	case FaultStatus:
		s.tail = appendError(s.tail, s.trouble.status, fmt.Sprintf("injected failure of request %d", s.n), s.closing)
	case FaultHTML:
		const page = "<!DOCTYPE html><html><head><title>Welcome</title></head><body><h1>It works</h1></body></html>\n"
		s.tail = append(appendHead(s.tail, http.StatusOK, typeHTML, len(page), s.closing), page...)
	default:
		s.closing = true
	}
}

// stream prepares a streamed answer.
func (b *builder) stream() {
	s := b.s
	s.step = stepContent
	s.head = appendHead(nil, http.StatusOK, typeStream, chunkedBody, s.closing)
	if !b.o.OmitRole {
		s.head = appendChunk(s.head, b.event(b.delta(`"role":"assistant","content":""`, "")))
	}
	b.template(&s.content, "content", false)
	if s.think > 0 {
		b.template(&s.reasoning, "reasoning_content", false)
	}
	if b.o.Truth && s.size > 0 {
		key := "content"
		if s.think > 0 {
			key = "reasoning_content"
		}
		b.template(&s.first, key, true)
	}
	done := []byte("data: [DONE]\n\n")
	if s.trouble.kind != FaultEmpty {
		s.tail = appendChunk(s.tail, b.event(b.delta("", b.finish)))
		if b.o.Usage || b.q.includeUsage {
			s.tail = appendChunk(s.tail, b.event(b.usageChunk()))
		}
	}
	s.tail = append(appendChunk(s.tail, done), endOfChunks...)

	s.cut = s.size / 2
	switch s.trouble.kind {
	case FaultDropMid, FaultStall:
	case FaultMalformed:
		doc := b.delta(`"content":" broken"`, "")
		s.bad = appendChunk(nil, b.event(doc[:len(doc)/2]))
	case FaultErrorEvent:
		e := append([]byte("event: error\n"), b.event(b.failure())...)
		s.bad = append(appendChunk(nil, e), endOfChunks...)
	case FaultErrorData:
		s.bad = appendChunk(appendChunk(nil, b.event(b.failure())), done)
		s.bad = append(s.bad, endOfChunks...)
	case FaultEndless:
		s.size, s.cut = math.MaxInt, -1
	default:
		s.cut = -1
	}
}

func (b *builder) failure() []byte {
	return appendErrorObject(nil, http.StatusInternalServerError, fmt.Sprintf("injected failure of request %d", b.s.n))
}

// event frames a document as a server-sent event.
func (b *builder) event(doc []byte) []byte {
	return append(append([]byte("data: "), doc...), "\n\n"...)
}

// delta is one chunk document.
func (b *builder) delta(fields, finish string) []byte {
	d := append(b.prefix[:len(b.prefix):len(b.prefix)], `"choices":[{"index":0,"delta":{`...)
	d = append(append(d, fields...), `},"logprobs":null,"finish_reason":`...)
	if finish == "" {
		d = append(d, "null}]"...)
	} else {
		d = append(append(d, quote(finish)...), "}]"...)
	}
	return append(d, '}')
}

// template makes a content chunk with room for the word and, for the truth, the write stamp.
func (b *builder) template(t *template, key string, first bool) {
	hole := strings.Repeat("_", wordLen)
	doc := b.delta(`"`+key+`":"`+hole+`"`, "")
	doc = doc[:len(doc)-1]
	stamp := -1
	if b.o.Truth {
		doc, stamp = b.truth(doc, first)
	}
	payload := b.event(append(doc, '}'))
	framed := appendChunk(t.b[:0], payload)
	shift := bytes.Index(framed, payload)
	t.b = framed
	// The model's name may hold anything, so the hole is looked for behind it.
	t.word = shift + len("data: ") + len(b.prefix) + bytes.Index(doc[len(b.prefix):], []byte(hole))
	if stamp >= 0 {
		t.stamp = shift + len("data: ") + stamp
	}
}

// truth appends the stamps to an object that is still open and says where the write stamp's digits go.
func (b *builder) truth(doc []byte, arrival bool) ([]byte, int) {
	if arrival {
		doc = append(doc, `,"mock_arrival_ns":`...)
		doc = strconv.AppendInt(doc, b.r.wall, 10)
	}
	doc = append(doc, `,"mock_write_ns":`...)
	at := len(doc)
	return append(doc, strings.Repeat("0", stampLen)...), at
}

func (b *builder) usage() []byte {
	s := b.s
	u := fmt.Appendf(nil, `{"prompt_tokens":%d,"completion_tokens":%d,"total_tokens":%d`, b.q.promptWords, s.size, b.q.promptWords+s.size)
	if s.think > 0 {
		u = fmt.Appendf(u, `,"completion_tokens_details":{"reasoning_tokens":%d}`, s.think)
	}
	return append(u, '}')
}

func (b *builder) usageChunk() []byte {
	d := append(b.prefix[:len(b.prefix):len(b.prefix)], `"choices":[],"usage":`...)
	return append(append(d, b.usage()...), '}')
}

// body prepares an answer that leaves in one write.
func (b *builder) body() {
	s := b.s
	s.whole, s.step = true, stepWhole
	contentType, stamp := typeJSON, -1
	var doc []byte
	switch {
	case s.trouble.kind == FaultErrorEvent || s.trouble.kind == FaultErrorData:
		doc = b.failure()
	case b.q.streaming: // cut short: the events as one body of announced length
		contentType = typeStream
		for k := range s.size {
			doc = append(doc, b.event(b.delta(`"content":"`+word(s.n, k)+`"`, ""))...)
		}
	default:
		doc, stamp = b.answer()
	}
	length := len(doc)
	switch s.trouble.kind {
	case FaultMalformed:
		doc = doc[:len(doc)/2]
		length, stamp = len(doc), -1
	case FaultTruncated:
		length += missingBytes
		s.closing = true
	}
	s.tail = appendHead(s.tail, http.StatusOK, contentType, length, s.closing)
	if stamp >= 0 {
		s.stampAt = len(s.tail) + stamp
	}
	s.tail = append(s.tail, doc...)
	if s.trouble.kind == FaultDropMid {
		s.tail, s.stampAt, s.closing = s.tail[:len(s.tail)-len(doc)/2], -1, true
	}
}

// missingBytes is by how much a truncated answer's Content-Length is too large.
const missingBytes = 64

// answer is the whole chat completion and the place of its write stamp.
func (b *builder) answer() (doc []byte, stamp int) {
	s := b.s
	doc = append(b.prefix, `"choices":[{"index":0,"message":{"role":"assistant","content":"`...)
	doc = append(doc, words(s.n, s.think, s.size)...)
	doc = append(doc, '"')
	if s.think > 0 {
		doc = append(append(append(doc, `,"reasoning_content":"`...), words(s.n, 0, s.think)...), '"')
	}
	doc = append(append(doc, `},"logprobs":null,"finish_reason":`...), quote(b.finish)...)
	doc = append(append(doc, `}],"usage":`...), b.usage()...)
	stamp = -1
	if b.o.Truth {
		doc, stamp = b.truth(doc, true)
	}
	return append(doc, '}'), stamp
}

// endlessBody is a whole answer whose text never ends.
func (b *builder) endlessBody() {
	s := b.s
	s.step, s.size = stepContent, math.MaxInt
	s.head = appendHead(nil, http.StatusOK, typeJSON, chunkedBody, s.closing)
	s.head = appendChunk(s.head, append(b.prefix, `"choices":[{"index":0,"message":{"role":"assistant","content":"`...))
	s.content.b = appendChunk(s.content.b, []byte(word(0, 0)))
	s.content.word = bytes.Index(s.content.b, []byte(word(0, 0)))
	s.think = 0
}
