// Formulas of the exchange as the transport saw it. A request has a trace once its writing has begun.
package metrics

func traced(f func(*row) int64) func(*row) Value {
	return func(r *row) Value {
		if !Known(r.WriteBegin) {
			return Absent
		}
		return Int(f(r))
	}
}

// spanOrNone is span, but an event that never happened took no time.
func spanOrNone(r *row, from, to Instant) Value {
	if !Known(r.WriteBegin) {
		return Absent
	}
	if !Known(from) || !Known(to) {
		return Int(0)
	}
	return span(from, to)
}

func plus(vs ...Value) Value {
	var sum int64
	for _, v := range vs {
		if !v.Present() {
			return Absent
		}
		sum += v.i
	}
	return Int(sum)
}

func httpBlocked(r *row) Value { return spanOrNone(r, r.WaitBegin, r.WaitEnd) }
func httpReused(r *row) Value {
	if !Known(r.WriteBegin) {
		return Absent
	}
	return zeroOne(r.Reused)
}

func httpDNS(r *row) Value {
	if r.Reused {
		return spanOrNone(r, NoInstant, NoInstant)
	}
	return spanOrNone(r, r.DNSBegin, r.DNSEnd)
}

// httpConnecting is absent for a connection that was neither reused nor seen connecting.
func httpConnecting(r *row) Value {
	if !Known(r.WriteBegin) {
		return Absent
	}
	if r.Reused {
		return Int(0)
	}
	return span(r.DialBegin, r.DialEnd)
}

// sentBy is when the request had been sent. The kernel stamps an answer when it arrives, which can be before the sender is back from its
// write: the request was out by then.
func sentBy(r *row) Instant {
	if Known(r.FirstBody) && r.FirstBody >= r.WriteBegin && r.FirstBody < r.Written {
		return r.FirstBody
	}
	return r.Written
}

func httpSending(r *row) Value  { return span(r.WriteBegin, sentBy(r)) }
func httpDuration(r *row) Value { return span(r.WriteBegin, r.LastBody) }

func httpWaiting(r *row) Value {
	if !Known(r.WriteBegin) {
		return Absent
	}
	return span(sentBy(r), r.FirstBody)
}

func httpReceiving(r *row) Value {
	if !Known(r.WriteBegin) || !Known(r.FirstBody) {
		return Absent
	}
	if r.Reads == 1 {
		return Int(0)
	}
	return span(r.FirstBody, r.LastBody)
}

func httpOverhead(r *row) Value { return plus(httpBlocked(r), httpDNS(r), httpConnecting(r)) }

func httpTotal(r *row) Value {
	return plus(httpBlocked(r), httpDNS(r), httpConnecting(r), httpSending(r), httpWaiting(r), httpReceiving(r))
}
