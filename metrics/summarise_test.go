// Summaries at the edges: no record, one record, phases that never ended, several phases, and numbers that are not finite.
package metrics

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var chatScope = Scope{Streaming: true, ProducesTokens: true, TokenizesInput: true, Audio: true}

// answered makes a valid record: content after 10 ms, then a gap of 5 ms for each further token.
func answered(r *Record, start Instant, tokens int) {
	r.Reset()
	r.Valid = true
	r.Issued, r.Start, r.FirstChunk = start-time.Millisecond, start, start+10*time.Millisecond
	r.FirstOut, r.LastChunk = r.FirstChunk, r.FirstChunk
	for range tokens - 1 {
		r.Gaps = append(r.Gaps, 5*time.Millisecond)
		r.LastChunk += 5 * time.Millisecond
	}
	r.LastEvent, r.End = r.LastChunk, r.LastChunk
	r.InputTokens, r.OutputTokens = 20, Count(tokens)
}

func find(results []Result, tag string) *Result {
	for i := range results {
		if results[i].Def.Tag == tag {
			return &results[i]
		}
	}
	return nil
}

// requireFinite shows that nothing not finite, and no value without a definition, leaves the package.
func requireFinite(t *testing.T, results []Result) {
	t.Helper()
	for _, r := range results {
		require.NotNil(t, r.Def)
		for key, v := range statistics(r) {
			f := v.Float64()
			require.False(t, math.IsNaN(f) || math.IsInf(f, 0), "%s %s", r.Def.Tag, key)
		}
	}
}

func TestSummariseNothing(t *testing.T) {
	s := Summarise(NewTable(TableOptions{}), Inputs{Scope: chatScope})
	require.Empty(t, s.Results)
	require.Nil(t, s.Warmup)
	require.Empty(t, s.Errors)
	require.True(t, s.Complete)
	require.False(t, Known(s.Window.Start))
}

func TestSummariseOneRecord(t *testing.T) {
	table := NewTable(TableOptions{})
	var r Record
	answered(&r, time.Second, 1)
	table.Append(&r)
	s := Summarise(table, Inputs{Scope: chatScope, Phases: []PhaseWindow{{Start: 0, End: 2 * time.Second}}})
	requireFinite(t, s.Results)
	require.EqualValues(t, 1, s.Succeeded)

	latency := find(s.Results, "request_latency")
	require.Equal(t, Float(10), latency.Avg)
	require.Equal(t, Float(0), latency.Std)
	require.Equal(t, Int(1), latency.Count)
	require.Equal(t, Float(10), latency.Percentiles[8])
	require.Nil(t, find(s.Results, "inter_token_latency"), "one token has no gap")
	require.Nil(t, find(s.Results, "inter_chunk_latency"))
	require.Nil(t, find(s.Results, "adj_request_latency"), "nothing failed")
	require.Nil(t, find(s.Results, "error_request_count"))
	require.Equal(t, Float(0.5), find(s.Results, "request_throughput").Avg)
	for _, d := range sweepDefs {
		require.NotNil(t, find(s.Results, d.Tag), "the sweep line is always complete")
	}
}

func TestSummariseOnlyFailures(t *testing.T) {
	table := NewTable(TableOptions{})
	var r Record
	r.Reset()
	r.Start, r.Issued, r.Error = 5, 4, &ErrorDetail{Code: NoCount, Type: "ClientConnectorError"}
	table.Append(&r)
	r.Reset()
	r.Error = &ErrorDetail{Code: 0, Type: "RequestSendTimeout"} // never began
	table.Append(&r)
	s := Summarise(table, Inputs{Scope: chatScope, Phases: []PhaseWindow{{Start: 0, End: 10}}})
	requireFinite(t, s.Results)
	require.EqualValues(t, 2, s.Failed)
	require.Len(t, s.Errors, 2)
	require.Equal(t, Float(100), find(s.Results, "request_error_rate").Avg)
	require.Equal(t, Float(0), find(s.Results, "context_overflow_count").Avg)
	require.Equal(t, Int(1), find(s.Results, "effective_latency").Count)
	require.Nil(t, find(s.Results, "request_count"))
	require.Nil(t, find(s.Results, "request_throughput"))
}

