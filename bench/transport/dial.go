// Dialling, with every step stamped: name resolution, TCP, TLS.
package transport

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/netip"
)

// dial connects c for its first exchange. The total timeout of the request bounds it.
func (c *conn) dial(x *Exchange) error {
	ctx := c.ctx
	if d := c.e.deadline(x); !d.IsZero() {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, d)
		defer cancel()
	}
	c.e.Stats.Dials.Add(1)
	nc, err := c.connect(ctx, x)
	if err != nil {
		return fmt.Errorf("%w to %s: %w", errConnect, c.origin.addr, plainDialError(err))
	}
	stamp := newStampConn(nc, c.e.clock, c.e.wall)
	c.mu.Lock()
	c.stamp = stamp
	c.mu.Unlock()
	if c.origin.tls == nil {
		c.try = newTryWriter(nc)
		x.Times.DialEnd = c.e.clock.Now()
		return nil
	}
	tc := tls.Client(stamp, c.origin.tls)
	if err := tc.HandshakeContext(ctx); err != nil {
		_ = nc.Close()
		return fmt.Errorf("%w to %s: tls: %w", errConnect, c.origin.addr, err)
	}
	c.tls = tc
	x.Times.DialEnd = c.e.clock.Now()
	return nil
}

// connect resolves the name and tries its addresses in turn, IPv4 first as AIPerf dials IPv4 alone.
func (c *conn) connect(ctx context.Context, x *Exchange) (net.Conn, error) {
	if c.e.opts.Dial != nil {
		x.Times.DialBegin = c.e.clock.Now()
		return c.e.opts.Dial(ctx, c.origin.addr)
	}
	addrs, err := c.resolve(ctx, x)
	if err != nil {
		return nil, err
	}
	x.Times.DialBegin = c.e.clock.Now()
	var d net.Dialer
	for _, a := range addrs {
		var nc net.Conn
		if nc, err = d.DialContext(ctx, "tcp", net.JoinHostPort(a.String(), c.origin.port)); err == nil {
			return nc, nil
		}
		if ctx.Err() != nil {
			break
		}
	}
	return nil, err
}

func (c *conn) resolve(ctx context.Context, x *Exchange) ([]netip.Addr, error) {
	if a, err := netip.ParseAddr(c.origin.host); err == nil {
		return []netip.Addr{a}, nil
	}
	x.Times.DNSBegin = c.e.clock.Now()
	addrs, err := net.DefaultResolver.LookupNetIP(ctx, "ip", c.origin.host)
	x.Times.DNSEnd = c.e.clock.Now()
	if err != nil {
		return nil, err
	}
	sorted := make([]netip.Addr, 0, len(addrs))
	for _, v4 := range []bool{true, false} {
		for _, a := range addrs {
			if a.Unmap().Is4() == v4 {
				sorted = append(sorted, a.Unmap())
			}
		}
	}
	return sorted, nil
}

// plainDialError drops the wrapping that repeats the address.
func plainDialError(err error) error {
	if op, ok := err.(*net.OpError); ok && op.Op == "dial" {
		return op.Err
	}
	return err
}
