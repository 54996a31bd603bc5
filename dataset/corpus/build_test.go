// Pools of other tokenizers: made from the text, kept in files, and never wrong because of one.
package corpus_test

import (
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/dataset/corpus"
	"github.com/aiperf-go/aiperf/dataset/tokenizer"
)

// other is a tokenizer with a fingerprint: a token every so many bytes. It counts the chunks it encodes.
type other struct {
	mark  string
	calls *atomic.Int64
}

func newOther(mark string) other { return other{mark, new(atomic.Int64)} }

func (o other) Name() string        { return "other" }
func (o other) Fingerprint() string { return o.mark }
func (o other) Encode(dst []uint32, text []byte) []uint32 {
	o.calls.Add(1)
	for i := 0; i < len(text); i += 40 {
		dst = append(dst, uint32(text[i])<<8|uint32(text[i/2]))
	}
	return dst
}

// renamed is the builtin tokenizer as if it were another one.
type renamed struct {
	*tokenizer.BPE
	mark string
}

func (r renamed) Fingerprint() string { return r.mark }

// wordless is a tokenizer without a fingerprint: one token a chunk.
type wordless struct{ tokens int }

func (wordless) Name() string { return "wordless" }
func (w wordless) Encode(dst []uint32, text []byte) []uint32 {
	for range w.tokens {
		dst = append(dst, uint32(len(text)))
	}
	return dst
}

func requireSame(t *testing.T, want, got corpus.Pool) {
	t.Helper()
	require.Equal(t, want.Seams(), got.Seams())
	require.True(t, slices.Equal(want.Append(nil, 0, want.Len()), got.Append(nil, 0, got.Len())))
}

// whole is the pool of other, made without any file.
func whole(t *testing.T) corpus.Pool {
	t.Helper()
	pool, note, err := corpus.For(newOther(""), "")
	require.NoError(t, err)
	require.Empty(t, note)
	require.Greater(t, pool.Len(), 100_000)
	return pool
}

// chunks of the corpus, and so calls of Encode to make a pool.
const chunks = 486

func TestForBuiltinUsesEmbeddedIDs(t *testing.T) {
	dir := t.TempDir()
	p, note, err := corpus.For(tokenizer.Builtin(), dir)
	require.NoError(t, err)
	require.Empty(t, note)
	require.Equal(t, corpus.Builtin(), p)
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, files)
}

func TestForWithoutFile(t *testing.T) {
	p, note, err := corpus.For(renamed{tokenizer.Builtin(), "mark"}, "")
	require.NoError(t, err)
	require.Empty(t, note)
	requireSame(t, corpus.Builtin(), p)

	dir := t.TempDir()
	tok := newOther("") // has no fingerprint to keep a file by
	_, note, err = corpus.For(tok, dir)
	require.NoError(t, err)
	require.Empty(t, note)
	require.EqualValues(t, chunks, tok.calls.Load())
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, files)
}

func TestForTokenizerWithoutTokens(t *testing.T) {
	_, _, err := corpus.For(wordless{}, t.TempDir())
	require.EqualError(t, err, "encode corpus: tokenizer wordless gives no tokens")
	p, _, err := corpus.For(wordless{2}, "")
	require.NoError(t, err)
	require.Equal(t, 2*chunks, p.Len())
	require.Equal(t, uint32(2), p.Seams()[1])
}

// kept makes the file of a tokenizer and gives its path.
func kept(t *testing.T, dir, mark string) string {
	t.Helper()
	before, err := filepath.Glob(filepath.Join(dir, "*.tokens"))
	require.NoError(t, err)
	_, note, err := corpus.For(newOther(mark), dir)
	require.NoError(t, err)
	require.Empty(t, note)
	after, err := filepath.Glob(filepath.Join(dir, "*.tokens"))
	require.NoError(t, err)
	require.Len(t, after, len(before)+1)
	for _, path := range after {
		if len(before) == 0 || path != before[0] {
			return path
		}
	}
	return ""
}

