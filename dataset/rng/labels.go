// The labels of the streams: part of the contract, since another spelling is another load.
package rng

import "strconv"

// Labels of synthetic text.
const (
	PromptLength      = "dataset.prompt.length"               // prompt lengths; in rankings, those of queries and passages
	PromptCorpus      = "dataset.prompt.corpus"               // start of every sampled window; base of the seeds of blocks
	PrefixChoice      = "dataset.prompt.prefix"               // slot of the prefix pool
	LengthPairs       = "models.sequence.distribution"        // ISL and OSL pairs
	RangeRatioLengths = "models.range_ratio.distribution"     // ISL and OSL inside a range-ratio window
	RankingPassages   = "dataset.rankings.passages"           // passages of an entry
	CodingTemplate    = "dataset.coding_content.template"     // the text of the coding corpus
	CodingCorpus      = "dataset.coding_content.corpus"       // start of every window of it
	CodingLength      = "dataset.coding_content.length"       // prompt lengths under it
	CodingPrefix      = "dataset.coding_content.prefix"       // slot of the prefix pool under it
	TraceSynthesis    = "dataset.synthesis.synthesizer"       // prefix tree of a trace's row
	EmpiricalLengths  = "dataset.synthesis.empirical_sampler" // values by their observed shares
)

// Labels of conversations and turns.
const (
	TurnCount      = "composer.conversation.turn_count" // turns per conversation
	TurnDelay      = "composer.conversation.turn_delay" // delay before each turn after the first
	TurnMaxTokens  = "composer.turn.max_tokens"         // output lengths
	ModelSelection = "composer.turn.model_selection"    // model of a turn under random selection
)

// Labels of files.
const (
	RandomPool      = "dataset.loader.random_pool"                    // rows, with replacement
	ShareGPTModel   = "dataset.loader.sharegpt"                       // model of a turn under random selection
	BasetenSessions = "dataset.loader.baseten_trace.session_sampling" // which sessions of a trace are kept
)

// Labels of media.
const (
	ImageSize     = "dataset.image.dimensions" // width, then height
	ImageFormat   = "dataset.image.format"     // file format
	ImageSource   = "dataset.image.source"     // which picture of a directory
	ImageNoise    = "dataset.image.noise"      // pixels
	AudioDuration = "dataset.audio.duration"   // seconds
	AudioFormat   = "dataset.audio.format"     // sample rate, then depth
	AudioData     = "dataset.audio.data"       // samples
	VideoAudio    = "dataset.video.audio"      // samples of the sound track
	VideoNoise    = "dataset.video.noise"      // pixels
)

// Labels of the order of conversations and of time.
const (
	SamplerRandom   = "dataset.sampler.random"          // next conversation, with replacement
	SamplerShuffle  = "dataset.sampler.shuffle"         // permutation of the conversations
	PoissonInterval = "timing.request.poisson_interval" // gaps of a Poisson load
	GammaInterval   = "timing.request.gamma_interval"   // gaps of a gamma load
	Cancellation    = "timing.request.cancellation"     // which requests are cancelled
	PoissonRamp     = "timing.ramp.poisson"             // steps of a Poisson ramp
)

// ThinkTime is the label of the think time before a round of a tree of requests; its root was the instance-th to be sampled, from 0.
func ThinkTime(instance, round int) string {
	return "dag_think:" + strconv.Itoa(instance) + ":" + strconv.Itoa(round)
}
