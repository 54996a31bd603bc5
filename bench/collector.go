// The collector is the only writer of the facts table and of the sinks: one goroutine that sees every record in the order of arrival.
package bench

import (
	"sync/atomic"
	"time"

	"github.com/aiperf-go/aiperf/bench/transport"
	"github.com/aiperf-go/aiperf/metrics"
)

// collector owns the records it receives and gives them back to the pool.
type collector struct {
	run       *runState
	table     *metrics.Table
	sinks     []metrics.Sink
	snapshots *atomic.Pointer[metrics.Snapshot] // nil: nobody looks
	live      *metrics.Live
	livePhase *liveCounts
	sinkErr   error // the first error of a sink; the run goes on without a word lost in memory

	dispatch transport.Hist // from when nothing but the client held a request back until it was sent, profiling
	fromDue  transport.Hist // due to last content, profiling, valid
	self     metrics.ClientReport
}

// liveCounts is what the live view shows of the phase under way; the scheduler publishes it.
type liveCounts struct {
	name  string
	index int
	start metrics.Instant
	sent  atomic.Int64
}

// collect runs until in is closed.
func (c *collector) collect(in <-chan finished) {
	var look <-chan time.Time
	if c.snapshots != nil {
		t := time.NewTicker(snapshotEvery)
		defer t.Stop()
		look = t.C
	}
	for {
		select {
		case f, ok := <-in:
			if !ok {
				c.publish()
				return
			}
			c.record(f)
		case <-look:
			c.publish()
		}
	}
}

func (c *collector) record(f finished) {
	r := f.Record
	for _, s := range c.sinks {
		if err := s.Record(r); err != nil && c.sinkErr == nil {
			c.sinkErr = err
		}
	}
	// A request that the run itself cut short is no failure of the server and no part of its figures: it is in the records file alone.
	if !f.cut {
		c.table.Append(r)
		c.observe(r)
		if r.Kind == metrics.Profiling {
			c.judge(f)
		}
	}
	records.Put(r)
}

// judge gathers what says how well the tool itself did.
func (c *collector) judge(r finished) {
	sent := r.WriteBegin
	if !r.Reused {
		sent = r.Start // dialling is part of the measurement, not of the dispatch
		if metrics.Known(r.DialEnd) {
			c.self.NewConnections++
		}
	}
	if metrics.Known(sent) {
		c.dispatch.Record(sent - r.able)
	}
	if r.Valid {
		c.fromDue.Record(r.LastChunk - r.Due)
	}
	if r.Valid && r.DataErrors > 0 {
		c.self.HiddenErrors++
	}
	c.self.MergedChunks += int64(r.MergedChunks)
	c.self.Contents += int64(r.Contents)
}

// observe feeds the live view. A record of the phase before that comes late is no part of it.
func (c *collector) observe(r *metrics.Record) {
	if p := c.underWay(); p != nil && p.index == int(r.Phase) {
		c.live.Observe(r)
	}
}

// underWay is the phase that the live view shows, which starts anew with each; nil before the first and when nobody looks.
func (c *collector) underWay() *liveCounts {
	if c.snapshots == nil {
		return nil
	}
	if p := c.run.live.Load(); p != c.livePhase {
		c.live.Reset(p.start)
		c.livePhase = p
	}
	return c.livePhase
}

func (c *collector) publish() {
	p := c.underWay()
	if p == nil {
		return
	}
	c.live.Sent(p.sent.Load())
	c.snapshots.Store(c.live.Snapshot(p.name, c.run.clock.Now()))
}
