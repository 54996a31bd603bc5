// Names and addresses: which are asked for, how often, and in what order they are tried.
package transport

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func addresses(texts ...string) []netip.Addr {
	var addrs []netip.Addr
	for _, s := range texts {
		addrs = append(addrs, netip.MustParseAddr(s))
	}
	return addrs
}

func TestAddressesOfAName(t *testing.T) {
	both := []string{"::1", "10.0.0.1", "::ffff:10.0.0.2"}
	for _, tc := range []struct {
		name  string
		net   Net
		found []string
		want  [][]string // of one connection after the other
		asked int
	}{
		{"IPv4 first", Net{}, both, [][]string{{"10.0.0.1", "10.0.0.2", "::1"}, {"10.0.0.1", "10.0.0.2", "::1"}}, 2},
		{"IPv4 alone", Net{IP: IPv4}, both, [][]string{{"10.0.0.1", "10.0.0.2"}}, 1},
		{"IPv6 alone", Net{IP: IPv6}, both, [][]string{{"::1"}}, 1},
		{"once", Net{ResolveOnce: true}, both, [][]string{{"10.0.0.1", "10.0.0.2", "::1"}, {"10.0.0.1", "10.0.0.2", "::1"}}, 1},
		{"in turn", Net{IP: IPv4, Turns: true}, both, [][]string{{"10.0.0.1", "10.0.0.2"}, {"10.0.0.2", "10.0.0.1"}, {"10.0.0.1", "10.0.0.2"}}, 3},
		{"once, in turn", Net{ResolveOnce: true, Turns: true}, both,
			[][]string{{"10.0.0.1", "10.0.0.2", "::1"}, {"10.0.0.2", "::1", "10.0.0.1"}, {"::1", "10.0.0.1", "10.0.0.2"}, {"10.0.0.1", "10.0.0.2", "::1"}}, 1},
		{"none of the family", Net{IP: IPv6}, []string{"10.0.0.1"}, [][]string{nil}, 1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			asked := 0
			tc.net.Lookup = func(_ context.Context, host string) ([]netip.Addr, error) {
				require.Equal(t, "server", host)
				asked++
				return addresses(tc.found...), nil
			}
			d := NewDialer(tc.net)
			for _, want := range tc.want {
				got, known := d.known("server")
				if !known {
					var err error
					got, err = d.resolve(context.Background(), "server")
					require.Equal(t, want == nil, err != nil)
				}
				require.Equal(t, addresses(want...), got)
			}
			require.Equal(t, tc.asked, asked)
		})
	}
}

// Many connections at once ask for a name once; a failure is told to its asker and asked again.
func TestResolvingOnceUnderLoad(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked atomic.Int32
		d := NewDialer(Net{ResolveOnce: true, Lookup: func(context.Context, string) ([]netip.Addr, error) {
			time.Sleep(10 * ms)
			if asked.Add(1) == 1 {
				return nil, errors.New("no answer")
			}
			return addresses("10.0.0.1"), nil
		}})
		var failed atomic.Int32
		for range 50 {
			go func() {
				if _, err := d.resolve(context.Background(), "server"); err != nil {
					failed.Add(1)
				}
			}()
		}
		time.Sleep(time.Second)
		require.EqualValues(t, 1, failed.Load())
		require.EqualValues(t, 2, asked.Load())

		ctx, cancel := context.WithTimeout(context.Background(), 5*ms)
		defer cancel()
		go func() { _, _ = d.resolve(context.Background(), "other") }()
		synctest.Wait()
		_, err := d.resolve(ctx, "other")
		require.ErrorIs(t, err, context.DeadlineExceeded)
		time.Sleep(time.Second)
	})
}

// A dead address of a name does not keep a request from the next one, and the first one of a later connection is another.
func TestAddressesInTurnReachTheServer(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	go serveAll(l, answerAll(okAnswer))
	_, port, err := net.SplitHostPort(l.Addr().String())
	require.NoError(t, err)
	e := New(Options{Clock: NewClock(), Net: Net{Turns: true, ResolveOnce: true, IP: IPv4, Lookup: func(context.Context, string) ([]netip.Addr, error) {
		return addresses("127.0.0.2", "127.0.0.1"), nil
	}}})
	target, err := e.Target("http://server:" + port + "/")
	require.NoError(t, err)
	for n := range 4 {
		c := newCall(target)
		c.Reuse = Fresh
		e.Fire(&c.Exchange)
		<-c.done
		require.NoError(t, c.err, "connection %d", n)
		require.Equal(t, n == 0, c.Times.DNSEnd >= 0, "only the first connection resolves")
	}
	e.Close()
	require.NoError(t, l.Close())
}

// serveAll serves every connection until the listener closes.
func serveAll(l net.Listener, serve func(net.Conn, int)) {
	for n := 1; ; n++ {
		c, err := l.Accept()
		if err != nil {
			return
		}
		go func() { defer c.Close(); serve(c, n) }()
	}
}
