// Linux sockets: a cheap single write, and reads with the kernel's arrival stamp.
package mock

import (
	"encoding/binary"
	"io"
	"net"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// writeOnce uses the raw call: a write to a non-blocking socket does not sleep, so the scheduler need not know of it.
func writeOnce(fd uintptr, b []byte) (int, error) {
	for {
		n, _, errno := unix.RawSyscall(unix.SYS_WRITE, fd, uintptr(unsafe.Pointer(unsafe.SliceData(b))), uintptr(len(b)))
		switch errno {
		case 0:
			return int(n), nil
		case unix.EINTR:
		case unix.EAGAIN:
			return 0, nil
		default:
			return 0, errno
		}
	}
}

// stampOn asks the kernel for arrival stamps, on a listener or a connection.
func stampOn(v any) {
	sc, ok := v.(syscall.Conn)
	if !ok {
		return
	}
	if rc, err := sc.SyscallConn(); err == nil {
		// Without stamps the arrival is the instant the read returned.
		_ = rc.Control(func(fd uintptr) { _ = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_TIMESTAMPNS, 1) })
	}
}

// stampReader reads with recvmsg and keeps the stamp of the last segment read.
type stampReader struct {
	rc    syscall.RawConn
	read  func(fd uintptr) bool
	p     []byte
	oob   [128]byte
	n     int
	err   error
	stamp int64
}

// newStampReader is nil for connections without a descriptor.
func newStampReader(nc net.Conn) *stampReader {
	sc, ok := nc.(syscall.Conn)
	if !ok {
		return nil
	}
	rc, err := sc.SyscallConn()
	if err != nil {
		return nil
	}
	stampOn(nc)
	s := &stampReader{rc: rc}
	s.read = func(fd uintptr) bool {
		var oobn int
		s.n, oobn, _, _, s.err = unix.Recvmsg(int(fd), s.p, s.oob[:], 0)
		if s.err == unix.EAGAIN {
			return false
		}
		s.stamp = stampIn(s.oob[:max(oobn, 0)])
		return true
	}
	return s
}

func (s *stampReader) Read(p []byte) (int, error) {
	for {
		s.p, s.n, s.err, s.stamp = p, 0, nil, 0
		err := s.rc.Read(s.read)
		s.p = nil
		switch {
		case err != nil:
			return 0, err
		case s.err == unix.EINTR:
			continue
		case s.err != nil:
			return 0, s.err
		case s.n == 0 && len(p) > 0:
			return 0, io.EOF
		}
		return s.n, nil
	}
}

// arrival is the kernel's stamp of the last read in unix nanoseconds, 0 when there was none.
func (s *stampReader) arrival() int64 { return s.stamp }

// stampIn finds the stamp in control data: two 64-bit words, seconds and nanoseconds.
func stampIn(oob []byte) int64 {
	for len(oob) >= unix.SizeofCmsghdr {
		h, data, rest, err := unix.ParseOneSocketControlMessage(oob)
		if err != nil {
			return 0
		}
		if h.Level == unix.SOL_SOCKET && h.Type == unix.SO_TIMESTAMPNS && len(data) >= 16 {
			return int64(binary.NativeEndian.Uint64(data))*1e9 + int64(binary.NativeEndian.Uint64(data[8:]))
		}
		oob = rest
	}
	return 0
}
