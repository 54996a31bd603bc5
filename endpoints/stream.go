// Decoder is the Stream of every endpoint type: it picks the way of decoding from the head of the response, as AIPerf does.
//
//	status outside 2xx ────────────────> body is the error's text
//	text/event-stream ─ sse.Splitter ──> Kind.Decode per event, at the read
//	binary type or no Content-Type ────> counted, never parsed
//	anything else ─ whole body as text > Kind.Decode at the end
package endpoints

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/aiperf-go/aiperf/endpoints/sse"
	"github.com/aiperf-go/aiperf/metrics"
)

// bodyKind is the way a response is decoded.
type bodyKind uint8

const (
	textBody bodyKind = iota
	eventBody
	binaryBody
	errorBody
)

// ErrStreamFailed says that the server reported a failure inside the stream; Digest.Err holds it.
var ErrStreamFailed = errors.New("the server reported an error in the event stream")

// errTooLong is returned with Digest.Err set.
var errTooLong = fmt.Errorf("reading the response: the body is longer than %d MiB", maxBody>>20)

// Response is the head of a response as far as decoding needs it.
type Response struct {
	Status      int
	Reason      string // phrase of the status line, may be empty
	ContentType string // "" when the header is missing
}

// Decoder implements Stream. It may be pooled: Reset makes it ready for another response.
type Decoder struct {
	kind  *Kind
	head  Response
	how   bodyKind
	split sse.Splitter
	body  []byte

	// While Feed or Close runs.
	at metrics.Instant
	d  *Digest
}

// Open makes a stream for a response to a POST. Reason phrases follow the status; OpenInto takes the real one.
func (k *Kind) Open(status int, contentType string) Stream {
	dec := new(Decoder)
	k.OpenInto(dec, Response{Status: status, Reason: http.StatusText(status), ContentType: contentType})
	return dec
}

// OpenInto makes dec the stream of a response, without allocating.
func (k *Kind) OpenInto(dec *Decoder, r Response) {
	if cap(dec.body) > keepBody {
		dec.body = nil
	}
	dec.kind, dec.head, dec.body, dec.d = k, r, dec.body[:0], nil
	dec.split.Reset()
	dec.how = classify(r)
}

func classify(r Response) bodyKind {
	if r.Status < 200 || r.Status > 299 {
		return errorBody
	}
	media, _, _ := strings.Cut(r.ContentType, ";")
	media = strings.TrimSpace(media)
	major, _, _ := strings.Cut(media, "/")
	switch {
	case strings.EqualFold(media, "text/event-stream"):
		return eventBody
	case media == "", strings.EqualFold(media, "application/octet-stream"),
		strings.EqualFold(major, "video"), strings.EqualFold(major, "image"), strings.EqualFold(major, "audio"):
		return binaryBody
	}
	return textBody
}

// Feed implements Stream.
func (dec *Decoder) Feed(b []byte, at metrics.Instant, d *Digest) error {
	switch dec.how {
	case eventBody:
		dec.at, dec.d = at, d
		err := dec.split.Feed(b, dec)
		return dec.ended(err, d)
	case binaryBody:
		if !d.KeepRaw {
			return nil
		}
	}
	if len(dec.body)+len(b) > maxBody {
		return dec.ended(errTooLong, d)
	}
	dec.body = append(dec.body, b...)
	return nil
}

// Close implements Stream.
func (dec *Decoder) Close(at metrics.Instant, d *Digest) error {
	dec.at, dec.d = at, d
	var err error
	switch dec.how {
	case eventBody:
		err = dec.split.Close(dec)
	case binaryBody:
		dec.response(dec.body, false)
	case errorBody:
		d.Err = ErrorBody(dec.head.Status, dec.head.Reason, dec.body)
	case textBody:
		err = dec.text()
	}
	if err == nil {
		dec.finish()
	}
	return dec.ended(err, d)
}

// ended fills Digest.Err for a failure that is ours and not the server's, and lets go of the digest.
func (dec *Decoder) ended(err error, d *Digest) error {
	dec.d = nil
	if err != nil && d.Err == nil {
		d.Err = &metrics.ErrorDetail{Code: metrics.NoCount, Type: "ResponseTooLarge", Message: err.Error(), CauseChain: []string{"ResponseTooLarge"}}
	}
	return err
}

func (dec *Decoder) finish() {
	if len(dec.d.Stamps) == 0 && dec.d.Hint == "" && len(dec.body) > 0 {
		dec.d.hint(dec.body)
	}
	if dec.d.Hint != "" && len(dec.d.Stamps) == 0 && dec.head.ContentType != "" {
		dec.d.Hint = "the server answered " + dec.head.ContentType + ": " + dec.d.Hint
	}
	if dec.kind.Finish != nil {
		dec.kind.Finish(dec.d)
	}
}

// text decodes a whole body.
func (dec *Decoder) text() error {
	body, bad := decodeCharset(dec.body, dec.head.ContentType)
	if bad != nil {
		dec.d.Err = bad
		return nil
	}
	dec.response(body, false)
	return dec.kind.Decode(body, dec.at, dec.d)
}

// response notes a response of any kind.
func (dec *Decoder) response(data []byte, event bool) {
	d := dec.d
	d.Responses++
	d.LastEvent = dec.at
	if d.KeepRaw {
		raw := metrics.RawResponse{At: dec.at, SSE: event, ContentType: dec.head.ContentType}
		if dec.how == binaryBody {
			raw.Data = append([]byte(nil), data...)
		} else {
			raw.Data = AppendValidUTF8(nil, data)
		}
		d.Raw = append(d.Raw, raw)
	}
}

// Message implements sse.Handler.
func (dec *Decoder) Message(m *sse.Message) error {
	if m.Error {
		dec.d.Err = eventError(m)
		dec.finish()
		return ErrStreamFailed
	}
	dec.response(m.Text, true)
	switch {
	case len(m.Data) == 0:
		return nil
	case string(m.Data) == "[DONE]":
		dec.d.Done = true
		return nil
	}
	return dec.kind.Decode(m.Data, dec.at, dec.d)
}

// eventError is AIPerf's error for an error event: its first comment, else a dump of the message.
// The dump's time stamp is always 0, so that equal errors are counted as one.
func eventError(m *sse.Message) *metrics.ErrorDetail {
	const code, class, lead = 502, "SSEResponseError", "Error occurred in SSE response: "
	if c, ok := m.Comment(); ok {
		return exception(code, class, lead+string(AppendValidUTF8(nil, c)))
	}
	dump := []byte(lead + "Unknown error in SSE response: SSEMessage(perf_ns=0, packets=[")
	for i, f := range m.Fields() {
		if i > 0 {
			dump = append(dump, ", "...)
		}
		dump = appendRepr(append(dump, "SSEField(name="...), string(AppendValidUTF8(nil, f.Name)))
		dump = append(dump, ", value="...)
		if f.HasValue {
			dump = appendRepr(dump, string(AppendValidUTF8(nil, f.Value)))
		} else {
			dump = append(dump, "None"...)
		}
		dump = append(dump, ')')
	}
	return exception(code, class, string(append(dump, "])"...)))
}
