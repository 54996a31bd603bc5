// Def is one metric as data: a row of the definition table, and all that registry, console, CSV, JSON, gates and reference know of it.
package metrics

// Shape says how a metric is computed.
type Shape uint8

// The shapes.
const (
	PerRecord Shape = iota // from the facts of one request
	Aggregate              // one contribution a request, combined
	Derived                // from other results
	Injected               // computed over the whole run beside the registry (sweep line, CO-aware, error-adjusted)
)

// Combine says how an aggregate joins its contributions.
type Combine uint8

// The ways to combine.
const (
	Sum Combine = iota
	Min
	Max
)

// Group is the console table a metric belongs to.
type Group uint8

// The console groups, in the order in which tables are printed; GroupNone is exported but not shown.
const (
	GroupNone Group = iota
	GroupEffective
	GroupActive
	GroupUsage
	GroupDefault
)

// Flags are AIPerf's gates: when a metric is computed and where it is shown.
type Flags uint32

// The flags; the names follow AIPerf's.
const (
	StreamingOnly Flags = 1 << iota
	ProducesTokensOnly
	TokenizesInputOnly
	ErrorOnly
	Internal
	NoIndividualRecords
	LargerIsBetter
	UsageDiffOnly
	HTTPTraceOnly
	WithFailedTwin // also emits adj_<tag>
	Experimental
	DisableOnAccuracy
	GoodputOnly
	FixedScheduleOnly
	AudioOnly
	ImageOnly
	VideoOnly
	ProducesVideoOnly
	Reasoning // descriptive: absence comes from missing data
)

// Scope is what of a run's configuration decides which metrics exist.
type Scope struct {
	EndpointTitle  string // "LLM Metrics"
	Streaming      bool
	ProducesTokens bool
	TokenizesInput bool
	ServerTokens   bool // token counts come from usage
	Audio          bool // the endpoint takes audio
	Experimental   bool // compute and show experimental metrics too
	Internal       bool // show internal metrics too; they are computed in any case

	Thresholds *Thresholds // nil for the release's
}

// Thresholds say from where token counts that disagree are counted as a discrepancy.
type Thresholds struct {
	UsageDiffPercent   float64 // percent between the server's and our count
	OSLMismatchPercent float64 // percent of the requested length
	OSLMismatchTokens  float64 // tokens; a long answer may not be off by more
}

// Limits are the thresholds of a scope.
func (s Scope) Limits() Thresholds {
	if s.Thresholds != nil {
		return *s.Thresholds
	}
	return Thresholds{usageDiffPercent, oslMismatchPercent, oslMismatchTokens}
}

// Def is one row of the definition table.
type Def struct {
	Tag     string
	Header  string
	Unit    string // native
	Display string // shown and exported
	Shape   Shape
	Combine Combine // aggregates only
	Flags   Flags
	Group   Group
	Order   int // console order; 0 stands after every ordered row
	// SummaryRank is the place among the metrics AIPerf's JSON summary declares first, from 1; 0 comes after the run's own keys, in result order.
	SummaryRank int
	Requires    []string // tags without which it is absent; all stand above it in the table
	Formula     string   // one line, for the reference
	AbsentWhen  string

	record func(*row) Value              // PerRecord, Aggregate: the value of one request
	list   bool                          // PerRecord: one value per gap between chunks
	derive func(*totals) (float64, bool) // Derived
}

// List reports whether a request has a list of values instead of one.
func (d *Def) List() bool { return d.list }

// ShownPerRecord reports whether the metric may stand in a line of the records file.
func (d *Def) ShownPerRecord(s Scope) bool {
	return (d.Shape == PerRecord || d.Shape == Aggregate) && d.Flags&NoIndividualRecords == 0 && d.Shown(s)
}

// Shown reports whether the metric may stand in files.
func (d *Def) Shown(s Scope) bool {
	return (d.Flags&Internal == 0 || s.Internal) && (d.Flags&Experimental == 0 || s.Experimental)
}

// ShownOnConsole reports whether the metric may stand in a console table.
func (d *Def) ShownOnConsole() bool {
	return d.Group != GroupNone && d.Flags&(ErrorOnly|Internal|Experimental) == 0
}

// computed reports whether the metric's own gates are open.
func (d *Def) computed(s Scope) bool {
	for _, g := range [...]struct {
		flag Flags
		open bool
	}{
		{StreamingOnly, s.Streaming},
		{ProducesTokensOnly, s.ProducesTokens},
		{TokenizesInputOnly, s.TokenizesInput},
		{UsageDiffOnly, !s.ServerTokens},
		{AudioOnly, s.Audio},
		{Experimental, s.Experimental},
	} {
		if d.Flags&g.flag != 0 && !g.open {
			return false
		}
	}
	return true
}
