// Rules of a phase.

package schema

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/aiperf-go/aiperf/bench/config/doc"
	"github.com/aiperf-go/aiperf/bench/config/files"
)

var phaseRules = []func(*scope){
	rule(adaptiveScale), rule(phaseKind), rule(stopCondition), rule(graceNeedsDuration), rule(prefillBelowConcurrency), rule(excludeFromResults), rule(trajectoryRange), rule(rateSource),
	rule(enoughForUsers), rule(scheduleOffsets),
}

func adaptiveScale(s *scope, v *Phase) {
	if !v.AdaptiveScale {
		return
	}
	fail := func(keys, hint, format string, a ...any) {
		s.fail(keys, hint, "adaptive_scale "+format, a...)
	}
	variable, rateControlled := v.AdaptiveControlVariable, v.Type != "concurrency" && v.Type != "fixed_schedule"
	whole := func(x float64) bool { return x == math.Trunc(x) && finite(x) }
	switch {
	case v.Type == "fixed_schedule":
		fail("adaptive_scale", "", "does not go with type fixed_schedule")
		return
	case v.AdaptiveSustainDuration == nil:
		fail("adaptive_scale", "add sustain_duration", "needs sustain_duration")
		return
	case len(v.SLA) == 0:
		fail("adaptive_scale", "add sla: {request_latency: {p95: {lt: 500}}}", "needs sla filters")
		return
	case v.Duration == nil:
		fail("adaptive_scale", "add duration", "needs duration")
		return
	case variable == "concurrency" && v.ConcurrencyRamp != nil:
		fail("concurrency_ramp", "drop concurrency_ramp", "controls concurrency already, so concurrency_ramp cannot")
		return
	case variable == "prefill_concurrency" && v.PrefillRamp != nil:
		fail("prefill_ramp", "drop prefill_ramp", "controls prefill_concurrency already, so prefill_ramp cannot")
		return
	case variable == "prefill_concurrency" && v.Concurrency == nil:
		fail("adaptive_control_variable", "add concurrency", "control of prefill_concurrency needs concurrency")
		return
	case variable == "request_rate" && !rateControlled:
		fail("adaptive_control_variable", "use type poisson, gamma, constant or user_centric", "control of request_rate needs a phase with a rate, not type %s", v.Type)
		return
	case variable == "request_rate" && v.RateRamp != nil:
		fail("rate_ramp", "drop rate_ramp", "controls the rate already, so rate_ramp cannot")
		return
	case variable == "request_rate" && v.RateSeries != nil:
		fail("rate_series", "drop rate_series", "controls the rate already, so rate_series cannot")
		return
	case variable == "users" && v.Type != "user_centric":
		fail("adaptive_control_variable", "use type user_centric", "control of users needs type user_centric, not %s", v.Type)
		return
	case variable != "request_rate" && !whole(v.AdaptiveControlMin):
		fail("adaptive_control_min", "", "control.min must be a whole number for %s, not %g", variable, v.AdaptiveControlMin)
		return
	case variable != "request_rate" && v.AdaptiveControlMax != nil && !whole(*v.AdaptiveControlMax):
		fail("adaptive_control_max", "", "control.max must be a whole number for %s, not %g", variable, *v.AdaptiveControlMax)
		return
	}
	most := v.AdaptiveControlMax
	asFloat := func(p *int) *float64 {
		if p == nil {
			return nil
		}
		x := float64(*p)
		return &x
	}
	if most == nil {
		switch variable {
		case "concurrency":
			most = asFloat(v.Concurrency)
		case "prefill_concurrency":
			most = asFloat(v.PrefillConcurrency)
		case "request_rate":
			most = v.Rate
		default:
			most = asFloat(&v.Users)
		}
	}
	switch {
	case most == nil:
		fail("adaptive_scale", "add control: {max: ...}", "has no control.max, and the phase sets no %s to take it from", variable)
	case !(*most > v.AdaptiveControlMin):
		fail("adaptive_control_min adaptive_control_max", "", "control.max %g must be above control.min %g", *most, v.AdaptiveControlMin)
	case variable == "prefill_concurrency" && *most > float64(*v.Concurrency):
		fail("adaptive_control_max", "", "control.max %g of prefill_concurrency must be <= concurrency %d", *most, *v.Concurrency)
	}
}

// deviceNames cannot be folders on Windows, where a phase's folder would be made.
var deviceNames = func() map[string]bool {
	m := map[string]bool{"con": true, "prn": true, "aux": true, "nul": true}
	for i := 1; i <= 9; i++ {
		m[fmt.Sprintf("com%d", i)], m[fmt.Sprintf("lpt%d", i)] = true, true
	}
	return m
}()

func phaseKind(s *scope, v *Phase) {
	canonical := v.Name == "warmup" || v.Name == "profiling"
	switch {
	case deviceNames[strings.ToLower(v.Name)]:
		s.fail("name", "choose another", "the phase name %s is a device on Windows and cannot be a folder", v.Name)
	case v.Kind == nil && canonical:
		kind := v.Name
		v.Kind = &kind
		s.set("kind", doc.Of(kind))
	case v.Kind == nil:
		s.fail("name", "add kind: warmup or kind: profiling", "phase %q needs a kind", v.Name)
	case canonical && *v.Kind != v.Name:
		s.fail("kind", "rename the phase or drop its kind", "the phase name %s belongs to kind %s, not %s", v.Name, v.Name, *v.Kind)
	}
}

func stopCondition(s *scope, v *Phase) {
	if v.Requests == nil && v.Duration == nil && v.Sessions == nil && v.Type != "fixed_schedule" {
		s.fail("name", "add requests, duration or sessions", "phase %q never ends", v.Name)
	}
}

