// The wait on a virtual clock over in-memory connections: what is asked, when, and what comes of it.
package ready

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	ms     = time.Millisecond
	models = `{"object":"list","data":[{"id":"m1"},{"id":"m2"}]}`
)

// step is one answer of the server.
type step struct {
	after  time.Duration
	status int // 0: the connection closes without an answer
	body   string
	short  int    // so many bytes of the body never come: the connection stays open
	to     string // Location
}

// asked is one request as the server saw it.
type asked struct {
	at   time.Duration
	line string // method, host and target
	body string
}

// server answers the n-th request with the n-th step; the last step again for all that follow.
type server struct {
	steps []step
	begun time.Time
	over  chan struct{} // closed when the wait has ended

	mu    sync.Mutex
	seen  []asked
	heads []http.Header
}

func (s *server) dial(_ context.Context, addr string) (net.Conn, error) {
	if len(s.steps) == 0 {
		s.mu.Lock()
		s.seen = append(s.seen, asked{at: time.Since(s.begun), line: "dial " + addr})
		s.mu.Unlock()
		return nil, errors.New("connection refused")
	}
	client, conn := net.Pipe()
	go s.serve(conn)
	return client, nil
}

func (s *server) serve(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	in := bufio.NewReader(conn)
	for {
		r, err := http.ReadRequest(in)
		if err != nil {
			return
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		s.mu.Lock()
		n := len(s.seen)
		s.seen = append(s.seen, asked{time.Since(s.begun), r.Method + " " + r.Host + r.RequestURI, string(body)})
		s.heads = append(s.heads, r.Header)
		s.mu.Unlock()
		st := s.steps[min(n, len(s.steps)-1)]
		select {
		case <-time.After(st.after):
		case <-s.over:
			return
		}
		if st.status == 0 {
			return
		}
		var out bytes.Buffer
		fmt.Fprintf(&out, "HTTP/1.1 %d x\r\nContent-Length: %d\r\n", st.status, len(st.body)+st.short)
		if st.to != "" {
			fmt.Fprintf(&out, "Location: %s\r\n", st.to)
		}
		out.WriteString("\r\n" + st.body)
		if _, err := conn.Write(out.Bytes()); err != nil {
			return
		}
	}
}

// play waits in a bubble of its own and returns what came of it.
func play(t *testing.T, o Options, stop time.Duration, steps ...step) (seen *server, said []string, took time.Duration, err error) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := &server{steps: steps, begun: time.Now(), over: make(chan struct{})}
		o.Client = NewClient(s.dial, nil, nil)
		o.Say = func(text string) { said = append(said, text) }
		if o.Endpoint == "" {
			o.Endpoint = "chat"
		}
		ctx := t.Context()
		if stop > 0 {
			var cancel context.CancelFunc
			ctx, cancel = context.WithTimeoutCause(ctx, stop, errors.New("interrupted"))
			defer cancel()
		}
		err = Wait(ctx, o)
		took, seen = time.Since(s.begun), s
		close(s.over)
	})
	return seen, said, took, err
}

const (
	base     = "http://h:1"
	getList  = "GET h:1/v1/models"
	getBase  = "GET h:1/"
	postChat = "POST h:1/v1/chat/completions"
	chat1    = `{"messages":[{"role":"user","content":"Lo"}],"max_tokens":1,"model":"m1"}`
	chat2    = `{"messages":[{"role":"user","content":"Lo"}],"max_tokens":1,"model":"m2"}`
)

