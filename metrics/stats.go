// Statistics of a sample, with the arithmetic that AIPerf's numbers come from, to the last digit.
package metrics

import "math"

// pairwise sums in NumPy's order: eight accumulators up to 128 values, halves beyond. Explicit conversions keep compilers from fusing.
func pairwise(a []float64) float64 {
	n := len(a)
	if n < 8 {
		var r float64
		for _, x := range a {
			r += x
		}
		return r
	}
	if n <= 128 {
		r := [8]float64(a[:8])
		i := 8
		for ; i < n-n%8; i += 8 {
			b := a[i : i+8 : i+8]
			for k := range r {
				r[k] += b[k]
			}
		}
		sum := ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]))
		for ; i < n; i++ {
			sum += a[i]
		}
		return sum
	}
	h := n / 2
	h -= h % 8
	return pairwise(a[:h]) + pairwise(a[h:])
}

// deviation is the standard deviation of the population, by two passes. Scratch is overwritten and has the length of a.
func deviation(a, scratch []float64) float64 {
	mean := pairwise(a) / float64(len(a))
	for i, x := range a {
		d := x - mean
		scratch[i] = float64(d * d)
	}
	return math.Sqrt(pairwise(scratch[:len(a)]) / float64(len(a)))
}

// percentile picks from a sorted sample.
type percentile func(sorted []float64, q float64) float64

// position is where a percentile lies: the index below and the fraction of the way to the next.
func position(n int, q float64) (lo, hi int, t float64) {
	v := q / 100 * float64(n-1)
	lo = int(v)
	return lo, min(lo+1, n-1), v - float64(lo)
}

// linear is the rule of per-record metrics.
func linear(s []float64, q float64) float64 {
	lo, hi, t := position(len(s), q)
	return s[lo] + float64(t*(s[hi]-s[lo]))
}

// twoSided is NumPy's own rule, used for latencies counted from the issue: from the nearer end.
func twoSided(s []float64, q float64) float64 {
	lo, hi, t := position(len(s), q)
	a, b := s[lo], s[hi]
	if t >= 0.5 {
		return b - float64((b-a)*(1-t))
	}
	return a + float64((b-a)*t)
}

// nearestRank never interpolates, so that infinities stay out of finite ranks; halves go to the even index.
func nearestRank(n int, q float64) int {
	lo, hi, t := position(n, q)
	if t > 0.5 || t == 0.5 && lo%2 == 1 {
		return hi
	}
	return lo
}

// sample is what statistics are taken of.
type sample struct {
	sorted     []float64
	sum, std   float64
	percentile percentile
}

// recordSample takes over the values of a per-record metric, in order of arrival: the sum is in that order, the deviation in sorted order.
func recordSample(values []float64) sample {
	s := sample{sum: pairwise(values), percentile: linear}
	sortFloats(values)
	s.sorted = values
	s.std = deviation(values, make([]float64, len(values)))
	return s
}

// issueSample takes over latencies counted from the issue: everything but the percentiles is in order of arrival.
func issueSample(values []float64) sample {
	s := sample{sum: pairwise(values), percentile: twoSided}
	s.std = deviation(values, make([]float64, len(values)))
	sortFloats(values)
	s.sorted = values
	return s
}

// result makes a row of the summary of a sample that is not empty; every statistic is converted on its own.
func (s sample) result(d *Def) Result {
	n, k := len(s.sorted), d.scale()
	r := Result{
		Def: d, Avg: Float(s.sum / float64(n) * k), Min: Float(s.sorted[0] * k), Max: Float(s.sorted[n-1] * k),
		Std: Float(s.std * k), Sum: Float(s.sum * k), Count: Int(int64(n)),
	}
	for i, q := range Percentiles {
		r.Percentiles[i] = Float(s.percentile(s.sorted, float64(q)) * k)
	}
	return r
}

// twinResult makes the error-adjusted row: the sorted values and an infinity per failure. What is infinite is absent.
func twinResult(d *Def, sorted []float64, failed int64) Result {
	n, k := len(sorted)+int(failed), d.scale()
	r := Result{Def: d, Min: Float(sorted[0] * k), Count: Int(int64(n))}
	for i, q := range Percentiles {
		if at := nearestRank(n, float64(q)); at < len(sorted) {
			r.Percentiles[i] = Float(sorted[at] * k)
		}
	}
	return r
}
