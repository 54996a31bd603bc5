// Target is a complete request URL; origin is its server with the idle connections.
package transport

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"sync"
)

// Target is where an exchange goes. Made by Engine.Target.
type Target struct {
	URL    *url.URL
	origin *origin
}

// origin is one scheme, host and port: what a connection can be reused for.
type origin struct {
	addr   string // host:port of the server, or the path of its socket
	host   string // name for TLS and DNS
	port   string
	socket string       // path of a unix socket; "" for TCP
	tls    *tls.Config  // nil for plain http
	proxy  *proxyServer // nil without one

	mu   sync.Mutex
	idle []*conn // last used last: the warmest connection goes first
}

// Target makes a target for a complete http or https URL, or for a server behind a unix socket, whose path stands percent-encoded where the host
// does: http+unix://%2Frun%2Fserver.sock/v1/chat/completions. Targets of one origin share their connections.
func (e *Engine) Target(rawURL string) (*Target, error) {
	u, socket, err := parseURL(rawURL)
	if err != nil {
		return nil, fmt.Errorf("url %q: %w", rawURL, err)
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	switch {
	case port == "":
		return nil, fmt.Errorf("url %q: scheme must be http, https or http+unix", rawURL)
	case u.Hostname() == "":
		return nil, fmt.Errorf("url %q: host is missing", rawURL)
	}
	addr := net.JoinHostPort(u.Hostname(), port)
	if socket != "" {
		addr = socket
	}
	key := u.Scheme + "://" + addr
	e.mu.Lock()
	defer e.mu.Unlock()
	o := e.origins[key]
	if o == nil {
		o = &origin{addr: addr, host: u.Hostname(), port: port, socket: socket}
		if o.proxy, err = e.proxyOf(u, socket); err != nil {
			return nil, fmt.Errorf("url %q: %w", rawURL, err)
		}
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

const unixScheme = "http+unix://"

// parseURL reads a URL. One of a unix socket becomes the URL that the server behind it sees, with localhost for a host, and the socket's path.
func parseURL(raw string) (u *url.URL, socket string, err error) {
	if len(raw) < len(unixScheme) || !strings.EqualFold(raw[:len(unixScheme)], unixScheme) {
		u, err = url.Parse(raw)
		return u, "", err
	}
	host, rest := raw[len(unixScheme):], ""
	if i := strings.IndexAny(host, "/?#"); i >= 0 {
		host, rest = host[:i], host[i:]
	}
	if socket, err = url.PathUnescape(host); err != nil {
		return nil, "", err
	}
	if socket == "" || strings.ContainsRune(socket, 0) {
		return nil, "", errors.New("write the percent-encoded path of the socket behind http+unix://, as in http+unix://%2Frun%2Fserver.sock/v1")
	}
	u, err = url.Parse("http://localhost" + rest)
	return u, socket, err
}

// proxyOf is the proxy on the way to a URL; nil without one.
func (e *Engine) proxyOf(u *url.URL, socket string) (*proxyServer, error) {
	if e.opts.Proxy == nil || socket != "" {
		return nil, nil
	}
	p, err := e.opts.Proxy(u)
	if p == nil || err != nil {
		return nil, err
	}
	return newProxyServer(p)
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
