// Lanes: one connection a session, from turn to turn, in testing/synctest (inBubble).
package transport

import (
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// turn fires one turn on a lane and waits for its end.
func turn(e *Engine, target *Target, lane *Lane, set func(*call)) *call {
	c := newCall(target)
	c.Reuse, c.Lane = Sticky, lane
	if set != nil {
		set(c)
	}
	e.Fire(&c.Exchange)
	<-c.done
	return c
}

func TestLaneKeepsItsConnection(t *testing.T) {
	m := &memory{dialTime: ms, serve: answerAll(5*ms, okAnswer)}
	inBubble(t, m, func(t *testing.T, e *Engine, target *Target) {
		var one, two Lane
		for range 3 {
			require.NoError(t, turn(e, target, &one, nil).err)
			require.NoError(t, turn(e, target, &two, nil).err)
		}
		require.Equal(t, 2, m.dials, "one connection a session")
		pooled := newCall(target)
		e.Fire(&pooled.Exchange)
		<-pooled.done
		require.False(t, pooled.Times.Reused, "nobody else uses a session's connection")
		require.Equal(t, 3, m.dials)

		one.Close()
		time.Sleep(ms)
		require.EqualValues(t, 2, e.Stats.Open.Load(), "the final turn closes the connection")
		require.False(t, turn(e, target, &one, nil).Times.Reused, "a turn after that opens another")
	})
}

func TestLaneAfterAnError(t *testing.T) {
	for _, tc := range []struct {
		name  string
		serve func(net.Conn, int)
		set   func(*call)
		fails bool
		dials int
	}{
		{"timeout", answerAll(50*ms, okAnswer), func(c *call) { c.Timeout = 20 * ms }, true, 2},
		{"cancelled", answerAll(50*ms, okAnswer), cancelAfter(20 * ms), true, 2},
		{"disconnected", answerAll(nil), nil, true, 2},
		{"closed by the server's word", answerAll("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx"), nil, false, 2},
		{"closed between turns", answerAll(okAnswer, ms, nil), nil, false, 2},
		{"none", answerAll(okAnswer), nil, false, 1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			m := &memory{serve: tc.serve}
			inBubble(t, m, func(t *testing.T, e *Engine, target *Target) {
				var lane Lane
				for range 2 {
					require.Equal(t, tc.fails, turn(e, target, &lane, tc.set).err != nil)
					time.Sleep(5 * ms)
				}
				require.Equal(t, tc.dials, m.dials)
				lane.Close()
			})
		})
	}
}

func TestLaneOfAnotherOrigin(t *testing.T) {
	m := &memory{serve: answerAll(okAnswer)}
	inBubble(t, m, func(t *testing.T, e *Engine, target *Target) {
		other, err := e.Target("http://other/")
		require.NoError(t, err)
		var lane Lane
		require.NoError(t, turn(e, target, &lane, nil).err)
		require.NoError(t, turn(e, other, &lane, nil).err)
		time.Sleep(ms)
		require.Equal(t, 2, m.dials)
		require.EqualValues(t, 1, e.Stats.Open.Load())
	})
}

// The owner closes the lane where it learns of the last answer: on the goroutine that reads the connection.
func TestLaneClosesFromDone(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	served := make(chan struct{})
	go func() {
		defer close(served)
		c, err := l.Accept()
		if err == nil {
			answerAll(okAnswer)(c, 1) // returns when the client closes
			_ = c.Close()
		}
	}()
	e := New(Options{Clock: NewClock(), Kernel: true})
	target, err := e.Target("http://" + l.Addr().String() + "/")
	require.NoError(t, err)
	var lane Lane
	c := &lastTurn{call: newCall(target), lane: &lane}
	c.Reuse, c.Lane, c.Handler = Sticky, &lane, c
	e.Fire(&c.Exchange)
	<-c.done
	<-served
	e.Close()
	require.NoError(t, l.Close())
}

type lastTurn struct {
	*call
	lane *Lane
}

func (c *lastTurn) Done(err error) {
	c.lane.Close()
	c.call.Done(err)
}

func TestForceClose(t *testing.T) {
	m := &memory{serve: answerAll(okAnswer)}
	withOptions(t, m, Options{ForceClose: true}, func(t *testing.T, e *Engine, target *Target) {
		var lane Lane
		for range 2 {
			require.NoError(t, turn(e, target, &lane, nil).err)
			c := newCall(target)
			e.Fire(&c.Exchange)
			<-c.done
		}
		require.Equal(t, 4, m.dials)
	})
}
