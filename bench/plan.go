// Plan is a run, fully decided: validated, immutable, and free of flags and files.
package bench

import (
	"time"

	"github.com/aiperf-go/aiperf/dataset"
	"github.com/aiperf-go/aiperf/endpoints"
	"github.com/aiperf-go/aiperf/metrics"
)

// ClockKind says which clock stamps arrivals.
type ClockKind uint8

// The clocks.
const (
	ClockKernel ClockKind = iota // the kernel's receive stamp where the platform gives one, user space otherwise
	ClockUser                    // the return of the read
)

// Pattern is the shape of a phase's arrivals.
type Pattern uint8

// The patterns.
const (
	Burst    Pattern = iota // closed loop: as fast as slots allow
	Constant                // open loop at equal intervals
	Poisson                 // open loop at exponential intervals
	Gamma                   // open loop at gamma intervals
)

// Unbounded is a grace period without end.
const Unbounded time.Duration = 1<<63 - 1

// Plan is one run.
type Plan struct {
	Target  Target
	Dataset Dataset
	Phases  []Phase
	Seed    uint64 // root of every generator of the run
	Clock   ClockKind

	// KeepText and KeepRaw say what sinks need beyond the facts.
	KeepText bool
	KeepRaw  bool
	// SpillDir takes what does not fit into memory; "" means the system's temporary folder.
	SpillDir string

	Scope metrics.Scope
	Run   metrics.RunInfo
}

// Target is who is asked, and how.
type Target struct {
	Kind            *endpoints.Kind
	URLs            []string // complete request URLs; sessions take them in turn
	Model           string
	Streaming       bool
	Headers         [][2]string // the user's, in order, authorization included
	Extra           []dataset.Field
	Timeout         time.Duration // whole request: connect, send, receive
	ServerTokens    bool
	LegacyMaxTokens bool
	UserAgent       string
	Affinity        []string // headers that carry the session's id beside X-Correlation-ID; nil for AIPerf's one
}

// Dataset is what is sent.
type Dataset struct {
	Source    dataset.Source
	Sampler   dataset.Sampler
	Tokenizer dataset.Tokenizer // nil when nothing is tokenized
	Bust      *dataset.Bust     // marks every session's prompt; nil marks none
}

// Phase is one stretch of load with its own counters.
type Phase struct {
	Name        string
	Kind        metrics.PhaseKind
	Pattern     Pattern
	Rate        float64       // arrivals per second; open loop only
	Smoothness  float64       // shape of Gamma intervals; 0 is 1, as smooth as Poisson
	Concurrency int           // sessions at once, from the first turn sent to the return of the last; 0 means no limit (open loop only)
	Requests    int           // stop after so many requests, turns of sessions under way included; 0 means no such bound
	Sessions    int           // begin so many sessions, and stop when all their turns are sent; 0 means no such bound
	Duration    time.Duration // stop sending after so long; 0 means no such bound
	Grace       time.Duration // wait for running requests after Duration; Unbounded for ever
}
