// Connections opened before the load, in testing/synctest (inBubble).
package transport

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestWarm(t *testing.T) {
	m := &memory{dialTime: 10 * ms, serve: answerAll(5*ms, okAnswer)}
	inBubble(t, m, func(t *testing.T, e *Engine, target *Target) {
		n, err := e.Warm(context.Background(), target, 3)
		require.NoError(t, err)
		require.Equal(t, 3, n)
		var calls []*call
		for i := range 4 {
			c := newCall(target)
			require.Equal(t, i == 3, e.Fire(&c.Exchange), "three are open")
			calls = append(calls, c)
		}
		for i, c := range calls {
			<-c.done
			require.NoError(t, c.err)
			require.Equal(t, i < 3, c.Times.Reused)
		}
		require.EqualValues(t, 4, e.Stats.Open.Load())
	})
}

func TestWarmConnectionsThatTheServerCloses(t *testing.T) {
	m := &memory{serve: answerAll(okAnswer)}
	withOptions(t, m, Options{IdleTimeout: time.Minute}, func(t *testing.T, e *Engine, target *Target) {
		n, err := e.Warm(context.Background(), target, 2)
		require.NoError(t, err)
		require.Equal(t, 2, n)
		time.Sleep(time.Minute + ms)
		require.Zero(t, e.Stats.Open.Load())
		c := newCall(target)
		e.Fire(&c.Exchange)
		<-c.done
		require.NoError(t, c.err)
	})
}

func TestWarmFails(t *testing.T) {
	inBubble(t, &memory{dialTime: ms}, func(t *testing.T, e *Engine, target *Target) {
		n, err := e.Warm(context.Background(), target, 1000)
		require.EqualError(t, err, "cannot connect to server:80: connection refused")
		require.Zero(t, n)
		require.Zero(t, e.Stats.Open.Load())
		require.LessOrEqual(t, e.Stats.Dials.Load(), int64(warmDials), "nothing more after the first failure")
	})
	inBubble(t, &memory{dialTime: time.Hour}, func(t *testing.T, e *Engine, target *Target) {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		n, err := e.Warm(ctx, target, 3)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Zero(t, n)
		require.Equal(t, time.Second, e.clock.Now())
	})
}
