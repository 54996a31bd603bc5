// Package bench says WHEN, and does it: one run from plan to summary.
//
//	dataset.Source ─ conversations ─> armory ═ first turns ═> scheduler ═ Fire ═> transport.Engine
//	                                                             ^                     │ decoding at the read
//	                                                             └─ mailbox: returns, ─┤
//	                                                                next turns, armed  └═ exchanges ═> backlog ═> finishers
//	                            Summary <─ collector <═ records ══════════════════════════════════════════════════════┘
//	                                          └─> facts table, sinks, snapshots
//
// Shut-down is a chain of closes: the scheduler ends, the engine waits for its connections, the backlog closes, the finishers end and close the
// records, the collector returns. A run owns no signal, logger, collector setting or global: it is one cell that planners of many runs can repeat.
package bench

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"os"
	"runtime"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"github.com/aiperf-go/aiperf/bench/transport"
	"github.com/aiperf-go/aiperf/metrics"
)

// Clock gives the instants of a run.
type Clock = transport.Clock

// NewClock starts a clock whose instant 0 is now.
func NewClock() Clock { return transport.NewClock() }

// HoldStamps makes the kernel stamp arrivals from now on, until it is released: it takes the kernel a moment to begin, and the first message
// after that carries no stamp. Programs call it first thing.
func HoldStamps() (release func()) { return transport.HoldStamps() }

// Option adjusts a run.
type Option func(*options)

type options struct {
	clock     Clock
	clockSet  bool
	stop      context.Context
	sinks     []metrics.Sink
	snapshots *atomic.Pointer[metrics.Snapshot]
	dial      func(ctx context.Context, addr string) (net.Conn, error)
	backlog   int64                         // bytes of the backlog in memory
	watch     func() (end func() resources) // what the process uses from here to end
}

// WithClock makes the run count its instants from the clock's base.
func WithClock(c Clock) Option { return func(o *options) { o.clock, o.clockSet = c, true } }

// WithStop starts nothing new once ctx ends; what runs may finish within its grace. The context of Run itself aborts what runs.
func WithStop(ctx context.Context) Option { return func(o *options) { o.stop = ctx } }

// WithSink gives every record to s, in the order of arrival. The run closes the sink.
func WithSink(s metrics.Sink) Option { return func(o *options) { o.sinks = append(o.sinks, s) } }

// WithSnapshots publishes live figures through p.
func WithSnapshots(p *atomic.Pointer[metrics.Snapshot]) Option {
	return func(o *options) { o.snapshots = p }
}

// WithDial replaces the network, for tests over in-memory connections. It also leaves all waiting to Go timers, which a virtual clock drives.
func WithDial(dial func(ctx context.Context, addr string) (net.Conn, error)) Option {
	return func(o *options) { o.dial = dial }
}

// runState is what the stages of one run share. It is written before they start.
type runState struct {
	plan        *Plan
	clock       Clock
	engine      *transport.Engine
	mail        *mailbox
	scheduler   *scheduler
	backlog     *backlog
	live        atomic.Pointer[liveCounts]
	workerID    string
	processorID string
	targets     []*transport.Target
	open        atomic.Int32 // 1 + index of the phase that is sending; 0 for none
}

// sending tells whether a phase may still send: what its requests bring back is needed then.
func (r *runState) sending(phase int) bool { return int(r.open.Load()) == phase+1 }

// Run executes one plan and returns what it measured. It returns a summary whenever anything was measured, also when it was interrupted or every
// request failed; the error tells why a run could not start or had to end early.
func Run(ctx context.Context, plan *Plan, opts ...Option) (*metrics.Summary, error) {
	o := options{stop: context.Background(), backlog: backlogBytes, watch: func() func() resources { return watchSelf().end }}
	for _, set := range opts {
		set(&o)
	}
	if !o.clockSet {
		o.clock = NewClock()
	}
	if err := plan.check(); err != nil {
		return nil, errors.Join(err, closeSinks(o.sinks))
	}
	wire := plan.Transport
	wire.Clock, wire.Kernel, wire.Dial = o.clock, plan.Clock == ClockKernel, o.dial
	engine := transport.New(wire)
	targets, err := makeTargets(engine, plan.Target.URLs)
	if err != nil {
		engine.Close()
		return nil, errors.Join(err, closeSinks(o.sinks))
	}
	run := &runState{
		plan: plan, clock: o.clock, engine: engine, targets: targets, mail: newMailbox(), backlog: newBacklog(plan.SpillDir, o.backlog),
		workerID: "worker_" + randomHex(4), processorID: "record_processor_" + randomHex(4),
	}
	run.scheduler = &scheduler{run: run, alarm: noAlarm{}}
	collect := &collector{
		run: run, sinks: o.sinks, snapshots: o.snapshots, live: metrics.NewLive(0),
		table: metrics.NewTable(metrics.TableOptions{Spill: spillFile(plan.SpillDir)}),
	}
	defer func() { _ = collect.table.Close() }()

	out := make(chan finished, recordBuffer)
	var finishers errgroup.Group
	for range finisherCount() {
		finishers.Go(func() error { run.finish(out); return nil })
	}
	var collecting errgroup.Group
	collecting.Go(func() error { collect.collect(out); return nil })

	used := o.watch()
	windows, runErr := run.phases(ctx, o.stop, o.dial == nil)
	resources := used()

	engine.Close()
	run.backlog.close()
	_ = finishers.Wait()
	close(out)
	_ = collecting.Wait()
	run.backlog.spill.close()

	if err := closeSinks(o.sinks); collect.sinkErr == nil {
		collect.sinkErr = err
	}
	interrupted := (ctx.Err() != nil || o.stop.Err() != nil) && !run.completed(windows)
	givenUp := errors.Is(runErr, ErrTooManyFailed)
	in := metrics.Inputs{
		Scope: plan.Scope, WallBase: o.clock.WallBase(), Phases: windows, Cancelled: interrupted || givenUp, Run: plan.Run,
		Client: run.judge(collect, windows, resources),
	}
	switch {
	case interrupted && !givenUp:
		in.IncompleteReason = "Run cancelled before all records were processed."
	case collect.sinkErr != nil:
		in.IncompleteReason = "Records could not be written: " + collect.sinkErr.Error()
	case runErr != nil:
		in.IncompleteReason = runErr.Error()
	}
	return metrics.Summarise(collect.table, in), errors.Join(runErr, collect.sinkErr)
}

