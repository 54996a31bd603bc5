// Package config turns what a user asks for into one decided run. Flags, configuration file and environment become one document; everything
// behind it looks at the document alone.
//
//	argv ─ option table (options_*.go, argv.go, values.go) ─> Settings ─ Document (convert*.go) ──────┐
//	                                                              └──── Overlay (overlay*.go) ──┐     │
//	file ─ doc.Parse ─ ${VAR} ─ Jinja ─> tree of the file ──────────────────────────────────────┴─> doc.Node
//	AIPERF_ variables ─ env.Read ─> env.Values ─────────────────────────────────────┐                 │ schema.Check
//	bench.Plan <─ plan.go <─ Profile <─ profile.go <─ states.go (refused by name) <──┴── schema.Config ┘
//	input_config, rerun record, explain <─ the same tree, secrets out (redactdoc.go)
//
// One option is one row of the tables in options_*.go; nothing else names a flag's grammar. One key of a file is one field in schema.
package config

import (
	"slices"
	"strings"
)

// Type is what values an option takes, spelled as in AIPerf's own table.
type Type string

// The types.
const (
	Bool       Type = "bool"
	Int        Type = "int"
	Float      Type = "float"
	Str        Type = "str"
	Enum       Type = "enum"
	EnumOrPath Type = "enum|path"
	Path       Type = "path"
	InFile     Type = "path (must exist)"
	IntSweep   Type = "int|list[int]"
	FloatSweep Type = "float|list[float]"
	Strs       Type = "list[str]"
	Ints       Type = "list[int]"
	Floats     Type = "list[float]"
	Enums      Type = "list[enum]"
	KeyValues  Type = "list[key:value]|json"
	Tuples     Type = "list[tuple[str,Any]]"
	NumberMap  Type = "map[str]float"
)

// Argv is how an option reads the command line.
type Argv uint8

// The grammars.
const (
	One        Argv = iota // one token, once
	Flag                   // no token, once; --flag=true and --flag=false also
	Maybe                  // no token, once; a value only as --name=value
	Sweep                  // one token, once; a comma list asks for a parameter sweep
	List                   // one token each time, split at commas
	ListMany               // every token up to the next option, split at commas
	Repeat                 // one token each time, kept whole
	RepeatMany             // every token up to the next option, kept whole
	Pairs                  // tokens in pairs up to the next option, split at commas
)

// Many tells that all tokens up to the next option are values.
func (a Argv) Many() bool { return a == ListMany || a == RepeatMany || a == Pairs }

// Repeats tells that the option may be given again.
func (a Argv) Repeats() bool { return a >= List }

// Commas tells that a value is split at commas.
func (a Argv) Commas() bool { return a == Sweep || a == List || a == ListMany || a == Pairs }

// State is what this program does with an option.
type State uint8

// The states.
const (
	Works   State = iota
	Refused       // known, and refused by name with the reason
	Inert         // accepted and checked; there is nothing it could act on here
)

// Option is one row of the table. Lists in a row are separated by blanks, so that a row reads as one line.
type Option struct {
	Group      string // heading in the help
	Names      string // long names, canonical first, then short ones
	Negative   string // names that switch a flag off
	Field      string // key of the value, AIPerf's field name
	Type       Type
	Argv       Argv
	Default    string // JSON text, as AIPerf's help has it; "" means unset
	Effective  string // what a run uses when the option is absent, where AIPerf's help says otherwise
	Choices    string
	Bounds     string // "> 0, <= 100", checked when the value is read
	LateBounds string // checked on the phase: sweepable values are read without bounds
	MinLen     int
	YAML       string // key paths of a configuration file
	WithYAML   string // "" may overlay a configuration file, "rejected" may not, "exempt" is not part of it
	Env        string // environment variable that sets it
	State      State
	Only       string // the values that work; others are refused by name
	Why        string // refused: the feature it belongs to; inert: what is missing to act on
	Unit       string
	Help       string
	Ours       bool // not an option of AIPerf
	Secret     bool // the value is never written down
}

