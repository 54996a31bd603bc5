package mock

// The kernel's arrival stamp reaches the answer.

import (
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

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
	for range 3 {
		before := time.Now().UnixNano()
		_, err = client.Write([]byte("hello"))
		require.NoError(t, err)
		n, err := r.Read(b)
		require.NoError(t, err)
		require.Equal(t, "hello", string(b[:n]))
		if r.arrival() == 0 {
			continue // the first message after stamps are switched on in a system may have none
		}
		require.GreaterOrEqual(t, r.arrival(), before)
		require.LessOrEqual(t, r.arrival(), time.Now().UnixNano())
	}
	require.NotZero(t, r.arrival())
	require.NoError(t, client.Close())
	_, err = r.Read(b)
	require.ErrorContains(t, err, "EOF")
	require.NoError(t, server.Close())
	_, err = r.Read(b)
	require.ErrorIs(t, err, net.ErrClosed)
	require.Zero(t, stampIn([]byte{1, 2, 3}))
	require.Nil(t, newSocket(nil))
}
