// Chat answers: every captured vector of AIPerf 0.13.0, fed whole, byte by byte and at every split position.
package endpoints

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/metrics"
)

type errorVector struct {
	Code       *int64   `json:"code"`
	Type       string   `json:"type"`
	Message    string   `json:"message"`
	CauseChain []string `json:"cause_chain"`
}

type responseVector struct {
	Name  string
	Input struct {
		Body         *string
		ContentType  string   `json:"content_type"`
		Chunks       []string `json:"sse_chunks"`
		ChunksBase64 []string `json:"sse_chunks_base64"`
	}
	Output struct {
		Parse []*struct {
			Data *struct {
				Kind      string
				Text      any
				Content   *string
				Reasoning string
				ToolText  string `json:"tool_call_text"`
			}
			Usage json.RawMessage
			Error *struct {
				Type    string `json:"error_type"`
				Message string
			}
		} `json:"parse_response"`
		Usage         json.RawMessage  `json:"final_usage"`
		UsageFields   map[string]int64 `json:"usage_properties"`
		Valid         *bool
		RecordError   *errorVector `json:"record_error"`
		AssistantTurn *struct {
			Role  string
			Texts []struct{ Contents []string }
			Raw   []json.RawMessage `json:"raw_messages"`
		} `json:"assistant_turn"`
		ProcessError *struct {
			Type    string `json:"error_type"`
			Message string
		} `json:"process_error"`
	}
}

func load[T any](t testing.TB, name string) T {
	b, err := os.ReadFile("testdata/" + name)
	require.NoError(t, err)
	var v T
	require.NoError(t, json.Unmarshal(b, &v))
	return v
}

func responseVectors(t testing.TB) []responseVector {
	return load[struct{ Vectors []responseVector }](t, "chat.responses.json").Vectors
}

func chatKind(t testing.TB) *Kind {
	k, ok := Lookup("chat")
	require.True(t, ok)
	return k
}

func newDigest() *Digest {
	d := new(Digest)
	d.Reset()
	return d
}

// answer feeds a response in parts; part i arrives at instant i+1.
func answer(t testing.TB, dec *Decoder, d *Digest, contentType string, parts ...[]byte) error {
	chatKind(t).OpenInto(dec, Response{Status: 200, ContentType: contentType})
	d.Reset()
	for i, p := range parts {
		if err := dec.Feed(p, metrics.Instant(i+1), d); err != nil {
			return err
		}
	}
	return dec.Close(metrics.Instant(len(parts)), d)
}

// differOnPurpose are the vectors where the SSE standard accepts more than AIPerf: what AIPerf loses is read.
var differOnPurpose = map[string]string{
	"sse_cr_only":            "ab", // CR CR ends an event
	"sse_lf_crlf_mix_inside": "ab", // so does LF CR LF
	"sse_bom":                "ab", // a byte order mark is no part of the first field's name
}

func TestChatVectors(t *testing.T) {
	seen := 0
	for _, v := range responseVectors(t) {
		t.Run(v.Name, func(t *testing.T) {
			var parts [][]byte
			contentType := v.Input.ContentType
			for _, c := range v.Input.Chunks {
				parts = append(parts, []byte(c))
			}
			for _, c := range v.Input.ChunksBase64 {
				b, err := base64.StdEncoding.DecodeString(c)
				require.NoError(t, err)
				parts = append(parts, b)
			}
			if v.Input.Body != nil {
				parts = [][]byte{[]byte(*v.Input.Body)}
			} else {
				contentType = "text/event-stream"
			}
			all := []byte(strings.Join(asStrings(parts), ""))
			var dec Decoder
			d := newDigest()
			check := func(how string) {
				if text, differs := differOnPurpose[v.Name]; differs {
					require.Equal(t, text, string(d.Text), how)
					require.Nil(t, Validate(d, 0), how)
					return
				}
				checkVector(t, &v, d, how)
			}
			_ = answer(t, &dec, d, contentType, parts...)
			check("as captured")
			if d.Err == nil && len(d.Stamps) > 0 && differOnPurpose[v.Name] == "" {
				checkStamps(t, &v, d)
			}
			for i := 0; i <= len(all); i++ {
				_ = answer(t, &dec, d, contentType, all[:i], all[i:])
				check(fmt.Sprintf("split at %d", i))
			}
			single := make([][]byte, len(all))
			for i := range all {
				single[i] = all[i : i+1]
			}
			_ = answer(t, &dec, d, contentType, single...)
			check("byte by byte")
		})
		seen++
	}
	require.Greater(t, seen, 50)
}

