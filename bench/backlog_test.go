// The backlog and its spill: order, the bound in memory, and a round trip through the file that loses nothing.
package bench

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/endpoints/mock"
	"github.com/aiperf-go/aiperf/metrics"
)

// testShot is a shot whose content follows from its number.
func testShot(i int) *Shot {
	r := rand.New(rand.NewPCG(uint64(i), 1))
	fill := func(n int) []byte {
		b := make([]byte, n)
		for k := range b {
			b[k] = byte(r.Uint32())
		}
		return b
	}
	s := &Shot{number: int64(i)}
	s.Wire = fill(200 + i%7)
	s.BodyLen = 50
	s.digest.Text, s.digest.Reasoning, s.digest.Reply = fill(i%100), fill(i%3), fill(i%50)
	for range i % 20 {
		s.digest.Stamps = append(s.digest.Stamps, metrics.Instant(r.Int64()))
	}
	return s
}

// requireSameShot compares what a shot carries; it is plain, because it is called thousands of times.
func requireSameShot(t testing.TB, want, got *Shot) {
	same := want.number == got.number && bytes.Equal(want.Wire, got.Wire) && bytes.Equal(want.body(), got.body()) &&
		bytes.Equal(want.digest.Text, got.digest.Text) && bytes.Equal(want.digest.Reasoning, got.digest.Reasoning) &&
		slices.Equal(want.digest.Stamps, got.digest.Stamps) && got.spilled == spilled{} && got.err == nil
	if !same {
		require.Failf(t, "not the same shot", "want %+v, got %+v", want.digest, got.digest)
	}
}

func files(t testing.TB, dir string) int {
	found, err := filepath.Glob(filepath.Join(dir, ".aiperf-backlog-*"))
	require.NoError(t, err)
	return len(found)
}

func TestBacklogKeepsTheOrder(t *testing.T) {
	const n = 5000 // enough to move the ring's storage
	b := newBacklog(t.TempDir(), 1<<30)
	next := 0
	for i := range n {
		b.push(testShot(i))
		if i%3 != 0 {
			continue
		}
		requireSameShot(t, testShot(next), b.pop())
		next++
	}
	b.close()
	for ; next < n; next++ {
		requireSameShot(t, testShot(next), b.pop())
	}
	require.Nil(t, b.pop(), "closed and empty")
	most, written := b.peak()
	require.Equal(t, int64(n-n/3-1), most, "one in three was taken away while they came")
	require.Zero(t, written)
	require.Zero(t, b.bytes)
}

func TestBacklogSpillsBeyondItsBound(t *testing.T) {
	dir := t.TempDir()
	const n = 300
	var bound int64
	for i := range 100 {
		bound += testShot(i).size()
	}
	b := newBacklog(dir, bound)
	for i := range n {
		b.push(testShot(i))
		require.LessOrEqual(t, b.bytes, bound)
		if i == 99 {
			require.Zero(t, files(t, dir), "all of it fits")
		}
	}
	require.Equal(t, 1, files(t, dir))
	for i, s := range b.shots {
		require.Equal(t, i >= 100, s.spilled.used, i)
		if i >= 100 {
			require.Nil(t, s.Wire)
			require.Nil(t, s.digest.Stamps)
			require.Nil(t, s.digest.Reply)
		}
	}
	for i := range n {
		requireSameShot(t, testShot(i), b.pop())
	}
	require.Zero(t, b.bytes)
	_, written := b.peak()
	var bulk int64
	for i := 100; i < n; i++ {
		s := testShot(i)
		bulk += int64(len(s.Wire) + len(s.digest.Text) + len(s.digest.Reasoning) + 8*len(s.digest.Stamps))
	}
	require.Equal(t, bulk, written)
	require.Zero(t, b.spill.end, "an empty file is written from its start again")

	b.push(testShot(1)) // there is room again
	require.False(t, b.shots[b.head].spilled.used)
	b.spill.close()
	require.Zero(t, files(t, dir), "the file is gone")
}

