// Events and the mailbox: the only way back into the scheduler.
package bench

import (
	"sync"

	"github.com/aiperf-go/aiperf/metrics"
)

// outcome is what became of one request, as far as the scheduler cares.
type outcome uint8

const (
	succeeded outcome = iota
	failed
	cut // ended by the run, not by the server
)

// event tells the scheduler that a request has returned, or that its first content has come. It is a value: the shot itself is in other hands.
type event struct {
	phase   int
	at      metrics.Instant
	content bool // the first content: the request gives its prefill slot back, and nothing else of this holds
	prefill bool // the request still had its prefill slot
	outcome outcome
	next    *Shot // the session's next turn, armed, which is the scheduler's from now on; nil when the session is over
	err     error // why the next turn could not be armed
}

// mailbox takes events from any goroutine without ever making it wait.
type mailbox struct {
	ready chan struct{} // holds one token while there is something to take

	mu     sync.Mutex
	events []event
}

func newMailbox() *mailbox { return &mailbox{ready: make(chan struct{}, 1)} }

// put leaves an event; wake must follow unless the caller sees to it that it is taken.
func (m *mailbox) put(e event) {
	m.mu.Lock()
	m.events = append(m.events, e)
	m.mu.Unlock()
}

// wake makes the scheduler look again.
func (m *mailbox) wake() {
	select {
	case m.ready <- struct{}{}:
	default:
	}
}

// take swaps the waiting events against an empty slice.
func (m *mailbox) take(empty []event) []event {
	m.mu.Lock()
	defer m.mu.Unlock()
	events := m.events
	m.events = empty[:0]
	return events
}
