//go:build unix

// A write that never waits: one attempt on the descriptor under the runtime's poller.
package mock

import (
	"net"
	"syscall"
)

type socket struct {
	rc  syscall.RawConn
	try func(fd uintptr) bool // built once; a closure per write would allocate
	b   []byte
	n   int
	err error
}

// newSocket is nil for connections without a descriptor.
func newSocket(nc net.Conn) *socket {
	sc, ok := nc.(syscall.Conn)
	if !ok {
		return nil
	}
	rc, err := sc.SyscallConn()
	if err != nil {
		return nil
	}
	s := &socket{rc: rc}
	s.try = func(fd uintptr) bool {
		s.n, s.err = writeOnce(fd, s.b)
		return true
	}
	return s
}

// write returns how much the kernel took, which may be nothing.
func (s *socket) write(b []byte) (int, error) {
	s.b, s.n, s.err = b, 0, nil
	err := s.rc.Write(s.try)
	s.b = nil
	if err == nil {
		err = s.err
	}
	return s.n, err
}
