// Patience: what takes long before the load starts says so, again and again, until it is done.
package cli

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// patienceGap is after how long a preparation first says what it is at: shorter ones are over before a user wonders. The gaps then double.
const patienceGap = 3 * time.Second

// patience says what a preparation is at until end is called.
func patience(log *slog.Logger, say func() string) (end func()) {
	done := make(chan struct{})
	var at sync.WaitGroup
	at.Go(func() {
		for gap := patienceGap; ; gap *= 2 {
			select {
			case <-done:
				return
			case <-time.After(gap):
				log.Log(context.Background(), levelNotice, say())
			}
		}
	})
	return func() {
		close(done)
		at.Wait()
	}
}
