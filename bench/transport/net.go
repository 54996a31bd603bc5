// Net says how sockets are opened, and Dialer opens them: address families, name resolution, addresses in turn, socket options.
package transport

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"time"
)

// IPVersion picks the address families of a name. Addresses that stand in a URL are used as they are.
type IPVersion uint8

// The versions; AIPerf's default is IPv4 alone.
const (
	AnyIP IPVersion = iota // IPv4 addresses first, then IPv6
	IPv4                   // IPv4 alone
	IPv6                   // IPv6 alone
)

// Net decides how sockets are opened. The zero value resolves names anew for every connection, tries their addresses in order, and leaves
// sockets as the system and Go's runtime make them.
type Net struct {
	IP          IPVersion
	ResolveOnce bool // a name keeps the addresses it had at its first use; AIPerf keeps them for 300 s
	Turns       bool // connections to a name begin with its addresses in turn, as AIPerf's do
	Socket      Socket
	// Lookup replaces the system's resolver; nil uses it.
	Lookup func(ctx context.Context, host string) ([]netip.Addr, error)
}

// Socket are options of TCP sockets; 0 leaves one as the system has it. AIPerf's values stand behind.
type Socket struct {
	ReceiveBuffer int           // bytes, before the connect; 10485760. A fixed size ends the system's own tuning
	SendBuffer    int           // bytes; 10485760
	KeepIdle      time.Duration // quiet time before the first keep-alive probe; 60 s
	KeepInterval  time.Duration // between probes; 30 s
	KeepCount     int           // probes without an answer that end the connection; 1
	UserTimeout   time.Duration // how long sent data may stay unacknowledged, Linux only; 30 s
}

// Dialer opens sockets as its Net says. It is safe for concurrent use.
type Dialer struct {
	net Net
	tcp net.Dialer

	mu    sync.Mutex
	names map[string]*name
}

// name is what is known of a host name.
type name struct {
	turn     int
	addrs    []netip.Addr  // nil until resolved
	resolved chan struct{} // closed when the resolution under way ends; nil without one
}

// NewDialer makes a dialer.
func NewDialer(n Net) *Dialer {
	d := &Dialer{net: n, names: make(map[string]*name)}
	s := n.Socket
	if s.KeepIdle > 0 || s.KeepInterval > 0 || s.KeepCount > 0 {
		d.tcp.KeepAliveConfig = net.KeepAliveConfig{Enable: true, Idle: s.KeepIdle, Interval: s.KeepInterval, Count: s.KeepCount}
	}
	if s.ReceiveBuffer > 0 || s.SendBuffer > 0 || s.UserTimeout > 0 {
		d.tcp.Control = s.control
	}
	return d
}

// Dial opens a TCP connection to host:port.
func (d *Dialer) Dial(ctx context.Context, addr string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("address %q: %w", addr, err)
	}
	addrs, known := d.known(host)
	if !known {
		if addrs, err = d.resolve(ctx, host); err != nil {
			return nil, err
		}
	}
	return d.dialAny(ctx, addrs, port)
}

// known gives the addresses of a host that need no resolution.
func (d *Dialer) known(host string) ([]netip.Addr, bool) {
	if a, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{a.Unmap()}, true
	}
	if !d.net.ResolveOnce {
		return nil, false
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	n := d.names[host]
	if n == nil || n.addrs == nil {
		return nil, false
	}
	return d.inTurn(n, n.addrs), true
}

// resolve looks a name up. Where names are resolved once, one caller asks and the others wait for its answer; a failure is not kept.
func (d *Dialer) resolve(ctx context.Context, host string) ([]netip.Addr, error) {
	if !d.net.ResolveOnce {
		addrs, err := d.lookup(ctx, host)
		if err == nil && d.net.Turns {
			d.mu.Lock()
			addrs = d.inTurn(d.name(host), addrs)
			d.mu.Unlock()
		}
		return addrs, err
	}
	for {
		d.mu.Lock()
		n := d.name(host)
		if n.addrs != nil {
			addrs := d.inTurn(n, n.addrs)
			d.mu.Unlock()
			return addrs, nil
		}
		waiting := n.resolved
		if waiting == nil {
			n.resolved = make(chan struct{})
			d.mu.Unlock()
			addrs, err := d.lookup(ctx, host)
			d.mu.Lock()
			close(n.resolved)
			n.resolved = nil
			if err == nil {
				n.addrs = addrs
				addrs = d.inTurn(n, addrs)
			}
			d.mu.Unlock()
			return addrs, err
		}
		d.mu.Unlock()
		select {
		case <-waiting:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// name is the entry of a host; the caller holds the lock.
func (d *Dialer) name(host string) *name {
	n := d.names[host]
	if n == nil {
		n = &name{}
		d.names[host] = n
	}
	return n
}

// inTurn rotates addresses by one for every call; the caller holds the lock.
func (d *Dialer) inTurn(n *name, addrs []netip.Addr) []netip.Addr {
	if !d.net.Turns || len(addrs) < 2 {
		return addrs
	}
	i := n.turn % len(addrs)
	n.turn++
	return append(append(make([]netip.Addr, 0, len(addrs)), addrs[i:]...), addrs[:i]...)
}

// lookup asks the resolver and keeps the addresses of the families that are wanted.
func (d *Dialer) lookup(ctx context.Context, host string) ([]netip.Addr, error) {
	ask := d.net.Lookup
	if ask == nil {
		ask = func(ctx context.Context, host string) ([]netip.Addr, error) {
			return net.DefaultResolver.LookupNetIP(ctx, map[IPVersion]string{AnyIP: "ip", IPv4: "ip4", IPv6: "ip6"}[d.net.IP], host)
		}
	}
	found, err := ask(ctx, host)
	if err != nil {
		return nil, err
	}
	addrs := make([]netip.Addr, 0, len(found))
	for _, v4 := range []bool{true, false} {
		if v4 && d.net.IP == IPv6 || !v4 && d.net.IP == IPv4 {
			continue
		}
		for _, a := range found {
			if a = a.Unmap(); a.Is4() == v4 {
				addrs = append(addrs, a)
			}
		}
	}
	if len(addrs) == 0 {
		return nil, &net.DNSError{Err: "no address of the wanted IP version", Name: host, IsNotFound: true}
	}
	return addrs, nil
}

// dialAny tries addresses one after the other.
func (d *Dialer) dialAny(ctx context.Context, addrs []netip.Addr, port string) (nc net.Conn, err error) {
	err = errors.New("no address")
	for _, a := range addrs {
		if nc, err = d.tcp.DialContext(ctx, "tcp", net.JoinHostPort(a.String(), port)); err == nil {
			return nc, nil
		}
		if ctx.Err() != nil {
			break
		}
	}
	return nil, err
}

// dialUnix opens a unix socket.
func (d *Dialer) dialUnix(ctx context.Context, path string) (net.Conn, error) {
	var u net.Dialer
	return u.DialContext(ctx, "unix", path)
}
