// Seeds that are not a stream's: of the cells and repetitions of a sweep, of replayed traces.
package rng

import "strconv"

// int64Bits keeps a seed of a variation in the range of a signed integer, as AIPerf does.
const int64Bits = 1<<63 - 1

// Variation is the root of a cell that was not planned ahead, from the label of its values.
func (r Root) Variation(label string) Root {
	return Root(r.Derive("variation:"+label)) & int64Bits
}

// Trial is the root of a repetition, counted from 0, when each has a seed of its own. A run without a sweep has the label "base".
func (r Root) Trial(label string, trial int) Root {
	return r.Variation(label + ":trial:" + strconv.Itoa(trial))
}

// Lane is the stream of one lane of an agentic replay.
func (r Root) Lane(trace string, lane int) Stream {
	return r.Derive(trace + ":" + strconv.Itoa(lane))
}
