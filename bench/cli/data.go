// The data of a run: a file's conversations or synthetic ones, the order in which they are taken, and the tokenizer.
package cli

import (
	"fmt"

	"github.com/aiperf-go/aiperf/bench"
	"github.com/aiperf-go/aiperf/bench/config"
	"github.com/aiperf-go/aiperf/dataset"
	"github.com/aiperf-go/aiperf/dataset/load"
	"github.com/aiperf-go/aiperf/dataset/rng"
	"github.com/aiperf-go/aiperf/dataset/synth"
	"github.com/aiperf-go/aiperf/dataset/tokenizer"
)

// makeData opens the file or draws the synthetic prompts.
func makeData(p *config.Profile) (bench.Dataset, error) {
	tok := tokenizer.Builtin()
	d := bench.Dataset{Tokenizer: tok}
	ids := dataset.RandomIDs
	if p.SeedGiven {
		ids = dataset.CountedIDs
	}
	var err error
	if p.Data.File != "" {
		d.Source, err = load.Open(p.Data.File, load.Options{
			Format: p.Data.Format, OSLMean: p.Data.OSLMean, OSLStddev: p.Data.OSLStddev, Seed: p.Seed, IDs: ids,
		})
	} else {
		d.Source, err = synth.New(synth.Options{
			Conversations: p.Data.Entries, ISLMean: p.Data.ISLMean, ISLStddev: p.Data.ISLStddev,
			OSLMean: p.Data.OSLMean, OSLStddev: p.Data.OSLStddev, Seed: p.Seed, IDs: ids, Tokenizer: tok,
		})
	}
	if err != nil {
		if p.Data.File == "" {
			err = fmt.Errorf("ISL %g: %w", p.Data.ISLMean, err)
		}
		return d, err
	}
	d.Sampler = dataset.NewSampler(p.Data.Sampling, d.Source.Len(), rng.Root(p.Seed))
	return d, nil
}
