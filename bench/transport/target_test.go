// URLs, those of unix sockets included, and requests over one.
package transport

import (
	"net"
	"net/http"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTargets(t *testing.T) {
	e := New(Options{Clock: NewClock()})
	defer e.Close()
	for _, tc := range []struct{ raw, url, addr, socket, err string }{
		{raw: "http://a/v1", url: "http://a/v1", addr: "a:80"},
		{raw: "https://a/v1?x=1", url: "https://a/v1?x=1", addr: "a:443"},
		{raw: "http://[::1]:8000/", url: "http://[::1]:8000/", addr: "[::1]:8000"},
		{raw: "http+unix://%2Frun%2Fa.sock/v1/chat?x=1", url: "http://localhost/v1/chat?x=1", addr: "/run/a.sock", socket: "/run/a.sock"},
		{raw: "HTTP+UNIX://relative.sock", url: "http://localhost", addr: "relative.sock", socket: "relative.sock"},
		{raw: "http+unix:///run/a.sock", err: `url "http+unix:///run/a.sock": write the percent-encoded path of the socket behind http+unix://, as in http+unix://%2Frun%2Fserver.sock/v1`},
		{raw: "http+unix://%2/v1", err: `url "http+unix://%2/v1": invalid URL escape "%2"`},
		{raw: "ftp://a/", err: `url "ftp://a/": scheme must be http, https or http+unix`},
		{raw: "http:///v1", err: `url "http:///v1": host is missing`},
	} {
		target, err := e.Target(tc.raw)
		if tc.err != "" {
			require.EqualError(t, err, tc.err)
			continue
		}
		require.NoError(t, err)
		require.Equal(t, []string{tc.url, tc.addr, tc.socket}, []string{target.URL.String(), target.origin.addr, target.origin.socket})
		again, err := e.Target(tc.raw + "#other")
		require.NoError(t, err)
		require.Same(t, target.origin, again.origin, "targets of one origin share connections")
	}
}

func TestUnixSocket(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	l, err := net.Listen("unix", path)
	require.NoError(t, err)
	srv := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if q.URL.Path == "/from" {
			http.Redirect(w, q, "/to", http.StatusTemporaryRedirect)
			return
		}
		_, _ = w.Write([]byte(q.Method + " " + q.URL.Path))
	})}
	go func() { _ = srv.Serve(l) }()
	defer srv.Close()
	e := New(Options{Clock: NewClock(), Kernel: true})
	defer e.Close()
	for _, tc := range []struct{ path, want string }{{"/a", "POST /a"}, {"/from", "POST /to"}} {
		target, err := e.Target("http+unix://" + escapeAll(path) + tc.path)
		require.NoError(t, err)
		for _, reused := range []bool{tc.path != "/a", true} {
			c := newCall(target)
			c.Wire = []byte("POST " + tc.path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}")
			e.Fire(&c.Exchange)
			<-c.done
			require.NoError(t, c.err)
			require.Equal(t, tc.want, c.body.String())
			if tc.path == "/a" {
				require.Equal(t, reused, c.Times.Reused)
			}
			require.Zero(t, c.Times.KernelRead, "the kernel stamps no unix sockets")
		}
	}
	require.Zero(t, e.Stats.KernelReads.Load())
	if e.Kernel() {
		require.Positive(t, e.Stats.UserReads.Load(), "reads without a stamp are counted")
	}
}

// escapeAll writes a path as the host of a URL.
func escapeAll(path string) string {
	const hex = "0123456789ABCDEF"
	var b []byte
	for i := range len(path) {
		b = append(b, '%', hex[path[i]>>4], hex[path[i]&15])
	}
	return string(b)
}

func FuzzTarget(f *testing.F) {
	for _, s := range []string{"http://a/v1", "http+unix://%2Fa/b?c#d", "https://[::1]:1/", "http+unix://%00/"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		u, socket, err := parseURL(raw)
		if err == nil && socket != "" {
			require.Equal(t, "http://localhost", u.Scheme+"://"+u.Host)
		}
	})
}
