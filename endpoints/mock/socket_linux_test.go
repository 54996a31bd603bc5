package mock

// The kernel's arrival stamp reaches the answer.

import (
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// stampsOnBy is long for a kernel under any load.
const stampsOnBy = 20 * time.Second

func TestKernelStamp(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	stampOn(l)
	client, err := net.Dial("tcp", l.Addr().String())
	require.NoError(t, err)
	defer client.Close()
	server, err := l.Accept()
	require.NoError(t, err)
	defer server.Close()
	r := newStampReader(server)
	require.NotNil(t, r)
	b := make([]byte, 16)
	exchange := func() (before int64) {
		before = time.Now().UnixNano()
		_, err := client.Write([]byte("hello"))
		require.NoError(t, err)
		n, err := r.Read(b)
		require.NoError(t, err)
		require.Equal(t, "hello", string(b[:n]))
		return before
	}
	// The kernel switches stamps on in the background when a socket first asks for them: until it has, messages carry none.
	begin := time.Now()
	for exchange(); r.arrival() == 0; exchange() {
		require.Less(t, time.Since(begin), stampsOnBy, "no message is stamped")
	}
	for range 32 {
		before := exchange()
		require.GreaterOrEqual(t, r.arrival(), before)
		require.LessOrEqual(t, r.arrival(), time.Now().UnixNano())
	}
	require.NoError(t, client.Close())
	_, err = r.Read(b)
	require.ErrorContains(t, err, "EOF")
	require.NoError(t, server.Close())
	_, err = r.Read(b)
	require.ErrorIs(t, err, net.ErrClosed)
	require.Zero(t, stampIn([]byte{1, 2, 3}))
	require.Nil(t, newSocket(nil))
}
