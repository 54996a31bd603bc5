// The precise waiter on Linux: a futex with a deadline on a thread with timer slack 1 ns, woken a little early, the rest spun.
package mock

import (
	"runtime"
	"sync/atomic"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

const preciseAvailable = true

const (
	futexWaitPrivate = 0 | 128
	futexWakePrivate = 1 | 128
)

// futexWaiter sleeps in the kernel until a deadline or a change of word.
type futexWaiter struct {
	word     atomic.Uint32 // counts wake-ups
	sleeping atomic.Bool
}

func newPreciseWaiter() waiter { return &futexWaiter{} }

// runPrecise runs f on a thread of its own. The thread is not unlocked: it ends with f, and its timer slack with it.
func runPrecise(f func()) {
	runtime.LockOSThread()
	// Without the right to change the slack the waits are 50 µs later; that shows in the lateness.
	_ = unix.Prctl(unix.PR_SET_TIMERSLACK, 1, 0, 0, 0)
	f()
}

func (f *futexWaiter) token() uint32 { return f.word.Load() }

// wait returns early by spinLead; the wheel's loop then spins, still looking at its inbox.
func (f *futexWaiter) wait(token uint32, d time.Duration) {
	var deadline *unix.Timespec
	if d >= 0 {
		if d <= spinLead {
			return
		}
		ts := unix.NsecToTimespec(int64(d - spinLead))
		deadline = &ts
	}
	f.sleeping.Store(true)
	// The kernel compares word with token, so a wake-up between token and here is not lost. Any return is followed by a new look.
	_, _, _ = unix.Syscall6(unix.SYS_FUTEX, uintptr(unsafe.Pointer(&f.word)), futexWaitPrivate, uintptr(token),
		uintptr(unsafe.Pointer(deadline)), 0, 0)
	f.sleeping.Store(false)
}

func (f *futexWaiter) wake() {
	f.word.Add(1)
	if f.sleeping.Load() {
		_, _, _ = unix.Syscall6(unix.SYS_FUTEX, uintptr(unsafe.Pointer(&f.word)), futexWakePrivate, 1, 0, 0, 0)
	}
}
