// The sonnets as a pool of any tokenizer: embedded ids, else a file of an earlier run, else encoded now, by all cores.
package corpus

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/aiperf-go/aiperf/dataset/corpus/internal/store"
)

// builtinFingerprint is that of the tokenizer whose ids are embedded.
const builtinFingerprint = "o200k_base/446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d"

// bytesPerToken sizes the room for a chunk's ids; English has 4 to 5 bytes a token.
const bytesPerToken = 4

// Tokenizer is what the corpus needs of one.
type Tokenizer interface {
	// Name is the name users give it.
	Name() string
	// Encode appends the ids of text to dst. It is safe for concurrent use.
	Encode(dst []uint32, text []byte) []uint32
}

// fingerprinted is a tokenizer that names its contents: equal fingerprints encode every text alike. Without one nothing is kept.
type fingerprinted interface{ Fingerprint() string }

// For is the pool of the sonnets in a tokenizer's ids. Those of another tokenizer than the builtin one are kept in a file of cacheDir, and
// of none when that is "". A file that cannot be used or written is no error: the text is encoded, and note says so in a sentence.
func For(tok Tokenizer, cacheDir string) (pool Pool, note string, err error) {
	var fingerprint string
	if f, ok := tok.(fingerprinted); ok {
		fingerprint = f.Fingerprint()
	}
	if fingerprint == builtinFingerprint {
		return Builtin(), "", nil
	}
	if fingerprint == "" || cacheDir == "" {
		pool, err = encode(tok)
		return pool, "", err
	}
	key := fileKey(fingerprint)
	path := filepath.Join(cacheDir, Name+"-"+hex.EncodeToString(key[:8])+".tokens")
	ids, seams, loading := store.Load(path, key)
	if loading == nil && len(ids) > 0 {
		return NewPool(ids, seams), "", nil
	}
	if pool, err = encode(tok); err != nil {
		return Pool{}, "", err
	}
	saving := store.Save(path, key, pool.plain, pool.seams)
	return pool, cacheNote(path, loading, saving), nil
}

// fileKey names everything the ids of a file follow from.
func fileKey(fingerprint string) store.Key {
	return sha256.Sum256([]byte(fingerprint + "\n" + SHA256 + "\n" + strconv.Itoa(chunkBytes)))
}

// cacheNote says what was wrong with the file of a pool; "" when it was only missing and is there now.
func cacheNote(path string, loading, saving error) string {
	if errors.Is(loading, fs.ErrNotExist) {
		loading = nil
	}
	switch {
	case loading != nil && saving != nil:
		return fmt.Sprintf("the token cache %s cannot be used (%v) nor written again (%v), so the corpus was encoded for this run alone", path, loading, saving)
	case loading != nil:
		return fmt.Sprintf("the token cache %s could not be used (%v) and was made again", path, loading)
	case saving != nil:
		return fmt.Sprintf("the token cache %s cannot be written (%v), so the corpus was encoded for this run alone", path, saving)
	}
	return ""
}

// encode makes the pool from the text. Chunks are encoded one by one, so the ids do not depend on how many cores do it.
func encode(tok Tokenizer) (Pool, error) {
	text, err := Text()
	if err != nil {
		return Pool{}, err
	}
	var chunks [][]byte
	for chunk := range Chunks(text) {
		chunks = append(chunks, bytes.Clone(chunk))
	}
	parts := make([][]uint32, len(chunks))
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(chunks)) {
		workers.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= len(chunks) {
					return
				}
				parts[i] = tok.Encode(make([]uint32, 0, len(chunks[i])/bytesPerToken), chunks[i])
			}
		})
	}
	workers.Wait()
	size := 0
	for _, part := range parts {
		size += len(part)
	}
	if size == 0 {
		return Pool{}, fmt.Errorf("encode corpus: tokenizer %s gives no tokens", tok.Name())
	}
	ids, seams := make([]uint32, 0, size), make([]uint32, 0, len(parts))
	for _, part := range parts {
		seams = append(seams, uint32(len(ids)))
		ids = append(ids, part...)
	}
	return NewPool(ids, seams), nil
}
