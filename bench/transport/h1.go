// An incremental HTTP/1.1 response parser: bytes in at any split position, head and body out in place.
package transport

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Head is what the client needs of a response head. Byte slices are valid only during the call that hands it over.
type Head struct {
	Status      int
	Reason      string
	ContentType string
	Location    string
	Encoding    string // Content-Encoding
	Close       bool   // the server will not keep the connection
	Chunked     bool
	Length      int64 // -1 when unknown
}

type h1State uint8

const (
	inHead h1State = iota
	inLength
	inChunkSize
	inChunkData
	inChunkEnd // the line end behind a chunk
	inTrailer
	untilClose
	inDone
)

// ErrNotHTTP is wrapped by everything that is not a readable HTTP response.
var ErrNotHTTP = errors.New("not an HTTP/1.x response")

// h1 parses one response at a time; reset makes it ready for the next one on the connection.
type h1 struct {
	state  h1State
	head   Head
	line   []byte // an unfinished head, chunk-size or trailer line
	seen   int    // bytes of head so far
	status bool   // the status line was read
	rem    int64  // bytes left of the body or chunk
	got    int64  // body bytes so far
}

func (p *h1) reset() {
	line := p.line[:0]
	*p = h1{line: line}
	p.head.Length = -1
}

// bodySink receives what the parser finds.
type bodySink interface {
	onHead(h *Head) error
	onBody(b []byte) error
}

// feed consumes b. done tells that the response is complete; rest is what follows it.
func (p *h1) feed(b []byte, s bodySink) (done bool, rest []byte, err error) {
	for {
		switch p.state {
		case inDone:
			return true, b, nil
		case untilClose:
			if len(b) == 0 {
				return false, nil, nil
			}
			p.got += int64(len(b))
			return false, nil, s.onBody(b)
		case inLength, inChunkData:
			if len(b) == 0 {
				return false, nil, nil
			}
			n := int(min(p.rem, int64(len(b))))
			p.rem -= int64(n)
			p.got += int64(n)
			if err := s.onBody(b[:n]); err != nil {
				return false, nil, err
			}
			b = b[n:]
			if p.rem == 0 {
				if p.state == inLength {
					p.state = inDone
				} else {
					p.state = inChunkEnd
				}
			}
		default:
			line, rest, ok := p.nextLine(b)
			if p.seen > maxHead {
				return false, nil, fmt.Errorf("%w: head or chunk line over %d bytes", ErrNotHTTP, maxHead)
			}
			if !ok {
				return false, nil, nil
			}
			b = rest
			if err := p.onLine(line, s); err != nil {
				return false, nil, err
			}
			p.line = p.line[:0]
		}
	}
}

// nextLine cuts one line without its line end; a lone LF ends a line too, as other clients accept.
func (p *h1) nextLine(b []byte) (line, rest []byte, ok bool) {
	i := bytes.IndexByte(b, '\n')
	if i < 0 {
		p.seen += len(b)
		p.line = append(p.line, b...)
		return nil, nil, false
	}
	p.seen += i + 1
	line = b[:i]
	if len(p.line) > 0 {
		p.line = append(p.line, line...)
		line = p.line
	}
	return bytes.TrimSuffix(line, crByte), b[i+1:], true
}

var crByte = []byte{'\r'}

func (p *h1) onLine(line []byte, s bodySink) error {
	switch p.state {
	case inHead:
		if !p.status {
			return p.statusLine(line)
		}
		if len(line) > 0 {
			return p.header(line)
		}
		return p.endHead(s)
	case inChunkSize:
		n, err := chunkSize(line)
		if err != nil {
			return err
		}
		p.seen = 0
		if p.rem = n; n == 0 {
			p.state = inTrailer
		} else {
			p.state = inChunkData
		}
	case inChunkEnd:
		if len(line) != 0 {
			return fmt.Errorf("%w: chunk is longer than its size", ErrNotHTTP)
		}
		p.seen = 0
		p.state = inChunkSize
	case inTrailer:
		if len(line) == 0 {
			p.state = inDone
		}
	}
	return nil
}

func (p *h1) statusLine(line []byte) error {
	// HTTP/1.1 200 OK
	if len(line) < 12 || !bytes.HasPrefix(line, []byte("HTTP/1.")) || line[8] != ' ' {
		return fmt.Errorf("%w: bad status line %q", ErrNotHTTP, clip(line))
	}
	code, err := strconv.Atoi(string(line[9:12]))
	if err != nil || code < 100 || (len(line) > 12 && line[12] != ' ') {
		return fmt.Errorf("%w: bad status line %q", ErrNotHTTP, clip(line))
	}
	p.status = true
	p.head.Status = code
	p.head.Close = line[7] == '0'
	p.head.Reason = ""
	if len(line) > 13 {
		p.head.Reason = reasonText(code, line[13:])
	}
	return nil
}

