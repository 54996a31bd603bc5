//go:build !linux

// Systems without kernel arrival stamps: the arrival is the instant the read returned.
package mock

import (
	"io"
	"net"
)

type stampReader struct{ io.Reader }

func newStampReader(net.Conn) *stampReader { return nil }

func stampOn(any) {}

func (*stampReader) arrival() int64 { return 0 }
