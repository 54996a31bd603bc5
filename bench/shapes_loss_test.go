// Nothing is lost under any load shape: with limits on prefills, ramps, cancellations, failing answers, dying connections and an interrupt, what was
// issued came back and was recorded, once.
package bench

import (
	"context"
	"flag"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/bench/pace"
	"github.com/aiperf-go/aiperf/bench/transport"
	"github.com/aiperf-go/aiperf/dataset"
	"github.com/aiperf-go/aiperf/endpoints/mock"
	"github.com/aiperf-go/aiperf/metrics"
)

// dated gives conversations instants: one every 2 ms for first turns, and every fourth second turn one that may have passed.
type dated struct {
	visits
	n int
}

func (s dated) Len() int { return s.n }

func (s dated) Materialise(i int) (*dataset.Conversation, error) {
	c, err := s.visits.Materialise(i % s.n)
	if err != nil {
		return nil, err
	}
	c.Turns[0].Timestamp = time.Duration(i%s.n) * 2 * ms
	if len(c.Turns) > 1 && i%4 == 0 {
		c.Turns[1].Timestamp = c.Turns[0].Timestamp + 20*ms
	}
	return c, nil
}

// lossRequests is how many requests the test sends: a few by default, hundreds of thousands when somebody wants to know.
var lossRequests = flag.Int("loss", 20_000, "about how many requests TestNothingIsLostUnderAnyShape sends")

func TestNothingIsLostUnderAnyShape(t *testing.T) {
	const s = time.Second
	n := *lossRequests
	fault := func(text string) mock.Fault {
		f, err := mock.ParseFault(text)
		require.NoError(t, err)
		return f
	}
	source := dated{randomVisits(11), 1000}
	schedule, err := NewSchedule(source, true, 0)
	require.NoError(t, err)
	cancel := Cancellation{Percent: 10, After: 9 * ms}
	series := []pace.Point{{Rate: 200}, {At: s, Rate: 1000}, {At: 2 * s, Rate: 100}, {At: 3 * s, Rate: 900}}
	phases := []Phase{
		{Kind: metrics.Warmup, Concurrency: 16, Prefill: 4, Requests: n / 20, Cancellation: cancel},
		{Concurrency: 100, Prefill: 30, ConcurrencyRamp: s, PrefillRamp: 2 * s, Requests: n / 5, Cancellation: cancel},
		{Pattern: Poisson, Rate: 900, RateRamp: s, Concurrency: 60, Prefill: 20, Requests: n / 5, Cancellation: cancel},
		{Pattern: FixedSchedule, Schedule: schedule, Concurrency: 50, Prefill: 25, Cancellation: cancel},
		{Pattern: UserCentric, Rate: 500, Users: 40, Turns: 4, Requests: n / 20, Prefill: 20, Cancellation: cancel},
		{Pattern: Gamma, Smoothness: 0.5, Rate: 200, Series: series, Duration: 3 * s, Grace: 5 * ms, Cancellation: cancel},
		{Pattern: Constant, Rate: 1000, Concurrency: 10, Prefill: 5, Strict: true, Duration: 4 * s, Grace: 8 * ms, Cancellation: cancel},
		{Pattern: Constant, Rate: 1000, Requests: n, Prefill: 100, Cancellation: cancel}, // interrupted in its middle
	}
	var stop atomic.Pointer[context.CancelFunc]
	r := world{
		server: mock.Options{
			TTFT: mock.Fixed(12 * ms), Gap: mock.Fixed(3 * ms), OSL: 3,
			Faults: []mock.Fault{fault("status:500/7"), fault("drop/11"), fault("drop-mid/13"), fault("error-event/17"), fault("empty/19"), fault("stall:1s/101")},
		},
		phases: phases,
		plan: func(p *Plan) {
			p.KeepRaw, p.KeepText = false, false
			p.Dataset.Source, p.Dataset.Sampler = source, dataset.NewSequential(source.n)
			p.Target.Timeout, p.Target.Reuse = 500*ms, transport.Sticky
		},
		begun: func(cancel, _ context.CancelFunc) { stop.Store(&cancel) },
		sink: &memory{onEach: func(seen int) error {
			if seen == n {
				(*stop.Load())()
			}
			return nil
		}},
	}.run(t)
	require.NoError(t, r.err)
	require.True(t, r.summary.Cancelled)
	require.Len(t, r.summary.Phases, len(phases))

	type turn struct {
		phase   uint8
		session string
		turn    int32
	}
	sessions := map[turn]bool{}
	number := map[uint8]int64{}
	gone := map[uint8]int64{} // cut by the end of their phase
	waits := map[uint8][]change{}
	for _, rec := range r.records {
		k := turn{rec.Phase, rec.CorrelationID, rec.Turn}
		require.False(t, sessions[k], "no turn goes twice")
		require.True(t, rec.Turn == 0 || sessions[turn{rec.Phase, rec.CorrelationID, rec.Turn - 1}], "nor without the one before")
		sessions[k] = true
		require.Equal(t, number[rec.Phase], rec.SessionNum, "no number is left out or given twice")
		number[rec.Phase]++
		if rec.WasCancelled && rec.Error.Message == "Request cancelled by external signal" {
			gone[rec.Phase]++
		}
		require.LessOrEqual(t, rec.Due, rec.Start)
		if metrics.Known(rec.FirstChunk) {
			waits[rec.Phase] = append(waits[rec.Phase], change{rec.Start, 1}, change{rec.FirstChunk, -1})
		}
	}
	var issued int64
	for i, w := range r.summary.Phases {
		issued += w.Sent
		require.Positive(t, w.Sent, "phase %d", i)
		require.Equal(t, w.Sent, w.Completed+w.Cancelled, "phase %d: what was sent came back", i)
		require.Equal(t, w.Sent, number[uint8(i)], "phase %d: and was recorded", i)
		require.Equal(t, w.Cancelled, gone[uint8(i)], "phase %d: what the run cut says so", i)
		if limit := phases[i].Prefill; limit > 0 {
			require.LessOrEqual(t, most(waits[uint8(i)]), limit, "phase %d: requests that waited for their first content", i)
		}
	}
	require.Equal(t, int64(len(r.records)), issued)
	require.Equal(t, issued, r.stats.Inference, "the server saw as many")
	require.Equal(t, int64(schedule.Turns), r.summary.Phases[3].Sent, "a schedule is played to its end")
	require.Positive(t, r.summary.Phases[5].Cancelled)
	require.Positive(t, r.summary.Phases[6].MissedArrivals)
}
