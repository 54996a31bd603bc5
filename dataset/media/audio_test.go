// Clips: what is refused, bounds, and the files of every depth.
package media

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/dataset"
)

// wav is a set of options that works.
func wav(length dataset.Spread) AudioOptions {
	return AudioOptions{Batch: 1, Length: length, Format: "wav", SampleRates: []float64{16}, Depths: []int{16}, Channels: 1}
}

func TestAudioRefused(t *testing.T) {
	for name, c := range map[string]struct {
		change func(o *AudioOptions)
		want   string
	}{
		"mp3":          {func(o *AudioOptions) { o.Format = "mp3" }, "mp3 needs an encoder: use wav"},
		"format":       {func(o *AudioOptions) { o.Format = "ogg" }, `audio format "ogg" is not one of wav`},
		"too short":    {func(o *AudioOptions) { o.Length.Mean = 0.009 }, "audio length must be greater than 0.01 seconds, not 0.009"},
		"not a length": {func(o *AudioOptions) { o.Length.Mean = math.NaN() }, "audio length must be greater than 0.01 seconds"},
		"spread":       {func(o *AudioOptions) { o.Length.Stddev = -1 }, "audio length stddev -1"},
		"no rate":      {func(o *AudioOptions) { o.SampleRates = nil }, "at least one sample rate"},
		"no depth":     {func(o *AudioOptions) { o.Depths = nil }, "at least one sample rate and one depth"},
		"rate":         {func(o *AudioOptions) { o.SampleRates = []float64{16, 0} }, "audio sample rate 0 kHz"},
		"depth":        {func(o *AudioOptions) { o.Depths = []int{16, 12} }, "audio depth 12 is not one of 8, 16, 24, 32 bits"},
		"channels":     {func(o *AudioOptions) { o.Channels = 3 }, "audio has 1 or 2 channels, not 3"},
	} {
		t.Run(name, func(t *testing.T) {
			o := wav(dataset.Spread{Mean: 1})
			c.change(&o)
			_, err := NewAudio(o, 42)
			require.ErrorContains(t, err, c.want)
			require.NotContains(t, err.Error(), "\n")
		})
	}
}

func TestClipTooLong(t *testing.T) {
	a, err := NewAudio(wav(dataset.Spread{Mean: 100_000}), 42)
	require.NoError(t, err)
	_, err = a.Draw()
	require.ErrorContains(t, err, "a clip of 100000 s with 16000 Hz, 16 bits and 1 channels is too large to make")
}

// The shortest length passes, and a stddev never draws below it.
func TestShortest(t *testing.T) {
	a, err := NewAudio(wav(dataset.Spread{Mean: minSeconds, Stddev: 1}), 42)
	require.NoError(t, err)
	for range 50 {
		c, err := a.Draw()
		require.NoError(t, err)
		require.GreaterOrEqual(t, c.Seconds(), minSeconds)
		require.GreaterOrEqual(t, c.frames, 160)
	}
}

func BenchmarkDrawClip(b *testing.B) {
	a, err := NewAudio(wav(dataset.Spread{Mean: 10}), 42)
	require.NoError(b, err)
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		c, err := a.Draw()
		require.NoError(b, err)
		n += c.frames
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n), "ns/sample")
}

func BenchmarkRenderClip(b *testing.B) {
	a, err := NewAudio(wav(dataset.Spread{Mean: 10}), 42)
	require.NoError(b, err)
	c, err := a.Draw()
	require.NoError(b, err)
	var dst []byte
	b.ReportAllocs()
	for b.Loop() {
		if dst, err = a.Render(dst[:0], c); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*c.frames), "ns/sample")
}
