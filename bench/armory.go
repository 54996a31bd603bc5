// The armory prepares requests ahead of their due instants, so that firing one is a single write.
package bench

import (
	"context"
	"fmt"
	"sync/atomic"

	"github.com/aiperf-go/aiperf/bench/transport"
	"github.com/aiperf-go/aiperf/dataset"
	"github.com/aiperf-go/aiperf/endpoints"
)

// armory draws conversations in the sampler's order, builds their first requests and keeps a bounded number ready. One goroutine fills it;
// the scheduler alone empties it. The channel is closed by the filling goroutine when it ends.
type armory struct {
	run     *runState
	targets []*transport.Target
	ready   chan *Shot
	bytes   atomic.Int64  // held by shots in ready
	room    chan struct{} // one token after shots were taken
	starved atomic.Bool   // the scheduler waits for the next shot
	filled  chan struct{} // one token after a shot was armed or the filling ended
	err     error         // why no more shots come; read after ready is closed
	drawn   int           // sessions drawn so far
}

func newArmory(run *runState, targets []*transport.Target) *armory {
	return &armory{run: run, targets: targets, ready: make(chan *Shot, armedAhead), room: make(chan struct{}, 1), filled: make(chan struct{}, 1)}
}

// fill runs until the context ends or the source fails.
func (a *armory) fill(ctx context.Context) {
	defer a.run.mail.wake()
	defer token(a.filled)
	defer close(a.ready)
	for ctx.Err() == nil {
		for a.bytes.Load() > armedBytes {
			select {
			case <-a.room:
			case <-ctx.Done():
				return
			}
		}
		s, err := a.arm()
		if err != nil {
			a.err = err
			return
		}
		a.bytes.Add(int64(len(s.Wire)))
		select {
		case a.ready <- s:
		case <-ctx.Done():
			putShot(s)
			return
		}
		token(a.filled)
		if a.starved.CompareAndSwap(true, false) {
			a.run.mail.wake()
		}
	}
}

// token leaves a token unless one is there.
func token(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// prime waits until n shots are armed, or as many as fit, so that a phase does not start with an empty armory. It ends early when the filling
// has ended or the context does.
func (a *armory) prime(ctx context.Context, filling <-chan struct{}, n int) {
	n = min(n, cap(a.ready))
	for len(a.ready) < n && a.bytes.Load() <= armedBytes {
		select {
		case <-a.filled:
		case <-filling:
			return
		case <-ctx.Done():
			return
		}
	}
}

// take hands out the next shot; nil when none is ready yet. ok is false when no more will come.
func (a *armory) take() (s *Shot, ok bool) {
	select {
	case s, ok = <-a.ready:
	default:
		// Say that we wait, then look again: a shot may have come in between.
		a.starved.Store(true)
		select {
		case s, ok = <-a.ready:
			a.starved.Store(false)
		default:
			return nil, true
		}
	}
	if s != nil {
		a.bytes.Add(-int64(len(s.Wire)))
		token(a.room)
	}
	return s, ok
}

// arm draws the next conversation and builds its first request.
func (a *armory) arm() (*Shot, error) {
	plan := a.run.plan
	i := plan.Dataset.Sampler.Next()
	c, err := plan.Dataset.Source.Materialise(i)
	if err != nil {
		return nil, fmt.Errorf("conversation %d of the dataset: %w", i, err)
	}
	if len(c.Turns) != 1 {
		return nil, fmt.Errorf("conversation %q has %d turns: only conversations of one turn can be sent", c.ID, len(c.Turns))
	}
	s := getShot(a.run)
	s.session = &session{conversation: c, correlationID: newUUID(), url: a.drawn % len(a.targets)}
	a.drawn++
	s.requestID = newUUID()
	s.Timeout = plan.Target.Timeout
	turn := &c.Turns[0]
	s.maxTokens = turn.MaxTokens
	if err := a.build(s, c.Turns[:1]); err != nil {
		putShot(s)
		return nil, fmt.Errorf("conversation %q: %w", c.ID, err)
	}
	s.armed = a.run.clock.Now()
	return s, nil
}

// build writes the request into the shot: head, then body. The head needs the body's length, so the body is built first, behind a gap.
func (a *armory) build(s *Shot, turns []dataset.Turn) error {
	plan := a.run.plan
	last := &turns[len(turns)-1]
	request := plan.Target.request(s.session.conversation, turns)
	body, err := plan.Target.Kind.Build(a.run.scratch[:0], &request)
	if err != nil {
		return err
	}
	a.run.scratch = body
	a.head(s, last, body)
	return nil
}

// head puts the shot on its session's URL: head and body in one piece.
func (a *armory) head(s *Shot, turn *dataset.Turn, body []byte) {
	plan := a.run.plan
	target := a.targets[s.session.url]
	s.Target = target
	s.Wire = endpoints.AppendHead(s.Wire[:0], endpoints.HeadSpec{
		URL:           target.URL,
		UserAgent:     plan.Target.UserAgent,
		RequestID:     s.requestID,
		CorrelationID: s.session.correlationID,
		Headers:       plan.Target.Headers,
		TurnHeaders:   turn.ExtraHeaders,
		Streaming:     plan.Target.Streaming,
		Affinity:      plan.Target.Affinity,
		ContentLength: len(body),
	})
	s.Wire = append(s.Wire, body...)
	s.BodyLen = len(body)
}

// moveTo puts an armed shot on another URL than the one it was armed for.
func (a *armory) moveTo(s *Shot, url int) {
	s.session.url = url
	body := append([]byte(nil), s.body()...)
	turns := s.session.conversation.Turns
	a.head(s, &turns[s.session.turn], body)
}

// request is what the endpoint builds a body from.
func (t *Target) request(c *dataset.Conversation, turns []dataset.Turn) endpoints.Request {
	return endpoints.Request{
		Turns: turns, System: c.System, UserContext: c.UserContext, Model: t.Model, Streaming: t.Streaming,
		LegacyMaxTokens: t.LegacyMaxTokens, ServerTokens: t.ServerTokens, Extra: t.Extra,
	}
}

// Body builds the body of a conversation's turn as a run would send it, for inputs.json.
func (t *Target) Body(dst []byte, c *dataset.Conversation, turn int) ([]byte, error) {
	request := t.request(c, c.Turns[:turn+1])
	return t.Kind.Build(dst, &request)
}
