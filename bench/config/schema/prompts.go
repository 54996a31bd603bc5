// The keys of prompts.

package schema

// Prompts are the lengths and the text of prompts; a file or public dataset has the corpus alone.
type Prompts struct {
	ISL                  *Dist           `key:"isl" for:"synthetic" unit:"tokens" doc:"input length"`
	OSL                  *Dist           `key:"osl" for:"synthetic" unit:"tokens" doc:"output length"`
	BlockSize            *int            `key:"block_size" for:"synthetic" is:"> 0" unit:"tokens" doc:"tokens per block"`
	BatchSize            int             `key:"batch_size" for:"synthetic" is:">= 1" def:"1" doc:"texts per request"`
	CacheBust            CacheBust       `key:"cache_bust" for:"synthetic" doc:"marker that defeats prompt caches"`
	Corpus               *string         `key:"corpus" enum:"sonnet coding random" doc:"text that prompts are cut from"`
	SequenceDistribution []SequenceShare `key:"sequence_distribution" for:"synthetic" form:"shares" doc:"shares of length pairs"`
	RandomRangeRatio     *string         `key:"random_range_ratio" for:"synthetic" form:"ratio" doc:"spread around the lengths"`
	RandomCorpusStyle    string          `key:"random_corpus_style" for:"synthetic" def:"vllm" enum:"vllm sglang" doc:"whose random corpus is imitated"`
}

// SequenceShare is one pair of lengths and its share.
type SequenceShare struct {
	ISL         *Dist    `key:"isl" req:"yes" unit:"tokens" doc:"input length"`
	ISLStddev   *float64 `key:"isl_stddev" is:">= 0" unit:"tokens" doc:"spread of a plain isl"`
	OSL         *Dist    `key:"osl" req:"yes" unit:"tokens" doc:"output length"`
	OSLStddev   *float64 `key:"osl_stddev" is:">= 0" unit:"tokens" doc:"spread of a plain osl"`
	Probability float64  `key:"probability" is:">= 0, <= 100" req:"yes" unit:"%" doc:"share"`
}

// PrefixPrompts stand in front of prompts.
type PrefixPrompts struct {
	PoolSize           *int `key:"pool_size" is:">= 1" doc:"number of different prefixes"`
	Length             *int `key:"length" is:">= 1" unit:"tokens" doc:"length of a prefix"`
	SharedSystemLength *int `key:"shared_system_length" is:">= 1" unit:"tokens" doc:"length of the shared system message"`
	UserContextLength  *int `key:"user_context_length" is:">= 1" unit:"tokens" doc:"length of each session's own context"`
}

// Rankings are the sizes of ranking requests.
type Rankings struct {
	Passages      *Dist `key:"passages" def:"10.0" doc:"passages per query"`
	PassageTokens *Dist `key:"passage_tokens" def:"128.0" unit:"tokens" doc:"length of a passage"`
	QueryTokens   *Dist `key:"query_tokens" def:"32.0" unit:"tokens" doc:"length of a query"`
}
