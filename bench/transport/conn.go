// conn is one connection and the goroutine that reads it, from dial to close.
package transport

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/aiperf-go/aiperf/metrics"
)

type conn struct {
	e      *Engine
	origin *origin
	lane   *Lane // the session that owns the connection; nil in the pool
	stamp  *stampConn
	tls    *tls.Conn // nil for plain http
	try    *tryWriter
	parser h1
	ctx    context.Context // ends the dial
	cancel context.CancelFunc

	// The reader's own: no other goroutine touches these while an exchange is under way.
	cur   *Exchange
	at    metrics.Instant // stamp of the last read
	fresh bool            // the last read has not brought body bytes yet
	hop   *redirect       // where the answer under way sends us

	mu      sync.Mutex
	x       *Exchange // the exchange under way; set before its bytes are written
	claimed *Exchange // the exchange that the reader has taken up
	over    bool      // the reader has let go of x
	slow    bool      // x is being written by a goroutine of its own, which may wait for the server
	dead    bool
}

func newConn(e *Engine, o *origin) *conn {
	c := &conn{e: e, origin: o}
	c.ctx, c.cancel = context.WithCancel(e.ctx)
	c.parser.reset()
	return c
}

// assign puts x on an idle connection; false when the connection has died meanwhile.
func (c *conn) assign(x *Exchange) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.dead {
		return false
	}
	x.Times.Reused = true
	x.conn = c
	x.holders.Store(2)
	x.Times.WriteBegin = c.e.clock.Now()
	c.x = x
	return true
}

// fire writes an assigned exchange from the dispatcher. false means that the connection was closed before a byte went out and that the
// exchange is free to move to another.
func (c *conn) fire(x *Exchange) bool {
	c.bound(x)
	if c.try == nil && len(x.out) > directWrite {
		c.writeSlowly(x, 0)
		return true
	}
	var n int
	var err error
	if c.try != nil {
		n, err = c.try.try(x.out)
	} else {
		n, err = c.writer().Write(x.out)
	}
	x.Times.Writes++
	switch {
	case err != nil && n == 0 && c.reclaim(x):
		return false
	case err == nil && n < len(x.out):
		c.writeSlowly(x, n)
	default:
		c.handed(x, err)
		c.release(x)
	}
	return true
}

// reclaim takes x back from a connection that is closed; false when the reader has it already.
func (c *conn) reclaim(x *Exchange) bool {
	c.mu.Lock()
	if c.x != x || c.claimed == x || c.over {
		c.mu.Unlock()
		return false
	}
	c.x, c.dead = nil, true
	c.mu.Unlock() // before the close, which waits for the reader, which may wait for the lock
	x.conn = nil
	x.Times.Reused = false
	x.Times.Writes = 0
	x.Times.WriteBegin = metrics.NoInstant
	_ = c.stamp.Close()
	return true
}

// writeSlowly leaves the rest of a write to a goroutine of its own.
func (c *conn) writeSlowly(x *Exchange, n int) {
	c.mu.Lock()
	c.slow = true
	answered := c.over
	c.dead = c.dead || answered
	c.mu.Unlock()
	if answered {
		// Nobody waits for the rest any more, and without it the connection is of no use.
		x.Times.Written = c.e.clock.Now()
		stamp := c.stamp
		c.release(x)
		_ = stamp.Close()
		return
	}
	c.e.wg.Add(1)
	go c.writeRest(x, n)
}

// writeRest finishes a write that would have made the dispatcher wait.
func (c *conn) writeRest(x *Exchange, n int) {
	defer c.e.wg.Done()
	_, err := c.writer().Write(x.out[n:])
	x.Times.Writes++
	c.handed(x, err)
	c.release(x)
}

func (c *conn) writer() io.Writer {
	if c.tls != nil {
		return c.tls
	}
	return c.stamp.Conn
}

// release lets go of x from one side; the last side ends it.
func (c *conn) release(x *Exchange) {
	if x.holders.Add(-1) > 0 {
		return
	}
	c.finish(x)
}

