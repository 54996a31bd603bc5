// What a vocabulary tells about itself: its ids, its separator and a name for its contents.
package tokenizer

// builtinFingerprint names the contents of the builtin tokenizer: encoding, and SHA-256 of its rank file.
const builtinFingerprint = "o200k_base/446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d"

// VocabSize is one more than the largest id, ids without a token counted.
func (t *BPE) VocabSize() int {
	size := t.vocab.Len()
	for _, s := range t.specials {
		size = max(size, int(s.id)+1)
	}
	return size
}

// Decodable are the ids that have a token, ascending, the special ones among them when asked for. A token that is not UTF-8 by itself
// counts: the decoder has bytes for it.
func (t *BPE) Decodable(special bool) []uint32 {
	ids := make([]uint32, t.vocab.Len(), t.vocab.Len()+len(t.specials))
	for i := range ids {
		ids[i] = uint32(i)
	}
	if special {
		for _, s := range t.specials { // ascending, and behind the vocabulary
			ids = append(ids, s.id)
		}
	}
	return ids
}

// Separator is the token that begins a block. A tiktoken vocabulary has none that begins a text, so it is the one that ends it.
func (t *BPE) Separator() (id uint32, ok bool) {
	if len(t.specials) == 0 {
		return 0, false
	}
	return t.specials[0].id, true
}

// Fingerprint names the contents: equal fingerprints encode every text alike.
func (t *BPE) Fingerprint() string { return t.fingerprint }
