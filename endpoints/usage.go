// Usage objects in every known dialect, read in one pass into the 14 fields of metrics.Usage.
package endpoints

import (
	"math"
	"strconv"

	"github.com/aiperf-go/aiperf/metrics"
)

// usageKey is a key that counts somewhere in a usage object.
type usageKey uint8

const (
	keyPromptTokens usageKey = iota
	keyInputTokens
	keyPromptTokenCount
	keyInputTokensCamel
	keyInputTokenCount
	keyCompletionTokens
	keyOutputTokens
	keyCandidatesTokenCount
	keyOutputTokensCamel
	keyGeneratedTokenCount
	keyTotalTokens
	keyTotalTokenCount
	keyTotalTokensCamel
	keyThoughts
	keyCacheRead
	keyCacheHit
	keyCachedContent
	keyCacheReadCamel
	keyCached
	keyCacheCreation
	keyCacheWriteCamel
	keyCacheMiss
	keyToolUse
	keyAudioSeconds
	keyPromptDetails
	keyInputDetails
	keyCompletionDetails
	keyOutputDetails
	keyUsageMetadata
	keyMeta
	keyTokens
	usageKeys
)

func usageKeyOf(name []byte) usageKey {
	switch string(name) {
	case "prompt_tokens":
		return keyPromptTokens
	case "input_tokens":
		return keyInputTokens
	case "promptTokenCount":
		return keyPromptTokenCount
	case "inputTokens":
		return keyInputTokensCamel
	case "input_token_count":
		return keyInputTokenCount
	case "completion_tokens":
		return keyCompletionTokens
	case "output_tokens":
		return keyOutputTokens
	case "candidatesTokenCount":
		return keyCandidatesTokenCount
	case "outputTokens":
		return keyOutputTokensCamel
	case "generated_token_count":
		return keyGeneratedTokenCount
	case "total_tokens":
		return keyTotalTokens
	case "totalTokenCount":
		return keyTotalTokenCount
	case "totalTokens":
		return keyTotalTokensCamel
	case "thoughtsTokenCount":
		return keyThoughts
	case "cache_read_input_tokens":
		return keyCacheRead
	case "prompt_cache_hit_tokens":
		return keyCacheHit
	case "cachedContentTokenCount":
		return keyCachedContent
	case "cacheReadInputTokens":
		return keyCacheReadCamel
	case "cached_tokens":
		return keyCached
	case "cache_creation_input_tokens":
		return keyCacheCreation
	case "cacheWriteInputTokens":
		return keyCacheWriteCamel
	case "prompt_cache_miss_tokens":
		return keyCacheMiss
	case "toolUsePromptTokenCount":
		return keyToolUse
	case "prompt_audio_seconds":
		return keyAudioSeconds
	case "prompt_tokens_details":
		return keyPromptDetails
	case "input_tokens_details":
		return keyInputDetails
	case "completion_tokens_details":
		return keyCompletionDetails
	case "output_tokens_details":
		return keyOutputDetails
	case "usageMetadata":
		return keyUsageMetadata
	case "meta":
		return keyMeta
	case "tokens":
		return keyTokens
	}
	return usageKeys
}

// The synonyms of each quantity: the first key that is present wins, a present null included.
var (
	promptKeys     = [...]usageKey{keyPromptTokens, keyInputTokens, keyPromptTokenCount, keyInputTokensCamel, keyInputTokenCount}
	completionKeys = [...]usageKey{keyCompletionTokens, keyOutputTokens, keyCandidatesTokenCount, keyOutputTokensCamel, keyGeneratedTokenCount}
	totalKeys      = [...]usageKey{keyTotalTokens, keyTotalTokenCount, keyTotalTokensCamel}
	cacheReadKeys  = [...]usageKey{keyCacheRead, keyCacheHit, keyCachedContent, keyCacheReadCamel, keyCached}
	cacheWriteKeys = [...]usageKey{keyCacheCreation, keyCacheWriteCamel}
	// besidePrompt are the counts that an input count leaves out where any of them is present.
	besidePrompt = [...]usageKey{keyCacheRead, keyCacheCreation, keyCacheReadCamel, keyCacheWriteCamel}

	promptDetails     = [...]usageKey{keyPromptDetails, keyInputDetails}
	completionDetails = [...]usageKey{keyCompletionDetails, keyOutputDetails}
)

// usageFields is a usage object with its envelopes opened.
type usageFields struct {
	doc  []byte
	vals [usageKeys]value
}

// merge takes the keys of v that are not there yet. Within one object the last of equal keys wins.
func (u *usageFields) merge(v value) {
	var fresh [usageKeys]bool
	for m := membersOf(u.doc, v); m.next(); {
		k := usageKeyOf(m.s.name(m.key))
		if k == usageKeys {
			continue
		}
		if u.vals[k].kind == jsonNone || fresh[k] {
			u.vals[k], fresh[k] = m.val, true
		}
	}
}

