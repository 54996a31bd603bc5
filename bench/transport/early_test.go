// Answers and aborts that come at awkward moments.
package transport

import (
	"bufio"
	"context"
	"net"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

// A server that refuses a request before it has read it: the answer counts, once, although the request can never be written whole.
func TestAnswerBeforeTheRequestIsRead(t *testing.T) {
	for _, head := range []string{"", "Connection: close\r\n"} {
		for _, reused := range []bool{false, true} {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			require.NoError(t, err)
			hold := make(chan struct{})
			served := make(chan struct{})
			go func() {
				defer close(served)
				c, err := l.Accept()
				if err != nil {
					return
				}
				defer c.Close()
				r := bufio.NewReader(c)
				toBlank := func() {
					for line, err := r.ReadString('\n'); err == nil && line != "\r\n"; line, err = r.ReadString('\n') {
					}
				}
				if reused {
					toBlank()
					_, _ = c.Write([]byte("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"))
				}
				toBlank()
				_, _ = c.Write([]byte("HTTP/1.1 413 Too Large\r\n" + head + "Content-Length: 2\r\n\r\nno"))
				<-hold
			}()
			e := New(Options{Clock: NewClock(), Kernel: true})
			target, err := e.Target("http://" + l.Addr().String() + "/")
			require.NoError(t, err)
			if reused {
				c := newCall(target)
				c.Wire, c.BodyLen = []byte("GET / HTTP/1.1\r\nHost: a\r\n\r\n"), 0
				e.Fire(&c.Exchange)
				<-c.done
				require.NoError(t, c.err)
			}
			c := newCall(target)
			body := strings.Repeat("x", 16<<20)
			c.Wire, c.BodyLen = []byte("POST / HTTP/1.1\r\nHost: a\r\n\r\n"+body), len(body)
			e.Fire(&c.Exchange)
			<-c.done // closed twice if the exchange ended twice
			require.NoError(t, c.err)
			require.Equal(t, 413, c.head.Status)
			require.Equal(t, "no", c.body.String())
			close(hold)
			e.Close()
			<-served
			require.NoError(t, l.Close())
		}
	}
}

// An abort that comes when a dial has just succeeded must not be lost under the deadline that is set next.
func TestAbortWhileTheDialReturns(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	var e atomic.Pointer[Engine]
	e.Store(New(Options{Clock: NewClock(), Dial: func(ctx context.Context, _ string) (net.Conn, error) {
		var d net.Dialer
		c, err := d.DialContext(ctx, "tcp", l.Addr().String())
		e.Load().Abort()
		return c, err
	}}))
	target, err := e.Load().Target("http://server/")
	require.NoError(t, err)
	c := newCall(target)
	e.Load().Fire(&c.Exchange)
	<-c.done
	require.ErrorIs(t, c.err, ErrAborted)
	e.Load().Close()
}
