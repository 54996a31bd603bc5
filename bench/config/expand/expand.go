// Package expand turns a swept document into the list of variations it stands for.
//
//	raw envelope ─ axes · scenarios · design ─> changes ─ applied to a clone ─ Render ─> body ─ Check ─> Plan
//
// Changes are made to the document as it was written, before its templates are rendered: a swept variable reaches every template that
// reads it, and a path must name the form the file uses (see shorthand.go).
package expand

import (
	"fmt"

	"github.com/aiperf-go/aiperf/bench/config/doc"
	"github.com/aiperf-go/aiperf/bench/config/schema"
)

// Limits.
const (
	maxVariations = 10_000  // variations of one sweep; more is a slip of the pen: at one second each they run for hours
	maxDirBytes   = 240     // bytes of a variation's folder name; file systems take 255
	maxNodes      = 4 << 20 // values that all variations hold together, about 200 bytes each: what a laptop has to spare
)

// The types of a sweep, as the key sweep.type names them.
const (
	typeGrid      = "grid"
	typeZip       = "zip"
	typeScenarios = "scenarios"
	typeSobol     = "sobol"
	typeHypercube = "latin_hypercube"
	typeAdaptive  = "adaptive_search"
)

// baseLabel names the one variation of a document that is not swept.
const baseLabel = "base"

// Plan is what a document asks to run: every variation, each as often as there are trials.
type Plan struct {
	Trials     int
	Variations []Variation
	Adaptive   bool    // an adaptive search: the one variation is its start, a planner picks the others
	Design     *Design // of a sobol or latin_hypercube sweep
	Warnings   []string
}

// Variation is one point of a sweep.
type Variation struct {
	Index  int
	Dir    string // folder name AIPerf gives it; two variations with equal values share it
	Folder string // folder to write to: Dir, numbered where an earlier variation has the name
	Label  string
	Values *doc.Node // mapping: full path -> value, in the order of the axes; of a scenario its values, or else its overrides
	Body   *doc.Node // benchmark body, rendered, as the file spells it; its records may be those of other variations, too: never change them
	Seed   *int64    // nil: every run draws its own
}

// Hooks are the load steps that a variation goes through after its values are in place.
type Hooks struct {
	Render func(envelope *doc.Node) error // renders the templates of one variation's document in place; nil leaves them
	Check  func(*Variation) error         // checks the body, and may put its normalised form in its place; nil accepts it as it is
}

// change is what one variation does to the document.
type change struct {
	label  string
	values *doc.Node
	apply  func(envelope *doc.Node) error
}

// Expand lists the variations of a document. raw is the envelope with its ${VAR}s replaced and its templates still in place; cfg is the same
// envelope checked. Neither is changed.
func Expand(raw *doc.Node, cfg *schema.Config, hooks Hooks) (*Plan, error) {
	base := lift(raw)
	sweep := base.Delete("sweep") // no template sees the sweep it is part of
	plan := &Plan{Trials: max(cfg.MultiRun.NumRuns, 1)}

	seed := baseSeed(cfg)
	changes, err := plan.changes(base, sweep, cfg.Sweep, seed)
	if err != nil {
		return nil, err
	}
	if err := tooLarge(sweep, len(changes), owned(base)); err != nil {
		return nil, err
	}
	seeds := seeder{base: seed, same: cfg.Sweep == nil || plan.Adaptive || cfg.Sweep.SameSeed}
	folders := map[string]int{}
	for i, c := range changes {
		v := Variation{Index: i, Label: c.label, Values: c.values}
		v.Dir = dirName(i, c.label, c.values)
		v.Folder = unique(folders, v.Dir)
		if v.Seed, err = seeds.of(i); err != nil {
			return nil, err
		}
		if v.Body, err = body(base, c, hooks.Render); err == nil && hooks.Check != nil {
			err = hooks.Check(&v)
		}
		if err != nil {
			if cfg.Sweep == nil || plan.Adaptive {
				return nil, err
			}
			hint := formHint(base, c.values)
			if e := unknownPath(sweep, cfg.Sweep, err); e != nil && hint == "" {
				return nil, e
			}
			return nil, &VariationError{Index: i, Label: c.label, Hint: hint, Err: err}
		}
		plan.Variations = append(plan.Variations, v)
	}
	return plan, nil
}

// changes reads the sweep and says what each variation changes.
func (p *Plan) changes(base, sweep *doc.Node, typed *schema.Sweep, seed *int64) ([]change, error) {
	if typed == nil {
		return []change{unchanged()}, nil
	}
	switch typed.Type {
	case typeAdaptive:
		p.Adaptive = true
		return []change{unchanged()}, nil
	case typeGrid, typeZip:
		axes, err := readAxes(sweep.Get("parameters"))
		if err != nil {
			return nil, err
		}
		if typed.Type == typeZip {
			return zip(axes, sweep)
		}
		return grid(axes, sweep)
	case typeScenarios:
		changes, warnings, err := scenarios(sweep.Get("runs"), base)
		p.Warnings = append(p.Warnings, warnings...)
		return changes, err
	case typeSobol, typeHypercube:
		design, err := newDesign(typed, sweep, seed)
		if err != nil {
			return nil, err
		}
		p.Design = design
		p.Warnings = append(p.Warnings, design.warnings()...)
		return design.changes()
	}
	return nil, sweep.Get("type").At("sweep.type", "unknown sweep type %q", typed.Type)
}

// unchanged is the change that is none.
func unchanged() change {
	return change{label: baseLabel, values: doc.NewMap(), apply: func(*doc.Node) error { return nil }}
}

// body makes one variation's benchmark body.
func body(base *doc.Node, c change, render func(*doc.Node) error) (*doc.Node, error) {
	envelope := copyOf(base)
	if err := c.apply(envelope); err != nil {
		return nil, err
	}
	if render != nil {
		if err := render(envelope); err != nil {
			return nil, err
		}
	}
	b := envelope.Get("benchmark")
	if b == nil {
		return nil, envelope.At("benchmark", "missing")
	}
	return b, nil
}

// tooMany refuses a sweep of n variations; n of 0 stands for a product too large to count.
func tooMany(sweep *doc.Node, n int) error {
	if n > 0 && n <= maxVariations {
		return nil
	}
	count := fmt.Sprint(n)
	if n == 0 {
		count = "more than 2^62"
	}
	e := sweep.At("sweep", "%s variations, at most %d are allowed", count, maxVariations)
	e.Hint = "give fewer values"
	return e
}

// VariationError says which variation of a sweep is wrong.
type VariationError struct {
	Index int
	Label string
	Hint  string // another way to write the document, when its form is the cause
	Err   error
}

func (e *VariationError) Error() string {
	s := fmt.Sprintf("sweep variation %d (%s): %v", e.Index, e.Label, e.Err)
	if e.Hint != "" {
		s += "; " + e.Hint
	}
	return s
}

func (e *VariationError) Unwrap() error { return e.Err }
