// Files against those Pillow writes, and against Go's own reader.
package jpegenc

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"image/jpeg"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// patterns are the pictures of the vectors: value of the i-th byte, at x, y and channel c.
var patterns = map[string]func(i, x, y, c int) byte{
	"noise": func(i, _, _, _ int) byte {
		v := uint32(i)*2654435761 + 12345
		v ^= v >> 15
		v *= 2246822519
		v ^= v >> 13
		v *= 3266489917
		return byte(v ^ v>>16)
	},
	"smooth": func(_, x, y, c int) byte { return byte(x*(c+1)*3 + y*(5-c) + c*40) },
	"edges":  func(_, x, y, c int) byte { return -byte((x/3 + y/5 + c) & 1) },
}

// picture draws a pattern.
func picture(kind string, width, height int) []byte {
	out := make([]byte, 0, width*height*3)
	for y := range height {
		for x := range width {
			for c := range 3 {
				out = append(out, patterns[kind](len(out), x, y, c))
			}
		}
	}
	return out
}

func TestAppend(t *testing.T) {
	raw, err := os.ReadFile("testdata/jpeg.json")
	require.NoError(t, err)
	var file struct {
		Cases []struct {
			Kind          string
			Width, Height int
			Bytes         int
			Sha256        string
		}
	}
	require.NoError(t, json.Unmarshal(raw, &file))
	require.Greater(t, len(file.Cases), 60)
	for _, c := range file.Cases {
		t.Run(fmt.Sprintf("%s %dx%d", c.Kind, c.Width, c.Height), func(t *testing.T) {
			got, err := Append([]byte("before"), c.Width, c.Height, picture(c.Kind, c.Width, c.Height))
			require.NoError(t, err)
			got, found := bytes.CutPrefix(got, []byte("before"))
			require.True(t, found)
			require.Len(t, got, c.Bytes)
			sum := sha256.Sum256(got)
			require.Equal(t, c.Sha256, hex.EncodeToString(sum[:]))
		})
	}
}

// A reader of another make sees the picture that was written.
func TestReadBack(t *testing.T) {
	const width, height = 37, 21
	rgb := picture("smooth", width, height)
	file, err := Append(nil, width, height, rgb)
	require.NoError(t, err)
	got, err := jpeg.Decode(bytes.NewReader(file))
	require.NoError(t, err)
	require.Equal(t, width, got.Bounds().Dx())
	require.Equal(t, height, got.Bounds().Dy())
	far := 0
	for i := range rgb {
		r, g, b, _ := got.At(i/3%width, i/3/width).RGBA()
		if d := int(rgb[i]) - int([3]uint32{r, g, b}[i%3]>>8); d > 40 || d < -40 {
			far++
		}
	}
	require.Less(t, far, len(rgb)/20)
}

func TestRefused(t *testing.T) {
	for _, size := range [][2]int{{0, 1}, {1, 0}, {-1, 5}, {MaxSide + 1, 1}, {1, MaxSide + 1}} {
		_, err := Append(nil, size[0], size[1], nil)
		require.ErrorContains(t, err, fmt.Sprintf("%dx%d", size[0], size[1]))
	}
	_, err := Append(nil, 2, 2, make([]byte, 5))
	require.ErrorContains(t, err, "12 bytes of pixels, not 5")
}

// The multiplication that stands for a division is one.
func TestDivisors(t *testing.T) {
	for _, table := range quantTables {
		for i, d := range asDivisors(table) {
			step := uint32(table[i]) * 8
			for v := range uint32(1 << 16) {
				if want, got := v/step, uint32(uint64(v)*d.reciprocal>>32); want != got {
					t.Fatalf("%d / %d: %d, not %d", v, step, got, want)
				}
			}
		}
	}
}

func BenchmarkAppend(b *testing.B) {
	for _, kind := range []string{"noise", "smooth"} {
		b.Run(kind, func(b *testing.B) {
			rgb := picture(kind, 512, 512)
			var dst []byte
			b.ReportAllocs()
			b.SetBytes(int64(len(rgb)))
			for b.Loop() {
				dst, _ = Append(dst[:0], 512, 512, rgb)
			}
		})
	}
}
