// Blocks of traces against AIPerf's: places, layouts, refusals, and the stream of tails.
package synth

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/dataset"
	"github.com/aiperf-go/aiperf/dataset/corpus"
	"github.com/aiperf-go/aiperf/dataset/rng"
	"github.com/aiperf-go/aiperf/dataset/tokenizer"
)

// plain is a tokenizer that knows of no separator.
type plain struct{ dataset.Tokenizer }

func seedOf(tb testing.TB, text string) rng.Root {
	tb.Helper()
	seed, err := strconv.ParseUint(text, 10, 64)
	require.NoError(tb, err)
	return rng.Root(seed)
}

func newBlocks(tb testing.TB, o BlockOptions) *Blocks {
	tb.Helper()
	b, err := NewBlocks(o)
	require.NoError(tb, err)
	return b
}

func TestBlocksOfAIPerf(t *testing.T) {
	var file struct {
		Cases []struct {
			Seed   uint64   `json:"root_seed"`
			Trace  string   `json:"trace_id"`
			Hashes []int64  `json:"hash_ids"`
			Tokens int      `json:"num_tokens"`
			Size   int      `json:"block_size"`
			Want   []uint32 `json:"token_ids"`
			Starts []uint32 `json:"block_starts"`
			SHA256 string   `json:"text_sha256"`
			Begin  string   `json:"first80"`
		}
	}
	readJSON(t, "hash-id-blocks.json", &file)
	require.Len(t, file.Cases, 29)
	type scope struct {
		seed  uint64
		trace string
	}
	// The cases of a seed and trace came from one generator, one after the other.
	scopes := map[scope]*Blocks{}
	for i, c := range file.Cases {
		where := fmt.Sprintf("case %d: seed %d trace %q", i, c.Seed, c.Trace)
		at := scope{c.Seed, c.Trace}
		if scopes[at] == nil {
			scopes[at] = newBlocks(t, BlockOptions{Pool: corpus.Builtin(), Tokenizer: tokenizer.Builtin(),
				Stream: rng.Root(c.Seed).Derive(rng.PromptCorpus), Trace: c.Trace, Size: c.Size})
		}
		b := scopes[at]
		before := *b.starts
		tail, err := b.Draw(c.Hashes, c.Tokens)
		require.NoError(t, err, where)
		require.Equal(t, c.Want, b.Append(nil, c.Hashes, c.Tokens, tail), where)
		for k, id := range c.Hashes {
			require.Equal(t, c.Starts[k], b.known[id].start, where)
		}
		*b.starts = before
		text, err := b.Prompt(c.Hashes, c.Tokens)
		require.NoError(t, err, where)
		require.Equal(t, c.SHA256, hash(text), where)
		require.True(t, strings.HasPrefix(text, c.Begin), where)
	}
}

// sequences are prompts made one after the other by AIPerf's two generators over a small corpus, refused ones among them.
func TestBlocksInSequences(t *testing.T) {
	var file struct {
		Sequences []struct {
			Seed, Corpus, Trace string
			Separator           bool
			Size                int `json:"block_size"`
			First               int `json:"pool_first"`
			Len                 int `json:"pool_len"`
			Steps               []struct {
				Hashes []int64 `json:"hash_ids"`
				Tokens int
				IDs    []uint32
				Error  string
			}
		}
	}
	readJSON(t, "hash-id-blocks-more.json", &file)
	require.Len(t, file.Sequences, 16)
	for _, s := range file.Sequences {
		ids := make([]uint32, s.Len)
		for i := range ids {
			ids[i] = uint32(s.First + i)
		}
		label := rng.PromptCorpus
		if s.Corpus == Coding {
			label = rng.CodingCorpus
		}
		for _, bare := range []bool{false, true} { // without a separator in two ways
			var tok dataset.Tokenizer = tokenizer.Builtin()
			if s.Separator && bare {
				continue
			}
			if !s.Separator && !bare {
				tok = plain{tok}
			}
			b := newBlocks(t, BlockOptions{Pool: corpus.NewPool(ids, []uint32{0}), Tokenizer: tok, Stream: seedOf(t, s.Seed).Derive(label),
				Trace: s.Trace, Size: s.Size, Bare: bare})
			for i, step := range s.Steps {
				where := fmt.Sprintf("seed %s %s size %d separator %v step %d", s.Seed, s.Corpus, s.Size, s.Separator, i)
				tail, err := b.Draw(step.Hashes, step.Tokens)
				if step.Error != "" {
					require.Error(t, err, where)
					continue
				}
				require.NoError(t, err, where)
				require.Equal(t, step.IDs, b.Append(nil, step.Hashes, step.Tokens, tail), where)
			}
		}
	}
}

func TestBlockTexts(t *testing.T) {
	var file struct {
		Texts []struct {
			Seed, Trace, SHA256, Start string
			Size                       int     `json:"block_size"`
			Hashes                     []int64 `json:"hash_ids"`
			Tokens                     int
		}
	}
	readJSON(t, "hash-id-blocks-more.json", &file)
	require.NotEmpty(t, file.Texts)
	first := file.Texts[0]
	b := newBlocks(t, BlockOptions{Pool: corpus.Builtin(), Tokenizer: tokenizer.Builtin(), Stream: seedOf(t, first.Seed).Derive(rng.PromptCorpus),
		Trace: first.Trace, Size: first.Size})
	for i, c := range file.Texts {
		text, err := b.Prompt(c.Hashes, c.Tokens)
		require.NoError(t, err)
		require.True(t, strings.HasPrefix(text, c.Start), "text %d", i)
		require.Equal(t, c.SHA256, hash(text), "text %d", i)
	}
}

