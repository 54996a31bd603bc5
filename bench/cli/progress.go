// Progress on standard error: one line that is drawn anew on a terminal, a line now and then elsewhere.
package cli

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aiperf-go/aiperf/bench"
	"github.com/aiperf-go/aiperf/metrics"
)

// progress draws snapshots until it is ended.
type progress struct {
	w        io.Writer
	terminal bool
	phases   map[string]bench.Phase
	from     *atomic.Pointer[metrics.Snapshot]
	phase    string    // the one that is drawn
	began    time.Time // when it was first drawn

	mu    sync.Mutex
	width int // characters of the line that stands on the terminal
	once  sync.Once
	done  chan struct{}
	ended chan struct{}
}

func startProgress(r *profileRun, from *atomic.Pointer[metrics.Snapshot]) *progress {
	p := &progress{w: r.env.Stderr, terminal: r.env.ErrTerminal, from: from, phases: map[string]bench.Phase{}, done: make(chan struct{}), ended: make(chan struct{})}
	for _, ph := range r.plan.Phases {
		p.phases[ph.Name] = ph
	}
	r.journal.beforeLine(p.clear)
	every := printEvery
	if p.terminal {
		every = drawEvery
	}
	go func() {
		defer close(p.ended)
		tick := time.NewTicker(every)
		defer tick.Stop()
		for {
			select {
			case <-p.done:
				return
			case <-tick.C:
				p.draw()
			}
		}
	}()
	return p
}

func (p *progress) draw() {
	s := p.from.Load()
	if s == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	line := p.line(s)
	if !p.terminal {
		fmt.Fprintln(p.w, line)
		return
	}
	fmt.Fprintf(p.w, "\r%s%s", line, strings.Repeat(" ", max(0, p.width-len(line))))
	p.width = len(line)
}

// line shows how far the phase is, how fast it goes, and what fails.
func (p *progress) line(s *metrics.Snapshot) string {
	if s.Phase != p.phase {
		p.phase, p.began = s.Phase, time.Now()
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %d", s.Phase, s.Done)
	ph := p.phases[s.Phase]
	switch {
	case ph.Requests > 0:
		fmt.Fprintf(&b, "/%d requests", ph.Requests)
	case ph.Duration > 0:
		fmt.Fprintf(&b, " requests, %s of %s", time.Since(p.began).Round(time.Second), ph.Duration)
	default:
		b.WriteString(" requests")
	}
	fmt.Fprintf(&b, ", %d in flight", s.InFlight)
	if s.RequestRate.Present() {
		fmt.Fprintf(&b, ", %.1f/s", s.RequestRate.Float64())
	}
	if s.Failed > 0 {
		fmt.Fprintf(&b, ", %d failed", s.Failed)
	}
	return b.String()
}

// clear takes the line away, so that other output starts on an empty one.
func (p *progress) clear() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.terminal && p.width > 0 {
		fmt.Fprintf(p.w, "\r%s\r", strings.Repeat(" ", p.width))
		p.width = 0
	}
}

// end stops drawing and leaves the last state in sight; further calls do nothing.
func (p *progress) end() {
	p.once.Do(func() {
		close(p.done)
		<-p.ended
		p.clear()
		if s := p.from.Load(); s != nil {
			fmt.Fprintln(p.w, p.line(s))
		}
	})
}
