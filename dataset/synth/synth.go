// Package synth makes conversations out of chance: texts of an exact token length, pictures and clips, the same for the same seed as AIPerf's.
//
//	Options ─ New ─┬─ stock.go: the corpus as tokens ────────────────────────────┐
//	               └─ index.go draws in AIPerf's order ─┬─ lengths.go: ISL, OSL  ├─> index: 8 bytes a text, 4 a limit, the rare repairs
//	                                                    ├─ windows.go: exact?    │
//	                                                    └─ media: sizes, places ─┘
//	Source ─ Materialise(i) ─ exact.go renders what the index says ─> Conversation
//
// No turn is rendered while indexing a text corpus. A text whose window would not read back as exactly its length draws further tokens from the
// same stream and so moves every later one: windows.go finds those without rendering the others, exact.go repairs them. Texts of random
// tokens hardly ever read back as they were, and windows.go knows the split of one kind of tokenizer: otherwise every text is rendered once for
// the index.
package synth

import (
	"fmt"
	"math"
	"time"

	"github.com/aiperf-go/aiperf/dataset"
	"github.com/aiperf-go/aiperf/dataset/corpus"
	"github.com/aiperf-go/aiperf/dataset/media"
	"github.com/aiperf-go/aiperf/dataset/rng"
	"github.com/aiperf-go/aiperf/dataset/tokenizer"
)

// The names AIPerf gives synthetic content; some endpoints send them or choose by them.
const (
	textName     = "text"
	queryName    = "query"
	passagesName = "passages"
	imageName    = "image_url"
	audioName    = "input_audio"
)

// Source is an indexed set of synthetic conversations. It does not change after New.
type Source struct {
	opts     Options
	maker    *maker
	index    index
	pictures *media.Images
	clips    *media.Audio
	images   *kept[media.Image]
	sounds   *kept[media.Clip]
	notes    []string
}

var _ dataset.Source = (*Source)(nil)

// New draws the index.
func New(opts Options) (*Source, error) { return newSource(opts, mostKept) }

// newSource draws the index and keeps so many tokens of corrected texts.
func newSource(opts Options, keep int) (*Source, error) {
	if err := opts.check(); err != nil {
		return nil, err
	}
	s := &Source{opts: opts}
	x, err := s.indexer(keep)
	if err == nil {
		err = s.media(x)
	}
	if err == nil {
		err = x.draw()
	}
	if err == nil && s.pictures != nil {
		s.notes = append(s.notes, s.pictures.Notes()...)
	}
	if err != nil {
		return nil, fmt.Errorf("make synthetic prompts: %w", err)
	}
	s.notes = append(s.notes, x.notes()...)
	return s, nil
}

// media begins the draws of pictures and clips.
func (s *Source) media(x *indexer) (err error) {
	if s.opts.Rankings != nil {
		return nil
	}
	root := rng.Root(s.opts.Seed)
	if o := s.opts.Images; o != nil {
		if s.pictures, err = media.NewImages(*o, root); err != nil {
			return err
		}
		s.images = newKept[media.Image](mostMedia)
	}
	if o := s.opts.Audio; o != nil {
		if s.clips, err = media.NewAudio(*o, root); err != nil {
			return err
		}
		s.sounds = newKept[media.Clip](mostMedia)
	}
	x.pictureSource, x.clipSource = s.pictures, s.clips
	return nil
}

// indexer opens the corpus.
func (s *Source) indexer(keep int) (*indexer, error) {
	o := &s.opts
	root := rng.Root(o.Seed)
	stock := &stock{}
	s.maker = newMaker(stock, o.Tokenizer)
	s.index.repairs = map[int]repair{}
	x := &indexer{index: &s.index, opts: o, maker: s.maker, keep: keep}
	if o.NoText && o.SystemLength <= 0 && o.ContextLength <= 0 {
		return x, nil
	}
	switch o.Corpus {
	case Random:
		pool, err := corpus.Random(o.Tokenizer, o.style())
		if err != nil {
			return nil, err
		}
		stock.random = &pool
		x.chance = &scatter{stock: stock, live: root.Derive(rng.PromptCorpus).NumPy()}
	case Coding:
		pool, err := corpus.Coding(o.Tokenizer, root)
		if err != nil {
			return nil, err
		}
		stock.text, stock.raw = &pool, true
		x.chance = &cuts{stock: stock, draw: root.Derive(rng.CodingCorpus).Python(), skipEmpty: true}
	default:
		pool, note, err := corpus.For(o.Tokenizer, o.CacheDir)
		if err != nil {
			return nil, err
		}
		if note != "" {
			s.notes = append(s.notes, note)
		}
		stock.text = &pool
		x.chance = &cuts{stock: stock, draw: root.Derive(rng.PromptCorpus).Python()}
		if bpe, ok := o.Tokenizer.(*tokenizer.BPE); ok {
			x.judge = newWindows(pool, bpe)
		}
	}
	return x, nil
}

