// Constants of the package, each with its unit and its reason.
package console

const (
	// CaptureWidth is the width of the captured console text, and of the text on anything that is not a terminal, in columns (AIPerf's).
	CaptureWidth = 140
	// footerWidth is the width at which AIPerf wraps its footer outside a terminal, in columns.
	footerWidth = 100
	// labelWidth is the longest header that shares its line with the unit, in characters (AIPerf's).
	labelWidth = 30
	// minWidth is the narrowest layout tried, in columns: below it no figure fits beside its label.
	minWidth = 40
	// factName is the width of the names in our own block, in columns: the longest of them.
	factName = 17
	// errorRows is how many kinds of errors a terminal shows; messages that carry an id would fill it otherwise. Files show all.
	errorRows = 20
	// thinP99 is the number of requests below which the p99 is hardly more than the largest value.
	thinP99 = 100
)