func TestWait(t *testing.T) {
	ok, busy, none, closed := step{status: 200, body: "ok"}, step{status: 503, body: "loading"}, step{status: 404}, step{}
	list := step{status: 200, body: models}
	for _, c := range []struct {
		name   string
		o      Options
		steps  []step
		asked  []asked
		took   time.Duration
		failed string
	}{
		{"inference at once", Options{Mode: ModeInference, Models: []string{"m1"}, Timeout: 2 * time.Second, Interval: time.Second},
			[]step{ok}, []asked{{0, postChat, chat1}}, 0, ""},
		{"no model is asked for as default", Options{Mode: ModeInference, Timeout: 2 * time.Second, Interval: time.Second},
			[]step{ok}, []asked{{0, postChat, `{"messages":[{"role":"user","content":"Lo"}],"max_tokens":1,"model":"default"}`}}, 0, ""},
		{"a refusal is ready", Options{Mode: ModeInference, Models: []string{"m1"}, Timeout: 2 * time.Second, Interval: time.Second},
			[]step{{status: 401}}, []asked{{0, postChat, chat1}}, 0, ""},
		// The three tries of a real run: a failure of the server, a lost connection, and an answer that comes too late.
		{"inference never", Options{Mode: ModeInference, Models: []string{"m1"}, Timeout: 1500 * ms, Interval: 500 * ms},
			[]step{busy, closed, {after: 9 * time.Second, status: 200}},
			[]asked{{0, postChat, chat1}, {500 * ms, postChat, chat1}, {1000 * ms, postChat, chat1}}, 1500 * ms,
			"Timed out after 1.5s probing http://h:1/v1/chat/completions with model 'm1' (checked 3 time(s))"},
		{"a try is cut after the longer of interval and 30 s", Options{Mode: ModeInference, Models: []string{"m1"}, Timeout: 61 * time.Second, Interval: 5 * time.Second},
			[]step{{after: time.Hour, status: 200}}, []asked{{0, postChat, chat1}, {35 * time.Second, postChat, chat1}}, 61 * time.Second,
			"Timed out after 61.0s probing http://h:1/v1/chat/completions with model 'm1' (checked 2 time(s))"},
		{"a long interval is a long try", Options{Mode: ModeInference, Models: []string{"m1"}, Timeout: time.Hour, Interval: time.Minute},
			[]step{{after: 59 * time.Second, status: 200}}, []asked{{0, postChat, chat1}}, 59 * time.Second, ""},
		{"a status counts although the body never ends", Options{Mode: ModeInference, Models: []string{"m1"}, Timeout: 1500 * ms, Interval: 500 * ms},
			[]step{{status: 200, body: "x", short: 50}}, []asked{{0, postChat, chat1}}, 1500 * ms, ""},
		{"the next model has the whole time again", Options{Mode: ModeInference, Models: []string{"m1", "m2"}, Timeout: time.Second, Interval: 600 * ms},
			[]step{busy, ok, busy, busy}, []asked{{0, postChat, chat1}, {600 * ms, postChat, chat1}, {600 * ms, postChat, chat2}, {1200 * ms, postChat, chat2}}, 1600 * ms,
			"Timed out after 1.0s probing http://h:1/v1/chat/completions with model 'm2' (checked 2 time(s))"},

		{"models at once", Options{Mode: ModeModels, Models: []string{"m1", "m2"}, Timeout: 2 * time.Second, Interval: time.Second},
			[]step{list}, []asked{{0, getList, ""}, {0, getList, ""}}, 0, ""},
		{"a model that is never listed", Options{Mode: ModeModels, Models: []string{"m3"}, Timeout: 2 * time.Second, Interval: 400 * ms},
			[]step{list}, []asked{{0, getList, ""}, {400 * ms, getList, ""}, {800 * ms, getList, ""}, {1200 * ms, getList, ""}, {1600 * ms, getList, ""}}, 2 * time.Second,
			"Timed out after 2.0s waiting for model 'm3' to become ready at http://h:1 (checked 5 time(s))"},
		{"no list, but an answer", Options{Mode: ModeModels, Models: []string{"m1"}, Timeout: 2 * time.Second, Interval: 400 * ms},
			[]step{none, {status: 204}}, []asked{{0, getList, ""}, {0, getBase, ""}}, 0, ""},
		{"no list and no answer, then the list", Options{Mode: ModeModels, Models: []string{"m1"}, Timeout: 2 * time.Second, Interval: 400 * ms},
			[]step{none, busy, none, none, list},
			[]asked{{0, getList, ""}, {0, getBase, ""}, {400 * ms, getList, ""}, {400 * ms, getBase, ""}, {800 * ms, getList, ""}}, 800 * ms, ""},
		{"a list that is cut short", Options{Mode: ModeModels, Models: []string{"m1"}, Timeout: 7 * time.Second, Interval: time.Second},
			[]step{{status: 200, body: models, short: 1}, list}, []asked{{0, getList, ""}, {6 * time.Second, getList, ""}}, 6 * time.Second, ""},
		{"201 is no list", Options{Mode: ModeModels, Models: []string{"m1"}, Timeout: time.Second, Interval: time.Second},
			[]step{{status: 201, body: models}}, []asked{{0, getList, ""}}, time.Second,
			"Timed out after 1.0s waiting for model 'm1' to become ready at http://h:1 (checked 1 time(s))"},
		{"the time ends between the list and the base", Options{Mode: ModeModels, Models: []string{"m1"}, Timeout: time.Second, Interval: 500 * ms},
			[]step{busy, none, {after: time.Hour, status: 200}}, []asked{{0, getList, ""}, {500 * ms, getList, ""}, {500 * ms, getBase, ""}}, time.Second,
			"Timed out after 1.0s waiting for model 'm1' to become ready at http://h:1 (checked 2 time(s))"},

		{"both", Options{Mode: ModeBoth, Models: []string{"m1", "m2"}, Timeout: 2 * time.Second, Interval: time.Second},
			[]step{list, list, ok}, []asked{{0, getList, ""}, {0, getList, ""}, {0, postChat, chat1}, {0, postChat, chat2}}, 0, ""},
		{"nobody listens", Options{Mode: ModeInference, Models: []string{"m1"}, Timeout: time.Second, Interval: 600 * ms}, nil,
			[]asked{{0, "dial h:1", ""}, {600 * ms, "dial h:1", ""}}, time.Second,
			"Timed out after 1.0s probing http://h:1/v1/chat/completions with model 'm1' (checked 2 time(s))"},
		{"a redirect makes a POST a GET", Options{Mode: ModeInference, Models: []string{"m1"}, Timeout: time.Second, Interval: time.Second},
			[]step{{status: 302, to: "/other"}, ok}, []asked{{0, postChat, chat1}, {0, "GET h:1/other", ""}}, 0, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.o.URLs = []string{base}
			seen, _, took, err := play(t, c.o, 0, c.steps...)
			if c.failed == "" {
				require.NoError(t, err)
			} else {
				require.EqualError(t, err, c.failed)
				var late *NotReadyError
				require.ErrorAs(t, err, &late)
			}
			require.Equal(t, c.asked, seen.seen)
			require.Equal(t, c.took, took)
		})
	}
}

