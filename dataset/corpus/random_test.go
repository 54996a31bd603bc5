// Pools of random tokens: sizes and order of AIPerf's, and windows that repeat.
package corpus_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/dataset/corpus"
	"github.com/aiperf-go/aiperf/dataset/tokenizer"
)

func TestRandomPoolsOfBuiltin(t *testing.T) {
	for _, row := range []struct {
		style string
		size  int
		last  []uint32
	}{
		{"", 199998, []uint32{199996, 199997}},
		{"vllm", 199998, []uint32{199996, 199997}},
		{"sglang", 200000, []uint32{199997, 199999, 200018}},
	} {
		p, err := corpus.Random(tokenizer.Builtin(), row.style)
		require.NoError(t, err)
		require.Equal(t, row.size, p.Len())
		require.Equal(t, 200000, p.TopUpLen())
		require.Equal(t, uint32(200018), p.TopUpAt(p.TopUpLen()-1))
		require.Equal(t, uint32(199999), p.TopUpAt(p.TopUpLen()-2))
		// A window over the end, the end itself, and more than the whole pool.
		k := len(row.last)
		require.Equal(t, append(append([]uint32{}, row.last...), 0, 1), p.Append(nil, row.size-k, k+2))
		all := p.Append(nil, 3, p.Len()+5)
		require.Len(t, all, p.Len()+5)
		for j, id := range all {
			require.Equal(t, p.At((3+j)%p.Len()), id)
		}
	}
}

// listed is a tokenizer of a few ids.
type listed struct{ plain, special []uint32 }

func (listed) Name() string                              { return "listed" }
func (listed) Encode(dst []uint32, text []byte) []uint32 { return append(dst, uint32(len(text))) }
func (l listed) Decodable(special bool) []uint32 {
	if special {
		return l.special
	}
	return l.plain
}

func TestRandomPoolOfVocabularyWithGaps(t *testing.T) {
	tok := listed{plain: []uint32{2, 3, 7, 9, 10}, special: []uint32{0, 2, 3, 7, 9, 10, 11}}
	p, err := corpus.Random(tok, "vllm")
	require.NoError(t, err)
	require.Equal(t, []uint32{7, 9, 10, 2, 3, 7, 9, 10, 2}, p.Append(nil, 12, 9))
	require.Empty(t, p.Append(nil, 4, 0))
	require.Equal(t, 7, p.TopUpLen())
	for i, id := range tok.special {
		require.Equal(t, id, p.TopUpAt(i))
	}
}

type unlisted struct{}

func (unlisted) Name() string                           { return "unlisted" }
func (unlisted) Encode(dst []uint32, _ []byte) []uint32 { return dst }

func TestRandomRefusals(t *testing.T) {
	_, err := corpus.Random(unlisted{}, "vllm")
	require.EqualError(t, err, "make random prompts: tokenizer unlisted does not list its tokens (use the builtin tokenizer or another corpus)")
	_, err = corpus.Random(listed{special: []uint32{0}}, "vllm")
	require.EqualError(t, err, "make random prompts: tokenizer listed has no tokens that stand for text")
	_, err = corpus.Random(tokenizer.Builtin(), "tgi")
	require.EqualError(t, err, `make random prompts: no style "tgi" (there are vllm and sglang)`)
}

func BenchmarkRandomPool(b *testing.B) {
	tok := tokenizer.Builtin()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := corpus.Random(tok, "sglang"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRandomAppend(b *testing.B) {
	p, err := corpus.Random(tokenizer.Builtin(), "sglang")
	require.NoError(b, err)
	var dst []uint32
	b.ReportAllocs()
	for b.Loop() {
		dst = p.Append(dst[:0], 150_000, 550)
	}
}
