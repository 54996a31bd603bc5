// Interval generators, one per arrival pattern.
package pace

// Exponential draws from an exponential distribution with the given rate; a stream of dataset/rng is one.
type Exponential interface {
	Exponential(rate float64) float64
}

// Constant gives equal gaps of 1/rate seconds.
func Constant(rate float64) Interval {
	gap := 1 / rate
	return func() float64 { return gap }
}

// Poisson gives exponential gaps with mean 1/rate seconds.
func Poisson(rate float64, r Exponential) Interval {
	return func() float64 { return r.Exponential(rate) }
}
