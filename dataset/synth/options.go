// What can be asked of a synthetic data set.
package synth

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/aiperf-go/aiperf/dataset"
	"github.com/aiperf-go/aiperf/dataset/media"
	"github.com/aiperf-go/aiperf/dataset/rng"
)

// What a run uses when an option is absent.
const (
	DefaultConversations = 100
	DefaultISLMean       = 550
)

// The corpora that prompts are cut from.
const (
	Sonnet = "sonnet" // the text of package corpus; the default
	Random = "random" // tokens of the vocabulary
	Coding = "coding" // code, shells and tool outputs, made for the seed
)

// The two programs whose random data sets AIPerf imitates.
const (
	VLLM   = "vllm" // the default
	SGLang = "sglang"
)

// Options say what to make. Means and deviations of lengths are cut to integers, as AIPerf cuts them, but for the deviations of a mix.
type Options struct {
	Conversations int  // how many
	Texts         int  // texts of a turn, each with a length of its own; 0 is 1
	NoText        bool // media alone: no text is made, and ISL is not looked at

	ISL dataset.Spread // tokens of a text
	OSL dataset.Spread // tokens asked for; a mean of 0 asks for no limit
	Mix []Share        // pairs of lengths by share: takes the place of ISL and OSL
	// Range draws lengths evenly around the means of ISL and OSL instead.
	Range *Range

	Corpus string // "" is Sonnet
	Style  string // of Range and of the Random corpus; "" is VLLM

	PrefixPool    int // number of texts put in front of first turns, chosen by chance
	PrefixLength  int // tokens of each; 0 puts none
	SystemLength  int // tokens of the system message that all conversations share; 0 is none
	ContextLength int // tokens of each conversation's own leading message; 0 is none

	// SystemBust and TurnBust are the tokens that a cache-bust marker will add to the shared system message and to first turns: texts are
	// made shorter by them.
	SystemBust, TurnBust int

	Turns      dataset.Spread // turns of a conversation; the zero value is one
	Delay      dataset.Spread // milliseconds before each turn after the first; a mean of 0 is none
	DelayRatio float64        // factor on delays; 0 leaves none of them

	Models dataset.Models // with one model or none, turns name none

	Images *media.ImageOptions // nil for none
	Audio  *media.AudioOptions

	// Rankings ask for one turn of a query and passages, and of nothing else: no messages before them, no pictures, no clips.
	Rankings *Rankings

	Seed      uint64 // root of the streams; a run without a seed draws one
	IDs       dataset.IDs
	Tokenizer dataset.Tokenizer
	CacheDir  string // where token pools of other tokenizers are kept; "" keeps none
}

// Share is one pair of lengths of a mix. Spreads are not cut.
type Share struct {
	ISL, OSL dataset.Spread
	Percent  float64
}

// Range is how far lengths may lie from their means: a part of the mean to both sides in the style VLLM, the smallest part in SGLang.
type Range struct{ Input, Output float64 }

// Rankings are the sizes of ranking requests.
type Rankings struct {
	Passages, PassageTokens, QueryTokens dataset.Spread
}

// Bounds of an index, whose entries have 32 bits. No draw lies maxDeviations from its mean, so the largest mean and deviation together fit.
const (
	maxTokens     = 1 << 30 // and milliseconds of a delay: mean
	maxDeviation  = 1 << 28
	maxDeviations = 9       // 8.6 is what 53 bits of chance give at most
	maxTexts      = 1 << 29 // texts and turns of a data set: 4 GB
	maxPool       = 1 << 20 // prefixes, which are kept in memory
	maxDelay      = 1 << 43 // milliseconds: time.Duration has no room for more
)

var errTooMany = fmt.Errorf("more than %d texts or turns (lower their number, or that of conversations)", maxTexts)

