// Request heads: the bytes of an HTTP/1.1 head with AIPerf's headers in AIPerf's order and spelling.
//
//	user agent, ids ─ user headers ─ authorization ─ turn headers ─ Accept, Content-Type ─ affinity ─> one header each ─> head bytes
package endpoints

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// Names that have a meaning here.
const (
	headerHost        = "Host"
	headerUserAgent   = "User-Agent"
	headerRequestID   = "X-Request-ID"
	headerCorrelation = "X-Correlation-ID"
	headerAccept      = "Accept"
	headerContentType = "Content-Type"
	headerAffinity    = "X-Session-Affinity"
	headerLength      = "Content-Length"

	typeJSON   = "application/json"
	typeEvents = "text/event-stream"
)

// HeadSpec is what one request's head is made of.
type HeadSpec struct {
	URL           *url.URL // complete request URL
	UserAgent     string
	RequestID     string
	CorrelationID string
	SessionHeader string      // name that replaces X-Correlation-ID; "" for none
	Headers       [][2]string // the endpoint's: the user's in order, authorization last
	TurnHeaders   [][2]string
	Streaming     bool     // the endpoint's setting, not the body's
	Affinity      []string // further headers that carry the session's id; nil for AIPerf's one, empty for none
	ContentLength int
}

// The headers by which routers keep a session together, in the order in which they are sent.
const (
	HeaderSessionID       = "X-Session-ID"
	HeaderSessionAffinity = headerAffinity
	HeaderSMGRoutingKey   = "X-SMG-Routing-Key"
	HeaderDynamoSessionID = "X-Dynamo-Session-ID"
)

var defaultAffinity = []string{HeaderSessionAffinity}

// headers is an ordered map whose keys differ by spelling, as AIPerf's is.
type headers [][2]string

func (h *headers) set(name, value string) {
	for i := range *h {
		if (*h)[i][0] == name {
			(*h)[i][1] = value
			return
		}
	}
	*h = append(*h, [2]string{name, value})
}

func (h *headers) dropFold(name string) {
	kept := (*h)[:0]
	for _, f := range *h {
		if !strings.EqualFold(f[0], name) {
			kept = append(kept, f)
		}
	}
	*h = kept
}

// RequestHeaders are the headers in the order in which AIPerf collects them, before the HTTP client makes one of each.
func RequestHeaders(s HeadSpec) [][2]string {
	h := headers(make([][2]string, 0, 8+len(s.Headers)+len(s.TurnHeaders)))
	h.set(headerUserAgent, s.UserAgent)
	if s.RequestID != "" {
		h.set(headerRequestID, s.RequestID)
	}
	if s.CorrelationID != "" {
		name := headerCorrelation
		if s.SessionHeader != "" {
			name = s.SessionHeader
		}
		h.set(name, s.CorrelationID)
	}
	for _, f := range s.Headers {
		h.set(f[0], f[1])
	}
	for _, f := range s.TurnHeaders {
		h.set(f[0], f[1])
	}
	accept := typeJSON
	if s.Streaming {
		accept = typeEvents
	}
	h.set(headerAccept, accept)
	h.set(headerContentType, typeJSON)
	affinity := s.Affinity
	if affinity == nil {
		affinity = defaultAffinity
	}
	for _, name := range affinity {
		if s.CorrelationID != "" {
			h.dropFold(name)
			h.set(name, s.CorrelationID)
		}
	}
	return h
}

// AppendHead appends the complete head of a POST: Host first, Content-Length last, of each name the last value and spelling at its first place.
func AppendHead(dst []byte, s HeadSpec) []byte {
	sent := oneOfEach(RequestHeaders(s))
	host := s.URL.Host
	for _, f := range sent {
		if strings.EqualFold(f[0], headerHost) {
			host = f[1]
		}
	}
	dst = append(dst, "POST "...)
	dst = append(dst, s.URL.RequestURI()...)
	dst = append(dst, " HTTP/1.1\r\n"...)
	dst = appendHeader(dst, headerHost, host)
	for _, f := range sent {
		if reserved(f[0]) {
			continue
		}
		dst = appendHeader(dst, f[0], f[1])
	}
	dst = append(dst, headerLength+": "...)
	dst = strconv.AppendInt(dst, int64(s.ContentLength), 10)
	return append(dst, "\r\n\r\n"...)
}

// reserved headers have their own place in the head, or would break its framing.
func reserved(name string) bool {
	return strings.EqualFold(name, headerHost) || strings.EqualFold(name, headerLength) || strings.EqualFold(name, "Transfer-Encoding")
}

func oneOfEach(all [][2]string) [][2]string {
	out := all[:0]
	for _, f := range all {
		found := false
		for i := range out {
			if strings.EqualFold(out[i][0], f[0]) {
				out[i], found = f, true
				break
			}
		}
		if !found {
			out = append(out, f)
		}
	}
	return out
}

func appendHeader(dst []byte, name, value string) []byte {
	dst = append(dst, name...)
	dst = append(dst, ": "...)
	dst = append(dst, value...)
	return append(dst, "\r\n"...)
}

// ValidateHeader checks a header that users or data give, so that it cannot break the head.
func ValidateHeader(name, value string) error {
	if name == "" {
		return fmt.Errorf("header with value %q: the name is empty", value)
	}
	for i := range len(name) {
		if !isToken(name[i]) {
			return fmt.Errorf("header %q: the name contains %q", name, name[i])
		}
	}
	if strings.EqualFold(name, headerLength) || strings.EqualFold(name, "Transfer-Encoding") {
		return fmt.Errorf("header %q: the body's length is set by the client", name)
	}
	for i := range len(value) {
		if c := value[i]; (c < 0x20 && c != '\t') || c == 0x7F {
			return fmt.Errorf("header %q: the value contains the control character %q", name, c)
		}
	}
	return nil
}

func isToken(c byte) bool {
	return c > 0x20 && c < 0x7F && !strings.ContainsRune(`"(),/:;<=>?@[\]{}`, rune(c))
}
