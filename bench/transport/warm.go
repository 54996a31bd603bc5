// Warm opens connections before the load, so that the first requests do not dial.
package transport

import (
	"context"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// Warm opens n connections to t and leaves them idle in the pool. It waits for them, some at a time, and ends at the first that fails; opened is
// how many it opened, which stay in the pool either way.
func (e *Engine) Warm(ctx context.Context, t *Target, n int) (opened int, err error) {
	var done atomic.Int64
	g, dialing := errgroup.WithContext(ctx)
	g.SetLimit(warmDials)
	for range n {
		g.Go(func() error {
			err := dialing.Err()
			if err == nil {
				err = e.warm(dialing, t.origin)
			}
			if err == nil {
				done.Add(1)
			}
			return err
		})
	}
	if err = g.Wait(); err != nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return int(done.Load()), err
}

// warm opens one connection.
func (e *Engine) warm(ctx context.Context, o *origin) error {
	c := newConn(e, o)
	e.register(c)
	x := &Exchange{}
	x.Prepare()
	x.Times.Start = e.clock.Now()
	stop := context.AfterFunc(ctx, c.cancel)
	err := c.dial(x)
	if !stop() && err == nil {
		_ = c.stamp.Close()
		err = context.Cause(ctx)
	}
	if err != nil {
		e.Stats.DialFailures.Add(1)
		e.forget(c)
		return err
	}
	c.rest()
	go func() {
		defer e.forget(c)
		c.read()
		_ = c.stamp.Close()
	}()
	return nil
}
