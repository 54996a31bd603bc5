// The table of endpoint types against AIPerf's registry.
package endpoints

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestKinds(t *testing.T) {
	type row struct {
		Name     string
		Metadata struct {
			Title         string  `json:"metrics_title"`
			Path          *string `json:"endpoint_path"`
			StreamingPath *string `json:"streaming_path"`
			ServiceKind   string  `json:"service_kind"`
			Streams       bool    `json:"supports_streaming"`
			Tokenizes     bool    `json:"tokenizes_input"`
			Produces      bool    `json:"produces_tokens"`
			CacheBust     bool    `json:"supports_cache_bust"`
			Audio         bool    `json:"supports_audio"`
			Images        bool    `json:"supports_images"`
			Videos        bool    `json:"supports_videos"`
			MakesImages   bool    `json:"produces_images"`
			MakesVideos   bool    `json:"produces_videos"`
			Polls         bool    `json:"requires_polling"`
			Form          bool    `json:"requires_form_data"`
			Inline        bool    `json:"requires_inline_media"`
			System        bool    `json:"consumes_system_message"`
		}
	}
	rows := load[[]row](t, "kinds.json")
	kinds := Builtin()
	require.Len(t, kinds, len(rows))
	set := func(bits ...bool) (m Media) {
		for i, b := range bits {
			if b {
				m |= 1 << i
			}
		}
		return m
	}
	text := func(s *string) string {
		if s == nil {
			return ""
		}
		return *s
	}
	for i, r := range rows {
		k, m := kinds[i], r.Metadata
		require.Equal(t, r.Name, k.Name)
		require.Equal(t, []any{m.Title, text(m.Path), text(m.StreamingPath), m.ServiceKind, m.Streams, m.Tokenizes, m.Produces, m.CacheBust, m.Polls, m.Form, m.Inline, m.System,
			set(m.Audio, m.Images, m.Videos), set(false, m.MakesImages, m.MakesVideos)},
			[]any{k.Title, k.Path, k.StreamingPath, k.ServiceKind, k.Streams, k.TokenizesInput, k.ProducesTokens, k.CacheBust, k.Polls, k.Form, k.InlineMedia, k.SystemMessage,
				k.Media, k.Produces}, r.Name)
		require.Equal(t, k.Name == "chat", k.Implemented)
		require.Equal(t, k.Implemented, k.RefusedBecause == "")
		require.Equal(t, k.Implemented, k.Build != nil && k.Decode != nil && k.InputTexts != nil)
	}
	require.Equal(t, "audio_transcription", Names()[0])
}

func TestLookup(t *testing.T) {
	for _, name := range []string{"chat", "CHAT", " Chat "} {
		k, ok := Lookup(name)
		require.True(t, ok)
		require.Equal(t, "chat", k.Name)
	}
	k, ok := Lookup("Chat-Embeddings")
	require.True(t, ok)
	require.Equal(t, "chat_embeddings", k.Name)
	_, ok = Lookup("chats")
	require.False(t, ok)
	for typo, want := range map[string]string{"chatt": "chat", "completion": "completions", "embedings": "embeddings", "hf-tei-ranking": "hf_tei_rankings", "zzzzzz": "", "": ""} {
		require.Equal(t, want, Nearest(typo), typo)
	}
}
