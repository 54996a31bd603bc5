// Proxies: who goes through one, and what it sees.
package transport

import (
	"bufio"
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func fixedProxy(raw string) func(*url.URL) (*url.URL, error) {
	return func(*url.URL) (*url.URL, error) { return url.Parse(raw) }
}

func TestHTTPThroughAProxy(t *testing.T) {
	var seen []string
	m := &memory{serve: func(c net.Conn, _ int) {
		r := bufio.NewReader(c)
		for {
			text := ""
			for line, err := r.ReadString('\n'); ; line, err = r.ReadString('\n') {
				if err != nil {
					return
				}
				if text += line; line == "\r\n" {
					break
				}
			}
			body := make([]byte, 2)
			if _, err := io.ReadFull(r, body); err != nil {
				return
			}
			seen = append(seen, text+string(body))
			_, _ = io.WriteString(c, okAnswer)
		}
	}}
	var dialled []string
	withOptions(t, m, Options{Proxy: fixedProxy("http://user:pass@proxy:3128")}, func(t *testing.T, e *Engine, target *Target) {
		dial := e.opts.Dial
		e.opts.Dial = func(ctx context.Context, addr string) (net.Conn, error) {
			dialled = append(dialled, addr)
			return dial(ctx, addr)
		}
		for _, reused := range []bool{false, true} {
			c := newCall(target)
			e.Fire(&c.Exchange)
			<-c.done
			require.NoError(t, c.err)
			require.Equal(t, reused, c.Times.Reused)
			require.Equal(t, request, string(c.Wire), "the request itself knows nothing of the proxy and its password")
		}
	})
	require.Equal(t, []string{"proxy:3128"}, dialled)
	want := "POST http://server/v1/x HTTP/1.1\r\nHost: server\r\nAuthorization: Bearer k\r\nContent-Type: application/json\r\nContent-Length: 2\r\n" +
		"Proxy-Authorization: Basic dXNlcjpwYXNz\r\n\r\n{}"
	require.Equal(t, []string{want, want}, seen)
}

// connectProxy answers CONNECT with answer and, when that is a 200, joins the two connections.
func connectProxy(t *testing.T, answer string, asked chan<- *http.Request) net.Listener {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	go serveAll(l, func(c net.Conn, _ int) {
		q, err := http.ReadRequest(bufio.NewReader(c))
		if err != nil {
			return
		}
		asked <- q
		if _, err := io.WriteString(c, answer); err != nil {
			return
		}
		if answer[9] != '2' {
			return
		}
		s, err := net.Dial("tcp", q.Host)
		if err != nil {
			return
		}
		defer s.Close()
		go func() { _, _ = io.Copy(s, c); _ = s.Close() }()
		_, _ = io.Copy(c, s)
	})
	return l
}

func TestHTTPSThroughATunnel(t *testing.T) {
	srv := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		_, _ = io.WriteString(w, q.Method+" "+q.RequestURI+" "+q.Header.Get("Proxy-Authorization"))
	}))
	defer srv.Close()
	for _, tc := range []struct{ answer, err, typ string }{
		{answer: "HTTP/1.1 200 Connection established\r\nVia: x\r\n\r\n"},
		{answer: "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n", typ: "ClientHttpProxyError",
			err: "cannot connect to " + srv.Listener.Addr().String() + ": proxy refused the tunnel: 407 Proxy Authentication Required"},
		{answer: "SSH-2.0-OpenSSH_9\r\n\r\n", typ: "ClientConnectorError",
			err: "cannot connect to " + srv.Listener.Addr().String() + `: answer of the proxy: not an HTTP/1.x response: bad status line "SSH-2.0-OpenSSH_9"`},
	} {
		asked := make(chan *http.Request, 1)
		l := connectProxy(t, tc.answer, asked)
		e := New(Options{Clock: NewClock(), Kernel: true, TLS: &tls.Config{InsecureSkipVerify: true}, Proxy: fixedProxy("http://u:p@" + l.Addr().String())})
		target, err := e.Target(srv.URL + "/v1/x")
		require.NoError(t, err)
		for n := range 2 {
			c := newCall(target)
			c.Timeout = 10 * time.Second
			e.Fire(&c.Exchange)
			<-c.done
			if n == 0 || tc.err != "" {
				q := <-asked
				require.Equal(t, []string{"CONNECT", srv.Listener.Addr().String(), "Basic dTpw"}, []string{q.Method, q.RequestURI, q.Header.Get("Proxy-Authorization")})
			}
			if tc.err != "" {
				require.EqualError(t, c.err, tc.err)
				require.Equal(t, tc.typ, Describe(c.err).Type)
				continue
			}
			require.NoError(t, c.err)
			require.Equal(t, "POST /v1/x ", c.body.String())
			require.Equal(t, n == 1, c.Times.Reused)
		}
		e.Close()
		require.NoError(t, l.Close())
	}
}

