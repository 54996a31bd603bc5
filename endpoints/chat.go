// Chat completions, the body: its keys in AIPerf's order, and what may replace them.
//
//	Request ─ messages (chat_messages.go) ─┐
//	          model, stream, tools, limit ─┼─ extras replace or append ─ stream_options ─> body
//	document ─ scan, take (chat_response.go) ─> Digest ─ finish (chat_reply.go) ─> Reply
//	sent body ─ chatInputTexts (chat_input.go) ─> texts that count as input
package endpoints

import (
	"fmt"
	"strconv"

	"github.com/aiperf-go/aiperf/dataset"
	"github.com/aiperf-go/aiperf/metrics"
)

// Error is a turn that cannot be said on this endpoint; AIPerf reports it as an exception of the given class.
type Error struct {
	Class string
	Text  string
}

// Error implements error.
func (e *Error) Error() string { return "building the request body: " + e.Text }

// Detail is the error as records show it.
func (e *Error) Detail() *metrics.ErrorDetail {
	return exception(metrics.NoCount, e.Class, e.Text)
}

// body writes the members of one JSON object, each key once: a built-in key holds its place, and an extra replaces its value.
type body struct {
	dst     []byte
	request []dataset.Field // the endpoint's extras
	turn    []dataset.Field // the turn's, which win
	written [8]string       // built-in keys so far
	keys    int
}

// extra is the last value that the extras give a key.
func (b *body) extra(key string) ([]byte, bool) {
	for _, list := range [...][]dataset.Field{b.turn, b.request} {
		for i := len(list) - 1; i >= 0; i-- {
			if list[i].Key == key {
				return list[i].Value, true
			}
		}
	}
	return nil, false
}

// key writes a built-in key; done tells that an extra has given its value.
func (b *body) key(key string) (done bool) {
	b.name(key)
	b.written[b.keys] = key
	b.keys++
	v, done := b.extra(key)
	b.dst = append(b.dst, v...)
	return done
}

func (b *body) name(key string) {
	if b.dst[len(b.dst)-1] != '{' {
		b.dst = append(b.dst, ',')
	}
	b.dst = append(AppendString(b.dst, key), ':')
}

func (b *body) has(key string) bool {
	for _, k := range b.written[:b.keys] {
		if k == key {
			return true
		}
	}
	return false
}

// rest writes the extras that replace nothing, each at its first place with its last value.
func (b *body) rest(write func(b *body, key string, v []byte)) {
	for l, list := range [...][]dataset.Field{b.request, b.turn} {
		for i, f := range list {
			if b.has(f.Key) || named(list[:i], f.Key) || (l == 1 && named(b.request, f.Key)) {
				continue
			}
			v, _ := b.extra(f.Key)
			b.name(f.Key)
			write(b, f.Key, v)
		}
	}
}

func named(list []dataset.Field, key string) bool {
	for i := range list {
		if list[i].Key == key {
			return true
		}
	}
	return false
}

// buildChat is Kind.Build of chat.
func buildChat(dst []byte, r *Request) ([]byte, error) {
	if len(r.Turns) == 0 {
		return dst, &Error{Class: "ValueError", Text: "Chat endpoint requires at least one turn."}
	}
	last := &r.Turns[len(r.Turns)-1]
	if last.RawPayload != nil {
		return append(dst, last.RawPayload...), nil
	}
	b := body{dst: append(dst, '{'), request: r.Extra, turn: last.Extra}
	if !b.key("messages") {
		var err error
		if b.dst, err = appendMessages(b.dst, r); err != nil {
			return dst, err
		}
	}
	if !b.key("model") {
		model := last.Model
		if model == "" {
			model = r.Model
		}
		b.dst = AppendString(b.dst, model)
	}
	if !b.key("stream") {
		b.dst = strconv.AppendBool(b.dst, r.Streaming)
	}
	if tools := latestTools(r.Turns); tools != nil && !b.key("tools") {
		b.dst = append(b.dst, tools...)
	}
	if last.MaxTokens > 0 {
		key := "max_completion_tokens"
		if r.LegacyMaxTokens {
			key = "max_tokens"
		}
		if !b.key(key) {
			b.dst = strconv.AppendInt(b.dst, int64(last.MaxTokens), 10)
		}
	}
	streams := r.Streaming
	if v, ok := b.extra("stream"); ok {
		parsed, _ := parse(v)
		streams = parsed.truthy(v)
	}
	const options = "stream_options"
	b.rest(func(b *body, key string, v []byte) {
		if key == options && streams {
			b.dst = appendStreamOptions(b.dst, v, r.PerChunkUsage)
			return
		}
		b.dst = append(b.dst, v...)
	})
	if _, given := b.extra(options); streams && !given {
		b.name(options)
		b.dst = appendStreamOptions(b.dst, []byte("null"), r.PerChunkUsage)
	}
	return append(b.dst, '}'), nil
}

func latestTools(turns []dataset.Turn) []byte {
	for i := len(turns) - 1; i >= 0; i-- {
		if turns[i].RawTools != nil {
			return turns[i].RawTools
		}
	}
	return nil
}

// appendStreamOptions asks for usage in the user's options, unless the user has said so or otherwise, or the options are no object.
func appendStreamOptions(dst, given []byte, perChunk bool) []byte {
	v, ok := parse(given)
	if ok && v.kind == jsonNull {
		given, v = []byte("{}"), value{kind: jsonObject, end: 2}
	}
	if !ok || v.kind != jsonObject {
		return append(dst, given...)
	}
	dst = append(dst, given[v.start:v.end-1]...)
	empty := isEmpty(given, v)
	add := func(key string) {
		if member(given, v, key).kind != jsonNone {
			return
		}
		if !empty {
			dst = append(dst, ',')
		}
		empty = false
		dst = fmt.Appendf(dst, "%q:true", key)
	}
	add("include_usage")
	if perChunk {
		add("continuous_usage_stats")
	}
	return append(dst, '}')
}