func TestSeveralURLs(t *testing.T) {
	list, ok := step{status: 200, body: models}, step{status: 200}
	o := Options{Mode: ModeBoth, URLs: []string{"http://a:1", "http://b:2/"}, Models: []string{"m1"}, Timeout: time.Second, Interval: 700 * ms}
	seen, _, took, err := play(t, o, 0, step{status: 500}, list, ok, list, ok)
	require.NoError(t, err)
	require.Equal(t, []asked{
		{0, "GET a:1/v1/models", ""}, {700 * ms, "GET a:1/v1/models", ""}, {700 * ms, "POST a:1/v1/chat/completions", chat1},
		{700 * ms, "GET b:2/v1/models", ""}, {700 * ms, "POST b:2/v1/chat/completions", chat1},
	}, seen.seen)
	require.Equal(t, 700*ms, took)

	o.URLs = []string{"http://a:1", "http://dead:9"}
	o.Mode = ModeInference
	_, _, _, err = play(t, o, 0, ok, step{})
	require.EqualError(t, err, "Timed out after 1.0s probing http://dead:9/v1/chat/completions with model 'm1' (checked 2 time(s))")
}

func TestStopping(t *testing.T) {
	o := Options{Mode: ModeInference, URLs: []string{base}, Models: []string{"m1"}, Timeout: time.Hour, Interval: time.Second}
	for name, steps := range map[string][]step{
		"between two tries": {{status: 503}},
		"inside a try":      {{after: time.Hour, status: 200}},
		"inside a body":     {{status: 200, short: 5}},
	} {
		_, _, took, err := play(t, o, 2500*ms, steps...)
		require.EqualError(t, err, "waiting for the model: interrupted", name)
		require.Equal(t, 2500*ms, took, name)
	}
}

func TestHeaders(t *testing.T) {
	o := Options{
		Mode: ModeBoth, URLs: []string{base}, Models: []string{"m1"}, Timeout: time.Second, Interval: time.Second,
		Headers: [][2]string{{"authorization", "old"}, {"X-A", "1"}, {"content-type", "q/r"}, {"Authorization", "Bearer k"}},
	}
	seen, _, _, err := play(t, o, 0, step{status: 200, body: models})
	require.NoError(t, err)
	of := func(h ...string) http.Header {
		out := http.Header{"Accept": {"*/*"}, "Authorization": {"Bearer k"}, "X-A": {"1"}, "Content-Type": {"q/r"}}
		for i := 0; i < len(h); i += 2 {
			out[h[i]] = []string{h[i+1]}
		}
		return out
	}
	require.Equal(t, []http.Header{of(), of("Content-Length", "73")}, seen.heads, "no user agent, no encoding, of equal names the last")

	o.Headers = nil
	seen, _, _, err = play(t, o, 0, step{status: 200, body: models})
	require.NoError(t, err)
	require.Equal(t, []http.Header{{"Accept": {"*/*"}}, {"Accept": {"*/*"}, "Content-Type": {"application/json"}, "Content-Length": {"73"}}}, seen.heads)
}

