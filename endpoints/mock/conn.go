// A connection: one goroutine that reads requests, and the write path it shares with the wheel.
//
//	wheel or reader -> write -> one attempt on the socket -> what it did not take: pending -> drain (own goroutine)
package mock

import (
	"bufio"
	"net"
	"sync"
	"sync/atomic"
)

// turns of a connection: whose the stream is.
const (
	turnIdle    int32 = iota // the reader's
	turnBusy                 // the wheel's
	turnAwaited              // the wheel's, and the reader waits for it
)

type conn struct {
	srv *Server
	nc  net.Conn
	src source
	br  *bufio.Reader
	s   stream

	turn atomic.Int32
	idle chan struct{} // one token when an awaited stream has ended

	mu       sync.Mutex
	sock     *socket // nil where a write without waiting is not possible
	pending  []byte  // not yet taken by the kernel, in order
	spare    []byte
	draining bool // a goroutine writes pending; until it is empty nobody else writes
	closing  bool // close when pending is empty
	dead     bool // a write failed or the connection is closed: nothing more is written
	closed   bool
}

func newConn(srv *Server, nc net.Conn) *conn {
	c := &conn{srv: srv, nc: nc, idle: make(chan struct{}, 1)}
	if srv.direct {
		c.sock = newSocket(nc)
	}
	c.src = source{r: nc}
	if srv.o.Truth && srv.direct {
		if st := newStampReader(nc); st != nil {
			c.src.r, c.src.stamps = st, st
		}
	}
	c.br = bufio.NewReaderSize(&c.src, readBuffer)
	return c
}

// serve reads requests until the connection ends. While an answer is under way it waits for the next byte, so a client that goes is noticed.
func (c *conn) serve() {
	defer c.leave()
	for c.serveOne() {
		if c.turn.Load() == turnIdle {
			continue
		}
		if _, err := c.br.Peek(1); err != nil {
			if c.turn.Load() != turnIdle {
				c.srv.wheel.send(&c.s.cancelMsg)
			}
			return
		}
		if c.turn.CompareAndSwap(turnBusy, turnAwaited) {
			select {
			case <-c.idle:
			case <-c.srv.closed:
				return
			}
		}
	}
}

// hand gives the stream to the wheel.
func (c *conn) hand() {
	c.srv.m.open.Add(1)
	c.turn.Store(turnBusy)
	c.srv.wheel.send(&c.s.startMsg)
}

// finish writes the last bytes of an answer. The reader may go on before the write returns, so that the next request is never kept
// waiting; the lock keeps the order of their bytes.
func (c *conn) finish(b []byte, closing bool) {
	c.mu.Lock()
	awaited := c.turn.Swap(turnIdle) == turnAwaited
	c.put(b)
	if closing {
		c.shut()
	}
	c.mu.Unlock()
	if awaited {
		c.idle <- struct{}{}
	}
}

// write sends b without ever waiting for the client. It keeps no reference to b.
func (c *conn) write(b []byte) {
	c.mu.Lock()
	c.put(b)
	c.mu.Unlock()
}

// last sends b and closes the connection behind it.
func (c *conn) last(b []byte) {
	c.mu.Lock()
	c.put(b)
	c.shut()
	c.mu.Unlock()
}

// blocked tells that the client reads too slowly to be sent more.
func (c *conn) blocked() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.pending) > maxPending
}

// put is write with the lock held.
func (c *conn) put(b []byte) {
	if c.dead || len(b) == 0 {
		return
	}
	if c.draining {
		c.pending = append(c.pending, b...)
		return
	}
	if c.sock != nil {
		n, err := c.sock.write(b)
		if err != nil {
			c.dead = true // the reader sees the end, too
			return
		}
		if n == len(b) {
			return
		}
		c.srv.m.partial.Add(1)
		b = b[n:]
	}
	c.pending = append(c.pending, b...)
	c.draining = true
	c.srv.spawn(c)
}

// shut closes the connection when everything is written; the lock is held.
func (c *conn) shut() {
	if c.draining {
		c.closing = true
		return
	}
	c.close()
}

// close ends the connection now; the lock is held.
func (c *conn) close() {
	if c.closed {
		return
	}
	c.closed, c.dead = true, true
	_ = c.nc.Close()
	c.srv.drop(c)
}

// leave is the reader's end: the client has gone, or the answer under way is the last one and its rest is still being written.
func (c *conn) leave() {
	c.mu.Lock()
	if !c.closing {
		c.close()
	}
	c.mu.Unlock()
}

// drain writes pending until it is empty. It is the only writer while it runs.
func (c *conn) drain() {
	for {
		c.mu.Lock()
		if len(c.pending) == 0 {
			c.draining = false
			if c.closing {
				c.shut()
			}
			c.mu.Unlock()
			return
		}
		b := c.pending
		c.pending = c.spare[:0]
		c.mu.Unlock()
		_, err := c.nc.Write(b)
		c.mu.Lock()
		c.spare = b
		if err != nil {
			c.draining, c.pending = false, nil
			c.close()
			c.mu.Unlock()
			return
		}
		c.mu.Unlock()
	}
}
