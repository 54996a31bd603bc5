//go:build !linux

// Systems without the precise waiter use Go timers.
package mock

const preciseAvailable = false

func newPreciseWaiter() waiter { return newTimerWaiter() }

func runPrecise(f func()) { f() }
