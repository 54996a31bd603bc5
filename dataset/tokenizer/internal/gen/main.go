// Command gen makes the tokenizer's embedded assets: o200k_base.bin from a rank file, classes.bin from the Unicode tables.
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"unicode"

	"github.com/aiperf-go/aiperf/dataset/tokenizer/internal/vocab"
)

// ranksSHA256 is the published hash of the rank file; any other file would give other tokens.
const ranksSHA256 = "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d"

func main() {
	ranks := flag.String("ranks", "", "rank file: one line per token, its base64 and its rank")
	out := flag.String("out", ".", "folder to write to")
	flag.Parse()
	if err := run(*ranks, *out); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ranks, out string) error {
	data, err := os.ReadFile(ranks)
	if err != nil {
		return fmt.Errorf("read ranks: %w", err)
	}
	if sum := fmt.Sprintf("%x", sha256.Sum256(data)); sum != ranksSHA256 {
		return fmt.Errorf("read ranks: %s has SHA-256 %s, want %s", ranks, sum, ranksSHA256)
	}
	tokens, err := parse(data)
	if err != nil {
		return fmt.Errorf("parse %s: %w", ranks, err)
	}
	table, err := vocab.Build(tokens)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(out, "o200k_base.bin"), table, 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(out, "classes.bin"), classTable(), 0o644)
}

// parse reads the lines; ranks must be 0, 1, 2…
func parse(data []byte) ([]string, error) {
	var tokens []string
	for line := range bytes.Lines(data) {
		text, rank, ok := bytes.Cut(bytes.TrimSpace(line), []byte(" "))
		if !ok {
			return nil, fmt.Errorf("line %d: no rank", len(tokens)+1)
		}
		token, err := base64.StdEncoding.DecodeString(string(text))
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", len(tokens)+1, err)
		}
		if string(rank) != strconv.Itoa(len(tokens)) {
			return nil, fmt.Errorf("line %d: rank %s out of order", len(tokens)+1, rank)
		}
		tokens = append(tokens, string(token))
	}
	return tokens, nil
}

// classTable lays out the class of every code point: 0x1100 block numbers, then the distinct blocks of 256, block 0 first.
func classTable() []byte {
	stage := make([]byte, 0, 0x1100)
	var blocks []byte
	index := map[[256]byte]byte{}
	for base := rune(0); base <= unicode.MaxRune; base += 256 {
		var block [256]byte
		for i := range block {
			block[i] = classBits(base + rune(i))
		}
		id, ok := index[block]
		if !ok {
			id = byte(len(index))
			index[block] = id
			blocks = append(blocks, block[:]...)
		}
		stage = append(stage, id)
	}
	return append(stage, blocks...)
}

// classBits must agree with the bits of the tokenizer's class type, which a test compares with the Unicode tables.
func classBits(r rune) byte {
	switch {
	case unicode.In(r, unicode.Lu, unicode.Lt):
		return 1
	case unicode.Is(unicode.Ll, r):
		return 2
	case unicode.In(r, unicode.Lm, unicode.Lo):
		return 4
	case unicode.Is(unicode.M, r):
		return 8
	case unicode.Is(unicode.N, r):
		return 16
	case r == '\r' || r == '\n':
		return 32 | 64
	case unicode.Is(unicode.White_Space, r):
		return 32
	}
	for _, a := range added {
		if a.first <= r && r <= a.last {
			return a.bits
		}
	}
	return 0
}
