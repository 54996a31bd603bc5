// Scenarios: named runs, each with overrides of the document.

package expand

import (
	"fmt"
	"slices"

	"github.com/aiperf-go/aiperf/bench/config/doc"
	"github.com/aiperf-go/aiperf/bench/config/schema"
)

// defaultDataset is the name a dataset gets that is written alone and without one.
const defaultDataset = "default"

// scenarios reads sweep.runs.
func scenarios(runs, base *doc.Node) ([]change, []string, error) {
	if runs == nil || runs.Kind != doc.List || len(runs.Items) == 0 {
		return nil, nil, runs.At("sweep.runs", "must be a list of at least one run")
	}
	if err := tooMany(runs, len(runs.Items)); err != nil {
		return nil, nil, err
	}
	var changes []change
	var warnings []string
	for i, run := range runs.Items {
		c, err := scenario(run, i, base)
		if err != nil {
			return nil, nil, err
		}
		if run.Get("name") == nil && run.Get("values") == nil && len(c.values.Members) > 0 {
			warnings = append(warnings, fmt.Sprintf("sweep.runs.%d has no name: its folder is called %s; give it a name that says what it changes", i, c.label))
		}
		changes = append(changes, c)
	}
	return changes, warnings, nil
}

// scenario reads one run.
func scenario(run *doc.Node, i int, base *doc.Node) (change, error) {
	at := fmt.Sprintf("sweep.runs.%d", i)
	if run.Kind != doc.Map {
		return change{}, run.At(at, "must be a mapping, not %s", run.Kind)
	}
	c := change{label: fmt.Sprintf("scenario_%d", i)}
	overrides := doc.NewMap()
	for _, m := range run.Members {
		switch m.Key {
		case "name":
			if m.Value.Kind != doc.String {
				e := m.Value.At(at+".name", "must be text, not %s", m.Value.Kind)
				e.Hint = "put it in quotes"
				return change{}, e
			}
			c.label = m.Value.Value.(string)
		case "values":
			if m.Value.Kind == doc.Null {
				continue
			}
			if err := plainValues(m.Value, at+".values"); err != nil {
				return change{}, err
			}
			c.values = m.Value.Clone()
		case "variables":
			if m.Value.Kind != doc.Map && m.Value.Kind != doc.Null {
				return change{}, m.Value.At(at+".variables", "must be a mapping, not %s", m.Value.Kind)
			}
			overrides.Set(m.Key, m.Value.Clone())
		case "benchmark":
			overrides.Set(m.Key, m.Value.Clone())
		default:
			e := &doc.Error{Pos: m.Pos, Origin: m.Value.Origin, Path: at + "." + m.Key, Msg: "unknown key; a run has name, benchmark, variables and values"}
			if slices.Contains(schema.FlatKeys(), m.Key) {
				e.Hint = "put it under benchmark"
			}
			return change{}, e
		}
	}
	shown := overrides.Clone()
	if err := nameDataset(shown.Get("benchmark"), base.Get("benchmark"), at); err != nil {
		return change{}, err
	}
	if c.values == nil {
		c.values = shown
	}
	if base.Get("benchmark").Get("dataset") == nil { // a document that writes dataset merges with dataset, any other with datasets
		overrides = shown.Clone()
	}
	c.apply = func(envelope *doc.Node) error {
		for _, m := range overrides.Members {
			if m.Key == "variables" && m.Value.Kind == doc.Null {
				continue
			}
			envelope.Set(m.Key, merge(envelope.Get(m.Key), m.Value.Clone()))
		}
		return nil
	}
	return c, nil
}

// plainValues checks the values a run is named by.
func plainValues(values *doc.Node, at string) error {
	if values.Kind != doc.Map {
		return values.At(at, "must be a mapping, not %s", values.Kind)
	}
	for _, m := range values.Members {
		if m.Value.Kind == doc.Map || m.Value.Kind == doc.List {
			return m.Value.At(at+"."+m.Key, "must be a single value, not %s", m.Value.Kind)
		}
	}
	return nil
}

// nameDataset rewrites the dataset of a run's overrides as the datasets entry it stands for: the document's dataset, unless it names another.
func nameDataset(over, base *doc.Node, at string) error {
	dataset := over.Get("dataset")
	if dataset == nil {
		return nil
	}
	at += ".benchmark.dataset"
	if over.Get("datasets") != nil {
		e := dataset.At(at, "cannot stand beside datasets")
		e.Hint = "keep datasets"
		return e
	}
	if dataset.Kind != doc.Map {
		return dataset.At(at, "must be a mapping, not %s", dataset.Kind)
	}
	name := datasetName(base)
	if own := dataset.Get("name"); own != nil {
		name = own
	}
	named := &doc.Node{Kind: doc.Map, Pos: dataset.Pos, Origin: dataset.Origin}
	named.Set("name", name)
	for _, m := range dataset.Members {
		named.Set(m.Key, m.Value)
	}
	over.Delete("dataset")
	over.Set("datasets", &doc.Node{Kind: doc.List, Items: []*doc.Node{named}, Pos: dataset.Pos, Origin: dataset.Origin})
	return nil
}

// datasetName is the name of the document's dataset.
func datasetName(base *doc.Node) *doc.Node {
	if n := base.Get("dataset").Get("name"); n != nil {
		return n.Clone()
	}
	if list := base.Get("datasets"); list != nil {
		for _, item := range list.Items {
			if n := item.Get("name"); n != nil {
				return n.Clone()
			}
		}
	}
	return doc.Of(defaultDataset)
}
