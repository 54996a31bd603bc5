// Equality with data sets made by AIPerf, and of the quick index with the plain one.
package synth

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"math"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/dataset"
	"github.com/aiperf-go/aiperf/dataset/corpus"
	"github.com/aiperf-go/aiperf/dataset/media"
	"github.com/aiperf-go/aiperf/dataset/rng"
	"github.com/aiperf-go/aiperf/dataset/tokenizer"
)

func readJSON(tb testing.TB, name string, into any) {
	tb.Helper()
	b, err := os.ReadFile("testdata/" + name)
	require.NoError(tb, err)
	require.NoError(tb, json.Unmarshal(b, into))
}

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// text0 is the first text of a conversation.
func text0(c *dataset.Conversation) string { return c.Turns[0].Texts[0].Contents[0] }

// over is a source over a corpus at hand, judged by windows' ends or by rendering every text.
func over(t testing.TB, opts Options, pool corpus.Pool, quick bool, keep int) *Source {
	t.Helper()
	tok := opts.Tokenizer.(*tokenizer.BPE)
	s := &Source{opts: opts, maker: makerOf(pool, tok), index: index{repairs: map[int]repair{}}}
	x := &indexer{index: &s.index, opts: &s.opts, maker: s.maker, keep: keep}
	x.chance = &cuts{stock: s.maker.stock, draw: rng.Root(opts.Seed).Derive(rng.PromptCorpus).Python()}
	if quick {
		x.judge = newWindows(pool, tok)
	}
	require.NoError(t, x.draw())
	s.index.tails = nil // only one of the two ways keeps them
	return s
}

func makerOf(pool corpus.Pool, tok dataset.Tokenizer) *maker {
	return newMaker(&stock{text: &pool}, tok)
}

func none(int) []uint32 { return []uint32{0} }

// Rendering every text to see whether it is exact must give the same index as judging windows by their ends.
func TestQuickIndexEqualsPlainIndex(t *testing.T) {
	repaired, behind := 0, 0
	for _, row := range []struct {
		n            int
		mean, stddev float64
		prefix       int
	}{
		{1000, 1, 0, 0}, {1000, 3, 2, 0}, {1000, 12, 6, 0}, {600, 128, 40, 0}, {250, 550, 100, 0}, {40, 4000, 900, 0}, {1, 400_000, 0, 0},
		{1000, 2, 1, 1}, {1000, 12, 6, 5}, {600, 64, 30, 40},
	} {
		for seed := range uint64(2) {
			opts := Options{Conversations: row.n, ISL: normal(row.mean, row.stddev), Seed: seed, Tokenizer: tokenizer.Builtin()}
			if row.prefix > 0 {
				opts.PrefixLength, opts.PrefixPool = row.prefix, 30
				opts.Range, opts.OSL = &Range{Input: 0.99}, fixed(1) // also texts of no tokens behind a prefix
				opts.ISL.Stddev = 0
			}
			quick, plain := over(t, opts, corpus.Builtin(), true, mostKept), over(t, opts, corpus.Builtin(), false, mostKept)
			require.Equal(t, plain.index, quick.index, "%v seed %d", row, seed)
			repaired += len(quick.index.repairs)
			if row.prefix > 0 {
				behind += len(quick.index.repairs)
			}
		}
	}
	require.Positive(t, repaired, "no window needed a repair: the test checks nothing")
	require.Positive(t, behind, "no window behind a prefix needed a repair")
}

// Texts around a small corpus' size are often topped up: the draws for that move every later window, and rendering takes them again.
func TestTopUpsMoveLaterWindows(t *testing.T) {
	whole, tok := corpus.Builtin(), tokenizer.Builtin()
	const size = 300
	pool := corpus.NewPool(whole.Append(nil, 2000, size), []uint32{0, 203})
	opts := Options{Conversations: 200, ISL: normal(size, 150), Seed: 11, Tokenizer: tok}
	quick, plain := over(t, opts, pool, true, mostKept), over(t, opts, pool, false, mostKept)
	require.Equal(t, plain.index, quick.index)

	topped := 0
	starts := rng.Root(opts.Seed).Derive(rng.PromptCorpus).Python()
	for i, p := range quick.index.texts {
		require.Equal(t, int(p.start), starts.Intn(size), "prompt %d", i)
		want, _ := quick.maker.exact(nil, int(p.start), int(p.n), func(int) []uint32 { topped++; return []uint32{uint32(starts.Intn(size))} })
		require.Equal(t, quick.maker.text(want), quick.text(i, nil), "prompt %d", i)
		require.Equal(t, int(p.n), tok.Count([]byte(quick.maker.text(want))), "prompt %d", i)
	}
	require.Positive(t, topped)
}

