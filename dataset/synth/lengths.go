// How long a turn's texts and its answer are: each drawn by itself, as pairs by share, or evenly inside a range.
package synth

import (
	"math"

	"github.com/aiperf-go/aiperf/dataset"
	"github.com/aiperf-go/aiperf/dataset/rng"
)

// lengths draws the lengths of one turn after the other.
type lengths struct {
	isl, osl cut
	text     *rng.Python // draws each text's length, unless pairs do
	output   *rng.Python
	pairs    func() (isl, osl int) // nil when ISL and OSL are drawn apart
}

// cut is a spread cut to integers.
type cut struct{ mean, stddev float64 }

func cutOf(s dataset.Spread) cut { return cut{math.Trunc(s.Mean), math.Trunc(s.Stddev)} }

// newLengths begins the draws. ahead is the generator of a range that is drawn ahead for so many turns; nil for none.
func newLengths(o *Options, ahead integers) *lengths {
	root := rng.Root(o.Seed)
	l := &lengths{isl: cutOf(o.ISL), osl: cutOf(o.OSL), text: root.Derive(o.stream(rng.PromptLength, rng.CodingLength)).Python(), output: root.Derive(rng.TurnMaxTokens).Python()}
	switch {
	case len(o.Mix) > 0:
		l.pairs = mixed(o.Mix, root.Derive(rng.LengthPairs).Python())
	case o.Range != nil:
		l.pairs = ranged(newBounds(o), root.Derive(rng.RangeRatioLengths).NumPy(), ahead, o.Conversations)
	}
	return l
}

// turn is what one turn asks for: the length of its texts, from which each draws its own unless fixed, and the limit of the answer, 0 for none.
func (l *lengths) turn() (isl, osl int, fixed bool) {
	if l.pairs != nil {
		isl, osl = l.pairs()
		return isl, osl, true
	}
	if l.osl.mean > 0 {
		osl = l.output.PositiveNormal(l.osl.mean, l.osl.stddev)
	}
	return int(l.isl.mean), osl, false
}

// of is the length of one text of a turn.
func (l *lengths) of(isl int, fixed bool) int {
	if fixed {
		return isl
	}
	return l.text.PositiveNormal(float64(isl), l.isl.stddev)
}

// mixed draws a pair by its share, then the lengths that have a spread.
func mixed(mix []Share, draw *rng.Python) func() (isl, osl int) {
	sums := make([]float64, len(mix))
	sum := 0.0
	for i, s := range mix {
		sum += s.Percent / 100
		sums[i] = sum
	}
	length := func(s dataset.Spread) int {
		if s.Stddev > 0 {
			return draw.PositiveNormal(math.Trunc(s.Mean), s.Stddev)
		}
		return int(s.Mean)
	}
	return func() (isl, osl int) {
		u := draw.Float64()
		i := 0
		for i < len(sums)-1 && sums[i] <= u {
			i++
		}
		isl = length(mix[i].ISL)
		return isl, length(mix[i].OSL)
	}
}

// bounds are the shortest and the longest length of a range, both inclusive.
type bounds struct{ islLow, islHigh, oslLow, oslHigh int64 }

func newBounds(o *Options) bounds {
	isl, osl := math.Trunc(o.ISL.Mean), math.Trunc(o.OSL.Mean)
	if o.Style == SGLang {
		low := func(mean, ratio float64) int64 { return max(1, int64(mean*ratio)) }
		return bounds{low(isl, o.Range.Input), int64(isl), low(osl, o.Range.Output), int64(osl)}
	}
	return bounds{
		max(0, int64(math.Floor(isl*(1-o.Range.Input)))), int64(math.Ceil(isl * (1 + o.Range.Input))),
		max(1, int64(math.Floor(osl*(1-o.Range.Output)))), max(1, int64(math.Ceil(osl*(1+o.Range.Output)))),
	}
}

// ranged draws evenly. What is drawn ahead is all input lengths, then all output lengths; when it is used up the pairs come one by one.
func ranged(b bounds, live *rng.NumPy, ahead integers, n int) func() (isl, osl int) {
	var isls, osls []uint32
	if ahead != nil {
		isls, osls = make([]uint32, n), make([]uint32, n)
		for i := range isls {
			isls[i] = uint32(ahead.Integers(b.islLow, b.islHigh+1))
		}
		for i := range osls {
			osls[i] = uint32(ahead.Integers(b.oslLow, b.oslHigh+1))
		}
	}
	next := 0
	return func() (isl, osl int) {
		if next < len(isls) {
			next++
			return int(isls[next-1]), int(osls[next-1])
		}
		isl = int(live.Integers(b.islLow, b.islHigh+1))
		return isl, int(live.Integers(b.oslLow, b.oslHigh+1))
	}
}
