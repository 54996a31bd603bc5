// Record holds the facts of one finished request, before any metric is computed from them.
package metrics

// PhaseKind tells warm-up from profiling; membership of a record is its phase, never its time.
type PhaseKind uint8

// The phase kinds, as AIPerf spells them in files.
const (
	Profiling PhaseKind = iota
	Warmup
)

// String returns AIPerf's spelling.
func (k PhaseKind) String() string {
	if k == Warmup {
		return "warmup"
	}
	return "profiling"
}

// Facts are the pointer-free facts of one request: what the table keeps of it. Instants are NoInstant and counts NoCount when absent.
type Facts struct {
	Phase      uint8 // index into the run's phases
	Kind       PhaseKind
	SessionNum int64 // number of the request within its phase, from 0, in the order of issue
	Turn       int32
	AgentDepth int32

	// Instants, in the order in which they come.
	Due        Instant // planned by the load strategy
	Armed      Instant // request bytes ready
	Issued     Instant // slot taken, decided to send
	Start      Instant // just before anything touches the network; AIPerf's request start
	WaitBegin  Instant // wait for a connection of the pool
	WaitEnd    Instant
	DNSBegin   Instant
	DNSEnd     Instant
	DialBegin  Instant // TCP and TLS
	DialEnd    Instant
	WriteBegin Instant
	Written    Instant // last request byte handed to the kernel
	Headers    Instant // response head complete
	FirstBody  Instant // first body bytes
	LastBody   Instant
	FirstOut   Instant // first content that is visible output (text or tool call), for time to first output token
	FirstChunk Instant // first content response
	LastChunk  Instant // last content response
	LastEvent  Instant // last response of any kind, usage frame and [DONE] included
	End        Instant // exchange over
	Cancelled  Instant

	// Transport counts.
	BytesOut, BytesIn   int64 // body bytes
	Writes, Reads       int32 // writes of the request, body reads
	Status              int32 // HTTP status, 0 without an answer
	Reused              bool  // the connection had carried a request before
	UserStamps          int32 // reads stamped in user space although kernel stamps were on
	MergedChunks        int32 // content responses that share their read's stamp with an earlier one
	Responses, Contents int32 // responses of any kind, content responses
	DataErrors          int32 // data events that carry an error object; AIPerf counts them as nothing

	// Tokens.
	InputTokens     Count // from the bytes really sent
	OutputTokens    Count // visible
	ReasoningTokens Count
	RequestedOSL    Count
	// FirstChunkTokens is the completion count on the first content response that carries usage; only with usage on every chunk.
	FirstChunkTokens Count
	Usage            Usage

	Valid           bool // AIPerf's validity: no error, content, sane stamps
	WasCancelled    bool
	ContextOverflow bool
}

// Reset makes every instant and count absent; pooled values are reset when taken from the pool.
func (f *Facts) Reset() {
	*f = Facts{
		Due: NoInstant, Armed: NoInstant, Issued: NoInstant, Start: NoInstant, WaitBegin: NoInstant, WaitEnd: NoInstant, DNSBegin: NoInstant, DNSEnd: NoInstant,
		DialBegin: NoInstant, DialEnd: NoInstant, WriteBegin: NoInstant, Written: NoInstant, Headers: NoInstant,
		FirstBody: NoInstant, LastBody: NoInstant, FirstOut: NoInstant, FirstChunk: NoInstant, LastChunk: NoInstant,
		LastEvent: NoInstant, End: NoInstant, Cancelled: NoInstant,
		InputTokens: NoCount, OutputTokens: NoCount, ReasoningTokens: NoCount, RequestedOSL: NoCount, FirstChunkTokens: NoCount,
	}
	f.Usage.Reset()
}

// Finished is when AIPerf says the request ended: the last response of any kind, else the end of the exchange, else the start.
// An answer with a failing HTTP status carries no end there.
func (f *Facts) Finished() Instant {
	switch {
	case f.Status != 0 && (f.Status < 200 || f.Status > 299):
		return f.Start
	case Known(f.LastEvent):
		return f.LastEvent
	case Known(f.End):
		return f.End
	}
	return f.Start
}

// Record is one finished request on its way from a finisher through the collector to the table and the sinks.
// It is pooled: a sink may use it only during the call, and copies what it keeps.
type Record struct {
	Facts

	RequestID      string
	CorrelationID  string
	RootID         string // correlation id of the tree's root; equal to CorrelationID without a tree
	ConversationID string
	WorkerID       string
	ProcessorID    string

	Gaps  []Instant    // between consecutive content responses: Contents-1 of them
	Error *ErrorDetail // nil for a valid record
	Text  []byte       // reply text; only when a file needs it
	Raw   *RawExchange // only at export level raw
}

// Reset clears the record for reuse, keeping the storage of Gaps and Text.
func (r *Record) Reset() {
	gaps, text := r.Gaps[:0], r.Text[:0]
	*r = Record{Gaps: gaps, Text: text}
	r.Facts.Reset()
}

// RawExchange is the exchange as it was on the wire, for the raw records file.
type RawExchange struct {
	RequestHeaders [][2]string // as sent, not yet redacted
	Payload        []byte      // exact request body
	Responses      []RawResponse
	BustMarker     string // the session's cache-bust marker, with its gap; "" for none
	BustTarget     string // where it was put
}

// RawResponse is one response: an SSE message (its raw text) or a whole body.
type RawResponse struct {
	At          Instant
	SSE         bool
	ContentType string
	Data        []byte
}

// Sink receives every record, in the order of arrival, on the collector's goroutine.
type Sink interface {
	// Record takes one record. An error does not stop the run; it is reported once and the run is marked incomplete.
	Record(r *Record) error
	// Close flushes. It is called once, after the last record.
	Close() error
}