// phases runs the plan's phases one after the other.
func (r *runState) phases(ctx, stop context.Context, precise bool) ([]metrics.PhaseWindow, error) {
	armory := newArmory(r)
	s := r.scheduler
	s.armory = armory
	if precise {
		s.alarm = newAlarm(r.clock, s.tick)
	}
	defer s.alarm.Stop()
	defer func() {
		if s.loaded != nil {
			armory.bytes.Add(held(s.loaded))
			armory.stock = append(armory.stock, s.loaded)
		}
		armory.close()
	}()
	priming, stopPriming := context.WithCancel(stop)
	defer stopPriming()
	defer context.AfterFunc(ctx, stopPriming)()
	if err := r.warm(priming); err != nil {
		return nil, err
	}
	var windows []metrics.PhaseWindow
	for i, p := range r.plan.Phases {
		if s.wasted {
			s.discard(priming)
		}
		if err := s.ready(p); err != nil {
			return windows, err
		}
		armory.prime(priming, p.atOnce())
		if ctx.Err() != nil || stop.Err() != nil {
			break
		}
		w, err := s.runPhase(stop, ctx, i, p)
		windows = append(windows, w)
		if err != nil {
			return windows, err
		}
	}
	return windows, nil
}

// warm opens the connections that the plan wants before the load. An interrupt ends the wait and is no error.
func (r *runState) warm(ctx context.Context) error {
	left := r.plan.WarmConnections
	for i, t := range r.targets {
		n := left / (len(r.targets) - i)
		left -= n
		if opened, err := r.engine.Warm(ctx, t, n); err != nil && ctx.Err() == nil {
			return fmt.Errorf("opening %d connections to %s before the load (%d were opened): %w", n, r.plan.Target.URLs[i], opened, err)
		}
	}
	return nil
}

// completed tells whether every phase came to its own end.
func (r *runState) completed(windows []metrics.PhaseWindow) bool {
	for _, w := range windows {
		if !metrics.Known(w.End) {
			return false
		}
	}
	return len(windows) == len(r.plan.Phases)
}

// closeSinks closes all and returns the first error.
func closeSinks(sinks []metrics.Sink) (first error) {
	for _, s := range sinks {
		if err := s.Close(); first == nil {
			first = err
		}
	}
	return first
}

// profilingIndex is the position of a phase among the profiling phases; -1 for warm-up.
func (r *runState) profilingIndex(index int) int {
	if r.plan.Phases[index].Kind != metrics.Profiling {
		return -1
	}
	n := 0
	for _, p := range r.plan.Phases[:index] {
		if p.Kind == metrics.Profiling {
			n++
		}
	}
	return n
}

func makeTargets(e *transport.Engine, urls []string) ([]*transport.Target, error) {
	var targets []*transport.Target
	for _, u := range urls {
		t, err := e.Target(u)
		if err != nil {
			return nil, err
		}
		targets = append(targets, t)
	}
	if len(targets) == 0 {
		return nil, errors.New("no url to send to")
	}
	return targets, nil
}

// finisherCount caps the CPU that token counting may take from the load: a quarter of the cores, at least one.
func finisherCount() int { return max(1, runtime.GOMAXPROCS(0)/4) }

func spillFile(dir string) func() (metrics.SpillFile, error) {
	return func() (metrics.SpillFile, error) {
		f, err := os.CreateTemp(dir, ".aiperf-gaps-*")
		if err != nil {
			return nil, fmt.Errorf("making a spill file: %w", err)
		}
		return removingFile{f}, nil
	}
}

// removingFile disappears when it is closed.
type removingFile struct{ *os.File }

func (f removingFile) Close() error {
	return errors.Join(f.File.Close(), os.Remove(f.Name()))
}

func randomHex(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b)
	return hex.EncodeToString(b)
}
