// The engine over in-memory connections under a virtual clock: every instant to the nanosecond, every end of an exchange.
package transport

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/aiperf-go/aiperf/metrics"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// call is a Handler that remembers what it was told.
type call struct {
	Exchange
	head   Head
	body   strings.Builder
	stamps []metrics.Instant
	failOn string
	err    error
	done   chan struct{}
}

func (c *call) Head(h *Head) error { c.head = *h; return nil }

func (c *call) Body(b []byte, at metrics.Instant) error {
	c.body.Write(b)
	c.stamps = append(c.stamps, at)
	if c.failOn != "" && strings.Contains(c.body.String(), c.failOn) {
		return errors.New("enough")
	}
	return nil
}

func (c *call) Done(err error) { c.err = err; close(c.done) }

const request = "POST /v1/x HTTP/1.1\r\nHost: server\r\nAuthorization: Bearer k\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"

func newCall(t *Target) *call {
	c := &call{done: make(chan struct{})}
	c.Prepare()
	c.Target, c.Wire, c.BodyLen, c.Handler = t, []byte(request), 2, c
	return c
}

// memory is a network of in-memory connections: each dial takes a while and is served by serve.
type memory struct {
	dialTime time.Duration
	serve    func(c net.Conn, n int)
	mu       sync.Mutex
	dials    int
	servers  sync.WaitGroup
}

func (m *memory) dial(ctx context.Context, addr string) (net.Conn, error) {
	m.mu.Lock()
	m.dials++
	n := m.dials
	m.mu.Unlock()
	select {
	case <-time.After(m.dialTime):
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if m.serve == nil {
		return nil, errors.New("connection refused")
	}
	client, server := net.Pipe()
	m.servers.Go(func() { defer server.Close(); m.serve(server, n) })
	return client, nil
}

// answerAll answers every request on a connection with the same steps.
func answerAll(steps ...any) func(net.Conn, int) {
	return func(c net.Conn, _ int) {
		r := bufio.NewReader(c)
		for {
			q, err := http.ReadRequest(r)
			if err != nil {
				return
			}
			_, _ = io.Copy(io.Discard, q.Body)
			for _, s := range steps {
				switch s := s.(type) {
				case time.Duration:
					time.Sleep(s) // virtual: the bubble's clock
				case string:
					if _, err := io.WriteString(c, s); err != nil {
						return
					}
				case nil:
					return
				}
			}
		}
	}
}

func chunk(s string) string { return fmt.Sprintf("%x\r\n%s\r\n", len(s), s) }

const (
	ms         = time.Millisecond
	streamHead = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
)

func inBubble(t *testing.T, m *memory, f func(t *testing.T, e *Engine, target *Target)) {
	t.Helper()
	withOptions(t, m, Options{Kernel: true}, f)
}

// withOptions runs f in a bubble with an engine whose network is m.
func withOptions(t *testing.T, m *memory, o Options, f func(t *testing.T, e *Engine, target *Target)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		o.Clock, o.Dial = NewClock(), m.dial
		e := New(o)
		require.False(t, e.Kernel(), "in-memory connections have no kernel stamps")
		target, err := e.Target("http://server/v1/x")
		require.NoError(t, err)
		f(t, e, target)
		e.Close()
		m.servers.Wait()
	})
}

func TestInstantsAreExact(t *testing.T) {
	m := &memory{dialTime: 3 * ms, serve: answerAll(50*ms, streamHead, 10*ms, chunk("one"), 20*ms, chunk("two")+chunk("three"), 5*ms, "0\r\n\r\n")}
	inBubble(t, m, func(t *testing.T, e *Engine, target *Target) {
		first := newCall(target)
		require.True(t, e.Fire(&first.Exchange), "the first request dials")
		<-first.done
		require.NoError(t, first.err)
		require.Equal(t, "onetwothree", first.body.String())
		require.Equal(t, []time.Duration{63 * ms, 83 * ms, 83 * ms}, first.stamps)
		require.Equal(t, Times{
			Start: 0, DNSBegin: metrics.NoInstant, DNSEnd: metrics.NoInstant, DialBegin: 0, DialEnd: 3 * ms, WriteBegin: 3 * ms, Written: 3 * ms,
			Headers: 53 * ms, FirstBody: 63 * ms, LastBody: 83 * ms, End: 88 * ms, BytesIn: 11, Writes: 1, Reads: 2,
		}, first.Times)

		time.Sleep(12 * ms)
		second := newCall(target)
		require.False(t, e.Fire(&second.Exchange), "the second request finds the connection idle")
		<-second.done
		require.NoError(t, second.err)
		require.Equal(t, []time.Duration{160 * ms, 180 * ms, 180 * ms}, second.stamps)
		require.True(t, second.Times.Reused)
		require.Equal(t, 100*ms, second.Times.Start)
		require.Equal(t, 100*ms, second.Times.WriteBegin)
		require.Equal(t, metrics.NoInstant, second.Times.DialBegin)
		require.Equal(t, 1, m.dials)
	})
}

