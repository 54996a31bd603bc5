// Streams against those zlib makes, and against Go's own reader.
package deflate

import (
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// data is the input of the vectors: n bytes of a kind.
func data(kind string, n int) []byte {
	out := make([]byte, 0, n)
	x := uint32(12345)
	step := func() uint32 { x = x*1664525 + 1013904223; return x >> 16 }
	for len(out) < n {
		r := step()
		switch kind {
		case "noise":
			out = append(out, byte(r))
		case "zeros":
			out = append(out, 0)
		case "few":
			out = append(out, byte(r&3)*7)
		case "skewed":
			v := 0
			for ; r&1 == 1 && v < 40; r >>= 1 {
				v++
			}
			step()
			out = append(out, byte(v*3))
		case "repeats":
			if len(out) > 300 && r%3 == 0 {
				from := len(out) - 1 - int(x>>5)%min(len(out)-1, 60000)
				for k := range 3 + int(r>>3)%40 {
					out = append(out, out[from+k])
				}
			} else {
				out = append(out, byte(r>>4))
			}
		case "mixed":
			switch len(out) / 5000 % 4 {
			case 0:
				out = append(out, byte(r))
			case 1:
				out = append(out, 7)
			case 2:
				out = append(out, byte(len(out)*3))
			default:
				out = append(out, 60+byte(r&7))
			}
		}
	}
	return out[:n]
}

func TestWriter(t *testing.T) {
	raw, err := os.ReadFile("testdata/deflate.json")
	require.NoError(t, err)
	var file struct {
		Cases []struct {
			Kind               string
			Line, Lines, Bytes int
			Sha256             string
		}
	}
	require.NoError(t, json.Unmarshal(raw, &file))
	require.Len(t, file.Cases, 60)
	var w Writer // one for all: nothing of a stream may live on in the next
	for _, c := range file.Cases {
		t.Run(fmt.Sprintf("%s %dx%d", c.Kind, c.Lines, c.Line), func(t *testing.T) {
			input := data(c.Kind, c.Line*c.Lines)
			w.Reset()
			for i := range c.Lines {
				w.Write(input[i*c.Line:][:c.Line])
			}
			got := w.Close()
			r, err := zlib.NewReader(bytes.NewReader(got))
			require.NoError(t, err)
			back, err := io.ReadAll(r)
			require.NoError(t, err)
			require.True(t, bytes.Equal(input, back), "the stream says something else")
			require.Len(t, got, c.Bytes)
			sum := sha256.Sum256(got)
			require.Equal(t, c.Sha256, hex.EncodeToString(sum[:])[:len(c.Sha256)])
		})
	}
}

// Whatever goes in comes out of Go's reader.
func FuzzWriter(f *testing.F) {
	f.Add([]byte("abcabcabcabcabcabc"), 3, uint8(4))
	f.Add(bytes.Repeat([]byte{0}, 300), 7, uint8(200))
	f.Add(data("repeats", 500), 100, uint8(120))
	f.Fuzz(func(t *testing.T, input []byte, line int, times uint8) {
		input = bytes.Repeat(input, int(times)+1)
		if line < 1 || len(input) > 1<<17 {
			return
		}
		var w Writer
		w.Reset()
		for rest := input; len(rest) > 0; {
			n := min(line, len(rest))
			w.Write(rest[:n])
			rest = rest[n:]
		}
		r, err := zlib.NewReader(bytes.NewReader(w.Close()))
		require.NoError(t, err)
		back, err := io.ReadAll(r)
		require.NoError(t, err)
		require.True(t, bytes.Equal(input, back))
	})
}

func BenchmarkWriter(b *testing.B) {
	for _, kind := range []string{"noise", "repeats", "few"} {
		b.Run(kind, func(b *testing.B) {
			const line, lines = 1537, 512
			input := data(kind, line*lines)
			var w Writer
			b.ReportAllocs()
			b.SetBytes(int64(len(input)))
			for b.Loop() {
				w.Reset()
				for i := range lines {
					w.Write(input[i*line:][:line])
				}
				w.Close()
			}
		})
	}
}
