// The JSON scanner against encoding/json, its plain twin.
package endpoints

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/metrics"
)

// plainAccepts is what encoding/json accepts, less what AIPerf's parser refuses: lone surrogates, too deep nesting, numbers beyond float64.
func plainAccepts(doc []byte) bool {
	if !json.Valid(doc) || tooDeep(doc) || hasLoneSurrogate(doc) {
		return false
	}
	var v any
	return json.Unmarshal(doc, &v) == nil
}

func tooDeep(doc []byte) bool {
	dec := json.NewDecoder(bytes.NewReader(doc))
	depth, deepest := 0, 0
	for {
		tok, err := dec.Token()
		if err != nil {
			return deepest > maxDepth
		}
		switch tok {
		case json.Delim('{'), json.Delim('['):
			depth++
			deepest = max(deepest, depth)
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
	}
}

// hasLoneSurrogate looks for \uD800..\uDFFF escapes that encoding/json replaces.
func hasLoneSurrogate(doc []byte) bool {
	for i := 0; i < len(doc); i++ {
		if doc[i] != '\\' || i+1 >= len(doc) {
			continue
		}
		i++
		if doc[i] != 'u' || i+5 > len(doc) {
			continue
		}
		r, _ := hex4(doc[i+1:])
		i += 4
		switch {
		case r >= 0xDC00 && r <= 0xDFFF:
			return true
		case r >= 0xD800 && r <= 0xDBFF:
			if i+6 >= len(doc) || doc[i+1] != '\\' || doc[i+2] != 'u' {
				return true
			}
			low, _ := hex4(doc[i+3:])
			if low < 0xDC00 || low > 0xDFFF {
				return true
			}
			i += 6
		}
	}
	return false
}

// rebuild turns a scanned value into what encoding/json makes of it.
func rebuild(doc []byte, v value) any {
	switch v.kind {
	case jsonBoolean:
		return v.has(yes)
	case jsonNumber:
		return json.Number(v.raw(doc))
	case jsonText:
		return string(appendText(nil, doc, v))
	case jsonArray:
		out := []any{}
		for e := elementsOf(doc, v); e.next(); {
			out = append(out, rebuild(doc, e.val))
		}
		return out
	case jsonObject:
		out := map[string]any{}
		for m := membersOf(doc, v); m.next(); {
			out[string(appendText(nil, doc, m.key))] = rebuild(doc, m.val)
		}
		return out
	}
	return nil
}

func checkScan(t *testing.T, doc []byte) {
	if !utf8.Valid(doc) {
		doc = AppendValidUTF8(nil, doc)
	}
	v, ok := parse(doc)
	require.Equal(t, plainAccepts(doc), ok, "%q", doc)
	if !ok {
		return
	}
	dec := json.NewDecoder(bytes.NewReader(doc))
	dec.UseNumber()
	var want any
	require.NoError(t, dec.Decode(&want))
	require.Equal(t, want, rebuild(doc, v), "%q", doc)
	compact := appendCompact(nil, doc, v)
	var plain bytes.Buffer
	require.NoError(t, json.Compact(&plain, doc))
	require.Equal(t, plain.String(), string(compact))
}

var jsonSeeds = []string{
	`null`, `true`, `-0`, `1.5e3`, `1e400`, `01`, `-`, `1.`, `.5`, `1e`, `"a"`, `"\ud83d\ude00"`, `"\ud800"`, `"\udc00"`, `"\ud800\u0041"`, "\"a\tb\"", `"\u0000\"\\\/\b\f\n\r\t"`,
	`{}`, `[]`, ` { "a" : [ 1 , 2 ] } `, `{"a":1,}`, `[1,]`, `[1 2]`, `{"a"}`, `{"a":1}x`, "\ufeff{}", "{\"a\":\"\x7f\u2028é😀\"}", `{"a":NaN}`, `{"a":{"b":[{"c":"d"}]},"a":2}`, `"abcdefgh\"ijklmnop"`, "\"abcdefg\x01\"", `"\`, `"\u12`, ``,
}

func TestScanSeeds(t *testing.T) {
	for _, s := range jsonSeeds {
		checkScan(t, []byte(s))
	}
	for _, n := range []int{maxDepth, maxDepth + 1} {
		_, ok := parse([]byte(strings.Repeat("[", n) + strings.Repeat("]", n)))
		require.Equal(t, n <= maxDepth, ok)
	}
	_, ok := parse([]byte(strings.Repeat("9", 400)))
	require.False(t, ok)
}

func FuzzScan(f *testing.F) {
	for _, s := range jsonSeeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		if len(doc) < 1<<12 {
			checkScan(t, doc)
		}
	})
}

