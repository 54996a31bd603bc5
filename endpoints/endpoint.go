// Package endpoints says HOW to say it: request bytes from turns, a Digest from response bytes. One small file and one table row per endpoint type.
//
//	Request ─ Kind.Build ─> body ─ Head ─> wire bytes
//	response bytes ─ Stream.Feed at the read ─> Digest (stamps, joined text, usage, error, reply turn)
package endpoints

import (
	"github.com/aiperf-go/aiperf/dataset"
	"github.com/aiperf-go/aiperf/metrics"
)

// Request is what one body is built from: the turns after context accumulation, and the endpoint's settings.
type Request struct {
	Turns           []dataset.Turn // oldest first; the last one is being sent
	System          string
	UserContext     string
	Model           string // used when the last turn names none
	Streaming       bool
	LegacyMaxTokens bool // max_tokens instead of max_completion_tokens
	ServerTokens    bool // token counts come from usage
	PerChunkUsage   bool // ask for usage on every chunk
	ForceParts      bool // content is a list of parts even for a single text
	Extra           []dataset.Field
}

// Kind is one endpoint type: a row of the table in kinds.go.
type Kind struct {
	Name           string
	Title          string // console title, "LLM Metrics"
	ServiceKind    string // part of the artifact folder's name
	Path           string
	StreamingPath  string // "" means Path
	Streams        bool   // can stream
	ProducesTokens bool
	TokenizesInput bool
	Media          Media  // what it takes beside text
	Produces       Media  // what it makes beside text
	Form           bool   // the body is always a multipart form
	Polls          bool   // the answer is fetched by polling
	InlineMedia    bool   // media must be inside the body
	SystemMessage  bool   // takes a system message
	CacheBust      bool   // takes a cache-bust marker
	Implemented    bool   // false: known to AIPerf, refused by name here
	RefusedBecause string // reason when not implemented

	// Build appends the request body to dst.
	Build func(dst []byte, r *Request) ([]byte, error)
	// Decode reads one JSON document (the data of an SSE event, or a whole body) that arrived at the given instant into the digest.
	// It must not keep doc. A document that carries nothing is not an error.
	Decode func(doc []byte, at metrics.Instant, d *Digest) error
	// InputTexts appends to dst the texts of a sent body that count as input, joined by one space; ok is false when there is nothing to count.
	InputTexts func(dst []byte, body []byte) (out []byte, ok bool)
	// Finish completes the digest once no more documents will come: it builds Reply. May be nil.
	Finish func(d *Digest)
}

// Media is a set of kinds of media.
type Media uint8

// The kinds of media.
const (
	Audio Media = 1 << iota
	Image
	Video
)

// Stream decodes one response at the read, on the goroutine that reads.
type Stream interface {
	// Feed takes the next body bytes, which arrived at the given instant. It must not keep b.
	// An error ends the exchange: the server said in the stream that the request failed (d.Err is set).
	Feed(b []byte, at metrics.Instant, d *Digest) error
	// Close tells that the body ended well at the given instant; what was incomplete is decoded now.
	Close(at metrics.Instant, d *Digest) error
}

// Digest is what is kept of a response. It is pooled with its exchange; slices keep their storage over Reset.
type Digest struct {
	Stamps    []metrics.Instant // arrival of each content response
	FirstOut  metrics.Instant   // first visible output: text, tool call, or reasoning that carries content beside it
	LastEvent metrics.Instant   // last response of any kind
	Responses int               // responses of any kind, [DONE] included
	Merged    int               // content responses with the same stamp as the one before

	Text         []byte // visible output joined, tool text included
	HasText      bool
	Reasoning    []byte
	HasReasoning bool
	Usage        metrics.Usage
	// FirstChunkTokens is the completion count on the first content response that carries usage.
	FirstChunkTokens metrics.Count

	NoReply  bool                 // no turn follows: Reply need not be built
	Reply    []byte               // the assistant's message as a JSON object, for the next turn; empty when nothing was captured
	Err      *metrics.ErrorDetail // the server's own in-stream error
	Done     bool                 // [DONE] or a finish reason came
	Finish   []byte               // finish reason, if any
	DataErrs int                  // documents that carry an error object and no content: not failures in AIPerf, shown as a warning
	Hint     string               // for people: start of the first answer that was no content though it said something; empty without

	KeepRaw bool // keep every response for the raw records file
	Raw     []metrics.RawResponse

	reply reply
}

// Reset clears the digest for reuse.
func (d *Digest) Reset() {
	*d = Digest{
		Stamps: d.Stamps[:0], Text: d.Text[:0], Reasoning: d.Reasoning[:0], Reply: d.Reply[:0], Finish: d.Finish[:0], Raw: d.Raw[:0],
		FirstOut: metrics.NoInstant, LastEvent: metrics.NoInstant, FirstChunkTokens: metrics.NoCount, reply: d.reply,
	}
	d.Usage.Reset()
	d.reply.reset()
}

// content notes a content response.
func (d *Digest) content(at metrics.Instant, visible bool) {
	if n := len(d.Stamps); n > 0 && d.Stamps[n-1] == at {
		d.Merged++
	}
	d.Stamps = append(d.Stamps, at)
	if visible && !metrics.Known(d.FirstOut) {
		d.FirstOut = at
	}
}

// shapeError notes the exception that AIPerf raises on a document of the wrong shape. The stream goes on.
func (d *Digest) shapeError(doc []byte, v value) {
	if d.Err == nil {
		d.Err = exception(metrics.NoCount, "AttributeError", "'"+v.pythonType(doc)+"' object has no attribute 'get'")
	}
	d.hint(doc)
}

// hint keeps the start of a document for people to read.
func (d *Digest) hint(doc []byte) {
	if d.Hint == "" && len(doc) > 0 {
		d.Hint = cut(string(AppendValidUTF8(nil, doc[:min(len(doc), 4*maxHint)])), maxHint)
	}
}
