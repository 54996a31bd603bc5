// Command gen makes the corpus' embedded assets from its text: the text compressed, and its ids in the builtin tokenizer.
package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/binary"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"

	"github.com/aiperf-go/aiperf/dataset/corpus"
	"github.com/aiperf-go/aiperf/dataset/tokenizer"
)

func main() {
	text := flag.String("text", "", "the corpus as plain text")
	out := flag.String("out", ".", "folder to write to")
	flag.Parse()
	if err := run(*text, *out); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(path, out string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("read corpus: %w", err)
	}
	if sum := fmt.Sprintf("%x", sha256.Sum256(text)); sum != corpus.SHA256 {
		return fmt.Errorf("read corpus: %s has SHA-256 %s, want %s", path, sum, corpus.SHA256)
	}
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := w.Write(text); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(out, "shakespeare.txt.gz"), packed.Bytes(), 0o644); err != nil {
		return err
	}
	var ids, seams []uint32
	tok := tokenizer.Builtin()
	for chunk := range corpus.Chunks(text) {
		seams = append(seams, uint32(len(ids)))
		ids = tok.Encode(ids, chunk)
	}
	pool, err := pack(ids, seams)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(out, "sonnet.o200k_base.bin"), pool, 0o644)
}

// pack lays out ids as the corpus package reads them.
func pack(ids, seams []uint32) ([]byte, error) {
	distinct := slices.Compact(slices.Sorted(slices.Values(ids)))
	if len(distinct) > math.MaxUint16+1 {
		return nil, fmt.Errorf("pack ids: %d distinct ones do not fit 16 bits", len(distinct))
	}
	le := binary.LittleEndian
	var out []byte
	for _, n := range []int{len(ids), len(distinct), len(seams)} {
		out = le.AppendUint32(out, uint32(n))
	}
	for _, v := range slices.Concat(distinct, seams) {
		out = le.AppendUint32(out, v)
	}
	for _, id := range ids {
		i, _ := slices.BinarySearch(distinct, id)
		out = le.AppendUint16(out, uint16(i))
	}
	return out, nil
}
