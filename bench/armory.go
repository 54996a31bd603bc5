// The armory prepares first turns ahead of their due instants, so that firing one is a single write.
package bench

import (
	"context"
	"fmt"
	"sync/atomic"

	"github.com/aiperf-go/aiperf/dataset"
	"github.com/aiperf-go/aiperf/metrics"
)

// armory draws conversations in the sampler's order, builds their first requests and keeps a bounded number ready. One goroutine fills it;
// the scheduler alone empties it. The channel is closed by the filling goroutine when it ends.
type armory struct {
	run     *runState
	ready   chan *Shot
	stock   []*Shot       // taken from ready when a phase began, first to go
	bytes   atomic.Int64  // held by shots in ready and stock, and by the turns that follow them
	room    chan struct{} // one token after shots were taken
	starved atomic.Bool   // the scheduler waits for the next shot
	filled  chan struct{} // one token after a shot was armed or the filling ended
	err     error         // why no more shots come; read after ready is closed
	drawn   int           // sessions drawn so far
	dropped atomic.Int32  // of them, those that were thrown away: the URL rotation leaves them out

	byPhase bool        // what marks a session differs between warm-up and profiling
	warm    atomic.Bool // shots are armed for warm-up
}

func newArmory(run *runState) *armory {
	bust := run.plan.Dataset.Bust
	a := &armory{
		run: run, ready: make(chan *Shot, armedAhead), room: make(chan struct{}, 1), filled: make(chan struct{}, 1),
		byPhase: bust.Marker("", dataset.Play{Warmup: true}) != bust.Marker("", dataset.Play{}),
	}
	a.warm.Store(len(run.plan.Phases) > 0 && run.plan.Phases[0].Kind == metrics.Warmup)
	return a
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
		s, err := a.draw()
		if err != nil {
			a.err = err
			return
		}
		a.bytes.Add(held(s))
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

// held is what an armed first turn keeps in memory.
func held(s *Shot) int64 { return int64(len(s.Wire)) + s.session.weight }

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
	for len(a.stock)+len(a.ready) < n && a.bytes.Load() <= armedBytes {
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
	if s, ok = a.pull(); s != nil {
		a.bytes.Add(-held(s))
		token(a.room)
	}
	return s, ok
}

// pull is take without the account of bytes.
func (a *armory) pull() (s *Shot, ok bool) {
	if len(a.stock) > 0 {
		s, a.stock[0] = a.stock[0], nil
		a.stock = a.stock[1:]
		return s, true
	}
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
	return s, ok
}

// draw takes the next conversation, begins its session and builds the first request.
func (a *armory) draw() (*Shot, error) {
	plan := a.run.plan
	i := plan.Dataset.Sampler.Next()
	x := &session{index: i, correlationID: newUUID(), url: (a.drawn - int(a.dropped.Load())) % len(a.run.targets)}
	x.play = dataset.Play{Warmup: a.warm.Load(), Pass: a.drawn, Trajectory: a.drawn}
	a.drawn++
	if err := a.open(x); err != nil {
		return nil, err
	}
	return a.run.arm(x)
}

// open gives the session its conversation, marked for its play.
func (a *armory) open(x *session) error {
	plan := a.run.plan
	c, err := plan.Dataset.Source.Materialise(x.index)
	if err != nil {
		return fmt.Errorf("conversation %d of the dataset: %w", x.index, err)
	}
	if len(c.Turns) == 0 {
		return fmt.Errorf("conversation %q of the dataset has no turns: nothing can be sent of it", c.ID)
	}
	plan.Dataset.Bust.Mark(c, x.play)
	x.begin(c)
	return nil
}

// begin readies the armory for a phase: what was armed for one of the other kind, and is marked otherwise, is made anew before the phase starts.
// first is a shot that was taken already; nil for none.
func (a *armory) begin(kind metrics.PhaseKind, first *Shot) error {
	a.warm.Store(kind == metrics.Warmup)
	if first != nil {
		a.bytes.Add(held(first))
		a.stock = append([]*Shot{first}, a.stock...)
	}
	if !a.byPhase {
		return nil
	}
	for n := len(a.ready); n > 0; n-- {
		s, ok := <-a.ready
		if !ok {
			break
		}
		a.stock = append(a.stock, s)
	}
	for _, s := range a.stock {
		a.bytes.Add(-held(s))
		err := a.suit(s, kind)
		a.bytes.Add(held(s))
		if err != nil {
			return err
		}
	}
	return nil
}

// suit makes a first turn anew that was armed for a phase of the other kind.
func (a *armory) suit(s *Shot, kind metrics.PhaseKind) error {
	x := s.session
	if warm := kind == metrics.Warmup; a.byPhase && x.play.Warmup != warm {
		x.play.Warmup = warm
		if err := a.open(x); err != nil {
			return err
		}
		s.play = x.play
		return a.run.build(s)
	}
	return nil
}
