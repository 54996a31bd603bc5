// The raw records file: one line a request, the exchange as it was on the wire, secrets masked, the payload spliced in last.
package artifact

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"strings"

	"github.com/aiperf-go/aiperf/metrics"
	"github.com/aiperf-go/aiperf/report/artifact/jsonw"
)

// RawSink writes the raw records file. It is a metrics.Sink.
type RawSink struct {
	*lines
	opt SinkOptions
	w   jsonw.Writer
	tmp bytes.Buffer
}

// Raw starts the raw records file; nil unless the export level is raw, or when it was started before.
func (f *Folder) Raw(opt SinkOptions) *RawSink {
	file := f.raw
	if file == nil {
		return nil
	}
	f.raw = nil
	return newRawSink(file, f.Path(RawRecords), opt)
}

func newRawSink(w io.WriteCloser, path string, opt SinkOptions) *RawSink {
	return &RawSink{lines: newLines(w, path, opt.Now), opt: opt}
}

// Record writes one line.
func (s *RawSink) Record(r *metrics.Record) error {
	w := &s.w
	w.Reset()
	w.Object()
	w.Key("metadata")
	w.Compact(nil)
	w.Buf = s.opt.appendMetadata(w.Buf, r)
	if metrics.Known(r.Start) {
		integer(w, "start_perf_ns", int64(r.Start))
	}
	raw := r.Raw
	if raw == nil {
		raw = &metrics.RawExchange{}
	}
	w.Key("request_headers")
	w.Object()
	for _, h := range raw.RequestHeaders {
		if ofClient(h[0]) {
			continue
		}
		w.Key(h[0])
		w.String(s.opt.Secrets.Header(h[0], h[1]))
	}
	w.EndObject()
	if r.Status != 0 {
		integer(w, "status", int64(r.Status))
	}
	w.Key("responses")
	w.Array()
	for i := range raw.Responses {
		masked := raw.Responses[i] // servers echo what they are sent
		switch {
		case binary(masked.ContentType):
		case r.Error == nil:
			masked.Data = s.opt.Secrets.Data(masked.Data)
		default:
			masked.Data = []byte(s.opt.Secrets.Text(string(masked.Data)))
		}
		response(w, &masked)
	}
	w.EndArray()
	if r.Error != nil {
		w.Key("error")
		errorDetail(w, r.Error, s.opt.Secrets)
	}
	if raw.BustMarker != "" {
		w.Key("cache_bust_marker")
		w.String(raw.BustMarker)
		w.Key("cache_bust_target")
		w.String(raw.BustTarget)
	}
	if len(raw.Payload) > 0 {
		w.Key("payload")
		s.payload(s.opt.Fields.Bytes(raw.Payload))
	}
	w.EndObject()
	w.Buf = append(w.Buf, '\n')
	return s.write(w.Buf)
}

// ofClient tells the headers that an HTTP client adds by itself: AIPerf notes what it hands to its client.
func ofClient(name string) bool {
	return strings.EqualFold(name, "Host") || strings.EqualFold(name, "Content-Length")
}

// payload splices the request body; a body of several lines is joined into one, a body that is no JSON becomes a string.
func (s *RawSink) payload(body []byte) {
	switch {
	case !json.Valid(body):
		s.w.Bytes(body)
	case bytes.ContainsAny(body, "\n\r"):
		s.tmp.Reset()
		if err := json.Compact(&s.tmp, body); err != nil {
			s.w.Bytes(body)
			return
		}
		s.w.Compact(s.tmp.Bytes())
	default:
		s.w.Compact(body)
	}
}

// response writes one response: an event's fields, a text, or bytes in base64.
func response(w *jsonw.Writer, r *metrics.RawResponse) {
	w.Object()
	integer(w, "perf_ns", int64(r.At))
	switch {
	case r.SSE:
		w.Key("packets")
		w.Array()
		packets(w, r.Data)
		w.EndArray()
	case binary(r.ContentType):
		w.Key("raw_bytes")
		w.String(base64.StdEncoding.EncodeToString(r.Data))
		text(w, "content_type", r.ContentType)
	default:
		w.Key("text")
		w.Bytes(r.Data)
		text(w, "content_type", r.ContentType)
	}
	w.EndObject()
}

// packets writes the fields of one event, one packet a line.
func packets(w *jsonw.Writer, event []byte) {
	for line := range bytes.Lines(event) {
		line = bytes.TrimSpace(line)
		if len(line) == 0 {
			continue
		}
		name, value, ok := bytes.Cut(line, []byte{':'})
		w.Object()
		w.Key("name")
		switch name = bytes.TrimSpace(name); {
		case ok && len(name) == 0:
			w.String("comment")
		default:
			w.Bytes(name)
		}
		if ok {
			w.Key("value")
			w.Bytes(bytes.TrimSpace(value))
		}
		w.EndObject()
	}
}

// binary reports whether a body of this type is not text.
func binary(contentType string) bool {
	kind := strings.ToLower(contentType)
	for _, start := range [...]string{"video/", "image/", "audio/", "application/octet-stream"} {
		if strings.HasPrefix(kind, start) {
			return true
		}
	}
	return false
}
