// Constants of the package, each with its unit and its reason.
package cli

import "time"

const (
	signalBuffer = 4 // signals: two are acted on, more must not block the runtime

	stopGrace    = 10 * time.Second // running requests may finish for so long after the first signal
	abortTimeout = 15 * time.Second // a run that does not end so long after it was aborted is given up

	sparedFiles = 64 // descriptors for files, standard streams, resolver and timers beside the connections

	usualLatency = 10 * time.Second // of a request with a long answer; a run that holds its connections for less is not warned
	portRest     = 60 * time.Second // Linux keeps the port of a connection that it closed for so long (TCP_TIMEWAIT_LEN)

	drawEvery  = 250 * time.Millisecond // progress on a terminal: below what an eye follows, above what a terminal costs
	printEvery = 5 * time.Second        // progress lines where there is no terminal

	longestMessage = 200 // characters of an error on the last line; the files hold all of it

	mostReruns = 10_000 // folders beside a run; a mistake in a loop should end

	mostPlanned = 1 << 40 // requests: more than any run sends; sums of such figures still fit
	mostSeconds = 1e9     // seconds, 30 years: a duration holds no more than ten times that

	previewRequests = 100_000 // requests whose lengths --plan counts: all of a usual run, and under a second of tokenizing
	previewSessions = 1000    // conversations whose turns --plan counts for a mean
	previewTurns    = 1000    // turns of one conversation that --plan looks at
	previewMedia    = 32      // requests of images or audio alone that --plan makes: each may be megabytes

	helpWidth    = 80 // columns of help text where the terminal does not say
	helpMinWidth = 40 // columns; narrower terminals wrap by themselves
)
