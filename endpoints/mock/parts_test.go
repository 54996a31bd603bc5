package mock

// The small parts: words, histogram, heap, stamps.

import (
	"encoding/base64"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Each word is one token with and without its leading space: words.tiktoken holds the lines of the o200k_base rank file.
func TestWordsAreSingleTokens(t *testing.T) {
	b, err := os.ReadFile("testdata/words.tiktoken")
	require.NoError(t, err)
	ranks := map[string]bool{}
	for line := range strings.Lines(string(b)) {
		token, _, _ := strings.Cut(line, " ")
		text, err := base64.StdEncoding.DecodeString(token)
		require.NoError(t, err)
		ranks[string(text)] = true
	}
	seen := map[string]bool{}
	for k := range len(vocabulary) / wordLen {
		w := word(0, k)
		require.True(t, ranks[w], w)
		require.True(t, ranks[w[1:]], w)
		require.Regexp(t, `^ [a-z]{4}$`, w)
		seen[w] = true
	}
	require.Len(t, seen, 64)
	require.Equal(t, word(3, 0), word(0, 3))
	require.Equal(t, 64*wordLen, len(vocabulary))
}

func TestHistogram(t *testing.T) {
	var h histogram
	require.Equal(t, []time.Duration{0}, h.quantiles(0.5))
	last := -1
	for _, v := range []uint64{0, 1, 15, 16, 17, 31, 32, 33, 34, 63, 64, 1000, 1 << 20, 1<<40 + 12345, 1<<63 - 1} {
		b := bucketOf(v)
		require.GreaterOrEqual(t, b, last)
		require.Less(t, b, len(h.counts))
		require.GreaterOrEqual(t, upperOf(b), v)
		require.LessOrEqual(t, upperOf(b)-v, v/16)
		last = b
	}
	for v := range 1000 {
		h.record(time.Duration(v) * time.Microsecond)
	}
	h.record(-5)
	q := h.quantiles(0.5, 0.99, 1)
	require.InEpsilon(t, 500*time.Microsecond, q[0], 1.0/16)
	require.InEpsilon(t, 990*time.Microsecond, q[1], 1.0/16)
	require.Equal(t, 999*time.Microsecond, q[2])
	h.reset()
	require.Equal(t, []time.Duration{0}, h.quantiles(1))
}

func TestHeapOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	w := newWheel(time.Now(), newTimerWaiter(), 0, &meters{})
	var streams []*stream
	var dues []time.Duration
	for range 500 {
		s := &stream{state: idle, immediate: true}
		s.arrival = time.Duration(r.IntN(100))
		w.start(s)
		streams = append(streams, s)
	}
	for k, s := range streams {
		if k%3 == 0 {
			w.remove(s.index)
			require.Equal(t, -1, s.index)
			continue
		}
		dues = append(dues, s.due)
	}
	slices.Sort(dues)
	var last entry
	for _, due := range dues {
		e := w.heap[0]
		require.Equal(t, due, e.due)
		require.False(t, e.before(last), "equal instants keep their order")
		for i, e := range w.heap {
			require.Equal(t, i, e.s.index)
		}
		w.remove(0)
		last = e
	}
	require.Empty(t, w.heap)
}

func TestPatchStamp(t *testing.T) {
	for ns, want := range map[int64]string{
		1764000000123456789: "1764000000123456789",
		946684800000000000:  " 946684800000000000",
		0:                   "                  0",
	} {
		b := make([]byte, stampLen)
		patchStamp(b, ns)
		require.Equal(t, want, string(b))
	}
}

// One timed event through the heap and the stream, without the socket.
func BenchmarkEvent(b *testing.B) {
	s, err := Start(Options{})
	require.NoError(b, err)
	defer s.Close()
	c := &conn{srv: s, dead: true}
	w := newWheel(time.Now(), newTimerWaiter(), 0, &meters{})
	q := chatRequest{streaming: true}
	for n := range 1000 {
		t := &stream{}
		t.reset(c)
		t.n, t.gap = uint64(n), Fixed(ms)
		(&builder{o: &s.o, q: &q, r: &request{}, s: t}).build()
		t.size, t.cut = math.MaxInt, -1
		w.begin(t, time.Duration(n)*time.Microsecond)
	}
	b.ReportAllocs()
	for b.Loop() {
		w.fire(w.now())
	}
}