// finish hands the connection back before it tells the handler, so that the next request finds it.
func (c *conn) finish(x *Exchange) {
	err, hop := x.err, c.hop
	keep := err == nil && hop == nil && !c.parser.head.Close && c.e.keeps(x)
	c.hop = nil
	c.parser.reset()
	c.mu.Lock()
	c.x, c.claimed, c.over, c.slow = nil, nil, false, false
	c.dead = c.dead || !keep
	keep = !c.dead
	c.mu.Unlock()
	if keep {
		c.rest()
	}
	x.conn = nil
	if err == nil && hop != nil {
		c.e.follow(x, hop)
		return
	}
	x.Handler.Done(err)
}

// run is the connection's goroutine.
func (c *conn) run() {
	defer c.e.forget(c)
	x := c.current()
	x.holders.Store(1) // this goroutine writes and reads
	if err := c.dial(x); err != nil {
		c.e.Stats.DialFailures.Add(1)
		c.mu.Lock()
		c.x, c.dead = nil, true
		c.mu.Unlock()
		x.conn = nil
		x.Times.End = c.e.clock.Now()
		x.Handler.Done(err)
		return
	}
	c.bound(x)
	x.Times.WriteBegin = c.e.clock.Now()
	if len(x.out) > directWrite {
		// A server may refuse a large request before it has read it: somebody has to listen meanwhile.
		x.holders.Store(2)
		c.writeSlowly(x, 0)
	} else {
		_, err := c.writer().Write(x.out)
		x.Times.Writes++
		c.handed(x, err)
	}
	c.read()
	_ = c.stamp.Close() // here and not while reading: a close waits for the read to end
}

// read takes everything that arrives until the connection ends.
func (c *conn) read() {
	if c.tls == nil {
		c.stamp.each(c.take)
		return
	}
	buf := make([]byte, readBuffer)
	for more := true; more; {
		n, err := c.tls.Read(buf)
		more = c.take(buf[:n], err)
	}
}

// take handles one read; false ends the connection.
func (c *conn) take(b []byte, err error) (more bool) {
	x := c.current()
	if x == nil {
		// The end of an idle connection, or bytes nobody asked for: it cannot be trusted any more.
		c.die()
		return false
	}
	if len(b) > 0 {
		c.at, c.fresh = c.arrival(x), true
		if c.e.silence {
			x.heard.Store(int64(c.at))
		}
		done, rest, perr := c.parser.feed(b, c)
		if perr != nil {
			c.fail(x, perr)
			return false
		}
		if done {
			if len(rest) > 0 || err != nil {
				c.parser.head.Close = true
			}
			return c.complete(x) && err == nil
		}
	}
	switch {
	case err == nil:
		return true
	case errors.Is(err, os.ErrDeadlineExceeded) && !x.aborted.Load() && c.passed(x) == nil:
		// A deadline that was meant for the idle connection or for the exchange before.
		c.bound(x)
		return true
	case errors.Is(err, io.EOF):
		if err = c.parser.eof(); err == nil {
			c.complete(x)
			return false
		}
	}
	c.fail(x, c.reason(x, err))
	return false
}

// current is the exchange that arriving bytes belong to.
func (c *conn) current() *Exchange {
	if c.cur == nil {
		c.mu.Lock()
		if !c.over {
			c.cur = c.x
			c.claimed = c.x
		}
		c.mu.Unlock()
	}
	return c.cur
}

// arrival chooses the stamp of the last read: the kernel's when it lies between the write (or the stamp before) and the read's return.
func (c *conn) arrival(x *Exchange) metrics.Instant {
	user, kernel := c.stamp.user, c.stamp.stamp
	if c.e.wall == nil {
		return user
	}
	if kernel == metrics.NoInstant {
		x.Times.UserStamps++
		c.e.Stats.UserReads.Add(1)
		return user
	}
	floor := max(x.Times.WriteBegin, x.Times.LastBody, x.Times.Headers)
	if kernel > user || kernel < floor-offsetSlack {
		x.Times.UserStamps++
		c.e.Stats.Replaced.Add(1)
		return user
	}
	kernel = max(kernel, floor)
	x.Times.KernelRead++
	c.e.Stats.KernelReads.Add(1)
	c.e.Stats.Lag.Record(user - kernel)
	return kernel
}

