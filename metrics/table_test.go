// The facts table: nothing is lost in packing, gaps are exact wherever they lie, errors keep their order.
package metrics

import (
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// fillAny gives every exported field of a struct a value drawn by next, so that a forgotten field shows.
func fillAny(v reflect.Value, next func() int64) {
	for i := range v.NumField() {
		f := v.Field(i)
		switch f.Kind() {
		case reflect.Struct:
			if f.Type() == reflect.TypeFor[Value]() {
				f.Set(reflect.ValueOf(Float(float64(next()) / 3)))
				continue
			}
			fillAny(f, next)
		case reflect.Bool:
			f.SetBool(next()&1 == 1)
		case reflect.Uint8:
			f.SetUint(uint64(next()) & 1)
		case reflect.Int32:
			f.SetInt(int64(int32(next())))
		default:
			n := next()
			if f.Type() == reflect.TypeFor[Instant]() && n != int64(NoInstant) {
				n /= 4 // instants of one run lie within centuries of each other
			}
			f.SetInt(n)
		}
	}
}

// allRows reads a table back.
func allRows(t *testing.T, table *Table) (facts []Facts, gaps [][]Instant) {
	t.Helper()
	for _, kind := range []PhaseKind{Profiling, Warmup} {
		require.NoError(t, table.scan(kind, true, func(r *row, g []Instant) {
			facts = append(facts, r.Facts)
			gaps = append(gaps, append([]Instant(nil), g...))
		}))
	}
	return facts, gaps
}

func TestTableKeepsEveryFact(t *testing.T) {
	g := rand.New(rand.NewPCG(5, 6))
	extremes := []int64{0, 1, -1, math.MaxInt64, math.MinInt64, math.MinInt64 + 1, int64(time.Hour), 255, 256, 65535, 65536}
	spread := map[string]func() int64{
		"anything": func() int64 { return int64(g.Uint64()) },
		"small":    func() int64 { return g.Int64N(1000) },
		"equal":    func() int64 { return 7 },
		"absent":   func() int64 { return int64(NoCount) },
		"run":      func() int64 { return g.Int64N(int64(time.Hour)) },
		"extremes": func() int64 { return extremes[g.IntN(len(extremes))] },
	}
	for name, next := range spread {
		t.Run(name, func(t *testing.T) {
			table := NewTable(TableOptions{})
			var want []Facts
			for range chunkRows + 300 { // a sealed chunk and an open one
				var r Record
				fillAny(reflect.ValueOf(&r.Facts).Elem(), next)
				r.Kind = Profiling
				want = append(want, r.Facts)
				table.Append(&r)
			}
			require.Len(t, table.sealed, 1)
			got, _ := allRows(t, table)
			require.Len(t, got, len(want))
			for i := range want {
				if want[i] != got[i] {
					require.Equal(t, want[i], got[i], i)
				}
			}
		})
	}
}

func TestTableKeepsAbsence(t *testing.T) {
	table := NewTable(TableOptions{})
	var r Record
	for i := range chunkRows + 1 {
		r.Reset()
		if i%3 == 0 {
			r.Start, r.Issued, r.InputTokens = Instant(i), Instant(i-5), Count(i)
		}
		table.Append(&r)
	}
	got, _ := allRows(t, table)
	require.Len(t, got, chunkRows+1)
	for i := range got {
		r.Reset()
		if i%3 == 0 {
			r.Start, r.Issued, r.InputTokens = Instant(i), Instant(i-5), Count(i)
		}
		if r.Facts != got[i] {
			require.Equal(t, r.Facts, got[i], i)
		}
	}
}

// memoryFile is a spill file; it fails once it holds limit bytes.
type memoryFile struct {
	data   []byte
	limit  int
	noRead bool
	closed bool
}

var errFull = errors.New("no space left")

func (f *memoryFile) Write(b []byte) (int, error) {
	if f.limit > 0 && len(f.data)+len(b) > f.limit {
		return 0, errFull
	}
	f.data = append(f.data, b...)
	return len(b), nil
}

func (f *memoryFile) ReadAt(b []byte, off int64) (int, error) {
	if f.noRead {
		return 0, errFull
	}
	return copy(b, f.data[off:]), nil
}

func (f *memoryFile) Close() error {
	f.closed = true
	return nil
}

// requireGaps compares without printing all of them.
func requireGaps(t *testing.T, table *Table, want [][]Instant) {
	t.Helper()
	_, got := allRows(t, table)
	require.Len(t, got, len(want))
	for i := range want {
		require.True(t, slices.Equal(want[i], got[i]), "record %d", i)
	}
}

// fillGaps appends records with gaps of every size, long ones and their neighbours included, and returns what must come back.
func fillGaps(table *Table, records int) [][]Instant {
	g := rand.New(rand.NewPCG(7, 8))
	edges := []Instant{0, -1, math.MaxInt32, math.MaxInt32 + 1, math.MinInt32, math.MinInt32 - 1, math.MinInt32 + 1, 1 << 40, -(1 << 40), math.MaxInt64, 3 * time.Second}
	var want [][]Instant
	var r Record
	for i := range records {
		r.Reset()
		r.Valid = true
		for range i % 100 {
			gap := Instant(g.IntN(1e8))
			if g.IntN(10) == 0 {
				gap = edges[g.IntN(len(edges))]
			}
			r.Gaps = append(r.Gaps, gap)
		}
		want = append(want, append([]Instant(nil), r.Gaps...))
		table.Append(&r)
	}
	return want
}

func TestArena(t *testing.T) {
	const records = 6000 // 300 000 gaps, five blocks
	t.Run("in memory", func(t *testing.T) {
		table := NewTable(TableOptions{})
		want := fillGaps(table, records)
		requireGaps(t, table, want)
		require.Zero(t, table.SpilledBytes())
		require.NoError(t, table.Close())
	})
	t.Run("spilled", func(t *testing.T) {
		file := &memoryFile{}
		table := NewTable(TableOptions{GapBudget: 2 * gapBlock * 4, Spill: func() (SpillFile, error) { return file, nil }})
		want := fillGaps(table, records)
		requireGaps(t, table, want)
		require.GreaterOrEqual(t, table.SpilledBytes(), int64(2*gapBlock*4))
		require.LessOrEqual(t, table.gaps.inMem, 2)
		require.NoError(t, table.Err())
		require.NoError(t, table.Close())
		require.True(t, file.closed)
	})
	t.Run("file cannot be opened", func(t *testing.T) {
		table := NewTable(TableOptions{GapBudget: 1, Spill: func() (SpillFile, error) { return nil, errFull }})
		want := fillGaps(table, records)
		requireGaps(t, table, want)
		require.ErrorIs(t, table.Err(), errFull)
	})
	t.Run("file gets full", func(t *testing.T) {
		file := &memoryFile{limit: gapBlock * 4}
		table := NewTable(TableOptions{GapBudget: 1, Spill: func() (SpillFile, error) { return file, nil }})
		want := fillGaps(table, records)
		requireGaps(t, table, want)
		require.ErrorIs(t, table.Err(), errFull)
		require.EqualValues(t, gapBlock*4, table.SpilledBytes())
	})
	t.Run("file cannot be read back", func(t *testing.T) {
		file := &memoryFile{}
		table := NewTable(TableOptions{GapBudget: 1, Spill: func() (SpillFile, error) { return file, nil }})
		fillGaps(table, records)
		file.noRead = true
		s := Summarise(table, Inputs{Scope: Scope{Streaming: true, ProducesTokens: true}})
		require.False(t, s.Complete)
		require.Contains(t, s.IncompleteReason, "reading back spilled chunk gaps")
	})
}

func TestErrorGroups(t *testing.T) {
	table := NewTable(TableOptions{})
	add := func(kind PhaseKind, e ErrorDetail) {
		var r Record
		r.Reset()
		r.Kind, r.Error = kind, &e
		table.Append(&r)
	}
	add(Profiling, ErrorDetail{Code: 503, Type: "Service Unavailable", Message: "busy", CauseChain: []string{"first"}})
	add(Profiling, ErrorDetail{Code: NoCount, Type: "TimeoutError", Message: "TimeoutError()"})
	add(Warmup, ErrorDetail{Code: 503, Type: "Service Unavailable", Message: "busy"})
	add(Profiling, ErrorDetail{Code: 503, Type: "Service Unavailable", Message: "busy", CauseChain: []string{"second"}})
	add(Profiling, ErrorDetail{Code: 0, Type: "TimeoutError", Message: "TimeoutError()"})
	add(Profiling, ErrorDetail{Code: 503, Type: "Service Unavailable", Message: "down"})

	require.Equal(t, []ErrorCount{
		{ErrorDetail{Code: 503, Type: "Service Unavailable", Message: "busy", CauseChain: []string{"first"}}, 2},
		{ErrorDetail{Code: NoCount, Type: "TimeoutError", Message: "TimeoutError()"}, 1},
		{ErrorDetail{Code: 0, Type: "TimeoutError", Message: "TimeoutError()"}, 1},
		{ErrorDetail{Code: 503, Type: "Service Unavailable", Message: "down"}, 1},
	}, table.Errors(Profiling))
	require.Len(t, table.Errors(Warmup), 1)
}

func TestColumnsAndRagged(t *testing.T) {
	table := NewTable(TableOptions{})
	var r Record
	for _, x := range []struct {
		kind  PhaseKind
		valid bool
		gaps  []Instant
	}{
		{Profiling, true, []Instant{5, 6}},
		{Warmup, true, []Instant{1}},
		{Profiling, false, []Instant{9}},
		{Profiling, true, []Instant{4, -1}},
		{Profiling, true, nil},
		{Profiling, true, []Instant{0, 7}},
	} {
		r.Reset()
		r.Kind, r.Valid, r.InputTokens = x.kind, x.valid, Count(len(x.gaps))
		r.Start, r.FirstChunk, r.LastChunk = 10, 20, 30
		r.Gaps = append(r.Gaps, x.gaps...)
		table.Append(&r)
	}
	require.Equal(t, 6, table.Len())
	require.Equal(t, []float64{2, 2, 0, 2}, table.Column("input_sequence_length", Profiling))
	require.Equal(t, []float64{1}, table.Column("error_isl", Profiling))
	require.Equal(t, []float64{20}, table.Column("request_latency", Warmup))
	require.Equal(t, []float64{5, 4, 0}, table.Column("time_to_second_token", Profiling))
	require.Nil(t, table.Column("request_throughput", Profiling))
	require.Nil(t, table.Column("no_such_metric", Profiling))

	values, ends, err := table.Ragged("inter_chunk_latency", Profiling)
	require.NoError(t, err)
	require.Equal(t, []float64{5, 6, 0, 7}, values, "a gap out of order drops its request")
	require.Equal(t, []int{2, 4}, ends)
	values, _, err = table.Ragged("request_latency", Profiling)
	require.NoError(t, err)
	require.Nil(t, values)
}
