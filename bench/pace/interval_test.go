// Intervals, ramps and cancellations, bit for bit as AIPerf 0.13.0 drew them; a folder seed-N holds them for another seed.
package pace

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/dataset/rng"
)

// eachSeed reads all files of a name and calls check for every seed in them.
func eachSeed[V any](t *testing.T, name string, check func(t *testing.T, root rng.Root, want V)) {
	t.Helper()
	paths, err := filepath.Glob("testdata/seed-*/" + name)
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	for _, path := range append(paths, "testdata/"+name) {
		b, err := os.ReadFile(path)
		require.NoError(t, err)
		var file struct{ Seeds map[string]V }
		require.NoError(t, json.Unmarshal(b, &file))
		require.NotEmpty(t, file.Seeds)
		for text, want := range file.Seeds {
			seed, err := strconv.ParseUint(text, 10, 64)
			require.NoError(t, err)
			t.Run(path+" "+text, func(t *testing.T) { check(t, rng.Root(seed), want) })
		}
	}
}

func TestIntervals(t *testing.T) {
	const rate = 10
	gamma := func(smoothness float64) func(rng.Root) Interval {
		return func(r rng.Root) Interval { return Gamma(rate, smoothness, r.Derive(rng.GammaInterval).Python()) }
	}
	rows := map[string]func(rng.Root) Interval{
		"constant rate=10":              func(rng.Root) Interval { return Constant(rate) },
		"poisson rate=10":               func(r rng.Root) Interval { return Poisson(rate, r.Derive(rng.PoissonInterval).Python()) },
		"gamma rate=10 smoothness=None": gamma(0),
		"gamma rate=10 smoothness=0.5":  gamma(0.5),
		"gamma rate=10 smoothness=1.0":  gamma(1),
		"gamma rate=10 smoothness=2.0":  gamma(2),
		"gamma rate=10 smoothness=5.0":  gamma(5),
		"poisson rate=10 x10 then set_rate(20) x10": func(r rng.Root) Interval {
			draws := 0
			return PoissonArrivals(r.Derive(rng.PoissonInterval).Python()).Following(func() float64 {
				if draws++; draws > 10 {
					return 20
				}
				return 10
			})
		},
	}
	eachSeed(t, "intervals.json", func(t *testing.T, root rng.Root, kinds map[string][]float64) {
		require.Len(t, kinds, len(rows))
		for name, wants := range kinds {
			require.Contains(t, rows, name)
			require.NotEmpty(t, wants)
			next := rows[name](root)
			for i, want := range wants {
				require.Equal(t, want, next(), "%s gap %d", name, i)
			}
		}
	})
}

// A changed rate takes the next draw of the stream, whatever the pattern.
func TestChangedRateContinuesTheStream(t *testing.T) {
	stream := rng.Root(7).Derive(rng.GammaInterval)
	for name, arrivals := range map[string]func() Arrivals{
		"constant": ConstantArrivals,
		"poisson":  func() Arrivals { return PoissonArrivals(stream.Python()) },
		"gamma":    func() Arrivals { return GammaArrivals(2.5, stream.Python()) },
	} {
		rate := 4.0
		changing, slow, fast := arrivals().Following(func() float64 { return rate }), arrivals().At(4), arrivals().At(32)
		for i := range 40 {
			if i%8 == 5 {
				rate = 36 - rate
			}
			at4, at32 := slow(), fast()
			want := at4
			if rate == 32 {
				want = at32
			}
			require.Equal(t, want, changing(), "%s gap %d", name, i)
		}
	}
}

func TestPoissonRamp(t *testing.T) {
	type ramp struct {
		Times  []float64 `json:"event_times"`
		Values []float64
	}
	eachSeed(t, "ramp-poisson.json", func(t *testing.T, root rng.Root, want ramp) {
		times, values := PoissonRamp(1, 20, 10, root.Derive(rng.PoissonRamp).Python())
		require.NotEmpty(t, want.Times)
		require.Equal(t, want.Times, times)
		require.Equal(t, want.Values, values)
	})
}

func TestPoissonRampEnds(t *testing.T) {
	stream := rng.Root(42).Derive(rng.PoissonRamp)
	for _, c := range []struct{ start, target, seconds float64 }{
		{50, 1, 3}, {1, 2, 100}, {0.5, 0.25, 0.1}, {1, 1e4, 1e-9},
	} {
		times, values := PoissonRamp(c.start, c.target, c.seconds, stream.Python())
		require.NotEmpty(t, times)
		require.Len(t, values, len(times)+1)
		require.Equal(t, c.start, values[0])
		require.Equal(t, c.target, values[len(times)])
		require.InEpsilon(t, c.seconds, times[len(times)-1], 1e-9)
		require.IsNonDecreasing(t, times)
		for i := range times {
			require.Equal(t, c.target > c.start, values[i+1] > values[i])
		}
	}
	for _, c := range [][2]float64{{0, 10}, {19, 0}, {19, -1}, {19, 1e-308}} { // nowhere, or at once
		times, values := PoissonRamp(1, 1+c[0], c[1], stream.Python())
		require.Empty(t, times)
		require.Equal(t, []float64{1}, values)
	}
}

func TestCancellation(t *testing.T) {
	eachSeed(t, "cancellation.json", func(t *testing.T, root rng.Root, wants []*int64) {
		require.NotEmpty(t, wants)
		c := NewCancellation(30, root.Derive(rng.Cancellation).Python())
		for i, want := range wants {
			require.Equal(t, want != nil, c.Next(), "request %d", i)
		}
	})
}

func TestCancellationOfAllAndNone(t *testing.T) {
	stream := rng.Root(42).Derive(rng.Cancellation)
	all := NewCancellation(100, stream.Python())
	drawn := stream.Python()
	none := NewCancellation(0, drawn)
	var absent *Cancellation
	for range 1000 {
		require.True(t, all.Next())
		require.False(t, none.Next())
		require.False(t, absent.Next())
	}
	require.Equal(t, stream.Python(), drawn, "without a share nothing is drawn")
}

func BenchmarkInterval(b *testing.B) {
	stream := rng.Root(42).Derive(rng.GammaInterval)
	for _, row := range []struct {
		name string
		next Interval
	}{
		{"constant", Constant(10)},
		{"poisson", Poisson(10, stream.Python())},
		{"gamma-0.5", Gamma(10, 0.5, stream.Python())},
		{"gamma-2", Gamma(10, 2, stream.Python())},
	} {
		b.Run(row.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				row.next()
			}
		})
	}
}

func BenchmarkCancellation(b *testing.B) {
	b.ReportAllocs()
	c := NewCancellation(30, rng.Root(42).Derive(rng.Cancellation).Python())
	for b.Loop() {
		c.Next()
	}
}