// decodeUsage reads a usage object into out; an empty one, or what is not an object, changes nothing.
func decodeUsage(doc []byte, v value, out *metrics.Usage) {
	if v.kind != jsonObject || isEmpty(doc, v) {
		return
	}
	u := usageFields{doc: doc}
	u.merge(v)
	u.merge(u.vals[keyUsageMetadata])
	if meta := u.vals[keyMeta]; meta.kind == jsonObject {
		u.merge(member(doc, meta, "tokens"))
		if cached := member(doc, meta, "cached_tokens"); u.vals[keyCached].kind == jsonNone {
			u.vals[keyCached] = cached
		}
	}
	u.merge(u.vals[keyTokens])

	out.Reset()
	out.Seen = true
	u.prompt(out)
	_, out.Completion = u.first(completionKeys[:])
	_, out.Total = u.first(totalKeys[:])
	if out.Reasoning = u.nested(completionDetails[:], "reasoning_tokens"); !out.Reasoning.Known() {
		out.Reasoning = u.count(keyThoughts)
	}
	if out.CacheRead = u.nested(promptDetails[:], "cached_tokens"); !out.CacheRead.Known() {
		_, out.CacheRead = u.first(cacheReadKeys[:])
	}
	_, out.CacheWrite = u.first(cacheWriteKeys[:])
	out.CacheMiss = u.count(keyCacheMiss)
	out.ToolUsePrompt = u.count(keyToolUse)
	out.PromptAudio = u.nested(promptDetails[:], "audio_tokens")
	out.CompletionAudio = u.nested(completionDetails[:], "audio_tokens")
	out.AcceptedPrediction = u.nested(completionDetails[:], "accepted_prediction_tokens")
	out.RejectedPrediction = u.nested(completionDetails[:], "rejected_prediction_tokens")
	if s := u.vals[keyAudioSeconds]; s.kind == jsonNumber {
		if f, err := strconv.ParseFloat(string(s.raw(doc)), 64); err == nil {
			out.PromptAudioSeconds = metrics.Float(f)
		}
	}
}

// prompt also undoes disjoint accounting: input counts of some servers leave out what came from or went into the cache.
func (u *usageFields) prompt(out *metrics.Usage) {
	var k usageKey
	k, out.Prompt = u.first(promptKeys[:])
	if k != keyInputTokens && k != keyInputTokensCamel {
		return
	}
	disjoint := false
	sum := out.Prompt
	for _, b := range besidePrompt {
		disjoint = disjoint || u.vals[b].kind != jsonNone
		if n, whole := u.whole(u.vals[b]); whole {
			sum += n
		}
	}
	if !disjoint || !out.Prompt.Known() {
		return
	}
	out.UncachedPrompt = out.Prompt
	if _, whole := u.whole(u.vals[k]); whole {
		out.Prompt = sum
	}
}

// first is the value of the first key that is present.
func (u *usageFields) first(keys []usageKey) (usageKey, metrics.Count) {
	for _, k := range keys {
		if u.vals[k].kind != jsonNone {
			return k, u.count(k)
		}
	}
	return usageKeys, metrics.NoCount
}

// nested is the value of a key inside the first details object that has it.
func (u *usageFields) nested(details []usageKey, key string) metrics.Count {
	for _, k := range details {
		if v := member(u.doc, u.vals[k], key); v.kind != jsonNone {
			return countOf(u.doc, v)
		}
	}
	return metrics.NoCount
}

func (u *usageFields) count(k usageKey) metrics.Count { return countOf(u.doc, u.vals[k]) }

// whole is a count written as an integer.
func (u *usageFields) whole(v value) (metrics.Count, bool) {
	if v.kind != jsonNumber || v.pythonType(u.doc) != "int" {
		return metrics.NoCount, false
	}
	n := countOf(u.doc, v)
	return n, n.Known()
}

// countOf reads a number as a count; a fraction is cut off, what is no number or does not fit is absent.
func countOf(doc []byte, v value) metrics.Count {
	if v.kind != jsonNumber {
		return metrics.NoCount
	}
	raw := v.raw(doc)
	n, plain := int64(0), len(raw) <= 18
	for _, c := range raw {
		if c < '0' || c > '9' {
			plain = false
			break
		}
		n = n*10 + int64(c-'0')
	}
	if plain {
		return metrics.Count(n)
	}
	f, err := strconv.ParseFloat(string(raw), 64)
	if err != nil || math.Abs(f) >= 1<<62 {
		return metrics.NoCount
	}
	return metrics.Count(f)
}
