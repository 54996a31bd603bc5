// Package sse splits a byte stream into server-sent events, in place and without an allocation per event.
//
//	bytes of a read ─ Splitter.Feed ─> Message (text, data, error mark) ─> Handler
//	end of stream ─── Splitter.Close ─> what was left, as a last Message
//
// Meaning follows AIPerf 0.13.0: white space around a message and around every value is dropped, messages without text are skipped,
// values of several data fields are joined by a line feed, a line that follows an unclosed JSON object belongs to its value, and what is
// left at the end of the stream is a last message. Where AIPerf knows fewer forms than the SSE standard, the standard holds:
//
//   - A blank line ends an event whatever its line ends are: CR CR and mixtures such as LF CR LF too. AIPerf knows LF LF and CR LF CR LF.
//   - A change of style inside a stream splits the same whether it arrives in one read or in many. AIPerf looks for LF LF in the whole
//     buffer first and glues CR LF events of the same read together.
//   - A byte order mark before the first event is dropped. AIPerf loses the first event.
//   - A single event may not be longer than MaxEvent. AIPerf has no bound.
package sse

import (
	"bytes"
	"fmt"
)

const (
	// MaxEvent bounds one event in bytes, so that a stream without blank lines cannot take all memory.
	MaxEvent = 64 << 20
	// firstCarry is the first size in bytes of the buffer for an event that spans reads; one chat chunk is 200 to 500 bytes.
	firstCarry = 1 << 10
	// keepCarry is the largest buffer in bytes that Reset keeps: one giant event must not stay in a pool.
	keepCarry = 1 << 20
)

// Handler takes the messages of one stream, in order.
type Handler interface {
	// Message takes one message, valid during the call only. An error ends the stream and is returned by Feed.
	Message(m *Message) error
}

// lineState says what the byte before the next one was.
type lineState uint8

const (
	lineStart   lineState = iota // a line begins: after LF, or nothing of the event has come
	inLine                       // inside a line
	afterCR                      // a CR ended a line; a LF would belong to it
	afterCRLF                    // a line begins, after CR LF
	blankCR                      // CR LF CR: a blank line that waits for its LF
	blankSkipLF                  // a blank line ended at a CR and was handed out; a LF would belong to it
)

// Splitter is the state of one stream. The zero value is ready; Reset makes it ready again and keeps its buffers.
type Splitter struct {
	carry   []byte // start of an event whose end has not come
	msg     Message
	limit   int // MaxEvent unless a test says otherwise
	head    [3]byte
	headLen int8 // bytes of a possible byte order mark held back
	begun   bool // the byte order mark is decided
	multi   bool // the event has more than one line
	state   lineState
}

var bom = [3]byte{0xEF, 0xBB, 0xBF}

// Reset makes the splitter ready for a new stream.
func (s *Splitter) Reset() {
	s.carry = s.carry[:0]
	if cap(s.carry) > keepCarry {
		s.carry = nil
	}
	if cap(s.msg.join)+cap(s.msg.glue) > keepCarry {
		s.msg = Message{}
	}
	s.headLen, s.begun, s.multi, s.state = 0, false, false, lineStart
}

// Feed splits the next bytes of the stream. It does not keep b.
func (s *Splitter) Feed(b []byte, h Handler) error {
	if !s.begun {
		rest, err := s.begin(b, h)
		if err != nil || len(rest) == 0 {
			return err
		}
		b = rest
	}
	return s.split(b, h)
}

// begin drops a byte order mark that may be spread over reads.
func (s *Splitter) begin(b []byte, h Handler) ([]byte, error) {
	for len(b) > 0 && s.headLen < 3 && b[0] == bom[s.headLen] {
		s.head[s.headLen] = b[0]
		s.headLen++
		b = b[1:]
	}
	switch {
	case s.headLen == 3:
		s.begun = true
	case len(b) > 0:
		s.begun = true
		if s.headLen > 0 {
			return b, s.split(s.head[:s.headLen], h)
		}
	}
	return b, nil
}

