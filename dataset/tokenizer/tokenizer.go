// Package tokenizer turns text into tokens and back: byte-level BPE over the embedded o200k_base vocabulary.
//
//	text ─ specials cut out ─ split (split.go) ─> pieces ─ whole token? ──────> ids
//	                                                     └ merge (merge.go) ──┘
//	ids ─ token bytes joined ─ invalid UTF-8 replaced (utf8.go) ─> text
package tokenizer

import (
	"bytes"
	_ "embed" // the vocabulary
	"unicode/utf8"

	"github.com/aiperf-go/aiperf/dataset/tokenizer/internal/vocab"
)

//go:generate go run ./internal/gen -ranks $O200K_BASE_TIKTOKEN -out .

// BuiltinName is the name users give the embedded tokenizer.
const BuiltinName = "builtin"

// Facts of o200k_base.
const (
	EndOfText   = 199999 // the id that separates texts
	EndOfPrompt = 200018
	VocabSize   = 200019 // one more than the highest id; 199998 and 200000…200017 have no token
)

const scratchTokens = 64 // tokens of a merged piece kept on the stack while counting; longer ones allocate

//go:embed o200k_base.bin
var o200kBase string

// BPE is a byte-level BPE tokenizer. It is safe for concurrent use: nothing in it changes.
//
// It encodes as AIPerf does: no special tokens are added, the literal text of a special token is that token, and nothing is normalised.
type BPE struct {
	name        string
	fingerprint string
	vocab       vocab.Table
	specials    []special // ascending; the first one ends a text
}

// special is a token whose literal text becomes its id.
type special struct {
	text string
	id   uint32
}

// specialMark begins every special text, so that a text without it is not searched further.
var specialMark = []byte("<|endof")

// Builtin gives the embedded o200k_base. Nothing is decompressed or parsed: the vocabulary is used where it lies in the program.
func Builtin() *BPE {
	table, err := vocab.Open(o200kBase)
	if err != nil {
		// The asset is part of the program and checked by its tests; an empty vocabulary would give wrong counts silently.
		panic("tokenizer: embedded o200k_base: " + err.Error())
	}
	return &BPE{
		name:        BuiltinName,
		fingerprint: builtinFingerprint,
		vocab:       table,
		specials: []special{
			{"<|endoftext|>", EndOfText},
			{"<|endofprompt|>", EndOfPrompt},
		},
	}
}

// Name is the name users give the tokenizer.
func (t *BPE) Name() string { return t.name }

// Token is the bytes of one token; "" when the vocabulary has no such id.
func (t *BPE) Token(id uint32) string {
	if s := t.vocab.Token(id); s != "" {
		return s
	}
	for _, s := range t.specials {
		if s.id == id {
			return s.text
		}
	}
	return ""
}

// Encode appends the ids of text to dst. Bytes that are not UTF-8 count as the U+FFFD they would be decoded to.
func (t *BPE) Encode(dst []uint32, text []byte) []uint32 {
	if !utf8.Valid(text) {
		text = appendValid(nil, text)
	}
	for len(text) > 0 {
		plain, id, rest := t.cutSpecial(text)
		for len(plain) > 0 {
			n := nextPiece(plain)
			if whole, ok := t.vocab.Lookup(plain[:n]); ok {
				dst = append(dst, whole)
			} else {
				dst = t.merge(dst, plain[:n])
			}
			plain = plain[n:]
		}
		if id != 0 {
			dst = append(dst, id)
		}
		text = rest
	}
	return dst
}

// Count is len(Encode(nil, text)) without keeping the ids.
func (t *BPE) Count(text []byte) int {
	if !utf8.Valid(text) {
		text = appendValid(nil, text)
	}
	var scratch [scratchTokens]uint32
	count := 0
	for len(text) > 0 {
		plain, id, rest := t.cutSpecial(text)
		for len(plain) > 0 {
			n := nextPiece(plain)
			if _, ok := t.vocab.Lookup(plain[:n]); ok {
				count++
			} else {
				count += len(t.merge(scratch[:0], plain[:n]))
			}
			plain = plain[n:]
		}
		if id != 0 {
			count++
		}
		text = rest
	}
	return count
}

// cutSpecial gives the text before the first special token, its id (0 for none) and the text after it.
func (t *BPE) cutSpecial(text []byte) (plain []byte, id uint32, rest []byte) {
	for from := 0; ; {
		i := bytes.Index(text[from:], specialMark)
		if i < 0 {
			return text, 0, nil
		}
		i += from
		for _, s := range t.specials {
			if len(text)-i >= len(s.text) && string(text[i:i+len(s.text)]) == s.text {
				return text[:i], s.id, text[i+len(s.text):]
			}
		}
		from = i + 1
	}
}

// Decode appends the text of ids to dst; what is not UTF-8, and ids without a token, become U+FFFD. Bytes of dst behind its length, up to the
// capacity, are scribbled on.
func (t *BPE) Decode(dst []byte, ids []uint32) []byte {
	start := len(dst)
	for _, id := range ids {
		var ok bool
		if dst, ok = t.vocab.Append(dst, id); ok {
			continue
		}
		token := t.Token(id) // a special one, or none
		if token == "" {
			token = replacement
		}
		dst = append(dst, token...)
	}
	if utf8.Valid(dst[start:]) {
		return dst
	}
	return appendValid(dst[:start], bytes.Clone(dst[start:]))
}
