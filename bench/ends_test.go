// How a run ends before its time: interrupts, aborts, failing sources and sinks, servers that never answer.
package bench

import (
	"context"
	"errors"
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/endpoints/mock"
	"github.com/aiperf-go/aiperf/metrics"
)

// stopAfter interrupts a run after d.
func stopAfter(d time.Duration) func(stop, abort context.CancelFunc) {
	return func(stop, _ context.CancelFunc) { time.Sleep(d); stop() } // virtual
}

const interruptedReason = "Run cancelled before all records were processed."

func TestFirstInterrupt(t *testing.T) {
	const s = time.Second
	for _, c := range []struct {
		name            string
		phase           Phase
		service         time.Duration
		after           time.Duration
		took            time.Duration
		sent, completed int64
	}{
		{name: "what runs may finish", phase: Phase{Concurrency: 2, Requests: 100}, service: 400 * ms, after: s, took: 1200 * ms, sent: 6, completed: 6},
		{name: "within ten seconds", phase: Phase{Concurrency: 2, Requests: 100}, service: time.Hour, after: s, took: 11 * s, sent: 2},
		{name: "within the grace when that is shorter", phase: Phase{Concurrency: 2, Duration: time.Hour, Grace: 3 * s}, service: time.Hour, after: s, took: 4 * s, sent: 2},
		{name: "within ten seconds when it is longer", phase: Phase{Concurrency: 2, Duration: time.Hour, Grace: Unbounded}, service: time.Hour, after: s, took: 11 * s, sent: 2},
		{name: "at once without grace", phase: Phase{Concurrency: 2, Duration: time.Hour}, service: time.Hour, after: s, took: s, sent: 2},
		{name: "never later than the phase's own deadline", phase: Phase{Concurrency: 2, Duration: 5 * s, Grace: 2 * s}, service: time.Hour, after: 6 * s, took: 7 * s, sent: 2},
		{name: "before the first request", phase: Phase{Pattern: Constant, Rate: 0.1, Requests: 3}, service: s, after: s, took: s},
	} {
		t.Run(c.name, func(t *testing.T) {
			next := Phase{Concurrency: 1, Requests: 5}
			r := world{server: service(c.service), phases: []Phase{c.phase, next}, begun: stopAfter(c.after)}.run(t)
			require.NoError(t, r.err, "an interrupt is no error")
			require.Equal(t, c.took, r.took)
			require.True(t, r.summary.Cancelled)
			require.False(t, r.summary.Complete)
			require.Equal(t, interruptedReason, r.summary.IncompleteReason)
			require.Len(t, r.summary.Phases, 1, "no further phase begins")
			w := r.summary.Phases[0]
			require.Equal(t, metrics.NoInstant, w.End, "the phase never completed")
			require.Equal(t, []int64{c.sent, c.completed, c.sent - c.completed}, []int64{w.Sent, w.Completed, w.Cancelled})
			for _, rec := range r.records {
				require.Less(t, rec.Start, c.after, "nothing new")
			}
			require.Equal(t, c.completed, r.summary.Succeeded)
			require.Len(t, r.records, int(c.sent))
			if c.completed > 0 {
				// Without the end of the phase, rates divide by the span of the records.
				require.InDelta(t, float64(c.completed)/c.took.Seconds(), metric(t, r.summary.Results, "request_throughput").Avg.Float64(), 1e-9)
			}
		})
	}
}

func TestInterruptWhileDraining(t *testing.T) {
	r := world{server: service(time.Hour), phases: []Phase{{Concurrency: 1, Requests: 1}}, begun: stopAfter(time.Second)}.run(t)
	require.Equal(t, 11*time.Second, r.took)
	require.Equal(t, time.Duration(0), r.summary.Window.SendEnd, "the sending had ended before")
	require.Equal(t, metrics.NoInstant, r.summary.Window.End)
}

