// The armory prepares first turns ahead of their due instants, so that firing one is a single write.
package bench

import (
	"context"
	"fmt"
	"sync/atomic"

	"github.com/aiperf-go/aiperf/bench/pace"
	"github.com/aiperf-go/aiperf/dataset"
	"github.com/aiperf-go/aiperf/metrics"
)

// armory opens the sessions that its feed names, builds their first requests and keeps a bounded number ready. One goroutine fills it;
// the scheduler alone empties it. The channel is closed by the filling goroutine when it ends.
type armory struct {
	run     *runState
	draws   *draws
	feed    feed          // of the filling goroutine while it runs
	ready   chan *Shot    // nil before the first phase
	stock   []*Shot       // taken from ready when a phase began, first to go
	bytes   atomic.Int64  // held by shots in ready and stock, and by the turns that follow them
	room    chan struct{} // one token after shots were taken
	starved atomic.Bool   // the scheduler waits for the next shot
	filled  chan struct{} // one token after a shot was armed or the filling ended
	err     error         // why no more shots come; read after ready is closed
	last    *Shot         // armed when the filling was stopped
	quit    context.CancelFunc
	ended   chan struct{} // closed when the filling has ended

	urls    int          // the URL of the next session to be armed, by its number
	dropped atomic.Int32 // sessions that were armed and thrown away: the URL rotation leaves them out

	byPhase bool        // what marks a session differs between warm-up and profiling
	warm    atomic.Bool // shots are armed for warm-up
}

func newArmory(run *runState) *armory {
	bust := run.plan.Dataset.Bust
	a := &armory{
		run: run, draws: &draws{run: run}, room: make(chan struct{}, 1), filled: make(chan struct{}, 1),
		byPhase: bust.Marker("", dataset.Play{Warmup: true}) != bust.Marker("", dataset.Play{}),
	}
	a.feed = a.draws
	a.warm.Store(len(run.plan.Phases) > 0 && run.plan.Phases[0].Kind == metrics.Warmup)
	return a
}

// start begins to fill the armory from a feed; the sessions begun so far decide about the first URL.
func (a *armory) start(f feed, sessions int) {
	ctx, cancel := context.WithCancel(context.Background())
	a.feed, a.urls, a.ready, a.quit, a.ended = f, sessions+len(a.stock), make(chan *Shot, armedAhead), cancel, make(chan struct{})
	a.dropped.Store(0)
	a.err = nil
	go a.fill(ctx)
}

// stop ends the filling and takes what was armed into stock. It may be called again.
func (a *armory) stop() {
	if a.quit == nil {
		return
	}
	a.quit()
	a.quit = nil
	for s := range a.ready {
		a.stock = append(a.stock, s)
	}
	<-a.ended
	if a.last != nil {
		a.stock, a.last = append(a.stock, a.last), nil
	}
}

// close ends the filling and throws away what was armed.
func (a *armory) close() {
	a.stop()
	for _, s := range a.stock {
		a.bytes.Add(-held(s))
		putShot(s)
	}
	a.stock = nil
}

// fill runs until the context ends, the feed does or the source fails.
func (a *armory) fill(ctx context.Context) {
	defer a.run.mail.wake()
	defer token(a.filled)
	defer close(a.ended)
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
		if s == nil {
			a.err = err
			return
		}
		a.bytes.Add(held(s))
		select {
		case a.ready <- s:
		case <-ctx.Done():
			a.last = s
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
func (a *armory) prime(ctx context.Context, n int) {
	n = min(n, cap(a.ready))
	for len(a.stock)+len(a.ready) < n && a.bytes.Load() <= armedBytes {
		select {
		case <-a.filled:
		case <-a.ended:
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

// failed tells whether the filling has ended because the source failed.
func (a *armory) failed() bool {
	select {
	case <-a.ended:
		return a.err != nil
	default:
		return false
	}
}

// draw opens the session that is next and builds its first request; nil without an error when there is none.
func (a *armory) draw() (*Shot, error) {
	d, ok := a.feed.next()
	if !ok {
		return nil, nil
	}
	d.play.Warmup = a.warm.Load()
	x := &session{draft: d, url: (a.urls - int(a.dropped.Load())) % len(a.run.targets)}
	a.urls++
	if err := a.open(x); err != nil {
		return nil, err
	}
	a.feed.opened(&x.draft, x.conversation)
	if x.name == "" {
		x.name = newUUID()
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

// begin readies the armory for a phase. first is a shot that was taken already, nil for none; sessions have begun so far. What was armed for a
// phase that draws its sessions in another way is given back; what was armed for one of the other kind, and is marked otherwise, is made anew.
func (a *armory) begin(p Phase, first *Shot, sessions int) error {
	a.warm.Store(p.Kind == metrics.Warmup)
	if first != nil {
		a.bytes.Add(held(first))
		a.stock = append([]*Shot{first}, a.stock...)
	}
	if a.quit == nil || p.Pattern.planned() || a.feed != feed(a.draws) {
		a.stop()
		a.recall()
		a.start(a.feedOf(p), sessions)
		return nil
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
		err := a.suit(s, p.Kind)
		a.bytes.Add(held(s))
		if err != nil {
			return err
		}
	}
	return nil
}

// feedOf is the feed of a phase.
func (a *armory) feedOf(p Phase) feed {
	switch p.Pattern {
	case FixedSchedule:
		return newScheduled(a.draws, p.Schedule)
	case UserCentric:
		return newUsers(a.draws, pace.NewUsers(p.Rate, p.Users, p.Turns))
	}
	return a.draws
}

// recall gives what was armed back to the sampler's draws: the phase before ended without it. What a plan had drawn at its beginning is gone.
func (a *armory) recall() {
	var undrawn []int
	for _, s := range a.stock {
		if x := s.session; x.at == metrics.NoInstant || x.after {
			undrawn = append(undrawn, x.index)
		}
		a.bytes.Add(-held(s))
		putShot(s)
	}
	a.stock = nil
	a.draws.undo(undrawn)
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