func TestSaid(t *testing.T) {
	o := Options{Mode: ModeInference, URLs: []string{base}, Models: []string{"m1"}, Timeout: 4 * time.Second, Interval: time.Second, Endpoint: "nim_rankings"}
	_, said, _, err := play(t, o, 0, step{status: 503, body: "loading\n"}, step{}, step{status: 500, short: 9}, step{status: 400})
	require.EqualError(t, err, "Timed out after 4.0s probing http://h:1/v1/chat/completions with model 'm1' (checked 3 time(s))")
	require.Equal(t, []string{
		"waiting until the server is ready (mode inference, timeout 4s, interval 1s, 1 x 1 url and model)",
		"the endpoint type nim_rankings has no readiness request of its own: a chat request is sent, which tells that the server is up, not that the model answers",
		`http://h:1/v1/chat/completions answered 503: "loading" (try 1)`,
		"http://h:1/v1/chat/completions gave no answer: EOF (try 2)",
		"http://h:1/v1/chat/completions answered 500, then: no whole answer in 2s (try 3)",
	}, said)

	o.Mode, o.Endpoint = ModeModels, ""
	_, said, _, err = play(t, o, 0, step{status: 404}, step{status: 404}, step{status: 200, body: "{}"}, step{status: 200, body: models})
	require.NoError(t, err)
	require.Equal(t, []string{
		"http://h:1/v1/models answered 404 and http://h:1 answered 404 (try 1)",
		"model m1 is not listed at http://h:1/v1/models yet (try 2)",
		"model m1 is ready at http://h:1 (try 3)",
	}, said[1:])
}

// The client for the probes goes through the run's proxy and speaks HTTP/1.1 over TLS.
func TestClient(t *testing.T) {
	var protocol, agent string
	secure := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { protocol, agent = r.Proto, r.UserAgent() }))
	secure.EnableHTTP2 = true
	secure.StartTLS()
	defer secure.Close()
	roots := x509.NewCertPool()
	roots.AddCert(secure.Certificate())
	var dialled []string
	dial := func(ctx context.Context, addr string) (net.Conn, error) {
		dialled = append(dialled, addr)
		return new(net.Dialer).DialContext(ctx, "tcp", addr)
	}
	o := Options{Mode: ModeInference, URLs: []string{secure.URL}, Models: []string{"m1"}, Timeout: time.Minute, Interval: time.Minute}
	o.Client = NewClient(dial, &tls.Config{RootCAs: roots}, nil)
	require.NoError(t, Wait(t.Context(), o))
	require.Equal(t, "HTTP/1.1", protocol)
	require.Empty(t, agent)
	require.Equal(t, []string{secure.Listener.Addr().String()}, dialled)

	var through string
	proxy := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { through = r.URL.String() }))
	defer proxy.Close()
	o.URLs = []string{"http://nowhere.invalid:5"}
	o.Client = NewClient(nil, nil, func(*url.URL) (*url.URL, error) { return url.Parse(proxy.URL) })
	require.NoError(t, Wait(t.Context(), o))
	require.Equal(t, "http://nowhere.invalid:5/v1/chat/completions", through)
}

func TestUnixSocket(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "s")
	listener, err := net.Listen("unix", socket)
	require.NoError(t, err)
	var seen []string
	server := &httptest.Server{Listener: listener, Config: &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, r.Method+" "+r.Host+r.RequestURI)
		_, _ = w.Write([]byte(models))
	})}}
	server.Start()
	defer server.Close()
	base := "http+unix://" + url.PathEscape(socket)
	o := Options{Mode: ModeBoth, URLs: []string{base, base + "/v2/"}, Models: []string{"m1"}, Timeout: time.Minute, Interval: time.Minute}
	o.Client = NewClient(nil, nil, func(*url.URL) (*url.URL, error) { return nil, errors.New("no proxy for sockets") })
	require.NoError(t, Wait(t.Context(), o))
	require.Equal(t, []string{
		"GET localhost/v1/models", "POST localhost/v1/chat/completions", "GET localhost/v2/v1/models", "POST localhost/v2",
	}, seen)
}

