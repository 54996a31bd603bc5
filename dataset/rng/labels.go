// The labels of the streams: part of the contract, since another spelling is another load.
package rng

// Labels of the streams this program draws from.
const (
	PromptLength      = "dataset.prompt.length"            // prompt lengths
	PromptCorpus      = "dataset.prompt.corpus"            // start of every sampled window
	TurnMaxTokens     = "composer.turn.max_tokens"         // output lengths
	SamplerRandom     = "dataset.sampler.random"           // next conversation, with replacement
	SamplerShuffle    = "dataset.sampler.shuffle"          // permutation of the conversations
	PoissonInterval   = "timing.request.poisson_interval"  // gaps of a Poisson load
	GammaInterval     = "timing.request.gamma_interval"    // gaps of a gamma load
	Cancellation      = "timing.request.cancellation"      // which requests are cancelled
	PoissonRamp       = "timing.ramp.poisson"              // steps of a Poisson ramp
	ModelSelection    = "composer.turn.model_selection"    // model of a turn under random selection
	TurnCount         = "composer.conversation.turn_count" // turns per conversation
	TurnDelay         = "composer.conversation.turn_delay" // delay before each turn after the first
	PrefixChoice      = "dataset.prompt.prefix"            // slot of the prefix pool
	LengthPairs       = "models.sequence.distribution"     // ISL and OSL pairs
	RangeRatioLengths = "models.range_ratio.distribution"  // ISL and OSL inside a range-ratio window
)
