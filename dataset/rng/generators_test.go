// The raw outputs of the generators, and what is saved by copying one.
package rng

import (
	"math/big"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLowLevel(t *testing.T) {
	type vector struct {
		MT      []uint32  `json:"mt_uint32"`
		Bits    []string  `json:"mt_getrandbits_1_5_17_33_53_64"`
		Late    []uint32  `json:"mt_uint32_after_1000"`
		Pool    [4]uint32 `json:"seedseq_pool"`
		Words   [4]string `json:"seedseq_state_uint64_4"`
		State   string    `json:"pcg64_state"`
		Inc     string    `json:"pcg64_inc"`
		Raw     []string  `json:"pcg64_raw64"`
		Uint32s []uint32  `json:"pcg64_next_uint32"`
		Folded  uint32    `json:"legacy_folded_seed"`
		Legacy  []uint32  `json:"legacy_mt_uint32"`
	}
	words := func(t *testing.T, want []uint32, next func() uint32) {
		require.NotEmpty(t, want)
		for i, w := range want {
			require.Equal(t, w, next(), "word %d", i)
		}
	}
	eachFile(t, "low-level.json", func(t *testing.T, path string) {
		var file map[string]vector
		load(t, path, &file)
		require.NotEmpty(t, file)
		for seedText, want := range file {
			seed := number(t, seedText)
			p := NewPython(seed)
			words(t, want.MT, p.Uint32)
			p.Seed(seed)
			require.NotEmpty(t, want.Bits)
			for i, v := range want.Bits {
				k := []int{1, 5, 17, 33, 53, 64}[i%6]
				require.Equal(t, v, strconv.FormatUint(p.Bits(k), 10), "seed %d getrandbits %d", seed, k)
			}
			p.Seed(seed)
			for range 1000 {
				p.Uint32()
			}
			words(t, want.Late, p.Uint32)

			require.Equal(t, want.Pool, seedPool(seed))
			for i, w := range seedSequence(seed) {
				require.Equal(t, want.Words[i], strconv.FormatUint(w, 10))
			}
			g := NewNumPy(seed)
			require.Equal(t, want.State, join(g.hi, g.lo))
			require.Equal(t, want.Inc, join(g.incHi, g.incLo))
			require.NotEmpty(t, want.Raw)
			for i, v := range want.Raw {
				require.Equal(t, v, strconv.FormatUint(g.Uint64(), 10), "seed %d raw %d", seed, i)
			}
			words(t, want.Uint32s, NewNumPy(seed).Uint32)

			require.Equal(t, want.Folded, Fold(seed))
			words(t, want.Legacy, NewLegacy(want.Folded).Uint32)
		}
	})
}

func join(hi, lo uint64) string {
	v := new(big.Int).SetUint64(hi)
	return v.Lsh(v, 64).Or(v, new(big.Int).SetUint64(lo)).String()
}

func TestAdvanceSkipsOutputs(t *testing.T) {
	for _, n := range []uint64{0, 1, 2, 3, 5, 64, 1000, 12345} {
		for _, halves := range []int{0, 1} {
			jumped, walked := NewNumPy(42), NewNumPy(42)
			for range halves {
				jumped.Uint32()
				walked.Uint32()
			}
			jumped.Advance(n)
			for range n {
				walked.Uint64()
			}
			require.Equal(t, walked, jumped, "%d outputs after %d halves", n, halves)
		}
	}
}

func TestAdvanceFar(t *testing.T) { // PCG64(42).advance(2**64-1).random_raw(3) of NumPy 2.4
	g := NewNumPy(42)
	g.Advance(1<<64 - 1)
	for _, want := range []uint64{2146846518013312434, 7926783307053106075, 13726094548374924182} {
		require.Equal(t, want, g.Uint64())
	}
}

func TestCopySavesPosition(t *testing.T) {
	p := Root(42).Derive(PromptLength).Python()
	for range 701 { // an odd number leaves a value of a pair
		p.Gauss(1, 2)
	}
	saved := *p
	first := []float64{p.Gauss(0, 1), p.Gauss(0, 1)}
	require.Equal(t, first, []float64{saved.Gauss(0, 1), saved.Gauss(0, 1)})
}
