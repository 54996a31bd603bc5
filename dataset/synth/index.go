// The index: everything that is drawn for a data set, in AIPerf's order, and nothing that is rendered.
package synth

import (
	"fmt"
	"math"
	"slices"

	"github.com/aiperf-go/aiperf/dataset"
	"github.com/aiperf-go/aiperf/dataset/media"
	"github.com/aiperf-go/aiperf/dataset/rng"
)

// text is one text: where its window begins, and how many tokens it has.
type text struct{ start, n uint32 }

// repair is a text that was corrected: its tokens, or, where keeping them would take too much memory, the numbers that topped it up.
type repair struct {
	ids   []uint32
	drawn []uint32
}

// mostKept bounds the tokens that are kept, 4 bytes each: correcting a text again takes about 50 times as long as rendering kept tokens, but
// memory must not grow with the data set.
const mostKept = 32 << 20

// mostRoom bounds the texts that room is made for before they are drawn.
const mostRoom = 1 << 24

// index holds columns; a column that a data set does not need is nil. Numbers of turns and of texts count over all conversations.
type index struct {
	texts   []text
	repairs map[int]repair // texts whose window alone is not exact
	kept    int            // tokens held by repairs

	turnAt []uint32 // of a conversation: its first turn, one more entry than conversations; nil when each has one turn
	textAt []uint32 // of a turn of rankings: its first text, one more entry than turns; nil when each turn has as many

	slots    []uint32 // of each text of first turns: its prefix
	osls     []uint32 // of a turn
	delays   []uint32 // of a turn, ms; 0 on a first one
	models   []uint32 // of a turn
	images   []media.Image
	clips    []media.Clip
	contexts int // number of the first conversation's own leading message among texts

	prefixes [][]uint32
	tails    [][]uint32 // of a prefix: its last stretch
	system   string
}

// indexer is what drawing needs beyond the index.
type indexer struct {
	*index
	opts   *Options
	maker  *maker
	chance chance
	judge  *windows // tells exact windows without rendering; nil when every text has to be rendered

	keep    int // tokens of corrected texts that may be kept
	longest int // text

	pictureSource *media.Images
	clipSource    *media.Audio
}

// draw fills the index.
func (x *indexer) draw() error {
	o := x.opts
	var l *lengths
	if o.Corpus == Coding {
		x.prefixPool()
		x.systemMessage()
		l = newLengths(o, nil)
	} else {
		x.systemMessage()
		ahead := o.ahead()
		l = newLengths(o, ahead)
		if ahead != nil {
			if err := x.drawAhead(ahead); err != nil {
				return err
			}
		}
		if o.Rankings == nil {
			x.prefixPool()
		}
	}
	if o.Rankings != nil {
		return x.rankings(l)
	}
	if err := x.conversations(l); err != nil {
		return err
	}
	x.contexts = len(x.texts)
	if o.ContextLength > 0 {
		x.texts = slices.Grow(x.texts, o.Conversations)
		for range o.Conversations {
			x.add(nil, nil, o.ContextLength)
		}
	}
	return nil
}

// drawAhead draws the offset of each conversation's first text, and makes what is drawn later for texts come from the same generator.
func (x *indexer) drawAhead(ahead integers) error {
	v, ok := x.opts.Tokenizer.(dataset.Vocabulary)
	if !ok {
		return fmt.Errorf("tokenizer %s does not tell the size of its vocabulary (use the builtin tokenizer or another corpus)", x.opts.Tokenizer.Name())
	}
	s := x.chance.(*scatter)
	s.offsets = make([]uint32, x.opts.Conversations)
	size := int64(v.VocabSize())
	for i := range s.offsets {
		s.offsets[i] = uint32(ahead.Integers(0, size))
	}
	s.seeded = ahead
	return nil
}

// notes are what the user should know of the draws.
func (x *indexer) notes() (notes []string) {
	if s, ok := x.chance.(*scatter); ok && s.dry {
		notes = append(notes, fmt.Sprintf("only the first %d texts and turns, one for each conversation, are those that %s makes of this seed: later ones are drawn as AIPerf draws them",
			x.opts.Conversations, x.opts.style()))
	}
	if pool, longest := x.maker.stock.text, max(x.longest, x.opts.SystemLength, x.opts.PrefixLength); pool != nil && longest > pool.Len() {
		end := "texts of that length repeat it"
		if x.maker.stock.raw {
			end = "texts of that length repeat it once and may be shorter"
		}
		notes = append(notes, fmt.Sprintf("a text of %d tokens is asked for and the corpus has %d: %s", longest, pool.Len(), end))
	}
	return notes
}

// systemMessage renders the message that all conversations share.
func (x *indexer) systemMessage() {
	if x.opts.SystemLength <= 0 {
		return
	}
	n := max(1, x.opts.SystemLength-x.opts.SystemBust)
	ids, _ := x.maker.exact(nil, int(x.chance.place(n)), n, x.chance.missing)
	x.system = x.maker.text(ids)
}

// prefixPool makes the texts that first turns choose their prefix from, and keeps their ids.
func (x *indexer) prefixPool() {
	o := x.opts
	if o.PrefixLength <= 0 || x.chance == nil { // without any text there is nothing to draw from
		return
	}
	for range o.PrefixPool {
		ids := x.chance.free(nil, o.PrefixLength)
		if !x.maker.stock.raw {
			ids, _ = x.maker.correct(ids, o.PrefixLength, x.chance.missing)
			ids = x.maker.tok.Encode(nil, []byte(x.maker.text(ids))) // one that stayed inexact reads back as others
		}
		x.prefixes = append(x.prefixes, ids)
		if x.judge != nil {
			x.tails = append(x.tails, x.judge.lastStretch(ids))
		}
	}
}

