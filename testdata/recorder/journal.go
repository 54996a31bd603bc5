// What the recorder writes down: the raw head of each request, and one JSONL line per request in arrival order.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// A tap remembers the raw head of the request that is being read, so that header order and case reach the log.
type tap struct {
	net.Conn
	id   int64
	mu   sync.Mutex
	head []byte
}

type tapKey struct{}

type tapListener struct {
	net.Listener
	n atomic.Int64
}

func (l *tapListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &tap{Conn: c, id: l.n.Add(1)}, nil
}

func (t *tap) Read(p []byte) (int, error) {
	n, err := t.Conn.Read(p)
	t.mu.Lock()
	if !bytes.Contains(t.head, []byte("\r\n\r\n")) {
		t.head = append(t.head, p[:n]...)
	}
	t.mu.Unlock()
	return n, err
}

// take returns the head lines seen since the last call and forgets them. Call it after the body has been read.
func (t *tap) take() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	head, _, _ := bytes.Cut(t.head, []byte("\r\n\r\n"))
	t.head = nil
	return strings.Split(string(head), "\r\n")
}

// entry is one line of the log.
type entry struct {
	Seq        int         `json:"seq"`                   // arrival number over all requests
	N          int         `json:"n"`                     // inference request number, -1 for other requests
	Conn       int64       `json:"conn"`                  // connection number
	ArrivalNS  int64       `json:"arrival_ns"`            // wall clock, nanoseconds
	Method     string      `json:"method"`                //
	Path       string      `json:"path"`                  //
	Query      string      `json:"query"`                 //
	Headers    [][2]string `json:"headers"`               // sorted by name
	Head       []string    `json:"head"`                  // request line and headers as sent
	Body       string      `json:"body"`                  // text, or base64 when not UTF-8
	BodyBase64 bool        `json:"body_base64,omitempty"` //
	Status     int         `json:"status"`                // status answered
	Chunks     int         `json:"chunks"`                // content chunks sent
	Outcome    string      `json:"outcome"`               // ok, failed, dropped, client_gone, open
	EndNS      int64       `json:"end_ns"`                // wall clock when the handler ended
	done       bool
}

// journal writes entries in arrival order: an entry waits until all earlier ones are complete.
type journal struct {
	mu      sync.Mutex
	out     io.Writer
	seq     int
	pending []*entry
}

func (j *journal) open(e *entry) {
	j.mu.Lock()
	e.Seq = j.seq
	j.seq++
	j.pending = append(j.pending, e)
	j.mu.Unlock()
}

func (j *journal) close(e *entry, outcome string) {
	j.mu.Lock()
	e.Outcome, e.EndNS, e.done = outcome, time.Now().UnixNano(), true
	j.mu.Unlock()
	j.flush(false)
}

// flush writes the completed prefix, or everything when all is set.
func (j *journal) flush(all bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for len(j.pending) > 0 && (all || j.pending[0].done) {
		e := j.pending[0]
		j.pending = j.pending[1:]
		if !e.done {
			e.Outcome = "open"
		}
		enc := json.NewEncoder(j.out)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(e); err != nil {
			fmt.Fprintln(os.Stderr, "recorder: write log:", err)
		}
	}
}
