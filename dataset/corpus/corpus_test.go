// The embedded forms against the facts of the original text and tokens.
package corpus_test

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/dataset/corpus"
	"github.com/aiperf-go/aiperf/dataset/tokenizer"
)

type facts struct {
	Bytes      int      `json:"file_bytes"`
	SHA256     string   `json:"sha256"`
	Chunks     int      `json:"chunks"`
	ChunkSums  []string `json:"chunk_text_sha256_first3"`
	ChunkLens  []int    `json:"chunk_text_lens_first5"`
	Tokens     int      `json:"corpus_tokens"`
	TokensSum  string   `json:"corpus_tokens_sha256_le_uint32"`
	First      []uint32 `json:"first40_ids"`
	Last       []uint32 `json:"last10_ids"`
	DecodedSum string   `json:"decode_all_sha256"`
}

func readFacts(t *testing.T) facts {
	t.Helper()
	b, err := os.ReadFile("testdata/corpus.json")
	require.NoError(t, err)
	var f facts
	require.NoError(t, json.Unmarshal(b, &f))
	return f
}

func sum(b []byte) string {
	s := sha256.Sum256(b)
	return hex.EncodeToString(s[:])
}

func TestText(t *testing.T) {
	f := readFacts(t)
	text, err := corpus.Text()
	require.NoError(t, err)
	require.Len(t, text, f.Bytes)
	require.Equal(t, f.SHA256, sum(text))
	require.Equal(t, corpus.SHA256, f.SHA256)
	require.Equal(t, corpus.TextBytes, f.Bytes)
	n := 0
	for chunk := range corpus.Chunks(text) {
		if n < len(f.ChunkSums) {
			require.Equal(t, f.ChunkSums[n], sum(chunk))
		}
		if n < len(f.ChunkLens) {
			require.Len(t, chunk, f.ChunkLens[n])
		}
		n++
	}
	require.Equal(t, f.Chunks, n)
}

func TestChunksOfSmallTexts(t *testing.T) {
	for text, want := range map[string][]string{
		"":                  nil,
		" \n\n\t\n":         nil,
		"one":               {"one"},
		"  a \r\n\n b c \n": {"a b c"},
	} {
		var got []string
		for chunk := range corpus.Chunks([]byte(text)) {
			got = append(got, string(chunk))
		}
		require.Equal(t, want, got, "%q", text)
	}
}

func TestBuiltinPool(t *testing.T) {
	f := readFacts(t)
	p := corpus.Builtin()
	require.Equal(t, f.Tokens, p.Len())
	ids := p.Append(nil, 0, p.Len())
	var raw []byte
	for i, id := range ids {
		require.Equal(t, id, p.At(i))
		raw = binary.LittleEndian.AppendUint32(raw, id)
	}
	require.Equal(t, f.TokensSum, sum(raw))
	require.Equal(t, f.First, ids[:len(f.First)])
	require.Equal(t, f.Last, ids[len(ids)-len(f.Last):])
	tok := tokenizer.Builtin()
	require.Equal(t, f.DecodedSum, sum(tok.Decode(nil, ids)))
}

func TestWindowWrapsOnce(t *testing.T) {
	p := corpus.NewPool([]uint32{0, 1, 2, 3, 4}, []uint32{0})
	for _, row := range []struct {
		start, n int
		want     []uint32
	}{
		{1, 3, []uint32{1, 2, 3}},
		{3, 2, []uint32{3, 4}},
		{3, 4, []uint32{3, 4, 0, 1}},
		{3, 7, []uint32{3, 4, 0, 1, 2, 3, 4}},
		{3, 90, []uint32{3, 4, 0, 1, 2, 3, 4}},
		{0, 0, nil},
	} {
		require.Equal(t, row.want, p.Append(nil, row.start, row.n))
	}
}

func BenchmarkBuiltin(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		p := corpus.Builtin()
		p.At(0)
	}
}

func BenchmarkText(b *testing.B) {
	b.SetBytes(corpus.TextBytes)
	for b.Loop() {
		if _, err := corpus.Text(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAppend(b *testing.B) {
	p := corpus.Builtin()
	var dst []uint32
	for b.Loop() {
		dst = p.Append(dst[:0], 1000, 550)
	}
}
