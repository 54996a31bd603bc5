// The functions of the C library, bit for bit; their tables.
package rng

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// libm reads the rows of a function: arguments and, last, the result.
func libm(t *testing.T, name string) [][]float64 {
	t.Helper()
	var file map[string]json.RawMessage
	load(t, "testdata/libm.json", &file)
	var rows []string
	require.NoError(t, json.Unmarshal(file[name], &rows))
	require.Greater(t, len(rows), 300)
	var out [][]float64
	for _, row := range rows {
		var v []float64
		for _, word := range strings.Fields(row) {
			b, err := strconv.ParseUint(word, 16, 64)
			require.NoError(t, err)
			v = append(v, math.Float64frombits(b))
		}
		out = append(out, v)
	}
	return out
}

func TestLibm(t *testing.T) {
	unary := func(f func(float64) float64) func([]float64) float64 {
		return func(x []float64) float64 { return f(x[0]) }
	}
	for _, f := range []struct {
		name string
		call func([]float64) float64
		ulps int64 // how far one row in a hundred may be off; 0 for none
	}{
		{"log", unary(Log), 0},
		{"exp", unary(Exp), 0},
		{"log1p", unary(log1pGlibc), 0},
		{"pow", func(x []float64) float64 { return Pow(x[0], x[1]) }, 0},
		{"sin", unary(func(x float64) float64 { s, _ := sincos(x); return s }), 1},
		{"cos", unary(func(x float64) float64 { _, c := sincos(x); return c }), 1},
	} {
		rows := libm(t, f.name)
		off := 0
		for _, v := range rows {
			last := len(v) - 1
			got := f.call(v[:last])
			apart := int64(math.Float64bits(v[last])) - int64(math.Float64bits(got))
			require.LessOrEqual(t, max(apart, -apart), f.ulps, "%s%v: want %v, got %v", f.name, v[:last], v[last], got)
			if apart != 0 {
				off++
			}
		}
		require.LessOrEqual(t, off, len(rows)/100, f.name)
	}
}

func TestLibmOutsideOfItsRange(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	require.True(t, math.IsNaN(Exp(nan)))
	require.True(t, math.IsNaN(Log(-1)))
	require.True(t, math.IsNaN(Log(nan)))
	require.True(t, math.IsNaN(Pow(-2, 0.5)))
	require.True(t, math.IsNaN(log1pGlibc(-2)))
	require.Equal(t, -inf, log1pGlibc(-1))
	require.Equal(t, -inf, Log(0))
	require.Equal(t, inf, Pow(inf, 2))
}

func TestTablesAreAsPublished(t *testing.T) {
	digest := func(words ...uint64) string {
		h := sha256.New()
		for _, w := range words {
			h.Write(binary.LittleEndian.AppendUint64(nil, w))
		}
		return hex.EncodeToString(h.Sum(nil))
	}
	floats := func(lists ...[]float64) (bits []uint64) {
		for _, l := range lists {
			for _, v := range l {
				bits = append(bits, math.Float64bits(v))
			}
		}
		return bits
	}
	require.Equal(t, "d46841a090f638a74c6bd112345fe681089be798d725b251129f062cad5521a3", // ki, wi, fi
		digest(append(append(zigguratKeep[:], zigguratWidth[:]...), zigguratHeight[:]...)...))
	require.Equal(t, "ee44361d9f397a27e80537adaf7d2d9614d9c7ce89dfe371687a3562b109492e",
		digest(floats(logInvC[:], logLogC[:], logPoly[:], logPolyNearOne[:])...))
	for i, row := range powTable { // the logarithm of a row is minus that of its reciprocal, which package math gives to one unit
		require.InDelta(t, -math.Log(row.inverse), row.log+row.logTail, 0x1p-53, "row %d", i)
		require.Equal(t, math.Trunc(row.log*(1<<43)), row.log*(1<<43), "row %d", i)
	}
}
