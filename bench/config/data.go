// The data of a run as the configuration asks for it: which file is read, or what is made and how long it is.
package config

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/aiperf-go/aiperf/bench/config/schema"
	"github.com/aiperf-go/aiperf/dataset"
	"github.com/aiperf-go/aiperf/dataset/synth"
)

// Bounds of what can be asked for. AIPerf has none and runs out of memory or time.
const (
	mostTokens  = 10_000_000    // of a text: ten times what models read, and nine times the corpus
	mostLimit   = 1 << 28       // tokens of an answer: a number that is sent; with any deviation a draw keeps to 32 bits
	mostTurns   = 1 << 20       // of a conversation
	mostEntries = 100_000_000   // conversations, and turns of all of them: a place of each is kept, 1 GB
	mostPool    = 1 << 20       // prefixes, which are kept in memory
	mostBatch   = 1 << 16       // texts, images or clips of a turn
	mostDelayMS = 1_000_000_000 // between turns: eleven days
	farthest    = 9             // deviations that a normal draw lies from its mean at most: the smallest uniform number allows 8.6
)

// Data says which conversations to take or to make.
type Data struct {
	File     string // "" for made ones
	Format   string // "" when the file's format is to be detected
	Sampling string // "sequential", "random" or "shuffle"
	IDs      dataset.IDs
	Models   dataset.Models
	OSL      dataset.Spread // tokens that the turns of a file ask for where they say nothing; a mean of 0 asks for no limit
	System   string         // system message of all conversations, word for word; "" for none
	Bust     string         // where the marker against caches goes; "" for nowhere
	Made     synth.Options  // what is made without a file, but for tokenizer, cache and the tokens of the marker
}

const dataPath = "benchmark.datasets.0."

// data decides what is sent.
func (p *Profile) data() error {
	c := &p.Config.Benchmark.Datasets[0]
	d := Data{Sampling: c.Sampling, IDs: dataset.RandomIDs, Models: p.models()}
	if p.SeedGiven || c.RandomSeed != nil {
		d.IDs = dataset.CountedIDs
	}
	if t := c.CacheBustTarget(); t != "none" {
		d.Bust = t
	}
	var err error
	if d.System, err = c.SystemMessage(); err != nil {
		return p.at(dataPath+"system_prompt_file", "%s", err)
	}
	if c.Type == "file" {
		if c.Path != nil {
			d.File = *c.Path
		}
		if p.set.Get("benchmark").Get("datasets").Items[0].Get("format") != nil {
			d.Format = c.Format
		}
		if c.OSL != nil {
			d.OSL, err = p.count(dataPath+"osl", c.OSL, mostLimit)
		}
	} else {
		d.Made, err = p.made(c)
		d.Made.IDs, d.Made.Models, d.Made.Seed = d.IDs, d.Models, p.Seed
	}
	p.Data = d
	return err
}

// Bust is the marker against caches; nil marks nothing.
func (p *Profile) Bust() *dataset.Bust {
	if p.Data.Bust == "" {
		return nil
	}
	return &dataset.Bust{Target: p.Data.Bust, Benchmark: p.id}
}

// models are the run's models and how turns choose among them.
func (p *Profile) models() dataset.Models {
	m := dataset.Models{Random: p.Config.Benchmark.Models.Strategy == "random"}
	for _, item := range p.Config.Benchmark.Models.Items {
		m.Names = append(m.Names, item.Name)
	}
	return m
}

// made decides synthetic conversations.
func (p *Profile) made(c *schema.Dataset) (o synth.Options, err error) {
	o = synth.Options{Conversations: synth.DefaultConversations, Seed: p.Seed}
	if c.Entries != nil {
		o.Conversations = *c.Entries
	}
	if o.Conversations > mostEntries {
		return o, p.at(dataPath+"entries", "%d conversations are more than fit into memory; must be at most %d", o.Conversations, mostEntries)
	}
	for _, step := range []func(*schema.Dataset, *synth.Options) error{p.turns, p.images, p.audio, p.texts, p.prefixes} {
		if err := step(c, &o); err != nil {
			return o, err
		}
	}
	return o, nil
}

