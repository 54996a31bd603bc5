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

// kernelReader reads a TCP connection with recvmsg. Its callbacks are built once: a closure for each read would allocate.
type kernelReader struct {
	rc      syscall.RawConn
	into    func(fd uintptr) bool
	msg     unix.Msghdr
	iov     unix.Iovec
	control [64]byte

	pooled bool
	buf    *[]byte
	n      int
	err    error
	wall   int64 // CLOCK_REALTIME nanoseconds of the last segment read; 0 without a stamp
}

// newKernelReader switches stamps on for a TCP connection; nil when the connection is none or the kernel refuses.
func newKernelReader(nc net.Conn) *kernelReader {
	tc, ok := nc.(*net.TCPConn)
	if !ok {
		return nil
	}
	rc, err := tc.SyscallConn()
	if err != nil {
		return nil
	}
	var serr error
	err = rc.Control(func(fd uintptr) { serr = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_TIMESTAMPNS, 1) })
	if err != nil || serr != nil {
		return nil
	}
	k := &kernelReader{rc: rc}
	k.into = k.recvmsg
	k.msg.Iov = &k.iov
	k.msg.Iovlen = 1
	k.msg.Control = &k.control[0]
	return k
}

// read fills p with what has arrived, waiting for the first byte.
func (k *kernelReader) read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	k.pooled = false
	k.iov.Base = &p[0]
	k.iov.SetLen(len(p))
	return k.wait()
}

// readPooled reads into a buffer from the pool, taken when the socket is ready; nil when nothing was read.
func (k *kernelReader) readPooled() (*[]byte, int, error) {
	k.pooled = true
	n, err := k.wait()
	buf := k.buf
	k.buf = nil
	return buf, n, err
}

func (k *kernelReader) wait() (int, error) {
	k.n, k.err, k.wall = 0, nil, 0
	if err := k.rc.Read(k.into); err != nil {
		return 0, err
	}
	if k.err != nil {
		return 0, k.err
	}
	if k.n == 0 {
		return 0, io.EOF
	}
	return k.n, nil
}

// recvmsg tries one read; false means that nothing is there yet.
func (k *kernelReader) recvmsg(fd uintptr) bool {
	if k.pooled {
		k.buf = readBuffers.Get().(*[]byte)
		k.iov.Base = &(*k.buf)[0]
		k.iov.SetLen(len(*k.buf))
	}
	for {
		k.msg.SetControllen(len(k.control))
		n, _, errno := syscall.Syscall(syscall.SYS_RECVMSG, fd, uintptr(unsafe.Pointer(&k.msg)), syscall.MSG_DONTWAIT)
		switch errno {
		case 0:
			k.n = int(n)
			k.wall = k.parseControl()
			if k.pooled && k.n == 0 {
				k.dropBuffer()
			}
			return true
		case syscall.EINTR:
			continue
		case syscall.EAGAIN:
			if k.pooled {
				k.dropBuffer()
			}
			return false
		default:
			if k.pooled {
				k.dropBuffer()
			}
			k.err = os.NewSyscallError("recvmsg", errno)
			return true
		}
	}
}

func (k *kernelReader) dropBuffer() {
	readBuffers.Put(k.buf)
	k.buf = nil
}

// parseControl finds the timespec among the control messages. Layout on 64-bit Linux: length 8, level 4, type 4, data.
func (k *kernelReader) parseControl() int64 {
	b := k.control[:min(int(k.msg.Controllen), len(k.control))]
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
	tc, ok := nc.(*net.TCPConn)
	if !ok {
		return nil
	}
	rc, err := tc.SyscallConn()
	if err != nil {
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
