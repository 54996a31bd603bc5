// Plan is a run, fully decided: validated, immutable, and free of flags and files.
package bench

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/aiperf-go/aiperf/bench/pace"
	"github.com/aiperf-go/aiperf/bench/transport"
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
	Burst         Pattern = iota // closed loop: as fast as slots allow
	Constant                     // open loop at equal intervals
	Poisson                      // open loop at exponential intervals
	Gamma                        // open loop at gamma intervals
	FixedSchedule                // open loop: every conversation once, at the instants of the data
	UserCentric                  // open loop: users who send their turns at equal distances and are replaced when they are through
)

// planned tells whether every session has an instant of its own at which it begins.
func (p Pattern) planned() bool { return p == FixedSchedule || p == UserCentric }

// Unbounded is a grace period without end.
const Unbounded time.Duration = 1<<63 - 1

// Plan is one run.
type Plan struct {
	Target  Target
	Dataset Dataset
	Phases  []Phase
	Seed    uint64 // root of every generator of the run
	Clock   ClockKind

	// Transport says how connections are made and bounded. Its Clock, Kernel and Dial are the run's own.
	Transport transport.Options
	// CancelDrain is how long requests that the end of a phase cut may take to come back; 0 means AIPerf's 10 s.
	CancelDrain time.Duration
	// WarmConnections are opened before the first phase, shared out among the URLs.
	WarmConnections int

	// KeepText and KeepRaw say what sinks need beyond the facts.
	KeepText bool
	KeepRaw  bool
	// SpillDir takes what does not fit into memory; "" means the system's temporary folder.
	SpillDir string

	Scope metrics.Scope
	Run   metrics.RunInfo
}

// check finds what no phase can be made of. The texts name fields: callers that read options check those first.
func (p *Plan) check() error {
	for i, ph := range p.Phases {
		wrong := ""
		switch {
		case ph.Pattern != Burst && ph.Pattern != FixedSchedule && !(ph.Rate > 0 && !math.IsInf(ph.Rate, 1)):
			wrong = fmt.Sprintf("a rate of %v per second: it must be above 0", ph.Rate)
		case ph.Rate > mostPerSecond || slices.ContainsFunc(ph.Series, func(pt pace.Point) bool { return pt.Rate > mostPerSecond }):
			wrong = fmt.Sprintf("a rate above %d per second: no client sends so many", int(mostPerSecond))
		case ph.Pattern == Burst && ph.Concurrency < 1:
			wrong = fmt.Sprintf("a closed loop of concurrency %d: it must be at least 1", ph.Concurrency)
		case ph.Pattern == UserCentric && (ph.Users < 1 || ph.Turns < 1):
			wrong = fmt.Sprintf("%d users with %d turns each: both must be at least 1", ph.Users, ph.Turns)
		case ph.Pattern == UserCentric && ph.Users > mostUsers:
			wrong = fmt.Sprintf("%d users: no more than %d are drawn", ph.Users, mostUsers)
		case ph.Pattern == FixedSchedule && ph.Schedule == nil:
			wrong = "no schedule: make one with NewSchedule"
		case slices.ContainsFunc(ph.Series, func(pt pace.Point) bool { return !(pt.Rate > 0) }):
			wrong = "a rate series with a rate that is not above 0"
		}
		if wrong != "" {
			return fmt.Errorf("phase %d (%q) has %s", i, ph.Name, wrong)
		}
	}
	return nil
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
	Affinity        []string              // headers that carry the session's id beside X-Correlation-ID; nil for AIPerf's one
	Reuse           transport.ReusePolicy // Sticky: every session has a connection of its own
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
	Rate        float64       // arrivals per second: what a ramp climbs to, and the first of a series; not for Burst and FixedSchedule
	Smoothness  float64       // shape of Gamma intervals; 0 is 1, as smooth as Poisson
	Concurrency int           // sessions at once, from the first turn sent to the return of the last; 0 means no limit (not for Burst)
	Prefill     int           // requests at once that wait for their first content; 0 means no limit
	Requests    int           // stop after so many requests, turns of sessions under way included; 0 means no such bound
	Sessions    int           // begin so many sessions, and stop when all their turns are sent; 0 means no such bound
	Duration    time.Duration // stop sending after so long; 0 means no such bound
	Grace       time.Duration // wait for running requests after Duration; Unbounded for ever

	// Ramps, each in a straight line from the start of the phase; 0 for none. Limits climb from 1 in steps of 1, the rate in steps of StepEvery.
	ConcurrencyRamp, PrefillRamp, RateRamp time.Duration
	// Series changes the rate along straight lines between points. Its time begins with the phase, or when RateRamp is over.
	Series []pace.Point
	// StepEvery is how often a rate that changes is set anew; 0 means pace.StepEvery.
	StepEvery time.Duration
	// Catchup is how far behind its schedule a rate still makes up for overdue arrivals; 0 means pace.Catchup.
	Catchup time.Duration
	// Strict arrivals are never lost: one that finds no free slot waits for it and is charged from when it was due.
	Strict bool

	// Users and their turns belong to UserCentric, which Rate is the turns per second of: Turns is how many a conversation of the data has on
	// average. Users hold to their own distances: delays of the data do not count.
	Users, Turns int
	// Schedule belongs to FixedSchedule, whose sessions and requests it bounds: Sessions and Requests do not count.
	Schedule *Schedule

	Cancellation Cancellation
	// MaxFailed ends the run when more than this share of a profiling phase's requests has failed; nil for no such bound.
	MaxFailed *float64
}

// atOnce is how many sessions the phase may begin with.
func (p *Phase) atOnce() int {
	n := 1
	switch {
	case p.Pattern == FixedSchedule:
		for n < len(p.Schedule.Starts) && p.Schedule.Starts[n].At <= 0 {
			n++
		}
		if p.Concurrency > 0 {
			n = min(n, p.Concurrency)
		}
	case p.ConcurrencyRamp == 0:
		n = max(n, p.Concurrency)
	}
	return n
}

// Cancellation makes clients disappear: a share of the requests of a profiling phase is cancelled some time after it was sent.
type Cancellation struct {
	Percent float64
	After   time.Duration // from the last byte of the request handed to the connection
}
