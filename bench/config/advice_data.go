// Advice about the data of a run: what is made otherwise than its user may expect, and what was given without anything to act on.
package config

import (
	"fmt"
	"math"
	"strings"

	"github.com/aiperf-go/aiperf/bench/config/schema"
	"github.com/aiperf-go/aiperf/dataset/synth"
	"github.com/aiperf-go/aiperf/metrics"
)

var dataAdvices = []advice{
	{"distributions drawn as their mean", func(p *Profile) string {
		var flat []string
		for _, d := range p.distributions() {
			clipped := d.dist.Min != nil || d.dist.Max != nil
			switch {
			case d.dist.Type != "fixed" && d.dist.Type != "normal":
				flat = append(flat, fmt.Sprintf("%s (%s: always %g)", d.key, d.dist.Type, d.dist.Expected()))
			case clipped:
				flat = append(flat, d.key+" (min and max have no effect)")
			}
		}
		if flat == nil {
			return ""
		}
		return fmt.Sprintf("AIPerf takes no more of a distribution than its mean and the deviation of a normal one, and so does this run: %s", strings.Join(flat, ", "))
	}},
	{"normal distributions cut at 0", func(p *Profile) string {
		var moved []string
		for _, d := range p.distributions() {
			if mean, ok := cutMean(d.dist); ok {
				moved = append(moved, fmt.Sprintf("%s (%g with a deviation of %g averages %.0f)", p.name(d.key), d.dist.Mean, d.dist.Stddev, mean))
			}
		}
		if moved == nil {
			return ""
		}
		return "draws below 0 are drawn again, as AIPerf does, so the mean is not the one asked for: " + strings.Join(moved, ", ")
	}},
	{"lengths beside a sequence distribution", func(p *Profile) string {
		got := p.Settings.among("prompt_input_tokens_mean prompt_input_tokens_stddev prompt_output_tokens_mean prompt_output_tokens_stddev")
		if p.Data.Made.Mix == nil || len(got) == 0 {
			return ""
		}
		return fmt.Sprintf("%s has no effect: %s decides the lengths", p.Settings.names(got), p.name("prompts.sequence_distribution"))
	}},
	{"pool without length", func(p *Profile) string {
		if o := p.Data.Made; o.PrefixPool == 0 || o.PrefixLength > 0 {
			return ""
		}
		return p.name("prefix_prompts.pool_size") + " has no effect without a length: --prefix-prompt-length (prefix_prompts.length) sets it"
	}},
	{"style without anything random", func(p *Profile) string {
		if o := p.Data.Made; o.Style != synth.SGLang || o.Corpus == synth.Random || o.Range != nil {
			return ""
		}
		return p.name("prompts.random_corpus_style") + " has no effect: it acts on the random corpus and on --random-range-ratio"
	}},
	{"our own code", func(p *Profile) string {
		if o := p.Data.Made; o.Corpus != synth.Coding || o.NoText {
			return ""
		}
		return p.name("prompts.corpus") + " coding: the text is this program's own, drawn as AIPerf draws it but not the same; token counts are alike, prompts are not"
	}},
	{"corpus of a file", func(p *Profile) string {
		if c := p.Config.Benchmark.Datasets[0].Prompts; p.Data.File == "" || c == nil || c.Corpus == nil {
			return ""
		}
		return p.name("prompts.corpus") + " has no effect: the file's texts are sent as they are"
	}},
	{"several texts", func(p *Profile) string {
		if o := p.Data.Made; o.Texts < 2 || o.NoText {
			return ""
		}
		return fmt.Sprintf("%s: a request carries %d texts as parts of one message, each of the full input length", p.name("prompts.batch_size"), p.Data.Made.Texts)
	}},
	{"pauses without turns", func(p *Profile) string {
		o := p.Data.Made
		if o.Turns.Mean >= 2 || o.Turns.Stddev >= 1 || o.Delay.Mean == 0 {
			return ""
		}
		return p.name("turn_delay") + " has no effect: sessions have one turn; --session-turns-mean sets more"
	}},
	{"deviation of pauses without a mean", func(p *Profile) string {
		if o := p.Data.Made; o.Delay.Mean >= 1 || o.Delay.Stddev == 0 {
			return ""
		}
		return p.name("turn_delay") + " has no effect without a mean of at least 1 ms: --session-turn-delay-mean sets it"
	}},
	{"empty images", func(p *Profile) string {
		c := p.Config.Benchmark.Datasets[0].Images
		switch {
		case c == nil:
			return ""
		case p.Data.Made.Images == nil:
			return p.name("images") + ": no images are made, a width or height of 0 switches them off"
		case c.BatchSize == 0:
			return p.name("images") + ": requests carry no images, --image-batch-size (images.batch_size) says how many"
		}
		return ""
	}},
	{"our own pictures", func(p *Profile) string {
		if o := p.Data.Made.Images; o == nil || o.Batch == 0 || o.Source != "assets" {
			return ""
		}
		return p.name("images.source") + " assets: the pictures are this program's own; which of them is taken, and at which size, is as in AIPerf"
	}},
	{"empty audio", func(p *Profile) string {
		c := p.Config.Benchmark.Datasets[0].Audio
		switch {
		case c == nil:
			return ""
		case p.Data.Made.Audio == nil:
			return p.name("audio") + ": no audio is made, a length of 0 switches it off"
		case c.BatchSize == 0:
			return p.name("audio") + ": requests carry no audio, --audio-batch-size (audio.batch_size) says how many clips"
		}
		return ""
	}},
	{"figures of media", func(p *Profile) string {
		var kinds, tags []string
		if o := p.Data.Made.Images; o != nil && o.Batch > 0 {
			kinds, tags = append(kinds, "images"), append(tags, "num_images", "image_throughput", "image_latency")
		}
		if o := p.Data.Made.Audio; o != nil && o.Batch > 0 {
			kinds, tags = append(kinds, "audio"), append(tags, "audio_duration", "rtfx")
		}
		if kinds == nil {
			return ""
		}
		return fmt.Sprintf("AIPerf's figures about %s are not computed in this version: %s", strings.Join(kinds, " and "), strings.Join(tags, ", "))
	}},
	{"marker of the warm-up", func(p *Profile) string {
		if !strings.HasPrefix(p.Data.Bust, "warmup_") || p.phase(metrics.Warmup).Name != "" {
			return ""
		}
		return fmt.Sprintf("%s marks warm-up requests, and this run has no warm-up", p.name(p.bustKey()))
	}},
	{"seed of the dataset", func(p *Profile) string {
		c, root := p.Config.Benchmark.Datasets[0].RandomSeed, p.Config.RandomSeed
		if c == nil || root != nil {
			return ""
		}
		return p.name("random_seed") + " decides the names of sessions alone, as in AIPerf: random_seed at the top level, or --random-seed, makes the load repeatable"
	}},
}

