// Resized pixels against Pillow's.
package raster

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
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
func picture(kind string, width, height, channels int) *Raster {
	r := New(width, height, channels)
	for i := range r.Pix {
		p := i / channels
		r.Pix[i] = patterns[kind](i, p%width, p/width, i%channels)
	}
	return r
}

func TestResize(t *testing.T) {
	raw, err := os.ReadFile("testdata/resize.json")
	require.NoError(t, err)
	var file struct {
		Cases []struct {
			Kind, Mode string
			Channels   int
			From, To   [2]int
			Sha256     string
		}
	}
	require.NoError(t, json.Unmarshal(raw, &file))
	require.Greater(t, len(file.Cases), 200)
	for _, c := range file.Cases {
		t.Run(fmt.Sprintf("%s %s %v to %v", c.Kind, c.Mode, c.From, c.To), func(t *testing.T) {
			r := picture(c.Kind, c.From[0], c.From[1], c.Channels)
			r.Hard = c.Mode == "P" || c.Mode == "1"
			if c.Mode == "1" {
				for i := range r.Pix {
					r.Pix[i] &= 1
				}
			}
			out, err := r.Resize(c.To[0], c.To[1])
			require.NoError(t, err)
			require.Equal(t, c.To, [2]int{out.Width, out.Height})
			sum := sha256.Sum256(out.Pix)
			require.Equal(t, c.Sha256, hex.EncodeToString(sum[:])[:len(c.Sha256)])
		})
	}
}

func TestResizeRefused(t *testing.T) {
	_, err := New(2, 2, 3).Resize(0, 5)
	require.ErrorContains(t, err, "0x5")
}

func TestRGB(t *testing.T) {
	for _, c := range []struct {
		channels int
		pix      []byte
		want     []byte
	}{
		{1, []byte{1, 2}, []byte{1, 1, 1, 2, 2, 2}},
		{2, []byte{1, 9, 2, 9}, []byte{1, 1, 1, 2, 2, 2}},
		{3, []byte{1, 2, 3, 4, 5, 6}, []byte{1, 2, 3, 4, 5, 6}},
		{4, []byte{1, 2, 3, 9, 4, 5, 6, 9}, []byte{1, 2, 3, 4, 5, 6}},
	} {
		r := Raster{Width: 2, Height: 1, Channels: c.channels, Pix: c.pix}
		require.Equal(t, c.want, r.RGB(), "%d channels", c.channels)
	}
}

func BenchmarkResize(b *testing.B) {
	for _, to := range []int{256, 1536} {
		b.Run(fmt.Sprintf("1024 to %d", to), func(b *testing.B) {
			r := picture("noise", 1024, 1024, 3)
			b.ReportAllocs()
			b.SetBytes(int64(to * to * 3))
			for b.Loop() {
				if _, err := r.Resize(to, to); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
