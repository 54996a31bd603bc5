// The folder of a run as it is asked for, with the user's files that it must not hurt.
package cli

import (
	"fmt"

	"github.com/aiperf-go/aiperf/bench/config"
	"github.com/aiperf-go/aiperf/report/artifact"
)

func folderOf(p *config.Profile) artifact.Options {
	chosen := "--artifact-dir"
	if p.Artifacts.Explicit {
		chosen = p.Where("benchmark.artifacts.dir")
	}
	return artifact.Options{
		Dir: p.Artifacts.Dir, Prefix: p.Artifacts.Prefix, Level: level(p.Artifacts.Level), Chosen: chosen, Inputs: inputsOf(p),
	}
}

// inputsOf lists what the run reads of the user's.
func inputsOf(p *config.Profile) []artifact.Input {
	var in []artifact.Input
	add := func(name string, path any) {
		if text, ok := path.(string); ok && text != "" {
			in = append(in, artifact.Input{Name: name, Path: text})
		}
	}
	add("--config", p.Settings.Value("config_file"))
	add("--request-rate-series", p.Settings.Value("request_rate_series"))
	b := &p.Config.Benchmark
	for i := range b.Datasets {
		d := &b.Datasets[i]
		at := fmt.Sprintf("benchmark.datasets.%d.", i)
		if d.Path != nil {
			add(p.Where(at+"path"), *d.Path)
		}
		if d.SystemPromptFile != nil {
			add(p.Where(at+"system_prompt_file"), *d.SystemPromptFile)
		}
		if d.Images != nil && d.Images.Source != "noise" && d.Images.Source != "assets" {
			add(p.Where(at+"images.source"), d.Images.Source)
		}
	}
	for i := range b.Phases {
		if s := b.Phases[i].RateSeries; s != nil && s.Path != nil {
			add(p.Where(fmt.Sprintf("benchmark.phases.%d.rate_series.path", i)), *s.Path)
		}
	}
	return in
}