func TestRequests(t *testing.T) {
	for endpoint, want := range map[string][2]string{
		"chat":            {"/v1/chat/completions", `{"messages":[{"role":"user","content":"Lo"}],"max_tokens":1,"model":"a\"<é"}`},
		"messages":        {"/v1/messages", `{"messages":[{"role":"user","content":"Lo"}],"max_tokens":1,"model":"a\"<é"}`},
		"completions":     {"/v1/completions", `{"prompt":"Lo","max_tokens":1,"model":"a\"<é"}`},
		"embeddings":      {"/v1/embeddings", `{"input":"Lo","model":"a\"<é"}`},
		"hf_tei_rankings": {"/v1/chat/completions", `{"messages":[{"role":"user","content":"Lo"}],"max_tokens":1,"model":"a\"<é"}`},
	} {
		o := Options{Endpoint: endpoint}
		body, err := o.request(`a"<é`)
		require.NoError(t, err)
		require.Equal(t, want[1], string(body))
		require.Equal(t, "http://h"+want[0], o.inferenceURL("http://h"))
	}
	for _, c := range [][3]string{
		{"http://h", "", "http://h/v1/chat/completions"},
		{"http://h//", "", "http://h"}, // a path of two slashes is a path
		{"http://h/", "", "http://h/v1/chat/completions"},
		{"http://h/v1/", "", "http://h/v1"},
		{"http://h/v1/", "/a/b", "http://h/v1/a/b"},
		{"http://h", "//a", "http://h/a"},
	} {
		o := Options{Endpoint: "chat", Path: c[1]}
		require.Equal(t, c[2], o.inferenceURL(c[0]))
	}
}

func TestRefused(t *testing.T) {
	fine := Options{Mode: ModeInference, URLs: []string{base}, Models: []string{"m"}, Timeout: 1, Interval: 1, Client: http.DefaultClient}
	for text, change := range map[string]func(*Options){
		"waiting for the model in mode models needs the name of a model: give --model": func(o *Options) { o.Mode, o.Models = ModeModels, nil },
		"waiting for the model in mode both needs the name of a model: give --model":   func(o *Options) { o.Mode, o.Models = ModeBoth, nil },
		`waiting for the model: mode "x" is none of models, inference, both`:           func(o *Options) { o.Mode = "x" },
		"waiting for the model: timeout 0s and interval 1ns must be above 0":           func(o *Options) { o.Timeout = 0 },
		"waiting for the model: timeout 1ns and interval -1ns must be above 0":         func(o *Options) { o.Interval = -1 },
		"waiting for the model: no HTTP client was given":                              func(o *Options) { o.Client = nil },
	} {
		o := fine
		change(&o)
		require.EqualError(t, Wait(t.Context(), o), text)
	}
	fine.URLs = nil
	require.NoError(t, Wait(t.Context(), fine))
}

func FuzzListed(f *testing.F) {
	for _, s := range []string{models, `{"data":[{"id":null},{"id":1},1,null,{"id":"m1","id":"m"}]}`, `{"Data":[{"id":"m1"}]}`, `{"data":{}}`, `[]`, ``} {
		f.Add([]byte(s), "m1")
	}
	f.Fuzz(func(t *testing.T, body []byte, model string) {
		if listed(body, model) {
			require.True(t, bytes.Contains(body, []byte(`"id"`)) || bytes.Contains(body, []byte(`\u`)), "a model needs an id")
		}
	})
}

func TestListed(t *testing.T) {
	for body, want := range map[string]bool{
		models:                             true,
		`{"data":[1,null,[],{"id":"m1"}]}`: true,
		`{"data":[{"id":"m1","id":"m"}]}`:  false, // the last one counts
		`{"Data":[{"id":"m1"}]}`:           false,
		`{"data":[{"ID":"m1"}]}`:           false,
		`{"data":[{"id":"m11"}]}`:          false,
		`{"data":{"id":"m1"}}`:             false,
		`[{"id":"m1"}]`:                    false,
		`{"data":[{"id":"m1"}]} x`:         false,
		"":                                 false,
		"{\"data\":[{\"id\":\"m1\xff\"}]}": false,
	} {
		require.Equal(t, want, listed([]byte(body), "m1"), body)
	}
	require.False(t, listed([]byte(`{"data":[{}, {"id":null}]}`), ""))
}
