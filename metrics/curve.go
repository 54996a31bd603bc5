// Curves: step functions of time, made of events, and their statistics weighted by duration.
package metrics

import "math"

// event changes a curve by delta at an instant.
type event struct{ at, delta float64 }

// curve is a step function: values[i] holds from ts[i] until ts[i+1]; it is 0 before the first. Instants are distinct.
type curve struct{ ts, values []float64 }

// newCurve adds events up. At equal times falls come before rises, otherwise the order is that of the list. The events are reordered.
func newCurve(events []event) curve {
	n := len(events)
	ordered := make([]event, 0, n)
	for _, e := range events {
		if !(e.delta > 0) {
			ordered = append(ordered, e)
		}
	}
	for _, e := range events {
		if e.delta > 0 {
			ordered = append(ordered, e)
		}
	}
	ordered = sortStable(ordered, events, func(e event) float64 { return e.at })

	instants := 0
	for i := range ordered {
		if last(ordered, i) {
			instants++
		}
	}
	c := curve{ts: make([]float64, 0, instants), values: make([]float64, 0, instants)}
	var level, highest float64
	for i, e := range ordered {
		if i == 0 {
			level = e.delta
		} else {
			level += e.delta
		}
		highest = max(highest, math.Abs(level))
		if last(ordered, i) {
			c.ts, c.values = append(c.ts, e.at), append(c.values, level)
		}
	}
	for i, v := range c.values {
		if math.Abs(v) < curveNoise*highest {
			c.values[i] = 0
		}
	}
	return c
}

// last reports whether an event is the last one of its instant; the levels before it last no time.
func last(ordered []event, i int) bool {
	return i == len(ordered)-1 || ordered[i+1].at != ordered[i].at
}

// cursor reads a curve at instants that only grow.
type cursor struct {
	c curve
	i int
}

func (k *cursor) at(t float64) float64 {
	for k.i < len(k.c.ts) && k.c.ts[k.i] <= t {
		k.i++
	}
	if k.i == 0 {
		return 0
	}
	return k.c.values[k.i-1]
}

// next is the first instant of the curve after t.
func (k *cursor) next(t float64) float64 {
	for k.i < len(k.c.ts) && k.c.ts[k.i] <= t {
		k.i++
	}
	if k.i == len(k.c.ts) {
		return math.Inf(1)
	}
	return k.c.ts[k.i]
}

// per divides one curve by another on the instants of both; it is 0 where the other is not above 0.
func (c curve) per(by curve) curve {
	if len(c.ts) == 0 || len(by.ts) == 0 {
		return curve{}
	}
	a, b := cursor{c: c}, cursor{c: by}
	n := len(c.ts) + len(by.ts)
	out := curve{ts: make([]float64, 0, n), values: make([]float64, 0, n)}
	for t := math.Inf(-1); ; {
		t = min(a.next(t), b.next(t))
		if math.IsInf(t, 1) {
			return out
		}
		v := 0.0
		if x, y := a.at(t), b.at(t); y > 0 {
			v = x / y
		}
		out.ts, out.values = append(out.ts, t), append(out.values, v)
	}
}

// segment is a stretch of time on which a curve does not change.
type segment struct{ d, v float64 }

// over gives the statistics of the curve in a window.
func (c curve) over(from, to float64) curveStats {
	if len(c.ts) == 0 || !(to > from) {
		return curveStats{}
	}
	segs := make([]segment, 0, len(c.ts)+1)
	begin, v := from, 0.0
	for i := range len(c.ts) + 1 {
		end := to
		if i < len(c.ts) {
			end = c.ts[i]
		}
		if d := min(end, to) - max(begin, from); d > 0 {
			segs = append(segs, segment{d, v})
		}
		if i < len(c.ts) {
			begin, v = c.ts[i], c.values[i]
		}
	}
	return weigh(segs, to-from)
}

// during gives the statistics of the curve in a window, counting only the time when the mask is above 0.
func (c curve) during(mask curve, from, to float64) curveStats {
	if len(c.ts) == 0 || len(mask.ts) == 0 || !(to > from) {
		return curveStats{}
	}
	a, m := cursor{c: c}, cursor{c: mask}
	segs := make([]segment, 0, len(c.ts)+len(mask.ts)+1)
	for t := from; t < to; {
		next := min(a.next(t), m.next(t), to)
		if m.at(t) > 0 {
			segs = append(segs, segment{next - t, a.at(t)})
		}
		t = next
	}
	if len(segs) == 0 {
		return curveStats{}
	}
	active := make([]float64, len(segs))
	for i, s := range segs {
		active[i] = s.d
	}
	return weigh(segs, pairwise(active))
}

// curveStats are weighted by duration; all are 0 for a curve that never was.
type curveStats struct{ avg, min, max, p50, p90, p95, p99, std float64 }

// weigh takes over the segments. Percentiles are the first value whose share of the time reaches them.
func weigh(segs []segment, total float64) curveStats {
	n := len(segs)
	if n == 0 {
		return curveStats{}
	}
	work := make([]float64, n)
	for i, s := range segs {
		work[i] = float64(s.v * s.d)
	}
	var st curveStats
	st.avg = pairwise(work) / total
	for i, s := range segs {
		off := s.v - st.avg
		work[i] = float64(s.d * float64(off*off))
	}
	st.std = math.Sqrt(pairwise(work) / total)

	segs = sortStable(segs, make([]segment, n), func(s segment) float64 { return s.v })
	st.min, st.max = segs[0].v, segs[n-1].v
	for i, s := range segs {
		if work[i] = s.d; i > 0 {
			work[i] += work[i-1]
		}
	}
	all, i := work[n-1], 0
	for _, q := range [...]struct {
		share float64
		to    *float64
	}{{0.5, &st.p50}, {0.9, &st.p90}, {0.95, &st.p95}, {0.99, &st.p99}} {
		for i < n-1 && !(work[i]/all >= q.share) {
			i++
		}
		*q.to = segs[i].v
	}
	return st
}

// result makes a row of the summary; this family has no count and no sum.
func (s curveStats) result(d *Def, factor float64) Result {
	r := Result{Def: d, Avg: Float(s.avg * factor), Min: Float(s.min * factor), Max: Float(s.max * factor), Std: Float(s.std * factor)}
	for i, q := range Percentiles {
		switch q {
		case 50:
			r.Percentiles[i] = Float(s.p50 * factor)
		case 90:
			r.Percentiles[i] = Float(s.p90 * factor)
		case 95:
			r.Percentiles[i] = Float(s.p95 * factor)
		case 99:
			r.Percentiles[i] = Float(s.p99 * factor)
		}
	}
	return r
}