// spread is what AIPerf takes of a distribution: its expected value, and the deviation of a normal one.
func spread(d *schema.Dist) dataset.Spread {
	if d == nil {
		return dataset.Spread{}
	}
	s := dataset.Spread{Mean: d.Expected()}
	if d.Type == "normal" {
		s.Stddev = d.Stddev
	}
	return s
}

// count reads a distribution of whole numbers.
func (p *Profile) count(path string, d *schema.Dist, most float64) (dataset.Spread, error) {
	s := spread(d)
	for _, v := range []struct {
		what  string
		value float64
	}{{"a mean", s.Mean}, {"a deviation", s.Stddev}} {
		if !(v.value >= 0 && v.value <= most) {
			return s, p.at(path, "%s of %s is not possible; must be from 0 to %.0f", v.what, strconv.FormatFloat(v.value, 'f', -1, 64), most)
		}
	}
	return s, nil
}

// texts decides what is written in a turn.
func (p *Profile) texts(c *schema.Dataset, o *synth.Options) (err error) {
	const path = dataPath + "prompts."
	q := c.Prompts
	if q == nil {
		q = &schema.Prompts{BatchSize: 1, RandomCorpusStyle: synth.VLLM}
	}
	if o.ISL, err = p.count(path+"isl", q.ISL, mostTokens); err != nil {
		return err
	}
	if o.OSL, err = p.count(path+"osl", q.OSL, mostLimit); err != nil {
		return err
	}
	if o.OSL.Mean < 1 {
		o.OSL = dataset.Spread{} // no limit is sent
	}
	if o.ISL.Mean == 0 {
		o.NoText = true
		if (o.Images == nil || o.Images.Batch == 0) && (o.Audio == nil || o.Audio.Batch == 0) {
			return p.nothing(q)
		}
	}
	if o.Texts = q.BatchSize; o.Texts > mostBatch {
		return p.at(path+"batch_size", "%d texts in one request are not possible; must be at most %d", o.Texts, mostBatch)
	}
	if q.Corpus != nil {
		o.Corpus = *q.Corpus
	}
	o.Style = q.RandomCorpusStyle
	if err := p.mix(q, o); err != nil {
		return err
	}
	if q.RandomRangeRatio != nil {
		return p.ranged(c, o, *q.RandomRangeRatio)
	}
	return nil
}

// nothing refuses requests without any content.
func (p *Profile) nothing(q *schema.Prompts) error {
	switch {
	case q.ISL == nil && q.SequenceDistribution != nil:
		return p.at(dataPath+"prompts.sequence_distribution", "AIPerf makes no prompts without isl, even if a sequence distribution decides the lengths; add isl: 550")
	case q.ISL == nil:
		return p.at(strings.TrimSuffix(dataPath, "."), "a synthetic dataset without isl makes no prompts; add isl: 550, as the command line does by itself")
	}
	return p.at(dataPath+"prompts.isl", "a prompt of 0 tokens has no text, and there are no images and no audio; must be above 0")
}

// mix reads the pairs of lengths. A document's check leaves more room for their sum than AIPerf does in the end.
func (p *Profile) mix(q *schema.Prompts, o *synth.Options) error {
	sum := 0.0
	for i := range q.SequenceDistribution {
		e := &q.SequenceDistribution[i]
		path := fmt.Sprintf("%sprompts.sequence_distribution.%d.", dataPath, i)
		s := synth.Share{Percent: e.Probability}
		for _, l := range []struct {
			key  string
			from *schema.Dist
			to   *dataset.Spread
			most float64
		}{{"isl", e.ISL, &s.ISL, mostTokens}, {"osl", e.OSL, &s.OSL, mostLimit}} {
			var err error
			if *l.to, err = p.count(path+l.key, l.from, l.most); err != nil {
				return err
			}
			if l.to.Mean = math.Trunc(l.to.Mean); l.to.Mean < 1 {
				return p.at(path+l.key, "a length of %g tokens is not possible here; must be at least 1", l.from.Expected())
			}
		}
		sum += s.Percent
		o.Mix = append(o.Mix, s)
	}
	if o.Mix != nil && !wholeShares(sum) {
		return p.at(dataPath+"prompts.sequence_distribution", "the probabilities sum to %v, must be 100 (percent)", sum)
	}
	return nil
}