func TestSpillRoundTripManyTimes(t *testing.T) {
	dir := t.TempDir()
	b := newBacklog(dir, 0) // everything goes to the file
	for round := range 5 {
		for i := range 50 {
			b.push(testShot(round*50 + i))
		}
		for i := range 50 {
			requireSameShot(t, testShot(round*50+i), b.pop())
		}
	}
	fi, err := b.spill.file.Stat()
	require.NoError(t, err)
	_, written := b.peak()
	require.Less(t, fi.Size(), written/4, "the file's room is used again")
	b.spill.close()
}

func TestSpillThatCannotBeWritten(t *testing.T) {
	b := newBacklog(filepath.Join(t.TempDir(), "missing"), 0)
	for i := range 20 {
		b.push(testShot(i))
	}
	require.True(t, b.spill.failed)
	require.Positive(t, b.bytes)
	for i := range 20 {
		requireSameShot(t, testShot(i), b.pop())
	}
	require.Zero(t, b.bytes)
	b.spill.close()
}

func TestSpillThatCannotBeReadBack(t *testing.T) {
	b := newBacklog(t.TempDir(), 0)
	b.push(testShot(30))
	b.push(testShot(31))
	require.NoError(t, b.spill.file.Truncate(0))
	require.Error(t, b.pop().err, "its figures would be wrong")
	s := testShot(32)
	s.err = os.ErrClosed
	b.push(s)
	require.NoError(t, b.spill.file.Truncate(0))
	require.Error(t, b.pop().err)
	require.ErrorIs(t, b.pop().err, os.ErrClosed, "its own error is the first")
	b.spill.close()
}

func TestRawAnswersStayInMemory(t *testing.T) {
	b := newBacklog(t.TempDir(), 0)
	s := testShot(5)
	s.digest.KeepRaw = true
	b.push(s)
	require.Nil(t, b.spill.file)
	requireSameShot(t, testShot(5), b.pop())
}

func TestBacklogUnderManyHands(t *testing.T) {
	const hands, each = 4, 500
	b := newBacklog(t.TempDir(), 64<<10)
	var pushing, popping sync.WaitGroup
	for h := range hands {
		pushing.Go(func() {
			for i := range each {
				b.push(testShot(h*each + i))
			}
		})
	}
	got := make([][]*Shot, hands)
	for h := range hands {
		popping.Go(func() {
			for s := b.pop(); s != nil; s = b.pop() {
				got[h] = append(got[h], s)
			}
		})
	}
	pushing.Wait()
	b.close()
	popping.Wait()
	seen := map[int64]bool{}
	for _, taken := range got {
		last := map[int64]int64{}
		for _, s := range taken {
			requireSameShot(t, testShot(int(s.number)), s)
			require.False(t, seen[s.number])
			seen[s.number] = true
			from := s.number / each
			require.GreaterOrEqual(t, s.number, last[from], "each hand's own shots come in order")
			last[from] = s.number
		}
	}
	require.Len(t, seen, hands*each)
	b.spill.close()
}

func TestARunThatSpills(t *testing.T) {
	// What comes out of the file is as if it had never been there.
	dir := t.TempDir()
	play := func(bound int64) result {
		return world{
			server: mock.Options{TTFT: mock.Fixed(ms), Gap: mock.Fixed(ms), OSL: 5, Reasoning: 2}, phases: []Phase{{Concurrency: 50, Requests: 500}},
			plan: func(p *Plan) { p.SpillDir, p.KeepRaw = dir, false },
			opts: []Option{func(o *options) { o.backlog = bound }},
		}.run(t)
	}
	kept, spilt := play(1<<30), play(0)
	require.Zero(t, kept.summary.Client.SpilledBytes)
	require.Positive(t, spilt.summary.Client.SpilledBytes)
	require.Len(t, spilt.records, 500)
	for i, rec := range spilt.records {
		want := kept.records[i]
		want.Armed, rec.Armed = 0, 0
		require.Equal(t, want.Facts, rec.Facts)
		require.Equal(t, want.Gaps, rec.Gaps)
		require.Len(t, bytes.Fields(rec.Text), 5)
	}
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, left, "no file is left behind")
}
