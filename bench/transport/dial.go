// The opening of an engine's connection, with every step stamped: name resolution, TCP, proxy, TLS.
package transport

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"

	"github.com/aiperf-go/aiperf/metrics"
)

// dial connects c for its first exchange, within the limits of the exchange.
func (c *conn) dial(x *Exchange) error {
	ctx := c.ctx
	at, why := c.limit(x, metrics.NoInstant, metrics.NoInstant)
	if d := c.e.opts.Limits.Connect; d > 0 {
		at, why = sooner(at, why, c.e.clock.Now()+d, ErrConnectTimeout)
	}
	if at != never {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, c.e.clock.Time(at))
		defer cancel()
	}
	c.e.Stats.Dials.Add(1)
	err := c.open(ctx, &x.Times)
	switch {
	case err == nil:
		return nil
	case x.aborted.Load():
		return ErrAborted
	case c.e.clock.Now() < at:
		return fmt.Errorf("%w to %s: %w", ErrConnect, c.origin.addr, err)
	case errors.Is(why, ErrCancelled):
		return Cancelled(x.CancelAfter)
	case errors.Is(why, ErrConnectTimeout):
		return fmt.Errorf("%w to %s", ErrConnectTimeout, c.origin.addr)
	}
	return why
}

// open makes the connection ready for a request.
func (c *conn) open(ctx context.Context, t *Times) error {
	nc, err := c.connect(ctx, t)
	if err != nil {
		return plainDialError(err)
	}
	stamp := newStampConn(nc, c.e.clock, c.e.wall)
	c.mu.Lock()
	c.stamp = stamp
	c.mu.Unlock()
	if c.origin.tls == nil {
		c.try = newTryWriter(nc)
		t.DialEnd = c.e.clock.Now()
		return nil
	}
	if c.origin.proxy != nil {
		if err := c.origin.proxy.tunnel(ctx, nc, c.origin.addr); err != nil {
			_ = nc.Close()
			return err
		}
	}
	tc := tls.Client(stamp, c.origin.tls)
	if err := tc.HandshakeContext(ctx); err != nil {
		_ = nc.Close()
		return fmt.Errorf("%w: %w", ErrTLS, err)
	}
	c.tls = tc
	t.DialEnd = c.e.clock.Now()
	return nil
}

// connect opens the socket, to the proxy where there is one.
func (c *conn) connect(ctx context.Context, t *Times) (net.Conn, error) {
	o, d := c.origin, c.e.dialer
	switch {
	case c.e.opts.Dial != nil:
		t.DialBegin = c.e.clock.Now()
		addr := o.addr
		if o.proxy != nil {
			addr = net.JoinHostPort(o.proxy.host, o.proxy.port)
		}
		return c.e.opts.Dial(ctx, addr)
	case o.socket != "":
		t.DialBegin = c.e.clock.Now()
		return d.dialUnix(ctx, o.socket)
	}
	host, port := o.host, o.port
	if o.proxy != nil {
		host, port = o.proxy.host, o.proxy.port
	}
	addrs, known := d.known(host)
	if !known {
		var err error
		t.DNSBegin = c.e.clock.Now()
		addrs, err = d.resolve(ctx, host)
		t.DNSEnd = c.e.clock.Now()
		if err != nil {
			return nil, err
		}
	}
	t.DialBegin = c.e.clock.Now()
	return d.dialAny(ctx, addrs, port)
}

// plainDialError drops the wrapping that repeats the address.
func plainDialError(err error) error {
	if op, ok := err.(*net.OpError); ok && op.Op == "dial" {
		return op.Err
	}
	return err
}
