// What requests are made of, for the results to say.
package cli

import (
	"github.com/aiperf-go/aiperf/bench"
	"github.com/aiperf-go/aiperf/bench/config"
	"github.com/aiperf-go/aiperf/dataset"
	"github.com/aiperf-go/aiperf/dataset/corpus"
	"github.com/aiperf-go/aiperf/dataset/synth"
	"github.com/aiperf-go/aiperf/metrics"
)

func dataInfo(p *config.Profile, d bench.Dataset) metrics.DataInfo {
	info := metrics.DataInfo{Conversations: d.Source.Len(), File: p.Data.File, Tokenizer: d.Tokenizer.Name()}
	if t, ok := d.Tokenizer.(interface{ Fingerprint() string }); ok {
		info.TokenizerDigest = t.Fingerprint()
	}
	if p.Data.File == "" && !p.Data.Made.NoText {
		info.Corpus = p.Data.Made.Corpus
		if info.Corpus == "" || info.Corpus == synth.Sonnet {
			info.Corpus, info.CorpusSHA256 = synth.Sonnet, corpus.SHA256
		}
	}
	return info
}

// unkept is how many pictures and clips of a source have to be made anew whenever they are sent.
func unkept(s dataset.Source) int {
	for s != nil {
		if made, ok := s.(interface{ Unkept() int }); ok {
			return made.Unkept()
		}
		below, ok := s.(interface{ Unwrap() dataset.Source })
		if !ok {
			return 0
		}
		s = below.Unwrap()
	}
	return 0
}
