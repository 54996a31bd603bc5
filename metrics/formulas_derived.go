// Formulas over a whole run: from the scalars of other metrics to one value.
package metrics

// totals are the scalars of the metrics computed so far, in native units, and the window that rates divide by.
type totals struct {
	scalar map[string]float64
	window float64 // seconds from the start of the phase to the return of its last request; 0 when unknown
	known  bool    // the window is known
	spans  int     // phases the window adds up
}

func (t *totals) get(tag string) (float64, bool) {
	v, ok := t.scalar[tag]
	return v, ok
}

// denominator is what rates divide by: the phase window, or the duration when the phase never completed. Without a duration there are no rates.
func (t *totals) denominator() (float64, bool) {
	d, ok := t.get("benchmark_duration")
	if !ok {
		return 0, false
	}
	if t.known {
		d = t.window
	} else {
		d *= nsToSec
	}
	return d, d > 0
}

func sumOf(tag string) func(*totals) (float64, bool) {
	return func(t *totals) (float64, bool) { return t.get(tag) }
}

func rateOf(tags ...string) func(*totals) (float64, bool) {
	return func(t *totals) (float64, bool) {
		var n float64
		for _, tag := range tags {
			v, ok := t.get(tag)
			if !ok {
				return 0, false
			}
			n += v
		}
		d, ok := t.denominator()
		if !ok {
			return 0, false
		}
		return n / d, true
	}
}

func ratio(over, under string, factor float64) func(*totals) (float64, bool) {
	return func(t *totals) (float64, bool) {
		a, ok := t.get(over)
		b, ok2 := t.get(under)
		if !ok || !ok2 || b == 0 {
			return 0, false
		}
		return a / b * factor, true
	}
}

func completedRequests(t *totals) (float64, bool) {
	n := t.scalar["request_count"] + t.scalar["error_request_count"]
	return n, n > 0
}

func requestErrorRate(t *totals) (float64, bool) {
	n, ok := completedRequests(t)
	if !ok {
		return 0, false
	}
	return 100 * t.scalar["error_request_count"] / n, true
}

// benchmarkDuration spans the valid requests; over several phases it is the sum of their windows.
func benchmarkDuration(t *totals) (float64, bool) {
	from, ok := t.get("min_request_timestamp")
	to, ok2 := t.get("max_response_timestamp")
	if !ok || !ok2 || from >= to {
		return 0, false
	}
	if t.known && t.spans > 1 {
		return t.window / nsToSec, true
	}
	return to - from, true
}
