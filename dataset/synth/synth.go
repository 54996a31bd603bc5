// Package synth makes conversations out of chance: texts of an exact token length, cut from the corpus, the same for the same seed as AIPerf's.
//
//	New: length stream ─> ISL ─┐
//	     corpus stream ─> start ├─> index: 12 bytes a prompt, and the rare repairs ─ Materialise(i) ─> Conversation
//	     output stream ─> OSL ─┘
//
// Nothing is rendered while indexing. A prompt whose window would not read back as exactly its length draws further windows from the same
// stream and so moves every later one: windows.go finds those without rendering the others, exact.go repairs them.
package synth

import (
	"errors"
	"fmt"
	"math"

	"github.com/aiperf-go/aiperf/dataset"
	"github.com/aiperf-go/aiperf/dataset/corpus"
	"github.com/aiperf-go/aiperf/dataset/rng"
	"github.com/aiperf-go/aiperf/dataset/tokenizer"
)

// What a run uses when an option is absent.
const (
	DefaultConversations = 100
	DefaultISLMean       = 550
)

// textName is the name AIPerf gives synthetic text; some endpoints send it.
const textName = "text"

// maxTokens bounds a length: an index entry has 32 bits, and a prompt of more tokens would not fit into memory as text.
const maxTokens = 1 << 30

// Options say what to make. Means and deviations are cut to integers, as AIPerf cuts them.
type Options struct {
	Conversations int     // how many
	ISLMean       float64 // tokens of a prompt
	ISLStddev     float64
	OSLMean       float64 // tokens asked for; 0 asks for no limit
	OSLStddev     float64
	Seed          uint64 // root of the streams; a run without a seed draws one
	IDs           dataset.IDs
	Tokenizer     dataset.Tokenizer
}

// Source is an indexed set of synthetic conversations of one turn. It does not change after New.
type Source struct {
	opts    Options
	maker   maker
	prompts []prompt
	repairs map[int][]uint32 // prompts whose window alone is not exact: the starts of the windows that top it up, perhaps none
}

var _ dataset.Source = (*Source)(nil)

// prompt is what was drawn for one prompt: a window's start is a generator's whole position here.
type prompt struct {
	start, isl, osl uint32
}

// New draws the index.
func New(opts Options) (*Source, error) {
	if err := opts.check(); err != nil {
		return nil, err
	}
	pool, err := poolFor(opts.Tokenizer)
	if err != nil {
		return nil, err
	}
	s := &Source{opts: opts, maker: maker{pool: pool, tok: opts.Tokenizer}}
	var exact func(start, n int) bool
	if bpe, ok := opts.Tokenizer.(*tokenizer.BPE); ok {
		exact = newWindows(pool, bpe).exact
	}
	s.index(exact)
	return s, nil
}

func (o *Options) check() error {
	switch {
	case o.Tokenizer == nil:
		return errors.New("make synthetic prompts: no tokenizer")
	case o.Conversations < 1:
		return fmt.Errorf("make synthetic prompts: %d conversations, at least 1 is needed", o.Conversations)
	case !(o.ISLMean > 0):
		return fmt.Errorf("make synthetic prompts: mean input length %v makes no text (set it above 0)", o.ISLMean)
	case o.OSLStddev > 0 && !(o.OSLMean > 0):
		return fmt.Errorf("make synthetic prompts: output length deviation %v without a mean (set the mean as well)", o.OSLStddev)
	}
	for _, l := range []struct {
		name  string
		value float64
	}{
		{"mean input length", o.ISLMean}, {"input length deviation", o.ISLStddev},
		{"mean output length", o.OSLMean}, {"output length deviation", o.OSLStddev},
	} {
		if !(l.value >= 0 && l.value <= maxTokens) {
			return fmt.Errorf("make synthetic prompts: %s %v is not between 0 and %d", l.name, l.value, maxTokens)
		}
	}
	return nil
}

// poolFor gives the corpus in a tokenizer's ids: the embedded ones, or the text encoded now.
func poolFor(tok dataset.Tokenizer) (corpus.Pool, error) {
	if bpe, ok := tok.(*tokenizer.BPE); ok && bpe.Name() == tokenizer.BuiltinName {
		return corpus.Builtin(), nil
	}
	text, err := corpus.Text()
	if err != nil {
		return corpus.Pool{}, err
	}
	var ids, seams []uint32
	for chunk := range corpus.Chunks(text) {
		seams = append(seams, uint32(len(ids)))
		ids = tok.Encode(ids, chunk)
	}
	if len(ids) == 0 {
		return corpus.Pool{}, fmt.Errorf("encode corpus: tokenizer %s gives no tokens", tok.Name())
	}
	return corpus.NewPool(ids, seams), nil
}

// index draws every prompt in AIPerf's order. exact tells windows that need no repair; without it every prompt is rendered to find out.
func (s *Source) index(exact func(start, n int) bool) {
	root := rng.Root(s.opts.Seed)
	lengths := root.Derive(rng.PromptLength).Python()
	outputs := root.Derive(rng.TurnMaxTokens).Python()
	starts := root.Derive(rng.PromptCorpus).Python()
	islMean := math.Max(1, math.Trunc(s.opts.ISLMean))
	islStddev := math.Trunc(s.opts.ISLStddev)
	oslMean, oslStddev := math.Trunc(s.opts.OSLMean), math.Trunc(s.opts.OSLStddev)
	size := uint64(s.maker.pool.Len())
	s.prompts = make([]prompt, s.opts.Conversations)
	s.repairs = map[int][]uint32{}
	for i := range s.prompts {
		p := prompt{
			isl:   uint32(lengths.PositiveNormal(islMean, islStddev)),
			start: uint32(starts.Below(size)),
		}
		if s.opts.OSLMean > 0 {
			p.osl = uint32(outputs.PositiveNormal(oslMean, oslStddev))
		}
		s.prompts[i] = p
		if exact != nil && exact(int(p.start), int(p.isl)) {
			continue
		}
		var drawn []uint32
		_, plain := s.maker.exact(int(p.start), int(p.isl), func() int {
			at := starts.Below(size)
			drawn = append(drawn, uint32(at))
			return int(at)
		})
		if !plain {
			s.repairs[i] = drawn
		}
	}
}

// Len is the number of conversations.
func (s *Source) Len() int { return len(s.prompts) }

// Materialise renders conversation i.
func (s *Source) Materialise(i int) (*dataset.Conversation, error) {
	if i < 0 || i >= len(s.prompts) {
		return nil, fmt.Errorf("make synthetic conversation %d: there are %d", i, len(s.prompts))
	}
	p := s.prompts[i]
	return &dataset.Conversation{
		ID: s.opts.IDs.Name(s.opts.Seed, i),
		Turns: []dataset.Turn{{
			Texts:     []dataset.Media{{Name: textName, Contents: []string{string(s.text(i))}}},
			MaxTokens: int(p.osl),
			Timestamp: dataset.NoTime,
			Delay:     dataset.NoTime,
		}},
	}, nil
}

// text renders prompt i; a repaired one takes the same windows again.
func (s *Source) text(i int) []byte {
	p := s.prompts[i]
	drawn, repaired := s.repairs[i]
	if !repaired {
		return s.maker.window(int(p.start), int(p.isl))
	}
	text, _ := s.maker.exact(int(p.start), int(p.isl), func() int {
		at := drawn[0]
		drawn = drawn[1:]
		return int(at)
	})
	return text
}
