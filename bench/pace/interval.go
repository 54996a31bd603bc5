// Interval generators, one per arrival pattern.
//
//	Arrivals (pattern, stream) ─┬─ At(rate) ──────> Interval of a fixed rate
//	                            └─ Following(rate) ─> Interval of a rate that changes: the next draw is at the new one, of the same stream
package pace

// Exponential draws from an exponential distribution with the given rate; a stream of dataset/rng is one.
type Exponential interface {
	Exponential(rate float64) float64
}

// GammaSource draws from a gamma distribution; a stream of dataset/rng is one.
type GammaSource interface {
	Gamma(shape, scale float64) float64
}

// Interval gives the next gap between arrivals in seconds.
type Interval func() float64

// Arrivals draws the next gap in seconds at the rate, in arrivals per second, that holds now.
type Arrivals func(rate float64) float64

// At gives the gaps of a fixed rate.
func (a Arrivals) At(rate float64) Interval {
	return func() float64 { return a(rate) }
}

// Following gives the gaps of a rate that is asked for at each draw.
func (a Arrivals) Following(rate func() float64) Interval {
	return func() float64 { return a(rate()) }
}

// ConstantArrivals are evenly spaced.
func ConstantArrivals() Arrivals {
	return func(rate float64) float64 { return 1 / rate }
}

// PoissonArrivals are independent of each other: their gaps are exponential.
func PoissonArrivals(r Exponential) Arrivals { return r.Exponential }

// GammaArrivals have gamma gaps. Smoothness is the shape: above 1 they are more even than Poisson's, below 1 they come in bursts, and 0 stands
// for 1.
func GammaArrivals(smoothness float64, r GammaSource) Arrivals {
	if smoothness == 0 {
		smoothness = 1
	}
	return func(rate float64) float64 { return r.Gamma(smoothness, 1/(rate*smoothness)) }
}

// Constant gives equal gaps of 1/rate seconds.
func Constant(rate float64) Interval { return ConstantArrivals().At(rate) }

// Poisson gives exponential gaps with mean 1/rate seconds.
func Poisson(rate float64, r Exponential) Interval { return PoissonArrivals(r).At(rate) }

// Gamma gives gamma gaps with mean 1/rate seconds; smoothness is their shape, 0 for 1.
func Gamma(rate, smoothness float64, r GammaSource) Interval {
	return GammaArrivals(smoothness, r).At(rate)
}
