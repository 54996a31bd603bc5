//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

// Locks of a whole file on unix.
package artifact

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// lock takes the file for this process without waiting.
func lock(file *os.File) error {
	for {
		switch err := unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB); {
		case errors.Is(err, unix.EINTR):
		case errors.Is(err, unix.EWOULDBLOCK):
			return errTaken
		default:
			return err
		}
	}
}
