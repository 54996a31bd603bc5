// The wheel: the one goroutine that owns all answers in work and writes each due chunk at its instant.
//
//	connections ── start, cancel ──> inbox (lock-free) ──┐
//	                                                     v
//	waiter (thread or Go timer) ──> due? ──> heap by due instant ──> stream.fire ──> connection
//	                                                     ^
//	                        places (MaxConcurrent) <─────┘ an ended answer makes place for the oldest waiting one
package mock

import (
	"sync/atomic"
	"time"
)

// waiter is how the wheel sleeps. token is taken before the inbox is looked at; wait returns at once when wake came since.
type waiter interface {
	token() uint32
	wait(token uint32, d time.Duration) // d < 0: until woken
	wake()
}

// node is one message to the wheel. It lies inside the stream, so sending allocates nothing.
type node struct {
	next   *node
	s      *stream
	cancel bool
}

// entry is one timed event; seq keeps events of one instant in the order they were planned.
type entry struct {
	due time.Duration
	seq uint64
	s   *stream
}

func (a entry) before(b entry) bool { return a.due < b.due || a.due == b.due && a.seq < b.seq }

type wheel struct {
	base    time.Time
	waiter  waiter
	inbox   atomic.Pointer[node]
	stopped atomic.Bool
	m       *meters
	precise bool // runs on a thread of its own

	heap    []entry
	seq     uint64
	scratch []byte // a last chunk and what follows it, joined for one write

	places  int // MaxConcurrent, 0 is no limit
	taken   int
	waiting []*stream // oldest first
}

func newWheel(base time.Time, w waiter, places int, m *meters) *wheel {
	return &wheel{base: base, waiter: w, m: m, places: places}
}

func (w *wheel) now() time.Duration { return time.Since(w.base) }

// send hands a message over. Any goroutine may call it.
func (w *wheel) send(n *node) {
	for {
		n.next = w.inbox.Load()
		if w.inbox.CompareAndSwap(n.next, n) {
			break
		}
	}
	w.waiter.wake()
}

// stop ends run; answers in work are left as they are.
func (w *wheel) stop() {
	w.stopped.Store(true)
	w.waiter.wake()
}

// run is the goroutine.
func (w *wheel) run() {
	for {
		token := w.waiter.token()
		w.receive()
		if w.stopped.Load() {
			return
		}
		now, fired := w.now(), 0
		for len(w.heap) > 0 && w.heap[0].due <= now && fired < wheelBatch {
			w.fire(now)
			fired++
			now = w.now()
		}
		switch {
		case fired == wheelBatch: // look at the inbox, then go on
		case len(w.heap) == 0:
			w.waiter.wait(token, -1)
		default:
			w.waiter.wait(token, w.heap[0].due-now)
		}
	}
}

// fire performs the earliest event.
func (w *wheel) fire(now time.Duration) {
	e := w.heap[0]
	w.m.events.Add(1)
	w.m.late.record(now - e.due)
	switch e.s.fire(w, now) {
	case again:
		w.seq++
		w.heap[0] = entry{e.s.due, w.seq, e.s}
		w.down(0)
	case parked:
		w.remove(0)
	case ended:
		w.remove(0)
		w.release(e.s)
		e.s.state = idle
		e.s.c.finish(w.scratch, e.s.closing)
	}
}

// receive takes all messages in the order they were sent.
func (w *wheel) receive() {
	if w.inbox.Load() == nil {
		return
	}
	var first *node
	for n := w.inbox.Swap(nil); n != nil; {
		n.next, first, n = first, n, n.next
	}
	for n := first; n != nil; {
		next := n.next // a started stream may be reused as soon as it has ended
		if n.cancel {
			w.cancel(n.s)
		} else {
			w.start(n.s)
		}
		n = next
	}
}

func (w *wheel) start(s *stream) {
	switch {
	case w.places == 0 || s.immediate:
		w.begin(s, s.arrival)
	case w.taken < w.places:
		w.taken++
		s.placed = true
		w.begin(s, s.arrival)
	default:
		s.state = waitingState
		w.waiting = append(w.waiting, s)
		w.m.waiting.Add(1)
	}
}

// begin plans the first event, counted from the given instant.
func (w *wheel) begin(s *stream, from time.Duration) {
	s.plan(from)
	s.state = running
	w.seq++
	s.index = len(w.heap)
	w.heap = append(w.heap, entry{s.due, w.seq, s})
	w.up(s.index)
}

// cancel forgets an answer whose client has gone. One that has ended already is not touched.
func (w *wheel) cancel(s *stream) {
	switch s.state {
	case waitingState:
		for i, q := range w.waiting {
			if q == s {
				w.waiting = append(w.waiting[:i], w.waiting[i+1:]...)
				break
			}
		}
		w.m.waiting.Add(-1)
	case running:
		if s.index >= 0 {
			w.remove(s.index)
		}
	default:
		return
	}
	s.state = idle
	w.m.gone.Add(1)
	w.m.open.Add(-1)
	w.release(s)
}

// release gives the place of an ended answer to the oldest waiting one.
func (w *wheel) release(s *stream) {
	if !s.placed {
		return
	}
	s.placed = false
	if len(w.waiting) == 0 {
		w.taken--
		return
	}
	next := w.waiting[0]
	w.waiting[0] = nil
	w.waiting = w.waiting[1:]
	w.m.waiting.Add(-1)
	next.placed = true
	w.begin(next, w.now())
}

// The heap is 4-ary: half the levels of a binary one, and an entry carries its key.

func (w *wheel) up(i int) {
	e := w.heap[i]
	for i > 0 {
		p := (i - 1) / 4
		if !e.before(w.heap[p]) {
			break
		}
		w.set(i, w.heap[p])
		i = p
	}
	w.set(i, e)
}

func (w *wheel) down(i int) {
	e := w.heap[i]
	for {
		first := 4*i + 1
		if first >= len(w.heap) {
			break
		}
		least := first
		for c := first + 1; c < min(first+4, len(w.heap)); c++ {
			if w.heap[c].before(w.heap[least]) {
				least = c
			}
		}
		if !w.heap[least].before(e) {
			break
		}
		w.set(i, w.heap[least])
		i = least
	}
	w.set(i, e)
}

func (w *wheel) set(i int, e entry) {
	w.heap[i] = e
	e.s.index = i
}

func (w *wheel) remove(i int) {
	w.heap[i].s.index = -1
	last := len(w.heap) - 1
	moved := w.heap[last]
	w.heap[last] = entry{}
	w.heap = w.heap[:last]
	if i == last {
		return
	}
	w.set(i, moved)
	w.down(i)
	w.up(moved.s.index)
}

// timerWaiter sleeps on a Go timer: portable, and virtual in a synctest bubble.
type timerWaiter struct {
	timer *time.Timer
	woken chan struct{}
}

func newTimerWaiter() *timerWaiter {
	t := &timerWaiter{timer: time.NewTimer(time.Hour), woken: make(chan struct{}, 1)}
	t.timer.Stop()
	return t
}

// token is not needed: the channel keeps a wake-up that comes before the wait.
func (t *timerWaiter) token() uint32 { return 0 }

func (t *timerWaiter) wait(_ uint32, d time.Duration) {
	if d < 0 {
		<-t.woken
		return
	}
	t.timer.Reset(d)
	select {
	case <-t.timer.C:
	case <-t.woken:
		t.timer.Stop()
	}
}

func (t *timerWaiter) wake() {
	select {
	case t.woken <- struct{}{}:
	default:
	}
}
