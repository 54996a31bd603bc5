// Folders of pictures, built-in pictures, what is refused, and many renderings at once.
package media

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/dataset"
	"github.com/aiperf-go/aiperf/dataset/rng"
)

// pictures is where the decoder's test files are.
const pictures = "internal/decode/testdata/"

// sourceFolder makes the folder of the vectors: good pictures, damaged ones, and what is no picture at all.
func sourceFolder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, from := range map[string]string{
		"a.png": "rgb.png", "b.PNG": "rgba.png", "c.gif": "first.gif", "e.png": "grey.png", "f.png": "palette.png", "h.png": "two.png", ".hidden.png": "rgb.png",
	} {
		raw, err := os.ReadFile(pictures + from)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), raw, 0o600))
	}
	raw, err := os.ReadFile(pictures + "rgb.png")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "d.png"), raw[:200], 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "g.jpg"), []byte("no picture"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "notes.txt"), []byte("x"), 0o600))
	require.NoError(t, os.Mkdir(filepath.Join(dir, "sub.png"), 0o700))
	return dir
}

// Which picture is taken, after the damaged ones have been left out on the way, and what becomes of it.
func TestFolderVectors(t *testing.T) {
	raw, err := os.ReadFile("testdata/folder.json")
	require.NoError(t, err)
	var vectors struct {
		Cases []struct {
			Seed     uint64
			Sampling string
			Drawn    []struct {
				Name, Prefix, Sha256 string
				W, H                 int
				RGBASha256           string `json:"rgba_sha256"`
			}
		}
	}
	require.NoError(t, json.Unmarshal(raw, &vectors))
	require.Len(t, vectors.Cases, 9)
	dir := sourceFolder(t)
	names := []string{"a.png", "b.PNG", "c.gif", "d.png", "e.png", "f.png", "g.jpg", "h.png", "sub.png"}
	for _, c := range vectors.Cases {
		t.Run(fmt.Sprint(c.Seed, " ", c.Sampling), func(t *testing.T) {
			o := ImageOptions{Batch: 1, Source: dir, Format: "random", Width: dataset.Spread{Mean: 30, Stddev: 9}, Height: dataset.Spread{Mean: 20, Stddev: 6}, Sampling: c.Sampling}
			g, err := NewImages(o, rng.Root(c.Seed))
			require.NoError(t, err)
			for i, want := range c.Drawn {
				im := g.Draw()
				require.Equal(t, want.Name, names[slices.Index(g.gallery.sources, im.from)], "picture %d", i)
				require.Equal(t, [2]int{want.W, want.H}, [2]int{im.width, im.height})
				text, err := g.Render(nil, im)
				require.NoError(t, err)
				got := file(t, text, want.Prefix)
				if strings.Contains(want.Prefix, "jpeg") {
					require.Equal(t, want.Sha256, hash(got)[:len(want.Sha256)], "file of picture %d, %s", i, want.Name)
				} else {
					require.Equal(t, want.RGBASha256, hash(withAlpha(t, got))[:len(want.RGBASha256)], "pixels of picture %d, %s", i, want.Name)
				}
			}
		})
	}
}

// withAlpha are the bytes of a PNG file's pixels.
func withAlpha(t *testing.T, file []byte) (out []byte) {
	t.Helper()
	m, err := png.Decode(bytes.NewReader(file))
	require.NoError(t, err)
	for y := range m.Bounds().Dy() {
		for x := range m.Bounds().Dx() {
			c := color.NRGBAModel.Convert(m.At(x, y)).(color.NRGBA)
			out = append(out, c.R, c.G, c.B, c.A)
		}
	}
	return out
}

