// The build of a request: its body from what the session has said so far, its head in front, in one piece that a single write can send.
package bench

import (
	"fmt"
	"sync"

	"github.com/aiperf-go/aiperf/bench/transport"
	"github.com/aiperf-go/aiperf/dataset"
	"github.com/aiperf-go/aiperf/endpoints"
)

// bodies are buffers that bodies are built in: a head stands before its body and needs the body's length.
var bodies = sync.Pool{New: func() any { return new([]byte) }}

// arm makes the shot of the turn that the session has next. First turns are armed by the armory. The others are armed by the goroutine that brings
// the answer before, as soon as it is there and before any delay has run out: outside the scheduler's lock, on as many cores as bring answers.
func (r *runState) arm(x *session) (*Shot, error) {
	s := getShot(r)
	s.session, s.turn, s.last = x, x.turn, !x.more()
	s.conversation, s.correlationID, s.play = x.conversation.ID, x.name, x.play
	s.requestID = newUUID()
	s.Timeout, s.Reuse = r.plan.Target.Timeout, r.plan.Target.Reuse
	if s.Reuse == transport.Sticky {
		if x.lane == nil {
			x.lane = new(transport.Lane)
		}
		s.Lane = x.lane
	}
	s.maxTokens = x.conversation.Turns[x.turn].MaxTokens
	if err := r.build(s); err != nil {
		putShot(s)
		return nil, fmt.Errorf("conversation %q, turn %d: %w", x.conversation.ID, x.turn, err)
	}
	s.armed = r.clock.Now()
	return s, nil
}

// build writes the request into the shot.
func (r *runState) build(s *Shot) error {
	buf := bodies.Get().(*[]byte)
	defer bodies.Put(buf)
	request := r.plan.Target.request(s.session.conversation, s.session.said)
	body, err := r.plan.Target.Kind.Build((*buf)[:0], &request)
	if err != nil {
		return err
	}
	*buf = body
	r.head(s, body)
	return nil
}

// head puts the shot on its session's URL: head and body in one piece.
func (r *runState) head(s *Shot, body []byte) {
	plan := r.plan
	target := r.targets[s.session.url]
	s.Target = target
	s.Wire = endpoints.AppendHead(s.Wire[:0], endpoints.HeadSpec{
		URL:           target.URL,
		UserAgent:     plan.Target.UserAgent,
		RequestID:     s.requestID,
		CorrelationID: s.correlationID,
		Headers:       plan.Target.Headers,
		TurnHeaders:   s.session.conversation.Turns[s.turn].ExtraHeaders,
		Streaming:     plan.Target.Streaming,
		Affinity:      plan.Target.Affinity,
		ContentLength: len(body),
	})
	s.Wire = append(s.Wire, body...)
	s.BodyLen = len(body)
}

// moveTo puts an armed shot on another URL than the one it was armed for.
func (r *runState) moveTo(s *Shot, url int) {
	s.session.url = url
	r.head(s, append([]byte(nil), s.body()...))
}

// request is what the endpoint builds a body from.
func (t *Target) request(c *dataset.Conversation, turns []dataset.Turn) endpoints.Request {
	return endpoints.Request{
		Turns: turns, System: c.System, UserContext: c.UserContext, Model: t.Model, Streaming: t.Streaming,
		LegacyMaxTokens: t.LegacyMaxTokens, ServerTokens: t.ServerTokens, Extra: t.Extra,
	}
}

// Body builds the body of a conversation's turn alone, without the turns before it, as AIPerf writes it to inputs.json. Of a first turn it is
// the body that a run sends.
func (t *Target) Body(dst []byte, c *dataset.Conversation, turn int) ([]byte, error) {
	request := t.request(c, c.Turns[turn:turn+1])
	return t.Kind.Build(dst, &request)
}
