// Tunables of the run, each with its unit and reason.
package bench

import "time"

const (
	// armedAhead is how many requests are prepared before they are due: enough for 10,000/s over a pause of the garbage collector or the
	// operating system of 25 ms, and small beside what is in flight.
	armedAhead = 256
	// armedBytes bounds the same in bytes, for long prompts and conversations.
	armedBytes = 64 << 20

	// drainAfterAbort is how long cancelled requests may take to come back before the phase ends without them.
	// AIPerf's AIPERF_TIMING_CANCEL_DRAIN_TIMEOUT.
	drainAfterAbort = 10 * time.Second
	// interruptGrace bounds how long running requests may go on after the first interrupt.
	interruptGrace = 10 * time.Second

	// fewestJudged is how many requests of a phase must be back before their failures are counted against Phase.MaxFailed: AIPerf's, and never
	// fewer than run at once.
	fewestJudged = 10

	// mostPerSecond bounds a rate: beyond it the arrivals of the catch-up alone would keep the scheduler from everything else.
	mostPerSecond = 1e7

	// mostUsers bounds the users of a phase, who are all drawn before the first of them begins.
	mostUsers = 1_000_000
	// longestRamp keeps instants within what a clock can hold.
	longestRamp = 100 * 365 * 24 * time.Hour

	// backlogBytes is what exchanges may hold in memory while they wait to be finished; beyond it they go to a file.
	backlogBytes = 256 << 20
	// shotOverhead is a shot's own size, roughly.
	shotOverhead = 1 << 10

	// recordBuffer is how many finished records may wait for the collector.
	recordBuffer = 1024

	// snapshotEvery is how often the live figures are published.
	snapshotEvery = 100 * time.Millisecond

	// maxWait is the scheduler's longest sleep: it bounds what a lost wake-up could cost.
	maxWait = time.Second

	// beatEvery is how often the process proves that it runs: 20 wake-ups a second cost nothing that can be measured.
	beatEvery = 50 * time.Millisecond
	// stallBound is how late a beat may be: a loaded machine takes tens of milliseconds to give a core back.
	stallBound = 50 * time.Millisecond
	// mostStalls bounds what is remembered of them; so many have made the verdict long before.
	mostStalls = 1 << 16
)
