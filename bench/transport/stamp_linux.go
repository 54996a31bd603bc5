// Kernel receive stamps on Linux: SO_TIMESTAMPNS switched on at the socket, read back with recvmsg.
package transport

import (
	"encoding/binary"
	"io"
	"net"
	"os"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// KernelStamps tells whether this platform can stamp arrivals in the kernel.
const KernelStamps = true

// socketOf is the socket of a TCP or unix connection; nil of any other.
func socketOf(nc net.Conn) syscall.RawConn {
	switch nc.(type) {
	case *net.TCPConn, *net.UnixConn:
	default:
		return nil
	}
	rc, err := nc.(syscall.Conn).SyscallConn()
	if err != nil {
		return nil
	}
	return rc
}

// rawReader reads a connection with recvmsg. Its callback is built once: a closure for each read would allocate.
type rawReader struct {
	rc      syscall.RawConn
	ready   func(fd uintptr) bool
	msg     unix.Msghdr
	iov     unix.Iovec
	control [64]byte

	// One of two uses: take gets every read of each, or into is filled by one read.
	take  func(b []byte, wall int64, err error) (more bool)
	ended bool
	into  []byte
	n     int
	wall  int64
	err   error
}

// newRawReader reads a TCP or unix connection, stamped by the kernel if asked for; nil when the connection is none or the kernel refuses.
func newRawReader(nc net.Conn, stamps bool) *rawReader {
	rc := socketOf(nc)
	if rc == nil {
		return nil
	}
	if stamps {
		var serr error
		err := rc.Control(func(fd uintptr) { serr = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_TIMESTAMPNS, 1) })
		if err != nil || serr != nil {
			return nil
		}
	}
	r := &rawReader{rc: rc}
	r.ready = r.onReady
	r.msg.Iov = &r.iov
	r.msg.Iovlen = 1
	r.msg.Control = &r.control[0]
	return r
}

// each hands every read to take until take has had enough. The bytes are valid only during the call. All of a connection's reads happen inside
// one RawConn.Read, which parks the goroutine only once the socket has nothing more to give. Parking right after a short read would save a call,
// and lose the end of a connection that came together with the last bytes: polling is edge-triggered, and that edge has passed.
// take must not close the connection: the close would wait for this read.
func (r *rawReader) each(take func(b []byte, wall int64, err error) (more bool)) {
	r.take = take
	for r.ended = false; !r.ended; {
		// An error here is a deadline or the close of the connection.
		if err := r.rc.Read(r.ready); err != nil && !r.ended {
			r.ended = !take(nil, 0, err)
		}
	}
	r.take = nil
}

// once fills p with what has arrived, waiting for the first byte.
func (r *rawReader) once(p []byte) (n int, wall int64, err error) {
	if len(p) == 0 {
		return 0, 0, nil
	}
	r.into = p
	err = r.rc.Read(r.ready)
	r.into = nil
	if err != nil {
		return 0, 0, err
	}
	return r.n, r.wall, r.err
}

// onReady tries to read; false means that nothing more is there yet.
func (r *rawReader) onReady(fd uintptr) (done bool) {
	if r.into != nil {
		n, wall, err := r.recvmsg(fd, r.into)
		if err == syscall.EAGAIN {
			return false
		}
		r.n, r.wall, r.err = n, wall, err
		return true
	}
	buf := readBuffers.Get().(*[]byte)
	defer readBuffers.Put(buf)
	for {
		n, wall, err := r.recvmsg(fd, *buf)
		if err == syscall.EAGAIN {
			return false
		}
		if !r.take((*buf)[:n], wall, err) {
			r.ended = true
			return true
		}
	}
}

// recvmsg reads once. wall is the CLOCK_REALTIME stamp of the last segment read; 0 without one.
func (r *rawReader) recvmsg(fd uintptr, b []byte) (n int, wall int64, err error) {
	r.iov.Base = &b[0]
	r.iov.SetLen(len(b))
	for {
		r.msg.SetControllen(len(r.control))
		n, _, errno := syscall.Syscall(syscall.SYS_RECVMSG, fd, uintptr(unsafe.Pointer(&r.msg)), syscall.MSG_DONTWAIT)
		switch {
		case errno == syscall.EINTR:
			continue
		case errno == syscall.EAGAIN:
			return 0, 0, syscall.EAGAIN
		case errno != 0:
			return 0, 0, os.NewSyscallError("recvmsg", errno)
		case n == 0:
			return 0, 0, io.EOF
		}
		return int(n), r.parseControl(), nil
	}
}

// parseControl finds the timespec among the control messages. Layout on 64-bit Linux: length 8, level 4, type 4, data.
func (r *rawReader) parseControl() int64 {
	b := r.control[:min(int(r.msg.Controllen), len(r.control))]
	for len(b) >= 32 {
		length := int(binary.NativeEndian.Uint64(b))
		level, typ := binary.NativeEndian.Uint32(b[8:]), binary.NativeEndian.Uint32(b[12:])
		if length < 16 || length > len(b) {
			return 0
		}
		if level == unix.SOL_SOCKET && typ == unix.SCM_TIMESTAMPNS && length >= 32 {
			return int64(binary.NativeEndian.Uint64(b[16:]))*1e9 + int64(binary.NativeEndian.Uint64(b[24:]))
		}
		b = b[min((length+7)&^7, len(b)):]
	}
	return 0
}

// keeper is a socket with stamps on, held open for the life of an engine: the kernel switches stamping on system-wide with the first
// such socket, and the first message after that carries no stamp. With the keeper that moment passes before any request.
type keeper struct{ fd int }

func newKeeper() *keeper {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil
	}
	if unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_TIMESTAMPNS, 1) != nil {
		_ = unix.Close(fd)
		return nil
	}
	return &keeper{fd: fd}
}

// HoldStamps keeps the kernel stamping until it is released. A program calls it first thing, well before its first request.
func HoldStamps() (release func()) {
	k := newKeeper()
	return k.close
}

func (k *keeper) close() {
	if k != nil {
		_ = unix.Close(k.fd)
	}
}

// tryWriter writes without ever waiting: one attempt, then whatever is left is the caller's.
type tryWriter struct {
	rc  syscall.RawConn
	fn  func(fd uintptr) bool
	b   []byte
	n   int
	err error
}

func newTryWriter(nc net.Conn) *tryWriter {
	rc := socketOf(nc)
	if rc == nil {
		return nil
	}
	w := &tryWriter{rc: rc}
	w.fn = w.write
	return w
}

func (w *tryWriter) write(fd uintptr) bool {
	for {
		n, err := syscall.Write(int(fd), w.b)
		if err == syscall.EINTR {
			continue
		}
		w.n = max(n, 0)
		if err != nil && err != syscall.EAGAIN {
			w.err = os.NewSyscallError("write", err)
		}
		return true
	}
}

// try writes what the socket takes at once. A short count without an error means that the send buffer is full.
func (w *tryWriter) try(b []byte) (int, error) {
	w.b, w.n, w.err = b, 0, nil
	err := w.rc.Write(w.fn)
	w.b = nil
	if err == nil {
		err = w.err
	}
	return w.n, err
}
