// Shot is one request from arming to finishing: the only thing that travels from the scheduler to the finishers.
package bench

import (
	"errors"
	"sync"

	"github.com/aiperf-go/aiperf/bench/transport"
	"github.com/aiperf-go/aiperf/dataset"
	"github.com/aiperf-go/aiperf/endpoints"
	"github.com/aiperf-go/aiperf/metrics"
)

// Shot is pooled. Owners, one after the other: armory, scheduler, engine (between Fire and Done), backlog and finisher.
type Shot struct {
	transport.Exchange
	run *runState

	session       *session // until the shot has returned: the next turn has it then
	conversation  string   // its name
	correlationID string
	play          dataset.Play
	turn          int
	last          bool // no turn follows
	requestID     string
	maxTokens     int

	phase  int
	kind   metrics.PhaseKind
	number int64 // of the request within its phase

	ready              metrics.Instant // from when on a turn after the first may go
	order              int64           // among turns that wait
	due, armed, issued metrics.Instant
	able               metrics.Instant // from when on nothing but the client held it back: due, or later when it waited for a slot
	prefill            bool            // it has a prefill slot

	decoder endpoints.Decoder
	headed  bool // the head of the answer came: the decoder is set up
	digest  endpoints.Digest
	status  int
	err     error // how the exchange ended

	spilled spilled // where the bulk lies while the backlog is over its bound
}

var shots = sync.Pool{New: func() any { return new(Shot) }}

// getShot takes a clean shot from the pool.
func getShot(run *runState) *Shot {
	s := shots.Get().(*Shot)
	s.run, s.session, s.err, s.headed, s.spilled = run, nil, nil, false, spilled{}
	s.conversation, s.correlationID, s.play, s.turn, s.last = "", "", dataset.Play{}, 0, false
	s.requestID, s.maxTokens, s.phase, s.kind, s.number, s.status = "", 0, 0, metrics.Profiling, 0, 0
	s.ready, s.order = metrics.NoInstant, 0
	s.due, s.armed, s.issued, s.able, s.prefill = metrics.NoInstant, metrics.NoInstant, metrics.NoInstant, metrics.NoInstant, false
	s.Wire = s.Wire[:0]
	s.BodyLen, s.Target, s.Timeout, s.Reuse = 0, nil, 0, transport.Pooled
	s.digest.Reset()
	s.Handler = s
	s.Prepare()
	return s
}

func putShot(s *Shot) {
	s.run, s.session = nil, nil
	shots.Put(s)
}

// Head implements transport.Handler.
func (s *Shot) Head(h *transport.Head) error {
	s.status, s.headed = h.Status, true
	s.digest.KeepRaw = s.run.plan.KeepRaw
	s.digest.NoReply = s.last
	s.run.plan.Target.Kind.OpenInto(&s.decoder, endpoints.Response{Status: h.Status, Reason: h.Reason, ContentType: h.ContentType})
	return nil
}

// Body implements transport.Handler: decoding happens here, at the read.
func (s *Shot) Body(b []byte, at metrics.Instant) error {
	err := s.decoder.Feed(b, at, &s.digest)
	if s.prefill && len(s.digest.Stamps) > 0 {
		// The scheduler takes its step elsewhere: this goroutine has a stream to read.
		s.prefill = false
		s.run.mail.put(event{phase: s.phase, at: s.run.clock.Now(), content: true})
		s.run.mail.wake()
	}
	return err
}

// Done implements transport.Handler. The session's next turn is armed first, then the scheduler hears, then the finishers get the shot.
func (s *Shot) Done(err error) {
	if err == nil && s.headed {
		err = s.decoder.Close(s.Times.End, &s.digest)
	}
	s.err = err
	run := s.run
	e := event{phase: s.phase, at: run.clock.Now(), outcome: s.outcome(), prefill: s.prefill}
	if !s.last && e.outcome != cut && run.sending(s.phase) {
		e.next, e.err = s.successor(e.at)
	}
	if e.next == nil {
		s.session.leave()
	}
	s.session = nil
	run.scheduler.returned(e)
	run.backlog.push(s)
}

func (s *Shot) outcome() outcome {
	switch {
	case isCut(s.err):
		return cut
	case s.err != nil || s.digest.Err != nil || len(s.digest.Stamps) == 0:
		return failed
	}
	return succeeded
}

// successor arms the session's next turn, whose delay runs from the return on.
func (s *Shot) successor(returned metrics.Instant) (*Shot, error) {
	x := s.session
	reply := s.reply()
	if s.digest.Err != nil && endpoints.ContextOverflow(s.digest.Err.Message) {
		x.forget(s.run.plan.Dataset.Bust)
		reply = nil
	}
	x.advance(reply)
	next, err := s.run.arm(x)
	if err != nil {
		return nil, err
	}
	next.ready = x.course.next(x, returned)
	return next, nil
}

// reply is what the answer adds to the conversation. Of a stream that broke off or ended with an error it is what had come until then, as AIPerf
// has it; a failed answer of any other kind adds nothing.
func (s *Shot) reply() []byte {
	switch kind := s.run.plan.Target.Kind; {
	case errors.Is(s.err, transport.ErrCancelled):
		return nil
	case errors.Is(s.err, endpoints.ErrStreamFailed):
	case s.digest.Err != nil || !s.headed:
		return nil
	case s.err != nil && kind.Finish != nil:
		kind.Finish(&s.digest)
	}
	return s.digest.Reply
}

// body is the request body as it was sent.
func (s *Shot) body() []byte { return s.Wire[len(s.Wire)-s.BodyLen:] }

// size is what the shot holds in memory, for the backlog's bound.
func (s *Shot) size() int64 {
	return int64(shotOverhead + len(s.Wire) + len(s.digest.Text) + len(s.digest.Reasoning) + len(s.digest.Reply) + 8*len(s.digest.Stamps))
}

// disown throws away what had come of the answer to a request that was cancelled: a client that is gone has read none of it.
func (s *Shot) disown() {
	keep := s.digest.KeepRaw
	s.digest.Reset()
	s.digest.KeepRaw = keep
	s.status, s.headed = 0, false
	s.Times.Headers, s.Times.FirstBody, s.Times.LastBody = metrics.NoInstant, metrics.NoInstant, metrics.NoInstant
	s.Times.BytesIn, s.Times.Reads = 0, 0
}
