// The vector files: drawn by the real CPython, NumPy and AIPerf 0.13.0 (x86-64, glibc 2.36). A folder seed-N holds the same for another seed.
package rng

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// load reads a vector file.
func load(t *testing.T, path string, into any) {
	t.Helper()
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(b, into))
}

// eachFile calls check for every file of a name.
func eachFile(t *testing.T, name string, check func(t *testing.T, path string)) {
	t.Helper()
	more, err := filepath.Glob("testdata/seed-*/" + name)
	require.NoError(t, err)
	require.NotEmpty(t, more)
	for _, path := range append(more, "testdata/"+name) {
		t.Run(path, func(t *testing.T) { check(t, path) })
	}
}

// number reads the text of an integer seed.
func number(t *testing.T, text string) uint64 {
	t.Helper()
	n, err := strconv.ParseUint(text, 10, 64)
	require.NoError(t, err)
	return n
}