// reasonText avoids an allocation for the one answer that is on the hot path.
func reasonText(code int, b []byte) string {
	if code == 200 && string(b) == "OK" {
		return "OK"
	}
	return string(b)
}

func (p *h1) header(line []byte) error {
	i := bytes.IndexByte(line, ':')
	if i <= 0 {
		return fmt.Errorf("%w: bad header line %q", ErrNotHTTP, clip(line))
	}
	name, value := line[:i], bytes.TrimSpace(line[i+1:])
	switch {
	case asciiEqualFold(name, "content-type"):
		p.head.ContentType = contentTypeText(value)
	case asciiEqualFold(name, "content-length"):
		n, err := strconv.ParseInt(string(value), 10, 64)
		if err != nil || n < 0 {
			return fmt.Errorf("%w: bad content-length %q", ErrNotHTTP, clip(value))
		}
		p.head.Length = n
	case asciiEqualFold(name, "transfer-encoding"):
		p.head.Chunked = asciiEqualFold(value, "chunked") || strings.HasSuffix(strings.ToLower(string(value)), "chunked")
	case asciiEqualFold(name, "connection"):
		v := strings.ToLower(string(value))
		if strings.Contains(v, "close") {
			p.head.Close = true
		} else if strings.Contains(v, "keep-alive") {
			p.head.Close = false
		}
	case asciiEqualFold(name, "location"):
		p.head.Location = string(value)
	case asciiEqualFold(name, "content-encoding"):
		p.head.Encoding = string(value)
	}
	return nil
}

// contentTypeText avoids an allocation for the types that every streaming and plain answer carries.
func contentTypeText(v []byte) string {
	switch string(v) {
	case "text/event-stream":
		return "text/event-stream"
	case "text/event-stream; charset=utf-8":
		return "text/event-stream; charset=utf-8"
	case "application/json":
		return "application/json"
	}
	return string(v)
}

// endHead decides how the body is delimited (RFC 9112, 6.3) and hands the head over. Interim answers are passed over.
func (p *h1) endHead(s bodySink) error {
	h := &p.head
	if h.Status >= 100 && h.Status < 200 {
		if h.Status == 101 {
			return fmt.Errorf("%w: the server switched protocols unasked", ErrNotHTTP)
		}
		*h = Head{Length: -1}
		p.status = false
		return nil
	}
	p.seen = 0
	switch {
	case h.Status == 204 || h.Status == 304:
		p.state = inDone
	case h.Chunked:
		p.state = inChunkSize
	case h.Length > 0:
		p.state, p.rem = inLength, h.Length
	case h.Length == 0:
		p.state = inDone
	default:
		p.state, h.Close = untilClose, true
	}
	return s.onHead(h)
}

// eof tells what the end of the connection means for the response: nil when it ends the body well.
func (p *h1) eof() error {
	switch p.state {
	case untilClose, inDone:
		return nil
	case inHead:
		if p.seen == 0 {
			return ErrDisconnected
		}
		return fmt.Errorf("%w: connection closed inside the response head", ErrDisconnected)
	case inLength:
		return &truncated{class: "ContentLengthError", where: "a sized body", detail: fmt.Sprintf("received %d of %d bytes", p.got, p.head.Length)}
	default:
		return &truncated{class: "TransferEncodingError", where: "a chunked body", detail: fmt.Sprintf("received %d bytes", p.got)}
	}
}

func chunkSize(line []byte) (int64, error) {
	if i := bytes.IndexByte(line, ';'); i >= 0 {
		line = line[:i]
	}
	line = bytes.TrimSpace(line)
	if len(line) == 0 || len(line) > 15 {
		return 0, fmt.Errorf("%w: bad chunk size %q", ErrNotHTTP, clip(line))
	}
	var n int64
	for _, c := range line {
		var d byte
		switch {
		case c >= '0' && c <= '9':
			d = c - '0'
		case c >= 'a' && c <= 'f':
			d = c - 'a' + 10
		case c >= 'A' && c <= 'F':
			d = c - 'A' + 10
		default:
			return 0, fmt.Errorf("%w: bad chunk size %q", ErrNotHTTP, clip(line))
		}
		n = n<<4 | int64(d)
	}
	return n, nil
}

func asciiEqualFold(b []byte, lower string) bool {
	if len(b) != len(lower) {
		return false
	}
	for i := range b {
		c := b[i]
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != lower[i] {
			return false
		}
	}
	return true
}

func clip(b []byte) string {
	if len(b) > 80 {
		return string(b[:80]) + "…"
	}
	return string(b)
}