func graceNeedsDuration(s *scope, v *Phase) {
	if v.GracePeriod != nil && v.Duration == nil {
		s.fail("grace_period", "add duration or drop grace_period", "phase %q: grace_period needs duration", v.Name)
	}
}

func prefillBelowConcurrency(s *scope, v *Phase) {
	if v.PrefillConcurrency != nil && v.Concurrency != nil && *v.PrefillConcurrency > *v.Concurrency {
		s.fail("prefill_concurrency", "", "phase %q: prefill_concurrency %d must be <= concurrency %d", v.Name, *v.PrefillConcurrency, *v.Concurrency)
	}
}

func excludeFromResults(s *scope, v *Phase) {
	warmup := *v.Kind == "warmup"
	if s.given("exclude_from_results") {
		if v.ExcludeFromResults != warmup {
			s.fail("exclude_from_results", "drop it", "phase %q: exclude_from_results must be %t for kind %s", v.Name, warmup, *v.Kind)
		}
		return
	}
	if warmup {
		v.ExcludeFromResults = true
		s.set("exclude_from_results", doc.Of(true))
	}
}

func trajectoryRange(s *scope, v *Phase) {
	if v.TrajectoryStartMinRatio > v.TrajectoryStartMaxRatio {
		s.fail("trajectory_start_min_ratio trajectory_start_max_ratio", "", "trajectory_start_min_ratio %g must be <= trajectory_start_max_ratio %g", v.TrajectoryStartMinRatio, v.TrajectoryStartMaxRatio)
	}
}

func rateSource(s *scope, v *Phase) {
	switch v.Type {
	case "poisson", "gamma", "constant", "user_centric":
	default:
		return
	}
	switch {
	case v.Rate != nil && v.RateSeries != nil:
		s.fail("rate_series", "keep one of them", "rate and rate_series are both given")
	case v.Rate == nil && v.RateSeries == nil:
		s.fail("type", "add rate", "type %s needs rate or rate_series", v.Type)
	case v.Type == "user_centric" && v.RateSeries != nil:
		s.fail("rate_series", "use rate", "type user_centric takes no rate_series")
	}
}

func enoughForUsers(s *scope, v *Phase) {
	switch {
	case v.Type != "user_centric":
	case v.Requests != nil && *v.Requests < v.Users:
		s.fail("requests", "", "phase %q: requests %d must be >= users %d, each user sends at least one", v.Name, *v.Requests, v.Users)
	case v.Sessions != nil && *v.Sessions < v.Users:
		s.fail("sessions", "", "phase %q: sessions %d must be >= users %d, each user has at least one", v.Name, *v.Sessions, v.Users)
	}
}

func scheduleOffsets(s *scope, v *Phase) {
	switch {
	case v.Type != "fixed_schedule":
	case v.AutoOffset && v.StartOffset != nil:
		s.fail("start_offset", "set auto_offset: false", "auto_offset and start_offset exclude each other")
	case v.StartOffset != nil && v.EndOffset != nil && *v.StartOffset > *v.EndOffset:
		s.fail("start_offset", "", "start_offset %d must be <= end_offset %d", *v.StartOffset, *v.EndOffset)
	}
}

// maxRateSeries bounds the file of a rate series, in bytes.
const maxRateSeries = 16 << 20

func ratePoints(s *scope, v *RateSeries) {
	if v.Path != nil && len(v.Points) > 0 {
		s.fail("path", "keep one of them", "path and points are both given")
		return
	}
	points := v.Points
	if v.Path != nil {
		var err error
		if points, err = readRateSeries(*v.Path); err != nil {
			s.fail("path", `write {"points": [{"time_s": 0, "qps": 1}, ...]}`, "%v", err)
			return
		}
	}
	if len(points) < 2 {
		s.fail("points", "", "a rate series needs at least two points")
		return
	}
	for i, p := range points {
		switch {
		case !finite(p.TimeS) || !finite(p.QPS):
			s.fail("points", "", "the values of a rate series must be finite")
			return
		case i > 0 && !(p.TimeS > points[i-1].TimeS):
			s.fail("points", "", "time_s must grow from point to point: %g comes after %g", p.TimeS, points[i-1].TimeS)
			return
		}
	}
	if v.Path != nil {
		v.Points = points
		list := &doc.Node{Kind: doc.List}
		for _, p := range points {
			list.Items = append(list.Items, doc.NewMap("time_s", p.TimeS, "qps", p.QPS))
		}
		s.set("points", list)
	}
}

// readRateSeries reads the points of a JSON file: a list, or a mapping with the one key "points".
func readRateSeries(name string) ([]RatePoint, error) {
	text, err := files.Read(name, maxRateSeries)
	if err != nil {
		return nil, fmt.Errorf("the rate series %s cannot be read", strconv.Quote(name))
	}
	var raw json.RawMessage = text
	var whole map[string]json.RawMessage
	if json.Unmarshal(text, &whole) == nil {
		if len(whole) != 1 || whole["points"] == nil {
			return nil, fmt.Errorf("the rate series %s must have the one key points", strconv.Quote(name))
		}
		raw = whole["points"]
	}
	var rows []map[string]float64
	if err := json.Unmarshal(raw, &rows); err != nil {
		return nil, fmt.Errorf("the rate series %s is no list of points", strconv.Quote(name))
	}
	points := make([]RatePoint, 0, len(rows))
	for i, r := range rows {
		t, okT := r["time_s"]
		q, okQ := r["qps"]
		if !okT || !okQ || len(r) != 2 || t < 0 || q <= 0 {
			return nil, fmt.Errorf("point %d of the rate series %s must be {time_s: >= 0, qps: > 0}", i, strconv.Quote(name))
		}
		points = append(points, RatePoint{TimeS: t, QPS: q})
	}
	return points, nil
}
