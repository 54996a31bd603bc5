// Request heads and URLs beyond the chat vectors: the captured wire, and what is refused.
package endpoints

import (
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWireHeads(t *testing.T) {
	wire := load[struct {
		Requests []struct {
			Name  string
			Lines []string `json:"head_lines"`
		}
	}](t, "wire.json")
	at := func(path string) *url.URL { return &url.URL{Scheme: "http", Host: "127.0.0.1:<PORT>", Path: path} }
	base := HeadSpec{URL: at("/v1/chat/completions"), UserAgent: "aiperf/0.13.0", RequestID: "req-1", CorrelationID: "corr-1", ContentLength: 73}
	streaming := base
	streaming.Streaming, streaming.ContentLength = true, 112
	userCase := base
	userCase.Headers = [][2]string{{"host", "spoof"}, {"user-agent", "me/1"}, {"accept", "text/plain"}, {"content-type", "text/x"}, {"x-foo", "1"}}
	embeddings := base
	embeddings.URL, embeddings.ContentLength = at("/v1/embeddings"), 29
	messages := base
	messages.URL, messages.ContentLength = at("/v1/messages"), 76
	messages.Headers = [][2]string{{"content-type", "application/json"}, {"x-api-key", "k"}, {"anthropic-version", "2023-06-01"}}
	specs := map[string]HeadSpec{"chat_plain": base, "chat_streaming": streaming, "chat_user_headers_case": userCase, "embeddings": embeddings, "messages": messages}
	checked := 0
	for _, r := range wire.Requests {
		s, ok := specs[r.Name]
		if !ok {
			continue
		}
		checked++
		require.Equal(t, strings.Join(r.Lines, "\r\n")+"\r\n\r\n", string(AppendHead(nil, s)), r.Name)
	}
	require.Equal(t, len(specs), checked)
}

func TestHeadKeepsItsFraming(t *testing.T) {
	u, err := url.Parse("http://user:pass@h/?a=b+c#f")
	require.NoError(t, err)
	s := HeadSpec{URL: u, UserAgent: "u", ContentLength: 5, Headers: [][2]string{{"content-length", "99"}, {"Transfer-Encoding", "chunked"}}}
	require.Equal(t, "POST /?a=b+c HTTP/1.1\r\nHost: h\r\nUser-Agent: u\r\nAccept: application/json\r\nContent-Type: application/json\r\nContent-Length: 5\r\n\r\n", string(AppendHead(nil, s)))
	s.CorrelationID, s.Affinity, s.Headers = "c", []string{}, nil
	require.NotContains(t, string(AppendHead(nil, s)), "Affinity")
}

func TestValidateHeader(t *testing.T) {
	require.NoError(t, ValidateHeader("X-Ok", "värde\twith tab"))
	for _, c := range []struct{ name, value, want string }{
		{"", "v", `header with value "v": the name is empty`},
		{"X A", "v", `header "X A": the name contains ' '`},
		{"X:A", "v", `header "X:A": the name contains ':'`},
		{"X", "a\r\nY: b", `header "X": the value contains the control character '\r'`},
		{"X", "a\x00", `header "X": the value contains the control character '\x00'`},
		{"content-length", "1", `header "content-length": the body's length is set by the client`},
	} {
		require.EqualError(t, ValidateHeader(c.name, c.value), c.want)
	}
}

func TestURLJoining(t *testing.T) {
	for _, c := range []struct{ base, sub, want string }{
		{"h/v1", "/v1/chat/completions", "http://h/v1/chat/completions"},
		{"h/proxy", "/v1/chat/completions", "http://h/proxy/v1/chat/completions"},
		{"https://h", "", "https://h"},
		{"h/generate", "/generate_stream", "http://h/generate/generate_stream"},
		{"h/?", "/x", "http://h/x"},
		{"h?a=&b=c%20d&=e", "/x", "http://h/x?a=&b=c+d&=e"},
		{"http://[::1]:80/v1/", "/v1/x", "http://[::1]:80/v1/x"},
	} {
		got, err := URL(c.base, c.sub)
		require.NoError(t, err)
		require.Equal(t, c.want, got)
	}
	tgi, ok := Lookup("huggingface-generate")
	require.True(t, ok)
	require.Equal(t, "/generate_stream", tgi.SubPath(true, nil))
	require.Equal(t, "/generate", tgi.SubPath(false, nil))
}

func TestURLRefused(t *testing.T) {
	for raw, want := range map[string]string{
		"":               `url "": it is empty`,
		" http://h":      `url " http://h": it contains white space`,
		"http://h /x":    `url "http://h /x": it contains white space`,
		"ftp://h":        `url "ftp://h": the scheme must be http or https, not "ftp"`,
		"http://":        `url "http://": it has no host`,
		"http:///x":      `url "http:///x": it has no host`,
		"http://h:0":     `url "http://h:0": the port must lie in 1..65535, not "0"`,
		"http://h:70000": `url "http://h:70000": the port must lie in 1..65535, not "70000"`,
		"http://h:":      `url "http://h:": the port must lie in 1..65535, not ""`,
		"http://h:abc":   `url "http://h:abc": invalid port ":abc" after host`,
		"http://h/a%zz":  `url "http://h/a%zz": invalid URL escape "%zz"`,
		"http://h?a=%zz": `url "http://h?a=%zz": invalid URL escape "%zz"`,
	} {
		_, err := URL(raw, "/x")
		require.EqualError(t, err, want)
	}
}