// A proxy that never answers is bounded as any connection is.
func TestSilentProxy(t *testing.T) {
	m := &memory{serve: func(c net.Conn, _ int) { _, _ = io.Copy(io.Discard, c) }}
	withOptions(t, m, Options{Proxy: fixedProxy("http://proxy"), Limits: Limits{Connect: 50 * ms}}, func(t *testing.T, e *Engine, _ *Target) {
		target, err := e.Target("https://server/")
		require.NoError(t, err)
		c := newCall(target)
		e.Fire(&c.Exchange)
		<-c.done
		require.ErrorIs(t, c.err, ErrConnectTimeout)
		require.Equal(t, 50*ms, c.Times.End)
	})
}

func TestProxiesThatCannotBeUsed(t *testing.T) {
	for raw, want := range map[string]string{
		"socks5://u:secret@p:1": `url "http://server/": proxy "socks5://u:xxxxx@p:1": only http proxies are used, not "socks5"`,
		"http://":               `url "http://server/": proxy "http:": host is missing`,
	} {
		e := New(Options{Clock: NewClock(), Proxy: fixedProxy(raw)})
		_, err := e.Target("http://server/")
		require.EqualError(t, err, want)
		e.Close()
	}
}

func TestProxyFromEnv(t *testing.T) {
	all := map[string]string{"http_proxy": "http://p:1", "HTTP_PROXY": "http://upper:1", "HTTPS_PROXY": "http://s:2"}
	with := func(noProxy string) map[string]string {
		m := map[string]string{"no_proxy": noProxy}
		for k, v := range all {
			m[k] = v
		}
		return m
	}
	for _, tc := range []struct {
		env       map[string]string
		url, want string
	}{
		{nil, "http://a/", ""},
		{all, "http://a/", "http://p:1"},
		{all, "https://a/", "http://s:2"},
		{all, "http://localhost/", "http://p:1"},
		{all, "http://127.0.0.1/", "http://p:1"},
		{map[string]string{"HTTP_PROXY": "p:1"}, "http://a/", "http://p:1"},
		{map[string]string{"http_proxy": "", "HTTP_PROXY": "http://p:1"}, "http://a/", ""},
		{map[string]string{"HTTP_PROXY": "http://p:1", "REQUEST_METHOD": "GET"}, "http://a/", ""},
		{map[string]string{"http_proxy": "http://p:1", "REQUEST_METHOD": "GET"}, "http://a/", "http://p:1"},
		{with("*"), "http://a/", ""},
		{with("b, a"), "http://a/", ""},
		{with("A"), "http://a:81/", ""},
		{with("a"), "http://x.a/", ""},
		{with(".a"), "http://a/", ""},
		{with("*.a"), "http://x.a/", ""},
		{with("a"), "http://xa/", "http://p:1"},
		{with("a:81"), "http://a:81/", ""},
		{with("a:81"), "http://a/", "http://p:1"},
		{with("10.0.0.0/8"), "http://10.1.2.3/", ""},
		{with("10.0.0.0/8"), "http://11.1.2.3/", "http://p:1"},
		{with("::1"), "http://[::1]:8000/", ""},
		{with(" ,, "), "http://a/", "http://p:1"},
	} {
		choose := ProxyFromEnv(func(k string) (string, bool) { v, ok := tc.env[k]; return v, ok })
		u, err := url.Parse(tc.url)
		require.NoError(t, err)
		p, err := choose(u)
		require.NoError(t, err)
		got := ""
		if p != nil {
			got = p.String()
		}
		require.Equal(t, tc.want, got, "%v %s", tc.env, tc.url)
	}
	_, err := ProxyFromEnv(func(string) (string, bool) { return "http://u:secret@p:x", true })(&url.URL{Scheme: "http", Host: "a"})
	require.EqualError(t, err, "http_proxy of the environment is no URL: write http://host:port")
}

func FuzzBypassed(f *testing.F) {
	f.Add("a, .b,*.c,10.0.0.0/8,[::1]:80", "x.c", "80")
	f.Fuzz(func(t *testing.T, list, host, port string) {
		if bypassed(list, host, port) {
			require.True(t, bypassed(list+",z", host, port), "a longer list names no fewer hosts")
		}
	})
}

func FuzzTunnelAnswer(f *testing.F) {
	f.Add([]byte("HTTP/1.1 200 OK\r\n\r\n"))
	f.Add([]byte("\n\n"))
	f.Fuzz(func(_ *testing.T, head []byte) { _ = tunnelAnswer(head) })
}
