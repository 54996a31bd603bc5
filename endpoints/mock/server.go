// Package mock is an OpenAI-compatible inference server with chosen timing and chosen faults, for demos, tests and calibration.
//
//	listener ─ accept ─> conn.serve ─ http.go: request, route ─ chat.go: bytes of the answer ─> wheel ─ due ─> conn.write
//	                                                                                             └─> stats.go
//
// It measures its own lateness and can put the true write instants into the answers, so that a client can be judged by it.
// It shares no parsing or building code with the client on purpose: a misspelling in both would pass every test.
package mock

import (
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// Server is a running mock server. Its methods may be called from any goroutine.
type Server struct {
	o      Options
	l      net.Listener
	base   time.Time
	wheel  *wheel
	m      meters
	n      atomic.Uint64 // inference requests so far
	direct bool          // the wheel's own thread writes to sockets

	closed chan struct{} // closed by Close, ends everything that waits
	once   sync.Once
	err    error
	group  sync.WaitGroup // all goroutines
	spawns chan *conn     // sent by the wheel's thread, owned by spawner

	mu    sync.Mutex
	conns map[*conn]struct{}
}

// Start listens on o.Addr and serves until Close.
func Start(o Options) (*Server, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", o.Addr)
	if err != nil {
		return nil, fmt.Errorf("mock server: listen on %s: %w", o.Addr, err)
	}
	s, err := Serve(l, o)
	if err != nil {
		_ = l.Close()
	}
	return s, err
}

// Serve serves on l until Close, which closes l. It returns at once. On listeners that are not sockets only Go timers and goroutines are
// used, so it may run inside a synctest bubble.
func Serve(l net.Listener, o Options) (*Server, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	if err := warmJSON(); err != nil {
		return nil, fmt.Errorf("preparing to read JSON: %w", err)
	}
	_, isSocket := l.(syscall.Conn)
	s := &Server{
		o: o, l: l, base: time.Now(), direct: isSocket,
		closed: make(chan struct{}), spawns: make(chan *conn, spawnQueue), conns: map[*conn]struct{}{},
	}
	precise := isSocket && preciseAvailable && !o.GoTimers
	var w waiter = newTimerWaiter()
	if precise {
		w = newPreciseWaiter()
	}
	s.wheel = newWheel(s.base, w, o.MaxConcurrent, &s.m)
	s.wheel.precise = precise
	if o.Truth {
		stampOn(l)
	}
	if precise {
		s.group.Go(func() { runPrecise(s.wheel.run) })
		s.group.Go(s.spawner)
	} else {
		s.group.Go(s.wheel.run)
	}
	s.group.Go(s.accept)
	return s, nil
}

// Addr is the address listened on.
func (s *Server) Addr() net.Addr { return s.l.Addr() }

// URL is the base URL for clients on this machine.
func (s *Server) URL() string {
	a, ok := s.l.Addr().(*net.TCPAddr)
	if !ok {
		return "http://" + s.l.Addr().String()
	}
	if a.IP.IsUnspecified() {
		a = &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: a.Port}
	}
	return "http://" + a.String()
}

// Stats returns what was counted since the start or the last reset.
func (s *Server) Stats() Stats {
	v := s.m.stats()
	v.Precise = s.wheel.precise
	return v
}

// ResetStats sets the counters to zero.
func (s *Server) ResetStats() { s.m.reset() }

// Close ends all connections and waits for the server's goroutines, but not for ever.
func (s *Server) Close() error {
	s.once.Do(func() { s.err = s.close() })
	return s.err
}

func (s *Server) close() error {
	close(s.closed)
	err := s.l.Close()
	s.wheel.stop()
	s.mu.Lock()
	for c := range s.conns {
		_ = c.nc.Close()
	}
	s.mu.Unlock()
	ended := make(chan struct{})
	go func() {
		s.group.Wait()
		close(ended)
	}()
	limit := time.NewTimer(closeTimeout)
	defer limit.Stop()
	select {
	case <-ended:
	case <-limit.C:
		return fmt.Errorf("mock server: close: connections still busy after %v", closeTimeout)
	}
	if err != nil && !errors.Is(err, net.ErrClosed) {
		return fmt.Errorf("mock server: close listener: %w", err)
	}
	return nil
}

// accept starts a goroutine for each connection.
func (s *Server) accept() {
	pause := time.Millisecond
	for {
		nc, err := s.l.Accept()
		if err == nil {
			pause = time.Millisecond
			s.adopt(nc)
			continue
		}
		// Descriptors may run out for a while; anything else that is not the end is waited out the same way.
		t := time.NewTimer(pause)
		select {
		case <-s.closed:
			t.Stop()
			return
		case <-t.C:
		}
		if errors.Is(err, net.ErrClosed) {
			return
		}
		pause = min(2*pause, time.Second)
	}
}

func (s *Server) adopt(nc net.Conn) {
	if t, ok := nc.(*net.TCPConn); ok {
		_ = t.SetNoDelay(true)
	}
	c := newConn(s, nc)
	s.mu.Lock()
	select {
	case <-s.closed:
		s.mu.Unlock()
		_ = nc.Close()
		return
	default:
	}
	s.conns[c] = struct{}{}
	s.m.conns.Add(1)
	s.group.Go(c.serve)
	s.mu.Unlock()
}

// drop forgets a closed connection.
func (s *Server) drop(c *conn) {
	s.mu.Lock()
	delete(s.conns, c)
	s.mu.Unlock()
	s.m.conns.Add(-1)
}

// spawn starts c.drain. The wheel's thread must not start goroutines: they would wait in its own queue for milliseconds.
func (s *Server) spawn(c *conn) {
	if s.wheel.precise {
		select {
		case s.spawns <- c:
			return
		default:
		}
	}
	s.group.Go(c.drain)
}

// spawner starts the goroutines that the wheel's thread asks for.
func (s *Server) spawner() {
	for {
		select {
		case c := <-s.spawns:
			s.group.Go(c.drain)
		case <-s.closed:
			return
		}
	}
}
