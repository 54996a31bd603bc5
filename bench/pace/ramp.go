// The Poisson ramp: a value climbs in equal steps at random instants.
package pace

import "math"

// PoissonRamp gives the steps of a ramp from start to target in a number of seconds: values[0] is start, and values[i+1] holds from times[i]
// on, in seconds from the start of the ramp. Steps come as a Poisson process of one per unit, stretched so that the last is at the end.
// A ramp over no distance or in no time has no steps, and start stays.
func PoissonRamp(start, target, seconds float64, r Exponential) (times, values []float64) {
	values = []float64{start}
	distance := math.Abs(target - start)
	rate := distance / seconds
	if !(rate > 0) || math.IsInf(rate, 0) {
		return nil, values
	}
	var sum float64
	for sum < seconds {
		gap := r.Exponential(rate)
		times = append(times, gap)
		sum += gap
	}
	stretch := seconds / sum
	step := math.Copysign(distance/float64(len(times)), target-start)
	sum = 0
	for i, gap := range times {
		sum += float64(gap * stretch)
		times[i] = sum
		values = append(values, start+float64(step*float64(i+1)))
	}
	values[len(values)-1] = target
	return times, values
}
