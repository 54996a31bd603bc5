// The language of length pairs: AIPerf's reading of it, and that nothing else gets through.
package config

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/bench/config/doc"
)

func TestLengthPairsAreReadAsAIPerfReadsThem(t *testing.T) {
	vectors := load[struct {
		Rows []struct {
			Input string
			Error string
			Pairs []struct {
				ISL         int64   `json:"isl"`
				ISLDev      float64 `json:"isl_stddev"`
				OSL         int64   `json:"osl"`
				OSLDev      float64 `json:"osl_stddev"`
				Probability float64
			}
		} `json:"distribution_strings"`
	}](t, "testdata/sequence-lengths.json")
	read := 0
	for _, r := range vectors.Rows {
		got, _, err := sequenceDistribution(r.Input)
		if r.Pairs == nil {
			require.NotEmpty(t, r.Error)
			require.Error(t, err, r.Input)
			continue
		}
		require.NoError(t, err, r.Input)
		want := &doc.Node{Kind: doc.List}
		for _, p := range r.Pairs {
			want.Items = append(want.Items, doc.NewMap("isl", doc.NewMap("mean", p.ISL, "stddev", p.ISLDev), "osl", doc.NewMap("mean", p.OSL, "stddev", p.OSLDev), "probability", p.Probability))
		}
		require.Equal(t, string(want.JSON()), string(got.JSON()), r.Input)
		read++
	}
	require.Greater(t, read, 4)
}

func FuzzSequenceDistribution(f *testing.F) {
	for _, seed := range []string{"128|16,64|.5:75;2,3:25", "[(1,2):50,(3|4,5):50]", `{"pairs":[{"isl":"1","osl":2.5,"prob":100}]}`, "[", "{", "1,1:1e2", ";", "9999999999999999999,1:100"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		n, _, err := sequenceDistribution(text)
		if err != nil {
			require.NotContains(t, fmt.Sprint(err), "\n")
			return
		}
		sum := 0.0
		for _, pair := range n.Items {
			sum += number(value(pair, "probability"))
			for _, key := range []string{"isl", "osl"} {
				require.GreaterOrEqual(t, number(value(pair.Get(key), "mean")), 1.0, text)
				require.GreaterOrEqual(t, number(value(pair.Get(key), "stddev")), 0.0, text)
			}
		}
		require.InDelta(t, 100, sum, sumTolerance, text)
		require.NotEmpty(t, strings.TrimSpace(text))
	})
}
