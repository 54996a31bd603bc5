// The keys of sweeps and searches.

package schema

import "github.com/aiperf-go/aiperf/bench/config/doc"

// Sweep varies values over many runs; Type decides which keys it has.
type Sweep struct {
	CooldownSeconds          float64             `key:"cooldown_seconds" is:">= 0" def:"0.0" unit:"s" doc:"pause between cells"`
	SLAFilters               []SLAFilter         `key:"sla_filters" def:"[]" doc:"limits a cell must keep"`
	PostProcess              *PostProcess        `key:"post_process" doc:"what is made of the results"`
	RecipeName               *string             `key:"recipe_name" doc:"label of the recipe"`
	IterationOrder           string              `key:"iteration_order" for:"grid zip scenarios sobol latin_hypercube" def:"repeated" enum:"independent repeated" doc:"repetitions outside or inside"`
	SameSeed                 bool                `key:"same_seed" for:"grid zip scenarios sobol latin_hypercube" def:"false" doc:"one seed for all cells"`
	Samples                  int                 `key:"samples" for:"sobol latin_hypercube" is:">= 2, <= 1048576" req:"yes" doc:"number of cells"`
	Seed                     *int64              `key:"seed" for:"sobol latin_hypercube" is:">= 0" doc:"seed of the samples"`
	Dimensions               []SamplingDimension `key:"dimensions" for:"sobol latin_hypercube" is:"len >= 1" req:"yes" doc:"what is varied, and its range"`
	LabelFormat              string              `key:"label_format" for:"sobol latin_hypercube" def:"index" in:"index kv" doc:"names of the cells"`
	Type                     string              `key:"type" doc:"how values are varied"`
	Parameters               Dict[[]*doc.Node]   `key:"parameters" for:"grid zip" is:"len >= 1" req:"yes" doc:"values by path"`
	Runs                     []*doc.Node         `key:"runs" for:"scenarios" is:"len >= 1" req:"yes" doc:"named changes"`
	Planner                  string              `key:"planner" for:"adaptive_search" def:"bayesian" enum:"bayesian monotonic_sla smooth_isotonic optuna" doc:"search algorithm"`
	SearchSpace              []SearchDimension   `key:"search_space" for:"adaptive_search" is:"len >= 1" req:"yes" doc:"what is varied, and its range"`
	Objectives               []Objective         `key:"objectives" for:"adaptive_search" is:"len >= 1" req:"yes" doc:"what is optimised"`
	OutcomeConstraints       []OutcomeConstraint `key:"outcome_constraints" for:"adaptive_search" def:"[]" doc:"limits on metrics"`
	MaxIterations            int                 `key:"max_iterations" for:"adaptive_search" is:">= 2, <= 200" req:"yes" doc:"most cells"`
	NInitialPoints           int                 `key:"n_initial_points" for:"adaptive_search" is:">= 1" def:"5" doc:"random cells first"`
	PlateauWindow            int                 `key:"plateau_window" for:"adaptive_search" is:">= 2" def:"8" doc:"cells a plateau is judged by"`
	PlateauThreshold         float64             `key:"plateau_threshold" for:"adaptive_search" is:"> 0" def:"0.01" doc:"relative spread of a plateau"`
	ImprovementPatience      int                 `key:"improvement_patience" for:"adaptive_search" is:">= 2" def:"10" doc:"stop after so many cells without gain"`
	RandomSeed               *int64              `key:"random_seed" for:"adaptive_search" is:">= 0" doc:"root of every random draw"`
	OptunaSampler            string              `key:"optuna_sampler" for:"adaptive_search" def:"botorch" in:"gp tpe botorch" doc:"sampler"`
	OptunaAcquisition        *string             `key:"optuna_acquisition" for:"adaptive_search" in:"logei qlogei qnei qlognei qehvi qnehvi qlognehvi" doc:"acquisition function"`
	OptunaTerminator         string              `key:"optuna_terminator" for:"adaptive_search" def:"none" in:"regret emmr none" doc:"stop rule"`
	ObjectivePooling         string              `key:"objective_pooling" for:"adaptive_search" def:"mean" in:"mean pooled" doc:"how repetitions are joined"`
	MonotonicStabilityTrials int                 `key:"monotonic_stability_trials" for:"adaptive_search" is:">= 1" def:"2" doc:"equal verdicts needed"`
	SLAReplicates            int                 `key:"sla_replicates" for:"adaptive_search" is:">= 0" def:"0" doc:"repetitions at the border; 0: by the spread"`
	SLAPrecision             string              `key:"sla_precision" for:"adaptive_search" def:"normal" in:"tight normal coarse" doc:"requests per cell"`
	SLAWarmupSeconds         *float64            `key:"sla_warmup_seconds" for:"adaptive_search" is:">= 0" unit:"s" doc:"warmup of a cell"`
	ConstraintMode           string              `key:"constraint_mode" for:"adaptive_search" def:"penalty" in:"penalty eic" doc:"how constraints count"`
	SLATiers                 []SLOTier           `key:"sla_tiers" for:"adaptive_search" def:"[]" doc:"several sets of limits"`
	Scramble                 bool                `key:"scramble" for:"sobol" def:"true" doc:"randomise the sequence"`
	Optimization             *string             `key:"optimization" for:"latin_hypercube" def:"random-cd" null:"yes" in:"random-cd lloyd" doc:"spread the samples"`
}