// Sources beyond the memory's budget are read again, to the same pictures.
func TestFolderReadAgain(t *testing.T) {
	o := ImageOptions{Batch: 1, Source: sourceFolder(t), Format: "png", Width: dataset.Spread{Mean: 12}, Height: dataset.Spread{Mean: 9}, Sampling: sequentialCycle}
	kept, err := NewImages(o, 1)
	require.NoError(t, err)
	again, err := NewImages(o, 1)
	require.NoError(t, err)
	again.gallery.held = keptBytes
	for range 8 {
		a, b := kept.Draw(), again.Draw()
		require.NotNil(t, a.from.held.Load())
		require.Nil(t, b.from.held.Load())
		want, err := kept.Render(nil, a)
		require.NoError(t, err)
		got, err := again.Render(nil, b)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
}

func TestImagesRefused(t *testing.T) {
	dir := t.TempDir()
	folderOf := func(name string, files map[string]string) string {
		sub := filepath.Join(dir, name)
		require.NoError(t, os.Mkdir(sub, 0o700))
		for file, content := range files {
			require.NoError(t, os.WriteFile(filepath.Join(sub, file), []byte(content), 0o600))
		}
		return sub
	}
	huge := "GIF89a\xff\xff\xff\xff\x80\x00\x00\x00\x00\x00\xff\xff\xff"
	size := dataset.Spread{Mean: 16}
	for name, c := range map[string]struct {
		o    ImageOptions
		want string
	}{
		"format":          {ImageOptions{Source: "noise", Format: "webp", Width: size, Height: size}, `image format "webp" is not one of png, jpeg, random`},
		"no source":       {ImageOptions{Format: "png", Width: size, Height: size}, "the image source is empty"},
		"noise sampling":  {ImageOptions{Source: "noise", Format: "png", Width: size, Height: size, Sampling: shuffleCycle}, "noise has none"},
		"sampling":        {ImageOptions{Source: "assets", Format: "png", Width: size, Height: size, Sampling: "odd"}, `image source sampling "odd"`},
		"negative":        {ImageOptions{Source: "noise", Format: "png", Width: dataset.Spread{Mean: -1}, Height: size}, "image width mean -1"},
		"wide spread":     {ImageOptions{Source: "noise", Format: "png", Width: size, Height: dataset.Spread{Mean: 1, Stddev: 1e9}}, "image height stddev 1e+09"},
		"too many pixels": {ImageOptions{Source: "noise", Format: "png", Width: dataset.Spread{Mean: 20000}, Height: dataset.Spread{Mean: 20000}}, "a picture of 20000x20000 is too large to make: at most 67108864 pixels"},
		"too long a side": {ImageOptions{Source: "noise", Format: "jpeg", Width: dataset.Spread{Mean: 70000}, Height: size}, "65500 pixels a side"},
		"no folder":       {ImageOptions{Source: filepath.Join(dir, "none"), Format: "png", Width: size, Height: size}, "no such file or directory: give noise, assets or a folder"},
		"a file":          {ImageOptions{Source: pictures + "rgb.png", Format: "png", Width: size, Height: size}, "rgb.png: not a directory"},
		"empty folder":    {ImageOptions{Source: folderOf("empty", map[string]string{"a.txt": "x"}), Format: "png", Width: size, Height: size}, "holds no picture"},
		"none readable":   {ImageOptions{Source: folderOf("bad", map[string]string{"a.png": "x", "b.jpg": ""}), Format: "png", Width: size, Height: size}, "none of the 2 pictures"},
		"foreign":         {ImageOptions{Source: folderOf("foreign", map[string]string{"a.webp": "RIFF\x00\x00\x00\x00WEBPVP8 "}), Format: "png", Width: size, Height: size}, "a webp file: only png, jpeg and gif pictures are read"},
		"huge":            {ImageOptions{Source: folderOf("huge", map[string]string{"a.gif": huge}), Format: "png", Width: size, Height: size}, "has 65535x65535 pixels"},
	} {
		t.Run(name, func(t *testing.T) {
			c.o.Batch = 1
			_, err := NewImages(c.o, 42)
			require.ErrorContains(t, err, c.want)
			require.NotContains(t, err.Error(), "\n")
		})
	}
}

// A drawn size beyond the bound is an error of that picture, and the draws after it go on.
func TestDrawnTooLarge(t *testing.T) {
	g, err := NewImages(ImageOptions{Batch: 1, Source: "noise", Format: "png", Width: dataset.Spread{Mean: 8000, Stddev: 4000}, Height: dataset.Spread{Mean: 8000, Stddev: 4000}}, 3)
	require.NoError(t, err)
	refused := 0
	for range 20 {
		im := g.Draw()
		if im.width*im.height > maxPixels {
			_, err := g.Render(nil, im)
			require.ErrorContains(t, err, fmt.Sprintf("%dx%d", im.width, im.height))
			refused++
		}
	}
	require.Positive(t, refused)
}

// A batch of 0 draws nothing, so its folder need not exist.
func TestNoBatch(t *testing.T) {
	_, err := NewImages(ImageOptions{Source: "/no/such/folder", Format: "png", Width: dataset.Spread{Mean: 4}, Height: dataset.Spread{Mean: 4}}, 1)
	require.NoError(t, err)
}

// The built-in pictures are what they always were, all different, and full of detail.
func TestScenes(t *testing.T) {
	want := []string{"911c7881a10f62cc", "c742671b2632b307", "499d3e650d8566c5", "f4bcac9e30a699a5"}
	var got []string
	for _, s := range scenes() {
		r, err := s.picture()
		require.NoError(t, err)
		require.Equal(t, [3]int{sceneWidth, sceneHeight, 3}, [3]int{r.Width, r.Height, r.Channels})
		tones := map[[3]byte]bool{}
		for p := 0; p < len(r.Pix); p += 3 {
			tones[[3]byte(r.Pix[p:p+3])] = true
		}
		require.Greater(t, len(tones), 500)
		got = append(got, hash(r.Pix)[:16])
	}
	require.Equal(t, want, got)
}

// Renderings at the same time do not disturb each other.
func TestRenderTogether(t *testing.T) {
	for _, source := range []string{"noise", "assets", sourceFolder(t)} {
		g, err := NewImages(ImageOptions{Batch: 1, Source: source, Format: "random", Width: dataset.Spread{Mean: 30, Stddev: 9}, Height: dataset.Spread{Mean: 20, Stddev: 6}}, 5)
		require.NoError(t, err)
		drawn := make([]Image, 8)
		want := make([][]byte, len(drawn))
		for i := range drawn {
			drawn[i] = g.Draw()
			want[i], err = g.Render(nil, drawn[i])
			require.NoError(t, err)
		}
		var all sync.WaitGroup
		got := make([][]byte, len(drawn))
		errs := make([]error, len(drawn))
		for i := range drawn {
			all.Go(func() { got[i], errs[i] = g.Render([]byte("x"), drawn[i]) })
		}
		all.Wait()
		for i := range drawn {
			require.NoError(t, errs[i])
			require.Equal(t, "x"+string(want[i]), string(got[i]))
		}
	}
}

func BenchmarkDraw(b *testing.B) {
	g, err := NewImages(ImageOptions{Batch: 1, Source: "noise", Format: "random", Width: dataset.Spread{Mean: 512, Stddev: 30}, Height: dataset.Spread{Mean: 512}}, 1)
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		g.Draw()
	}
}

