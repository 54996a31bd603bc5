// Chat requests: body, URL, headers and counted input of every captured vector of AIPerf 0.13.0.
package endpoints

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/dataset"
)

// pairs is a JSON object, or a list of pairs, with its order kept.
type pairs []dataset.Field

func (p *pairs) UnmarshalJSON(b []byte) error {
	v, _ := parse(b)
	for m := membersOf(b, v); m.next(); {
		*p = append(*p, dataset.Field{Key: string(appendText(nil, b, m.key)), Value: appendCompact(nil, b, m.val)})
	}
	for e := elementsOf(b, v); e.next(); {
		pair := elementsOf(b, e.val)
		pair.next()
		f := dataset.Field{Key: string(appendText(nil, b, pair.val))}
		pair.next()
		f.Value = appendCompact(nil, b, pair.val)
		*p = append(*p, f)
	}
	return nil
}

// plain gives pairs of texts.
func (p pairs) plain(t testing.TB) [][2]string {
	var out [][2]string
	for _, f := range p {
		var s string
		require.NoError(t, json.Unmarshal(f.Value, &s))
		out = append(out, [2]string{f.Key, s})
	}
	return out
}

type media struct {
	Name     string
	Contents []string
	UUIDs    []string
}

type requestVector struct {
	Name  string
	Input struct {
		Models   []string
		Endpoint struct {
			Streaming     bool
			Extra         pairs
			APIKey        string   `json:"api_key"`
			URLs          []string `json:"base_urls"`
			URLParams     pairs    `json:"url_params"`
			Custom        *string  `json:"custom_endpoint"`
			Legacy        bool     `json:"use_legacy_max_tokens"`
			PerChunk      bool     `json:"per_chunk_usage"`
			Headers       pairs
			SessionHeader string `json:"session_header"`
		}
		Turns []struct {
			Role, Model                   string
			Texts, Images, Audios, Videos []media
			MaxTokens                     int             `json:"max_tokens"`
			RawMessages                   json.RawMessage `json:"raw_messages"`
			RawTools                      json.RawMessage `json:"raw_tools"`
			RawPayload                    json.RawMessage `json:"raw_payload"`
			Extra                         pairs           `json:"extra_body"`
			Headers                       pairs           `json:"extra_headers"`
		}
		System  string `json:"system_message"`
		Context string `json:"user_context_message"`
	}
	Output struct {
		URL     string
		Headers pairs
		Body    string
		Error   *struct {
			Type    string `json:"error_type"`
			Message string
		}
		ISL struct{ Texts []string } `json:"isl_extraction"`
	}
}

func compactJSON(t testing.TB, raw json.RawMessage) []byte {
	if raw == nil {
		return nil
	}
	v, ok := parse(raw)
	require.True(t, ok)
	return appendCompact([]byte{}, raw, v)
}

func asMedia(in []media) (out []dataset.Media, uuids bool) {
	for _, m := range in {
		out = append(out, dataset.Media{Name: m.Name, Contents: m.Contents})
		uuids = uuids || m.UUIDs != nil
	}
	return out, uuids
}

// request turns a vector's input into ours; known is false where the dataset model has no place for it (cache ids of images).
func (v *requestVector) request(t testing.TB) (r *Request, known bool) {
	in := &v.Input
	r = &Request{System: in.System, UserContext: in.Context, Model: in.Models[0], Streaming: in.Endpoint.Streaming,
		LegacyMaxTokens: in.Endpoint.Legacy, PerChunkUsage: in.Endpoint.PerChunk, Extra: in.Endpoint.Extra}
	known = true
	for _, x := range in.Turns {
		turn := dataset.Turn{Role: x.Role, Model: x.Model, MaxTokens: x.MaxTokens, Extra: x.Extra, RawMessages: compactJSON(t, x.RawMessages),
			RawTools: compactJSON(t, x.RawTools), RawPayload: compactJSON(t, x.RawPayload), ExtraHeaders: x.Headers.plain(t)}
		var uuids bool
		turn.Texts, _ = asMedia(x.Texts)
		turn.Images, uuids = asMedia(x.Images)
		turn.Audios, _ = asMedia(x.Audios)
		turn.Videos, _ = asMedia(x.Videos)
		known = known && !uuids
		r.Turns = append(r.Turns, turn)
	}
	return r, known
}

