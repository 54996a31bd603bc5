// Package media makes the pictures and clips of synthetic turns: AIPerf's draws, and files that are AIPerf's to the byte or to the pixel.
//
//	ImageOptions ─ NewImages ─> Images ─ Draw, one after the other ─> Image ─ Render, any number at once ─> "data:image/jpeg;base64,…"
//	AudioOptions ─ NewAudio ──> Audio  ─ Draw, one after the other ─> Clip  ─ Render, any number at once ─> "wav,…"
//
// Drawing is cheap and keeps what decides a medium, above all the position of its noise in the stream. Rendering needs that value alone.
package media

import (
	"fmt"
	"math"

	"github.com/aiperf-go/aiperf/dataset"
)

const (
	maxPixels    = 64 << 20  // of a picture: 192 MiB of colours, and more as text than servers take in one request
	maxSpread    = 1_000_000 // pixels a side in an option: keeps every draw far from the end of the integers
	maxClipBytes = 256 << 20 // of a clip: over an hour of CD sound
	keptBytes    = 128 << 20 // of decoded source pictures held in memory; the rest is read again for each use
	sceneWidth   = 1024      // pixels of the built-in pictures: more than models look at, so that they are made smaller
	sceneHeight  = 768
	maxSeconds   = 1_000_000 // of a clip in an option, for the same reason
	minSeconds   = 0.01      // of a clip, as in AIPerf
	noiseSigma   = 0.3       // of a clip's samples, full scale being 1
)

// checkSpread says what is wrong with a size that cannot be drawn.
func checkSpread(what, unit string, s dataset.Spread, most float64) error {
	for _, p := range [...]struct {
		name  string
		value float64
	}{{"mean", s.Mean}, {"stddev", s.Stddev}} {
		if math.IsNaN(p.value) || p.value < 0 || p.value > most {
			return fmt.Errorf("%s %s %g: it must be from 0 to %g %s", what, p.name, p.value, most, unit)
		}
	}
	return nil
}