// The features that refused options and values belong to, as a user would call them.
const (
	fAccuracy      = "accuracy benchmarks"
	fAPI           = "the run's own HTTP interface"
	fCancel        = "simulated cancellations"
	fChunkUsage    = "usage in every chunk"
	fDashboard     = "the full-screen dashboard"
	fEncoders      = "encoders of compressed audio"
	fEndpoints     = "endpoint types other than chat"
	fFormats       = "dataset formats other than single_turn"
	fGoodput       = "goodput and service level judgements"
	fGPU           = "GPU telemetry"
	fHooks         = "server hooks around a run"
	fImageIDs      = "images that a server remembers"
	fMulti         = "several runs per command"
	fNetLatency    = "network latency correction"
	fOutputs       = "the file of reply texts"
	fPlots         = "plots"
	fPrefill       = "prefill slots"
	fPublic        = "public datasets"
	fRamps         = "ramps and rate series"
	fReady         = "waiting for the model"
	fReuse         = "other connection policies than pooling"
	fScenario      = "scenarios"
	fSearch        = "parameter sweeps and searches"
	fServerMetrics = "server metrics"
	fSessionHeader = "renaming the session header"
	fSlices        = "time slices"
	fStats         = "periodic statistics in the log"
	fStreams       = "OpenTelemetry, MLflow and Weights & Biases"
	fThreshold     = "stopping at a share of failed requests"
	fTokenizers    = "tokenizers other than the builtin one"
	fTrace         = "HTTP traces in the records"
	fTraces        = "trace replay"
	fUsers         = "user-centric load"
	fVideo         = "video inputs"
	fWeights       = "weighted model choice"
)

// list splits a blank-separated cell.
func list(s string) []string { return strings.Fields(s) }

// Absent is the value a run uses when the option is absent; JSON text.
func (o *Option) Absent() string {
	if o.Effective != "" {
		return o.Effective
	}
	return o.Default
}

// Name is the canonical name.
func (o *Option) Name() string { n, _, _ := strings.Cut(o.Names, " "); return n }

// AllNames are the positive names, canonical first.
func (o *Option) AllNames() []string { return list(o.Names) }

// Table is a set of options and the names that lead to them.
type Table struct {
	groups []([]Option)
	byName map[string]target
}

// target is what a typed name means.
type target struct {
	opt *Option
	neg bool
}

// NewTable indexes rows. Rows are never changed.
func NewTable(groups ...[]Option) *Table {
	n := 0
	for _, g := range groups {
		n += 2 * len(g)
	}
	t := &Table{groups: groups, byName: make(map[string]target, n)}
	for _, g := range groups {
		for i := range g {
			o := &g[i]
			for name := range strings.FieldsSeq(o.Names) {
				t.byName[name] = target{opt: o}
			}
			for name := range strings.FieldsSeq(o.Negative) {
				t.byName[name] = target{opt: o, neg: true}
			}
		}
	}
	return t
}

// ProfileTable holds the options of `aiperf profile`. Further endpoint types, those of a custom build, become choices that work.
func ProfileTable(endpointTypes ...string) *Table {
	first := endpointOptions
	if len(endpointTypes) > 0 {
		first = slices.Clone(first)
		for i := range first {
			o := &first[i]
			if o.Field != "endpoint_type" {
				continue
			}
			for _, name := range endpointTypes {
				if !slices.Contains(list(o.Choices), name) {
					o.Choices += " " + name
				}
				if !slices.Contains(list(o.Only), name) {
					o.Only += " " + name
				}
			}
		}
	}
	return NewTable(first, inputOptions, loadOptions, outputOptions, mediaOptions, multirunOptions, ourOptions)
}

// MockTable holds the options of `aiperf mock`.
func MockTable() *Table { return NewTable(mockOptions) }

// Each calls f for every row, in the order of the tables.
func (t *Table) Each(f func(*Option)) {
	for _, g := range t.groups {
		for i := range g {
			f(&g[i])
		}
	}
}

// Lookup finds the option of a typed name; `_` and `-` are the same after the dashes.
func (t *Table) Lookup(name string) (*Option, bool) {
	m, ok := t.lookup(name)
	return m.opt, ok
}

func (t *Table) lookup(name string) (target, bool) {
	m, ok := t.byName[name]
	if !ok && strings.HasPrefix(name, "--") && strings.Contains(name, "_") {
		m, ok = t.byName["--"+strings.ReplaceAll(name[2:], "_", "-")]
	}
	return m, ok
}

// Field finds the option that owns a field.
func (t *Table) Field(field string) *Option {
	var found *Option
	t.Each(func(o *Option) {
		if o.Field == field {
			found = o
		}
	})
	return found
}
