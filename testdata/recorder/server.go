// One request on its way through the recorder: read, numbered, faulted or answered, written down.
package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"
)

type server struct {
	opt     options
	log     journal
	start   time.Time
	n       atomic.Int64 // inference requests
	running atomic.Int64
	tokens  atomic.Int64
	ok      atomic.Int64
	bad     atomic.Int64
	mu      sync.Mutex
	polls   map[string]int // video id -> polls seen
}

// call is one request on its way through the server.
type call struct {
	s    *server
	w    http.ResponseWriter
	r    *http.Request
	e    *entry
	req  map[string]any // decoded JSON body, nil when there is none
	n    int            // inference request number
	size int            // chunks to send
	cut  int            // chunks after which the connection is dropped, -1 never
}

// inference lists the paths that count as inference; every other POST is answered as a generic text endpoint.
var inference = map[string]func(*call){
	"/v1/chat/completions":     chat,
	"/v1/completions":          completions,
	"/v1/responses":            responses,
	"/v1/messages":             messages,
	"/v1/embeddings":           embeddings,
	"/v1/ranking":              rankNIM,
	"/v1/rerank":               rankCohere,
	"/v2/rerank":               rankCohere,
	"/rerank":                  rankTEI,
	"/v1/images/generations":   images,
	"/v1/images/edits":         images,
	"/v1/infer":                infer,
	"/v1/videos":               videoSubmit,
	"/v1/audio/transcriptions": transcription,
	"/generate":                tgi,
	"/generate_stream":         tgiStream,
	"/rag/api/prompt":          solido,
}

// shapeOf finds the endpoint of a path; a proxy may put something before it.
func shapeOf(path string) func(*call) {
	for p := path; p != ""; {
		if h := inference[p]; h != nil {
			return h
		}
		next := strings.IndexByte(p[1:], '/')
		if next < 0 {
			break
		}
		p = p[1+next:]
	}
	return generic
}

// control lists POST paths that servers offer for housekeeping; they are logged but are not inference.
var control = map[string]bool{"/reset_prefix_cache": true, "/start_profile": true, "/stop_profile": true}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	arrival := time.Now().UnixNano()
	body, err := io.ReadAll(r.Body)
	conn := r.Context().Value(tapKey{}).(*tap)
	e := &entry{
		N: -1, Conn: conn.id, ArrivalNS: arrival, Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery,
		Headers: sorted(r), Head: conn.take(), Status: http.StatusOK,
	}
	if utf8.Valid(body) {
		e.Body = string(body)
	} else {
		e.Body, e.BodyBase64 = base64.StdEncoding.EncodeToString(body), true
	}
	c := &call{s: s, w: w, r: r, e: e, cut: -1}
	isInference := r.Method == http.MethodPost && !control[r.URL.Path]
	if isInference {
		c.n = int(s.n.Add(1)) - 1
		e.N = c.n
	}
	s.log.open(e)
	outcome := "ok"
	defer func() {
		// A dropped request leaves through http.ErrAbortHandler, which the server turns into a closed connection.
		p := recover()
		if p != nil && outcome == "ok" {
			outcome = "dropped"
		}
		if r.Context().Err() != nil && outcome == "ok" {
			outcome = "client_gone"
		}
		s.log.close(e, outcome)
		if p != nil {
			panic(p)
		}
	}()
	if err != nil {
		outcome = "client_gone"
		return
	}
	if !isInference {
		c.housekeeping()
		return
	}
	s.running.Add(1)
	defer s.running.Add(-1)
	_ = json.Unmarshal(body, &c.req) // forms and garbage leave nil
	if o := s.opt; o.failEvery > 0 && (c.n+1)%o.failEvery == 0 {
		outcome = "failed"
		s.bad.Add(1)
		c.json(o.failStatus, obj{"error": obj{"message": fmt.Sprintf("injected failure %d", c.n),
			"type": "server_error", "code": o.failStatus}})
		return
	}
	c.size = s.opt.chunks
	if limit := c.limit(); s.opt.fromMaxTokens && limit > 0 {
		c.size = limit
	}
	if o := s.opt; o.drop > 0 && (c.n+1)%o.drop == 0 {
		c.cut = c.size / 2
	}
	shapeOf(r.URL.Path)(c)
	s.ok.Add(1)
	s.tokens.Add(int64(c.size))
}

func sorted(r *http.Request) [][2]string {
	hs := [][2]string{{"Host", r.Host}}
	for k, vs := range r.Header {
		for _, v := range vs {
			hs = append(hs, [2]string{k, v})
		}
	}
	sort.Slice(hs, func(i, k int) bool { return hs[i][0] < hs[k][0] || hs[i][0] == hs[k][0] && hs[i][1] < hs[k][1] })
	return hs
}

// housekeeping answers everything that is not inference.
func (c *call) housekeeping() {
	switch path := c.r.URL.Path; {
	case path == "/health" || path == "/v1/health/ready" || control[path]:
		c.json(http.StatusOK, obj{"status": "ok"})
	case path == "/v1/models":
		c.json(http.StatusOK, obj{"object": "list", "data": []any{
			obj{"id": "mock-model", "object": "model", "created": 0, "owned_by": "recorder"}}})
	case path == "/metrics":
		c.text("text/plain; version=0.0.4; charset=utf-8", c.s.prometheus())
	case path == "/dcgm/metrics":
		c.text("text/plain; version=0.0.4; charset=utf-8", c.s.dcgm())
	case strings.HasPrefix(path, "/v1/videos/"):
		c.videoPoll(strings.TrimPrefix(path, "/v1/videos/"))
	default:
		c.json(http.StatusNotFound, obj{"error": obj{"message": "no such path: " + path}})
	}
}
