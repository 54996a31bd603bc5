// Equality with data sets made by AIPerf, and of the quick index with the plain one.
package synth

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/dataset"
	"github.com/aiperf-go/aiperf/dataset/corpus"
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

func conversation(tb testing.TB, s *Source, i int) *dataset.Conversation {
	tb.Helper()
	c, err := s.Materialise(i)
	require.NoError(tb, err)
	require.Len(tb, c.Turns, 1)
	require.Len(tb, c.Turns[0].Texts, 1)
	require.Len(tb, c.Turns[0].Texts[0].Contents, 1)
	return c
}

func text(c *dataset.Conversation) string { return c.Turns[0].Texts[0].Contents[0] }

func TestDataSetsOfAIPerf(t *testing.T) {
	for _, row := range []struct {
		file string
		opts Options
	}{
		{"dataset-c01_fixed.json", Options{Conversations: 10, ISLMean: 128, OSLMean: 64}},
		{"dataset-c02_isl_osl_stddev.json", Options{Conversations: 10, ISLMean: 550, ISLStddev: 100, OSLMean: 150, OSLStddev: 30}},
		{"dataset-c03_long_no_osl.json", Options{Conversations: 6, ISLMean: 2000, ISLStddev: 500}},
		{"dataset-c04_tiny.json", Options{Conversations: 20, ISLMean: 3, ISLStddev: 2, OSLMean: 2, OSLStddev: 2}},
	} {
		var file struct {
			Seeds map[string]struct {
				Conversations []struct {
					ID    string `json:"session_id"`
					Turns []struct {
						MaxTokens int `json:"max_tokens"`
						Texts     []struct {
							SHA256 string
							Tokens int
							IDs    []uint32 `json:"ids10"`
							Start  string   `json:"first80"`
						}
					}
				}
			}
		}
		readJSON(t, row.file, &file)
		require.NotEmpty(t, file.Seeds)
		for seed, want := range file.Seeds {
			opts := row.opts
			opts.Tokenizer, opts.IDs = tokenizer.Builtin(), dataset.CountedIDs
			var err error
			opts.Seed, err = strconv.ParseUint(seed, 10, 64)
			require.NoError(t, err)
			s, err := New(opts)
			require.NoError(t, err)
			require.Equal(t, len(want.Conversations), s.Len())
			for i, wc := range want.Conversations {
				where := fmt.Sprintf("%s seed %s conversation %d", row.file, seed, i)
				c := conversation(t, s, i)
				turn := wc.Turns[0]
				require.Equal(t, wc.ID, c.ID, where)
				require.Equal(t, turn.MaxTokens, c.Turns[0].MaxTokens, where)
				require.Equal(t, "text", c.Turns[0].Texts[0].Name, where)
				require.Equal(t, turn.Texts[0].Tokens, opts.Tokenizer.Count([]byte(text(c))), where)
				require.Equal(t, turn.Texts[0].Start, text(c)[:len(turn.Texts[0].Start)], where)
				require.Equal(t, turn.Texts[0].SHA256, hash(text(c)), where)
			}
		}
	}
}

func TestInputsOfAIPerf(t *testing.T) {
	var file struct {
		Data []struct {
			ID       string `json:"session_id"`
			Payloads []struct {
				Messages  []struct{ Content string }
				MaxTokens int `json:"max_completion_tokens"`
			}
		}
	}
	readJSON(t, "inputs-c01-seed42.json", &file)
	s, err := New(Options{Conversations: 10, ISLMean: 128, OSLMean: 64, Seed: 42, IDs: dataset.CountedIDs, Tokenizer: tokenizer.Builtin()})
	require.NoError(t, err)
	require.Len(t, file.Data, s.Len())
	for i, want := range file.Data {
		c := conversation(t, s, i)
		require.Equal(t, want.ID, c.ID)
		require.Equal(t, want.Payloads[0].Messages[0].Content, text(c))
		require.Equal(t, want.Payloads[0].MaxTokens, c.Turns[0].MaxTokens)
	}
}

func TestComposerVectors(t *testing.T) {
	var file struct {
		Vectors []struct {
			Name          string
			Conversations []struct {
				Turns []struct {
					MaxTokens int `json:"max_tokens"`
					Texts     []struct {
						Contents []struct {
							Tokens int
							SHA    string `json:"sha256_16"`
						}
					}
				}
			}
			Error struct{ Message string }
		}
	}
	readJSON(t, "synthetic.json", &file)
	options := map[string]Options{
		"isl_fixed":    {Conversations: 3, ISLMean: 20},
		"isl_normal":   {Conversations: 6, ISLMean: 20, ISLStddev: 5, OSLMean: 10, OSLStddev: 3},
		"all_disabled": {Conversations: 1},
	}
	require.Len(t, file.Vectors, len(options))
	for _, v := range file.Vectors {
		opts, ok := options[v.Name]
		require.True(t, ok, v.Name)
		opts.Seed, opts.Tokenizer = 42, tokenizer.Builtin()
		s, err := New(opts)
		if v.Error.Message != "" {
			require.Error(t, err, v.Name)
			continue
		}
		require.NoError(t, err, v.Name)
		for i, want := range v.Conversations {
			c := conversation(t, s, i)
			content := want.Turns[0].Texts[0].Contents[0]
			require.Equal(t, content.SHA, hash(text(c))[:16], "%s %d", v.Name, i)
			require.Equal(t, want.Turns[0].MaxTokens, c.Turns[0].MaxTokens, "%s %d", v.Name, i)
		}
	}
}