// TestSummariseDenominator shows what rates divide by, phase by phase.
func TestSummariseDenominator(t *testing.T) {
	const s = time.Second
	tests := []struct {
		name     string
		phases   []PhaseWindow
		starts   []Instant
		rate     Value
		duration Value
	}{
		{"window", []PhaseWindow{{Start: 0, End: 4 * s}}, []Instant{s, 2 * s}, Float(0.5), Float(1.01)},
		{"never completed", []PhaseWindow{{Start: 0, End: NoInstant}}, []Instant{s, 2 * s}, Float(2 / 1.01), Float(1.01)},
		{"no phase known", nil, []Instant{s, 2 * s}, Float(2 / 1.01), Float(1.01)},
		{"several phases add up", []PhaseWindow{{Start: 0, End: 3 * s}, {Start: 9 * s, End: 10 * s}}, []Instant{s, 9 * s}, Float(0.5), Float(4)},
		{"one of several never completed", []PhaseWindow{{Start: 0, End: 3 * s}, {Start: 9 * s, End: NoInstant}}, []Instant{s, 2 * s}, Float(2 / 1.01), Float(1.01)},
		{"empty window", []PhaseWindow{{Start: s, End: s}}, []Instant{s, 2 * s}, Absent, Float(1.01)},
		{"warm-up is apart", []PhaseWindow{{Kind: Warmup, Start: 0, End: s}, {Start: s, End: 3 * s}}, []Instant{s, 2 * s}, Float(1), Float(1.01)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			table := NewTable(TableOptions{})
			var r Record
			for _, at := range tt.starts {
				answered(&r, at, 1)
				table.Append(&r)
			}
			sum := Summarise(table, Inputs{Scope: chatScope, Phases: tt.phases})
			requireFinite(t, sum.Results)
			require.InDelta(t, tt.duration.Float64(), find(sum.Results, "benchmark_duration").Avg.Float64(), 1e-12)
			rate := find(sum.Results, "request_throughput")
			if !tt.rate.Present() {
				require.Nil(t, rate)
				return
			}
			require.InDelta(t, tt.rate.Float64(), rate.Avg.Float64(), 1e-12)
		})
	}
}

// TestSummariseInstantDuration shows that requests which took no time at all have no duration, so no rates.
func TestSummariseInstantDuration(t *testing.T) {
	table := NewTable(TableOptions{})
	var r Record
	answered(&r, time.Second, 1)
	r.FirstChunk, r.LastChunk = r.Start, r.Start
	table.Append(&r)
	s := Summarise(table, Inputs{Scope: chatScope, Phases: []PhaseWindow{{Start: 0, End: 4 * time.Second}}})
	requireFinite(t, s.Results)
	require.Nil(t, find(s.Results, "benchmark_duration"))
	require.Nil(t, find(s.Results, "request_throughput"))
	require.Nil(t, find(s.Results, "e2e_output_token_throughput"))
	require.Nil(t, find(s.Results, "prefill_throughput_per_user"))
	require.Equal(t, Float(0), find(s.Results, "time_to_first_token").Avg)
}

func TestSummariseHugeCounts(t *testing.T) {
	table := NewTable(TableOptions{})
	var r Record
	for range 3 {
		answered(&r, time.Second, 2)
		r.InputTokens, r.OutputTokens = math.MaxInt64, math.MaxInt64
		table.Append(&r)
	}
	s := Summarise(table, Inputs{Scope: chatScope, Phases: []PhaseWindow{{Start: 0, End: time.Second}}})
	requireFinite(t, s.Results)
	require.Equal(t, Float(3*(1<<63)), find(s.Results, "total_isl").Avg)
}