func TestEndsOfAnExchange(t *testing.T) {
	for _, tc := range []struct {
		name  string
		serve func(net.Conn, int)
		set   func(*call)
		typ   string
		code  metrics.Count
		end   time.Duration
	}{
		{name: "closed before the answer", serve: answerAll(7*ms, nil), typ: "ServerDisconnectedError", code: metrics.NoCount, end: 7 * ms},
		{name: "closed inside a chunked body", serve: answerAll(streamHead, 7*ms, chunk("x"), 3*ms, nil), typ: "ClientPayloadError", code: metrics.NoCount, end: 10 * ms},
		{name: "closed inside a sized body", serve: answerAll("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nxx", 3*ms, nil), typ: "ClientPayloadError", code: metrics.NoCount, end: 3 * ms},
		{name: "not http", serve: answerAll("SSH-2.0-OpenSSH\r\n", 3*ms), typ: "ClientResponseError", code: metrics.NoCount},
		{name: "compressed without being asked", serve: answerAll("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 9\r\n\r\n", 3*ms), typ: "ClientResponseError", code: metrics.NoCount},
		{name: "timeout", serve: answerAll(streamHead, 10*time.Second), set: func(c *call) { c.Timeout = 200 * ms }, typ: "TimeoutError", code: metrics.NoCount, end: 200 * ms},
		{name: "timeout of a stream that goes on", serve: answerAll(streamHead, 90*ms, chunk("a"), 90*ms, chunk("b"), 90*ms, chunk("c")), set: func(c *call) { c.Timeout = 200 * ms }, typ: "TimeoutError", code: metrics.NoCount, end: 200 * ms},
		{name: "refused", typ: "ClientConnectorError", code: metrics.NoCount},
	} {
		t.Run(tc.name, func(t *testing.T) {
			m := &memory{serve: tc.serve}
			inBubble(t, m, func(t *testing.T, e *Engine, target *Target) {
				c := newCall(target)
				if tc.set != nil {
					tc.set(c)
				}
				e.Fire(&c.Exchange)
				<-c.done
				require.Error(t, c.err)
				d := Describe(c.err)
				require.Equal(t, tc.typ, d.Type, c.err)
				require.Equal(t, tc.code, d.Code)
				require.Equal(t, tc.end, c.Times.End)
			})
		})
	}
}

// Equal failures must be counted as one: nothing that varies may stand in the message.
func TestCauses(t *testing.T) {
	for _, tc := range []struct {
		name         string
		err          error
		message, why string
		chain        []string
	}{
		{"chunked", &truncated{"TransferEncodingError", "a chunked body", "received 860 bytes"},
			"ClientPayloadError('response payload is not completed: connection closed inside a chunked body')", "received 860 bytes",
			[]string{"ClientPayloadError", "TransferEncodingError"}},
		{"refused", fmt.Errorf("%w to h:1: %w", ErrConnect, os.NewSyscallError("connect", syscall.ECONNREFUSED)),
			"ClientConnectorError('cannot connect to h:1: connect: connection refused')", "connection refused",
			[]string{"ClientConnectorError", "ConnectionRefusedError"}},
		{"closed", ErrDisconnected, "ServerDisconnectedError('server disconnected')", "", []string{"ServerDisconnectedError"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			d := Describe(tc.err)
			require.Equal(t, tc.message, d.Message)
			require.Equal(t, tc.why, d.Cause)
			require.Equal(t, tc.chain, d.CauseChain)
		})
	}
}

func TestDialTimesOut(t *testing.T) {
	m := &memory{dialTime: time.Hour}
	inBubble(t, m, func(t *testing.T, e *Engine, target *Target) {
		c := newCall(target)
		c.Timeout = 2 * time.Second
		e.Fire(&c.Exchange)
		<-c.done
		require.ErrorIs(t, c.err, ErrTimeout)
		require.Equal(t, 2*time.Second, c.Times.End)
	})
}

func TestAbortEndsWhatRunsAndLeavesTheRest(t *testing.T) {
	m := &memory{dialTime: ms, serve: answerAll(streamHead, 50*ms, chunk("x"), "0\r\n\r\n")}
	inBubble(t, m, func(t *testing.T, e *Engine, target *Target) {
		idle := newCall(target)
		e.Fire(&idle.Exchange)
		<-idle.done
		running, dialling := newCall(target), newCall(target)
		e.Fire(&running.Exchange)
		time.Sleep(10*ms - ms/2)
		e.Fire(&dialling.Exchange)
		time.Sleep(ms / 2)
		e.Abort()
		<-running.done
		<-dialling.done
		require.ErrorIs(t, running.err, ErrAborted)
		require.ErrorIs(t, dialling.err, ErrAborted)
		require.Equal(t, metrics.Count(499), Describe(running.err).Code)
		after := newCall(target)
		e.Fire(&after.Exchange)
		<-after.done
		require.NoError(t, after.err, "an abort ends what ran, not what comes")
	})
}

