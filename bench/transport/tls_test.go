// Whom the engine trusts, and the names of its refusals.
package transport

import (
	"crypto/tls"
	"encoding/pem"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestTLS(t *testing.T) {
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		_, _ = io.WriteString(w, q.TLS.ServerName+" "+q.Proto)
	}))
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	srv.TLS = &tls.Config{MaxVersion: tls.VersionTLS12}
	srv.StartTLS()
	defer srv.Close()
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: srv.Certificate().Raw})
	for _, tc := range []struct {
		name string
		o    TLSOptions
		want string
		typ  string
	}{
		{"nobody vouches", TLSOptions{}, "", "ClientConnectorCertificateError"},
		{"insecure", TLSOptions{Insecure: true}, " HTTP/1.1", ""},
		{"authority", TLSOptions{CA: ca}, " HTTP/1.1", ""},
		{"authority and name", TLSOptions{CA: ca, ServerName: "example.com"}, "example.com HTTP/1.1", ""},
		{"another name", TLSOptions{CA: ca, ServerName: "other.test"}, "", "ClientConnectorCertificateError"},
		{"newer than the server", TLSOptions{CA: ca, MinVersion: tls.VersionTLS13}, "", "ClientConnectorSSLError"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			config, err := tc.o.Config()
			require.NoError(t, err)
			e := New(Options{Clock: NewClock(), Kernel: true, TLS: config})
			defer e.Close()
			target, err := e.Target(srv.URL + "/")
			require.NoError(t, err)
			for n := range 2 {
				c := newCall(target)
				c.Timeout = 10 * time.Second
				e.Fire(&c.Exchange)
				<-c.done
				if tc.typ != "" {
					require.Error(t, c.err)
					require.Equal(t, tc.typ, Describe(c.err).Type, c.err)
					continue
				}
				require.NoError(t, c.err)
				require.Equal(t, tc.want, c.body.String())
				require.Equal(t, n == 1, c.Times.Reused)
			}
			require.Nil(t, config.NextProtos, "the caller's configuration stays as it was")
		})
	}
	_, err := TLSOptions{CA: []byte("no")}.Config()
	require.EqualError(t, err, "the CA bundle holds no certificate: it must be PEM text with CERTIFICATE blocks")
}

// A cancellation, a lane and a warm connection over TLS do as they do without.
func TestLimitsOverTLS(t *testing.T) {
	hold := make(chan struct{})
	srv := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if strings.HasSuffix(q.URL.Path, "/hold") {
			<-hold
		}
		_, _ = io.WriteString(w, "x")
	}))
	e := New(Options{Clock: NewClock(), Kernel: true, TLS: &tls.Config{InsecureSkipVerify: true}})
	fast, err := e.Target(srv.URL + "/v1/x")
	require.NoError(t, err)
	n, err := e.Warm(t.Context(), fast, 2)
	require.NoError(t, err)
	require.Equal(t, 2, n)
	fire := func(set func(*call)) *call {
		c := newCall(fast)
		set(c)
		e.Fire(&c.Exchange)
		<-c.done
		return c
	}
	hang := func(c *call) {
		c.Wire = []byte(strings.Replace(request, "/v1/x", "/hold", 1))
		c.Timeout = 10 * time.Second
		cancelAfter(5 * ms)(c)
	}
	c := fire(hang)
	require.ErrorIs(t, c.err, ErrCancelled)
	require.True(t, c.Times.Reused)
	require.GreaterOrEqual(t, c.Times.End-c.Times.Written, 5*ms)
	var lane Lane
	for _, reused := range []bool{false, true} {
		c = fire(func(c *call) { c.Reuse, c.Lane = Sticky, &lane })
		require.NoError(t, c.err)
		require.Equal(t, reused, c.Times.Reused)
	}
	c = fire(func(c *call) { hang(c); c.Reuse, c.Lane = Sticky, &lane })
	require.ErrorIs(t, c.err, ErrCancelled)
	c = fire(func(c *call) { c.Reuse, c.Lane = Sticky, &lane })
	require.NoError(t, c.err)
	require.False(t, c.Times.Reused)
	lane.Close()
	close(hold)
	e.Close()
	srv.Close()
}
