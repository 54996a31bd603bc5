// Package transport sends one exchange over one connection and stamps everything on the way.
//
//	dispatcher ─ Engine.Fire(x) ─ idle connection? ─ yes ─> one write by the dispatcher itself, stamped
//	                                    └─ no ─> goroutine of a new connection: DNS, dial, TLS, write
//	connection goroutine: recvmsg ─ bytes, kernel stamp ─> HTTP/1.1 parser ─> Handler.Head, Handler.Body ─> Handler.Done
//
// The engine speaks HTTP/1.1 itself, because a general client reads through buffers that hide which bytes came with which packet, and
// hands a request to other goroutines before it is written. Nothing is ever sent twice: a connection that turns out to be closed at the
// write is replaced, one that dies after it fails the exchange.
package transport

import (
	"context"
	"crypto/tls"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aiperf-go/aiperf/metrics"
)

// Options decide how an engine works.
type Options struct {
	Clock  Clock
	Kernel bool // stamp arrivals in the kernel where the platform can
	TLS    *tls.Config
	// Dial replaces the network, for tests over in-memory connections. Kernel stamps and DNS do not apply then.
	Dial func(ctx context.Context, addr string) (net.Conn, error)
}

// Stats count what the engine did; all may be read at any time.
type Stats struct {
	KernelReads  atomic.Int64 // reads stamped by the kernel
	UserReads    atomic.Int64 // reads without a kernel stamp while kernel stamps were on
	Replaced     atomic.Int64 // kernel stamps outside write … return of the read
	Dials        atomic.Int64
	DialFailures atomic.Int64
	Moved        atomic.Int64 // requests that found their connection closed at the write and took another
	Open         atomic.Int64
	Lag          Hist // kernel arrival to the return of the read
}

// Engine owns all connections of a run.
type Engine struct {
	opts   Options
	clock  Clock
	wall   *wallOffset
	keeper *keeper
	Stats  Stats

	aborts atomic.Int64 // how often Abort was called
	ctx    context.Context
	cancel context.CancelFunc
	wg     sync.WaitGroup

	mu      sync.Mutex
	conns   map[*conn]struct{}
	origins map[string]*origin
}

// New makes an engine.
func New(o Options) *Engine {
	e := &Engine{opts: o, clock: o.Clock, conns: make(map[*conn]struct{}), origins: make(map[string]*origin)}
	if o.Kernel && o.Dial == nil && KernelStamps {
		e.wall = newWallOffset(o.Clock)
		e.keeper = newKeeper()
	}
	if e.opts.TLS == nil {
		e.opts.TLS = &tls.Config{}
	}
	// HTTP/2 would put many streams on one connection and one stamp.
	e.opts.TLS.NextProtos = []string{"http/1.1"}
	e.ctx, e.cancel = context.WithCancel(context.Background())
	return e
}

// Kernel reports whether arrivals are stamped in the kernel.
func (e *Engine) Kernel() bool { return e.wall != nil }

// Fire sends x now. It never waits: on an idle connection the calling goroutine writes the bytes itself, otherwise a new connection's
// goroutine takes over. dialing tells which.
func (e *Engine) Fire(x *Exchange) (dialing bool) {
	x.epoch = e.aborts.Load()
	x.Times.Start = e.clock.Now()
	if x.Reuse == Pooled {
		for c := x.Target.origin.take(x); c != nil; c = x.Target.origin.take(x) {
			if c.fire(x) {
				return false
			}
			e.Stats.Moved.Add(1)
		}
	}
	e.connect(x)
	return true
}

// connect gives x a new connection.
func (e *Engine) connect(x *Exchange) {
	c := newConn(e, x.Target.origin)
	c.x = x
	x.conn = c
	e.mu.Lock()
	e.conns[c] = struct{}{}
	e.mu.Unlock()
	e.Stats.Open.Add(1)
	e.wg.Add(1)
	if e.aborts.Load() != x.epoch {
		c.abort() // an abort came while the exchange was between two connections
	}
	go c.run()
}

func (e *Engine) forget(c *conn) {
	e.mu.Lock()
	delete(e.conns, c)
	e.mu.Unlock()
	e.Stats.Open.Add(-1)
}

// all is a snapshot of the open connections.
func (e *Engine) all() []*conn {
	e.mu.Lock()
	defer e.mu.Unlock()
	conns := make([]*conn, 0, len(e.conns))
	for c := range e.conns {
		conns = append(conns, c)
	}
	return conns
}

// Abort ends every exchange that is under way with ErrAborted.
func (e *Engine) Abort() {
	e.aborts.Add(1)
	for _, c := range e.all() {
		c.abort()
	}
}

// Close ends every connection and waits for their goroutines.
func (e *Engine) Close() {
	e.cancel()
	for _, c := range e.all() {
		c.shut()
	}
	e.wg.Wait()
	e.keeper.close()
}

// deadline is when x must be over; zero without a timeout.
func (e *Engine) deadline(x *Exchange) time.Time {
	if x.Timeout <= 0 {
		return time.Time{}
	}
	return e.clock.Time(x.Times.Start + metrics.Instant(x.Timeout))
}
