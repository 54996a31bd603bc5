// What a marker costs: the tokens that synthetic texts leave to it, so that requests have the length asked for.
package dataset

import (
	"fmt"
	"math"
)

const bustSamples = 8 // markers whose lengths are averaged

// BustTokens is what a target's marker adds to a prompt, the mean of some markers' lengths; 0 for the targets of warm-ups alone, because
// profiling is sent without them.
func BustTokens(tok Tokenizer, target string) int {
	place, ok := bustPlaceOf(target)
	if !ok || place.warmup || tok == nil {
		return 0
	}
	total := 0
	for i := range bustSamples {
		sample := place.marker("estimator", fmt.Sprintf("estimator-%d", i), Play{Pass: i, Trajectory: i})
		total += tok.Count([]byte(sample))
	}
	return int(math.RoundToEven(float64(total) / bustSamples))
}

// BustCost is how many tokens a synthetic data set leaves to the marker: in the system message of a given length that its conversations share
// (shared), or else in the first turn of each. A system prompt in the user's own words (verbatim) takes a system target's marker on top.
func BustCost(tok Tokenizer, target string, shared, verbatim bool) (system, turn int) {
	place, ok := bustPlaceOf(target)
	switch {
	case !ok:
		return 0, 0
	case place.system && shared:
		return BustTokens(tok, target), 0
	case place.system && verbatim:
		return 0, 0
	}
	return 0, BustTokens(tok, target)
}