// Rendering every prompt to see whether it is exact must give the same index as judging windows by their ends.
func TestQuickIndexEqualsPlainIndex(t *testing.T) {
	repaired := 0
	for _, row := range []struct {
		n            int
		mean, stddev float64
	}{
		{1000, 1, 0}, {1000, 3, 2}, {1000, 12, 6}, {600, 128, 40}, {250, 550, 100}, {40, 4000, 900}, {1, 400_000, 0},
	} {
		for seed := range uint64(2) {
			quick, err := New(Options{Conversations: row.n, ISLMean: row.mean, ISLStddev: row.stddev, Seed: seed, Tokenizer: tokenizer.Builtin()})
			require.NoError(t, err)
			plain := &Source{opts: quick.opts, maker: quick.maker}
			plain.index(nil)
			require.Equal(t, plain.prompts, quick.prompts, "%v seed %d", row, seed)
			require.Equal(t, plain.repairs, quick.repairs, "%v seed %d", row, seed)
			repaired += len(quick.repairs)
		}
	}
	require.Positive(t, repaired, "no window needed a repair: the test checks nothing")
}

// Prompts around a small corpus' size are often topped up: the draws for that move every later window, and rendering takes them again.
func TestTopUpsMoveLaterWindows(t *testing.T) {
	whole, tok := corpus.Builtin(), tokenizer.Builtin()
	const size = 300
	pool := corpus.NewPool(whole.Append(nil, 2000, size), []uint32{0, 203})
	opts := Options{Conversations: 200, ISLMean: size, ISLStddev: 150, Seed: 11, Tokenizer: tok}
	quick := &Source{opts: opts, maker: maker{pool: pool, tok: tok}}
	quick.index(newWindows(pool, tok).exact)
	plain := &Source{opts: opts, maker: quick.maker}
	plain.index(nil)
	require.Equal(t, plain.prompts, quick.prompts)
	require.Equal(t, plain.repairs, quick.repairs)

	topped := 0
	starts := rng.Root(opts.Seed).Derive(rng.PromptCorpus).Python()
	for i, p := range quick.prompts {
		require.Equal(t, int(p.start), starts.Intn(size), "prompt %d", i)
		want, _ := quick.maker.exact(int(p.start), int(p.isl), func() int { topped++; return starts.Intn(size) })
		require.Equal(t, string(want), string(quick.text(i)), "prompt %d", i)
		require.Equal(t, int(p.isl), tok.Count(want), "prompt %d", i)
	}
	require.Positive(t, topped)
}

