// What variations share, what a sweep may hold, and whose mistake an unknown path is.

package expand

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/bench/config/doc"
	"github.com/aiperf-go/aiperf/bench/config/schema"
)

// withRecords is a document of n inline records.
func withRecords(n int, record, sweep string) string {
	return `benchmark:
  models: [m]
  endpoint: {urls: ["http://h:1"]}
  datasets:
  - {name: main, type: file, format: single_turn, records: [` + strings.Repeat(record+", ", n) + `{text: last}]}
  phases:
  - {name: profiling, type: concurrency, requests: 10, concurrency: 2}
` + sweep
}

func TestRecordsAreShared(t *testing.T) {
	plan, err := load(withRecords(1, "{text: hello}", "sweep: {type: grid, parameters: {concurrency: [1, 2]}}\n"), nil)
	require.NoError(t, err)
	one, two := plan.Variations[0].Body, plan.Variations[1].Body
	require.Same(t, one.Find("datasets.0.records"), two.Find("datasets.0.records"))
	require.NotSame(t, one.Find("datasets.0"), two.Find("datasets.0"))
	require.Equal(t, int64(1), one.Find("phases.0.concurrency").Value)
	require.Equal(t, int64(2), two.Find("phases.0.concurrency").Value)
}

func TestRecordsWithTemplatesAreNot(t *testing.T) {
	plan, err := load(withRecords(1, `{text: "say {{ n }}"}`, "variables: {n: 0}\nsweep: {type: grid, parameters: {variables.n: [1, 2]}}\n"), nil)
	require.NoError(t, err)
	for i, want := range []string{"say 1", "say 2"} {
		require.Equal(t, want, plan.Variations[i].Body.Find("datasets.0.records.0.text").Value)
	}
}

func TestSweptRecordsLeaveTheOthers(t *testing.T) {
	for _, sweep := range []string{
		"sweep: {type: grid, parameters: {datasets.main.records.a.text: [x, y]}}\n",
		"sweep: {type: scenarios, runs: [{benchmark: {datasets: [{name: main, records: [{name: a, text: x}]}]}}, {benchmark: {datasets: [{name: main, records: [{name: a, text: y}]}]}}]}\n",
	} {
		raw, err := doc.Parse("f.yaml", []byte(strings.Replace(withRecords(1, "{name: a, text: old}", sweep), "{text: last}", "{name: b, text: last}", 1)))
		require.NoError(t, err)
		checked, err := schema.Check(raw)
		require.NoError(t, err)
		plan, err := Expand(raw, checked.Config, Hooks{})
		require.NoError(t, err)
		for i, want := range []string{"x", "y"} {
			got := plan.Variations[i].Body.Find("datasets.0.records")
			require.Equal(t, want, got.Items[0].Get("text").Value, sweep)
			require.Equal(t, "last", got.Items[1].Get("text").Value, sweep)
		}
		require.Equal(t, "old", raw.Find("benchmark.datasets.0.records.0.text").Value)
	}
}

func TestManyVariationsOfManyRecordsFit(t *testing.T) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	plan, err := load(withRecords(2000, "{text: hello}", "sweep: {type: grid, parameters: {concurrency: "+numbers(1000)+"}}\n"), nil)
	require.NoError(t, err)
	runtime.GC()
	runtime.ReadMemStats(&after)
	require.Len(t, plan.Variations, 1000)
	require.Less(t, int64(after.HeapAlloc)-int64(before.HeapAlloc), int64(100<<20))
	runtime.KeepAlive(plan)
}

func TestTooLarge(t *testing.T) {
	long := numbers(5000)
	for _, c := range []struct{ name, yaml string }{
		{"document", "variables: {x: " + long + "}\n" + swept("sweep: {type: grid, parameters: {concurrency: "+numbers(1000)+"}}")},
		{"values", swept("sweep: {type: grid, parameters: {concurrency: " + numbers(1000) + ", variables.x: [" + long + "]}}")},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := load(c.yaml, nil)
			require.ErrorContains(t, err, "1000 variations of a document with 50")
			require.ErrorContains(t, err, fmt.Sprintf("at most %d values in all; give fewer variations", maxNodes))
		})
	}
}

func TestUnknownPaths(t *testing.T) {
	for _, c := range []struct{ sweep, want string }{
		{"sweep: {type: grid, parameters: {concurency: [1, 2]}}", "vec.yaml:8:34: sweep.parameters.concurency: cannot be swept: concurency is an unknown key; did you mean concurrency?"},
		{"sweep: {type: zip, parameters: {requests: [1], endpont.streaming: [true]}}", "vec.yaml:8:48: sweep.parameters.endpont.streaming: cannot be swept: endpont is an unknown key; did you mean endpoint.streaming?"},
		{"sweep: {type: grid, parameters: {phases.profiling.concurency: [1]}}", "vec.yaml:8:34: sweep.parameters.phases.profiling.concurency: cannot be swept: phases.0.concurency is an unknown key; did you mean concurrency?"},
		{"sweep: {type: grid, parameters: {request_rate: [1]}}", "sweep.parameters.request_rate: cannot be swept: request_rate is an unknown key; did you mean rate?"},
		{"sweep: {type: sobol, samples: 4, dimensions: [{path: bla.fasel, lo: 1, hi: 2}]}", "vec.yaml:8:54: sweep.dimensions.0.path: cannot be swept: bla is an unknown key"},
		{"sweep: {type: grid, parameters: {users: [1]}}", "sweep.parameters.users: cannot be swept: phases.0.users is an unknown key; users exists for type user_centric only, not for concurrency"},
		{"sweep: {type: grid, parameters: {endpoint: [{url: h, tipe: chat}]}}", "sweep variation 0 (endpoint={'url': 'h', 'tipe': 'chat'})"},
	} {
		_, err := load(swept(c.sweep), nil)
		require.ErrorContains(t, err, c.want, c.sweep)
	}
}
