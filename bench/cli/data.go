// The data of a run: a file's conversations or made ones, the order in which they are taken, and the tokenizer.
package cli

import (
	"fmt"
	"math"

	"github.com/aiperf-go/aiperf/bench"
	"github.com/aiperf-go/aiperf/bench/config"
	"github.com/aiperf-go/aiperf/dataset"
	"github.com/aiperf-go/aiperf/dataset/load"
	"github.com/aiperf-go/aiperf/dataset/rng"
	"github.com/aiperf-go/aiperf/dataset/synth"
	"github.com/aiperf-go/aiperf/dataset/tokenizer"
)

// makeData opens the file or draws what is to be made. What the user should know of it becomes a warning of the run. A preview that shows
// lengths needs no images and no audio beside text.
func makeData(p *config.Profile) (bench.Dataset, error) {
	tok := tokenizer.Builtin()
	d := bench.Dataset{Tokenizer: tok, Bust: p.Bust()}
	var err error
	if p.Data.File != "" {
		d.Source, err = load.Open(p.Data.File, load.Options{
			Format: p.Data.Format, OSLMean: p.Data.OSL.Mean, OSLStddev: p.Data.OSL.Stddev, Models: p.Data.Models, Seed: p.Seed, IDs: p.Data.IDs,
		})
	} else {
		d.Source, err = made(p, tok)
	}
	if err != nil {
		return d, err
	}
	d.Source = dataset.WithSystem(d.Source, p.Data.System)
	d.Sampler = dataset.NewSampler(p.Data.Sampling, d.Source.Len(), rng.Root(p.Seed))
	return d, nil
}

// made draws synthetic conversations.
func made(p *config.Profile, tok dataset.Tokenizer) (dataset.Source, error) {
	o := p.Data.Made
	o.Tokenizer = tok
	if p.Preview != nil && p.Preview.Curl == 0 && !o.NoText {
		o.Images, o.Audio = nil, nil
	}
	o.SystemBust, o.TurnBust = dataset.BustCost(tok, p.Data.Bust, o.SystemLength > 0, p.Data.System != "")
	for _, left := range []struct {
		tokens float64
		marker int
		of     string
	}{
		{float64(o.SystemLength), o.SystemBust, "the shared system message"},
		{math.Trunc(o.ISL.Mean), o.TurnBust, "first prompts"},
	} {
		if left.marker > 0 && left.tokens <= float64(left.marker) && !(left.marker == o.TurnBust && (o.NoText || o.Mix != nil)) {
			p.Warnings = append(p.Warnings, fmt.Sprintf("a length of %g leaves no room for the %d tokens of the marker in %s: they become longer than asked for", left.tokens, left.marker, left.of))
		}
	}
	s, err := synth.New(o)
	if err != nil {
		return nil, err
	}
	p.Warnings = append(p.Warnings, s.Notes()...)
	return s, nil
}