func TestChatRequestVectors(t *testing.T) {
	vectors := load[struct{ Vectors []requestVector }](t, "chat.requests.json").Vectors
	require.Greater(t, len(vectors), 45)
	k := chatKind(t)
	unknown := 0
	for _, v := range vectors {
		t.Run(v.Name, func(t *testing.T) {
			r, known := v.request(t)
			if !known {
				unknown++
				return
			}
			body, err := k.Build([]byte("kept"), r)
			if v.Output.Error != nil {
				var b *Error
				require.ErrorAs(t, err, &b)
				require.Equal(t, v.Output.Error.Type, b.Class)
				require.Equal(t, v.Output.Error.Message, b.Text)
				require.Equal(t, v.Output.Error.Type, b.Detail().Type)
				return
			}
			require.NoError(t, err)
			body, ok := bytes.CutPrefix(body, []byte("kept"))
			require.True(t, ok)
			require.Equal(t, v.Output.Body, string(body))

			texts, ok := k.InputTexts(nil, body)
			require.Equal(t, len(v.Output.ISL.Texts) > 0, ok)
			require.Equal(t, strings.Join(v.Output.ISL.Texts, " "), string(texts))

			e := &v.Input.Endpoint
			base := "http://host:8000"
			if len(e.URLs) > 0 {
				base = e.URLs[0]
			}
			u, err := URL(base, k.SubPath(e.Streaming, e.Custom), e.URLParams.plain(t)...)
			require.NoError(t, err)
			require.Equal(t, v.Output.URL, u)

			headers := e.Headers.plain(t)
			if e.APIKey != "" {
				headers = append(headers, [2]string{"Authorization", "Bearer " + e.APIKey})
			}
			spec := HeadSpec{UserAgent: "aiperf/0.13.0", RequestID: "req-1", CorrelationID: "corr-1", SessionHeader: e.SessionHeader,
				Headers: headers, Streaming: e.Streaming}
			if n := len(r.Turns); n > 0 {
				spec.TurnHeaders = r.Turns[n-1].ExtraHeaders
			}
			require.Equal(t, v.Output.Headers.plain(t), RequestHeaders(spec))
		})
	}
	require.Equal(t, 1, unknown)
}

func userTurn(text string) dataset.Turn {
	return dataset.Turn{Texts: []dataset.Media{{Contents: []string{text}}}}
}

func rawTurn(messages string) dataset.Turn { return dataset.Turn{RawMessages: []byte(messages)} }

