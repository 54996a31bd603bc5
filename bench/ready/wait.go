// The clock of one wait: tries until a deadline, each with its own limit, and pauses between them.
package ready

import (
	"context"
	"fmt"
	"time"
)

// wait is the state of waiting for one model behind one URL.
type wait struct {
	ctx      context.Context // of the whole program
	o        *Options
	deadline time.Time
	perTry   time.Duration
	over     func(tries int) error // the error once the time is up
	tries    int
}

func newWait(ctx context.Context, o *Options, perTry time.Duration, over func(tries int) error) *wait {
	return &wait{ctx: ctx, o: o, deadline: time.Now().Add(o.Timeout), perTry: perTry, over: over}
}

// try sends a request, unless the time is up.
func (w *wait) try(method, url string, body []byte, keep int64) (answer, error) {
	a, err := w.again(method, url, body, keep)
	if err == nil {
		w.tries++
	}
	return a, err
}

// again is a further request of the same try.
func (w *wait) again(method, url string, body []byte, keep int64) (answer, error) {
	left := time.Until(w.deadline)
	switch {
	case w.ctx.Err() != nil:
		return answer{}, w.stopped()
	case left <= 0:
		return answer{}, w.over(w.tries)
	}
	limit := min(w.perTry, left)
	ctx, cancel := context.WithTimeout(w.ctx, limit)
	defer cancel()
	a := w.o.send(ctx, method, url, body, keep)
	switch {
	case w.ctx.Err() != nil:
		return answer{}, w.stopped()
	case a.err != nil && ctx.Err() != nil:
		a.err = fmt.Errorf("no whole answer in %s", limit.Round(time.Millisecond))
	}
	return a, nil
}

// pause waits for the next try, not beyond the deadline.
func (w *wait) pause() error {
	t := time.NewTimer(min(w.o.Interval, time.Until(w.deadline)))
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-w.ctx.Done():
		return w.stopped()
	}
}

// not says why a try was not enough.
func (w *wait) not(format string, a ...any) {
	w.o.Say(fmt.Sprintf(format, a...) + fmt.Sprintf(" (try %d)", w.tries))
}

func (w *wait) stopped() error {
	return fmt.Errorf("waiting for the model: %w", context.Cause(w.ctx))
}
