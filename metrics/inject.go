// Results over a whole phase that no single request has: the sweep line and the latencies counted from the issue.
package metrics

import "math"

// inject computes them over all records of the kind, failed ones included.
func inject(t *Table, in Inputs, kind PhaseKind) ([]Result, error) {
	s := newSweep(t, in, kind)
	results, err := s.results(s.bounds(window(in.Phases, kind), in.WallBase))
	if err != nil {
		return nil, err
	}
	var started, ended []float64
	for i, issued := range s.issued {
		if !math.IsNaN(issued) {
			started = append(started, max(s.start[i]-issued, 0)/1e6)
			ended = append(ended, max(s.end[i]-issued, 0)/1e6)
		}
	}
	if len(started) > 0 {
		results = append(results, issueSample(started).result(&issueDefs[0]), issueSample(ended).result(&issueDefs[1]))
	}
	return results, nil
}
