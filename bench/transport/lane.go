// Lane is a connection that a session owns from turn to turn.
package transport

import "sync"

// Lane holds one connection between the turns of a session. The zero Lane is ready; its first exchange opens the connection, and so does the
// next one after an error, a cancellation, another origin or Close. One exchange at a time may be on it.
type Lane struct {
	mu   sync.Mutex
	idle *conn
}

// Close ends the lane's idle connection. It may be called from Handler.Done and does not wait. A connection in use stays.
func (l *Lane) Close() {
	l.mu.Lock()
	c := l.idle
	l.idle = nil
	l.mu.Unlock()
	if c != nil {
		c.retire()
	}
}

// take hands out the lane's connection with x on it; nil when there is none to x's origin.
func (l *Lane) take(x *Exchange) *conn {
	l.mu.Lock()
	c := l.idle
	l.idle = nil
	l.mu.Unlock()
	switch {
	case c == nil:
	case c.origin != x.Target.origin:
		c.retire()
	case c.assign(x):
		return c
	}
	return nil
}

func (l *Lane) put(c *conn) {
	l.mu.Lock()
	other := l.idle
	l.idle = c
	l.mu.Unlock()
	if other != nil {
		other.retire()
	}
}

// drop forgets a connection that died while idle.
func (l *Lane) drop(c *conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.idle == c {
		l.idle = nil
	}
}