func TestSummariseWindowAndReason(t *testing.T) {
	s := Summarise(NewTable(TableOptions{}), Inputs{
		Cancelled: true, IncompleteReason: "stopped",
		Phases: []PhaseWindow{
			{Name: "warmup", Kind: Warmup, Start: 1, End: 2, Sent: 9},
			{Name: "a", Start: 3, SendEnd: 4, End: 5, Sent: 1, MissedArrivals: 2},
			{Name: "b", Start: 6, SendEnd: 7, End: 8, Sent: 10, OpenLoop: true},
		},
	})
	require.Equal(t, PhaseWindow{Name: "profiling", Start: 3, SendEnd: 7, End: 8, Sent: 11, MissedArrivals: 2, OpenLoop: true}, s.Window)
	require.False(t, s.Complete)
	require.True(t, s.Cancelled)
}

// TestFinished pins the end of a request as files show it.
func TestFinished(t *testing.T) {
	base := func(change func(*Facts)) Facts {
		var f Facts
		f.Reset()
		f.Start = 1
		change(&f)
		return f
	}
	tests := []struct {
		name string
		f    Facts
		want Instant
	}{
		{"last response", base(func(f *Facts) { f.Status, f.LastEvent, f.End = 200, 5, 9 }), 5},
		{"no response", base(func(f *Facts) { f.End = 9 }), 9},
		{"nothing", base(func(*Facts) {}), 1},
		{"failing status has no end", base(func(f *Facts) { f.Status, f.LastEvent, f.End = 503, 5, 9 }), 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { require.Equal(t, tt.want, tt.f.Finished()) })
	}
}

func benchTable(n, tokens int) *Table {
	table := NewTable(TableOptions{})
	var r Record
	for i := range n {
		answered(&r, Instant(i)*time.Millisecond, tokens)
		r.LastChunk += Instant(i % 1000 * 997)
		r.LastEvent += Instant(i % 1000 * 997)
		r.Usage.Seen, r.Usage.Prompt, r.Usage.Completion, r.Usage.Total = true, 20, Count(tokens), Count(20+tokens)
		r.WriteBegin, r.Written, r.FirstBody, r.LastBody = r.Start+1000, r.Start+9000+Instant(i%777), r.FirstChunk, r.LastEvent
		r.Reused, r.BytesOut, r.BytesIn, r.Writes, r.Reads = true, 900, int64(200*tokens), 1, int32(tokens)
		table.Append(&r)
	}
	return table
}

func BenchmarkAppend(b *testing.B) {
	table := NewTable(TableOptions{})
	var r Record
	answered(&r, time.Second, 32)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		r.Start = Instant(i)
		table.Append(&r)
	}
}

func BenchmarkSummarise(b *testing.B) {
	table := benchTable(100_000, 16)
	in := Inputs{Scope: chatScope, WallBase: wallBase, Phases: []PhaseWindow{{Start: 0, End: 200 * time.Second}}}
	b.ReportAllocs()
	for b.Loop() {
		if s := Summarise(table, in); s.Succeeded != 100_000 {
			b.Fatal(s.Succeeded)
		}
	}
}

func BenchmarkView(b *testing.B) {
	view := NewView(chatScope, wallBase)
	var r Record
	answered(&r, time.Second, 32)
	n := 0
	b.ReportAllocs()
	for b.Loop() {
		view.Values(&r, func(*Def, Value, []float64) { n++ })
	}
}

// TestAppendDoesNotAllocate holds between seals and blocks; those cost a few allocations for thousands of records.
func TestAppendDoesNotAllocate(t *testing.T) {
	table := NewTable(TableOptions{})
	var r Record
	answered(&r, time.Second, 8)
	table.Append(&r)
	require.Zero(t, testing.AllocsPerRun(chunkRows/2, func() { table.Append(&r) }))
}
