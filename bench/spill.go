// The spill is a temporary file that takes the bulk of exchanges the finishers have not come to yet.
package bench

import (
	"os"
	"unsafe"

	"github.com/aiperf-go/aiperf/metrics"
)

// spilled says where the bulk of a shot lies in the file.
type spilled struct {
	used                          bool
	offset                        int64
	wire, text, reasoning, stamps int
}

// spill is used under the backlog's lock.
type spill struct {
	dir     string
	file    *os.File
	failed  bool // no file could be made, or a write failed: everything stays in memory
	end     int64
	out     int // shots in the file
	written int64
	buf     []byte
}

func newSpill(dir string) *spill { return &spill{dir: dir} }

// put moves the shot's bulk to the file; false leaves it in memory.
func (p *spill) put(s *Shot) bool {
	if p.failed || s.digest.KeepRaw {
		return false
	}
	if p.file == nil {
		f, err := os.CreateTemp(p.dir, ".aiperf-backlog-*")
		if err != nil {
			p.failed = true
			return false
		}
		p.file = f
	}
	at := spilled{used: true, offset: p.end, wire: len(s.Wire), text: len(s.digest.Text), reasoning: len(s.digest.Reasoning), stamps: len(s.digest.Stamps)}
	p.buf = append(p.buf[:0], s.Wire...)
	p.buf = append(p.buf, s.digest.Text...)
	p.buf = append(p.buf, s.digest.Reasoning...)
	p.buf = append(p.buf, stampBytes(s.digest.Stamps)...)
	if _, err := p.file.WriteAt(p.buf, p.end); err != nil {
		p.failed = true
		return false
	}
	p.end += int64(len(p.buf))
	p.written += int64(len(p.buf))
	p.out++
	s.Wire, s.digest.Text, s.digest.Reasoning, s.digest.Stamps = nil, nil, nil, nil
	s.digest.Reply = nil // the session has its own copy
	s.spilled = at
	return true
}

// get brings the bulk back. What cannot be read back is reported as the exchange's own error: its figures would be wrong.
func (p *spill) get(s *Shot) {
	at := s.spilled
	s.spilled = spilled{}
	buf := make([]byte, at.wire+at.text+at.reasoning+at.stamps*8)
	if _, err := p.file.ReadAt(buf, at.offset); err != nil && s.err == nil {
		s.err = err
	}
	s.Wire, buf = buf[:at.wire:at.wire], buf[at.wire:]
	s.digest.Text, buf = buf[:at.text:at.text], buf[at.text:]
	s.digest.Reasoning, buf = buf[:at.reasoning:at.reasoning], buf[at.reasoning:]
	s.digest.Stamps = append(make([]metrics.Instant, 0, at.stamps), make([]metrics.Instant, at.stamps)...)
	copy(stampBytes(s.digest.Stamps), buf)
	if p.out--; p.out == 0 {
		p.end = 0
	}
}

// close removes the file.
func (p *spill) close() {
	if p.file != nil {
		_ = p.file.Close()
		_ = os.Remove(p.file.Name())
	}
}

// stampBytes views stamps as the bytes they are: the file is read back by the process that wrote it.
func stampBytes(stamps []metrics.Instant) []byte {
	if len(stamps) == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(&stamps[0])), len(stamps)*8)
}
