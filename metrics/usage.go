// Usage is what the server itself says about tokens.
package metrics

// Usage holds the 14 fields derived from one usage object. Absent fields are NoCount, or Absent.
// Field names follow AIPerf's usage_* metrics; how each is read from a response is the endpoints' business.
type Usage struct {
	Seen               bool // a non-empty usage object came
	Prompt             Count
	Completion         Count
	Total              Count
	Reasoning          Count
	CacheRead          Count
	CacheWrite         Count
	CacheMiss          Count
	UncachedPrompt     Count
	ToolUsePrompt      Count
	PromptAudio        Count
	CompletionAudio    Count
	PromptAudioSeconds Value // a float: seconds
	AcceptedPrediction Count
	RejectedPrediction Count
}

// Reset makes every field absent.
func (u *Usage) Reset() {
	*u = Usage{
		Prompt: NoCount, Completion: NoCount, Total: NoCount, Reasoning: NoCount, CacheRead: NoCount, CacheWrite: NoCount,
		CacheMiss: NoCount, UncachedPrompt: NoCount, ToolUsePrompt: NoCount, PromptAudio: NoCount, CompletionAudio: NoCount,
		AcceptedPrediction: NoCount, RejectedPrediction: NoCount,
	}
}