// A text whose tokens are not kept is corrected again with the numbers that were drawn for it.
func TestTextsBeyondTheMemoryBound(t *testing.T) {
	whole, tok := corpus.Builtin(), tokenizer.Builtin()
	pool := corpus.NewPool(whole.Append(nil, 2000, 300), []uint32{0, 203})
	prefixed := Options{Conversations: 100, ISL: normal(280, 60), PrefixPool: 3, PrefixLength: 9, Seed: 5, Tokenizer: tok}
	few, all := over(t, prefixed, pool, true, 700), over(t, prefixed, pool, true, mostKept)
	kept, drawn := 0, 0
	for _, r := range few.index.repairs {
		if r.ids == nil {
			drawn++
		} else {
			kept++
		}
	}
	require.Positive(t, kept)
	require.Positive(t, drawn)
	require.LessOrEqual(t, few.index.kept, 700)
	for i := range few.Len() {
		require.Equal(t, materialise(t, all, i), materialise(t, few, i))
	}

	random := Options{Conversations: 30, ISL: fixed(60), Corpus: Random, Seed: 5, Tokenizer: tok}
	few, err := newSource(random, 100)
	require.NoError(t, err)
	all, err = New(random)
	require.NoError(t, err)
	for i := range few.Len() {
		require.Equal(t, materialise(t, all, i), materialise(t, few, i))
	}
}

// Every window over a seam, and windows over the end of the corpus, are judged as rendering them shows.
func TestWindowsAtSeams(t *testing.T) {
	pool, tok := corpus.Builtin(), tokenizer.Builtin()
	w := newWindows(pool, tok)
	m := makerOf(pool, tok)
	inexact := 0
	for _, s := range pool.Seams() {
		for back := range 5 {
			for _, n := range []int{2, 5, 9, 40} {
				start := (int(s) - back + pool.Len()) % pool.Len()
				_, plain := m.exact(nil, start, n, none)
				require.Equal(t, plain, w.exact(nil, start, n), "%d tokens at %d", n, start)
				if !plain {
					inexact++
				}
			}
		}
	}
	require.Positive(t, inexact)
}

// On a corpus of three chunks nearly every window crosses a seam, wraps, or is longer than the corpus.
func TestWindowsOfSmallCorpus(t *testing.T) {
	whole, tok := corpus.Builtin(), tokenizer.Builtin()
	seams := whole.Seams()[:4]
	size := int(seams[3])
	pool := corpus.NewPool(whole.Append(nil, 0, size), seams[:3])
	w := newWindows(pool, tok)
	m := makerOf(pool, tok)
	for start := 0; start < size; start += 97 {
		for _, n := range []int{size / 3, size - 1, size, size + 1, 2*size + 5} {
			_, plain := m.exact(nil, start, n, none)
			if n <= size {
				require.Equal(t, plain, w.exact(nil, start, n), "%d tokens at %d", n, start)
			} else {
				require.False(t, w.exact(nil, start, n))
			}
		}
	}
}

func FuzzWindows(f *testing.F) {
	pool, tok := corpus.Builtin(), tokenizer.Builtin()
	w := newWindows(pool, tok)
	m := makerOf(pool, tok)
	f.Add(uint32(0), uint16(10), uint32(0), uint8(0))
	f.Add(uint32(1138440), uint16(300), uint32(77), uint8(9))
	f.Fuzz(func(t *testing.T, start uint32, n uint16, from uint32, behind uint8) {
		at, length := int(start)%pool.Len(), int(n)+1
		var head, tail []uint32
		if behind > 0 {
			head = tok.Encode(nil, []byte(m.window(nil, int(from)%pool.Len(), int(behind))))
			tail = w.lastStretch(head)
		}
		_, plain := m.exact(head, at, length, none)
		require.Equal(t, plain, w.exact(tail, at, length))
	})
}

func TestLengthsAreExact(t *testing.T) {
	tok := tokenizer.Builtin()
	s, err := New(Options{Conversations: 400, ISL: normal(100, 60), Seed: 7, Tokenizer: tok})
	require.NoError(t, err)
	for i := range s.Len() {
		require.Equal(t, int(s.index.texts[i].n), tok.Count([]byte(text0(materialise(t, s, i)))))
	}
}

