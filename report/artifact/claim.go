// The claim on a folder: its log file, locked. The lock ends with the process however that ends, so a stale one cannot be.
package artifact

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// errTaken is the answer to a lock that another run holds.
var errTaken = errors.New("locked by another process")

// claim locks the log of the folder, which every run has anyway. Where files cannot be locked, the folder is nobody's.
func (f *Folder) claim(chosen string) error {
	path := f.Path(Log)
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return nil // a device is not the folder's own
	}
	if os.MkdirAll(filepath.Dir(path), folderPerm) != nil {
		return nil // OpenLog says why
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, rowOf(Log).Mode)
	if err != nil {
		return nil
	}
	err = lock(file)
	if err == nil {
		f.log = file
		return nil
	}
	who := ""
	if pid := holder(file); pid > 0 {
		who = fmt.Sprintf(" (process %d)", pid)
	}
	_ = file.Close() // nothing was written
	if errors.Is(err, errTaken) {
		return fmt.Errorf("another run%s is at work in the artifact folder %q: wait for its end, or let %s name another folder", who, f.dir, chosen)
	}
	return nil
}

// OpenLog opens the run's log file anew, behind whatever is no log. The caller closes it last of all: that gives the folder up.
func (f *Folder) OpenLog() (*os.File, error) {
	path := f.Path(Log)
	file := f.log
	if f.log = nil; file == nil {
		var err error
		if err = os.MkdirAll(filepath.Dir(path), folderPerm); err == nil {
			file, err = os.OpenFile(path, os.O_CREATE|os.O_WRONLY, rowOf(Log).Mode)
		}
		if err != nil {
			return nil, fmt.Errorf("opening the log %q: %w", path, reason(err))
		}
	}
	was, err := formOf(stands{rowOf(Log), path})
	switch {
	case err != nil:
	case was == formed:
		err = file.Truncate(0)
	case was == foreign:
		_, _ = file.Seek(0, io.SeekEnd) // a device has no end
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("opening the log %q: %w", path, reason(err)), file.Close())
	}
	return file, nil
}
