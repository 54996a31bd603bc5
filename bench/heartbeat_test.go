// The heartbeat: what counts as standing still, and how much of it lies in a phase.
package bench

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestHeartbeat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := beat()
		time.Sleep(time.Minute) // virtual: nothing is ever late
		require.Empty(t, h.end())
	})
	base := time.Now()
	h := &heartbeat{}
	h.seen(base, base.Add(beatEvery))
	h.seen(base, base.Add(beatEvery+stallBound))
	require.Empty(t, h.stalls, "late within the bound")
	h.seen(base, base.Add(beatEvery+stallBound+1))
	require.Equal(t, []stall{{base.Add(beatEvery), base.Add(beatEvery + stallBound + 1)}}, h.stalls)
	h.stalls = make([]stall, mostStalls)
	h.seen(base, base.Add(time.Hour))
	require.Len(t, h.stalls, mostStalls)
}

func TestStallsWithinAPhase(t *testing.T) {
	base := time.Now()
	at := func(d time.Duration) time.Time { return base.Add(d) }
	stalls := []stall{{at(0), at(300 * ms)}, {at(1000 * ms), at(1100 * ms)}, {at(1900 * ms), at(2400 * ms)}}
	for _, c := range []struct{ from, to, total, longest time.Duration }{
		{0, 3000 * ms, 900 * ms, 500 * ms},
		{100 * ms, 2000 * ms, 400 * ms, 200 * ms},
		{300 * ms, 1000 * ms, 0, 0},
		{2300 * ms, 9000 * ms, 100 * ms, 100 * ms},
		{2000 * ms, 2100 * ms, 100 * ms, 100 * ms},
	} {
		total, longest := within(stalls, at(c.from), at(c.to))
		require.Equal(t, c.total, total)
		require.Equal(t, c.longest, longest)
	}
}
