// Constants of the package, each with its unit and its reason.
package metrics

const (
	nsToSec = 1e-9 // seconds per nanosecond; times are converted by multiplying, as the last digit shows

	perNano    = 1e9  // curves count in nanoseconds, results in seconds
	curveNoise = 1e-9 // share of a curve's peak below which a level is what rounding left

	usageDiffPercent   = 10.0 // percent; server and client counts that differ by more are a discrepancy (AIPerf's default)
	oslMismatchPercent = 5.0  // percent of the requested length (AIPerf's default)
	oslMismatchTokens  = 50.0 // tokens; a long answer may not be off by more (AIPerf's default)

	chunkRows     = 4096      // rows packed at once: 2 MB while open, one allocation when sealed
	gapBlock      = 64 << 10  // gaps per block of the arena, 256 KiB: the unit of spilling
	gapBudget     = 512 << 20 // bytes of gaps kept in memory unless the caller says otherwise: 128 million gaps
	columnsAtOnce = 16        // columns computed in one pass over the rows: 128 MB for a million requests
	scanRows      = 256       // rows unpacked at once: 120 KB, which stays in a core's cache

	radixFrom = 512 // elements from which sorting by bytes is faster than by comparing
	radixBits = 11  // bits a pass: the counters stay in a core's cache

	// The live view's histograms count microseconds: below 1 us nothing is to be told apart, above an hour nothing is live.
	liveLowest  = 1
	liveHighest = 3600 * 1000 * 1000
	liveDigits  = 3 // significant digits, 0.1 %: about 200 KB a histogram
)
