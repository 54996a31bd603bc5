// Stopping: the first signal starts nothing new, the second aborts what runs, and every wait has an end.
package cli

import (
	"context"
	"fmt"
	"sync/atomic"
	"syscall"
	"time"
)

// stopper turns signals into the two ways to stop: soft starts nothing new, hard aborts what runs.
type stopper struct {
	soft, hard         context.Context
	stopSoft, stopHard context.CancelFunc
	beforeReport       func() // takes the progress line away

	r       *profileRun
	release func()
	closed  chan struct{}
	first   atomic.Pointer[syscall.Signal]
}

func newStopper(ctx context.Context, r *profileRun) *stopper {
	s := &stopper{r: r, closed: make(chan struct{})}
	s.soft, s.stopSoft = context.WithCancel(ctx)
	s.hard, s.stopHard = context.WithCancel(ctx)
	signals, release := r.env.Signals()
	s.release = release
	go func() {
		var deadline <-chan time.Time
		for {
			select {
			case sig := <-signals:
				got, _ := sig.(syscall.Signal)
				if !s.first.CompareAndSwap(nil, &got) {
					r.log.Warn("stopping at once")
					s.stopHard()
					continue
				}
				grace := s.grace()
				r.log.Warn(fmt.Sprintf("stopping: nothing new is sent, running requests may finish for %s; a second signal stops at once", grace))
				s.stopSoft()
				deadline = time.After(grace)
			case <-deadline:
				s.stopHard()
			case <-s.closed:
				return
			}
		}
	}()
	return s
}

// grace is how long running requests may finish after the first signal.
func (s *stopper) grace() time.Duration {
	grace := stopGrace
	for _, ph := range s.r.p.Phases {
		grace = min(grace, ph.Grace)
	}
	return grace
}

// wait takes the run's outcome. A run that does not end although it was aborted is given up.
func (s *stopper) wait(done <-chan outcome) (outcome, error) {
	select {
	case out := <-done:
		return out, nil
	case <-s.hard.Done():
	}
	select {
	case out := <-done:
		return out, nil
	case <-time.After(abortTimeout):
		return outcome{}, exitf(s.code(), "the run did not end %s after it was aborted; the files hold what was flushed", abortTimeout)
	}
}

func (s *stopper) signal() *syscall.Signal { return s.first.Load() }

func (s *stopper) code() int {
	switch sig := s.first.Load(); {
	case sig == nil:
		return exitFailed
	case *sig == syscall.SIGTERM:
		return exitTerminated
	default:
		return exitInterrupted
	}
}

func (s *stopper) end() {
	s.release()
	close(s.closed)
	s.stopSoft()
	s.stopHard()
}
