// Read pixels against Pillow's.
package decode

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPicture(t *testing.T) {
	raw, err := os.ReadFile("testdata/decode.json")
	require.NoError(t, err)
	var file struct {
		Cases []struct {
			File, Mode, Sha256      string
			Hard                    bool
			Width, Height, Channels int
		}
	}
	require.NoError(t, json.Unmarshal(raw, &file))
	require.Greater(t, len(file.Cases), 18)
	for _, c := range file.Cases {
		t.Run(c.File, func(t *testing.T) {
			data, err := os.ReadFile(filepath.Join("testdata", c.File))
			require.NoError(t, err)
			width, height, err := Size(bytes.NewReader(data))
			require.NoError(t, err)
			require.Equal(t, [2]int{c.Width, c.Height}, [2]int{width, height})
			r, err := Picture(data)
			require.NoError(t, err)
			require.Equal(t, [3]int{c.Width, c.Height, c.Channels}, [3]int{r.Width, r.Height, r.Channels})
			require.Equal(t, c.Hard, r.Hard)
			sum := sha256.Sum256(r.Pix)
			require.Equal(t, c.Sha256, hex.EncodeToString(sum[:]))
		})
	}
}

// files are the pictures of the vectors.
func files(t testing.TB) map[string][]byte {
	t.Helper()
	entries, err := os.ReadDir("testdata")
	require.NoError(t, err)
	out := map[string][]byte{}
	for _, e := range entries {
		if filepath.Ext(e.Name()) != ".json" && !e.IsDir() {
			out[e.Name()], err = os.ReadFile(filepath.Join("testdata", e.Name()))
			require.NoError(t, err)
		}
	}
	return out
}

// A file that ends early is an error wherever it ends, never half a picture.
func TestTruncated(t *testing.T) {
	for name, data := range files(t) {
		if filepath.Ext(name) == ".gif" {
			continue // its end marker may be missing
		}
		for n := range len(data) - 16 {
			_, err := Picture(data[:n])
			require.Error(t, err, "%s cut to %d bytes", name, n)
		}
	}
}

func TestKind(t *testing.T) {
	for name, data := range files(t) {
		kind, err := Kind(data[:SniffLength])
		require.NoError(t, err)
		want := map[string]string{".png": "png", ".jpg": "jpeg", ".gif": "gif"}[filepath.Ext(name)]
		require.Equal(t, want, kind)
	}
	for head, want := range map[string]string{
		"RIFF\x10\x00\x00\x00WEBPVP8L":     "webp",
		"\x00\x00\x00\x20ftypavif\x00\x00": "avif",
		"BM\x36\x00\x00\x00":               "bmp",
		"II*\x00\x08\x00\x00\x00":          "tiff",
		"P6\n3 2\n":                        "pnm",
	} {
		kind, err := Kind([]byte(head))
		require.Equal(t, want, kind)
		require.ErrorIs(t, err, ErrForeign)
	}
	for _, head := range []string{"", "x", "no picture at all", "\x89PNG"} {
		kind, err := Kind([]byte(head))
		require.NoError(t, err)
		require.Empty(t, kind)
	}
}

// Kinds of JPEG that the standard knows and hardly anybody writes are told from damaged files.
func TestForeignJPEG(t *testing.T) {
	data := bytes.Clone(files(t)["nat-0.jpg"])
	at := bytes.Index(data, []byte{0xff, 0xc0})
	data[at+1] = 0xc9 // arithmetic codes
	_, _, err := Size(bytes.NewReader(data))
	require.ErrorIs(t, err, ErrForeign)
}

func TestTooLarge(t *testing.T) {
	_, err := Picture([]byte("GIF89a\xff\xff\xff\xff\x80\x00\x00\x00\x00\x00\xff\xff\xff"))
	require.ErrorContains(t, err, "65535x65535 pixels")
}

// No bytes make the decoder panic, and what it reads has the size of its header.
func FuzzPicture(f *testing.F) {
	for _, data := range files(f) {
		if len(data) < 2000 {
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		width, height, err := Size(bytes.NewReader(data))
		if err == nil && width*height > 1<<16 {
			return
		}
		if r, err := Picture(data); err == nil {
			require.Equal(t, [2]int{width, height}, [2]int{r.Width, r.Height})
			require.Len(t, r.Pix, r.Width*r.Height*r.Channels)
		}
	})
}
