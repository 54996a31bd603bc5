// Images and audio of made requests as the configuration asks for them.
package config

import (
	"math"
	"slices"

	"github.com/aiperf-go/aiperf/bench/config/files"
	"github.com/aiperf-go/aiperf/bench/config/schema"
	"github.com/aiperf-go/aiperf/dataset/media"
	"github.com/aiperf-go/aiperf/dataset/synth"
)

const (
	mostPixels   = 65_500 // of a side: no JPEG is larger
	leastSeconds = 0.01   // of a clip, AIPerf's bound
	mostSeconds  = 86_400 // of a clip: a day, 2.7 GB at 16 kHz and 16 bits
	mostRate     = 10_000 // kHz
)

// depths are the sample sizes that can be written, in bits.
var depths = []int{8, 16, 24, 32}

// images decides the pictures of a turn. A side of 0 switches them off, as in AIPerf; a batch of 0 leaves an empty list in the request.
func (p *Profile) images(c *schema.Dataset, o *synth.Options) error {
	q := c.Images
	if q == nil {
		return nil
	}
	const path = dataPath + "images."
	width, err := p.count(path+"width", q.Width, mostPixels)
	if err != nil {
		return err
	}
	height, err := p.count(path+"height", q.Height, mostPixels)
	if err != nil {
		return err
	}
	if q.BatchSize > mostBatch {
		return p.at(path+"batch_size", "%d images in one request are not possible; must be at most %d", q.BatchSize, mostBatch)
	}
	if width.Mean == 0 || height.Mean == 0 {
		return nil
	}
	if q.Source != "noise" && q.Source != "assets" && q.BatchSize > 0 && !files.IsDir(q.Source) {
		return p.at(path+"source", "%s is no folder; name one with images, or noise or assets", quote(q.Source))
	}
	o.Images = &media.ImageOptions{Batch: q.BatchSize, Width: width, Height: height, Format: q.Format, Source: q.Source, Sampling: q.SourceSampling}
	return nil
}

// audio decides the clips of a turn. A length of 0 switches them off.
func (p *Profile) audio(c *schema.Dataset, o *synth.Options) error {
	q := c.Audio
	if q == nil {
		return nil
	}
	const path = dataPath + "audio."
	length, err := p.count(path+"length", q.Length, mostSeconds)
	if err != nil {
		return err
	}
	if length.Mean == 0 {
		return nil
	}
	o.Audio = &media.AudioOptions{Batch: q.BatchSize, Length: length, Format: q.Format, SampleRates: q.SampleRates, Depths: q.Depths, Channels: q.Channels}
	switch {
	case q.BatchSize == 0:
		return nil
	case q.BatchSize > mostBatch:
		return p.at(path+"batch_size", "%d clips in one request are not possible; must be at most %d", q.BatchSize, mostBatch)
	case length.Mean < leastSeconds:
		return p.at(path+"length", "a clip of %g s is too short; must be at least %g s", length.Mean, leastSeconds)
	case len(q.SampleRates) == 0:
		return p.at(path+"sample_rates", "there is no sample rate; name one in kHz, as in 16")
	case len(q.Depths) == 0:
		return p.at(path+"depths", "there is no sample size; name one in bits: 8, 16, 24 or 32")
	}
	for _, r := range q.SampleRates {
		if hz := math.Trunc(r * 1000); !(hz >= 1 && r <= mostRate) {
			return p.at(path+"sample_rates", "a sample rate of %g kHz is not possible; must be from 0.001 to %d", r, mostRate)
		}
	}
	for _, d := range q.Depths {
		if !slices.Contains(depths, d) {
			return p.at(path+"depths", "samples of %d bits are not possible; must be 8, 16, 24 or 32", d)
		}
	}
	return nil
}