func TestPartialTail(t *testing.T) {
	var file struct {
		Tails []struct {
			Seed string
			N    int
			IDs  []uint32
		}
	}
	readJSON(t, "hash-id-blocks-more.json", &file)
	require.NotEmpty(t, file.Tails)
	ids := make([]uint32, 300)
	for i := range ids {
		ids[i] = uint32(i)
	}
	pool := corpus.NewPool(ids, []uint32{0})
	for _, c := range file.Tails {
		require.Equal(t, c.IDs, PartialTail([]uint32{}, pool, c.Seed, c.N), "%q %d", c.Seed, c.N)
	}
	require.Empty(t, PartialTail(nil, pool, "a", -1))
	require.Empty(t, PartialTail(nil, corpus.Pool{}, "a", 3))
}

func TestBlockRefusals(t *testing.T) {
	pool := corpus.NewPool(make([]uint32, 100), []uint32{0})
	tok := tokenizer.Builtin()
	for _, row := range []struct {
		o    BlockOptions
		want string
	}{
		{BlockOptions{Pool: pool, Size: 16}, "make blocks: no tokenizer"},
		{BlockOptions{Pool: pool, Tokenizer: tok}, "make blocks: block size 0, at least 1 token is needed"},
		{BlockOptions{Pool: pool, Tokenizer: tok, Size: 101}, "make blocks: block size 101, the corpus has 100 tokens only"},
	} {
		_, err := NewBlocks(row.o)
		require.EqualError(t, err, row.want)
	}
	b := newBlocks(t, BlockOptions{Pool: pool, Tokenizer: tok, Size: 16})
	for _, row := range []struct {
		hashes []int64
		tokens int
		want   string
	}{
		{nil, 40, "make prompt of 40 tokens from 0 blocks: both must be above 0"},
		{[]int64{1}, 0, "make prompt of 0 tokens from 1 blocks: both must be above 0"},
		{[]int64{1}, math.MinInt, fmt.Sprintf("make prompt of %d tokens from 1 blocks: both must be above 0", math.MinInt)},
		{[]int64{1, 2, 3}, 32, "make prompt of 32 tokens: 3 blocks of 16 tokens are too many (the last one would begin at token 32)"},
		{[]int64{7, 7}, 20, "make prompt of 20 tokens: block 7 has 4 tokens here and 16 before (the trace is damaged, or its block size is not 16)"},
	} {
		_, err := b.Prompt(row.hashes, row.tokens)
		require.EqualError(t, err, row.want)
	}
	// A tail longer than the corpus holds all of it once more, and the length asked for takes no memory.
	text, err := b.Prompt([]int64{1}, math.MaxInt)
	require.NoError(t, err)
	require.Less(t, len(text), 16*bytesPerToken+400)
}

// Traces of one run take their tails from one stream.
func TestBlocksOfTwoTracesShareTheStreamOfTails(t *testing.T) {
	stream := rng.Root(5).Derive(rng.PromptCorpus)
	starts, want := stream.Python(), stream.Python()
	pool := corpus.Builtin()
	o := BlockOptions{Pool: pool, Tokenizer: tokenizer.Builtin(), Stream: stream, Starts: starts, Size: 16}
	one := newBlocks(t, o)
	o.Trace = "two"
	two := newBlocks(t, o)
	for i, b := range []*Blocks{one, two, two, one} {
		tail, err := b.Draw([]int64{1}, 17)
		require.NoError(t, err)
		require.EqualValues(t, want.Below(uint64(pool.Len())), tail, "draw %d", i)
	}
	require.NotEqual(t, one.known[1].start, two.known[1].start)
}

// Prompts that were drawn render alike from any number of goroutines.
func TestBlocksRenderConcurrently(t *testing.T) {
	b := newBlocks(t, BlockOptions{Pool: corpus.Builtin(), Tokenizer: tokenizer.Builtin(), Stream: rng.Root(3).Derive(rng.PromptCorpus), Size: 64})
	const prompts = 50
	hashes, tails, want := make([][]int64, prompts), make([]uint32, prompts), make([][]uint32, prompts)
	for i := range hashes {
		hashes[i] = []int64{int64(i / 3), int64(i)}
		var err error
		tails[i], err = b.Draw(hashes[i], 150)
		require.NoError(t, err)
		want[i] = b.Append(nil, hashes[i], 150, tails[i])
	}
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for i := range hashes {
				if !slices.Equal(want[i], b.Append(nil, hashes[i], 150, tails[i])) {
					t.Errorf("prompt %d differs", i)
				}
			}
		})
	}
	all.Wait()
}

func BenchmarkBlocks(b *testing.B) {
	stream := rng.Root(3).Derive(rng.PromptCorpus)
	o := BlockOptions{Pool: corpus.Builtin(), Tokenizer: tokenizer.Builtin(), Stream: stream, Size: 512}
	b.Run("draw new block", func(b *testing.B) {
		blocks := newBlocks(b, o)
		b.ReportAllocs()
		for id := int64(0); b.Loop(); id++ {
			if _, err := blocks.Draw([]int64{id}, 512); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("render 20 blocks", func(b *testing.B) {
		blocks := newBlocks(b, o)
		var hashes []int64
		for i := range 20 {
			hashes = append(hashes, int64(i))
		}
		b.ReportAllocs()
		for b.Loop() {
			if _, err := blocks.Prompt(hashes, 20*512); err != nil {
				b.Fatal(err)
			}
		}
	})
}
