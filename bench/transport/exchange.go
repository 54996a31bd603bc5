// Exchange is one request and its response on the wire: what to send, whom to tell, and every instant on the way.
package transport

import (
	"sync/atomic"
	"time"

	"github.com/aiperf-go/aiperf/metrics"
)

// Handler is told what happens to an exchange. Head and Body run on the goroutine that reads the connection; Done runs once, on that
// goroutine or on the one that wrote the request, and ends the engine's use of the exchange.
type Handler interface {
	// Head gets the response head; its strings may be kept.
	Head(h *Head) error
	// Body gets the next body bytes and the instant at which they arrived; b is valid only during the call.
	// An error ends the exchange with that error.
	Body(b []byte, at metrics.Instant) error
	// Done tells that the exchange is over; err is nil when the response is complete.
	Done(err error)
}

// Times are the instants and counts that the transport gathers. Instants are metrics.NoInstant when they never came.
type Times struct {
	Start                  metrics.Instant // just before anything touches the network
	DNSBegin, DNSEnd       metrics.Instant
	DialBegin, DialEnd     metrics.Instant // TCP and TLS
	WriteBegin, Written    metrics.Instant
	Headers                metrics.Instant // response head complete
	FirstBody, LastBody    metrics.Instant
	End                    metrics.Instant
	BytesIn                int64 // body bytes, chunk framing removed
	Writes, Reads          int32 // writes of the request, reads that brought body bytes
	Reused                 bool
	UserStamps, KernelRead int32 // reads without and with a kernel stamp that was used
}

func (t *Times) reset() {
	*t = Times{
		Start: metrics.NoInstant, DNSBegin: metrics.NoInstant, DNSEnd: metrics.NoInstant, DialBegin: metrics.NoInstant, DialEnd: metrics.NoInstant,
		WriteBegin: metrics.NoInstant, Written: metrics.NoInstant, Headers: metrics.NoInstant, FirstBody: metrics.NoInstant,
		LastBody: metrics.NoInstant, End: metrics.NoInstant,
	}
}

// Exchange is owned by its maker until Fire, by the engine until Handler.Done.
type Exchange struct {
	Target  *Target
	Wire    []byte        // complete request, head and body, written as it is
	BodyLen int           // how much of Wire, at its end, is body
	Timeout time.Duration // of the whole exchange, connecting included; 0 means none
	Reuse   ReusePolicy
	Lane    *Lane // whose connection a Sticky exchange uses
	Handler Handler
	Times   Times

	// Cancel ends the exchange with ErrCancelled once CancelAfter has passed since the last byte of the request was handed to the connection.
	Cancel      bool
	CancelAfter time.Duration

	// The writer and the reader both hold the exchange; the last one to let go ends it. The answer may be complete before the write returns.
	holders   atomic.Int32
	conn      *conn
	err       error
	aborted   atomic.Bool
	epoch     int64           // the engine's count of aborts when the exchange was fired
	out       []byte          // what is written: Wire, or Wire as a proxy wants it
	sent      atomic.Int64    // when the last byte was handed to the connection
	heard     atomic.Int64    // when bytes last came; kept only where silence is bounded
	cancelAt  metrics.Instant // a cancellation whose time already ran before a redirect
	redirects int
}

// ReusePolicy says which connection an exchange may use.
type ReusePolicy uint8

// The policies, as AIPerf's --connection-reuse-strategy has them.
const (
	Pooled ReusePolicy = iota // any idle connection to the target, else a new one
	Fresh                     // a connection of its own, closed afterwards
	Sticky                    // the connection of its Lane, kept from turn to turn
)

// Prepare clears what an earlier use left.
func (x *Exchange) Prepare() {
	x.Times.reset()
	x.conn, x.err, x.out, x.redirects, x.epoch = nil, nil, nil, 0, 0
	x.Lane, x.Cancel, x.CancelAfter, x.cancelAt = nil, false, 0, metrics.NoInstant
	x.sent.Store(int64(metrics.NoInstant))
	x.heard.Store(int64(metrics.NoInstant))
	x.aborted.Store(false)
	x.holders.Store(0)
}