func TestAbort(t *testing.T) {
	for _, c := range []struct {
		name  string
		begun func(stop, abort context.CancelFunc)
		took  time.Duration
	}{
		{"at once", func(_, abort context.CancelFunc) { time.Sleep(time.Second); abort() }, time.Second},
		{"after an interrupt", func(stop, abort context.CancelFunc) {
			time.Sleep(time.Second)
			stop()
			time.Sleep(2 * time.Second)
			abort()
		}, 3 * time.Second},
		{"both at once", func(stop, abort context.CancelFunc) { time.Sleep(time.Second); stop(); abort() }, time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := world{
				server: mock.Options{TTFT: mock.Fixed(100 * ms), Gap: mock.Fixed(100 * ms), OSL: 1000},
				phases: []Phase{{Concurrency: 3, Duration: time.Hour, Grace: time.Hour}, {Concurrency: 1, Requests: 1}}, begun: c.begun,
			}.run(t)
			require.NoError(t, r.err)
			require.Equal(t, c.took, r.took)
			require.True(t, r.summary.Cancelled)
			require.Equal(t, interruptedReason, r.summary.IncompleteReason)
			require.Len(t, r.summary.Phases, 1)
			require.Len(t, r.records, 3)
			for _, rec := range r.records {
				require.True(t, rec.WasCancelled)
				require.Equal(t, c.took, rec.Cancelled)
				require.Positive(t, rec.Contents, "what had come is kept")
			}
			require.Equal(t, int64(3), r.summary.Window.Cancelled)
			require.Empty(t, r.summary.Results, "cut requests are no part of the figures")
		})
	}
}

func TestInterruptedBeforeTheStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stop, cancel := context.WithCancel(context.Background())
		cancel()
		sink := &memory{}
		s, err := Run(context.Background(), chatPlan(t, Phase{Concurrency: 1, Requests: 3}), WithStop(stop), WithSink(sink), WithDial(script(nil)))
		require.NoError(t, err)
		require.True(t, s.Cancelled)
		require.Empty(t, s.Phases)
		require.Empty(t, sink.records)
		require.Equal(t, 1, sink.closed)
	})
}

func TestServerThatNeverAnswers(t *testing.T) {
	const timeout = 2500 * ms
	for _, c := range []struct {
		name string
		dial func(ctx context.Context, addr string) (net.Conn, error)
	}{
		{"no byte", script()},
		{"half a head", script("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n")},
		{"half a stream", script("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n" + events(delta("content", "a")))},
		{"no connection", func(ctx context.Context, _ string) (net.Conn, error) { <-ctx.Done(); return nil, ctx.Err() }},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := world{dial: c.dial, phases: []Phase{{Concurrency: 1, Requests: 2}}, plan: func(p *Plan) { p.Target.Timeout = timeout }}.run(t)
			require.NoError(t, r.err, "failed requests are no failed run")
			require.Equal(t, 2*timeout, r.took)
			require.Equal(t, []time.Duration{timeout, 2 * timeout}, column(r.records, func(r *metrics.Record) time.Duration { return r.End }))
			for _, rec := range r.records {
				require.False(t, rec.Valid)
				require.False(t, rec.WasCancelled, "the server failed, not the run")
				require.Equal(t, "TimeoutError", rec.Error.Type)
				require.Equal(t, metrics.NoCount, rec.Error.Code)
			}
			require.Equal(t, []metrics.ErrorCount{{ErrorDetail: *r.records[0].Error, Count: 2}}, r.summary.Errors)
		})
	}
}

func TestStuckRequestsAreGivenUp(t *testing.T) {
	// A dial that ignores its context cannot be cancelled: the phase ends without it ten seconds later.
	synctest.Test(t, func(t *testing.T) {
		free := make(chan struct{})
		stuck := func(context.Context, string) (net.Conn, error) { <-free; return nil, io.ErrClosedPipe }
		clock := NewClock()
		go func() {
			time.Sleep(time.Minute) // virtual
			close(free)
		}()
		sink := &memory{}
		plan := chatPlan(t, Phase{Concurrency: 2, Duration: time.Second, Grace: time.Second})
		s, err := Run(context.Background(), plan, WithDial(stuck), WithClock(clock), WithSink(sink))
		require.NoError(t, err)
		require.Equal(t, 12*time.Second, s.Window.End)
		require.Equal(t, int64(2), s.Window.Cancelled)
		require.Equal(t, time.Minute, clock.Now(), "the engine waits for its goroutines")
		require.Len(t, sink.records, 2)
	})
}

