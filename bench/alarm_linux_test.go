// The alarm on Linux: it calls, never before the instant, and not after it was stopped. How late it calls is no matter of tests.
package bench

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/metrics"
)

// rung is an alarm that tells when it rang.
type rung struct {
	alarm
	clock Clock
	calls chan metrics.Instant
	count atomic.Int64
}

func newRung() *rung {
	r := &rung{clock: NewClock(), calls: make(chan metrics.Instant, 100)}
	r.alarm = newAlarm(r.clock, func() {
		r.count.Add(1)
		r.calls <- r.clock.Now()
	})
	return r
}

func TestAlarmNeverRingsEarly(t *testing.T) {
	r := newRung()
	defer r.Stop()
	for _, d := range []time.Duration{0, us, 50 * us, 500 * us, 3 * ms} {
		at := r.clock.Now() + d
		r.Set(at)
		require.GreaterOrEqual(t, <-r.calls, at, d)
	}
	r.Set(r.clock.Now() - time.Second)
	<-r.calls       // an instant that has passed rings at once
	for range 200 { // by and by the thread wakes before the instant and spins
		at := r.clock.Now() + 100*us
		r.Set(at)
		require.GreaterOrEqual(t, <-r.calls, at)
	}
	require.Equal(t, int64(206), r.count.Load(), "once each")
}

func TestAlarmMovesToAnEarlierInstant(t *testing.T) {
	r := newRung()
	defer r.Stop()
	r.Set(r.clock.Now() + time.Hour)
	early := r.clock.Now() + ms
	r.Set(early)
	require.GreaterOrEqual(t, <-r.calls, early)
	require.Equal(t, int64(1), r.count.Load())
}

func TestAlarmMovesToALaterInstant(t *testing.T) {
	r := newRung()
	defer r.Stop()
	first := r.clock.Now() + 2*ms
	r.Set(first)
	late := first + 5*ms
	r.Set(late)
	// A call for the first instant may still come; one for the second must.
	for at := <-r.calls; at < late; at = <-r.calls {
		require.GreaterOrEqual(t, at, first)
	}
}

func TestAlarmSetFromItsCall(t *testing.T) {
	clock := NewClock()
	var a alarm
	var n atomic.Int64
	ready, done := make(chan struct{}), make(chan struct{})
	a = newAlarm(clock, func() {
		<-ready
		if n.Add(1) == 200 {
			close(done)
			return
		}
		a.Set(clock.Now() + 10*us)
	})
	close(ready)
	a.Set(clock.Now())
	<-done
	a.Stop()
	require.Equal(t, int64(200), n.Load())
}

func TestAlarmStops(t *testing.T) {
	r := newRung()
	r.Set(r.clock.Now() + time.Hour)
	r.Stop() // returns although the instant is far away
	r.Set(r.clock.Now())
	require.Zero(t, r.count.Load(), "nothing rings any more")

	newRung().Stop() // one that was never set

	never := newRung()
	never.Set(metrics.Instant(1<<63 - 1))
	never.Stop()
	require.Zero(t, never.count.Load())
}

func TestAlarmUnderManyHands(t *testing.T) {
	r := newRung()
	target := r.clock.Now() + 20*ms
	for i := range 50 {
		r.Set(target + time.Duration(i%7)*ms)
	}
	r.Set(target)
	require.GreaterOrEqual(t, <-r.calls, target)
	r.Stop()
}
