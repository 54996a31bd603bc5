// Designs compared bit by bit with those SciPy drew.

package qmc

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

type design struct {
	Kind       string
	D, N       int
	Scramble   bool
	Improve    bool
	Seed       uint64
	Points     [][]float64
	Last, Sums []float64
}

func TestDesigns(t *testing.T) {
	raw, err := os.ReadFile("testdata/designs.json")
	require.NoError(t, err)
	var file struct{ Designs []design }
	require.NoError(t, json.Unmarshal(raw, &file))
	require.NotEmpty(t, file.Designs)
	for _, c := range file.Designs {
		t.Run(fmt.Sprintf("%s_%dx%d_%t_%t_%d", c.Kind, c.N, c.D, c.Scramble, c.Improve, c.Seed), func(t *testing.T) {
			var got [][]float64
			if c.Kind == "sobol" {
				got, err = Sobol(c.N, c.D, c.Scramble, c.Seed)
				require.NoError(t, err)
			} else {
				got = LatinHypercube(c.N, c.D, c.Improve, c.Seed)
			}
			require.Len(t, got, c.N)
			if c.Points != nil {
				require.Equal(t, c.Points, got)
				return
			}
			require.Equal(t, c.Last, got[c.N-1])
			sums := make([]float64, c.D)
			for _, p := range got {
				for j, x := range p {
					sums[j] += x
				}
			}
			require.Equal(t, c.Sums, sums)
		})
	}
}

// A Latin hypercube holds one point in every slice of every axis, whatever the swaps did.
func TestSlices(t *testing.T) {
	for _, improve := range []bool{false, true} {
		points := LatinHypercube(50, 3, improve, 4)
		for j := range 3 {
			seen := map[int]bool{}
			for _, p := range points {
				seen[int(p[j]*50)] = true
			}
			require.Len(t, seen, 50)
		}
	}
}

func TestTooMuch(t *testing.T) {
	_, err := Sobol(2, len(directions)+1, false, 0)
	require.ErrorContains(t, err, "at most 128")
	_, err = Sobol(1<<sobolBits+1, 1, false, 0)
	require.ErrorContains(t, err, "points")
}

func BenchmarkSobol(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		_, _ = Sobol(1024, 4, true, 42)
	}
}

func BenchmarkRandomCD(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		LatinHypercube(100, 4, true, 42)
	}
}
