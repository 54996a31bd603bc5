// Format single_turn: one JSON object per line, one request each.
package load

import (
	"time"

	"github.com/aiperf-go/aiperf/dataset"
)

const (
	singleTurnName = "single_turn"
	imageUUIDs     = "image_uuids" // names for images, which may then come without content; recognised and refused
)

// modality is one kind of content: its fields, and how its strings become contents.
type modality struct {
	one, many string
	convert   func(content string) (string, error)
	target    func(*dataset.Turn) *[]dataset.Media
}

// modalities is the table of contents a row can have.
func modalities() []modality {
	return []modality{
		{"text", "texts", asIs, func(t *dataset.Turn) *[]dataset.Media { return &t.Texts }},
		{"image", "images", imageContent, func(t *dataset.Turn) *[]dataset.Media { return &t.Images }},
		{"audio", "audios", audioContent, func(t *dataset.Turn) *[]dataset.Media { return &t.Audios }},
		{"video", "videos", videoContent, func(t *dataset.Turn) *[]dataset.Media { return &t.Videos }},
	}
}

// singleTurn is a checked row. Its contents are as written: files they name have not been read.
type singleTurn struct {
	session   string
	sessionAt field
	turn      dataset.Turn
	contents  [][]content // by modality
}

// content is one list of strings and where each stands.
type content struct {
	media   dataset.Media
	at      []field
	literal bool // given as an object: its strings are sent as written
}

func loadSingleTurn(f *file) ([]dataset.Conversation, error) {
	var conversations []dataset.Conversation
	lineOf := map[string]int{}
	err := f.lines(func(l line) error {
		r, err := parseRow(l)
		if err != nil {
			return err
		}
		s, err := parseSingleTurn(r)
		if err != nil {
			return err
		}
		if s.session != "" {
			if before, seen := lineOf[s.session]; seen {
				return r.fail(s.sessionAt, "give every row its own session_id or none", "session_id %q is that of line %d already: rows that share a session cannot be sent", s.session, before)
			}
			lineOf[s.session] = l.number
		}
		if err := s.resolve(r); err != nil {
			return err
		}
		conversations = append(conversations, dataset.Conversation{ID: s.session, Turns: []dataset.Turn{s.turn}})
		return nil
	})
	return conversations, err
}

// parseSingleTurn checks a row. Keys it does not know are ignored, as AIPerf ignores them.
func parseSingleTurn(r row) (*singleTurn, error) {
	s := &singleTurn{turn: dataset.Turn{Timestamp: dataset.NoTime, Delay: dataset.NoTime}}
	var err error
	if kind, terr := r.text("type"); terr != nil {
		return nil, terr
	} else if f, given := r.get("type"); given && kind != singleTurnName {
		return nil, r.fail(f, "", "type %q is not %s", kind, singleTurnName)
	}
	if s.session, err = r.text("session_id"); err != nil {
		return nil, err
	}
	s.sessionAt, _ = r.get("session_id")
	if s.turn.Role, err = r.text("role"); err != nil {
		return nil, err
	}
	if s.turn.Extra, err = r.object("extra"); err != nil {
		return nil, err
	}
	if err := s.contentsOf(r); err != nil {
		return nil, err
	}
	if err := s.times(r); err != nil {
		return nil, err
	}
	return s, s.outputLength(r)
}

// contentsOf reads the contents of every modality; at least one must have some.
func (s *singleTurn) contentsOf(r row) error {
	_, some := r.get(imageUUIDs)
	for _, m := range modalities() {
		one, err := r.text(m.one)
		if err != nil {
			return err
		}
		many, err := contentList(r, m.many)
		if err != nil {
			return err
		}
		if one != "" && len(many) > 0 {
			f, _ := r.get(m.many)
			return r.fail(f, "keep one of them", "%s and %s cannot be set together", m.one, m.many)
		}
		if one != "" {
			f, _ := r.get(m.one)
			many = []content{{media: dataset.Media{Contents: []string{one}}, at: []field{f}}}
		}
		some = some || len(many) > 0
		s.contents = append(s.contents, many)
	}
	if !some {
		return r.line.fail(r.at, "give text, texts, image, images, audio, audios, video or videos", "the row has no content")
	}
	return nil
}

