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
)

// Scope is what of a run's configuration decides which metrics exist.
type Scope struct {
	EndpointTitle  string // "LLM Metrics"
	Streaming      bool
	ProducesTokens bool
	TokenizesInput bool
	ServerTokens   bool // token counts come from usage
}

// Def is one row of the definition table.
type Def struct {
	Tag     string
	Header  string
	Unit    string // native
	Display string // shown and exported
	Shape   Shape
	Flags   Flags
	Group   Group
	Order   int    // console order; 0 stands after every ordered row
	Formula string // one line, for the reference
}
