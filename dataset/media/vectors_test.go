// Pictures and clips against those AIPerf drew.
package media

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"image"
	"image/png"
	"os"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/dataset"
	"github.com/aiperf-go/aiperf/dataset/rng"
)

type imageCase struct {
	Config struct {
		Source, Format string
		Width, Height  dataset.Spread
		Sampling       string `json:"source_sampling"`
	}
	Chosen []int `json:"source_index"`
	Drawn  []struct {
		Prefix    string
		W, H      int
		Sha256    string
		RGBSha256 string `json:"rgb_sha256"`
	} `json:"first10"`
}

type audioCase struct {
	Config struct {
		Length dataset.Spread
	}
	Defaults struct {
		Format      string
		SampleRates []float64 `json:"sample_rates"`
		Depths      []int
		Channels    int
	}
	Drawn []struct {
		Seconds float64 `json:"duration_s"`
		Bytes   int
		Sha256  string
		Rate    int
	} `json:"first6"`
}

// Cases by seed and name.
type vectors struct {
	Audio map[string]map[string]audioCase
	Image map[string]map[string]json.RawMessage
}

func load(t *testing.T, name string) (v vectors) {
	t.Helper()
	raw, err := os.ReadFile("testdata/" + name)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(raw, &v))
	return v
}

func rootOf(t *testing.T, text string) rng.Root {
	t.Helper()
	seed, err := strconv.ParseUint(text, 10, 64)
	require.NoError(t, err)
	return rng.Root(seed)
}

func hash(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// file is the file in a medium's text, behind the prefix.
func file(t *testing.T, text []byte, prefix string) []byte {
	t.Helper()
	text, ok := bytes.CutPrefix(text, []byte(prefix+","))
	require.True(t, ok, "%.40s", text)
	raw, err := base64.StdEncoding.DecodeString(string(text))
	require.NoError(t, err)
	return raw
}

// colours are the RGB bytes of an opaque PNG file.
func colours(t *testing.T, file []byte) []byte {
	t.Helper()
	m, err := png.Decode(bytes.NewReader(file))
	require.NoError(t, err)
	pixels, ok := m.(*image.RGBA)
	require.True(t, ok, "%T", m)
	out := make([]byte, 0, len(pixels.Pix)/4*3)
	for p := 0; p < len(pixels.Pix); p += 4 {
		out = append(out, pixels.Pix[p:p+3]...)
	}
	return out
}

var vectorFiles = []string{"media.json", "more.json"}

func TestImageVectors(t *testing.T) {
	files, pixels, chosen := 0, 0, 0
	for _, from := range vectorFiles {
		for seed, cases := range load(t, from).Image {
			for name, raw := range cases {
				t.Run(seed+" "+name, func(t *testing.T) {
					if name == "noise_png_rgb_sha256" { // pixels alone
						requirePixels(t, seed, raw)
						return
					}
					var c imageCase
					require.NoError(t, json.Unmarshal(raw, &c))
					o := ImageOptions{Batch: 1, Source: c.Config.Source, Format: c.Config.Format, Width: c.Config.Width, Height: c.Config.Height, Sampling: c.Config.Sampling}
					g, err := NewImages(o, rootOf(t, seed))
					require.NoError(t, err)
					// All are drawn before the first is rendered, and they are rendered from the last one on: a picture needs no other.
					drawn := make([]Image, len(c.Drawn))
					for i := range drawn {
						drawn[i] = g.Draw()
					}
					for i := len(drawn) - 1; i >= 0; i-- {
						im, want := drawn[i], c.Drawn[i]
						text, err := g.Render(nil, im)
						require.NoError(t, err)
						got := file(t, text, want.Prefix)
						require.Equal(t, [2]int{want.W, want.H}, [2]int{im.width, im.height})
						if im.from != nil {
							require.Same(t, g.gallery.sources[c.Chosen[i]], im.from, "picture %d", i)
							chosen++
							continue
						}
						if want.RGBSha256 != "" {
							require.Equal(t, want.RGBSha256, hash(colours(t, got)), "pixels of picture %d", i)
							pixels++
						}
						require.Equal(t, want.Sha256, hash(got), "file of picture %d", i)
						files++
					}
				})
			}
		}
	}
	require.Greater(t, files, 100)
	require.Greater(t, pixels, 50)
	require.Greater(t, chosen, 100)
}

// requirePixels compares the pixels of small noise pictures.
func requirePixels(t *testing.T, seed string, raw json.RawMessage) {
	t.Helper()
	var want []string
	require.NoError(t, json.Unmarshal(raw, &want))
	require.NotEmpty(t, want)
	g, err := NewImages(ImageOptions{Batch: 1, Source: "noise", Format: "png", Width: dataset.Spread{Mean: 16}, Height: dataset.Spread{Mean: 8}}, rootOf(t, seed))
	require.NoError(t, err)
	for i := range want {
		text, err := g.Render(nil, g.Draw())
		require.NoError(t, err)
		require.Equal(t, want[i], hash(colours(t, file(t, text, "data:image/png;base64"))), "picture %d", i)
	}
}

func TestAudioVectors(t *testing.T) {
	checked := 0
	for _, from := range vectorFiles {
		for seed, cases := range load(t, from).Audio {
			for name, c := range cases {
				t.Run(seed+" "+name, func(t *testing.T) {
					d := c.Defaults
					o := AudioOptions{Batch: 1, Length: c.Config.Length, Format: d.Format, SampleRates: d.SampleRates, Depths: d.Depths, Channels: d.Channels}
					a, err := NewAudio(o, rootOf(t, seed))
					require.NoError(t, err)
					drawn := make([]Clip, len(c.Drawn))
					for i := range drawn {
						drawn[i], err = a.Draw()
						require.NoError(t, err)
					}
					for i := len(drawn) - 1; i >= 0; i-- {
						clip, want := drawn[i], c.Drawn[i]
						require.InEpsilon(t, want.Seconds, clip.Seconds(), 1e-12)
						require.Equal(t, want.Rate, clip.rate)
						text, err := a.Render(nil, clip)
						require.NoError(t, err)
						got := file(t, text, "wav")
						require.Len(t, got, want.Bytes)
						require.Equal(t, want.Sha256, hash(got), "clip %d", i)
						checked++
					}
				})
			}
		}
	}
	require.Greater(t, checked, 80)
}
