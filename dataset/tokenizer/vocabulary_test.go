// The ids of the builtin vocabulary, against those AIPerf finds in tiktoken's.
package tokenizer_test

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/dataset"
	"github.com/aiperf-go/aiperf/dataset/tokenizer"
)

var _ dataset.Vocabulary = (*tokenizer.BPE)(nil)

func TestVocabulary(t *testing.T) {
	tok := tokenizer.Builtin()
	require.Equal(t, tokenizer.VocabSize, tok.VocabSize())
	id, ok := tok.Separator()
	require.True(t, ok)
	require.EqualValues(t, tokenizer.EndOfText, id)
	for _, row := range []struct {
		special bool
		n       int
		sum     string // of the ids AIPerf draws from, 32 bits little endian
	}{
		{false, 199998, "82e8dfd47d01b12d808c1806cef468e0a9d478c50427f4604fd33222bb056ce6"},
		{true, 200000, "912a8b747114383e79b47a2b7e80c3e2dda5ce7a0ca6552115089aab77972591"},
	} {
		ids := tok.Decodable(row.special)
		require.Len(t, ids, row.n)
		var raw []byte
		for i, id := range ids {
			require.NotEmpty(t, tok.Token(id))
			require.True(t, i == 0 || ids[i-1] < id)
			raw = binary.LittleEndian.AppendUint32(raw, id)
		}
		sum := sha256.Sum256(raw)
		require.Equal(t, row.sum, hex.EncodeToString(sum[:]))
	}
	// Every id that is left out has no token.
	all := map[uint32]bool{}
	for _, id := range tok.Decodable(true) {
		all[id] = true
	}
	for id := range uint32(tok.VocabSize()) {
		require.Equal(t, all[id], tok.Token(id) != "", "id %d", id)
	}
}

// The zero tokenizer has no tokens, and says so.
func TestVocabularyOfNothing(t *testing.T) {
	var tok tokenizer.BPE
	require.Zero(t, tok.VocabSize())
	require.Empty(t, tok.Decodable(true))
	_, ok := tok.Separator()
	require.False(t, ok)
	require.Empty(t, tok.Fingerprint())
}