func TestForReadsItsFile(t *testing.T) {
	want := whole(t)
	dir := filepath.Join(t.TempDir(), "made", "on the way")
	path := kept(t, dir, "mark")
	tok := newOther("mark")
	p, note, err := corpus.For(tok, dir)
	require.NoError(t, err)
	require.Empty(t, note)
	require.Zero(t, tok.calls.Load())
	requireSame(t, want, p)
	require.NotEqual(t, path, kept(t, dir, "another mark"))
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, files, 2) // no temporary ones are left
}

func TestForMakesBadFilesAgain(t *testing.T) {
	want := whole(t)
	dir := t.TempDir()
	path := kept(t, dir, "mark")
	good, err := os.ReadFile(path)
	require.NoError(t, err)
	foreign, err := os.ReadFile(kept(t, dir, "another mark"))
	require.NoError(t, err)
	flip := func(at int) []byte {
		b := append([]byte{}, good...)
		b[at] ^= 4
		return b
	}
	for _, row := range []struct {
		name, wrong string
		content     []byte
	}{
		{"empty", "is of another kind or version", nil},
		{"text", "is of another kind or version", []byte("hello, world\n")},
		{"version", "is of another kind or version", flip(12)},
		{"of another tokenizer", "is of another kind or version", foreign},
		{"header alone", "is damaged", good[:20]},
		{"number of ids", "is damaged", flip(48)},
		{"an id", "is damaged", flip(len(good) / 2)},
		{"checksum", "is damaged", flip(len(good) - 1)},
		{"cut", "is damaged", good[:len(good)-4096]},
		{"longer", "is damaged", append(append([]byte{}, good...), 0, 0, 0, 0)},
	} {
		require.NoError(t, os.WriteFile(path, row.content, 0o600))
		tok := newOther("mark")
		p, note, err := corpus.For(tok, dir)
		require.NoError(t, err, row.name)
		require.Equal(t, "the token cache "+path+" could not be used ("+row.wrong+") and was made again", note, row.name)
		require.EqualValues(t, chunks, tok.calls.Load(), row.name)
		requireSame(t, want, p)
		again, err := os.ReadFile(path)
		require.NoError(t, err, row.name)
		require.Equal(t, good, again, row.name)
	}
}

// Places where no file can be: what stands in the way, and what is said.
func TestForWhereNothingCanBeWritten(t *testing.T) {
	want := whole(t)
	dir := t.TempDir()
	path := kept(t, dir, "mark")
	require.NoError(t, os.Remove(path))
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	for _, row := range []struct {
		name, dir string
		before    func()
		note      string
	}{
		{"a folder in place of the file", dir, func() { require.NoError(t, os.MkdirAll(filepath.Join(path, "full"), 0o700)) },
			"cannot be used (is of another kind or version) nor written again (rename: "},
		{"a file in place of the folder", file, func() {}, " nor written again (mkdir: "},
	} {
		row.before()
		tok := newOther("mark")
		p, note, err := corpus.For(tok, row.dir)
		require.NoError(t, err, row.name)
		require.Contains(t, note, row.note, row.name)
		require.NotContains(t, note, "\n", row.name)
		requireSame(t, want, p)
	}
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, left, 1) // the folder in the way; no temporary file
}

func TestForAtTheSameTime(t *testing.T) {
	want := whole(t)
	dir := t.TempDir()
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			p, note, err := corpus.For(newOther("mark"), dir)
			if err != nil || note != "" || len(p.Seams()) != chunks {
				t.Errorf("%d chunks, note %q, error %v", len(p.Seams()), note, err)
			}
		})
	}
	all.Wait()
	tok := newOther("mark")
	p, note, err := corpus.For(tok, dir)
	require.NoError(t, err)
	require.Empty(t, note)
	require.Zero(t, tok.calls.Load())
	requireSame(t, want, p)
}

func BenchmarkFor(b *testing.B) {
	dir := b.TempDir()
	for _, row := range []struct {
		name string
		tok  corpus.Tokenizer
		dir  string
	}{
		{"embedded", tokenizer.Builtin(), dir},
		{"encoded", renamed{tokenizer.Builtin(), "mark"}, ""},
		{"from file", renamed{tokenizer.Builtin(), "mark"}, dir},
	} {
		b.Run(row.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, _, err := corpus.For(row.tok, row.dir); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
