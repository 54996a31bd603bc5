// Cancellations and timeouts over in-memory connections: each ends its exchange at its own instant, under its own name, in testing/synctest (inBubble).
package transport

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/metrics"
)

const okAnswer = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx"

func cancelAfter(d time.Duration) func(*call) {
	return func(c *call) { c.Cancel, c.CancelAfter = true, d }
}

func TestCancellation(t *testing.T) {
	for _, tc := range []struct {
		name    string
		dial    time.Duration
		serve   func(net.Conn, int)
		set     func(*call)
		end     time.Duration
		typ     string
		code    metrics.Count
		message string
	}{
		{name: "before the answer", dial: 3 * ms, serve: answerAll(time.Second, okAnswer), set: cancelAfter(40 * ms), end: 43 * ms,
			typ: "RequestCancellationError", code: 499, message: "Request cancelled 0.040s after being sent"},
		{name: "at once", dial: 3 * ms, serve: answerAll(time.Second, okAnswer), set: cancelAfter(0), end: 3 * ms,
			typ: "RequestCancellationError", code: 499, message: "Request cancelled 0.000s after being sent"},
		{name: "inside the stream", serve: answerAll(streamHead, 90*ms, chunk("a"), 90*ms, chunk("b")), set: cancelAfter(100 * ms), end: 100 * ms,
			typ: "RequestCancellationError", code: 499, message: "Request cancelled 0.100s after being sent"},
		{name: "the answer was first", serve: answerAll(39*ms, okAnswer), set: cancelAfter(40 * ms), end: 39 * ms},
		{name: "the timeout was first", serve: answerAll(time.Second, okAnswer), end: 30 * ms, typ: "TimeoutError", code: metrics.NoCount, message: "TimeoutError()",
			set: func(c *call) { c.Timeout = 30 * ms; cancelAfter(40 * ms)(c) }},
		{name: "the connection was lost first", serve: answerAll(30*ms, nil), set: cancelAfter(40 * ms), end: 30 * ms,
			typ: "ServerDisconnectedError", code: metrics.NoCount, message: "ServerDisconnectedError('server disconnected')"},
		{name: "no connection in time", dial: time.Hour, set: func(c *call) { c.Timeout = 2 * time.Second; cancelAfter(40 * ms)(c) }, end: 2 * time.Second,
			typ: "RequestSendTimeout", code: 0, message: "Timed out waiting for request to be sent"},
		{name: "no connection, and no timeout", dial: time.Hour, set: cancelAfter(40 * ms), end: 300 * time.Second,
			typ: "RequestSendTimeout", code: 0, message: "Timed out waiting for request to be sent"},
		{name: "not read in time", serve: func(net.Conn, int) { time.Sleep(time.Hour) }, end: 2 * time.Second,
			set: func(c *call) { c.Timeout = 2 * time.Second; cancelAfter(40 * ms)(c) },
			typ: "RequestSendTimeout", code: 0, message: "Timed out waiting for request to be sent"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			m := &memory{dialTime: tc.dial, serve: tc.serve}
			inBubble(t, m, func(t *testing.T, e *Engine, target *Target) {
				c := newCall(target)
				tc.set(c)
				e.Fire(&c.Exchange)
				<-c.done
				require.Equal(t, tc.end, c.Times.End)
				if tc.typ == "" {
					require.NoError(t, c.err)
					return
				}
				d := Describe(c.err)
				require.Equal(t, []any{tc.typ, tc.code, tc.message}, []any{d.Type, d.Code, d.Message})
				require.Equal(t, d.Type == "RequestCancellationError", errors.Is(c.err, ErrCancelled))
				require.Empty(t, target.origin.idle, "a cancelled connection is not used again")
			})
		})
	}
}

// On a connection that is there already the dispatcher writes, and must be back at once.
func TestCancellationOnAWarmConnection(t *testing.T) {
	m := &memory{dialTime: 3 * ms, serve: answerAll(50*ms, okAnswer)}
	inBubble(t, m, func(t *testing.T, e *Engine, target *Target) {
		fire := func(after time.Duration) *call {
			c := newCall(target)
			cancelAfter(after)(c)
			begun := e.clock.Now()
			e.Fire(&c.Exchange)
			require.Equal(t, begun, e.clock.Now(), "firing waits for nothing")
			<-c.done
			return c
		}
		c := fire(time.Second)
		require.NoError(t, c.err, "the deadline of a cancellation does not outlive its exchange")
		c = fire(20 * ms)
		require.ErrorIs(t, c.err, ErrCancelled)
		require.True(t, c.Times.Reused)
		require.Equal(t, c.Times.Start+20*ms, c.Times.End)
		c = fire(60 * ms)
		require.NoError(t, c.err)
		require.Equal(t, 2, m.dials)
	})
}

