// Proxies: absolute request lines for http, a CONNECT tunnel for https, credentials for the proxy alone.
package transport

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"
)

// proxyServer is a proxy that requests of an origin go through.
type proxyServer struct {
	host, port string
	auth       string // header line with the credentials; "" for none
}

// newProxyServer reads the URL of a proxy.
func newProxyServer(u *url.URL) (*proxyServer, error) {
	switch {
	case u.Scheme != "http":
		return nil, fmt.Errorf("proxy %q: only http proxies are used, not %q", u.Redacted(), u.Scheme)
	case u.Hostname() == "":
		return nil, fmt.Errorf("proxy %q: host is missing", u.Redacted())
	}
	p := &proxyServer{host: u.Hostname(), port: u.Port()}
	if p.port == "" {
		p.port = "80"
	}
	if u.User != nil {
		password, _ := u.User.Password()
		p.auth = "Proxy-Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(u.User.Username()+":"+password)) + "\r\n"
	}
	return p, nil
}

// wire is a request as its connection wants it: the bytes as they are, or for a plain-http proxy with the whole URL in the request line.
func (o *origin) wire(wire []byte, bodyLen int, to *url.URL) []byte {
	if o.proxy == nil || o.tls != nil {
		return wire
	}
	line, rest, ok := bytes.Cut(wire[:len(wire)-bodyLen], []byte("\r\n"))
	method, target, both := bytes.Cut(line, []byte(" "))
	if !ok || !both {
		return wire
	}
	out := make([]byte, 0, len(wire)+len(to.Host)+len(o.proxy.auth)+16)
	out = append(append(out, method...), " http://"...)
	out = append(append(out, to.Host...), target...)
	out = append(append(out, "\r\n"...), bytes.TrimSuffix(rest, []byte("\r\n"))...)
	out = append(append(out, o.proxy.auth...), "\r\n"...)
	return append(out, wire[len(wire)-bodyLen:]...)
}

// tunnel asks the proxy for a connection to addr and leaves nc at the first byte behind its answer.
func (p *proxyServer) tunnel(ctx context.Context, nc net.Conn, addr string) error {
	stop := context.AfterFunc(ctx, func() { _ = nc.SetDeadline(past) })
	defer stop()
	if _, err := nc.Write([]byte("CONNECT " + addr + " HTTP/1.1\r\nHost: " + addr + "\r\n" + p.auth + "\r\n")); err != nil {
		return fmt.Errorf("asking proxy %s for a tunnel: %w", p.host, err)
	}
	head, err := readProxyHead(nc)
	if err != nil {
		return fmt.Errorf("answer of proxy %s: %w", p.host, err)
	}
	if err := tunnelAnswer(head); err != nil {
		return err
	}
	if !stop() {
		return ctx.Err()
	}
	return nc.SetDeadline(time.Time{})
}

// DialTunnel opens a tunnel to addr through an http proxy. It is for engines beside this one.
func (d *Dialer) DialTunnel(ctx context.Context, proxy *url.URL, addr string) (net.Conn, error) {
	p, err := newProxyServer(proxy)
	if err != nil {
		return nil, err
	}
	nc, err := d.Dial(ctx, net.JoinHostPort(p.host, p.port))
	if err != nil {
		return nil, err
	}
	if err := p.tunnel(ctx, nc, addr); err != nil {
		_ = nc.Close()
		return nil, err
	}
	return nc, nil
}

// readProxyHead reads an answer's head byte by byte: what follows belongs to the tunnel.
func readProxyHead(nc net.Conn) ([]byte, error) {
	var head []byte
	b := make([]byte, 1)
	for len(head) < maxProxyHead {
		if _, err := nc.Read(b); err != nil {
			return nil, err
		}
		if head = append(head, b[0]); bytes.HasSuffix(head, []byte("\r\n\r\n")) || bytes.HasSuffix(head, []byte("\n\n")) {
			return head, nil
		}
	}
	return nil, fmt.Errorf("%w: head over %d bytes", ErrNotHTTP, maxProxyHead)
}

// tunnelAnswer tells whether the proxy opened the tunnel.
func tunnelAnswer(head []byte) error {
	line, _, _ := bytes.Cut(head, []byte("\n"))
	var p h1
	p.reset()
	if err := p.statusLine(bytes.TrimSuffix(line, crByte)); err != nil {
		return fmt.Errorf("answer of the proxy: %w", err)
	}
	if p.head.Status != 200 {
		return fmt.Errorf("%w: %d %s", errProxy, p.head.Status, p.head.Reason)
	}
	return nil
}

// ProxyFromEnv chooses proxies as AIPerf does when it trusts the environment, which lookup reads: http_proxy, https_proxy and no_proxy, lower case
// before upper case. NO_PROXY names hosts with all below them, "*" for all hosts; also read are single addresses, networks (10.0.0.0/8),
// "*.name" and a port behind a name. Local addresses go through the proxy unless they are named. netrc files are not read.
func ProxyFromEnv(lookup func(key string) (string, bool)) func(*url.URL) (*url.URL, error) {
	get := func(key string) string {
		if v, ok := lookup(key); ok {
			return v
		}
		v, _ := lookup(strings.ToUpper(key))
		return v
	}
	proxies := map[string]string{"http": get("http_proxy"), "https": get("https_proxy")}
	if _, cgi := lookup("REQUEST_METHOD"); cgi {
		proxies["http"], _ = lookup("http_proxy") // HTTP_PROXY is a request header's then
	}
	skip := get("no_proxy")
	return func(u *url.URL) (*url.URL, error) {
		raw := proxies[u.Scheme]
		if raw == "" || bypassed(skip, u.Hostname(), u.Port()) {
			return nil, nil
		}
		if !strings.Contains(raw, "://") {
			raw = "http://" + raw
		}
		p, err := url.Parse(raw)
		if err != nil {
			return nil, fmt.Errorf("%s_proxy of the environment is no URL: write http://host:port", u.Scheme)
		}
		return p, nil
	}
}

// bypassed tells whether a list of exceptions names a host.
func bypassed(list, host, port string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	addr := net.ParseIP(host)
	for entry := range strings.SplitSeq(strings.ToLower(list), ",") {
		entry = strings.TrimSpace(entry)
		if entry == "*" {
			return true
		}
		if _, network, err := net.ParseCIDR(entry); err == nil {
			if addr != nil && network.Contains(addr) {
				return true
			}
			continue
		}
		if h, p, err := net.SplitHostPort(entry); err == nil {
			if p != port {
				continue
			}
			entry = h
		}
		if addr != nil && addr.Equal(net.ParseIP(strings.Trim(entry, "[]"))) {
			return true
		}
		entry = strings.TrimLeft(strings.TrimPrefix(entry, "*"), ".")
		if entry != "" && (host == entry || strings.HasSuffix(host, "."+entry)) {
			return true
		}
	}
	return false
}
