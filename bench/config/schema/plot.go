// The plot block: which figures a run draws, and how.

package schema

import (
	"reflect"
	"slices"

	"github.com/aiperf-go/aiperf/bench/config/doc"
)

// Plot is the inline form of the key plot.
type Plot struct {
	Visualization            Visualization             `key:"visualization" req:"yes" doc:"figures, and which of them are drawn"`
	Settings                 PlotSettings              `key:"settings" doc:"how data are thinned out"`
	ExperimentClassification *ExperimentClassification `key:"experiment_classification" doc:"which runs are baselines and which treatments"`
}

// Visualization names the figures.
type Visualization struct {
	MultiRunDefaults  []string  `key:"multi_run_defaults" def:"[]" doc:"figures drawn for several runs"`
	SingleRunDefaults []string  `key:"single_run_defaults" def:"[]" doc:"figures drawn for one run"`
	MultiRunPlots     *doc.Node `key:"multi_run_plots" def:"{}" form:"map of maps" doc:"figures over several runs, by name"`
	SingleRunPlots    *doc.Node `key:"single_run_plots" def:"{}" form:"map of maps" doc:"figures over one run, by name"`
}

// PlotSettings holds the settings of all figures.
type PlotSettings struct {
	ServerMetricsDownsampling Downsampling `key:"server_metrics_downsampling" doc:"thinning of server metrics"`
}

// Downsampling thins a series out.
type Downsampling struct {
	Enabled           bool    `key:"enabled" def:"true" doc:"thin out or draw every sample"`
	WindowSizeSeconds float64 `key:"window_size_seconds" is:"> 0" def:"5.0" unit:"s" doc:"width of a window"`
	AggregationMethod string  `key:"aggregation_method" def:"mean" in:"mean max min median" doc:"what stands for a window"`
}

// ExperimentClassification sorts runs into groups by their names.
type ExperimentClassification struct {
	Baselines              []string `key:"baselines" def:"[]" doc:"name patterns of baselines"`
	Treatments             []string `key:"treatments" def:"[]" doc:"name patterns of treatments"`
	Default                string   `key:"default" def:"treatment" in:"baseline treatment" doc:"group of a run no pattern names"`
	GroupExtractionPattern *string  `key:"group_extraction_pattern" null:"yes" def:"^(baseline|treatment_\\d+)" doc:"expression whose first group names the experiment"`
}

// plotForm checks the inline form and fills its defaults; a text is the path of a file with the same keys.
func plotForm(c *checker, path string, n *doc.Node, f *field) *doc.Node {
	switch n.Kind {
	case doc.Null, doc.String:
		return n
	case doc.Map:
		var p Plot
		cl := classOf(reflect.TypeFor[Plot]())
		out := c.object(path, cl, n, reflect.ValueOf(&p).Elem(), "")
		if out == nil {
			return nil
		}
		return fill(cl, out, "")
	}
	c.fail(n, path, "write the path of a file, or a mapping", "must be a path or a mapping, not %s", show(n))
	return nil
}

// plotsDefined wants every default figure defined.
func plotsDefined(s *scope, v *Visualization) {
	for _, d := range []struct {
		key   string
		names []string
		plots *doc.Node
	}{{"multi_run", v.MultiRunDefaults, v.MultiRunPlots}, {"single_run", v.SingleRunDefaults, v.SingleRunPlots}} {
		var known []string
		for _, m := range d.plots.Members {
			known = append(known, m.Key)
		}
		for _, name := range d.names {
			if !slices.Contains(known, name) {
				s.fail(d.key+"_defaults", didYouMean(name, known), "%s_defaults names %q, which %s_plots does not define", d.key, name, d.key)
				return
			}
		}
	}
}