// Notes are sentences about what is otherwise than a user may expect.
func (s *Source) Notes() []string { return s.notes }

// Len is the number of conversations.
func (s *Source) Len() int { return s.opts.Conversations }

// Materialise renders conversation i.
func (s *Source) Materialise(i int) (*dataset.Conversation, error) {
	if i < 0 || i >= s.Len() {
		return nil, fmt.Errorf("make synthetic conversation %d: there are %d", i, s.Len())
	}
	c := &dataset.Conversation{ID: s.opts.IDs.Name(s.opts.Seed, i)}
	first, after := i, i+1
	if s.index.turnAt != nil {
		first, after = int(s.index.turnAt[i]), int(s.index.turnAt[i+1])
	}
	if s.opts.Rankings == nil {
		c.System = s.index.system
		if s.opts.ContextLength > 0 {
			c.UserContext = s.text(s.index.contexts+i, nil)
		}
	}
	c.Turns = make([]dataset.Turn, 0, after-first)
	for turn := first; turn < after; turn++ {
		t, err := s.turn(turn, i, turn == first)
		if err != nil {
			return nil, fmt.Errorf("make synthetic conversation %d: %w", i, err)
		}
		c.Turns = append(c.Turns, t)
	}
	return c, nil
}

// turn renders one turn of a conversation.
func (s *Source) turn(turn, conversation int, first bool) (dataset.Turn, error) {
	x := &s.index
	t := dataset.Turn{Timestamp: dataset.NoTime, Delay: dataset.NoTime}
	switch {
	case s.opts.Rankings != nil:
		t.Texts = s.ranking(turn)
	case !s.opts.NoText:
		t.Texts = []dataset.Media{{Name: textName, Contents: s.texts(turn, conversation, first)}}
	}
	if s.pictures != nil {
		contents, err := render(x.images, turn, s.opts.Images.Batch, s.images, s.pictures.Render)
		if err != nil {
			return t, err
		}
		t.Images = []dataset.Media{{Name: imageName, Contents: contents}}
	}
	if s.clips != nil {
		contents, err := render(x.clips, turn, s.opts.Audio.Batch, s.sounds, s.clips.Render)
		if err != nil {
			return t, err
		}
		t.Audios = []dataset.Media{{Name: audioName, Contents: contents}}
	}
	if x.osls != nil {
		t.MaxTokens = int(x.osls[turn])
	}
	if x.models != nil {
		t.Model = s.opts.Models.Names[x.models[turn]]
	}
	if x.delays != nil && !first {
		t.Delay = time.Duration(math.Round(float64(x.delays[turn]) * s.opts.DelayRatio * float64(time.Millisecond)))
	}
	return t, nil
}

// texts renders the texts of a turn.
func (s *Source) texts(turn, conversation int, first bool) []string {
	n := max(1, s.opts.Texts)
	contents := make([]string, n)
	for k := range contents {
		var head []uint32
		if first && s.index.slots != nil {
			head = s.index.prefixes[s.index.slots[conversation*n+k]]
		}
		contents[k] = s.text(turn*n+k, head)
	}
	return contents
}

// ranking renders a query and its passages.
func (s *Source) ranking(turn int) []dataset.Media {
	at, after := int(s.index.textAt[turn]), int(s.index.textAt[turn+1])
	query, passages := dataset.Media{Name: queryName}, dataset.Media{Name: passagesName}
	query.Contents = []string{s.text(at, nil)}
	for at++; at < after; at++ {
		passages.Contents = append(passages.Contents, s.text(at, nil))
	}
	return []dataset.Media{query, passages}
}

// text renders text k behind a head; a corrected one takes the same tokens again.
func (s *Source) text(k int, head []uint32) string {
	t := s.index.texts[k]
	r, repaired := s.index.repairs[k]
	switch {
	case !repaired:
		return s.maker.window(head, int(t.start), int(t.n))
	case r.ids == nil:
		r.ids, _ = s.maker.exact(head, int(t.start), int(t.n), s.maker.replay(r.drawn))
	}
	return s.maker.text(r.ids)
}

// render makes the pictures or clips of a turn.
func render[T comparable](drawn []T, turn, batch int, k *kept[T], one func([]byte, T) ([]byte, error)) ([]string, error) {
	contents := make([]string, batch)
	for i := range contents {
		made, err := k.text(drawn[turn*batch+i], one)
		if err != nil {
			return nil, err
		}
		contents[i] = made
	}
	return contents, nil
}

// Unkept is how many pictures and clips were rendered so far that are not kept for the next use: a load of those costs a core.
func (s *Source) Unkept() int {
	n := 0
	if s.images != nil {
		n += s.images.unkept()
	}
	if s.sounds != nil {
		n += s.sounds.unkept()
	}
	return n
}
