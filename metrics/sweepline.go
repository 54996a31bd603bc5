// The sweep line: concurrency, token rates and tokens in flight over the time of a phase, from all its requests at once.
package metrics

import "math"

// sweep holds the requests of a phase: float64 epoch nanoseconds and token counts, NaN for what a request does not have.
type sweep struct {
	start, end, gen []float64 // gen is the arrival of the first content
	isl, osl        []float64
	gaps            int       // gaps between chunks of all requests; one request that has some changes what the curves are made of
	issued          []float64 // NaN for a request without the instant of its issue
	// eachGaps visits the gaps of every request in order; requests without gaps are visited with none.
	eachGaps func(visit func(i int, gaps []Instant)) error
}

// newSweep collects the inputs; what the scope does not compute is not there.
func newSweep(t *Table, in Inputs, kind PhaseKind) *sweep {
	open := make(map[string]bool)
	for _, d := range in.Scope.Defs() {
		open[d.Tag] = true
	}
	number := func(tag string, v Value) float64 {
		if !open[tag] || !v.Present() {
			return math.NaN()
		}
		return v.Float64()
	}
	n := int(t.rows[kind])
	s := &sweep{
		start: make([]float64, 0, n), end: make([]float64, 0, n), gen: make([]float64, 0, n),
		isl: make([]float64, 0, n), osl: make([]float64, 0, n), issued: make([]float64, 0, n),
	}
	_ = t.scan(kind, false, func(r *row, _ []Instant) {
		if !Known(r.Start) {
			return // never began: it took no part in the load
		}
		gen, isl, osl := math.NaN(), math.NaN(), math.NaN()
		if r.Valid {
			if number("time_to_first_token", timeToFirstToken(r)) >= 0 {
				gen = float64(in.WallBase + int64(r.FirstChunk))
			}
			isl = number("input_sequence_length", inputSequenceLength(r))
			osl = number("output_sequence_length", outputSequenceLength(r))
			if open["inter_chunk_latency"] && hasGaps(r) {
				s.gaps += int(r.gaps)
			}
		}
		s.start = append(s.start, float64(in.WallBase+int64(r.Start)))
		s.end = append(s.end, float64(in.WallBase+int64(r.Finished())))
		issued := math.NaN()
		if Known(r.Issued) {
			issued = float64(in.WallBase + int64(r.Issued))
		}
		s.issued = append(s.issued, issued)
		s.gen, s.isl, s.osl = append(s.gen, gen), append(s.isl, isl), append(s.osl, osl)
	})
	s.eachGaps = func(visit func(int, []Instant)) error {
		i := -1
		return t.scan(kind, true, func(r *row, gaps []Instant) {
			if !Known(r.Start) {
				return
			}
			if i++; !hasGaps(r) {
				gaps = nil
			}
			visit(i, gaps)
		})
	}
	return s
}

// bounds is the window of the statistics; an unknown side is the first or last instant of any request.
func (s *sweep) bounds(w PhaseWindow, wallBase int64) (from, to float64) {
	from, to = math.Inf(1), math.Inf(-1)
	for i := range s.start {
		from, to = min(from, s.start[i]), max(to, s.end[i])
	}
	if Known(w.Start) {
		from = float64(wallBase + int64(w.Start))
	}
	if Known(w.End) {
		to = float64(wallBase + int64(w.End))
	}
	return from, to
}

// results computes the family in the order of sweepDefs. Large curves live no longer than they are needed.
func (s *sweep) results(from, to float64) ([]Result, error) {
	var (
		out         = make([]Result, len(sweepDefs))
		concurrency = s.spans(s.start, s.end, s.each(s.present))
		decoding    = s.spans(s.gen, s.end, s.each(s.answered))
		prefilling  = s.spans(s.start, s.gen, s.each(s.answered))
		put         = func(tag string, st curveStats, factor float64) {
			for i := range sweepDefs {
				if sweepDefs[i].Tag == tag {
					out[i] = st.result(&sweepDefs[i], factor)
				}
			}
		}
	)
	put("effective_concurrency", concurrency.over(from, to), 1)
	put("effective_decode_concurrency", decoding.over(from, to), 1)
	put("effective_prefill_concurrency", prefilling.over(from, to), 1)

	prefill, decode := s.each(s.prefillRate), s.each(s.uniformDecodeRate)
	rate := s.spans(s.start, s.gen, prefill)
	put("effective_prefill_throughput", rate.over(from, to), perNano)
	put("active_prefill_throughput", rate.during(prefilling, from, to), perNano)
	rate = rate.per(prefilling)
	put("effective_prefill_throughput_per_user", rate.over(from, to), perNano)
	put("active_prefill_throughput_per_user", rate.during(prefilling, from, to), perNano)

	rate = newCurve(s.rise(s.rise(nil, s.start, s.gen, prefill), s.gen, s.end, decode))
	put("effective_total_throughput", rate.over(from, to), perNano)
	put("active_total_throughput", rate.during(concurrency, from, to), perNano)

	rate, err := s.decodeRate(decode)
	if err != nil {
		return nil, err
	}
	put("effective_decode_throughput", rate.over(from, to), perNano)
	put("active_decode_throughput", rate.during(decoding, from, to), perNano)
	rate = rate.per(decoding)
	put("effective_decode_throughput_per_user", rate.over(from, to), perNano)
	put("active_decode_throughput_per_user", rate.during(decoding, from, to), perNano)

	flight, err := s.tokensInFlight()
	if err != nil {
		return nil, err
	}
	put("tokens_in_flight", flight.over(from, to), 1)
	return out, nil
}

