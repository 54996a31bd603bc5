// Equality with ids made by tiktoken, and properties that hold for every text.
package tokenizer

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"os"
	"strings"
	"sync"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/dataset/tokenizer/internal/vocab"
)

type idVectors struct {
	Encode []struct {
		Text   string
		Base64 string // of a text that is not UTF-8
		IDs    []uint32
	}
	Decode []struct {
		Text string
		IDs  []uint32
	}
}

func readVectors(tb testing.TB, path string) idVectors {
	tb.Helper()
	b, err := os.ReadFile(path)
	require.NoError(tb, err)
	var v idVectors
	require.NoError(tb, json.Unmarshal(b, &v))
	return v
}

func TestIDsOfTiktoken(t *testing.T) {
	v := readVectors(t, "testdata/o200k_base.json")
	require.Greater(t, len(v.Encode), 200)
	require.NotEmpty(t, v.Decode)
	checkVectors(t, v)
}

func checkVectors(t *testing.T, v idVectors) {
	t.Helper()
	tok := Builtin()
	for _, row := range v.Encode {
		text := []byte(row.Text)
		if row.Base64 != "" {
			var err error
			text, err = base64.StdEncoding.DecodeString(row.Base64)
			require.NoError(t, err)
		}
		got := tok.Encode([]uint32{}, text)
		require.Equal(t, row.IDs, got, "%q", text)
		require.Equal(t, len(row.IDs), tok.Count(text), "%q", text)
	}
	for _, row := range v.Decode {
		require.Equal(t, row.Text, string(tok.Decode(nil, row.IDs)), "%v", row.IDs)
	}
}

func TestFactsOfTheEncoding(t *testing.T) {
	b, err := os.ReadFile("testdata/corpus.json")
	require.NoError(t, err)
	var facts struct {
		Tokenizer struct {
			Vocab   int            `json:"n_vocab"`
			Ranks   int            `json:"mergeable_ranks"`
			Special map[string]int `json:"special"`
		}
	}
	require.NoError(t, json.Unmarshal(b, &facts))
	tok := Builtin()
	require.Equal(t, facts.Tokenizer.Ranks, tok.vocab.Len())
	require.Equal(t, facts.Tokenizer.Vocab, VocabSize)
	require.Equal(t, "builtin", tok.Name())
	for text, id := range facts.Tokenizer.Special {
		require.Equal(t, text, tok.Token(uint32(id)))
		require.Equal(t, []uint32{uint32(id)}, tok.Encode(nil, []byte(text)))
	}
	require.Empty(t, tok.Token(199998))
	require.Empty(t, tok.Token(VocabSize))
	require.Equal(t, "a\uFFFDb", string(tok.Decode(nil, append(tok.Encode(nil, []byte("a")), 199998, tok.Encode(nil, []byte("b"))[0]))))
}

// The rank file's own hash comes back from the embedded table: every token, in order.
func TestEmbeddedVocabularyIsTheRankFile(t *testing.T) {
	const published = "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d"
	table, err := vocab.Open(o200kBase)
	require.NoError(t, err)
	h := sha256.New()
	var line []byte
	for id := range table.Len() {
		token := table.Token(uint32(id))
		line = base64.StdEncoding.AppendEncode(line[:0], []byte(token))
		line = append(line, ' ')
		line = appendInt(line, id)
		line = append(line, '\n')
		h.Write(line)
		got, ok := table.Lookup([]byte(token))
		require.True(t, ok)
		require.Equal(t, uint32(id), got)
	}
	require.Equal(t, published, hex.EncodeToString(h.Sum(nil)))
	require.Equal(t, "o200k_base/"+published, Builtin().Fingerprint())
}

func appendInt(dst []byte, n int) []byte {
	b, _ := json.Marshal(n)
	return append(dst, b...)
}

