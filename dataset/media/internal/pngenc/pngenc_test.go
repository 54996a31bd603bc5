// Files against those Pillow writes, and against Go's own reader.
package pngenc

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"image/color"
	"image/png"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/dataset/media/internal/raster"
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
func picture(kind string, width, height, channels int) *raster.Raster {
	r := raster.New(width, height, channels)
	for i := range r.Pix {
		p := i / channels
		r.Pix[i] = patterns[kind](i, p%width, p/width, i%channels)
	}
	return r
}

func TestAppend(t *testing.T) {
	raw, err := os.ReadFile("testdata/png.json")
	require.NoError(t, err)
	var file struct {
		Cases []struct {
			Kind                           string
			Channels, Width, Height, Bytes int
			Sha256                         string
		}
	}
	require.NoError(t, json.Unmarshal(raw, &file))
	require.Greater(t, len(file.Cases), 100)
	var e Encoder
	for _, c := range file.Cases {
		t.Run(fmt.Sprintf("%s %dx%dx%d", c.Kind, c.Width, c.Height, c.Channels), func(t *testing.T) {
			got, err := e.Append([]byte("before"), picture(c.Kind, c.Width, c.Height, c.Channels))
			require.NoError(t, err)
			got, found := bytes.CutPrefix(got, []byte("before"))
			require.True(t, found)
			require.Len(t, got, c.Bytes)
			sum := sha256.Sum256(got)
			require.Equal(t, c.Sha256, hex.EncodeToString(sum[:])[:len(c.Sha256)])
		})
	}
}

// A reader of another make sees the picture that was written.
func TestReadBack(t *testing.T) {
	for channels := 1; channels <= 4; channels++ {
		r := picture("smooth", 31, 17, channels)
		var e Encoder
		file, err := e.Append(nil, r)
		require.NoError(t, err)
		m, err := png.Decode(bytes.NewReader(file))
		require.NoError(t, err)
		for p := range r.Width * r.Height {
			got := color.NRGBAModel.Convert(m.At(p%r.Width, p/r.Width)).(color.NRGBA)
			v := r.Pix[p*channels:][:channels]
			want := color.NRGBA{v[0], v[0], v[0], 255}
			if channels > 2 {
				want = color.NRGBA{v[0], v[1], v[2], 255}
			}
			if channels%2 == 0 {
				want.A = v[channels-1]
			}
			require.Equal(t, want, got, "pixel %d of %d channels", p, channels)
		}
	}
}

func TestRefused(t *testing.T) {
	for _, r := range []raster.Raster{{Width: 0, Height: 1, Channels: 3}, {Width: 1, Height: 0, Channels: 3}, {Width: 1, Height: 1}, {Width: 1, Height: 1, Channels: 5}} {
		var e Encoder
		_, err := e.Append(nil, &r)
		require.ErrorContains(t, err, "cannot be written")
	}
}

func BenchmarkAppend(b *testing.B) {
	for _, kind := range []string{"noise", "smooth"} {
		b.Run(kind, func(b *testing.B) {
			r := picture(kind, 512, 512, 3)
			var e Encoder
			var dst []byte
			b.ReportAllocs()
			b.SetBytes(int64(len(r.Pix)))
			for b.Loop() {
				dst, _ = e.Append(dst[:0], r)
			}
		})
	}
}
