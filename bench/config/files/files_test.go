package files

import (
	"compress/gzip"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLooks(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "a.jsonl")
	require.NoError(t, os.WriteFile(file, []byte("one\n\n  \ntwo\n"), 0o600))
	require.True(t, Exists(file) && IsFile(file) && !IsDir(file))
	require.True(t, Exists(dir) && IsDir(dir) && !IsFile(dir))
	require.False(t, Exists(file+"x") || IsFile(file+"x") || IsDir(file+"x"))

	text, err := Read(file, 100)
	require.NoError(t, err)
	require.Len(t, text, 12)
	_, err = Read(file, 11)
	require.ErrorContains(t, err, "larger than 11 bytes")
	_, err = Read(dir, 100)
	require.ErrorIs(t, err, ErrNoFile)
	_, err = Read(file+"x", 100)
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestLinesOfPlainAndZippedFiles(t *testing.T) {
	dir := t.TempDir()
	plain, zipped := filepath.Join(dir, "a.jsonl"), filepath.Join(dir, "b.jsonl")
	require.NoError(t, os.WriteFile(plain, []byte("one\n\ntwo"), 0o600))
	f, err := os.Create(zipped)
	require.NoError(t, err)
	z := gzip.NewWriter(f)
	_, err = z.Write([]byte("three\n \nfour\n"))
	require.NoError(t, err)
	require.NoError(t, z.Close())
	require.NoError(t, f.Close())
	require.NoError(t, os.WriteFile(filepath.Join(dir, "c.txt"), []byte("five"), 0o600))

	var all []string
	require.NoError(t, EachLine(dir, ".jsonl", func(line []byte) { all = append(all, string(line)) }))
	require.Equal(t, []string{"one", "two", "three", "four"}, all)

	var first []string
	require.NoError(t, Lines(plain, func(line []byte) bool { first = append(first, string(line)); return false }))
	require.Equal(t, []string{"one"}, first)
	require.Error(t, Lines(filepath.Join(dir, "none"), func([]byte) bool { return true }))
}
