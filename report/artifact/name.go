// Names: the run's folder, what it was loaded with, and what a file is called under a prefix.
package artifact

import (
	"math"
	"path/filepath"
	"strconv"
	"strings"
)

// Dir returns the run's folder. An explicit base is used as it is; otherwise the run gets its own folder below it, named after what was measured.
func Dir(base string, explicit bool, models []string, serviceKind, endpointType, stimulus string) string {
	if explicit {
		return base
	}
	model := ""
	if len(models) > 0 {
		model = models[0]
	}
	if len(models) > 1 {
		model += "_multi"
	}
	model = strings.ReplaceAll(model, "/", "_")
	return filepath.Join(base, strings.Join([]string{model, serviceKind, endpointType, stimulus}, "-"))
}

// Stimulus describes the load of the first phase that is not warm-up. Zero means not set.
type Stimulus struct {
	FixedSchedule bool
	Users         int // user-centric load
	Concurrency   int
	Rate          float64 // requests per second
}

// String spells the load as it stands in folder names.
func (s Stimulus) String() string {
	switch {
	case s.FixedSchedule:
		return "fixed_schedule"
	case s.Users > 0:
		return "user_centric-users" + strconv.Itoa(s.Users) + "-qps" + PyFloat(s.Rate)
	}
	var parts []string
	if s.Concurrency > 0 {
		parts = append(parts, "concurrency"+strconv.Itoa(s.Concurrency))
	}
	if s.Rate > 0 {
		parts = append(parts, "request_rate"+PyFloat(s.Rate))
	}
	return strings.Join(parts, "-")
}

// PyFloat spells a float as Python's repr does: names and command lines hold it so.
func PyFloat(f float64) string {
	if a := math.Abs(f); f != 0 && (a < 1e-4 || a >= 1e16) {
		return strconv.FormatFloat(f, 'e', -1, 64)
	}
	s := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.ContainsAny(s, ".IN") {
		s += ".0"
	}
	return s
}

// prefixEndings are what users append to a prefix by mistake; the first match is taken off.
var prefixEndings = [...]string{
	"_server_metrics.parquet", "_server_metrics.jsonl", "_server_metrics.json", "_server_metrics.csv",
	"_network_latency.jsonl", "_gpu_telemetry.jsonl", "_timeslices.csv", "_timeslices.json", "_console.txt", "_raw.jsonl",
	".parquet", ".csv", ".json", ".jsonl",
}

// StripPrefix takes a known file ending off a prefix.
func StripPrefix(prefix string) string {
	for _, end := range prefixEndings {
		if rest, ok := strings.CutSuffix(prefix, end); ok {
			return rest
		}
	}
	return prefix
}

// name is what the artifact is called in a folder with this prefix, which is already stripped.
func (r Row) name(prefix string) string {
	if prefix == "" || r.Suffix == "" {
		return r.File
	}
	return prefix + r.Suffix
}
