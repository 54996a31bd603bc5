// Summary is everything a report needs to know about a run.
package metrics

// Percentiles are the percentiles of every distribution, in AIPerf's order.
var Percentiles = [...]int{1, 5, 10, 25, 50, 75, 90, 95, 99}

// Result is one metric of a run, in display units. Scalars carry Avg alone.
type Result struct {
	Def         *Def
	Avg         Value
	Min, Max    Value
	Std, Sum    Value
	Count       Value
	Percentiles [len(Percentiles)]Value
}

// PhaseWindow is what the scheduler knows of one phase.
type PhaseWindow struct {
	Name           string // "warmup", "profiling"
	Kind           PhaseKind
	Index          int // position in the run
	ProfilingIndex int // position among the profiling phases; -1 for warm-up
	Start          Instant
	SendEnd        Instant // last send decided; NoInstant when it never got there
	End            Instant // last request returned; NoInstant when the phase never completed
	Sent           int64
	Completed      int64
	Cancelled      int64 // cut by the deadline or the end of the run: these leave no record in AIPerf
	Failed         int64
	MissedArrivals int64   // open loop: due ticks without a free slot
	Forfeited      Instant // open loop: schedule time given up because the tool itself came too late
	Offered        float64 // arrivals per second asked for; 0 in closed loop
	OpenLoop       bool
}

// Summary is the immutable outcome of a run.
type Summary struct {
	Scope    Scope
	WallBase int64    // unix nanoseconds of Instant 0
	Results  []Result // profiling
	Warmup   []Result // nil without warm-up records
	Errors   []ErrorCount
	Phases   []PhaseWindow
	Window   PhaseWindow // the profiling phases together

	Succeeded        int64 // valid profiling records
	Failed           int64 // invalid profiling records
	Cancelled        bool
	Complete         bool
	IncompleteReason string

	Client ClientReport
	Run    RunInfo
}

// RunInfo says which run this was and how it was asked for. Everything in it is already redacted.
type RunInfo struct {
	BenchmarkID string // 12 hex digits
	Seed        *uint64
	SeedDrawn   bool // the seed was drawn, not given
	CLICommand  string
	InputConfig []byte // JSON object, AIPerf's input_config
	Model       string
	Data        DataInfo
}

// DataInfo says what the requests were made of: with the seed it is what another run needs to send the same.
type DataInfo struct {
	Conversations   int
	File            string // "" for made conversations
	Corpus          string // "sonnet", "random" or "coding"; "" for a file
	CorpusSHA256    string // of the text; "" where the corpus is made for the seed
	Tokenizer       string
	TokenizerDigest string // names the contents of the tokenizer; "" when they are not known
}

// ClientReport is the tool's judgement of itself: what it did to the measurement.
type ClientReport struct {
	Clock           string // "kernel" or "user", then why if it is not what was asked for
	Verdict         string // "server-limited", "client-limited", "load not delivered", "too few samples"
	Reason          string
	DispatchLag     Lag // due to written, open loop; slot free to written, closed loop
	ReceiveLag      Lag // kernel arrival to the read's return
	LatencyFromDue  Lag // due to last content
	MissedArrivals  int64
	KernelReads     int64
	UserReads       int64 // reads that fell back to a user stamp while kernel stamps were on
	ReplacedStamps  int64 // kernel stamps earlier than the write or later than the read's return
	MergedChunks    int64 // content responses that share the stamp of an earlier one
	Contents        int64
	NewConnections  int64
	HiddenErrors    int64 // answers that count as successes although a data event in them carries an error object
	FinisherBacklog int64 // most exchanges that waited at once
	SpilledBytes    int64
	CPUShare        float64 // process CPU over wall time and cores, 0..1; negative when unknown
	GCPauseTotal    float64 // milliseconds
	GCCycles        int64
	SchedLatencyP99 float64 // milliseconds
}

// Lag is a distribution in milliseconds, for the reader of a summary.
type Lag struct {
	Count              int64
	P50, P90, P99, Max Value
}
