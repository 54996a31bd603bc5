// A stream is one answer in work: prebuilt bytes and the little machine that says what leaves at each due instant.
package mock

import (
	"math"
	"time"
)

type state uint8

const (
	idle state = iota
	waitingState
	running
)

// step is what the next event of a running stream does.
type step uint8

const (
	stepHead     step = iota // the head, or its first part
	stepHeadRest             // its second part (slow head)
	stepContent              // content chunks
	stepWhole                // everything at once
)

// verdict is what becomes of the stream after an event.
type verdict uint8

const (
	again  verdict = iota // next event at s.due
	parked                // nothing more until the client goes
	ended
)

// template is one content chunk with the places that are patched in place; a place of -1 does not exist.
type template struct {
	b     []byte
	word  int
	stamp int
}

// stream belongs to its connection while idle and to the wheel from start until it has ended.
type stream struct {
	c                   *conn
	startMsg, cancelMsg node

	// Prebuilt by the connection.
	n         uint64        // inference request number
	arrival   time.Duration // since the server's base
	step      step
	immediate bool // needs no place
	whole     bool // one write: counts as a whole answer
	head      []byte
	headRest  []byte // what a slow head holds back
	first     template
	reasoning template
	content   template
	tail      []byte // everything behind the last chunk, or the whole answer
	stampAt   int    // place of the write stamp in a whole answer, -1 for none
	trouble   trouble
	bad       []byte // what a fault sends in place of the chunk at cut
	size      int    // content chunks
	think     int    // of which reasoning
	cut       int    // chunk at which the fault acts, -1 for none
	closing   bool   // close the connection behind the answer
	ttft, gap Distribution
	dice      dice

	// Owned by the wheel.
	state  state
	placed bool // holds one of MaxConcurrent places
	index  int  // in the heap, -1 outside
	due    time.Duration
	sent   int
}

// reset makes the stream ready for the next request of its connection.
func (s *stream) reset(c *conn) {
	first, reasoning, content, tail := s.first.b[:0], s.reasoning.b[:0], s.content.b[:0], s.tail[:0]
	*s = stream{c: c, cut: -1, index: -1, stampAt: -1}
	s.first, s.reasoning, s.content = template{first, -1, -1}, template{reasoning, -1, -1}, template{content, -1, -1}
	s.tail = tail
	s.startMsg.s, s.cancelMsg.s, s.cancelMsg.cancel = s, s, true
}

// plan sets the first due instant, counted from the instant the answer is begun.
func (s *stream) plan(from time.Duration) {
	s.due = from + s.trouble.delay
	switch {
	case s.immediate || s.step == stepHead:
	case s.step == stepContent:
		s.due += s.ttft.draw(&s.dice)
	case s.step == stepWhole:
		s.due += s.span()
	}
}

// span is how long a whole answer takes: as long as the stream of its size.
func (s *stream) span() time.Duration {
	d := s.ttft.draw(&s.dice)
	for k := 1; k < s.size && d < math.MaxInt64/2; k++ {
		d += s.gap.draw(&s.dice)
	}
	return d
}

// fire performs the event that is due, on the wheel. The last bytes of an ended answer are left in w.scratch: the wheel sends them when it
// has let go of s, because the connection may reuse it from then on.
func (s *stream) fire(w *wheel, now time.Duration) verdict {
	switch s.step {
	case stepHead:
		s.c.write(s.head)
		if s.headRest != nil {
			s.step = stepHeadRest
			s.due += s.trouble.slowHead
			return again
		}
		return s.afterHead()
	case stepHeadRest:
		s.c.write(s.headRest)
		return s.afterHead()
	case stepWhole:
		return s.fireWhole(w)
	default:
		return s.fireContent(w, now)
	}
}

// afterHead plans the first content chunk, or the whole body.
func (s *stream) afterHead() verdict {
	if s.whole {
		s.step = stepWhole
		if !s.immediate {
			s.due += s.span()
		}
		return again
	}
	s.step = stepContent
	s.due += s.ttft.draw(&s.dice)
	return again
}

func (s *stream) fireWhole(w *wheel) verdict {
	if s.trouble.kind == FaultStall {
		wait := s.trouble.stall
		if wait == 0 {
			return parked
		}
		s.trouble.kind = NoFault
		s.due += wait
		return again
	}
	if s.stampAt >= 0 {
		patchStamp(s.tail[s.stampAt:], time.Now().UnixNano())
	}
	w.m.tokens.Add(int64(s.size))
	return s.end(w, s.tail)
}

func (s *stream) fireContent(w *wheel, now time.Duration) verdict {
	if s.sent >= s.size {
		return s.end(w, s.tail) // an empty answer
	}
	if s.c.blocked() {
		w.m.blocked.Add(1)
		s.due = now + blockedRetry
		return again
	}
	var chunk []byte
	if s.sent == s.cut {
		s.cut = -1
		switch s.trouble.kind {
		case FaultDropMid:
			s.closing = true
			return s.end(w)
		case FaultErrorEvent, FaultErrorData:
			return s.end(w, s.bad)
		case FaultStall:
			if s.trouble.stall == 0 {
				return parked
			}
			s.due += s.trouble.stall
			return again
		case FaultMalformed:
			chunk = s.bad
		}
	}
	if chunk == nil {
		chunk = s.next()
	}
	s.sent++
	w.m.tokens.Add(1)
	if s.sent == s.size {
		return s.end(w, chunk, s.tail)
	}
	s.c.write(chunk)
	gap := s.gap.draw(&s.dice)
	if s.trouble.kind == FaultEndless {
		gap = max(gap, endlessGap)
	}
	s.due += gap
	return again
}

// next patches the chunk that is due.
func (s *stream) next() []byte {
	t := &s.content
	switch {
	case s.sent == 0 && len(s.first.b) > 0:
		t = &s.first
	case s.sent < s.think:
		t = &s.reasoning
	}
	copy(t.b[t.word:], word(s.n, s.sent))
	if t.stamp >= 0 {
		patchStamp(t.b[t.stamp:], time.Now().UnixNano())
	}
	return t.b
}

// end joins what is left to write.
func (s *stream) end(w *wheel, parts ...[]byte) verdict {
	w.scratch = w.scratch[:0]
	for _, p := range parts {
		w.scratch = append(w.scratch, p...)
	}
	switch {
	case s.immediate:
	case s.whole:
		w.m.answers.Add(1)
	default:
		w.m.streams.Add(1)
	}
	w.m.open.Add(-1)
	return ended
}

// patchStamp writes a wall clock instant as 19 characters, blanks in front of a shorter one.
func patchStamp(b []byte, ns int64) {
	for i := stampLen - 1; i >= 0; i-- {
		if ns == 0 && i < stampLen-1 {
			b[i] = ' '
			continue
		}
		b[i] = byte('0' + ns%10)
		ns /= 10
	}
}

const stampLen = 19