// The request is sent whole before it is cancelled, however long that takes.
func TestCancellationWaitsForTheLastByte(t *testing.T) {
	got := make(chan int, 1)
	m := &memory{serve: func(c net.Conn, _ int) {
		time.Sleep(500 * ms)
		q, err := http.ReadRequest(bufio.NewReader(c))
		if err != nil {
			return
		}
		n, _ := io.Copy(io.Discard, q.Body)
		got <- int(n)
		time.Sleep(time.Hour)
	}}
	inBubble(t, m, func(t *testing.T, e *Engine, target *Target) {
		c := newCall(target)
		body := strings.Repeat("x", 4*directWrite)
		c.Wire, c.BodyLen = []byte("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 65536\r\n\r\n"+body), len(body)
		cancelAfter(40 * ms)(c)
		e.Fire(&c.Exchange)
		<-c.done
		require.ErrorIs(t, c.err, ErrCancelled)
		require.Equal(t, 500*ms, c.Times.Written)
		require.Equal(t, 540*ms, c.Times.End)
		require.Equal(t, len(body), <-got)
	})
}

func TestCancellationRunsOnOverRedirects(t *testing.T) {
	m := &memory{dialTime: 10 * ms, serve: func(c net.Conn, n int) {
		if n == 1 {
			answerAll(30*ms, "HTTP/1.1 307 Moved\r\nLocation: /y\r\nContent-Length: 0\r\n\r\n")(c, n)
			return
		}
		answerAll(time.Hour)(c, n)
	}}
	inBubble(t, m, func(t *testing.T, e *Engine, target *Target) {
		c := newCall(target)
		cancelAfter(100 * ms)(c)
		e.Fire(&c.Exchange)
		<-c.done
		require.ErrorIs(t, c.err, ErrCancelled)
		require.Equal(t, 110*ms, c.Times.End)
		require.Equal(t, 2, m.dials)
	})
}

func TestTimeouts(t *testing.T) {
	for _, tc := range []struct {
		name   string
		dial   time.Duration
		serve  func(net.Conn, int)
		limits Limits
		total  time.Duration
		end    time.Duration
		err    error
		typ    string
	}{
		{"connect", time.Hour, nil, Limits{Connect: 70 * ms}, time.Second, 70 * ms, ErrConnectTimeout, "ConnectionTimeoutError"},
		{"total before connect", time.Hour, nil, Limits{Connect: 70 * ms}, 60 * ms, 60 * ms, ErrTimeout, "TimeoutError"},
		{"first byte", 10 * ms, answerAll(time.Hour), Limits{FirstByte: 70 * ms}, time.Second, 80 * ms, ErrFirstByteTimeout, "SocketTimeoutError"},
		{"first byte, although silence may be longer", 0, answerAll(time.Hour), Limits{FirstByte: 70 * ms, Inactivity: 90 * ms}, 0, 70 * ms, ErrFirstByteTimeout, "SocketTimeoutError"},
		{"first byte may take longer than silence", 0, answerAll(80*ms, streamHead, time.Hour), Limits{FirstByte: 90 * ms, Inactivity: 20 * ms}, 0, 100 * ms, ErrInactive, "SocketTimeoutError"},
		{"silence before the first byte", 0, answerAll(time.Hour), Limits{Inactivity: 20 * ms}, 0, 20 * ms, ErrInactive, "SocketTimeoutError"},
		{"silence inside a stream", 0, answerAll(15*ms, streamHead, 15*ms, chunk("a"), 15*ms, chunk("b"), 25*ms, chunk("c")), Limits{Inactivity: 20 * ms}, 0, 65 * ms, ErrInactive, "SocketTimeoutError"},
		{"total inside a stream", 0, answerAll(streamHead, 15*ms, chunk("a"), 15*ms, chunk("b"), 15*ms, chunk("c")), Limits{Inactivity: 20 * ms}, 35 * ms, 35 * ms, ErrTimeout, "TimeoutError"},
		{"none", 0, answerAll(15*ms, streamHead, 15*ms, chunk("a"), 15*ms, "0\r\n\r\n"), Limits{Connect: 20 * ms, FirstByte: 20 * ms, Inactivity: 20 * ms}, time.Second, 45 * ms, nil, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			m := &memory{dialTime: tc.dial, serve: tc.serve}
			withOptions(t, m, Options{Limits: tc.limits}, func(t *testing.T, e *Engine, target *Target) {
				c := newCall(target)
				c.Timeout = tc.total
				e.Fire(&c.Exchange)
				<-c.done
				require.Equal(t, tc.end, c.Times.End)
				require.ErrorIs(t, c.err, tc.err)
				if tc.err != nil {
					require.Equal(t, tc.typ, Describe(c.err).Type)
				}
			})
		})
	}
}

// Limits of an exchange do not reach into the time after it.
func TestLimitsEndWithTheirExchange(t *testing.T) {
	m := &memory{serve: answerAll(15*ms, okAnswer)}
	withOptions(t, m, Options{Limits: Limits{FirstByte: 20 * ms, Inactivity: 20 * ms}}, func(t *testing.T, e *Engine, target *Target) {
		for range 3 {
			c := newCall(target)
			e.Fire(&c.Exchange)
			<-c.done
			require.NoError(t, c.err)
			time.Sleep(time.Minute)
		}
		require.Equal(t, 1, m.dials)
	})
}