// contentList reads a plural field: strings, which become one list without a name, or objects of a name and contents.
func contentList(r row, key string) ([]content, error) {
	f, ok := r.get(key)
	if !ok {
		return nil, nil
	}
	if f.raw[0] != '[' {
		return nil, r.wrongType(f, "an array")
	}
	var strings content
	var objects []content
	for _, e := range elements(f) {
		switch text, isText := unquote(e.raw); {
		case isText:
			strings.media.Contents = append(strings.media.Contents, text)
			strings.at = append(strings.at, e)
		case e.raw[0] == '{':
			c, err := contentObject(r, e)
			if err != nil {
				return nil, err
			}
			objects = append(objects, c)
		default:
			return nil, r.wrongType(e, "an array of strings or of objects")
		}
		if len(strings.at) > 0 && len(objects) > 0 {
			return nil, r.fail(e, "", "%s must be all strings or all objects", key)
		}
	}
	if len(strings.at) > 0 {
		return []content{strings}, nil
	}
	return objects, nil
}

// contentObject reads {"name": …, "contents": […]}.
func contentObject(r row, f field) (content, error) {
	object := row{line: r.line, at: f.at, fields: fieldsOf(f.raw, f.at)}
	name, err := object.text("name")
	if err != nil {
		return content{}, err
	}
	c := content{media: dataset.Media{Name: name}, literal: true}
	list, ok := object.get("contents")
	if !ok {
		return c, nil
	}
	if list.raw[0] != '[' {
		return content{}, r.wrongType(list, "an array of strings")
	}
	for _, e := range elements(list) {
		text, isText := unquote(e.raw)
		if !isText {
			return content{}, r.wrongType(e, "an array of strings")
		}
		c.media.Contents = append(c.media.Contents, text)
		c.at = append(c.at, e)
	}
	return c, nil
}

// maxMillis keeps a time inside time.Duration.
const maxMillis = float64(1<<63-1) / float64(time.Millisecond)

// times reads timestamp and delay, in milliseconds. A row has one of them; 0 beside the other counts as absent for that rule only.
func (s *singleTurn) times(r row) error {
	var values [2]float64
	for i, t := range []struct {
		key  string
		into *time.Duration
	}{{"timestamp", &s.turn.Timestamp}, {"delay", &s.turn.Delay}} {
		ms, absent, err := r.number(t.key)
		if err != nil {
			return err
		}
		if absent {
			continue
		}
		if ms <= -maxMillis || ms >= maxMillis {
			f, _ := r.get(t.key)
			return r.fail(f, "milliseconds", "%s %v is too large", t.key, ms)
		}
		values[i] = ms
		*t.into = time.Duration(ms * float64(time.Millisecond))
	}
	if values[0] != 0 && values[1] != 0 {
		f, _ := r.get("delay")
		return r.fail(f, "keep one of them", "timestamp and delay cannot be set together")
	}
	return nil
}

// maxOutput bounds output_length; no server answers with more tokens.
const maxOutput = 1 << 31

func (s *singleTurn) outputLength(r row) error {
	n, absent, err := r.number("output_length")
	if err != nil || absent {
		return err
	}
	f, _ := r.get("output_length")
	switch {
	case n != float64(int64(n)):
		return r.fail(f, "", "output_length must be a whole number, this is %v", n)
	case n <= 0 || n > maxOutput:
		return r.fail(f, "", "output_length must be between 1 and %d, this is %v", int64(maxOutput), n)
	}
	s.turn.MaxTokens = int(n)
	return nil
}

// resolve turns the contents into what is sent: files are read, references kept.
func (s *singleTurn) resolve(r row) error {
	if f, given := r.get(imageUUIDs); given {
		return r.fail(f, "leave the field out", "%s: images cannot be sent with identities", imageUUIDs)
	}
	for i, m := range modalities() {
		target := m.target(&s.turn)
		for _, c := range s.contents[i] {
			for j := range c.media.Contents {
				if c.literal {
					break
				}
				sent, err := m.convert(c.media.Contents[j])
				if err != nil {
					return r.fail(c.at[j], "", "%s: %s", c.at[j].key, err.Error())
				}
				c.media.Contents[j] = sent
			}
			*target = append(*target, c.media)
		}
	}
	return nil
}
