// Package load reads conversations from the files users bring.
//
//	path ─ read (lines.go) ─> lines ─ detect (format.go) ─> format ─ its loader (single_turn.go) ─> conversations ─ Materialise(i) ─> Conversation
//
// What a file says wrongly, or asks for what cannot be sent, is an Error that names the line, the column and the field. Nothing is dropped silently.
package load

import (
	"fmt"
	"math"
	"slices"

	"github.com/aiperf-go/aiperf/dataset"
	"github.com/aiperf-go/aiperf/dataset/rng"
)

// Options say how a file becomes conversations.
type Options struct {
	Format    string         // name of the format; "" detects it from the first line
	Models    dataset.Models // for turns that name none; with one model or none they keep naming none
	OSLMean   float64        // output length of turns that have none of their own; 0 asks for no limit
	OSLStddev float64
	Seed      uint64      // root of the streams
	IDs       dataset.IDs // names of conversations that have none; a data set may count them in a run without a seed
}

// Source is the conversations of a file. It does not change after Open.
type Source struct {
	format        string
	conversations []dataset.Conversation
}

var _ dataset.Source = (*Source)(nil)

// Open reads the file at path.
func Open(path string, opts Options) (*Source, error) {
	f, format, err := open(path, opts.Format)
	if err != nil {
		return nil, err
	}
	conversations, err := format.load(f)
	if err != nil {
		return nil, err
	}
	if len(conversations) == 0 {
		return nil, &Error{Path: path, Message: "there are no rows", Hint: "one JSON object per line is needed"}
	}
	finish(conversations, opts)
	return &Source{format: format.name, conversations: conversations}, nil
}

// finish gives conversations and turns what the file left open, in AIPerf's order of draws: conversation by conversation, turn by turn, the
// model, then the output length. A turn with a model or a length of its own draws none.
func finish(conversations []dataset.Conversation, opts Options) {
	root := rng.Root(opts.Seed)
	models, outputs := opts.Models.Picker(root), root.Derive(rng.TurnMaxTokens).Python()
	mean, stddev := math.Trunc(opts.OSLMean), math.Trunc(opts.OSLStddev)
	unnamed := 0
	for i := range conversations {
		c := &conversations[i]
		if c.ID == "" {
			c.ID = opts.IDs.Name(opts.Seed, unnamed)
			unnamed++
		}
		for j := range c.Turns {
			t := &c.Turns[j]
			if len(opts.Models.Names) > 1 && t.Model == "" {
				t.Model = opts.Models.Names[models.Next()]
			}
			if t.MaxTokens == 0 && mean > 0 {
				t.MaxTokens = outputs.PositiveNormal(mean, stddev)
			}
		}
	}
}

// Format is the name of the format the file was read as.
func (s *Source) Format() string { return s.format }

// Len is the number of conversations.
func (s *Source) Len() int { return len(s.conversations) }

// Materialise gives conversation i. Its lists are the caller's; extra fields' JSON is shared.
func (s *Source) Materialise(i int) (*dataset.Conversation, error) {
	if i < 0 || i >= len(s.conversations) {
		return nil, fmt.Errorf("take conversation %d: there are %d", i, len(s.conversations))
	}
	c := s.conversations[i]
	c.Turns = slices.Clone(c.Turns)
	for j := range c.Turns {
		t := &c.Turns[j]
		t.Texts, t.Images, t.Audios, t.Videos = cloneMedia(t.Texts), cloneMedia(t.Images), cloneMedia(t.Audios), cloneMedia(t.Videos)
		t.Extra = slices.Clone(t.Extra)
	}
	return &c, nil
}

func cloneMedia(list []dataset.Media) []dataset.Media {
	list = slices.Clone(list)
	for i := range list {
		list[i].Contents = slices.Clone(list[i].Contents)
	}
	return list
}
