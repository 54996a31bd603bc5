// Nothing is lost: of thousands of turns of random sessions, with failing answers, dying connections, and phases that end in every way, each that
// was sent came back, was recorded once, and stands in its place in its session.
package bench

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/endpoints/mock"
	"github.com/aiperf-go/aiperf/metrics"
)

// randomVisits are conversations of 1 to 6 turns with delays of 0 to 40 ms, or none.
func randomVisits(seed uint64) visits {
	draw := func(i, k int) *rand.Rand { return rand.New(rand.NewPCG(seed, uint64(i)<<8|uint64(k))) }
	return visits{
		turns: func(i int) int { return 1 + draw(i, 0).IntN(6) },
		delay: func(i, turn int) time.Duration { return time.Duration(draw(i, turn).Int64N(int64(40*ms))) - 10*ms },
	}
}

func TestNoTurnIsLost(t *testing.T) {
	fault := func(text string) mock.Fault {
		f, err := mock.ParseFault(text)
		require.NoError(t, err)
		return f
	}
	const s = time.Second
	r := world{
		server: mock.Options{
			TTFT: mock.Fixed(12 * ms), Gap: mock.Fixed(3 * ms), OSL: 3,
			Faults: []mock.Fault{fault("status:500/7"), fault("drop/11"), fault("drop-mid/13"), fault("error-event/17"), fault("empty/19"), fault("stall:1s/101")},
		},
		phases: []Phase{
			{Kind: metrics.Warmup, Concurrency: 16, Requests: 1000},
			{Concurrency: 100, Requests: 8000},
			{Pattern: Constant, Rate: 700, Concurrency: 40, Duration: 6 * s, Grace: 20 * ms},
			{Pattern: Poisson, Rate: 900, Requests: 4000},
			{Concurrency: 30, Sessions: 700},
			{Concurrency: 200, Duration: s},
			{Concurrency: 50, Duration: 400 * ms, Grace: Unbounded},
		},
		plan: func(p *Plan) {
			p.KeepRaw, p.KeepText = false, false
			p.Dataset.Source = randomVisits(7)
			p.Target.Timeout = 500 * ms // a stalled answer fails
		},
	}.run(t)
	require.NoError(t, r.err)
	require.Greater(t, len(r.records), 20000)

	type turnOf struct {
		phase   uint8
		session string
	}
	var issued, cancelled int64
	ways := map[string]int{}
	next := map[turnOf]int32{} // turns of a session so far
	number := map[uint8]int64{}
	source := randomVisits(7)
	free := map[turnOf]time.Duration{} // when the turn before had come back at the earliest
	alive := map[uint8][]change{}
	for _, rec := range r.records {
		k := turnOf{rec.Phase, rec.CorrelationID}
		require.Equal(t, next[k], rec.Turn, "turns come one after the other, each once")
		next[k]++
		require.Equal(t, number[rec.Phase], rec.SessionNum, "no number is left out or given twice")
		number[rec.Phase]++
		if rec.Turn > 0 {
			require.GreaterOrEqual(t, rec.Start, free[k]+max(0, source.delay(numberOf(t, rec.ConversationID), int(rec.Turn))), "nobody answers before having thought")
		} else {
			alive[rec.Phase] = append(alive[rec.Phase], change{rec.Start, 1})
		}
		free[k] = max(rec.Start, rec.LastBody, rec.End)
		class := ""
		if rec.Error != nil {
			class = rec.Error.Type
		}
		ways[class]++
	}
	for k, at := range free {
		alive[k.phase] = append(alive[k.phase], change{at, -1})
	}
	limits := []int{16, 100, 40, 0, 30, 200, 50}
	for i, p := range r.summary.Phases {
		switch peak, limit := most(alive[uint8(i)]), limits[i]; {
		case limit == 0:
		case p.OpenLoop:
			require.LessOrEqual(t, peak, limit, "phase %d: sessions at once", i)
		default:
			require.Equal(t, limit, peak, "phase %d: sessions at once", i)
		}
	}
	var recorded [7]metrics.PhaseWindow
	for i, w := range r.summary.Phases {
		issued += w.Sent
		cancelled += w.Cancelled
		require.Equal(t, w.Sent, w.Completed+w.Cancelled, "phase %d: what was sent came back", i)
		require.Equal(t, w.Sent, number[uint8(i)], "phase %d: and was recorded", i)
		recorded[i] = w
	}
	require.Equal(t, int64(len(r.records)), issued)
	require.Equal(t, issued, r.stats.Inference, "the server saw as many")
	require.Positive(t, cancelled)
	require.Equal(t, int(cancelled), ways["RequestCancellationError"])
	for _, class := range []string{"", "Internal Server Error", "ServerDisconnectedError", "ClientPayloadError", "SSEResponseError", "InvalidInferenceResultError", "TimeoutError"} {
		require.Positive(t, ways[class], class)
	}

	// Conversations are as long as they are, but for those that a phase's end cut.
	require.Equal(t, []int64{1000, 8000, 4000}, []int64{recorded[0].Sent, recorded[1].Sent, recorded[3].Sent})
	sessions, turns := 0, int64(0)
	for k, n := range next {
		if k.phase == 4 {
			sessions++
			turns += int64(n)
		}
	}
	require.Equal(t, 700, sessions)
	require.Equal(t, turns, recorded[4].Sent)
	for _, rec := range r.records {
		if rec.Phase == 4 {
			require.Equal(t, int32(source.turns(numberOf(t, rec.ConversationID))), next[turnOf{rec.Phase, rec.CorrelationID}], rec.ConversationID)
		}
	}
}

// change is a session's beginning or end.
type change struct {
	at time.Duration
	by int
}

// most is the largest number of sessions that were under way at once. At the same instant one ends before the next begins.
func most(changes []change) (peak int) {
	slices.SortFunc(changes, func(a, b change) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.by, b.by)) })
	now := 0
	for _, c := range changes {
		now += c.by
		peak = max(peak, now)
	}
	return peak
}

// numberOf is i of a conversation c<i>.
func numberOf(t testing.TB, id string) (n int) {
	t.Helper()
	for _, c := range id[1:] {
		require.Contains(t, "0123456789", string(c))
		n = 10*n + int(c-'0')
	}
	return n
}
