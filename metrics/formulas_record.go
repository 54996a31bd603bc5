// Formulas of one request: from its facts to one value. A missing input makes the value absent, never zero.
package metrics

// row is one request as formulas see it.
type row struct {
	Facts
	wall     int64 // unix nanoseconds of Instant 0
	limits   Thresholds
	gaps     int64   // gaps between content responses
	firstGap Instant // NoInstant without one
	disorder bool    // a gap is negative
}

// observe fills the row from a record; it costs no allocation.
func (r *row) observe(f *Facts, gaps []Instant) {
	r.Facts, r.gaps, r.firstGap, r.disorder = *f, int64(len(gaps)), NoInstant, false
	if len(gaps) > 0 {
		r.firstGap = gaps[0]
	}
	for _, g := range gaps {
		if g < 0 {
			r.disorder = true
			return
		}
	}
}

// span is the time from one instant to another; absent when either never came or they come in the wrong order.
func span(from, to Instant) Value {
	if !Known(from) || !Known(to) || to < from {
		return Absent
	}
	return Int(int64(to - from))
}

func count(c Count) Value {
	if !c.Known() {
		return Absent
	}
	return Int(int64(c))
}

func one(*row) Value { return Int(1) }

func zeroOne(b bool) Value {
	if b {
		return Int(1)
	}
	return Int(0)
}

// Latency and streaming.

func timeToFirstToken(r *row) Value       { return span(r.Start, r.FirstChunk) }
func timeToFirstOutputToken(r *row) Value { return span(r.Start, r.FirstOut) }
func requestLatency(r *row) Value         { return span(r.Start, r.LastChunk) }
func streamSetupLatency(r *row) Value     { return span(r.Start, r.Headers) }

func timeToSecondToken(r *row) Value {
	if !Known(r.firstGap) || r.firstGap < 0 {
		return Absent
	}
	return Int(int64(r.firstGap))
}

func minus(a, b Value) Value {
	if !a.Present() || !b.Present() || a.i < b.i {
		return Absent
	}
	return Int(a.i - b.i)
}

func decodeDuration(r *row) Value       { return minus(requestLatency(r), timeToFirstToken(r)) }
func streamPrefillLatency(r *row) Value { return minus(timeToFirstToken(r), streamSetupLatency(r)) }

// interTokenLatency spreads the decode time over the tokens after the first; a first chunk known to hold several counts as such.
func interTokenLatency(r *row) Value {
	decode, osl := decodeDuration(r), outputSequenceLength(r)
	if !decode.Present() || !osl.Present() || osl.i < 2 {
		return Absent
	}
	over := osl.i - 1
	if k := int64(r.FirstChunkTokens); r.FirstChunkTokens.Known() && k > 0 && k < osl.i {
		over = osl.i - k
	}
	return Float(float64(decode.i) / float64(over))
}

func outputThroughputPerUser(r *row) Value { return perSecond(1, interTokenLatency(r)) }

func endToEndThroughput(r *row) Value {
	osl := outputSequenceLength(r)
	if !osl.Present() {
		return Absent
	}
	return perSecond(osl.i, requestLatency(r))
}

func prefillThroughputPerUser(r *row) Value {
	isl := inputSequenceLength(r)
	if !isl.Present() {
		return Absent
	}
	return perSecond(isl.i, timeToFirstToken(r))
}

// perSecond divides by a time in nanoseconds; nothing happens in no time.
func perSecond(n int64, ns Value) Value {
	t := ns.Float64()
	if !ns.Present() || t == 0 {
		return Absent
	}
	return Float(float64(n) / (t * nsToSec))
}

// Tokens.

func inputSequenceLength(r *row) Value { return count(r.InputTokens) }
func reasoningTokenCount(r *row) Value { return count(r.ReasoningTokens) }
func requestedOSL(r *row) Value        { return count(r.RequestedOSL) }

func outputTokenCount(r *row) Value {
	if r.OutputTokens == 0 {
		return Absent
	}
	return count(r.OutputTokens)
}

func outputSequenceLength(r *row) Value {
	switch out, think := r.OutputTokens, r.ReasoningTokens; {
	case out.Known() && think.Known():
		return Int(int64(out + think))
	case out.Known():
		return count(out)
	default:
		return count(think)
	}
}

func thinkingEfficiency(r *row) Value {
	out, think := outputTokenCount(r), reasoningTokenCount(r)
	if !out.Present() || !think.Present() {
		return Absent
	}
	return Float(float64(think.i) / float64(out.i))
}

// Requests.

func contextOverflow(r *row) Value { return zeroOne(r.ContextOverflow) }

func wallStart(r *row) Value {
	if !Known(r.Start) {
		return Absent
	}
	return Int(r.wall + int64(r.Start))
}

func wallResponse(r *row) Value {
	l := requestLatency(r)
	if !l.Present() {
		return Absent
	}
	return Int(r.wall + int64(r.Start) + l.i)
}

// Diagnostics.

// diff is the difference in percent of the base.
func diff(got, base Value, signed bool) Value {
	if !got.Present() || !base.Present() || base.i == 0 {
		return Absent
	}
	d := got.i - base.i
	if d < 0 && !signed {
		d = -d
	}
	return Float(float64(d) / float64(base.i) * 100)
}

func usagePromptDiff(r *row) Value {
	return diff(count(r.Usage.Prompt), inputSequenceLength(r), false)
}

func usageCompletionDiff(r *row) Value {
	return diff(count(r.Usage.Completion), outputSequenceLength(r), false)
}

func usageReasoningDiff(r *row) Value {
	return diff(count(r.Usage.Reasoning), reasoningTokenCount(r), false)
}

func usageDiscrepancy(r *row) Value {
	prompt, completion, reasoning := usagePromptDiff(r), usageCompletionDiff(r), usageReasoningDiff(r)
	if !prompt.Present() || !completion.Present() {
		return Absent
	}
	most := r.limits.UsageDiffPercent
	return zeroOne(prompt.f > most || completion.f > most || reasoning.f > most)
}

func oslMismatchDiff(r *row) Value {
	return diff(outputSequenceLength(r), requestedOSL(r), true)
}

func oslMismatch(r *row) Value {
	if !oslMismatchDiff(r).Present() {
		return Absent
	}
	osl, asked := outputSequenceLength(r).i, int64(r.RequestedOSL)
	return zeroOne(float64(max(osl-asked, asked-osl)) > min(float64(asked)*(r.limits.OSLMismatchPercent/100), r.limits.OSLMismatchTokens))
}
