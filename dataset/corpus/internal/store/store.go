// Package store keeps token pools in files, so that a slow tokenizer encodes the corpus once.
//
//	ids, seams ─ Marshal ─ temporary file ─ rename ─> file ─ Unmarshal ─> the same ids and seams, or an error that says what is wrong
//
// A file is trusted only when its key is the one asked for and the checksum over all of it holds. Programs that write the same file at
// the same time each rename a whole one into place.
package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Layout, integers 32 bits little endian: magic, which names the version of the layout; key; number of ids, of seams; seams; ids; SHA-256
// of all before.
const (
	magic   = "aiperf pool 1\n\x00\x00"
	counts  = len(magic) + sha256.Size // where the two numbers are
	header  = counts + 8
	trailer = sha256.Size
)

// maxFile bounds what is read: 20 MB hold the corpus in single bytes.
const maxFile = 256 << 20

// Key names what a file must hold.
type Key [sha256.Size]byte

// What can be wrong with a file that is there.
var (
	ErrForeign = errors.New("is of another kind or version")
	ErrDamaged = errors.New("is damaged")
)

// Marshal lays a pool out.
func Marshal(key Key, ids, seams []uint32) []byte {
	b := make([]byte, 0, header+4*(len(seams)+len(ids))+trailer)
	b = append(b, magic...)
	b = append(b, key[:]...)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(ids)))
	b = binary.LittleEndian.AppendUint32(b, uint32(len(seams)))
	for _, list := range [][]uint32{seams, ids} {
		for _, v := range list {
			b = binary.LittleEndian.AppendUint32(b, v)
		}
	}
	sum := sha256.Sum256(b)
	return append(b, sum[:]...)
}

// Unmarshal reads a laid out pool with this key.
func Unmarshal(key Key, b []byte) (ids, seams []uint32, err error) {
	switch {
	case !bytes.HasPrefix(b, []byte(magic)):
		return nil, nil, ErrForeign
	case len(b) < header+trailer:
		return nil, nil, ErrDamaged
	case !bytes.Equal(b[len(magic):counts], key[:]):
		return nil, nil, ErrForeign
	}
	body, sum := b[:len(b)-trailer], b[len(b)-trailer:]
	nIDs, nSeams := uint64(binary.LittleEndian.Uint32(b[counts:])), uint64(binary.LittleEndian.Uint32(b[counts+4:]))
	if uint64(len(body)) != uint64(header)+4*(nIDs+nSeams) {
		return nil, nil, ErrDamaged
	}
	if got := sha256.Sum256(body); !bytes.Equal(got[:], sum) {
		return nil, nil, ErrDamaged
	}
	numbers := make([]uint32, nIDs+nSeams)
	for i := range numbers {
		numbers[i] = binary.LittleEndian.Uint32(body[header+4*i:])
	}
	return numbers[nSeams:], numbers[:nSeams:nSeams], nil
}

// Load reads the file with this key. The error is fs.ErrNotExist when there is none.
func Load(path string, key Key) (ids, seams []uint32, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, nil, cause(err)
	}
	if !info.Mode().IsRegular() || info.Size() > maxFile { // opening a pipe would wait for its writer
		return nil, nil, ErrForeign
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, nil, cause(err)
	}
	return Unmarshal(key, b)
}

// Save writes the file, or leaves things as they are.
func Save(path string, key Key, ids, seams []uint32) error {
	dir, name := filepath.Split(path)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return cause(err)
	}
	f, err := os.CreateTemp(dir, name+".*")
	if err != nil {
		return cause(err)
	}
	_, err = f.Write(Marshal(key, ids, seams))
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
		return cause(err)
	}
	return nil
}

// cause is an error without the path of a temporary file, which says nothing to a reader.
func cause(err error) error {
	var path *os.PathError
	if errors.As(err, &path) {
		return fmt.Errorf("%s: %w", path.Op, path.Err)
	}
	var link *os.LinkError
	if errors.As(err, &link) {
		return fmt.Errorf("%s: %w", link.Op, link.Err)
	}
	return err
}