func TestOpenRefusesCutData(t *testing.T) {
	built, err := vocab.Build([]string{"a", "b", "ab"})
	require.NoError(t, err)
	_, err = vocab.Open(string(built))
	require.NoError(t, err)
	for n := range built {
		_, err := vocab.Open(string(built[:n]))
		require.Error(t, err, n)
	}
	_, err = vocab.Build([]string{"a", "a"})
	require.Error(t, err)
	_, err = vocab.Build([]string{""})
	require.Error(t, err)
}

func TestClassesAgreeWithUnicode(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		c := classOf(r)
		if unicode.Is(unicode.Cn, r) {
			continue // newer than Go's tables
		}
		require.Equal(t, unicode.In(r, unicode.Lu, unicode.Lt), c&upper != 0, "%U", r)
		require.Equal(t, unicode.Is(unicode.Ll, r), c&lower != 0, "%U", r)
		require.Equal(t, unicode.In(r, unicode.Lm, unicode.Lo), c&uncase != 0, "%U", r)
		require.Equal(t, unicode.Is(unicode.M, r), c&mark != 0, "%U", r)
		require.Equal(t, unicode.Is(unicode.N, r), c&number != 0, "%U", r)
		require.Equal(t, unicode.Is(unicode.White_Space, r), c&space != 0, "%U", r)
		require.Equal(t, r == '\r' || r == '\n', c&lineEnd != 0, "%U", r)
	}
}

func TestReplacementPerMaximalSubpart(t *testing.T) {
	for in, want := range map[string]string{
		"\xff\xfe":                             "\uFFFD\uFFFD",
		"\xe2\x82":                             "\uFFFD",
		"\xe2\x82a":                            "\uFFFDa",
		"\xed\xa0\x80":                         "\uFFFD\uFFFD\uFFFD",
		"\xf0\x9f\x98":                         "\uFFFD",
		"\xf0\x80\x80":                         "\uFFFD\uFFFD\uFFFD",
		"\xf4\x90\x80\x80":                     "\uFFFD\uFFFD\uFFFD\uFFFD",
		"\xc3\xc3\xa9":                         "\uFFFD\u00e9",
		"\xe1\x80\xe2\xf0\x91\x92\xf1\xbf\x41": "\uFFFD\uFFFD\uFFFD\uFFFDA",
		"\x61\xf1\x80\x80\xe1\x80\xc2\x62\x80\x63\x80": "a\uFFFD\uFFFD\uFFFDb\uFFFDc\uFFFD",
	} {
		require.Equal(t, want, string(appendValid(nil, []byte(in))), "%q", in)
	}
}

func TestConcurrentUse(t *testing.T) {
	tok := Builtin()
	text := []byte(strings.Repeat("From fairest creatures we desire increase antidisestablishmentarianism ", 50))
	want := tok.Count(text)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 20 {
				if tok.Count(text) != want || len(tok.Encode(nil, text)) != want {
					t.Error("another count")
				}
			}
		})
	}
	wg.Wait()
}

func TestCountDoesNotAllocate(t *testing.T) {
	tok := Builtin()
	text := []byte("From fairest creatures we desire increase, antidisestablishmentarianism 你好 <|endoftext|>\n")
	require.Zero(t, testing.AllocsPerRun(100, func() { tok.Count(text) }))
}

func TestLongPieceRoundTrip(t *testing.T) {
	text := strings.Repeat("ab", 100_000)
	require.Equal(t, text, string(Builtin().Decode(nil, Builtin().Encode(nil, []byte(text)))))
}

func FuzzTokenizer(f *testing.F) {
	for _, s := range []string{"Hello, world", "a\r\n b", "\u0301x", "12345", "it'S", "<|endoftext|>", "\xe2\x82", "文A文a", strings.Repeat("=", 130)} {
		f.Add([]byte(s))
	}
	tok := Builtin()
	f.Fuzz(func(t *testing.T, text []byte) {
		ids := tok.Encode(nil, text)
		require.Equal(t, len(ids), tok.Count(text))
		valid := appendValid(nil, text)
		require.True(t, utf8.Valid(valid))
		require.Equal(t, string(valid), string(tok.Decode(nil, ids)))
		comparePieces(t, valid)
		compareMerges(t, valid)
	})
}
