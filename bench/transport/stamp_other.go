//go:build !linux

// Where the kernel gives no receive stamps, reads are stamped when they return, and the files say so.
package transport

import "net"

// KernelStamps tells whether this platform can stamp arrivals in the kernel.
const KernelStamps = false

type kernelReader struct{ wall int64 }

func newKernelReader(net.Conn) *kernelReader { return nil }

func (k *kernelReader) read([]byte) (int, error) { return 0, net.ErrClosed }

func (k *kernelReader) readPooled() (*[]byte, int, error) { return nil, 0, net.ErrClosed }

type keeper struct{}

func newKeeper() *keeper { return nil }

func (k *keeper) close() {}

type tryWriter struct{}

func newTryWriter(net.Conn) *tryWriter { return nil }

func (w *tryWriter) try([]byte) (int, error) { return 0, net.ErrClosed }