// onHead implements bodySink.
func (c *conn) onHead(h *Head) error {
	x := c.cur
	x.Times.Headers = c.at
	if h.Encoding != "" && !asciiEqualFold([]byte(h.Encoding), "identity") {
		return fmt.Errorf("%w: the server sent content-encoding %q although none was asked for", ErrNotHTTP, h.Encoding)
	}
	if hop := redirectOf(x, h); hop != nil {
		c.hop = hop
		return nil
	}
	return x.Handler.Head(h)
}

// onBody implements bodySink.
func (c *conn) onBody(b []byte) error {
	if c.hop != nil {
		return nil
	}
	x := c.cur
	t := &x.Times
	if t.FirstBody == metrics.NoInstant {
		t.FirstBody = c.at
	}
	if c.fresh {
		t.Reads++
		c.fresh = false
	}
	t.LastBody = c.at
	t.BytesIn += int64(len(b))
	return x.Handler.Body(b, c.at)
}

// complete ends an exchange whose response is whole; false when the connection is over too.
func (c *conn) complete(x *Exchange) (alive bool) {
	x.Times.End = c.at
	c.cur = nil
	c.mu.Lock()
	c.over = true
	if c.slow && x.holders.Load() > 1 {
		// The answer came before the request was read, and the rest of it may never be: closing the connection ends the write.
		c.parser.head.Close = true
	}
	c.mu.Unlock()
	alive = !c.parser.head.Close && c.hop == nil && c.e.keeps(x)
	c.release(x) // x may be in other hands from here on
	return alive
}

// fail ends the exchange with an error, and with it the connection.
func (c *conn) fail(x *Exchange, err error) {
	if x.err == nil {
		x.err = err
	}
	x.Times.End = c.e.clock.Now()
	c.kill()
	c.release(x)
}

// die closes an idle connection. A request that was put on it at the same moment fails as any request on a closed connection does.
func (c *conn) die() {
	c.kill()
	c.mu.Lock()
	x := c.x
	if c.over {
		x = nil
	}
	c.claimed = x
	c.mu.Unlock()
	if x != nil {
		c.fail(x, c.reason(x, ErrDisconnected))
	}
}

// kill takes the connection out of use.
func (c *conn) kill() {
	c.mu.Lock()
	c.dead = true
	c.mu.Unlock()
	if c.lane != nil {
		c.lane.drop(c)
		return
	}
	c.origin.drop(c)
}

// rest leaves the connection idle where the next exchange looks for one.
func (c *conn) rest() {
	var end time.Time
	if d := c.e.opts.IdleTimeout; d > 0 {
		end = time.Now().Add(d)
	}
	c.setDeadline(end)
	if c.lane != nil {
		c.lane.put(c)
		return
	}
	c.origin.put(c)
}

// retire ends an idle connection without waiting for its reader, which may be the caller.
func (c *conn) retire() {
	c.mu.Lock()
	c.dead = true
	c.mu.Unlock()
	c.setDeadline(past)
}

// abort ends the exchange under way, if any.
func (c *conn) abort() {
	c.mu.Lock()
	x := c.x
	if x != nil {
		x.aborted.Store(true)
	}
	stamp := c.stamp
	c.mu.Unlock()
	if x == nil {
		return
	}
	c.cancel()
	if stamp != nil {
		_ = stamp.SetDeadline(past)
	}
}

// shut closes the connection whatever it carries.
func (c *conn) shut() {
	c.abort()
	c.mu.Lock()
	stamp := c.stamp
	c.mu.Unlock()
	if stamp != nil {
		_ = stamp.Close()
	}
}

func (c *conn) setDeadline(t time.Time) { _ = c.stamp.SetDeadline(t) }

// reason names why the exchange ended, when the connection's own error is only the means by which we ended it.
func (c *conn) reason(x *Exchange, err error) error {
	if x.aborted.Load() {
		return ErrAborted
	}
	switch why := c.passed(x); why {
	case nil:
		return err
	case ErrCancelled:
		return Cancelled(x.CancelAfter)
	default:
		return why
	}
}