// split walks line ends; the next LF and CR are looked up once each and kept, so that the walk is linear in any style.
func (s *Splitter) split(b []byte, h Handler) error {
	start, pos := 0, 0
	lf, cr := -1, -1 // next LF and CR at or after pos; len(b) when there is none
	for pos < len(b) {
		c := b[pos]
		switch s.state {
		case lineStart, afterCRLF, inLine:
			if c != '\n' && c != '\r' {
				if s.state != inLine && s.partLen(pos-start) > 0 {
					s.multi = true
				}
				if lf < pos {
					lf = next(b, pos, '\n')
				}
				if cr < pos {
					cr = next(b, pos, '\r')
				}
				pos = min(lf, cr)
				s.state = inLine
				if pos == len(b) {
					break
				}
				c = b[pos]
			}
			switch {
			case s.state == inLine:
				s.state = lineStart
				if c == '\r' {
					s.state = afterCR
				}
				pos++
			case c == '\n':
				pos++
				s.state = lineStart
				if err := s.flush(b[start:pos], h); err != nil {
					return err
				}
				start = pos
			case s.state == afterCRLF:
				s.state = blankCR
				pos++
			default:
				pos++
				s.state = blankSkipLF
				if err := s.flush(b[start:pos], h); err != nil {
					return err
				}
				start = pos
			}
		case afterCR:
			switch c {
			case '\n':
				s.state = afterCRLF
				pos++
			case '\r':
				pos++
				s.state = blankSkipLF
				if err := s.flush(b[start:pos], h); err != nil {
					return err
				}
				start = pos
			default:
				s.state = lineStart
			}
		case blankCR:
			if c == '\n' {
				pos++
			}
			s.state = lineStart
			if err := s.flush(b[start:pos], h); err != nil {
				return err
			}
			start = pos
		case blankSkipLF:
			if c == '\n' {
				pos++
				start = pos
			}
			s.state = lineStart
		}
	}
	if start < len(b) {
		return s.keep(b[start:])
	}
	return nil
}

// partLen is the length of the event so far when n bytes of it lie in the current read.
func (s *Splitter) partLen(n int) int { return len(s.carry) + n }

func next(b []byte, pos int, c byte) int {
	if i := bytes.IndexByte(b[pos:], c); i >= 0 {
		return pos + i
	}
	return len(b)
}

// keep stores the start of an event until its end comes.
func (s *Splitter) keep(part []byte) error {
	limit := s.limit
	if limit == 0 {
		limit = MaxEvent
	}
	if len(s.carry)+len(part) > limit {
		return fmt.Errorf("reading the event stream: one event is longer than %d bytes and has no end", limit)
	}
	if s.carry == nil {
		s.carry = make([]byte, 0, max(firstCarry, len(part)))
	}
	s.carry = append(s.carry, part...)
	return nil
}

// flush hands out the event that ends with part.
func (s *Splitter) flush(part []byte, h Handler) error {
	if len(s.carry) > 0 {
		if err := s.keep(part); err != nil {
			return err
		}
		part = s.carry
		s.carry = s.carry[:0] // the message is consumed before the next byte is kept
	}
	multi := s.multi
	s.multi = false
	text := TrimSpace(part)
	if len(text) == 0 {
		return nil
	}
	s.msg.parse(text, multi)
	return h.Message(&s.msg)
}

// Close hands out what is left as a last message.
func (s *Splitter) Close(h Handler) error {
	if !s.begun && s.headLen > 0 {
		s.begun = true
		if err := s.split(s.head[:s.headLen], h); err != nil {
			return err
		}
	}
	if len(s.carry) == 0 {
		return nil
	}
	part := s.carry
	s.carry = nil
	err := s.flush(part, h)
	s.carry, s.state = part[:0], lineStart
	return err
}
