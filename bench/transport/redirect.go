// Redirects, followed as AIPerf's HTTP client does: at most ten, POST becomes GET on 301, 302 and 303.
package transport

import (
	"bytes"
	"net/url"
	"strconv"
	"strings"

	"github.com/aiperf-go/aiperf/metrics"
)

// redirect is where an answer sends us.
type redirect struct {
	to     *url.URL
	asGET  bool
	reject error
}

// redirectOf reads the answer's head; nil when it is no redirect that can be followed.
func redirectOf(x *Exchange, h *Head) *redirect {
	switch h.Status {
	case 301, 302, 303, 307, 308:
	default:
		return nil
	}
	if h.Location == "" {
		return nil
	}
	to, err := x.Target.URL.Parse(h.Location)
	if err != nil || (to.Scheme != "http" && to.Scheme != "https") || to.Host == "" {
		return nil
	}
	r := &redirect{to: to, asGET: h.Status <= 303}
	if x.redirects++; x.redirects > maxRedirects {
		r.reject = errTooMany
	}
	return r
}

// follow sends x to where the answer pointed.
func (e *Engine) follow(x *Exchange, r *redirect) {
	err := r.reject
	var t *Target
	if o := x.Target.origin; o.socket != "" && r.to.Scheme == "http" && r.to.Host == x.Target.URL.Host {
		t = &Target{URL: r.to, origin: o} // the server behind the socket means itself
	} else if err == nil {
		t, err = e.Target(r.to.String())
	}
	if err != nil {
		x.Handler.Done(err)
		return
	}
	x.rewrite(r, t.URL, t.origin == x.Target.origin)
	x.Target = t
	x.out = t.origin.wire(x.Wire, x.BodyLen, t.URL)
	x.Times.Reused = false
	x.Times.Headers = metrics.NoInstant
	if sent := metrics.Instant(x.sent.Load()); x.Cancel && metrics.Known(sent) && !metrics.Known(x.cancelAt) {
		x.cancelAt = sent + max(0, x.CancelAfter) // the time since the first request runs on
	}
	x.sent.Store(int64(metrics.NoInstant))
	x.heard.Store(int64(metrics.NoInstant))
	x.holders.Store(0)
	e.connect(x)
}

// Redirected makes the request of x the one that its answer asks for: next is its URL, nil when the answer is no redirect. It is for engines
// beside this one.
func (x *Exchange) Redirected(h *Head) (next *url.URL, err error) {
	r := redirectOf(x, h)
	if r == nil {
		return nil, nil
	}
	if r.reject == nil {
		x.rewrite(r, r.to, r.to.Scheme == x.Target.URL.Scheme && r.to.Host == x.Target.URL.Host)
	}
	return r.to, r.reject
}

// rewrite turns the request of x into the one that goes to a redirect's URL.
func (x *Exchange) rewrite(r *redirect, to *url.URL, sameOrigin bool) {
	x.Wire, x.BodyLen = redirectWire(x.Wire, x.BodyLen, to, r.asGET, sameOrigin)
}

// redirectWire rewrites a request for another URL. Credentials stay at home when the origin changes.
func redirectWire(wire []byte, bodyLen int, to *url.URL, asGET, sameOrigin bool) ([]byte, int) {
	head, body := wire[:len(wire)-bodyLen], wire[len(wire)-bodyLen:]
	lines := strings.Split(strings.TrimSuffix(string(head), "\r\n\r\n"), "\r\n")
	method, _, _ := strings.Cut(lines[0], " ")
	if asGET && method == "POST" {
		method, body = "GET", nil
	}
	var b bytes.Buffer
	b.WriteString(method + " " + to.RequestURI() + " HTTP/1.1\r\n")
	for _, line := range lines[1:] {
		name, _, _ := strings.Cut(line, ":")
		switch strings.ToLower(name) {
		case "host":
			line = "Host: " + to.Host
		case "content-length":
			if body == nil {
				continue
			}
			line = name + ": " + strconv.Itoa(len(body))
		case "content-type":
			if body == nil {
				continue
			}
		case "authorization", "cookie", "proxy-authorization":
			if !sameOrigin {
				continue
			}
		}
		b.WriteString(line + "\r\n")
	}
	b.WriteString("\r\n")
	b.Write(body)
	return b.Bytes(), len(body)
}