// plainChat is the twin of decodeChat for text content.
func plainChat(doc []byte) (content string, ok bool) {
	if !plainAccepts(doc) {
		return "", false
	}
	var root any
	if json.Unmarshal(doc, &root) != nil {
		return "", false
	}
	obj, _ := root.(map[string]any)
	kind, _ := obj["object"].(string)
	key := map[string]string{"chat.completion": "message", "chat.completion.chunk": "delta"}[kind]
	choices, _ := obj["choices"].([]any)
	if key == "" || len(choices) == 0 {
		return "", false
	}
	choice, _ := choices[0].(map[string]any)
	part, _ := choice[key].(map[string]any)
	for _, other := range []string{"reasoning", "reasoning_content", "tool_calls"} {
		if part[other] != nil {
			return "", false
		}
	}
	content, _ = part["content"].(string)
	return content, content != ""
}

func FuzzChatContent(f *testing.F) {
	for _, s := range []string{
		`{"object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"a\u00e9\n\"😀"},"finish_reason":null}]}`,
		`{"choices":[{"message":{"content":"x"}},{"message":{"content":"y"}}],"object":"chat.completion"}`,
		`{"object":"chat.completion","choices":[{"message":{"content":"x"}}],"choices":[{"message":{"c\u006fntent":"z"}}]}`,
		`{"object":"chat.completion.chunk","choices":[{"delta":{"content":"x","content":""}}]}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		if len(doc) > 1<<12 {
			return
		}
		if !utf8.Valid(doc) {
			doc = AppendValidUTF8(nil, doc)
		}
		want, ok := plainChat(doc)
		d := newDigest()
		require.NoError(t, decodeChat(doc, 1, d))
		if ok {
			require.Equal(t, want, string(d.Text), "%s", doc)
			require.Equal(t, []metrics.Instant{1}, d.Stamps)
		} else if !strings.Contains(string(doc), "reasoning") && !strings.Contains(string(doc), "tool_calls") && json.Valid(doc) && !strings.Contains(string(doc), `\u`) && textOnly(doc) {
			require.Empty(t, string(d.Text), "%s", doc)
		}
	})
}

// textOnly reports whether no content of the document is anything but text or null.
func textOnly(doc []byte) bool {
	var root any
	if json.Unmarshal(doc, &root) != nil {
		return true
	}
	var walk func(v any) bool
	walk = func(v any) bool {
		switch v := v.(type) {
		case map[string]any:
			for k, x := range v {
				if _, isText := x.(string); k == "content" && !isText && x != nil {
					return false
				}
				if !walk(x) {
					return false
				}
			}
		case []any:
			for _, x := range v {
				if !walk(x) {
					return false
				}
			}
		}
		return true
	}
	return walk(root)
}

func TestInvalidUTF8AsPython(t *testing.T) {
	for in, want := range map[string]string{
		"a\xffb": "a\uFFFDb", "\xe2\x82x": "\uFFFDx", "\xe2\xffx": "\uFFFD\uFFFDx", "\xf0\x9f\x98": "\uFFFD", "\xed\xa0\x80": "\uFFFD\uFFFD\uFFFD",
		"\xc0\x80": "\uFFFD\uFFFD", "\xf4\x90\x80\x80": "\uFFFD\uFFFD\uFFFD\uFFFD", "\xe2\xc2\x85": "\uFFFD\u0085", "é\uFFFD": "é\uFFFD",
	} {
		require.Equal(t, want, string(AppendValidUTF8(nil, []byte(in))), "%q", in)
		doc := []byte(`"` + in + `\n"`)
		v, ok := parse(doc)
		require.True(t, ok)
		require.Equal(t, want+"\n", string(appendText(nil, doc, v)), "%q", in)
		require.Equal(t, `"`+want+`"`, string(AppendString(nil, in)), "%q", in)
	}
}

func TestPythonTexts(t *testing.T) {
	for in, want := range map[string]string{
		"it's": `"it's"`, `it's "q"`: `'it\'s "q"'`, "a\n\t\r\\\x00\x7f": `'a\n\t\r\\\x00\x7f'`, "é\u200b\u00a0😀\U000e0001": `'é\u200b\xa0😀\U000e0001'`,
	} {
		require.Equal(t, want, string(appendRepr(nil, in)), "%q", in)
	}
	require.Equal(t, `b"it's\xe9\n"`, string(appendBytesRepr(nil, []byte("it's\xe9\n"))))
	require.Equal(t, strings.Repeat("é", maxExceptionText)+"…", cut(strings.Repeat("é", 5000), maxExceptionText))
}
