// Ranks writes the o200k_base rank file from the embedded vocabulary, so that the real program needs no download.
//
//	dataset/tokenizer ─ token by token ─> "<base64> <rank>" lines ─ SHA-256 checked ─> FOLDER/<name tiktoken looks for>
package main

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"github.com/aiperf-go/aiperf/dataset/tokenizer"
)

const (
	// cacheName is the SHA-1 of the address tiktoken downloads the file from: its name in TIKTOKEN_CACHE_DIR.
	cacheName = "fb374d419588a4632f3f557e76b4b70aebbca790"
	// published is the SHA-256 tiktoken checks; it throws a file with another one away.
	published = "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: ranks FOLDER")
		os.Exit(1)
	}
	if err := write(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "ranks:", err)
		os.Exit(1)
	}
}

func write(folder string) error {
	file := rankFile(tokenizer.Builtin())
	if sum := sha256.Sum256(file); hex.EncodeToString(sum[:]) != published {
		return fmt.Errorf("rank file of the embedded vocabulary has SHA-256 %x, want %s", sum, published)
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return fmt.Errorf("make %s: %w", folder, err)
	}
	path := filepath.Join(folder, cacheName)
	if err := os.WriteFile(path, file, 0o644); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

// rankFile is the published form: ranks without a gap from 0, special tokens left out.
func rankFile(t *tokenizer.BPE) []byte {
	var file []byte
	for id := uint32(0); id < tokenizer.EndOfText; id++ {
		token := t.Token(id)
		if token == "" {
			break
		}
		file = base64.StdEncoding.AppendEncode(file, []byte(token))
		file = append(file, ' ')
		file = strconv.AppendUint(file, uint64(id), 10)
		file = append(file, '\n')
	}
	return file
}
