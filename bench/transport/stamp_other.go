//go:build !linux

// Where the kernel gives no receive stamps, reads are stamped when they return, and the files say so.
package transport

import "net"

// KernelStamps tells whether this platform can stamp arrivals in the kernel.
const KernelStamps = false

type rawReader struct{}

func newRawReader(net.Conn, bool) *rawReader { return nil }

func (r *rawReader) each(func(b []byte, wall int64, err error) (more bool)) {}

func (r *rawReader) once([]byte) (n int, wall int64, err error) { return 0, 0, net.ErrClosed }

// HoldStamps does nothing where there are no kernel stamps.
func HoldStamps() (release func()) { return func() {} }

type keeper struct{}

func newKeeper() *keeper { return nil }

func (k *keeper) close() {}

type tryWriter struct{}

func newTryWriter(net.Conn) *tryWriter { return nil }

func (w *tryWriter) try([]byte) (int, error) { return 0, net.ErrClosed }