// Every window over a seam, and windows over the end of the corpus, are judged as rendering them shows.
func TestWindowsAtSeams(t *testing.T) {
	pool, tok := corpus.Builtin(), tokenizer.Builtin()
	w := newWindows(pool, tok)
	m := maker{pool: pool, tok: tok}
	inexact := 0
	for _, s := range pool.Seams() {
		for back := range 5 {
			for _, n := range []int{2, 5, 9, 40} {
				start := (int(s) - back + pool.Len()) % pool.Len()
				_, plain := m.exact(start, n, func() int { return 0 })
				require.Equal(t, plain, w.exact(start, n), "%d tokens at %d", n, start)
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
	m := maker{pool: pool, tok: tok}
	for start := 0; start < size; start += 97 {
		for _, n := range []int{size / 3, size - 1, size, size + 1, 2*size + 5} {
			_, plain := m.exact(start, n, func() int { return 0 })
			if n <= size {
				require.Equal(t, plain, w.exact(start, n), "%d tokens at %d", n, start)
			} else {
				require.False(t, w.exact(start, n))
			}
		}
	}
}

func FuzzWindows(f *testing.F) {
	pool, tok := corpus.Builtin(), tokenizer.Builtin()
	w := newWindows(pool, tok)
	m := maker{pool: pool, tok: tok}
	f.Add(uint32(0), uint16(10))
	f.Add(uint32(1138440), uint16(300))
	f.Fuzz(func(t *testing.T, start uint32, n uint16) {
		at, length := int(start)%pool.Len(), int(n)+1
		_, plain := m.exact(at, length, func() int { return 0 })
		require.Equal(t, plain, w.exact(at, length))
	})
}

func TestLengthsAreExact(t *testing.T) {
	tok := tokenizer.Builtin()
	s, err := New(Options{Conversations: 400, ISLMean: 100, ISLStddev: 60, Seed: 7, Tokenizer: tok})
	require.NoError(t, err)
	for i := range s.Len() {
		require.Equal(t, int(s.prompts[i].isl), tok.Count([]byte(text(conversation(t, s, i)))))
	}
}

// anyBPE hides what the tokenizer is, as a tokenizer from a file would: the pool is encoded from the text and nothing is judged by its ends.
type anyBPE struct{ dataset.Tokenizer }

func TestOtherTokenizer(t *testing.T) {
	opts := Options{Conversations: 5, ISLMean: 60, Seed: 3, Tokenizer: tokenizer.Builtin()}
	known, err := New(opts)
	require.NoError(t, err)
	opts.Tokenizer = anyBPE{opts.Tokenizer}
	other, err := New(opts)
	require.NoError(t, err)
	for i := range known.Len() {
		require.Equal(t, conversation(t, known, i), conversation(t, other, i))
	}
}

func TestIDs(t *testing.T) {
	opts := Options{Conversations: 3, ISLMean: 5, Seed: 9, Tokenizer: tokenizer.Builtin()}
	s, err := New(opts)
	require.NoError(t, err)
	seen := map[string]bool{}
	for i := range s.Len() {
		id := conversation(t, s, i).ID
		require.Regexp(t, `^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`, id)
		require.Equal(t, id, conversation(t, s, i).ID)
		seen[id] = true
	}
	require.Len(t, seen, 3)
	opts.IDs = dataset.CountedIDs
	s, err = New(opts)
	require.NoError(t, err)
	require.Equal(t, "session_000002", conversation(t, s, 2).ID)
}

func TestAbsentLimitAndTimes(t *testing.T) {
	s, err := New(Options{Conversations: 1, ISLMean: 5, Tokenizer: tokenizer.Builtin()})
	require.NoError(t, err)
	turn := conversation(t, s, 0).Turns[0]
	require.Zero(t, turn.MaxTokens)
	require.Equal(t, dataset.NoTime, turn.Timestamp)
	require.Equal(t, dataset.NoTime, turn.Delay)
	for _, i := range []int{-1, 1} {
		_, err := s.Materialise(i)
		require.Error(t, err)
	}
}

func TestOptionErrors(t *testing.T) {
	tok := tokenizer.Builtin()
	for name, opts := range map[string]Options{
		"no tokenizer":           {Conversations: 1, ISLMean: 5},
		"no conversations":       {ISLMean: 5, Tokenizer: tok},
		"no input":               {Conversations: 1, Tokenizer: tok},
		"deviation without mean": {Conversations: 1, ISLMean: 5, OSLStddev: 2, Tokenizer: tok},
		"negative deviation":     {Conversations: 1, ISLMean: 5, ISLStddev: -1, Tokenizer: tok},
		"huge":                   {Conversations: 1, ISLMean: 1e18, Tokenizer: tok},
	} {
		_, err := New(opts)
		require.ErrorContains(t, err, "make synthetic prompts", name)
	}
}

func TestConcurrentMaterialise(t *testing.T) {
	s, err := New(Options{Conversations: 50, ISLMean: 3, ISLStddev: 2, Seed: 1, Tokenizer: tokenizer.Builtin()})
	require.NoError(t, err)
	want := make([]string, s.Len())
	for i := range want {
		want[i] = text(conversation(t, s, i))
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for i := range want {
				c, err := s.Materialise(i)
				if err != nil || text(c) != want[i] {
					t.Errorf("conversation %d changed", i)
				}
			}
		})
	}
	wg.Wait()
}

func BenchmarkIndexMillion(b *testing.B) {
	opts := Options{Conversations: 1_000_000, ISLMean: 550, ISLStddev: 100, OSLMean: 150, OSLStddev: 30, Seed: 42, Tokenizer: tokenizer.Builtin()}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := New(opts); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkIndexHundred(b *testing.B) {
	opts := Options{Conversations: 100, ISLMean: 550, Seed: 42, Tokenizer: tokenizer.Builtin()}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := New(opts); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkMaterialise(b *testing.B) {
	s, err := New(Options{Conversations: 10_000, ISLMean: 550, Seed: 42, Tokenizer: tokenizer.Builtin()})
	require.NoError(b, err)
	b.ReportAllocs()
	bytes, i := 0, 0
	for b.Loop() {
		c, _ := s.Materialise(i % s.Len())
		bytes += len(text(c))
		i++
	}
	b.SetBytes(int64(bytes / i))
}
