// Seeds of variations.

package expand

import (
	"fmt"
	"math"

	"github.com/aiperf-go/aiperf/bench/config/schema"
)

// consistentSeed is the seed of runs that shall see the same requests and were given none.
const consistentSeed = 42

// baseSeed is the seed of a document: the one given, or the consistent one when there is more than one run to compare.
func baseSeed(cfg *schema.Config) *int64 {
	if cfg.RandomSeed != nil {
		return cfg.RandomSeed
	}
	if cfg.MultiRun.SetConsistentSeed && (cfg.Sweep != nil || cfg.MultiRun.NumRuns > 1) {
		seed := int64(consistentSeed)
		return &seed
	}
	return nil
}

// seeder gives every variation its seed.
type seeder struct {
	base *int64
	same bool
}

// of is the seed of variation i: the base plus i, unless all share it.
func (s seeder) of(i int) (*int64, error) {
	if s.base == nil {
		return nil, nil
	}
	seed := *s.base
	if !s.same {
		if seed > math.MaxInt64-int64(i) {
			return nil, fmt.Errorf("random_seed %d: too large to add the number of variation %d; give a smaller seed or set sweep.same_seed", seed, i)
		}
		seed += int64(i)
	}
	return &seed, nil
}
