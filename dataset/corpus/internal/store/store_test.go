// A pool's file: read back as it was written, and refused after any change.
package store_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/dataset/corpus/internal/store"
)

var (
	key   = store.Key{1, 2, 3}
	ids   = []uint32{7, 0, 200018, 1 << 31}
	seams = []uint32{0, 3}
)

func TestRoundTrip(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a", "b", "pool")
	_, _, err := store.Load(path, key)
	require.ErrorIs(t, err, fs.ErrNotExist)
	require.NoError(t, store.Save(path, key, ids, seams))
	gotIDs, gotSeams, err := store.Load(path, key)
	require.NoError(t, err)
	require.Equal(t, ids, gotIDs)
	require.Equal(t, seams, gotSeams)
	_, _, err = store.Load(path, store.Key{1, 2, 4})
	require.ErrorIs(t, err, store.ErrForeign)
	require.NoError(t, store.Save(path, key, nil, nil))
	gotIDs, gotSeams, err = store.Load(path, key)
	require.NoError(t, err)
	require.Empty(t, gotIDs)
	require.Empty(t, gotSeams)
}

func TestLoadOfNoRegularFile(t *testing.T) {
	_, _, err := store.Load(t.TempDir(), key)
	require.ErrorIs(t, err, store.ErrForeign)
	huge := filepath.Join(t.TempDir(), "huge")
	require.NoError(t, os.WriteFile(huge, nil, 0o600))
	require.NoError(t, os.Truncate(huge, 1<<30)) // takes no room on disk
	_, _, err = store.Load(huge, key)
	require.ErrorIs(t, err, store.ErrForeign)
}

// Every single bit matters.
func TestUnmarshalAfterBitFlips(t *testing.T) {
	good := store.Marshal(key, ids, seams)
	for bit := range 8 * len(good) {
		b := bytes.Clone(good)
		b[bit/8] ^= 1 << (bit % 8)
		_, _, err := store.Unmarshal(key, b)
		require.Error(t, err, "bit %d", bit)
	}
	for n := range len(good) {
		_, _, err := store.Unmarshal(key, good[:n])
		require.Error(t, err, "%d bytes", n)
	}
}

// Whatever a file holds, ids come out of it only when it is what would be written for them.
func FuzzUnmarshal(f *testing.F) {
	f.Add(store.Marshal(key, ids, seams))
	f.Add(store.Marshal(key, nil, nil))
	f.Add([]byte("aiperf pool 1\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		gotIDs, gotSeams, err := store.Unmarshal(key, b)
		if err == nil {
			require.Equal(t, b, store.Marshal(key, gotIDs, gotSeams))
		}
	})
}

func BenchmarkUnmarshal(b *testing.B) {
	data := store.Marshal(key, make([]uint32, 1_138_441), make([]uint32, 486))
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := store.Unmarshal(key, data); err != nil {
			b.Fatal(err)
		}
	}
}