func BenchmarkRender(b *testing.B) {
	for _, source := range []string{"noise", "assets"} {
		for _, format := range []string{"png", "jpeg"} {
			b.Run(source+" "+format+" 512x512", func(b *testing.B) {
				g, err := NewImages(ImageOptions{Batch: 1, Source: source, Format: format, Width: dataset.Spread{Mean: 512}, Height: dataset.Spread{Mean: 512}}, 1)
				require.NoError(b, err)
				im := g.Draw()
				var dst []byte
				b.ReportAllocs()
				for b.Loop() {
					if dst, err = g.Render(dst[:0], im); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(len(dst)), "text-B")
			})
		}
	}
}

// A pipe would never end, and a damaged picture is told.
func TestFolderTellsWhatItLeavesOut(t *testing.T) {
	dir := t.TempDir()
	im, err := NewImages(ImageOptions{Batch: 1, Width: dataset.Spread{Mean: 3}, Height: dataset.Spread{Mean: 2}, Format: "png", Source: "noise"}, 1)
	require.NoError(t, err)
	require.Nil(t, im.Notes())
	uri, err := im.Render(nil, im.Draw())
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "good.png"), file(t, uri, "data:image/png;base64"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "bad.png"), []byte("no picture"), 0o600))
	require.NoError(t, os.Mkdir(filepath.Join(dir, "folder.png"), 0o700))

	o := ImageOptions{Batch: 1, Width: dataset.Spread{Mean: 3}, Height: dataset.Spread{Mean: 2}, Format: "png", Source: dir, Sampling: sequentialCycle}
	im, err = NewImages(o, 1)
	require.NoError(t, err)
	for range 4 {
		im.Draw()
	}
	require.Len(t, im.Notes(), 1)
	require.Contains(t, im.Notes()[0], "2 of the 3 pictures")
	require.Contains(t, im.Notes()[0], "bad.png")

	require.NoError(t, os.Remove(filepath.Join(dir, "good.png")))
	_, err = NewImages(o, 1)
	require.ErrorContains(t, err, "none of the 2 pictures")
	require.ErrorContains(t, err, "bad.png")
}
