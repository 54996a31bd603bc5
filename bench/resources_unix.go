//go:build unix

// CPU time of this process on Unix.
package bench

import (
	"syscall"
	"time"
)

// processCPU is user and system time so far; negative when unknown.
func processCPU() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return -1
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
