//go:build unix

// Socket options where sockets are file descriptors.
package transport

import (
	"fmt"
	"syscall"

	"golang.org/x/sys/unix"
)

// control sets the options that must stand before the connect.
func (s Socket) control(_, _ string, rc syscall.RawConn) error {
	var failed error
	err := rc.Control(func(fd uintptr) {
		for _, o := range []struct {
			name       string
			opt, value int
		}{{"SO_RCVBUF", unix.SO_RCVBUF, s.ReceiveBuffer}, {"SO_SNDBUF", unix.SO_SNDBUF, s.SendBuffer}} {
			if err := setBuffer(int(fd), o.opt, o.value); err != nil && failed == nil {
				failed = fmt.Errorf("setting %s of a socket to %d bytes: %w", o.name, o.value, err)
			}
		}
		if err := setUserTimeout(int(fd), s.UserTimeout); err != nil && failed == nil {
			failed = fmt.Errorf("setting TCP_USER_TIMEOUT of a socket to %s: %w", s.UserTimeout, err)
		}
	})
	if err != nil {
		return err
	}
	return failed
}

// setBuffer asks for a buffer, and for half of it as long as the system refuses: some do where others grant less.
func setBuffer(fd, opt, size int) error {
	if size <= 0 {
		return nil
	}
	for {
		err := unix.SetsockoptInt(fd, unix.SOL_SOCKET, opt, size)
		if err != unix.ENOBUFS || size <= minSocketBuffer {
			return err
		}
		size = max(size/2, minSocketBuffer)
	}
}
