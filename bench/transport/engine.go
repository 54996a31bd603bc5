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
	"net/url"
	"sync"
	"sync/atomic"
	"time"
)

// Options decide how an engine works. The zero value of every field but Clock is usable.
type Options struct {
	Clock  Clock
	Kernel bool // stamp arrivals in the kernel where the platform can
	TLS    *tls.Config
	Net    Net
	Limits Limits
	// Proxy tells through which proxy a URL is reached, nil for none. A nil Proxy trusts nobody, as AIPerf does by default.
	Proxy func(*url.URL) (*url.URL, error)
	// IdleTimeout ends connections that nothing used for so long; 0 is AIPerf's 300 s, below 0 they stay.
	IdleTimeout time.Duration
	// ForceClose ends every connection with its exchange, whatever the exchange asks for.
	ForceClose bool
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
	opts    Options
	silence bool // Limits bound silence, so that every read is noted
	dialer  *Dialer
	clock   Clock
	wall    *wallOffset
	keeper  *keeper
	Stats   Stats

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
	if e.opts.TLS = e.opts.TLS.Clone(); e.opts.TLS == nil {
		e.opts.TLS = &tls.Config{}
	}
	// HTTP/2 would put many streams on one connection and one stamp.
	e.opts.TLS.NextProtos = []string{"http/1.1"}
	if e.opts.IdleTimeout == 0 {
		e.opts.IdleTimeout = idleTimeout
	}
	if e.opts.Limits.Send <= 0 {
		e.opts.Limits.Send = sendTimeout
	}
	e.silence = o.Limits.FirstByte > 0 || o.Limits.Inactivity > 0
	e.dialer = NewDialer(o.Net)
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
	x.out = x.Target.origin.wire(x.Wire, x.BodyLen, x.Target.URL)
	for c := e.idle(x); c != nil; c = e.idle(x) {
		if c.fire(x) {
			return false
		}
		e.Stats.Moved.Add(1)
	}
	e.connect(x)
	return true
}

// keeps tells whether the connection of x outlives x.
func (e *Engine) keeps(x *Exchange) bool {
	return !e.opts.ForceClose && (x.Reuse == Pooled || x.Reuse == Sticky && x.Lane != nil)
}

// idle puts x on an idle connection that it may use; nil when there is none.
func (e *Engine) idle(x *Exchange) *conn {
	switch {
	case !e.keeps(x):
		return nil
	case x.Reuse == Sticky:
		return x.Lane.take(x)
	}
	return x.Target.origin.take(x)
}

// connect gives x a new connection.
func (e *Engine) connect(x *Exchange) {
	c := newConn(e, x.Target.origin)
	if x.Reuse == Sticky {
		c.lane = x.Lane
	}
	c.x = x
	x.conn = c
	e.register(c)
	if e.aborts.Load() != x.epoch {
		c.abort() // an abort came while the exchange was between two connections
	}
	go c.run()
}

// register counts a connection whose goroutine is about to start.
func (e *Engine) register(c *conn) {
	e.mu.Lock()
	e.conns[c] = struct{}{}
	e.mu.Unlock()
	e.Stats.Open.Add(1)
	e.wg.Add(1)
}

// forget is the end of a connection's goroutine.
func (e *Engine) forget(c *conn) {
	c.cancel()
	e.mu.Lock()
	delete(e.conns, c)
	e.mu.Unlock()
	e.Stats.Open.Add(-1)
	e.wg.Done()
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