func TestTheHandlerEndsAnExchange(t *testing.T) {
	m := &memory{serve: answerAll(streamHead, chunk("fine"), 5*ms, chunk("broken"), time.Hour)}
	inBubble(t, m, func(t *testing.T, e *Engine, target *Target) {
		c := newCall(target)
		c.failOn = "broken"
		e.Fire(&c.Exchange)
		<-c.done
		require.EqualError(t, c.err, "enough")
		require.Equal(t, 5*ms, c.Times.End)
	})
}

func TestConnectionsAreReusedOnlyWhenTheyMayBe(t *testing.T) {
	for _, tc := range []struct {
		name  string
		serve func(net.Conn, int)
		reuse ReusePolicy
		dials int
	}{
		{"kept", answerAll("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx"), Pooled, 1},
		{"closed by the server's word", answerAll("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx"), Pooled, 3},
		{"closed by the body's end", answerAll("HTTP/1.1 200 OK\r\n\r\nx", nil), Pooled, 3},
		{"bytes behind the answer", answerAll("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nxy"), Pooled, 3},
		{"closed while idle", answerAll("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx", 2*ms, nil), Pooled, 3},
		{"fresh", answerAll("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx"), Fresh, 3},
	} {
		t.Run(tc.name, func(t *testing.T) {
			m := &memory{serve: tc.serve}
			inBubble(t, m, func(t *testing.T, e *Engine, target *Target) {
				for range 3 {
					c := newCall(target)
					c.Reuse = tc.reuse
					e.Fire(&c.Exchange)
					<-c.done
					require.NoError(t, c.err)
					require.Equal(t, "x", c.body.String())
					time.Sleep(5 * ms)
				}
				require.Equal(t, tc.dials, m.dials)
			})
		})
	}
}

func TestIdleConnectionsAreClosedAfterAWhile(t *testing.T) {
	m := &memory{serve: answerAll("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx")}
	inBubble(t, m, func(t *testing.T, e *Engine, target *Target) {
		for _, pause := range []time.Duration{idleTimeout - time.Second, idleTimeout + time.Second, 0} {
			c := newCall(target)
			e.Fire(&c.Exchange)
			<-c.done
			require.NoError(t, c.err)
			time.Sleep(pause)
		}
		require.Equal(t, 2, m.dials)
	})
}

func TestRedirects(t *testing.T) {
	serve := func(status, location string) func(net.Conn, int) {
		return func(c net.Conn, _ int) {
			q, err := http.ReadRequest(bufio.NewReader(c))
			if err != nil {
				return
			}
			body, _ := io.ReadAll(q.Body)
			if q.URL.Path == "/v1/x" {
				_, _ = io.WriteString(c, "HTTP/1.1 "+status+"\r\nLocation: "+location+"\r\nContent-Length: 4\r\n\r\ngone")
				return
			}
			text := fmt.Sprintf("%s %s host=%s auth=%q type=%q body=%q", q.Method, q.URL, q.Host, q.Header.Get("Authorization"), q.Header.Get("Content-Type"), body)
			_, _ = fmt.Fprintf(c, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(text), text)
		}
	}
	for _, tc := range []struct{ name, status, location, want string }{
		{"302 becomes GET", "302 Found", "/ok?a=b", `GET /ok?a=b host=server auth="Bearer k" type="" body=""`},
		{"307 stays POST", "307 Temporary Redirect", "/ok", `POST /ok host=server auth="Bearer k" type="application/json" body="{}"`},
		{"another host gets no credentials", "308 Permanent Redirect", "http://other:81/ok", `POST /ok host=other:81 auth="" type="application/json" body="{}"`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			inBubble(t, &memory{serve: serve(tc.status, tc.location)}, func(t *testing.T, e *Engine, target *Target) {
				c := newCall(target)
				e.Fire(&c.Exchange)
				<-c.done
				require.NoError(t, c.err)
				require.Equal(t, tc.want, c.body.String())
			})
		})
	}
	t.Run("without end", func(t *testing.T) {
		inBubble(t, &memory{serve: serve("302 Found", "/v1/x")}, func(t *testing.T, e *Engine, target *Target) {
			c := newCall(target)
			e.Fire(&c.Exchange)
			<-c.done
			require.ErrorIs(t, c.err, errTooMany)
		})
	})
	t.Run("without a place to go", func(t *testing.T) {
		inBubble(t, &memory{serve: answerAll("HTTP/1.1 302 Found\r\nContent-Length: 4\r\n\r\ngone")}, func(t *testing.T, e *Engine, target *Target) {
			c := newCall(target)
			e.Fire(&c.Exchange)
			<-c.done
			require.NoError(t, c.err)
			require.Equal(t, 302, c.head.Status)
			require.Equal(t, "gone", c.body.String())
		})
	})
}