// limits tells that requests ask for a limit of the answer.
func (d *Data) limits() bool {
	return d.OSL.Mean > 0 || d.Made.OSL.Mean > 0 || d.Made.Mix != nil
}

// name is how the user calls a key of the dataset: the option that set it, or its place in a file.
func (p *Profile) name(key string) string {
	path := dataPath + key
	n := p.set.Find(path)
	for n != nil && n.Origin == "" && n.Pos.Line == 0 && len(n.Members) > 0 {
		n = n.Members[0].Value
	}
	if n == nil {
		return key
	}
	return keyName(n, path)
}

// bustKey is where the configuration says what the marker does.
func (p *Profile) bustKey() string {
	if p.Data.File != "" {
		return "cache_bust.target"
	}
	return "prompts.cache_bust.target"
}

// distribution is one that the configuration gives, with its key.
type distribution struct {
	key  string
	dist *schema.Dist
}

// distributions are those that decide the data.
func (p *Profile) distributions() []distribution {
	c := &p.Config.Benchmark.Datasets[0]
	all := []distribution{{"osl", c.OSL}, {"turns", c.Turns}, {"turn_delay", c.TurnDelay}}
	if q := c.Prompts; q != nil {
		all = append(all, distribution{"prompts.isl", q.ISL}, distribution{"prompts.osl", q.OSL})
		for i, e := range q.SequenceDistribution {
			key := fmt.Sprintf("prompts.sequence_distribution.%d.", i)
			all = append(all, distribution{key + "isl", e.ISL}, distribution{key + "osl", e.OSL})
		}
	}
	if q := c.Images; q != nil {
		all = append(all, distribution{"images.width", q.Width}, distribution{"images.height", q.Height})
	}
	if q := c.Audio; q != nil {
		all = append(all, distribution{"audio.length", q.Length})
	}
	given := all[:0]
	for _, d := range all {
		if d.dist != nil {
			given = append(given, d)
		}
	}
	return given
}

// mostMoved is the part of its mean that cutting a distribution at 0 may move it by without a word.
const mostMoved = 0.05

// cutMean is the mean of a normal distribution of which only draws of at least 0 are taken, m + s φ(m/s)/Φ(m/s); ok tells that it is far from m.
func cutMean(d *schema.Dist) (mean float64, ok bool) {
	m, s := math.Trunc(d.Mean), math.Trunc(d.Stddev)
	if d.Type != "normal" || !(s > 0) || math.IsInf(s, 1) || !(m > 0) {
		return 0, false
	}
	a := m / s
	mean = m + s*math.Exp(-a*a/2)/math.Sqrt(2*math.Pi)/(0.5*math.Erfc(-a/math.Sqrt2))
	return mean, mean-m > mostMoved*m
}