// conversations draws turn after turn.
func (x *indexer) conversations(l *lengths) error {
	o, root := x.opts, rng.Root(x.opts.Seed)
	turnCount, delay := root.Derive(rng.TurnCount).Python(), root.Derive(rng.TurnDelay).Python()
	prefix := root.Derive(o.stream(rng.PrefixChoice, rng.CodingPrefix)).Python()
	turns := cut{math.Max(1, math.Trunc(o.Turns.Mean)), math.Trunc(o.Turns.Stddev)}
	pause := cutOf(o.Delay)
	several := turns.mean > 1 || turns.stddev > 0
	picker := o.Models.Picker(root)
	perTurn := 0
	if !o.NoText {
		perTurn = max(1, o.Texts)
	}
	x.texts = make([]text, 0, int(math.Min(float64(o.Conversations)*turns.mean*float64(perTurn), mostRoom)))
	if several {
		x.turnAt = append(make([]uint32, 0, o.Conversations+1), 0)
	}
	turn := 0
	for range o.Conversations {
		count := 1
		if several {
			count = turnCount.PositiveNormal(turns.mean, turns.stddev)
		}
		for k := range count {
			first := k == 0
			isl, osl, fixed := l.turn()
			var slot *rng.Python
			floor := 1
			if first {
				isl -= o.TurnBust
				if o.PrefixLength > 0 {
					slot, floor = prefix, 0
				}
			}
			isl = max(floor, isl)
			for range perTurn {
				n := l.of(isl, fixed)
				if slot == nil {
					x.add(nil, nil, n)
					continue
				}
				s := slot.Intn(len(x.prefixes))
				x.slots = append(x.slots, uint32(s))
				x.addBehind(s, n)
			}
			if x.pictureSource != nil {
				for range o.Images.Batch {
					x.images = append(x.images, x.pictureSource.Draw())
				}
			}
			if x.clipSource != nil {
				for range o.Audio.Batch {
					clip, err := x.clipSource.Draw()
					if err != nil {
						return err
					}
					x.clips = append(x.clips, clip)
				}
			}
			if several && o.Delay.Mean > 0 {
				d := 0
				if !first {
					d = delay.PositiveNormal(pause.mean, pause.stddev)
				}
				x.delays = append(x.delays, uint32(d))
			}
			x.close(picker, osl)
			if turn++; turn > maxTexts/max(1, perTurn) {
				return errTooMany
			}
		}
		if several {
			x.turnAt = append(x.turnAt, uint32(turn))
		}
	}
	return nil
}

// rankings draws a query and its passages for each conversation.
func (x *indexer) rankings(l *lengths) error {
	o, root := x.opts, rng.Root(x.opts.Seed)
	count := root.Derive(rng.RankingPassages).Python()
	passages, passage, query := cutOf(o.Rankings.Passages), cutOf(o.Rankings.PassageTokens), cutOf(o.Rankings.QueryTokens)
	picker := o.Models.Picker(root)
	x.textAt = append(make([]uint32, 0, o.Conversations+1), 0)
	for range o.Conversations {
		n := count.PositiveNormal(passages.mean, passages.stddev)
		x.add(nil, nil, l.text.PositiveNormal(query.mean, query.stddev))
		for range n {
			x.add(nil, nil, l.text.PositiveNormal(passage.mean, passage.stddev))
			if len(x.texts) > maxTexts {
				return errTooMany
			}
		}
		x.textAt = append(x.textAt, uint32(len(x.texts)))
		_, osl, _ := l.turn()
		x.close(picker, osl)
	}
	x.contexts = len(x.texts)
	return nil
}

// close draws what comes last for a turn: its model, and it keeps its limit.
func (x *indexer) close(picker *dataset.Picker, osl int) {
	if len(x.opts.Models.Names) > 1 {
		x.models = append(x.models, uint32(picker.Next()))
	}
	if x.opts.limits() {
		x.osls = append(x.osls, uint32(osl))
	}
}

// addBehind draws a text behind a prefix.
func (x *indexer) addBehind(slot, n int) {
	var tail []uint32
	if x.judge != nil {
		tail = x.tails[slot]
	}
	x.add(x.prefixes[slot], tail, n)
}

// add draws a text of n tokens behind a head. What the head's last stretch is, is only asked by the judge.
func (x *indexer) add(head, tail []uint32, n int) {
	t := text{start: x.chance.place(n), n: uint32(n)}
	x.longest = max(x.longest, n)
	x.texts = append(x.texts, t)
	if x.maker.stock.raw || x.judge != nil && x.judge.exact(tail, int(t.start), n) {
		return
	}
	var drawn []uint32
	ids, plain := x.maker.exact(head, int(t.start), n, func(missing int) []uint32 {
		numbers := x.chance.missing(missing)
		drawn = append(drawn, numbers...)
		return numbers
	})
	switch {
	case plain:
	case x.kept+len(ids) <= x.keep:
		x.kept += len(ids)
		x.repairs[len(x.texts)-1] = repair{ids: slices.Clone(ids)}
	default:
		x.repairs[len(x.texts)-1] = repair{drawn: drawn}
	}
}
