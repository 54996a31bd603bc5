package mock

// What every test of the server shares, and smoke tests over real sockets.

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// client speaks to one server and closes its connections at the end.
type client struct {
	t    *testing.T
	base string
	tr   *http.Transport
}

func newClient(t *testing.T, s *Server, dial func(context.Context, string, string) (net.Conn, error)) *client {
	tr := &http.Transport{DialContext: dial, DisableCompression: true}
	t.Cleanup(func() { tr.CloseIdleConnections(); require.NoError(t, s.Close()) })
	return &client{t, s.URL(), tr}
}

func (c *client) do(method, path, body string) (*http.Response, error) {
	req, err := http.NewRequest(method, c.base+path, strings.NewReader(body))
	require.NoError(c.t, err)
	return c.tr.RoundTrip(req)
}

// piece is what one read of the body returned.
type piece struct {
	at   time.Duration // since the request was sent
	text string
}

// answer is a response read to its end.
type answer struct {
	status int
	header http.Header
	pieces []piece // one for each data event, or one for a whole body
	text   string
	err    error // how the body ended, nil for a proper end
	end    time.Duration
}

// ask sends a request and stamps every line of data.
func (c *client) ask(method, path, body string) answer {
	start := time.Now()
	resp, err := c.do(method, path, body)
	if err != nil {
		return answer{err: err, end: time.Since(start)}
	}
	defer resp.Body.Close()
	a := answer{status: resp.StatusCode, header: resp.Header}
	br := bufio.NewReader(resp.Body)
	for {
		line, err := br.ReadString('\n')
		a.text += line
		if data, ok := strings.CutPrefix(line, "data: "); ok {
			a.pieces = append(a.pieces, piece{time.Since(start), strings.TrimSpace(data)})
		}
		if err != nil {
			if !errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
				a.err = err
			}
			a.end = time.Since(start)
			return a
		}
	}
}

func (c *client) chat(extra string) answer {
	return c.ask("POST", "/v1/chat/completions", `{"model":"m","messages":[{"role":"user","content":"one two three"}]`+extra+`}`)
}

// document is the part of an answer the tests look at.
type document struct {
	ID      string
	Object  string
	Model   string
	Choices []struct {
		Delta, Message struct {
			Role, Content, Reasoning_content string
		}
		Finish_reason *string
	}
	Usage *struct {
		Prompt_tokens, Completion_tokens, Total_tokens int
		Completion_tokens_details                      struct{ Reasoning_tokens int }
	}
	Error *struct {
		Message, Type string
		Code          int
	}
	Mock_write_ns, Mock_arrival_ns int64
}

func (p piece) doc(t *testing.T) document {
	var d document
	require.NoError(t, json.Unmarshal([]byte(p.text), &d), p.text)
	return d
}

// contents are the pieces with visible or reasoning text.
func (a answer) contents(t *testing.T) (out []piece, text, reasoning string) {
	for _, p := range a.pieces {
		if p.text == "[DONE]" || !json.Valid([]byte(p.text)) {
			continue
		}
		for _, ch := range p.doc(t).Choices {
			if ch.Delta.Content != "" || ch.Delta.Reasoning_content != "" {
				out = append(out, p)
				text += ch.Delta.Content
				reasoning += ch.Delta.Reasoning_content
			}
		}
	}
	return out, text, reasoning
}

func startServer(t *testing.T, o Options) (*Server, *client) {
	s, err := Start(o)
	require.NoError(t, err)
	return s, newClient(t, s, nil)
}

func TestLoopbackStream(t *testing.T) {
	for _, goTimers := range []bool{false, true} {
		t.Run(fmt.Sprint("goTimers=", goTimers), func(t *testing.T) {
			s, c := startServer(t, Options{TTFT: Fixed(4 * time.Millisecond), Gap: Fixed(time.Millisecond), Truth: true, GoTimers: goTimers})
			for n := range 3 { // keep-alive: the same connection serves all
				a := c.chat(`,"stream":true,"max_tokens":5,"stream_options":{"include_usage":true}`)
				require.NoError(t, a.err)
				require.Equal(t, 200, a.status)
				got, text, _ := a.contents(t)
				require.Len(t, got, 5)
				require.Equal(t, words(uint64(n), 0, 5), text)
				require.Equal(t, "[DONE]", a.pieces[len(a.pieces)-1].text)
				first := got[0].doc(t)
				require.Positive(t, first.Mock_arrival_ns)
				require.GreaterOrEqual(t, first.Mock_write_ns-first.Mock_arrival_ns, int64(3*time.Millisecond), "writes follow arrivals by the TTFT")
				last := first.Mock_write_ns
				for _, p := range got[1:] {
					require.Greater(t, p.doc(t).Mock_write_ns, last)
					last = p.doc(t).Mock_write_ns
				}
				usage := a.pieces[len(a.pieces)-2].doc(t).Usage
				require.NotNil(t, usage)
				require.Equal(t, 3, usage.Prompt_tokens)
				require.Equal(t, 5, usage.Completion_tokens)
			}
			st := s.Stats()
			require.EqualValues(t, 3, st.Streams)
			require.EqualValues(t, 15, st.Events)
			require.EqualValues(t, 1, st.Connections)
			require.Zero(t, st.Open)
			require.Equal(t, preciseAvailable && !goTimers, st.Precise)
		})
	}
}