// anyBPE hides what the tokenizer is, as a tokenizer from a file would: the pool is encoded from the text and nothing is judged by its ends.
type anyBPE struct{ dataset.Tokenizer }

func TestOtherTokenizer(t *testing.T) {
	opts := Options{Conversations: 5, ISL: fixed(60), Seed: 3, Tokenizer: tokenizer.Builtin()}
	known, err := New(opts)
	require.NoError(t, err)
	opts.Tokenizer = anyBPE{opts.Tokenizer}
	other, err := New(opts)
	require.NoError(t, err)
	for i := range known.Len() {
		require.Equal(t, materialise(t, known, i), materialise(t, other, i))
	}
}

func TestIDs(t *testing.T) {
	opts := Options{Conversations: 3, ISL: fixed(5), Seed: 9, Tokenizer: tokenizer.Builtin()}
	s, err := New(opts)
	require.NoError(t, err)
	seen := map[string]bool{}
	for i := range s.Len() {
		id := materialise(t, s, i).ID
		require.Regexp(t, `^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`, id)
		require.Equal(t, id, materialise(t, s, i).ID)
		seen[id] = true
	}
	require.Len(t, seen, 3)
	opts.IDs = dataset.CountedIDs
	s, err = New(opts)
	require.NoError(t, err)
	require.Equal(t, "session_000002", materialise(t, s, 2).ID)
}

func TestAbsentLimitAndTimes(t *testing.T) {
	s, err := New(Options{Conversations: 1, ISL: fixed(5), Tokenizer: tokenizer.Builtin()})
	require.NoError(t, err)
	turn := materialise(t, s, 0).Turns[0]
	require.Zero(t, turn.MaxTokens)
	require.Equal(t, dataset.NoTime, turn.Timestamp)
	require.Equal(t, dataset.NoTime, turn.Delay)
	for _, i := range []int{-1, 1} {
		_, err := s.Materialise(i)
		require.Error(t, err)
	}
}

// sizeless is a tokenizer that lists its tokens and tells nothing else.
type sizeless struct {
	dataset.Tokenizer
	list interface{ Decodable(bool) []uint32 }
}

func (s sizeless) Decodable(special bool) []uint32 { return s.list.Decodable(special) }

func TestOptionErrors(t *testing.T) {
	tok := tokenizer.Builtin()
	for name, opts := range map[string]Options{
		"no tokenizer":           {Conversations: 1, ISL: fixed(5)},
		"no conversations":       {ISL: fixed(5), Tokenizer: tok},
		"no input":               {Conversations: 1, Tokenizer: tok},
		"deviation without mean": {Conversations: 1, ISL: fixed(5), OSL: normal(0, 2), Tokenizer: tok},
		"negative deviation":     {Conversations: 1, ISL: normal(5, -1), Tokenizer: tok},
		"huge":                   {Conversations: 1, ISL: fixed(1e18), Tokenizer: tok},
		"more than 32 bits":      {Conversations: 1, ISL: fixed(5), OSL: normal(1e9, 1e9), Tokenizer: tok},
		"no size of vocabulary":  {Conversations: 1, ISL: fixed(5), OSL: fixed(5), Range: &Range{}, Corpus: Random, Tokenizer: sizeless{tok, tok}},
		"unknown corpus":         {Conversations: 1, ISL: fixed(5), Corpus: "novel", Tokenizer: tok},
		"unknown style":          {Conversations: 1, ISL: fixed(5), Style: "novel", Tokenizer: tok},
		"rankings without text":  {Conversations: 1, NoText: true, Rankings: &Rankings{}, Tokenizer: tok},
		"delay beyond the clock": {Conversations: 1, ISL: fixed(5), Delay: normal(1, 1e6), DelayRatio: 1e9, Tokenizer: tok},
		"negative delays":        {Conversations: 1, ISL: fixed(5), Delay: fixed(1), DelayRatio: -1, Tokenizer: tok},
		"too many conversations": {Conversations: maxTexts + 1, ISL: fixed(5), Tokenizer: tok},
		"too many texts":         {Conversations: 1, ISL: fixed(5), Turns: fixed(1 << 20), Texts: 1 << 20, Tokenizer: tok},
	} {
		_, err := New(opts)
		require.ErrorContains(t, err, "make synthetic prompts", name)
	}
}

