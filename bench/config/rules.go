// Rules that look at more than one option: what may not stand together, what needs what. One row, one rule.
//
//	Settings ─ flagRules (no file) or overlayRules (over a file) ─> document ─ schema.Check ─> Unsupported
//
// A wrong command line gets its own error first; what this version does not do is refused by name after that.
package config

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// rule refuses settings, or says nothing. It names the options as the user typed them.
type rule struct {
	name  string
	check func(s *Settings) string
}

// flagRules are asked of a command line without a configuration file; the first that answers ends the command.
var flagRules = slices.Concat(ownRules, loadRules, warmupRules, datasetRules, outputRules, sinkRules, runRules, searchRules, lastRules)

// overlayRules are asked of a command line with one. Rules about keys that the file may set are asked of the merged document.
var overlayRules = slices.Concat([]rule{{"not with a file", notWithFile}, {"one key twice", sameKey}}, ownRules, searchRules, outputRules)

// lastRules say in words what the check of the document would say of a key.
var lastRules = []rule{
	{"dataset format", needs("custom_dataset_type", "input_file", "it is the format of that file")},
}

// ownRules are about options that AIPerf does not have.
var ownRules = []rule{
	{"mock url", conflict("mock", "urls", "the mock server has its own address")},
	{"mock options", func(s *Settings) string {
		for _, f := range []string{"mock_ttft", "mock_itl", "mock_osl", "mock_faults"} {
			if s.Given(f) && !s.bool("mock") {
				return fmt.Sprintf("%s needs --mock", s.name(f))
			}
		}
		return ""
	}},
}

// Unsupported refuses options that this version knows but does not do.
func Unsupported(s *Settings) error {
	for _, r := range []rule{{"sweep", noSweeps}, {"option", noUnsupported}} {
		if msg := r.check(s); msg != "" {
			return usagef("%s", msg)
		}
	}
	return nil
}

// conflict refuses two fields together.
func conflict(a, b, why string) func(*Settings) string {
	return func(s *Settings) string {
		if s.asks(a) && s.asks(b) {
			return fmt.Sprintf("%s and %s cannot stand together: %s", s.name(a), s.name(b), why)
		}
		return ""
	}
}

// needs refuses any of some fields without another.
func needs(fields, base, why string) func(*Settings) string {
	return func(s *Settings) string {
		if got := s.among(fields); len(got) > 0 && !s.Given(base) {
			return fmt.Sprintf("%s needs %s: %s", s.names(got), s.table.Field(base).Name(), why)
		}
		return ""
	}
}

// asks tells whether a field was given and asks for something: a switch that is off does not.
func (s *Settings) asks(field string) bool {
	if !s.Given(field) {
		return false
	}
	on, isBool := s.Value(field).(bool)
	return !isBool || on
}

// among lists those of some fields that were given.
func (s *Settings) among(fields string) []string {
	var out []string
	for f := range strings.FieldsSeq(fields) {
		if s.Given(f) {
			out = append(out, f)
		}
	}
	return out
}

// names are fields as the user typed them.
func (s *Settings) names(fields []string) string {
	out := make([]string, len(fields))
	for i, f := range fields {
		out[i] = s.name(f)
	}
	return strings.Join(out, ", ")
}

// noSweeps refuses comma lists that ask for a parameter sweep.
func noSweeps(s *Settings) string {
	for _, g := range s.given {
		if g.Option.Argv == Sweep && isList(s, g.Option.Field) {
			return fmt.Sprintf("%s %s asks for a parameter sweep, which is not supported in this version; give one value", g.Name, g.Tokens[0])
		}
	}
	return ""
}

// noUnsupported refuses options and values that this version knows but does not do. Switching a flag off that is off asks for nothing.
func noUnsupported(s *Settings) string {
	for _, g := range s.given {
		o := g.Option
		v := s.Value(o.Field)
		switch {
		case o.State == Refused:
			if o.Type == Bool && o.Default == "false" && v == false {
				continue
			}
			return fmt.Sprintf("%s is not supported in this version: it belongs to %s", g.Name, o.Why)
		case o.Only != "" && !among(o, v):
			return fmt.Sprintf("%s %v is not supported in this version: it belongs to %s (supported: %s)", g.Name, v, o.Why, strings.Join(list(o.Only), ", "))
		}
	}
	return ""
}

// among tells whether a value is one of those that work.
func among(o *Option, v any) bool {
	for want := range strings.FieldsSeq(o.Only) {
		switch have := v.(type) {
		case string:
			if have == want {
				return true
			}
		case bool:
			if want == fmt.Sprint(have) {
				return true
			}
		default:
			if w, err := parseFloat(want); err == nil && w == number(have) {
				return true
			}
		}
	}
	return false
}

func number(v any) float64 {
	switch n := v.(type) {
	case int64:
		return float64(n)
	case float64:
		return n
	}
	return math.NaN()
}

// warmupTrigger names a field that asks for a warm-up.
func warmupTrigger(s *Settings) string {
	for _, f := range warmupTriggers {
		if s.Given(f) && s.has(f) {
			return f
		}
	}
	return ""
}
