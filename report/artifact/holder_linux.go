// Who holds a lock, from the kernel's list.
package artifact

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// holder is the process that holds the lock of a file; 0 when that cannot be told, as from inside another container.
func holder(file *os.File) int {
	info, err := file.Stat()
	if err != nil {
		return 0
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0
	}
	list, err := os.ReadFile("/proc/locks")
	if err != nil {
		return 0
	}
	dev := uint64(st.Dev)
	return holderIn(string(list), fmt.Sprintf("%02x:%02x:%d", unix.Major(dev), unix.Minor(dev), st.Ino))
}

// holderIn finds the holder in lines like `1: FLOCK  ADVISORY  WRITE 1234 08:01:131073 0 EOF`.
func holderIn(list, file string) int {
	for line := range strings.Lines(list) {
		if w := strings.Fields(line); len(w) >= 6 && w[1] == "FLOCK" && w[5] == file {
			pid, _ := strconv.Atoi(w[4]) // 0 when it is no number
			return pid
		}
	}
	return 0
}
