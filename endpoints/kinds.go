// The table of endpoint types: all that AIPerf 0.13.0 registers, in its order. Those without code are refused by name, with the reason.
package endpoints

import "strings"

const (
	serviceKind = "openai"
	llm         = "LLM Metrics"
	onlyChat    = "this version speaks the chat endpoint type only"
)

// Registry is a set of endpoint types in order.
type Registry []*Kind

// Builtin makes the registry of AIPerf's endpoint types. It is the caller's.
func Builtin() Registry {
	rows := []Kind{
		{Name: "audio_transcription", Title: "Audio Transcription Metrics", Path: "/v1/audio/transcriptions", Media: Audio, Form: true},
		{Name: "chat", Title: llm, Path: "/v1/chat/completions", Streams: true, ProducesTokens: true, TokenizesInput: true,
			Media: Audio | Image | Video, SystemMessage: true, CacheBust: true,
			Implemented: true, Build: buildChat, Decode: decodeChat, InputTexts: chatInputTexts, Finish: finishChat},
		{Name: "cohere_rankings", Title: "Ranking Metrics", Path: "/v2/rerank", TokenizesInput: true},
		{Name: "completions", Title: llm, Path: "/v1/completions", Streams: true, ProducesTokens: true, TokenizesInput: true},
		{Name: "responses", Title: llm, Path: "/v1/responses", Streams: true, ProducesTokens: true, TokenizesInput: true,
			Media: Audio | Image, SystemMessage: true, CacheBust: true},
		{Name: "messages", Title: llm, Path: "/v1/messages", Streams: true, ProducesTokens: true, TokenizesInput: true,
			Media: Image, SystemMessage: true, CacheBust: true},
		{Name: "chat_embeddings", Title: "Embeddings Metrics", Path: "/v1/embeddings", TokenizesInput: true, Media: Image, SystemMessage: true},
		{Name: "embeddings", Title: "Embeddings Metrics", Path: "/v1/embeddings", TokenizesInput: true},
		{Name: "hf_tei_rankings", Title: "Ranking Metrics", Path: "/rerank", TokenizesInput: true},
		{Name: "huggingface_generate", Title: llm, Path: "/generate", StreamingPath: "/generate_stream",
			Streams: true, ProducesTokens: true, TokenizesInput: true},
		{Name: "image_generation", Title: "Image Generation Metrics", Path: "/v1/images/generations", Streams: true, TokenizesInput: true, Produces: Image},
		{Name: "image_edit", Title: "Image Edit Metrics", Path: "/v1/images/edits", TokenizesInput: true, Media: Image, Produces: Image, Form: true},
		{Name: "video_generation", Title: "Video Generation Metrics", Path: "/v1/videos", TokenizesInput: true, Produces: Video, Form: true, Polls: true},
		{Name: "image_retrieval", Title: "Image Retrieval Metrics", Path: "/v1/infer", Media: Image, InlineMedia: true},
		{Name: "nim_embeddings", Title: "NIM Embeddings Metrics", Path: "/v1/embeddings", TokenizesInput: true, Media: Image},
		{Name: "nim_rankings", Title: "Rankings Metrics", Path: "/v1/ranking", TokenizesInput: true},
		{Name: "solido_rag", Title: "SOLIDO RAG Metrics", Path: "/rag/api/prompt", Streams: true, ProducesTokens: true, TokenizesInput: true},
		{Name: "raw", Title: llm, Streams: true, ProducesTokens: true, TokenizesInput: true, Media: Audio | Image | Video},
		{Name: "template", Title: llm, Streams: true, ProducesTokens: true, TokenizesInput: true, Media: Audio | Image | Video},
	}
	r := make(Registry, len(rows))
	for i := range rows {
		k := &rows[i]
		k.ServiceKind = serviceKind
		if !k.Implemented {
			k.RefusedBecause = onlyChat
		}
		r[i] = k
	}
	return r
}

// Lookup finds a type by name; case does not count, and a hyphen equals an underscore.
func (r Registry) Lookup(name string) (*Kind, bool) {
	name = plainName(name)
	for _, k := range r {
		if plainName(k.Name) == name {
			return k, true
		}
	}
	return nil, false
}

// Names lists the types in order.
func (r Registry) Names() []string {
	names := make([]string, len(r))
	for i, k := range r {
		names[i] = k.Name
	}
	return names
}

// Nearest is the name most like a mistyped one; "" when none comes near.
func (r Registry) Nearest(name string) string {
	name = plainName(name)
	best, least := "", len(name)/2+1
	for _, k := range r {
		if d := distance(name, plainName(k.Name)); d < least {
			best, least = k.Name, d
		}
	}
	return best
}

// Lookup finds a built-in type by name.
func Lookup(name string) (*Kind, bool) { return Builtin().Lookup(name) }

// Names lists the built-in types.
func Names() []string { return Builtin().Names() }

// Nearest is the built-in name most like a mistyped one.
func Nearest(name string) string { return Builtin().Nearest(name) }

func plainName(s string) string {
	return strings.ReplaceAll(strings.ToLower(strings.TrimSpace(s)), "-", "_")
}

// distance is the number of single-byte edits between a and b.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j]+1, row[j+1]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}
