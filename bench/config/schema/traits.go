// What each endpoint type can do, as far as a configuration depends on it.

package schema

// traits of an endpoint type.
type traits struct {
	streaming      bool // replies can come in chunks
	tokenizes      bool // input tokens are counted
	producesTokens bool // output tokens are counted
	cacheBust      bool // a marker can be put into the prompt
	systemRole     bool // a system message is sent
	form           bool // requests are multipart/form-data
}

var endpointTraits = map[string]traits{
	"audio_transcription":  {form: true},
	"chat":                 {streaming: true, tokenizes: true, producesTokens: true, cacheBust: true, systemRole: true},
	"cohere_rankings":      {tokenizes: true},
	"completions":          {streaming: true, tokenizes: true, producesTokens: true},
	"responses":            {streaming: true, tokenizes: true, producesTokens: true, cacheBust: true, systemRole: true},
	"messages":             {streaming: true, tokenizes: true, producesTokens: true, cacheBust: true, systemRole: true},
	"chat_embeddings":      {tokenizes: true, systemRole: true},
	"embeddings":           {tokenizes: true},
	"hf_tei_rankings":      {tokenizes: true},
	"huggingface_generate": {streaming: true, tokenizes: true, producesTokens: true},
	"image_generation":     {streaming: true, tokenizes: true},
	"image_edit":           {tokenizes: true, form: true},
	"video_generation":     {tokenizes: true, form: true},
	"image_retrieval":      {},
	"nim_embeddings":       {tokenizes: true},
	"nim_rankings":         {tokenizes: true},
	"solido_rag":           {streaming: true, tokenizes: true, producesTokens: true},
	"raw":                  {streaming: true, tokenizes: true, producesTokens: true},
	"template":             {streaming: true, tokenizes: true, producesTokens: true},
}
