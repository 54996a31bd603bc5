// Kernel stamps over real loopback sockets.
package transport

import (
	"net"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestKernelStampsLieBetweenWriteAndRead(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	served := make(chan struct{})
	go func() {
		defer close(served)
		c, err := l.Accept()
		if err == nil {
			answerAll(streamHead, chunk("one"), chunk("two"), "0\r\n\r\n")(c, 1)
			_ = c.Close()
		}
	}()
	e := New(Options{Clock: NewClock(), Kernel: true})
	require.True(t, e.Kernel())
	target, err := e.Target("http://" + l.Addr().String() + "/v1/x")
	require.NoError(t, err)
	// The kernel begins to stamp some time after the first socket asked, from a work queue; from then on every read has its stamp.
	const stamped, most = 50, 100_000
	began := false
	for n := 0; e.Stats.KernelReads.Load() < stamped; n++ {
		require.Less(t, n, most, "the kernel never began to stamp")
		c := newCall(target)
		e.Fire(&c.Exchange)
		<-c.done
		require.NoError(t, c.err)
		require.Equal(t, "onetwo", c.body.String())
		x := &c.Times
		require.LessOrEqual(t, x.WriteBegin, x.Headers)
		require.LessOrEqual(t, x.Headers, x.FirstBody)
		require.LessOrEqual(t, x.FirstBody, x.LastBody)
		require.LessOrEqual(t, x.LastBody, e.clock.Now())
		require.Positive(t, x.KernelRead+x.UserStamps)
		if began {
			require.Zero(t, x.UserStamps)
		}
		began = began || x.KernelRead > 0
	}
	require.Equal(t, e.Stats.KernelReads.Load(), e.Stats.Lag.Count())
	require.Zero(t, e.Stats.Replaced.Load())
	require.EqualValues(t, 1, e.Stats.Dials.Load())
	e.Close()
	<-served
}

func TestStampsThatCannotBeTrueAreReplaced(t *testing.T) {
	e := New(Options{Clock: NewClock(), Kernel: true})
	defer e.Close()
	for _, tc := range []struct {
		name               string
		user, kernel, want int64
		kernelReads        int32
	}{
		{"between", 300, 200, 200, 1},
		{"none", 300, int64(noStamp), 300, 0},
		{"later than the read's return", 300, 301, 300, 0},
		{"far before the write", 30_000_000, 1, 30_000_000, 0},
		{"before the write by the error of the conversion", 300, 90, 100, 1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			x := &Exchange{}
			x.Prepare()
			x.Times.WriteBegin = 100
			if tc.user > 1000 {
				x.Times.WriteBegin = 20_000_000
			}
			c := &conn{e: e, stamp: &stampConn{kernel: true}}
			c.stamp.user, c.stamp.stamp = instant(tc.user), instant(tc.kernel)
			require.Equal(t, instant(tc.want), c.arrival(x))
			require.Equal(t, tc.kernelReads, x.Times.KernelRead)
			require.Equal(t, 1-tc.kernelReads, x.Times.UserStamps)
		})
	}
}

// The end of a connection often comes in the same moment as the last bytes; it must not be lost between them.
func TestTheEndComesWithTheLastBytes(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	go func() {
		for n := 0; ; n++ {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = c.Read(make([]byte, 4096))
			_, _ = c.Write([]byte("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort"))
			if n%2 == 1 {
				_ = c.(*net.TCPConn).SetLinger(0) // a reset instead of an orderly end
			}
			_ = c.Close()
		}
	}()
	for _, kernel := range []bool{true, false} {
		e := New(Options{Clock: NewClock(), Kernel: kernel})
		target, err := e.Target("http://" + l.Addr().String() + "/")
		require.NoError(t, err)
		for range 200 {
			c := newCall(target)
			e.Fire(&c.Exchange)
			<-c.done
			require.Error(t, c.err)
		}
		e.Close()
	}
}

func TestNonBlockingWriteOfALargeRequest(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				answerAll("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")(c, 1)
				_ = c.Close()
			}()
		}
	}()
	e := New(Options{Clock: NewClock(), Kernel: true})
	defer e.Close()
	target, err := e.Target("http://" + l.Addr().String() + "/v1/x")
	require.NoError(t, err)
	for range 3 {
		c := newCall(target)
		body := make([]byte, 32<<20)
		c.Wire = append([]byte("POST /v1/x HTTP/1.1\r\nHost: server\r\nContent-Length: 33554432\r\n\r\n"), body...)
		c.BodyLen = len(body)
		e.Fire(&c.Exchange)
		<-c.done
		require.NoError(t, c.err)
		require.Equal(t, "ok", c.body.String())
	}
	require.EqualValues(t, 1, e.Stats.Dials.Load())
}

func BenchmarkRequestOnAWarmConnection(b *testing.B) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(b, err)
	defer l.Close()
	go func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		buf := make([]byte, 4096)
		answer := []byte("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}")
		for {
			if _, err := c.Read(buf); err != nil {
				return
			}
			if _, err := c.Write(answer); err != nil {
				return
			}
		}
	}()
	e := New(Options{Clock: NewClock(), Kernel: true})
	defer e.Close()
	target, err := e.Target("http://" + l.Addr().String() + "/")
	require.NoError(b, err)
	c := &repeated{again: make(chan error, 1)}
	b.ReportAllocs()
	for b.Loop() {
		c.Prepare()
		c.Target, c.Wire, c.BodyLen, c.Handler = target, []byte(request), 2, c
		e.Fire(&c.Exchange)
		if err := <-c.again; err != nil {
			b.Fatal(err)
		}
	}
}
