package config

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/bench/config/schema"
	"github.com/aiperf-go/aiperf/dataset"
)

// The places for a marker against caches are written in three tables; they are the same.
func TestBustTargets(t *testing.T) {
	targets := dataset.BustTargets()
	require.ElementsMatch(t, targets, strings.Fields(ProfileTable().Field("cache_bust").Choices))
	found := 0
	for _, k := range schema.Keys() {
		if strings.HasSuffix(k.Path, "cache_bust.target") {
			found++
			require.ElementsMatch(t, targets, k.Choices, k.Path)
		}
	}
	require.Positive(t, found)
}