// What the release makes of these was observed on AIPerf 0.13.0.
func TestSystemPromptMerging(t *testing.T) {
	const u = `{"role":"user","content":"u"}`
	for _, c := range []struct{ raw, system, context, want string }{
		{`[{"role":"system","content":"A"},` + u + `]`, "S", "C", `[{"role":"system","content":"S\n\nA"},{"role":"user","content":"C"},` + u + `]`},
		{`[{"role":"system","content":"A"},` + u + `]`, "", "C", `[{"role":"user","content":"C"},{"role":"system","content":"A"},` + u + `]`},
		{`[{"role":"system","content":[{"type":"text","text":"A"}]},` + u + `]`, "S", "", `[{"role":"system","content":[{"type":"text","text":"S"},{"type":"text","text":"A"}]},` + u + `]`},
		{`[{"role":"system","content":[]},` + u + `]`, "S", "", `[{"role":"system","content":[{"type":"text","text":"S"}]},` + u + `]`},
		{`[{"role":"system","content":null},` + u + `]`, "S", "", `[{"role":"system","content":"S"},` + u + `]`},
		{`[{"role":"system"},` + u + `]`, "S", "", `[{"role":"system","content":"S"},` + u + `]`},
		{`[{"role":"system","content":5},` + u + `]`, "S", "", `[{"role":"system","content":"S"},` + u + `]`},
		{`[{"name":"x","role":"system","content":"A","z":1},` + u + `]`, "S", "", `[{"name":"x","role":"system","content":"S\n\nA","z":1},` + u + `]`},
		{`[{"role":"system","content":"A"},{"role":"system","content":"B"}]`, "S", "", `[{"role":"system","content":"S\n\nA"},{"role":"system","content":"B"}]`},
		{`[{"role":"developer","content":"A"}]`, "S", "", `[{"role":"system","content":"S"},{"role":"developer","content":"A"}]`},
		{`[` + u + `,{"role":"system","content":"A"}]`, "S", "", `[{"role":"system","content":"S"},` + u + `,{"role":"system","content":"A"}]`},
		{`[]`, "S", "C", `[{"role":"system","content":"S"},{"role":"user","content":"C"}]`},
	} {
		got, err := appendMessages(nil, &Request{Turns: []dataset.Turn{rawTurn(`[]`), rawTurn(c.raw)}, System: c.system, UserContext: c.context})
		require.NoError(t, err)
		require.Equal(t, c.want, string(got), c.raw)
	}
	got, err := appendMessages(nil, &Request{Turns: []dataset.Turn{{Role: "system", Texts: userTurn("A").Texts}, userTurn("u")}, System: "S"})
	require.NoError(t, err)
	require.Equal(t, `[{"role":"system","content":"S\n\nA"},`+u+`]`, string(got))
	_, err = appendMessages(nil, &Request{Turns: []dataset.Turn{rawTurn(`{"role":1}`)}})
	require.ErrorContains(t, err, "raw messages are not a JSON array")
}

func TestMessageContent(t *testing.T) {
	x := []dataset.Media{{Contents: []string{"x"}}}
	none := dataset.Media{}
	for _, c := range []struct {
		turn dataset.Turn
		want string
	}{
		{dataset.Turn{Texts: x, Images: []dataset.Media{none}}, `[{"type":"text","text":"x"}]`},
		{dataset.Turn{Texts: []dataset.Media{none, x[0]}}, `[{"type":"text","text":"x"}]`},
		{dataset.Turn{Texts: []dataset.Media{{Contents: []string{""}}}}, `""`},
		{dataset.Turn{Texts: []dataset.Media{{Contents: []string{""}}}, Images: x}, `[{"type":"image_url","image_url":{"url":"x"}}]`},
		{dataset.Turn{Audios: []dataset.Media{{Contents: []string{"wav,a,b"}}}}, `[{"type":"input_audio","input_audio":{"data":"a,b","format":"wav"}}]`},
		{dataset.Turn{Audios: []dataset.Media{{Contents: []string{"data:audio/x-wav;codecs=1;base64,AA"}}}}, `[{"type":"input_audio","input_audio":{"data":"AA","format":"x-wav"}}]`},
		{dataset.Turn{Audios: []dataset.Media{{Contents: []string{"data:video/mp4;base64,AA"}}}}, `[{"type":"input_audio","input_audio":{"data":"AA","format":"data:video/mp4;base64"}}]`},
	} {
		got, err := appendMessage(nil, &c.turn, false)
		require.NoError(t, err)
		require.Equal(t, `{"role":"user","content":`+c.want+`}`, string(got))
	}
	got, err := appendMessage(nil, &dataset.Turn{Texts: x}, true)
	require.NoError(t, err)
	require.Equal(t, `{"role":"user","content":[{"type":"text","text":"x"}]}`, string(got))

	long := dataset.Turn{Audios: []dataset.Media{{Contents: []string{"it's" + strings.Repeat("y", 300)}}}}
	_, err = appendMessage(nil, &long, false)
	var b *Error
	require.ErrorAs(t, err, &b)
	require.Equal(t, `ValueError('audio content must be in the format \'format,b64_audio\' (got "it\'s`+strings.Repeat("y", 36)+`", length=304); `+
		`pass either \'wav,<b64>\' or a \'data:audio/<fmt>;base64,<b64>\' URI')`, b.Detail().Message)
}

