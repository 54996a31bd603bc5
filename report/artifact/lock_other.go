//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd || windows)

// Systems without locks of files.
package artifact

import (
	"errors"
	"os"
)

func lock(*os.File) error { return errors.ErrUnsupported }
