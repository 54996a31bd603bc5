// CPU time of this process on Windows.
package bench

import (
	"time"

	"golang.org/x/sys/windows"
)

// processCPU is user and kernel time so far; negative when unknown.
func processCPU() time.Duration {
	var created, exited, kernel, user windows.Filetime
	if windows.GetProcessTimes(windows.CurrentProcess(), &created, &exited, &kernel, &user) != nil {
		return -1
	}
	// A Filetime counts 100 ns; these two are durations, not dates.
	hundreds := func(f windows.Filetime) int64 { return int64(f.HighDateTime)<<32 | int64(f.LowDateTime) }
	return time.Duration((hundreds(kernel) + hundreds(user)) * 100)
}