func TestExtrasAndStreamOptions(t *testing.T) {
	field := func(key, v string) dataset.Field { return dataset.Field{Key: key, Value: []byte(v)} }
	const head = `{"messages":[{"role":"user","content":"u"}],"model":"m","stream":`
	for _, c := range []struct {
		name        string
		extra, turn []dataset.Field
		perChunk    bool
		want        string
	}{
		{"truthy number", []dataset.Field{field("stream", "1")}, nil, false, `1,"stream_options":{"include_usage":true}}`},
		{"truthy text", []dataset.Field{field("stream", `"no"`)}, nil, true, `"no","stream_options":{"include_usage":true,"continuous_usage_stats":true}}`},
		{"zero", []dataset.Field{field("stream", "0.0")}, nil, false, `0.0}`},
		{"null keeps place", []dataset.Field{field("stream_options", "null"), field("z", "1")}, nil, false, `true,"stream_options":{"include_usage":true},"z":1}`},
		{"user's usage stats", []dataset.Field{field("stream_options", `{"continuous_usage_stats":false}`)}, nil, true, `true,"stream_options":{"continuous_usage_stats":false,"include_usage":true}}`},
		{"no object", []dataset.Field{field("stream_options", `[]`)}, nil, true, `true,"stream_options":[]}`},
		{"null usage is said", []dataset.Field{field("stream_options", `{"include_usage":null}`)}, nil, true, `true,"stream_options":{"include_usage":null,"continuous_usage_stats":true}}`},
		{"turn wins, first place stays", []dataset.Field{field("a", "1"), field("b", "2")}, []dataset.Field{field("c", "3"), field("a", "9"), field("stream", "false")}, false, `false,"a":9,"b":2,"c":3}`},
		{"options untouched without streaming", []dataset.Field{field("stream", "false"), field("stream_options", "null")}, nil, false, `false,"stream_options":null}`},
	} {
		turn := userTurn("u")
		turn.Extra = c.turn
		got, err := buildChat(nil, &Request{Turns: []dataset.Turn{turn}, Model: "m", Streaming: true, Extra: c.extra, PerChunkUsage: c.perChunk})
		require.NoError(t, err)
		require.Equal(t, head+c.want, string(got), c.name)
		require.True(t, json.Valid(got))
	}
}

func TestInputTextsWithoutMessages(t *testing.T) {
	for body, want := range map[string]string{
		`{"prompt":"p"}`:       "p",
		`{"prompt":["a","b"]}`: "a b",
		`{"input":"i"}`:        "i",
		`{"inputs":"t"}`:       "t",
		`{"query":"q","passages":["a",{"text":"b"}]}`:                                                                  "q a b",
		`{"messages":[{"role":"user","content":""}]}`:                                                                  "",
		`{"messages":[{"content":"no role"}],"prompt":"p"}`:                                                            "p",
		`{"messages":[{"role":"user","content":[{"type":"image_url"},{"type":"text","text":"x"}]}],"prompt":"unused"}`: "x",
	} {
		got, ok := chatInputTexts([]byte{}, []byte(body))
		require.True(t, ok, body)
		require.Equal(t, want, string(got), body)
	}
	for _, body := range []string{`{}`, `[]`, ``, `{"query":{"text":"q"},"passages":[]}`, `{"messages":[]}`} {
		_, ok := chatInputTexts(nil, []byte(body))
		require.False(t, ok, body)
	}
}
