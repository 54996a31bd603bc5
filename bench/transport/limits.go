// When an exchange ends by itself: its timeouts and its cancellation, carried by the one deadline of its connection.
package transport

import (
	"time"

	"github.com/aiperf-go/aiperf/metrics"
)

// Limits bound the steps of every exchange; Exchange.Timeout bounds the whole. Zero means no bound. AIPerf has the whole alone, and Send.
type Limits struct {
	Connect    time.Duration // name resolution, TCP, proxy and TLS together
	FirstByte  time.Duration // from the last byte of the request to the first of the answer
	Inactivity time.Duration // between two reads of an answer, and before the first one where FirstByte is not set
	// Send bounds the writing of a request that is to be cancelled and has no Timeout; 0 means AIPerf's 300 s.
	Send time.Duration
}

// never is later than every limit.
const never metrics.Instant = 1<<63 - 1

// limit is the next instant at which x ends by itself, and why. sent is when its last byte was handed over, heard when bytes last came, either
// NoInstant when that is still to come.
func (c *conn) limit(x *Exchange, sent, heard metrics.Instant) (at metrics.Instant, why error) {
	at = never
	if x.Timeout > 0 {
		at, why = x.Times.Start+x.Timeout, ErrTimeout
	}
	l := &c.e.opts.Limits
	if x.Cancel {
		switch {
		case metrics.Known(x.cancelAt):
			at, why = sooner(at, why, x.cancelAt, ErrCancelled)
		case metrics.Known(sent):
			at, why = sooner(at, why, sent+max(0, x.CancelAfter), ErrCancelled)
		case x.Timeout > 0:
			why = ErrSendTimeout
		default:
			at, why = x.Times.Start+l.Send, ErrSendTimeout
		}
	}
	wait, silence := l.FirstByte, ErrFirstByteTimeout
	from := sent
	if metrics.Known(heard) || wait <= 0 {
		wait, silence = l.Inactivity, ErrInactive
		from = max(sent, heard)
	}
	if wait > 0 && metrics.Known(from) {
		at, why = sooner(at, why, from+wait, silence)
	}
	return at, why
}

func sooner(at metrics.Instant, why error, other metrics.Instant, otherWhy error) (metrics.Instant, error) {
	if other < at {
		return other, otherWhy
	}
	return at, why
}

// bound sets the deadline of x as the calling goroutine, writer or reader, knows it. The reader moves on one that comes too early, and none may
// come too late: hence the second look at what the writer may have handed over meanwhile.
func (c *conn) bound(x *Exchange) {
	for {
		sent := x.sent.Load()
		at, _ := c.limit(x, metrics.Instant(sent), metrics.Instant(x.heard.Load()))
		c.setDeadline(c.e.time(at))
		if x.sent.Load() == sent {
			break
		}
	}
	if x.aborted.Load() {
		c.setDeadline(past)
	}
}

// handed notes the end of a write. Limits that begin when the last byte is handed to the connection need the deadline anew; without them it stands.
// A failed write shows at the read, which carries the reason or the server's early answer.
func (c *conn) handed(x *Exchange, err error) {
	x.Times.Written = c.e.clock.Now()
	if err != nil {
		return
	}
	x.sent.Store(int64(x.Times.Written))
	if x.Cancel || c.e.silence {
		c.bound(x)
	}
}

// passed tells why x is over at this instant; nil when it is not.
func (c *conn) passed(x *Exchange) error {
	at, why := c.limit(x, metrics.Instant(x.sent.Load()), metrics.Instant(x.heard.Load()))
	if c.e.clock.Now() < at {
		return nil
	}
	return why
}

// past is a deadline that ends a read at once.
var past = time.Unix(1, 0)

// time is the point in time of an instant; zero, which is no deadline, for never.
func (e *Engine) time(at metrics.Instant) time.Time {
	if at == never {
		return time.Time{}
	}
	return e.clock.Time(at)
}
