// Locks on Windows: one byte far behind the end, since a locked byte cannot be read by others.
package artifact

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// lockAt is the high half of the locked byte's place.
const lockAt = 1 << 30

// lock takes the file for this process without waiting.
func lock(file *os.File) error {
	at := windows.Overlapped{OffsetHigh: lockAt}
	err := windows.LockFileEx(windows.Handle(file.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, &at)
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) || errors.Is(err, windows.ERROR_IO_PENDING) {
		return errTaken
	}
	return err
}
