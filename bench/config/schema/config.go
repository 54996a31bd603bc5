// Package schema is the table of every key of a configuration document: the structs are the table, one field is one key.
//
//	doc.Node ─ preparers (shorthand) ─> walk over the tables (types, bounds, unknown keys, defaults) ─ rules (several keys) ─> Config + normalised Node
//	                                           │
//	                                           └─ Keys, JSONSchema, Full
//
// Everything here answers as AIPerf 0.13.0 does: what it takes is taken, what it refuses is refused at the same key.
package schema

import "github.com/aiperf-go/aiperf/bench/config/doc"

// Config is a whole document.
type Config struct {
	SchemaVersion string    `key:"schema_version" def:"2.0" in:"2.0" doc:"version of the configuration language"`
	Benchmark     Benchmark `key:"benchmark" req:"yes" doc:"what one run does"`
	Sweep         *Sweep    `key:"sweep" doc:"many runs over varied values"`
	MultiRun      MultiRun  `key:"multi_run" doc:"repetitions of each run"`
	Plot          *doc.Node `key:"plot" form:"plot" doc:"figures: path of a file, or inline"`
	Variables     *doc.Node `key:"variables" def:"{}" form:"map" doc:"values for templates"`
	RandomSeed    *int64    `key:"random_seed" is:">= 0" doc:"root of every random draw"`
	NoSweepTable  bool      `key:"no_sweep_table" def:"false" doc:"print no table while a sweep runs"`
}