// each computes a weight for every request; NaN leaves a request out.
func (s *sweep) each(weight func(i int) float64) []float64 {
	w := make([]float64, len(s.start))
	for i := range w {
		w[i] = weight(i)
	}
	return w
}

func (s *sweep) present(int) float64 { return 1 }

// answered is 1 for a request with content, NaN for others.
func (s *sweep) answered(i int) float64 { return 1 + 0*s.gen[i] }

// prefills reports whether a request has a prefill stretch with known tokens.
func (s *sweep) prefills(i int) bool { return !math.IsNaN(s.isl[i]) && s.gen[i] > s.start[i] }

func (s *sweep) prefillRate(i int) float64 {
	if !s.prefills(i) {
		return math.NaN()
	}
	return s.isl[i] / (s.gen[i] - s.start[i])
}

func (s *sweep) uniformDecodeRate(i int) float64 {
	if !(s.end[i] > s.gen[i]) || !(s.osl[i] >= 1) {
		return math.NaN()
	}
	return (s.osl[i] - 1) / (s.end[i] - s.gen[i])
}

// rise appends what each weighted request adds at one instant and takes away at another: first all that rises, then all that falls.
func (s *sweep) rise(events []event, from, to, weight []float64) []event {
	for i, w := range weight {
		if !math.IsNaN(w) {
			events = append(events, event{from[i], w})
		}
	}
	for i, w := range weight {
		if !math.IsNaN(w) {
			events = append(events, event{to[i], -w})
		}
	}
	return events
}

func (s *sweep) spans(from, to, weight []float64) curve {
	return newCurve(s.rise(nil, from, to, weight))
}

// decodeRate spreads the tokens after the first over the gaps that took time. Once one request of the phase has gaps, those without
// contribute nothing; without any, the rate is uniform.
func (s *sweep) decodeRate(uniform []float64) (curve, error) {
	if s.gaps == 0 {
		return s.spans(s.gen, s.end, uniform), nil
	}
	both := make([]event, 2*s.gaps)
	rises, falls := both[:0:s.gaps], both[s.gaps:s.gaps]
	err := s.eachGaps(func(i int, gaps []Instant) {
		if !s.streams(i) {
			return
		}
		took := 0
		for _, g := range gaps {
			if g > 0 {
				took++
			}
		}
		since := 0.0
		for _, g := range gaps {
			since += float64(g)
			if g > 0 {
				t, rate := s.gen[i]+since, (s.osl[i]-1)/float64(took)/float64(g)
				rises = append(rises, event{t - float64(g), rate})
				falls = append(falls, event{t, -rate})
			}
		}
	})
	return newCurve(append(both[:len(rises)], falls...)), err
}

// streams reports whether a request's chunks can be placed in time and tokens.
func (s *sweep) streams(i int) bool { return !math.IsNaN(s.gen[i]) && s.osl[i] >= 1 }

// tokensInFlight counts input from the start and output as it comes; all is released at the end.
func (s *sweep) tokensInFlight() (curve, error) {
	var (
		events []event
		held   = make([]bool, len(s.start)) // the request holds output tokens
	)
	if s.gaps > 0 {
		events = make([]event, 0, s.gaps+4*len(s.start))
		chunks := make([]event, 0, s.gaps)
		err := s.eachGaps(func(i int, gaps []Instant) {
			if len(gaps) == 0 || !s.streams(i) {
				return
			}
			held[i] = true
			events = append(events, event{s.gen[i], 1})
			since := 0.0
			for _, g := range gaps {
				since += float64(g)
				t := s.gen[i] + since
				if !(t < s.end[i]) {
					t = math.Nextafter(s.end[i], math.Inf(-1))
				}
				chunks = append(chunks, event{t, (s.osl[i] - 1) / float64(len(gaps))})
			}
		})
		if err != nil {
			return curve{}, err
		}
		events = append(events, chunks...)
	}
	for i := range s.start {
		if s.prefills(i) {
			events = append(events, event{s.start[i], s.isl[i]})
		}
	}
	if s.gaps == 0 {
		for i := range s.start {
			if held[i] = s.end[i] > s.gen[i] && !math.IsNaN(s.osl[i]); held[i] {
				events = append(events, event{s.gen[i], s.osl[i]})
			}
		}
	}
	for _, which := range [...]struct{ prefill, output bool }{{true, true}, {true, false}, {false, true}} {
		for i := range s.start {
			if s.prefills(i) != which.prefill || held[i] != which.output {
				continue
			}
			var tokens float64
			if which.prefill {
				tokens = s.isl[i]
			}
			if which.output {
				tokens += s.osl[i]
			}
			events = append(events, event{s.end[i], -tokens})
		}
	}
	return newCurve(events), nil
}