func TestOtherPaths(t *testing.T) {
	_, c := startServer(t, Options{Model: "listed"})
	for _, tc := range []struct {
		method, path, body string
		status             int
		holds              string
	}{
		{"GET", "/v1/models", "", 200, `"id":"listed"`},
		{"GET", "/health", "", 200, `"status":"ok"`},
		{"GET", "/mock/stats", "", 200, `"lateness_p99_ns"`},
		{"POST", "/mock/stats", "", 200, `"requests":4`},
		{"GET", "/mock/stats", "", 200, `"requests":1`},
		{"GET", "/nowhere", "", 404, `no such path: /nowhere`},
		{"POST", "/v1/models", "", 405, `not allowed`},
		{"POST", "/v1/chat/completions", "{", 400, `not a JSON object`},
		{"POST", "/v1/chat/completions", "{}", 400, `at least one message`},
		{"POST", "/v1/chat/completions", `{"messages":[{"content":"x"}]}`, 400, `messages[0].role`},
		{"POST", "/v1/chat/completions", `{"messages":[{"role":"user"}],"max_tokens":0}`, 400, `max_tokens: 0 is below 1`},
		{"POST", "/v1/chat/completions", `{"messages":[{"role":"user"}],"stream":"yes"}`, 400, `stream:`},
	} {
		a := c.ask(tc.method, tc.path, tc.body)
		require.NoError(t, a.err, tc.path)
		require.Equal(t, tc.status, a.status, a.text)
		require.Contains(t, a.text, tc.holds)
		require.True(t, json.Valid([]byte(a.text)), a.text)
	}
}

// raw sends bytes as they are and returns everything that comes back until the server closes.
func raw(t *testing.T, s *Server, sent string) string {
	nc, err := net.Dial("tcp", s.Addr().String())
	require.NoError(t, err)
	defer nc.Close()
	require.NoError(t, nc.SetDeadline(time.Now().Add(10*time.Second)))
	_, err = io.WriteString(nc, sent)
	require.NoError(t, err)
	b, err := io.ReadAll(nc)
	require.NoError(t, err)
	return string(b)
}

func TestHTTP(t *testing.T) {
	s, _ := startServer(t, Options{})
	body := `{"messages":[{"role":"user","content":"a b"}],"max_tokens":2}`
	chunked := fmt.Sprintf("%x\r\n%s\r\n%x\r\n%s\r\n0\r\n\r\n", 10, body[:10], len(body)-10, body[10:])
	for _, tc := range []struct {
		name, sent string
		holds      []string
	}{
		{"close", "GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", []string{"HTTP/1.1 200 OK\r\n", "Connection: close\r\n"}},
		{"keep-alive", "GET /health HTTP/1.1\r\nHost: x\r\n\r\nGET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", []string{"200 OK", "404 Not Found"}},
		{"chunked body", "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n" + chunked, []string{`"content":" that with"`, `"prompt_tokens":2`}},
		{"expect", fmt.Sprintf("POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s", len(body), body), []string{"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK"}},
		{"two requests at once", fmt.Sprintf("POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%sGET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", len(body), body), []string{`"total_tokens":4`, `"status":"ok"`}},
		{"not http", "HELO there\r\n\r\n", []string{"400 Bad Request", `"type":"invalid_request_error"`}},
		{"old version", "GET /health HTTP/1.0\r\n\r\n", []string{"400 Bad Request", "HTTP/1.0 is not served"}},
		{"too large", "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n", []string{"413 Request Entity Too Large"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := raw(t, s, tc.sent)
			for _, h := range tc.holds {
				require.Contains(t, got, h)
			}
		})
	}
}

// A client that does not read is held back; it delays nobody, and gets everything once it reads.
func TestSlowReader(t *testing.T) {
	const tokens = 100_000
	s, c := startServer(t, Options{})
	nc, err := net.Dial("tcp", s.Addr().String())
	require.NoError(t, err)
	defer nc.Close()
	require.NoError(t, nc.(*net.TCPConn).SetReadBuffer(256<<10))
	body := fmt.Sprintf(`{"stream":true,"messages":[{"role":"user"}],"max_tokens":%d}`, tokens)
	_, err = fmt.Fprintf(nc, "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
	require.NoError(t, err)
	require.Eventually(t, func() bool { return s.Stats().Blocked > 0 }, 10*time.Second, time.Millisecond)
	require.NoError(t, c.chat(`,"stream":true,"max_tokens":4`).err)
	require.NoError(t, nc.SetDeadline(time.Now().Add(20*time.Second)))
	b, err := io.ReadAll(nc)
	require.NoError(t, err)
	require.Equal(t, tokens, strings.Count(string(b), `"content":" `))
	require.True(t, strings.HasSuffix(string(b), "data: [DONE]\n\n\r\n0\r\n\r\n"))
}

func TestStartRefuses(t *testing.T) {
	for _, tc := range []struct {
		o    Options
		want string
	}{
		{Options{OSL: -1}, "osl is -1"},
		{Options{Reasoning: -2}, "reasoning is -2"},
		{Options{Addr: "256.0.0.1:1"}, "listen on 256.0.0.1:1"},
		{Options{Faults: []Fault{{Kind: FaultStatus, Status: 42}}}, "status 42 is outside"},
		{Options{Faults: []Fault{{}}}, "fault kind 0 does not exist"},
	} {
		_, err := Start(tc.o)
		require.ErrorContains(t, err, tc.want)
	}
}

func TestCloseTwiceAndWhileBusy(t *testing.T) {
	s, err := Start(Options{TTFT: Fixed(time.Hour)})
	require.NoError(t, err)
	c := newClient(t, s, nil)
	ended := make(chan answer)
	go func() { ended <- c.chat(`,"stream":true`) }()
	require.Eventually(t, func() bool { return s.Stats().Open == 1 }, 10*time.Second, time.Millisecond)
	require.NoError(t, s.Close())
	require.NoError(t, s.Close())
	require.Error(t, (<-ended).err)
}
