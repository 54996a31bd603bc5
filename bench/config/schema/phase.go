// The keys of a phase.

package schema

// Phase is one part of the load; Type decides which keys it has.
type Phase struct {
	AdaptiveScale                  bool          `key:"adaptive_scale" def:"false" doc:"raise the load until the SLA breaks"`
	AdaptiveSustainDuration        *float64      `key:"adaptive_sustain_duration" is:"> 0" unit:"s" doc:"hold the best load for so long"`
	AdaptiveAssessmentPeriod       *float64      `key:"adaptive_assessment_period" is:">= 1" unit:"s" doc:"length of a judged window"`
	AdaptiveMinCompletedRequests   int           `key:"adaptive_min_completed_requests" is:">= 1" def:"1" doc:"fewer in a window judge nothing"`
	AdaptiveControlVariable        string        `key:"adaptive_control_variable" def:"concurrency" in:"concurrency prefill_concurrency request_rate users" doc:"what is raised"`
	AdaptiveControlMin             float64       `key:"adaptive_control_min" is:"> 0" def:"1" doc:"first value"`
	AdaptiveControlMax             *float64      `key:"adaptive_control_max" is:"> 0" doc:"last value; unset: the phase's own"`
	AdaptiveScaleStrategyType      string        `key:"adaptive_scale_strategy_type" def:"ramp_until_fail" in:"ramp_until_fail" doc:"how the load is raised"`
	AdaptiveScaleStepPolicy        string        `key:"adaptive_scale_step_policy" def:"sla_margin" in:"sla_margin fixed_percent_step" doc:"how a step is sized"`
	AdaptiveScaleBaseStep          int           `key:"adaptive_scale_base_step" is:">= 1" def:"10" doc:"step"`
	AdaptiveScaleMaxStepMultiplier int           `key:"adaptive_scale_max_step_multiplier" is:">= 1" def:"4" doc:"largest factor on the step"`
	AdaptiveScaleStepPercent       float64       `key:"adaptive_scale_step_percent" is:"> 0" def:"25.0" unit:"%" doc:"step as a share of the value"`
	Name                           string        `key:"name" req:"yes" form:"phase name" doc:"name, also of its folder"`
	Kind                           *string       `key:"kind" in:"warmup profiling" doc:"measured or not"`
	Type                           string        `key:"type" req:"yes" doc:"how requests are timed"`
	ExcludeFromResults             bool          `key:"exclude_from_results" def:"false" doc:"set by kind"`
	Requests                       *int          `key:"requests" is:">= 1" doc:"end after this many requests"`
	Duration                       *float64      `key:"duration" is:"> 0" form:"duration" unit:"s" doc:"end after this time"`
	Sessions                       *int          `key:"sessions" is:">= 1" doc:"end after this many sessions"`
	Concurrency                    *int          `key:"concurrency" is:">= 1" def:"1 for concurrency" doc:"requests at a time"`
	ConcurrencyRamp                *Ramp         `key:"concurrency_ramp" form:"ramp" unit:"s" doc:"raise concurrency over this time"`
	PrefillConcurrency             *int          `key:"prefill_concurrency" is:">= 1" doc:"requests without a first token at a time"`
	PrefillRamp                    *Ramp         `key:"prefill_ramp" form:"ramp" unit:"s" doc:"raise prefill_concurrency over this time"`
	GracePeriod                    *float64      `key:"grace_period" is:">= 0" form:"duration" unit:"s" doc:"wait for running requests at the end"`
	Cancellation                   *Cancellation `key:"cancellation" doc:"cancel some requests"`
	SLA                            []SLAFilter   `key:"sla" def:"[]" doc:"limits for adaptive_scale"`
	Seamless                       bool          `key:"seamless" def:"false" doc:"begin before the previous phase has drained"`
	TimingMode                     *string       `key:"timing_mode" enum:"fixed_schedule request_rate adaptive_scale user_centric_rate agentic_replay" doc:"strategy instead of the type's own"`
	FailedRequestThreshold         *float64      `key:"failed_request_threshold" is:">= 0, <= 1" doc:"stop at this share of failures"`
	TrajectoryStartMinRatio        float64       `key:"trajectory_start_min_ratio" is:">= 0, <= 1" def:"0.25" doc:"earliest start within a recorded session"`
	TrajectoryStartMaxRatio        float64       `key:"trajectory_start_max_ratio" is:">= 0, <= 1" def:"0.75" doc:"latest start within a recorded session"`
	BurstPhaseStarts               bool          `key:"burst_phase_starts" def:"false" doc:"start all sessions at once"`
	SystemIdleGapCapSeconds        *float64      `key:"system_idle_gap_cap_seconds" is:">= 0" unit:"s" doc:"longest time without any request"`
	AgenticCacheWarmupDuration     *float64      `key:"agentic_cache_warmup_duration" is:"> 0" unit:"s" doc:"warm caches for so long"`
	AgenticWarmupGracePeriod       *float64      `key:"agentic_warmup_grace_period" is:">= 0" unit:"s" doc:"wait at the end of that warmup"`
	Rate                           *float64      `key:"rate" for:"poisson gamma constant user_centric" is:"> 0" unit:"1/s" doc:"requests per second"`
	RateRamp                       *Ramp         `key:"rate_ramp" for:"poisson gamma constant user_centric" form:"ramp" unit:"s" doc:"raise the rate over this time"`
	RateSeries                     *RateSeries   `key:"rate_series" for:"poisson gamma constant user_centric" form:"rate series" doc:"rates over time"`
	Smoothness                     *float64      `key:"smoothness" for:"gamma" is:"> 0" doc:"shape of the gaps; 1 is poisson"`
	Users                          int           `key:"users" for:"user_centric" is:">= 1" req:"yes" doc:"number of users"`
	AutoOffset                     bool          `key:"auto_offset" for:"fixed_schedule" def:"true" doc:"begin at the first timestamp"`
	StartOffset                    *int          `key:"start_offset" for:"fixed_schedule" is:">= 0" unit:"ms" doc:"begin of the part to replay"`
	EndOffset                      *int          `key:"end_offset" for:"fixed_schedule" is:">= 0" unit:"ms" doc:"end of the part to replay"`
}

// Ramp raises a value slowly.
type Ramp struct {
	Duration float64 `key:"duration" is:"> 0" req:"yes" unit:"s" doc:"how long"`
	Strategy string  `key:"strategy" def:"linear" enum:"exponential linear poisson" doc:"how"`
}

// Cancellation cancels some requests.
type Cancellation struct {
	Rate  float64 `key:"rate" is:">= 0, <= 100" req:"yes" unit:"%" doc:"share of requests"`
	Delay float64 `key:"delay" is:">= 0" def:"0.0" unit:"s" doc:"time before the cancellation"`
}

// RateSeries is a rate over time.
type RateSeries struct {
	Path   *string     `key:"path" doc:"JSON file of points"`
	Points []RatePoint `key:"points" def:"[]" doc:"points, times growing"`
}

// RatePoint is the rate from one time on.
type RatePoint struct {
	TimeS float64 `key:"time_s" is:">= 0" req:"yes" unit:"s" doc:"time since the start of the phase"`
	QPS   float64 `key:"qps" is:"> 0" req:"yes" unit:"1/s" doc:"requests per second"`
}
