// HTTP/1.1 as the server speaks it: reading requests, the table of paths, heads and error bodies.
package mock

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// routes is every path. A known path with another method is 405, an unknown path 404.
var routes = [...]struct {
	method, path string
	serve        func(*conn, *request)
}{
	{"POST", "/v1/chat/completions", (*conn).chat},
	{"GET", "/v1/models", (*conn).models},
	{"GET", "/health", (*conn).health},
	{"GET", "/mock/stats", (*conn).stats},
	{"POST", "/mock/stats", (*conn).resetStats}, // answers the figures up to the reset
}

// request is one request, read whole.
type request struct {
	body    []byte
	arrived time.Duration // since the server's base: kernel stamp where there is one, else the instant the read returned
	wall    int64         // the same as unix nanoseconds
	close   bool          // the client wants no further request on this connection
}

var errTooLarge = errors.New("request too large")

// source feeds the reader of a connection and bounds each request.
type source struct {
	r      io.Reader
	stamps *stampReader // nil: no kernel stamps
	left   int
	err    error // the connection's own end
}

func (s *source) Read(p []byte) (int, error) {
	if s.left <= 0 {
		return 0, errTooLarge
	}
	n, err := s.r.Read(p)
	s.left -= n
	if err != nil {
		s.err = err
	}
	return n, err
}

// serveOne reads and answers one request; false ends the connection.
func (c *conn) serveOne() bool {
	c.src.left = maxRequest
	if _, err := c.br.Peek(1); err != nil {
		return false
	}
	r, head, err := c.readRequest()
	if err != nil {
		if c.src.err == nil { // the client is still there to be told
			status := http.StatusBadRequest
			if errors.Is(err, errTooLarge) {
				status = http.StatusRequestEntityTooLarge
			}
			c.last(appendError(nil, status, err.Error(), true))
		}
		return false
	}
	c.srv.m.requests.Add(1)
	known := false
	for _, row := range routes {
		if row.path != head.URL.Path {
			continue
		}
		if row.method == head.Method {
			row.serve(c, r)
			return !r.close || c.turn.Load() != turnIdle
		}
		known = true
	}
	if known {
		c.reply(r, appendError(nil, http.StatusMethodNotAllowed, fmt.Sprintf("%s is not allowed on %s", head.Method, head.URL.Path), r.close))
	} else {
		c.reply(r, appendError(nil, http.StatusNotFound, "no such path: "+head.URL.Path, r.close))
	}
	return !r.close
}

// readRequest reads head and body. The head is parsed by net/http.
func (c *conn) readRequest() (*request, *http.Request, error) {
	head, err := http.ReadRequest(c.br)
	if err != nil {
		return nil, nil, err
	}
	if !head.ProtoAtLeast(1, 1) {
		return nil, nil, fmt.Errorf("%s is not served, use HTTP/1.1", head.Proto)
	}
	if head.ContentLength > maxRequest {
		return nil, nil, errTooLarge
	}
	if strings.EqualFold(head.Header.Get("Expect"), "100-continue") {
		c.write([]byte("HTTP/1.1 100 Continue\r\n\r\n"))
	}
	r := &request{close: head.Close}
	if head.ContentLength > 0 {
		r.body = make([]byte, head.ContentLength)
		_, err = io.ReadFull(head.Body, r.body)
	} else {
		r.body, err = io.ReadAll(head.Body)
	}
	if err != nil {
		return nil, nil, err
	}
	c.stamp(r)
	return r, head, nil
}

// stamp sets the arrival. A kernel stamp that lies in the future or far back comes from a clock that was set, and is not used.
func (c *conn) stamp(r *request) {
	now := time.Now()
	r.arrived, r.wall = now.Sub(c.srv.base), now.UnixNano()
	if c.src.stamps == nil {
		return
	}
	kernel := c.src.stamps.arrival()
	if age := time.Duration(r.wall - kernel); kernel > 0 && age >= 0 && age < maxArrivalAge {
		r.arrived -= age
		r.wall = kernel
	}
}

// reply sends a whole answer at once.
func (c *conn) reply(r *request, b []byte) {
	if r.close {
		c.last(b)
		return
	}
	c.write(b)
}

func (c *conn) models(r *request) {
	c.replyJSON(r, map[string]any{"object": "list", "data": []any{
		map[string]any{"id": c.srv.o.Model, "object": "model", "created": 0, "owned_by": "mock"}}})
}

func (c *conn) health(r *request) { c.replyJSON(r, map[string]string{"status": "ok"}) }

func (c *conn) stats(r *request) { c.replyJSON(r, c.srv.Stats()) }

func (c *conn) resetStats(r *request) {
	v := c.srv.Stats()
	c.srv.ResetStats()
	c.replyJSON(r, v)
}

func (c *conn) replyJSON(r *request, v any) {
	b, err := json.Marshal(v)
	if err != nil {
		c.reply(r, appendError(nil, http.StatusInternalServerError, err.Error(), r.close))
		return
	}
	c.reply(r, append(appendHead(nil, http.StatusOK, typeJSON, len(b), r.close), b...))
}

const (
	typeJSON   = "application/json"
	typeHTML   = "text/html; charset=utf-8"
	typeStream = "text/event-stream; charset=utf-8"

	chunkedBody = -1 // length of a body sent in chunks
)

// appendHead writes status line and headers.
func appendHead(b []byte, status int, contentType string, length int, closing bool) []byte {
	b = append(b, "HTTP/1.1 "...)
	b = strconv.AppendInt(b, int64(status), 10)
	b = append(b, ' ')
	b = append(b, http.StatusText(status)...)
	b = append(b, "\r\nContent-Type: "...)
	b = append(b, contentType...)
	if contentType == typeStream {
		b = append(b, "\r\nCache-Control: no-cache"...)
	}
	if length == chunkedBody {
		b = append(b, "\r\nTransfer-Encoding: chunked"...)
	} else {
		b = append(b, "\r\nContent-Length: "...)
		b = strconv.AppendInt(b, int64(length), 10)
	}
	if closing {
		b = append(b, "\r\nConnection: close"...)
	}
	return append(b, "\r\n\r\n"...)
}

// appendError writes a whole answer with an error body of OpenAI's shape.
func appendError(b []byte, status int, message string, closing bool) []byte {
	body := appendErrorObject(nil, status, message)
	return append(appendHead(b, status, typeJSON, len(body), closing), body...)
}

func appendErrorObject(b []byte, status int, message string) []byte {
	b = append(b, `{"error":{"message":`...)
	b = append(b, quote(message)...)
	b = append(b, `,"type":"`...)
	b = append(b, errorType(status)...)
	b = append(b, `","param":null,"code":`...)
	b = strconv.AppendInt(b, int64(status), 10)
	return append(b, "}}"...)
}

// appendChunk frames payload as one HTTP chunk.
func appendChunk(b, payload []byte) []byte {
	b = strconv.AppendInt(b, int64(len(payload)), 16)
	b = append(b, "\r\n"...)
	b = append(b, payload...)
	return append(b, "\r\n"...)
}

// endOfChunks ends a chunked body.
const endOfChunks = "0\r\n\r\n"

// quote is text as a JSON string.
func quote(text string) []byte {
	b, err := json.Marshal(text)
	if err != nil {
		return []byte(`""`)
	}
	return b
}