// The largest length and deviation together fit an index entry.
func TestBoundsFitTheIndex(t *testing.T) {
	require.LessOrEqual(t, int64(maxTokens)+maxDeviations*int64(maxDeviation), int64(math.MaxUint32))
	require.Positive(t, time.Duration(maxDelay)*time.Millisecond)
	require.Less(t, math.Sqrt(-2*math.Log(0x1p-53)), float64(maxDeviations)) // the largest of gauss
}

func TestNotes(t *testing.T) {
	tok := tokenizer.Builtin()
	for _, row := range []struct {
		opts Options
		want string
	}{
		{Options{ISL: fixed(9), OSL: fixed(9), Corpus: Random, Range: &Range{}}, ""},
		{Options{ISL: fixed(9), OSL: fixed(9), Corpus: Random, Range: &Range{}, SystemLength: 5}, ""},
		{Options{ISL: fixed(9), Corpus: Random, Turns: fixed(3)}, ""}, // nothing is drawn ahead
		{Options{ISL: fixed(9), OSL: fixed(9), Range: &Range{}, Turns: fixed(3)}, ""},
		{Options{ISL: fixed(9), OSL: fixed(9), Corpus: Random, Range: &Range{}, Turns: fixed(2), Style: SGLang}, "only the first 2 texts and turns, one for each conversation, are those that sglang makes of this seed"},
		{Options{ISL: fixed(9), OSL: fixed(9), Corpus: Random, Range: &Range{}, ContextLength: 4}, "are those that vllm makes"},
		{Options{ISL: fixed(9), PrefixPool: 1, PrefixLength: 1_138_442}, "a text of 1138442 tokens is asked for and the corpus has 1138441: texts of that length repeat it"},
		{Options{ISL: fixed(600_000), Corpus: Coding}, "repeat it once and may be shorter"},
	} {
		row.opts.Conversations, row.opts.Tokenizer = 2, tok
		s, err := New(row.opts)
		require.NoError(t, err)
		if row.want == "" {
			require.Empty(t, s.Notes())
			continue
		}
		require.Len(t, s.Notes(), 1)
		require.Contains(t, s.Notes()[0], row.want)
	}
}

// Prefixes belong to texts: with pictures alone there are none, and no corpus to cut them from.
func TestPrefixesWithoutText(t *testing.T) {
	pictures := &media.ImageOptions{Batch: 1, Width: fixed(3), Height: fixed(2), Format: "png", Source: "noise"}
	s, err := New(Options{Conversations: 2, NoText: true, Images: pictures, PrefixPool: 2, PrefixLength: 4, Tokenizer: tokenizer.Builtin()})
	require.NoError(t, err)
	require.Empty(t, materialise(t, s, 1).Turns[0].Texts)
	require.Len(t, materialise(t, s, 1).Turns[0].Images, 1)
}

func TestConcurrentMaterialise(t *testing.T) {
	s, err := New(Options{Conversations: 50, ISL: normal(3, 2), Seed: 1, Tokenizer: tokenizer.Builtin()})
	require.NoError(t, err)
	want := make([]string, s.Len())
	for i := range want {
		want[i] = text0(materialise(t, s, i))
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for i := range want {
				c, err := s.Materialise(i)
				if err != nil || text0(c) != want[i] {
					t.Errorf("conversation %d changed", i)
				}
			}
		})
	}
	wg.Wait()
}

func BenchmarkIndexMillion(b *testing.B) {
	opts := Options{Conversations: 1_000_000, ISL: normal(550, 100), OSL: normal(150, 30), Seed: 42, Tokenizer: tokenizer.Builtin()}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := New(opts); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkIndexHundred(b *testing.B) {
	opts := Options{Conversations: 100, ISL: fixed(550), Seed: 42, Tokenizer: tokenizer.Builtin()}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := New(opts); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkIndexRandomTokens(b *testing.B) {
	opts := Options{Conversations: 100, ISL: fixed(550), Corpus: Random, Seed: 42, Tokenizer: tokenizer.Builtin()}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := New(opts); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkMaterialise(b *testing.B) {
	s, err := New(Options{Conversations: 100_000, ISL: fixed(1000), Seed: 42, Tokenizer: tokenizer.Builtin()})
	require.NoError(b, err)
	b.ReportAllocs()
	bytes, i := 0, 0
	for b.Loop() {
		c, _ := s.Materialise(i % s.Len())
		bytes += len(text0(c))
		i++
	}
	b.SetBytes(int64(bytes / i))
}
