// Clips: what is drawn for each, and how a drawn one becomes text.
package media

import (
	"encoding/base64"
	"fmt"
	"math"
	"slices"
	"sync"

	"github.com/aiperf-go/aiperf/dataset"
	"github.com/aiperf-go/aiperf/dataset/rng"
)

const formatWAV = "wav"

// depths are the sample sizes of a WAV file, in bits.
var depths = []int{8, 16, 24, 32}

// Audio makes clips. Draw belongs to one goroutine; Render to all.
type Audio struct {
	length   dataset.Spread // seconds
	rates    []int          // Hz
	depths   []int
	channels int

	duration        *rng.Python
	format, samples *rng.NumPy
	scratch         sync.Pool // of *[]byte
}

// Clip is a drawn clip: everything that decides it.
type Clip struct {
	samples  rng.NumPy // where its samples begin
	seconds  float64
	frames   int
	rate     int // Hz
	depth    int
	channels int
}

// Seconds is the length that was drawn, of which the file holds whole samples only.
func (c Clip) Seconds() float64 { return c.seconds }

// NewAudio prepares the draws of a run.
func NewAudio(o AudioOptions, root rng.Root) (*Audio, error) {
	if err := o.check(); err != nil {
		return nil, fmt.Errorf("make audio: %w", err)
	}
	a := &Audio{
		length:   o.Length,
		depths:   o.Depths,
		channels: o.Channels,
		duration: root.Derive(rng.AudioDuration).Python(),
		format:   root.Derive(rng.AudioFormat).NumPy(),
		samples:  root.Derive(rng.AudioData).NumPy(),
	}
	for _, kHz := range o.SampleRates {
		a.rates = append(a.rates, int(kHz*1000))
	}
	a.scratch.New = func() any { return new([]byte) }
	return a, nil
}

// check says what is wrong with the options.
func (o *AudioOptions) check() error {
	switch o.Format {
	case formatWAV:
	case "mp3":
		return fmt.Errorf("mp3 needs an encoder: use wav")
	default:
		return fmt.Errorf("audio format %q is not one of wav", o.Format)
	}
	if !(o.Length.Mean >= minSeconds) {
		return fmt.Errorf("audio length must be greater than %g seconds, not %g", minSeconds, o.Length.Mean)
	}
	if err := checkSpread("audio length", "seconds", o.Length, maxSeconds); err != nil {
		return err
	}
	if len(o.SampleRates) == 0 || len(o.Depths) == 0 {
		return fmt.Errorf("audio needs at least one sample rate and one depth: give 16 kHz and 16 bits")
	}
	for _, kHz := range o.SampleRates {
		if !(kHz*1000 >= 1 && kHz*1000 <= math.MaxInt32) {
			return fmt.Errorf("audio sample rate %g kHz is not one a wav file can have: give 16 for 16000 Hz", kHz)
		}
	}
	for _, bits := range o.Depths {
		if !slices.Contains(depths, bits) {
			return fmt.Errorf("audio depth %d is not one of 8, 16, 24, 32 bits", bits)
		}
	}
	if o.Channels < 1 || o.Channels > 2 {
		return fmt.Errorf("audio has 1 or 2 channels, not %d", o.Channels)
	}
	return nil
}

// Draw draws the next clip. It runs through the clip's samples, since how much of the stream they take depends on them.
func (a *Audio) Draw() (Clip, error) {
	seconds := a.duration.Normal(a.length.Mean, a.length.Stddev, minSeconds, math.Inf(1))
	c := Clip{
		seconds:  seconds,
		rate:     a.rates[a.format.Choice(len(a.rates))],
		depth:    a.depths[a.format.Choice(len(a.depths))],
		channels: a.channels,
		samples:  *a.samples,
	}
	frames := seconds * float64(c.rate)
	if frames*float64(c.channels*c.depth/8) > maxClipBytes {
		return Clip{}, fmt.Errorf("make audio: a clip of %.0f s with %d Hz, %d bits and %d channels is too large to make: at most %d bytes, give a shorter length",
			seconds, c.rate, c.depth, c.channels, maxClipBytes)
	}
	c.frames = int(frames)
	for range c.frames * c.channels {
		a.samples.Normal(0, noiseSigma)
	}
	return c, nil
}

// Render appends the text of a drawn clip: its format and its file.
func (a *Audio) Render(dst []byte, c Clip) ([]byte, error) {
	s := a.scratch.Get().(*[]byte)
	defer a.scratch.Put(s)
	*s = c.appendWAV((*s)[:0])
	dst = append(dst, formatWAV+","...)
	return base64.StdEncoding.AppendEncode(dst, *s), nil
}