func asStrings(parts [][]byte) []string {
	out := make([]string, len(parts))
	for i, p := range parts {
		out[i] = string(p)
	}
	return out
}

func checkVector(t *testing.T, v *responseVector, d *Digest, how string) {
	o := &v.Output
	var text, reasoning strings.Builder
	contents := 0
	for _, p := range o.Parse {
		if p == nil || p.Data == nil {
			continue
		}
		contents++
		switch p.Data.Kind {
		case "Text":
			text.WriteString(p.Data.Text.(string))
		case "Reasoning":
			reasoning.WriteString(p.Data.Reasoning)
			if p.Data.Content != nil {
				text.WriteString(*p.Data.Content)
			}
		case "ToolCall":
			text.WriteString(p.Data.ToolText)
		default:
			t.Fatalf("unknown kind %q", p.Data.Kind)
		}
	}
	require.Equal(t, text.String(), string(d.Text), how)
	require.Equal(t, reasoning.String(), string(d.Reasoning), how)
	require.Len(t, d.Stamps, contents, how)
	require.Equal(t, len(o.Parse), d.Responses, how)
	require.Equal(t, o.Usage != nil && string(o.Usage) != "null", d.Usage.Seen, how)
	for field, want := range o.UsageFields {
		require.Equal(t, metrics.Count(want), usageField(t, &d.Usage, field), "%s %s", how, field)
	}
	got := Validate(d, 0)
	switch {
	case o.ProcessError != nil:
		require.NotNil(t, got, how)
		require.Equal(t, o.ProcessError.Type, got.Type, how)
		require.Equal(t, o.ProcessError.Type+`("`+o.ProcessError.Message+`")`, got.Message, how)
		return
	case o.RecordError != nil:
		require.NotNil(t, got, how)
		code := metrics.NoCount
		if o.RecordError.Code != nil {
			code = metrics.Count(*o.RecordError.Code)
		}
		require.Equal(t, metrics.ErrorDetail{Code: code, Type: o.RecordError.Type, Message: o.RecordError.Message, CauseChain: o.RecordError.CauseChain}, *got, how)
	case o.Valid != nil:
		require.True(t, *o.Valid, how)
		require.Nil(t, got, how)
	}
	if o.Valid == nil {
		return // captured without the record's view
	}
	switch turn := o.AssistantTurn; {
	case turn == nil:
		require.Empty(t, string(d.Reply), how)
	case turn.Raw != nil:
		require.Len(t, turn.Raw, 1)
		var want, have any
		require.NoError(t, json.Unmarshal(turn.Raw[0], &want))
		require.NoError(t, json.Unmarshal(d.Reply, &have), "%s", d.Reply)
		require.Equal(t, want, have, how)
	default:
		want, err := json.Marshal(map[string]string{"role": turn.Role, "content": turn.Texts[0].Contents[0]})
		require.NoError(t, err)
		require.JSONEq(t, string(want), string(d.Reply), how)
	}
}

// checkStamps asks that each content response carries the instant of the read that completed it.
func checkStamps(t *testing.T, v *responseVector, d *Digest) {
	if len(v.Input.Chunks) != len(v.Output.Parse) {
		return
	}
	var want []metrics.Instant
	for i, p := range v.Output.Parse {
		if p != nil && p.Data != nil {
			want = append(want, metrics.Instant(i+1))
		}
	}
	require.Equal(t, want, d.Stamps)
	require.Equal(t, metrics.Instant(len(v.Output.Parse)), d.LastEvent)
}

func usageField(t testing.TB, u *metrics.Usage, name string) metrics.Count {
	switch name {
	case "prompt_tokens":
		return u.Prompt
	case "prompt_uncached_tokens":
		return u.UncachedPrompt
	case "completion_tokens":
		return u.Completion
	case "total_tokens":
		return u.Total
	case "reasoning_tokens":
		return u.Reasoning
	case "prompt_cache_read_tokens":
		return u.CacheRead
	case "prompt_cache_write_tokens":
		return u.CacheWrite
	case "prompt_cache_miss_tokens":
		return u.CacheMiss
	case "prompt_audio_tokens":
		return u.PromptAudio
	case "completion_audio_tokens":
		return u.CompletionAudio
	case "accepted_prediction_tokens":
		return u.AcceptedPrediction
	case "rejected_prediction_tokens":
		return u.RejectedPrediction
	case "tool_use_prompt_tokens":
		return u.ToolUsePrompt
	}
	t.Fatalf("unknown usage field %q", name)
	return 0
}
