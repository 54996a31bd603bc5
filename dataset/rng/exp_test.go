// The exponential against glibc's.
package rng

import (
	"encoding/json"
	"os"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestExp(t *testing.T) {
	raw, err := os.ReadFile("testdata/exp.json")
	require.NoError(t, err)
	var file struct{ Cases [][2]string }
	require.NoError(t, json.Unmarshal(raw, &file))
	require.NotEmpty(t, file.Cases)
	for _, c := range file.Cases {
		x, err := strconv.ParseFloat(c[0], 64)
		require.NoError(t, err)
		want, err := strconv.ParseFloat(c[1], 64)
		require.NoError(t, err)
		require.Equal(t, want, Exp(x), "exp(%s)", c[0])
	}
}

func BenchmarkExp(b *testing.B) {
	b.ReportAllocs()
	var sum float64
	for b.Loop() {
		sum += Exp(1.5)
	}
	_ = sum
}
