// Steps of a rate: a ramp or a series of points, sampled at equal intervals.
package pace

import "time"

// Step is a change: from At on, the rate is Rate.
type Step struct {
	At   time.Duration
	Rate float64
}

// Steps gives changes in the order of their instants, counted from a start; ok is false when there are no more.
type Steps func() (s Step, ok bool)

// RampSteps climb in a straight line to a target in the time given, with a change every so often. The first value holds from the start: what the
// target would be after one interval of a climb from 0.
func RampSteps(target float64, over, every time.Duration) Steps {
	first := float64(target * (every.Seconds() / over.Seconds()))
	var at time.Duration
	done := over <= 0
	return func() (Step, bool) {
		if done {
			return Step{}, false
		}
		s := Step{At: at, Rate: target}
		if done = at > 0 && at >= over; !done {
			s.Rate = first + float64((target-first)*(at.Seconds()/over.Seconds()))
		}
		at += every
		return s, true
	}
}

// Point is a rate at an instant of a series.
type Point struct {
	At   time.Duration
	Rate float64
}

// SeriesSteps follow straight lines between points, whose instants rise and count from after; before the first and behind the last point its
// rate holds.
func SeriesSteps(points []Point, after, every time.Duration) Steps {
	var at time.Duration
	done := len(points) == 0
	return func() (Step, bool) {
		if done {
			return Step{}, false
		}
		s := Step{At: after + at, Rate: between(points, at)}
		done = at > 0 && at >= points[len(points)-1].At
		at += every
		return s, true
	}
}

// between is the rate at an instant of a series.
func between(points []Point, at time.Duration) float64 {
	if at <= points[0].At {
		return points[0].Rate
	}
	for i, right := range points[1:] {
		if left := points[i]; at < right.At {
			return left.Rate + float64((right.Rate-left.Rate)*((at-left.At).Seconds()/(right.At-left.At).Seconds()))
		}
	}
	return points[len(points)-1].Rate
}

// Then gives the changes of several in the order of their instants; at the same instant the earlier argument comes first.
func Then(all ...Steps) Steps {
	type pending struct {
		more Steps
		next Step
	}
	var open []*pending
	for _, s := range all {
		if first, ok := s(); ok {
			open = append(open, &pending{s, first})
		}
	}
	return func() (Step, bool) {
		if len(open) == 0 {
			return Step{}, false
		}
		first := 0
		for i, p := range open {
			if p.next.At < open[first].next.At {
				first = i
			}
		}
		p := open[first]
		out, ok := p.next, false
		if p.next, ok = p.more(); !ok {
			open = append(open[:first], open[first+1:]...)
		}
		return out, true
	}
}