// check finds what cannot be made. Messages speak of lengths and counts: the caller knows how the user gave them.
func (o *Options) check() error {
	if err := o.checkWhole(); err != nil {
		return fmt.Errorf("make synthetic prompts: %w", err)
	}
	for _, l := range []struct {
		name string
		dataset.Spread
	}{
		{"input length", o.ISL}, {"output length", o.OSL}, {"number of turns", o.Turns}, {"turn delay", o.Delay},
		{"length of a prefix", dataset.Spread{Mean: float64(o.PrefixLength)}}, {"length of the system message", dataset.Spread{Mean: float64(o.SystemLength)}},
		{"length of a context", dataset.Spread{Mean: float64(o.ContextLength)}},
	} {
		if err := within(l.name, l.Spread); err != nil {
			return err
		}
	}
	if longest := (o.Delay.Mean + maxDeviations*o.Delay.Stddev) * o.DelayRatio; !(o.DelayRatio >= 0 && longest <= maxDelay) {
		return fmt.Errorf("make synthetic prompts: turn delays of up to %g ms, at most %d are possible (lower the factor of %g or the deviation)", longest, maxDelay, o.DelayRatio)
	}
	for _, s := range o.Mix {
		for _, err := range []error{within("input length", s.ISL), within("output length", s.OSL)} {
			if err != nil {
				return err
			}
		}
		if !(s.ISL.Mean >= 1 && s.OSL.Mean >= 1) {
			return fmt.Errorf("make synthetic prompts: a pair of lengths %g, %g, both must be at least 1", s.ISL.Mean, s.OSL.Mean)
		}
	}
	if r := o.Rankings; r != nil {
		for _, err := range []error{within("number of passages", r.Passages), within("length of a passage", r.PassageTokens), within("length of a query", r.QueryTokens)} {
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// checkWhole finds options that do not go together.
func (o *Options) checkWhole() error {
	switch {
	case o.Tokenizer == nil:
		return errors.New("no tokenizer")
	case o.Conversations < 1:
		return fmt.Errorf("%d conversations, at least 1 is needed", o.Conversations)
	case float64(o.Conversations)*math.Max(1, o.Turns.Mean)*math.Max(1, float64(o.Texts)) > maxTexts:
		return errTooMany
	case !slices.Contains([]string{"", Sonnet, Random, Coding}, o.Corpus):
		return fmt.Errorf("no corpus %q (there are %s, %s and %s)", o.Corpus, Sonnet, Random, Coding)
	case !slices.Contains([]string{"", VLLM, SGLang}, o.Style):
		return fmt.Errorf("no style %q (there are %s and %s)", o.Style, VLLM, SGLang)
	case o.NoText && o.Rankings != nil:
		return errors.New("rankings are text, and none is asked for")
	case o.NoText && o.Images == nil && o.Audio == nil:
		return errors.New("neither text nor pictures nor audio is asked for")
	case !o.NoText && o.Rankings == nil && len(o.Mix) == 0 && !(o.ISL.Mean > 0):
		return fmt.Errorf("mean input length %v makes no text (set it above 0)", o.ISL.Mean)
	case o.OSL.Stddev > 0 && !(o.OSL.Mean > 0):
		return fmt.Errorf("output length deviation %v without a mean (set the mean as well)", o.OSL.Stddev)
	case len(o.Mix) > 0 && o.Range != nil:
		return errors.New("a mix of lengths and a range of lengths exclude each other")
	case o.Range != nil && !(o.ISL.Mean >= 1 && o.OSL.Mean >= 1):
		return fmt.Errorf("a range around lengths %g and %g: both means must be at least 1", o.ISL.Mean, o.OSL.Mean)
	case o.Range != nil && !(o.Range.Input >= 0 && o.Range.Input <= 1 && o.Range.Output >= 0 && o.Range.Output <= 1):
		return fmt.Errorf("a range of %g and %g: both must be between 0 and 1", o.Range.Input, o.Range.Output)
	case o.Range != nil && newBounds(o).islLow+int64(o.PrefixLength) < 1:
		return fmt.Errorf("a range of %g around an input length of %g allows empty prompts (lower the range, raise the length, or add a prefix)", o.Range.Input, o.ISL.Mean)
	case o.PrefixLength > 0 && o.PrefixPool < 1 && o.Rankings == nil:
		return fmt.Errorf("prefixes of %d tokens, but none in the pool (set how many there are)", o.PrefixLength)
	case o.PrefixPool > maxPool:
		return fmt.Errorf("%d prefixes, at most %d fit", o.PrefixPool, maxPool)
	case o.Texts < 0 || o.PrefixPool < 0:
		return fmt.Errorf("%d texts and %d prefixes: neither can be negative", o.Texts, o.PrefixPool)
	case len(o.Mix) > 0:
		return checkShares(o.Mix)
	}
	return nil
}

// shareTolerance is how far from 100 shares may add up; AIPerf's, relative and absolute.
const shareTolerance = 1e-6 * 101

func checkShares(mix []Share) error {
	sum := 0.0
	for _, s := range mix {
		if !(s.Percent >= 0 && s.Percent <= 100) {
			return fmt.Errorf("a share of %g%%, must be between 0 and 100", s.Percent)
		}
		sum += s.Percent
	}
	if sum < 100-shareTolerance || sum > 100+shareTolerance {
		return fmt.Errorf("shares add up to %g%%, must be 100", sum)
	}
	return nil
}

// within bounds a number: NaN and infinities are outside.
func within(name string, s dataset.Spread) error {
	for _, l := range []struct {
		what  string
		value float64
		most  int
	}{{"mean", s.Mean, maxTokens}, {"deviation", s.Stddev, maxDeviation}} {
		if !(l.value >= 0 && l.value <= float64(l.most)) {
			return fmt.Errorf("make synthetic prompts: %s: %s %v is not between 0 and %d", name, l.what, l.value, l.most)
		}
	}
	return nil
}

// limits tells that turns ask for a limit of the answer.
func (o *Options) limits() bool { return len(o.Mix) > 0 || o.Range != nil || o.OSL.Mean >= 1 }

// style is whose random data sets are imitated.
func (o *Options) style() string {
	if o.Style == "" {
		return VLLM
	}
	return o.Style
}

// stream is the label of a draw that the coding corpus has a stream of its own for.
func (o *Options) stream(text, coding string) string {
	if o.Corpus == Coding {
		return coding
	}
	return text
}

// ahead is the generator that a range over random tokens is drawn ahead from: the root seed itself, as the imitated programs use it; nil
// where nothing is.
func (o *Options) ahead() integers {
	switch {
	case o.Corpus != Random || o.Range == nil || o.Rankings != nil || o.NoText:
		return nil
	case o.style() == SGLang:
		return legacy{rng.NewLegacy(rng.Fold(o.Seed))}
	default:
		return rng.NewNumPy(o.Seed)
	}
}
