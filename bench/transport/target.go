// Target is a complete request URL; origin is its server with the idle connections.
package transport

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/url"
	"sync"
)

// Target is where an exchange goes. Made by Engine.Target.
type Target struct {
	URL    *url.URL
	origin *origin
}

// origin is one scheme, host and port: what a connection can be reused for.
type origin struct {
	addr string // host:port to dial
	host string // name for TLS and DNS
	port string
	tls  *tls.Config // nil for plain http

	mu   sync.Mutex
	idle []*conn // last used last: the warmest connection goes first
}

// Target makes a target for a complete http or https URL. Targets of one origin share their connections.
func (e *Engine) Target(rawURL string) (*Target, error) {
	u, err := url.Parse(rawURL)
	if err != nil {
		return nil, fmt.Errorf("url %q: %w", rawURL, err)
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	switch {
	case port == "":
		return nil, fmt.Errorf("url %q: scheme must be http or https", rawURL)
	case u.Hostname() == "":
		return nil, fmt.Errorf("url %q: host is missing", rawURL)
	}
	addr := net.JoinHostPort(u.Hostname(), port)
	key := u.Scheme + "://" + addr
	e.mu.Lock()
	defer e.mu.Unlock()
	o := e.origins[key]
	if o == nil {
		o = &origin{addr: addr, host: u.Hostname(), port: port}
		if u.Scheme == "https" {
			o.tls = e.opts.TLS.Clone()
			if o.tls.ServerName == "" {
				o.tls.ServerName = o.host
			}
		}
		e.origins[key] = o
	}
	return &Target{URL: u, origin: o}, nil
}

// take hands out the warmest idle connection with x on it; nil when there is none.
func (o *origin) take(x *Exchange) *conn {
	for {
		o.mu.Lock()
		n := len(o.idle)
		if n == 0 {
			o.mu.Unlock()
			return nil
		}
		c := o.idle[n-1]
		o.idle[n-1] = nil
		o.idle = o.idle[:n-1]
		o.mu.Unlock()
		if c.assign(x) {
			return c
		}
	}
}

func (o *origin) put(c *conn) {
	o.mu.Lock()
	o.idle = append(o.idle, c)
	o.mu.Unlock()
}

// drop forgets a connection that died while idle.
func (o *origin) drop(c *conn) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for i, other := range o.idle {
		if other == c {
			o.idle = append(o.idle[:i], o.idle[i+1:]...)
			return
		}
	}
}
