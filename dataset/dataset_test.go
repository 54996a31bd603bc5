// The orders of conversations and their names, against AIPerf's.
package dataset_test

import (
	"encoding/json"
	"os"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/dataset"
	"github.com/aiperf-go/aiperf/dataset/rng"
)

func TestSamplers(t *testing.T) {
	b, err := os.ReadFile("testdata/samplers.json")
	require.NoError(t, err)
	var file struct {
		N     int
		Seeds map[string]map[string][]int
	}
	require.NoError(t, json.Unmarshal(b, &file))
	require.NotEmpty(t, file.Seeds)
	for seedText, strategies := range file.Seeds {
		seed, err := strconv.ParseUint(seedText, 10, 64)
		require.NoError(t, err)
		require.Len(t, strategies, len(dataset.SamplerStrategies()))
		for _, strategy := range dataset.SamplerStrategies() {
			s := dataset.NewSampler(strategy, file.N, rng.Root(seed))
			require.NotEmpty(t, strategies[strategy])
			for i, want := range strategies[strategy] {
				require.Equal(t, want, s.Next(), "%s seed %d draw %d", strategy, seed, i)
			}
		}
	}
	require.Nil(t, dataset.NewSampler("backwards", 3, rng.Root(0)))
	require.Equal(t, dataset.NewSequential(3), dataset.NewSampler("", 3, rng.Root(0)))
}

// The same for other seeds and sizes, with what happens when the conversations have all been taken.
func TestSamplersWrap(t *testing.T) {
	b, err := os.ReadFile("testdata/samplers-more.json")
	require.NoError(t, err)
	var rows []struct {
		Seed     uint64 `json:",string"`
		N        int
		Strategy string
		Draws    []int
	}
	require.NoError(t, json.Unmarshal(b, &rows))
	require.NotEmpty(t, rows)
	for _, row := range rows {
		s := dataset.NewSampler(row.Strategy, row.N, rng.Root(row.Seed))
		got := make([]int, len(row.Draws))
		for i := range got {
			got[i] = s.Next()
		}
		require.Greater(t, len(got), row.N)
		require.Equal(t, row.Draws, got, "%s of %d, seed %d", row.Strategy, row.N, row.Seed)
	}
}

func TestNames(t *testing.T) {
	require.Equal(t, "session_000007", dataset.CountedIDs.Name(1, 7))
	require.Equal(t, "session_1000000", dataset.CountedIDs.Name(1, 1_000_000))
	name := dataset.RandomIDs.Name(1, 7)
	require.Regexp(t, `^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`, name)
	require.Equal(t, name, dataset.RandomIDs.Name(1, 7))
	require.NotEqual(t, name, dataset.RandomIDs.Name(1, 8))
	require.NotEqual(t, name, dataset.RandomIDs.Name(2, 7))
}