// SLAFilter is one limit.
type SLAFilter struct {
	MetricTag string  `key:"metric_tag" req:"yes" form:"not blank" doc:"metric"`
	Stat      string  `key:"stat" def:"p95" in:"avg p1 p5 p10 p25 p50 p75 p90 p95 p99 min max" doc:"statistic"`
	Op        string  `key:"op" req:"yes" in:"lt le gt ge" doc:"comparison"`
	Threshold float64 `key:"threshold" req:"yes" form:"finite" doc:"limit"`
}

// PostProcess is what is made of a sweep's results.
type PostProcess struct {
	Handler        string    `key:"handler" req:"yes" doc:"name of the step"`
	Params         *doc.Node `key:"params" def:"{}" form:"map" doc:"its settings"`
	OutputFilename string    `key:"output_filename" camel:"no" req:"yes" doc:"file it writes"`
}

// SearchDimension is one value a search varies.
type SearchDimension struct {
	Path  string  `key:"path" req:"yes" form:"sweep path" doc:"key to vary"`
	Lo    float64 `key:"lo" req:"yes" form:"finite" doc:"least value"`
	Hi    float64 `key:"hi" req:"yes" form:"finite" doc:"largest value"`
	Kind  string  `key:"kind" def:"real" in:"int real" doc:"whole or real numbers"`
	Prior string  `key:"prior" def:"uniform" in:"uniform log-uniform" doc:"spacing"`
}

// Objective is what a search optimises.
type Objective struct {
	Metric    string   `key:"metric" req:"yes" doc:"metric"`
	Stat      string   `key:"stat" def:"avg" in:"avg p50 p90 p95 p99" doc:"statistic"`
	Direction string   `key:"direction" req:"yes" enum:"maximize minimize" doc:"more or less is better"`
	Threshold *float64 `key:"threshold" form:"finite" doc:"good enough"`
}

// OutcomeConstraint limits a metric of a search.
type OutcomeConstraint struct {
	Metric string  `key:"metric" req:"yes" doc:"metric"`
	Op     string  `key:"op" req:"yes" in:"<= >= ==" doc:"comparison"`
	Bound  float64 `key:"bound" req:"yes" form:"finite" doc:"limit"`
}

// SLOTier is one set of limits.
type SLOTier struct {
	Label        string      `key:"label" req:"yes" doc:"name"`
	Filters      []SLAFilter `key:"filters" is:"len >= 1" req:"yes" doc:"limits"`
	OrderingRank *int        `key:"ordering_rank" is:">= 0" doc:"place in the order, strictest first"`
}

// SamplingDimension is one value that is sampled.
type SamplingDimension struct {
	Path    string      `key:"path" req:"yes" form:"sweep path" doc:"key to vary"`
	Lo      *float64    `key:"lo" form:"finite" doc:"least value"`
	Hi      *float64    `key:"hi" form:"finite" doc:"largest value"`
	Scale   string      `key:"scale" def:"linear" in:"linear log" doc:"spacing"`
	Kind    string      `key:"kind" def:"real" in:"int real" doc:"whole or real numbers"`
	Choices []*doc.Node `key:"choices" doc:"values instead of a range"`
}
