// The backlog holds exchanges that have returned and wait to be finished: bounded in memory, never in the way of a send.
package bench

import (
	"sync"
)

// backlog is a FIFO of shots that any number of goroutines push to and finishers pop from. Its owner closes it. A shot belongs to the
// finisher that popped it.
type backlog struct {
	mu     sync.Mutex
	filled sync.Cond
	shots  []*Shot
	head   int
	bytes  int64
	bound  int64 // of bytes
	most   int64 // most shots that waited at once
	closed bool
	spill  *spill
}

func newBacklog(dir string, bound int64) *backlog {
	b := &backlog{bound: bound, spill: newSpill(dir)}
	b.filled.L = &b.mu
	return b
}

// push never waits. Beyond the memory bound the exchange's texts go to a file and come back when its turn has come.
func (b *backlog) push(s *Shot) {
	b.mu.Lock()
	if size := s.size(); b.bytes+size <= b.bound || !b.spill.put(s) {
		b.bytes += size
	}
	b.shots = append(b.shots, s)
	b.most = max(b.most, int64(len(b.shots)-b.head))
	b.mu.Unlock()
	b.filled.Signal()
}

// pop waits for the next shot; nil when the backlog is closed and empty.
func (b *backlog) pop() *Shot {
	b.mu.Lock()
	defer b.mu.Unlock()
	for b.head == len(b.shots) {
		if b.closed {
			return nil
		}
		b.filled.Wait()
	}
	s := b.shots[b.head]
	b.shots[b.head] = nil
	if b.head++; b.head == len(b.shots) {
		b.shots, b.head = b.shots[:0], 0
	} else if b.head > 1024 && b.head > len(b.shots)/2 {
		n := copy(b.shots, b.shots[b.head:])
		clear(b.shots[n:])
		b.shots, b.head = b.shots[:n], 0
	}
	if s.spilled.used {
		b.spill.get(s)
	} else {
		b.bytes -= s.size()
	}
	return s
}

func (b *backlog) close() {
	b.mu.Lock()
	b.closed = true
	b.mu.Unlock()
	b.filled.Broadcast()
}

// peak is the most shots that waited at once, and the bytes that went to the file.
func (b *backlog) peak() (shots, spilled int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.most, b.spill.written
}
