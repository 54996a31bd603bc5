// Rules of artifacts, telemetry, trackers and the runtime.

package schema

import (
	"strings"
	"unicode"

	"github.com/aiperf-go/aiperf/bench/config/doc"
)

func artifactForms(s *scope, v *Artifacts) {
	for _, k := range []string{"summary", "records"} {
		if list := s.n.Get(k); list != nil && list.Kind == doc.List && len(list.Items) == 0 {
			s.fail(k, "write false to switch it off", "%s is an empty list", k)
			return
		}
	}
	if v.SliceDuration != nil && *v.SliceDuration <= 0 {
		s.fail("slice_duration", "", "slice_duration must be > 0, not %g", *v.SliceDuration)
		return
	}
	if v.ExportOutputsJSON && v.Prefix != nil {
		base := *v.Prefix
		for _, ext := range []string{".csv", ".jsonl", ".json"} {
			base = strings.TrimSuffix(base, ext)
		}
		if base == "outputs" {
			s.fail("prefix", "use another prefix", "prefix outputs would write over the file outputs.json of export_outputs_json")
		}
	}
}

func userFilePath(s *scope, v *UserFile) {
	switch {
	case v.Path == "":
		s.fail("path", "", "path is empty")
	case strings.ContainsFunc(v.Path, unicode.IsControl):
		s.fail("path", "", "path has a control character: %q", v.Path)
	case strings.HasPrefix(v.Path, "/"):
		s.fail("path", "write a path below the run's folder", "path is absolute: %q", v.Path)
	default:
		for _, part := range strings.Split(v.Path, "/") {
			if part == ".." {
				s.fail("path", "write a path below the run's folder", "path leaves the run's folder: %q", v.Path)
				return
			}
		}
	}
}

func userFileFormat(s *scope, v *UserFile) {
	_, isText := v.Content.Value.(string)
	switch {
	case v.Format != nil && *v.Format == "text" && !isText:
		s.fail("content", "use format json or yaml", "format text needs text as content, not %s", v.Content.Kind)
	case v.Format != nil && *v.Format != "text" && isText:
		s.fail("content", "use format text, or write the content as a mapping", "format %s needs content with a structure, not text", *v.Format)
	case v.Format == nil:
		format := "json"
		if isText {
			format = "text"
		}
		v.Format = &format
		s.set("format", doc.Of(format))
	}
}

func collectorURLs(s *scope, v *GPUTelemetry) {
	if v.Collector != "dcgm" && len(v.URLs) > 0 {
		s.fail("urls", "drop urls or use collector dcgm", "collector %s reads local GPUs and takes no urls", v.Collector)
	}
}

func discoveryOptions(s *scope, v *Discovery) {
	if v.Mode != "disabled" {
		return
	}
	for _, k := range []string{"label_selector", "namespace"} {
		if s.given(k) {
			s.fail(k, "use mode auto or kubernetes", "%s has no effect with mode disabled", k)
			return
		}
	}
}

func wandbProject(s *scope, v *Wandb) {
	if v.Project != nil {
		return
	}
	for _, k := range []string{"entity", "run_name", "tags"} {
		if s.given(k) {
			s.fail(k, "set wandb.project", "%s has no effect without project", k)
			return
		}
	}
}

func apiHost(s *scope, v *Runtime) {
	if v.APIHost != nil && v.APIPort == nil {
		s.fail("api_host", "set api_port", "api_host has no effect without api_port")
	}
}

func workersMin(s *scope, v *Runtime) {
	if v.WorkersMin != nil && v.Workers != nil && *v.WorkersMin > *v.Workers {
		s.fail("workers_min", "", "workers_min %d must be <= workers %d", *v.WorkersMin, *v.Workers)
	}
}

func accuracyBenchmark(s *scope, v *Accuracy) {
	if v.Benchmark == nil && len(s.n.Members) > 0 {
		k := s.n.Members[0].Key
		s.fail(k, "set accuracy.benchmark", "%s has no effect without benchmark", k)
	}
}
