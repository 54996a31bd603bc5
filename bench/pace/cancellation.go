// Which requests are cancelled: simulated disconnects.
package pace

// Uniform draws from [0, 1); a stream of dataset/rng is one.
type Uniform interface {
	Float64() float64
}

// Cancellation decides request by request, in the order of issue. One is used through all profiling phases; warm-up does not ask it.
type Cancellation struct {
	share float64
	draw  Uniform
}

// NewCancellation decides for a share of the requests, in percent.
func NewCancellation(percent float64, r Uniform) *Cancellation {
	return &Cancellation{share: percent / 100, draw: r}
}

// Next says whether the next request is cancelled. Without a share nothing is drawn; a nil Cancellation cancels nothing.
func (c *Cancellation) Next() bool {
	return c != nil && c.share > 0 && c.draw.Float64() < c.share
}