// ranged reads the spread around the lengths.
func (p *Profile) ranged(c *schema.Dataset, o *synth.Options, text string) error {
	const path = dataPath + "prompts.random_range_ratio"
	in, out, ok := schema.ReadRatio(text)
	if !ok {
		return p.at(path, "%s is no ratio; write 0.5 or {\"input\": 0.1, \"output\": 0.2}", quote(text))
	}
	o.Range = &synth.Range{Input: in, Output: out}
	switch {
	case o.ISL.Mean < 1:
		return p.at(path, "a range around %g input tokens holds no prompt; set isl to 1 or more", o.ISL.Mean)
	case o.OSL.Mean < 1:
		return p.at(path, "a range around %g output tokens asks for none; set osl to 1 or more", o.OSL.Mean)
	case o.Style == synth.SGLang:
		return nil
	}
	prefix := 0
	if c.PrefixPrompts != nil && c.PrefixPrompts.Length != nil {
		prefix = *c.PrefixPrompts.Length
	}
	if least := math.Floor(math.Trunc(o.ISL.Mean) * (1 - in)); least+float64(prefix) < 1 {
		return p.at(path, "%s around an isl of %g reaches down to prompts of no token; raise isl, add a prefix, or lower the ratio", strconv.FormatFloat(in, 'g', -1, 64), math.Trunc(o.ISL.Mean))
	}
	return nil
}

// prefixes decides what stands before the texts.
func (p *Profile) prefixes(c *schema.Dataset, o *synth.Options) error {
	q := c.PrefixPrompts
	if q == nil {
		return nil
	}
	const path = dataPath + "prefix_prompts."
	for _, n := range []struct {
		key  string
		from *int
		to   *int
		most int
	}{
		{"pool_size", q.PoolSize, &o.PrefixPool, mostPool},
		{"length", q.Length, &o.PrefixLength, mostTokens},
		{"shared_system_length", q.SharedSystemLength, &o.SystemLength, mostTokens},
		{"user_context_length", q.UserContextLength, &o.ContextLength, mostTokens},
	} {
		if n.from == nil {
			continue
		}
		if *n.to = *n.from; *n.to > n.most {
			return p.at(path+n.key, "%d is not possible; must be at most %d", *n.to, n.most)
		}
	}
	switch {
	case o.NoText:
		o.PrefixPool, o.PrefixLength = 0, 0
	case o.PrefixLength > 0 && o.PrefixPool == 0:
		return p.at(path+"length", "a prefix of %d tokens has no pool to come from; add --num-prefix-prompts N (pool_size: N)", o.PrefixLength)
	}
	return nil
}

// turns decides how many requests a conversation has, and the pauses between them.
func (p *Profile) turns(c *schema.Dataset, o *synth.Options) (err error) {
	if o.Turns, err = p.count(dataPath+"turns", c.Turns, mostTurns); err != nil {
		return err
	}
	if all := float64(o.Conversations) * math.Max(o.Turns.Mean, 1); all > mostEntries {
		return p.at(dataPath+"turns", "%.0f turns in all conversations are more than fit into memory; must be at most %d", all, mostEntries)
	}
	if o.Delay, err = p.count(dataPath+"turn_delay", c.TurnDelay, mostDelayMS); err != nil {
		return err
	}
	longest := math.Max(o.Delay.Mean+farthest*o.Delay.Stddev, 1)
	if o.DelayRatio = c.TurnDelayRatio; !(o.DelayRatio >= 0 && o.DelayRatio*longest <= mostDelayMS) {
		return p.at(dataPath+"turn_delay_ratio", "a factor of %g on pauses of up to %g ms is not possible; they must stay below %d ms", o.DelayRatio, longest, mostDelayMS)
	}
	return nil
}
