// Package corpus holds what synthetic prompts are cut from: a text as tokens, texts made for a seed, or the tokens themselves.
//
//	embedded ids of the builtin tokenizer ────────────┐
//	file of an earlier run ───────────────────────────┼─ For ─> Pool ─ Append(start, n) ─> a window of ids
//	Text ─ Chunks ─ (encode each) ────────────────────┘          ^
//	rules ─ fill by chance, shuffle, join ─ (encode) ─ Coding ───┘
//	vocabulary ─────────────────────────────────────── Random ─> RandomPool ─ Append ─> a window of ids
//
// The text is embedded compressed and only unpacked when another tokenizer needs it; the ids of the builtin tokenizer are used where they lie.
package corpus

import (
	"bytes"
	"compress/gzip"
	_ "embed" // the corpus
	"fmt"
	"io"
	"iter"
	"strings"
)

//go:generate go run ./internal/gen -text $AIPERF_CORPUS_TEXT -out .

// Facts of the text, for results to name what prompts were made of.
const (
	Name      = "sonnet"
	SHA256    = "e0e13a826912a4a81bb3a582aa73c4af0675bdeee6ddf6d505efb63d562d496f"
	TextBytes = 5020475
)

// chunkBytes closes a chunk: lines are collected until they hold so many bytes, separators not counted. Part of the contract: chunks are
// encoded one by one, so another size gives other tokens at the seams.
const chunkBytes = 10_000

//go:embed shakespeare.txt.gz
var compressed string

// Text unpacks the corpus.
func Text() ([]byte, error) {
	r, err := gzip.NewReader(strings.NewReader(compressed))
	if err != nil {
		return nil, fmt.Errorf("unpack corpus: %w", err)
	}
	text := bytes.NewBuffer(make([]byte, 0, TextBytes+bytes.MinRead))
	if _, err := io.Copy(text, r); err != nil {
		return nil, fmt.Errorf("unpack corpus: %w", err)
	}
	return text.Bytes(), nil
}

// Chunks gives the pieces of a text that are encoded separately: trimmed lines without empty ones, joined by a blank. A chunk is valid
// until the next one.
func Chunks(text []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		var chunk []byte
		size := 0
		for line := range bytes.Lines(text) {
			line = bytes.TrimSpace(line)
			if len(line) == 0 {
				continue
			}
			if size > 0 {
				chunk = append(chunk, ' ')
			}
			chunk = append(chunk, line...)
			if size += len(line); size >= chunkBytes {
				if !yield(chunk) {
					return
				}
				chunk, size = chunk[:0], 0
			}
		}
		if size > 0 {
			yield(chunk)
		}
	}
}
