// Package metrics says WHAT it means: the facts of finished requests, the definition table, and the summary computed from both.
// It starts no goroutine and does no I/O; what does not fit into memory goes to a file the caller hands in.
//
//	Record ─ Table.Append ─> facts table ─┐
//	       │                              ├─ Summarise ─> Summary ─> reports
//	       │            definition table ─┘   (columns, statistics, derived values, sweep line)
//	       ├─ View.Values ─> one line of the records file
//	       └─ Live.Observe ─> Snapshot ─> progress line
package metrics
