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
	kernel *kernelReader // nil: user stamps only

	user   metrics.Instant // when the last read returned
	stamp  metrics.Instant // the kernel's stamp of the last read; NoInstant without one
	pooled *[]byte         // buffer of the last recv, given back at the next
}

var readBuffers = sync.Pool{New: func() any { b := make([]byte, readBuffer); return &b }}

func newStampConn(nc net.Conn, clock Clock, wall *wallOffset) *stampConn {
	c := &stampConn{Conn: nc, clock: clock, wall: wall}
	if wall != nil {
		c.kernel = newKernelReader(nc)
	}
	return c
}

// Read reads into p; TLS reads through it.
func (c *stampConn) Read(p []byte) (int, error) {
	if c.kernel == nil {
		n, err := c.Conn.Read(p)
		c.user, c.stamp = c.clock.Now(), metrics.NoInstant
		return n, err
	}
	n, err := c.kernel.read(p)
	c.took()
	return n, err
}

// recv reads into a buffer that is taken from the pool only when there is something to read. The bytes are valid until the next recv.
func (c *stampConn) recv() ([]byte, error) {
	c.release()
	if c.kernel == nil {
		c.pooled = readBuffers.Get().(*[]byte)
		n, err := c.Conn.Read(*c.pooled)
		c.user, c.stamp = c.clock.Now(), metrics.NoInstant
		return (*c.pooled)[:n], err
	}
	buf, n, err := c.kernel.readPooled()
	c.took()
	c.pooled = buf
	if buf == nil {
		return nil, err
	}
	return (*buf)[:n], err
}

// took stamps the read that just returned.
func (c *stampConn) took() {
	c.user, c.stamp = c.clock.Now(), metrics.NoInstant
	if c.kernel.wall != 0 {
		c.stamp = c.wall.instant(c.kernel.wall, c.user)
	}
}

func (c *stampConn) release() {
	if c.pooled != nil {
		readBuffers.Put(c.pooled)
		c.pooled = nil
	}
}
