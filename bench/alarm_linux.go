// The alarm on Linux: a locked thread with a timer slack of 1 ns that sleeps in a futex and spins the last microseconds.
package bench

import (
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/aiperf-go/aiperf/metrics"
)

const (
	futexWaitPrivate = 0 | 128
	futexWakePrivate = 1 | 128
)

type futexAlarm struct {
	clock Clock
	call  func() // runs on the alarm's thread; it sets the next instant
	at    atomic.Int64
	word  atomic.Uint32 // changes whenever at has moved to an earlier instant
	quit  atomic.Bool
	done  sync.WaitGroup
	late  time.Duration // running mean of the OS sleep's lateness
}

func newAlarm(clock Clock, call func()) alarm {
	a := &futexAlarm{clock: clock, call: call}
	a.at.Store(int64(never))
	a.done.Add(1)
	go a.run()
	return a
}

// Set implements alarm.
func (a *futexAlarm) Set(at metrics.Instant) {
	if before := a.at.Swap(int64(at)); int64(at) < before {
		a.kick()
	}
}

// Stop implements alarm; it returns when the thread has ended.
func (a *futexAlarm) Stop() {
	a.quit.Store(true)
	a.kick()
	a.done.Wait()
}

func (a *futexAlarm) kick() {
	a.word.Add(1)
	_, _, _ = syscall.Syscall6(syscall.SYS_FUTEX, uintptr(unsafe.Pointer(&a.word)), futexWakePrivate, 1, 0, 0, 0)
}

func (a *futexAlarm) run() {
	defer a.done.Done()
	// The thread ends with the goroutine: its timer slack must not be inherited by others.
	runtime.LockOSThread()
	_ = unix.Prctl(unix.PR_SET_TIMERSLACK, 1, 0, 0, 0)
	for !a.quit.Load() {
		word := a.word.Load()
		at := metrics.Instant(a.at.Load())
		now := a.clock.Now()
		if now >= at {
			a.at.CompareAndSwap(int64(at), int64(never))
			a.call()
			continue
		}
		if spin := a.spin(); at-now > spin {
			a.sleep(word, at, at-spin)
			continue
		}
		for a.clock.Now() < at && a.word.Load() == word {
		}
	}
}

// spin is how long before the instant the thread should be awake.
func (a *futexAlarm) spin() time.Duration {
	if a.late > hopeless {
		return 0
	}
	return min(a.late+a.late/2, maxSpin)
}

// sleep waits until wake, or until the word changes.
func (a *futexAlarm) sleep(word uint32, at, wake metrics.Instant) {
	var ts *unix.Timespec
	if at != never {
		t := unix.NsecToTimespec(int64(wake - a.clock.Now()))
		if t.Sec < 0 || t.Nsec < 0 {
			return
		}
		ts = &t
	}
	_, _, _ = syscall.Syscall6(syscall.SYS_FUTEX, uintptr(unsafe.Pointer(&a.word)), futexWaitPrivate, uintptr(word), uintptr(unsafe.Pointer(ts)), 0, 0)
	if at != never && a.word.Load() == word {
		a.late += (a.clock.Now() - wake - a.late) / 8
	}
}
