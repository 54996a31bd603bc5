// Socket options as the kernel tells them back.
package transport

import (
	"context"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

func TestSocketOptions(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	go serveAll(l, answerAll())
	d := NewDialer(Net{Socket: Socket{
		ReceiveBuffer: 40 << 10, SendBuffer: 48 << 10, KeepIdle: 60 * time.Second, KeepInterval: 30 * time.Second, KeepCount: 1, UserTimeout: 30 * time.Second,
	}})
	nc, err := d.Dial(context.Background(), l.Addr().String())
	require.NoError(t, err)
	defer nc.Close()
	rc, err := nc.(*net.TCPConn).SyscallConn()
	require.NoError(t, err)
	for _, tc := range []struct {
		name             string
		level, opt, want int
	}{
		{"SO_RCVBUF", unix.SOL_SOCKET, unix.SO_RCVBUF, 2 * 40 << 10}, // Linux doubles for its own use
		{"SO_SNDBUF", unix.SOL_SOCKET, unix.SO_SNDBUF, 2 * 48 << 10},
		{"TCP_KEEPIDLE", unix.IPPROTO_TCP, unix.TCP_KEEPIDLE, 60},
		{"TCP_KEEPINTVL", unix.IPPROTO_TCP, unix.TCP_KEEPINTVL, 30},
		{"TCP_KEEPCNT", unix.IPPROTO_TCP, unix.TCP_KEEPCNT, 1},
		{"TCP_USER_TIMEOUT", unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, 30_000},
		{"TCP_NODELAY", unix.IPPROTO_TCP, unix.TCP_NODELAY, 1},
	} {
		var got int
		var gotErr error
		require.NoError(t, rc.Control(func(fd uintptr) { got, gotErr = unix.GetsockoptInt(int(fd), tc.level, tc.opt) }))
		require.NoError(t, gotErr)
		require.Equal(t, tc.want, got, tc.name)
	}
	// More than the system grants is no error: it grants what it has.
	_, err = NewDialer(Net{Socket: Socket{ReceiveBuffer: 1 << 30, SendBuffer: 1 << 30}}).Dial(context.Background(), l.Addr().String())
	require.NoError(t, err)
}