func TestSourceThatFails(t *testing.T) {
	broken := errors.New("line 7: not JSON")
	for _, c := range []struct {
		name      string
		phase     Phase
		failAt    int
		completed int64
	}{
		{"in the middle of a closed loop", Phase{Concurrency: 2, Requests: 100}, 5, 5},
		{"in the middle of an open loop", Phase{Pattern: Constant, Rate: 10, Duration: time.Hour, Grace: time.Hour}, 3, 3},
		{"at once", Phase{Concurrency: 1, Requests: 1}, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := world{server: service(100 * ms), phases: []Phase{c.phase, {Concurrency: 1, Requests: 1}},
				plan: func(p *Plan) { p.Dataset.Source = texts{failAt: c.failAt, err: broken} }}.run(t)
			require.ErrorIs(t, r.err, broken)
			require.ErrorContains(t, r.err, "conversation")
			require.NotNil(t, r.summary, "what was measured is kept")
			require.Equal(t, c.completed, r.summary.Succeeded)
			require.Len(t, r.records, int(c.completed))
			require.Len(t, r.summary.Phases, 1)
			require.False(t, r.summary.Complete)
			require.Equal(t, r.err.Error(), r.summary.IncompleteReason)
			require.False(t, r.summary.Cancelled)
		})
	}
}

func TestSinkThatFails(t *testing.T) {
	full := errors.New("no space left on device")
	first := &memory{onEach: func(n int) error {
		if n >= 2 {
			return full
		}
		return nil
	}}
	second := &memory{}
	r := world{server: service(ms), phases: []Phase{{Concurrency: 1, Requests: 5}}, sink: first, opts: []Option{WithSink(second)}}.run(t)
	require.ErrorIs(t, r.err, full)
	require.Equal(t, int64(5), r.summary.Succeeded, "the run goes on")
	require.Len(t, second.records, 5, "and so do the other sinks")
	require.Equal(t, 1, second.closed)
	require.False(t, r.summary.Complete)
	require.Equal(t, "Records could not be written: no space left on device", r.summary.IncompleteReason)
	require.False(t, r.summary.Cancelled)
}

// closeError is a sink whose last flush fails.
type closeError struct{ memory }

func (c *closeError) Close() error { return errors.Join(c.memory.Close(), io.ErrShortWrite) }

func TestSinkThatCannotBeClosed(t *testing.T) {
	r := world{server: service(ms), phases: []Phase{{Concurrency: 1, Requests: 1}}, opts: []Option{WithSink(&closeError{})}}.run(t)
	require.ErrorIs(t, r.err, io.ErrShortWrite)
	require.False(t, r.summary.Complete)
}

func TestEveryRequestFails(t *testing.T) {
	r := world{
		server: mock.Options{Faults: []mock.Fault{{Kind: mock.FaultStatus, Status: 503, Every: 2}, {Kind: mock.FaultDrop}}},
		phases: []Phase{{Concurrency: 1, Requests: 5}},
	}.run(t)
	require.NoError(t, r.err)
	require.Zero(t, r.summary.Succeeded)
	require.Equal(t, int64(5), r.summary.Failed)
	require.True(t, r.summary.Complete)
	var counted int64
	for _, e := range r.summary.Errors {
		counted += e.Count
	}
	require.Equal(t, int64(5), counted)
	require.Equal(t, "ServerDisconnectedError", r.summary.Errors[0].Type, "in the order of first sight")
	require.InDelta(t, 5, metric(t, r.summary.Results, "error_request_count").Avg.Float64(), 0)
	require.False(t, hasMetric(r.summary.Results, "request_latency"))
	require.Equal(t, int64(5), r.summary.Window.Failed)
	require.Equal(t, int64(5), r.summary.Window.Completed)
}

func TestRunCannotStart(t *testing.T) {
	for _, c := range []struct {
		urls []string
		want string
	}{
		{nil, "no url"},
		{[]string{"ftp://host/x"}, `"ftp://host/x"`},
		{[]string{"http://good/x", "http:///nohost"}, `"http:///nohost"`},
		{[]string{"http://bad host/"}, "bad host"},
	} {
		sink := &memory{}
		plan := chatPlan(t, Phase{Concurrency: 1, Requests: 1})
		plan.Target.URLs = c.urls
		s, err := Run(context.Background(), plan, WithSink(sink))
		require.ErrorContains(t, err, c.want)
		require.Nil(t, s)
		require.Equal(t, 1, sink.closed, "the run closes its sinks, also when it cannot start")
	}
}
