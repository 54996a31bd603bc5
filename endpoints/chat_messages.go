// Chat completions, the messages: system prompt, user context, then the turns; text alone as a string, all else as parts.
package endpoints

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/aiperf-go/aiperf/dataset"
)

// messageList writes elements of an array.
type messageList struct {
	dst   []byte
	empty bool
}

func (l *messageList) next() {
	if !l.empty {
		l.dst = append(l.dst, ',')
	}
	l.empty = false
}

func (l *messageList) text(role, content string) {
	l.next()
	l.dst = AppendString(append(l.dst, `{"role":`...), role)
	l.dst = AppendString(append(l.dst, `,"content":`...), content)
	l.dst = append(l.dst, '}')
}

// appendMessages appends the message array.
func appendMessages(dst []byte, r *Request) ([]byte, error) {
	l := messageList{dst: append(dst, '['), empty: true}
	skip := false // the first message is already written, merged with the system prompt
	if r.System != "" {
		if raw, v, role := firstMessage(r.Turns, r.ForceParts); role == "system" {
			l.next()
			l.dst = appendMergedSystem(l.dst, raw, v, r.System)
			skip = true
		} else {
			l.text("system", r.System)
		}
	}
	if r.UserContext != "" {
		l.text("user", r.UserContext)
	}
	for i := range r.Turns {
		if err := l.turn(&r.Turns[i], r.ForceParts, &skip); err != nil {
			return dst, err
		}
	}
	return append(l.dst, ']'), nil
}

// turn appends one turn's messages; the first message of all is left out when skip is set.
func (l *messageList) turn(t *dataset.Turn, forceParts bool, skip *bool) error {
	if t.RawMessages != nil {
		return l.raw(t.RawMessages, skip)
	}
	if *skip {
		*skip = false
		return nil
	}
	l.next()
	var err error
	l.dst, err = appendMessage(l.dst, t, forceParts)
	return err
}

// raw splices an array of messages.
func (l *messageList) raw(list []byte, skip *bool) error {
	v, ok := parse(list)
	if !ok || v.kind != jsonArray {
		return &Error{Class: "ValueError", Text: fmt.Sprintf("raw messages are not a JSON array: %.40q", list)}
	}
	if isEmpty(list, v) {
		return nil
	}
	if !*skip {
		l.next()
		l.dst = append(l.dst, list[v.start+1:v.end-1]...)
		return nil
	}
	*skip = false
	for e, n := elementsOf(list, v), 0; e.next(); n++ {
		if n > 0 {
			l.next()
			l.dst = append(l.dst, e.val.raw(list)...)
		}
	}
	return nil
}

// firstMessage is the message that the turns begin with, as JSON, and its role.
func firstMessage(turns []dataset.Turn, forceParts bool) (doc []byte, v value, role string) {
	for i := range turns {
		t := &turns[i]
		if t.RawMessages != nil {
			list, ok := parse(t.RawMessages)
			if !ok {
				return nil, value{}, ""
			}
			if e := elementsOf(t.RawMessages, list); e.next() {
				if r := member(t.RawMessages, e.val, "role"); r.kind == jsonText {
					role = string(appendText(nil, t.RawMessages, r))
				}
				return t.RawMessages, e.val, role
			}
			continue
		}
		if t.Role != "system" {
			return nil, value{}, t.Role
		}
		m, err := appendMessage(nil, t, forceParts)
		if err != nil {
			return nil, value{}, ""
		}
		v, _ = parse(m)
		return m, v, t.Role
	}
	return nil, value{}, ""
}

// appendMergedSystem appends a system message with the prompt in front of its content; its other keys keep their places.
func appendMergedSystem(dst, doc []byte, v value, prompt string) []byte {
	dst = append(dst, '{')
	first, merged := true, false
	for m := membersOf(doc, v); m.next(); {
		if !first {
			dst = append(dst, ',')
		}
		first = false
		dst = append(append(dst, m.key.raw(doc)...), ':')
		if !m.key.is(doc, "content") {
			dst = append(dst, m.val.raw(doc)...)
			continue
		}
		merged = true
		dst = appendPrompt(dst, doc, m.val, prompt)
	}
	if !merged {
		dst = AppendString(append(dst, `,"content":`...), prompt)
	}
	return append(dst, '}')
}

func appendPrompt(dst, doc []byte, content value, prompt string) []byte {
	switch {
	case content.kind == jsonText && content.truthy(doc):
		return AppendString(dst, prompt+"\n\n"+string(appendText(nil, doc, content)))
	case content.kind == jsonArray:
		dst = AppendString(append(dst, `[{"type":"text","text":`...), prompt)
		dst = append(dst, '}')
		if !isEmpty(doc, content) {
			dst = append(dst, ',')
		}
		return append(dst, doc[content.start+1:content.end]...)
	}
	return AppendString(dst, prompt)
}

// appendMessage appends a turn as one message.
func appendMessage(dst []byte, t *dataset.Turn, forceParts bool) ([]byte, error) {
	role := t.Role
	if role == "" {
		role = "user"
	}
	dst = AppendString(append(dst, `{"role":`...), role)
	dst = append(dst, `,"content":`...)
	alone := len(t.Texts) == 1 && len(t.Texts[0].Contents) == 1 && len(t.Images)+len(t.Audios)+len(t.Videos) == 0
	if alone && !forceParts {
		return append(AppendString(dst, t.Texts[0].Contents[0]), '}'), nil
	}
	l := messageList{dst: append(dst, '['), empty: true}
	for _, p := range [...]struct {
		media []dataset.Media
		part  func(dst []byte, content string) ([]byte, error)
	}{{t.Texts, textPart}, {t.Images, imagePart}, {t.Audios, audioPart}, {t.Videos, videoPart}} {
		for _, m := range p.media {
			for _, c := range m.Contents {
				if c == "" {
					continue
				}
				l.next()
				var err error
				if l.dst, err = p.part(l.dst, c); err != nil {
					return dst, err
				}
			}
		}
	}
	if l.empty {
		return append(dst, `""}`...), nil
	}
	return append(l.dst, `]}`...), nil
}

func textPart(dst []byte, c string) ([]byte, error) {
	return append(AppendString(append(dst, `{"type":"text","text":`...), c), '}'), nil
}

func imagePart(dst []byte, c string) ([]byte, error) {
	return append(AppendString(append(dst, `{"type":"image_url","image_url":{"url":`...), c), '}', '}'), nil
}

func videoPart(dst []byte, c string) ([]byte, error) {
	return append(AppendString(append(dst, `{"type":"video_url","video_url":{"url":`...), c), '}', '}'), nil
}

// audioPart takes `format,data` and data URIs of audio, whose format is the subtype.
func audioPart(dst []byte, c string) ([]byte, error) {
	format, data, found := strings.Cut(c, ",")
	if !found {
		shown, n := c, utf8.RuneCountInString(c)
		if n > maxShownAudio {
			shown = string([]rune(c)[:maxShownAudio])
		}
		return dst, &Error{Class: "ValueError", Text: fmt.Sprintf("audio content must be in the format 'format,b64_audio' (got %s, length=%d); "+
			"pass either 'wav,<b64>' or a 'data:audio/<fmt>;base64,<b64>' URI", appendRepr(nil, shown), n)}
	}
	if subtype, ok := strings.CutPrefix(format, "data:audio/"); ok {
		format, _, _ = strings.Cut(subtype, ";")
	}
	dst = AppendString(append(dst, `{"type":"input_audio","input_audio":{"data":`...), data)
	return append(AppendString(append(dst, `,"format":`...), format), '}', '}'), nil
}
