// stampConn reads with the instant of arrival: the kernel's where the platform gives one, the read's return otherwise.
package transport

import (
	"net"
	"sync"

	"github.com/aiperf-go/aiperf/metrics"
)

// stampConn is a connection whose reads are stamped. One goroutine reads; writes may come from any one other.
type stampConn struct {
	net.Conn
	clock  Clock
	wall   *wallOffset
	kernel bool       // stamps were asked for and switched on
	raw    *rawReader // nil: reads go through Conn

	user  metrics.Instant // when the last read returned
	stamp metrics.Instant // the kernel's stamp of the last read; NoInstant without one
}

// readBuffers are taken only while there is something to read.
var readBuffers = sync.Pool{New: func() any { b := make([]byte, readBuffer); return &b }}

func newStampConn(nc net.Conn, clock Clock, wall *wallOffset) *stampConn {
	c := &stampConn{Conn: nc, clock: clock, wall: wall}
	_, tcp := nc.(*net.TCPConn) // the kernel stamps no bytes of a unix socket
	c.raw = newRawReader(nc, wall != nil && tcp)
	c.kernel = wall != nil && tcp && c.raw != nil
	return c
}

// Read reads into p; TLS reads through it.
func (c *stampConn) Read(p []byte) (n int, err error) {
	var wall int64
	if c.raw == nil {
		n, err = c.Conn.Read(p)
	} else {
		n, wall, err = c.raw.once(p)
	}
	c.took(wall)
	return n, err
}

// each hands every read to take until take has had enough; the bytes are valid only during the call, and take must not close the connection.
func (c *stampConn) each(take func(b []byte, err error) (more bool)) {
	if c.raw != nil {
		c.raw.each(func(b []byte, wall int64, err error) bool {
			c.took(wall)
			return take(b, err)
		})
		return
	}
	buf := readBuffers.Get().(*[]byte)
	defer readBuffers.Put(buf)
	for more := true; more; {
		n, err := c.Conn.Read(*buf)
		c.took(0)
		more = take((*buf)[:n], err)
	}
}

// took stamps the read that just returned.
func (c *stampConn) took(wall int64) {
	c.user, c.stamp = c.clock.Now(), metrics.NoInstant
	if wall != 0 && c.kernel {
		c.stamp = c.wall.instant(wall, c.user)
	}
}
