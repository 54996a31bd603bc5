// Package live shows a running benchmark on one line: redrawn in place on a terminal, printed now and then anywhere else.
//
//	*metrics.Snapshot (latest) ─ tick ─> View.Show ─> line ─> stderr
//
// It only reads immutable snapshots, so that watching a run cannot disturb it.
package live

import (
	"context"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/mattn/go-runewidth"

	"github.com/aiperf-go/aiperf/metrics"
)

const (
	// redrawEvery is how often a terminal line is redrawn: often enough to look alive, rare enough to cost nothing.
	redrawEvery = 250 * time.Millisecond
	// printEvery is the distance of plain lines, which stay in a log.
	printEvery = 5 * time.Second
	// fallbackWidth is assumed when a terminal does not tell its width, in columns.
	fallbackWidth = 80
	// gap stands between the parts of a line.
	gap = "  "
)

// Options says where the line goes.
type Options struct {
	Out      io.Writer
	Terminal bool       // redraw in place
	Width    func() int // of the terminal, asked at every redraw; nil or 0: unknown
	// Target says what a phase is meant to reach; zero where it has no such goal. It may be nil.
	Target func(phase string) (requests int64, duration time.Duration)
}

// View is the line on the screen. It is used by one goroutine.
type View struct {
	opt   Options
	phase string
	began metrics.Instant
	drawn bool // an unfinished line stands on the terminal
	buf   []byte
	last  *metrics.Snapshot
}

// New makes a view that has shown nothing yet.
func New(opt Options) *View { return &View{opt: opt} }

// Interval is the distance of the ticks that suit this view.
func (v *View) Interval() time.Duration {
	if v.opt.Terminal {
		return redrawEvery
	}
	return printEvery
}

// Follow shows the latest snapshot at every tick until the context ends, then the last one.
func (v *View) Follow(ctx context.Context, latest func() *metrics.Snapshot, ticks <-chan time.Time) {
	for {
		select {
		case <-ctx.Done():
			v.Show(latest())
			v.Close()
			return
		case <-ticks:
			v.Show(latest())
		}
	}
}

// Show writes a snapshot, unless it was shown already. Errors of the screen are no reason to stop a run.
func (v *View) Show(s *metrics.Snapshot) {
	if s == nil || s == v.last {
		return
	}
	v.last = s
	if s.Phase != v.phase {
		v.Close() // the last line of a phase stays
		v.phase, v.began = s.Phase, s.At
	}
	line := v.line(s)
	if !v.opt.Terminal {
		v.write(line, '\n')
		return
	}
	width := 0
	if v.opt.Width != nil {
		width = v.opt.Width()
	}
	if width <= 1 {
		width = fallbackWidth
	}
	// One column stays free: a full line would wrap and could not be redrawn.
	v.write("\r"+runewidth.Truncate(line, width-1, "…")+"\x1b[K", 0)
	v.drawn = true
}

// Close ends an unfinished line.
func (v *View) Close() {
	if v.drawn {
		v.drawn = false
		v.write("", '\n')
	}
}

// write hands a text over in one call, so that nothing comes between its parts.
func (v *View) write(text string, end byte) {
	v.buf = append(v.buf[:0], text...)
	if end != 0 {
		v.buf = append(v.buf, end)
	}
	_, _ = v.opt.Out.Write(v.buf)
}

// line puts what matters first: a narrow terminal cuts the end.
func (v *View) line(s *metrics.Snapshot) string {
	var requests int64
	var duration time.Duration
	if v.opt.Target != nil {
		requests, duration = v.opt.Target(s.Phase)
	}
	elapsed := s.At - v.began
	parts := []string{s.Phase, progress(s.Done, requests), clock(elapsed, duration)}
	if s.Failed > 0 {
		parts = append(parts, "ERRORS "+count(s.Failed)+" ("+fixed(float64(s.Failed)/float64(max(s.Done, 1))*100, 1)+"%)")
	}
	parts = append(parts, "in flight "+count(s.InFlight))
	if s.RequestRate.Present() {
		parts = append(parts, fixed(s.RequestRate.Float64(), 1)+" req/s")
	}
	if s.OutputTokenRate.Float64() > 0 {
		parts = append(parts, fixed(s.OutputTokenRate.Float64(), 0)+" tok/s")
	}
	for _, q := range []struct {
		name string
		of   metrics.Quantiles
	}{{"TTFT", s.TTFT}, {"ITL", s.ITL}, {"latency", s.Latency}} {
		if q.of.Count > 0 {
			parts = append(parts, q.name+" p50 "+fixed(q.of.P50.Float64(), 1)+" p99 "+fixed(q.of.P99.Float64(), 1)+" ms")
		}
	}
	return strings.Join(parts, gap)
}

// progress is how many requests are done, of how many.
func progress(done, of int64) string {
	if of <= 0 {
		return count(done) + " done"
	}
	return count(done) + "/" + count(of) + " " + strconv.FormatInt(min(100, done*100/of), 10) + "%"
}

// clock is how much time went by, of how much.
func clock(elapsed, of time.Duration) string {
	if of <= 0 {
		return elapsed.Round(time.Second).String()
	}
	return elapsed.Round(time.Second).String() + "/" + of.Round(time.Second).String()
}

func fixed(f float64, digits int) string { return strconv.FormatFloat(f, 'f', digits, 64) }

// count puts a comma before every three digits.
func count(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
