// The keys of repetitions.

package schema

// MultiRun repeats each run.
type MultiRun struct {
	NumRuns                 int          `key:"num_runs" is:">= 1, <= 10" def:"1" doc:"repetitions"`
	CooldownSeconds         float64      `key:"cooldown_seconds" is:">= 0, <= 86400" def:"0.0" unit:"s" doc:"pause between repetitions"`
	ConfidenceLevel         float64      `key:"confidence_level" is:"> 0, < 1" def:"0.95" doc:"of the intervals"`
	SetConsistentSeed       bool         `key:"set_consistent_seed" def:"true" doc:"seed 42 when none is given"`
	VarySeedPerTrial        bool         `key:"vary_seed_per_trial" def:"false" doc:"another seed for each repetition"`
	DisableWarmupAfterFirst bool         `key:"disable_warmup_after_first" def:"true" doc:"no warmup from the second repetition on"`
	Convergence             *Convergence `key:"convergence" doc:"when repetitions agree"`
}

// Convergence is when repetitions agree.
type Convergence struct {
	Metric    string   `key:"metric" req:"yes" doc:"metric"`
	Stat      string   `key:"stat" def:"avg" enum:"avg p50 p90 p95 p99 min max" doc:"statistic"`
	Mode      string   `key:"mode" def:"ci_width" enum:"ci_width cv distribution" doc:"rule"`
	Threshold *float64 `key:"threshold" is:"> 0, < 1" doc:"limit; unset: the rule's own"`
	MinRuns   int      `key:"min_runs" is:">= 2" def:"2" doc:"least number of repetitions"`
}
