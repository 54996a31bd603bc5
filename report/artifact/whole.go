// Whole files: written beside their place and put there in one step.
package artifact

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
)

// writeWhole replaces a file in one step, so that no reader sees half of it.
func writeWhole(path string, text []byte, mode fs.FileMode) error {
	file, err := beginWhole(path, mode)
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	return finishWhole(file, path, err)
}

// beginWhole opens the file that will replace path. Its name holds the process, so that two runs that know nothing of each other
// do not take it from one another.
func beginWhole(path string, mode fs.FileMode) (*os.File, error) {
	return os.OpenFile(fmt.Sprintf("%s.%d.tmp", path, os.Getpid()), os.O_CREATE|os.O_WRONLY|os.O_EXCL, mode)
}

// unfinished matches what beginWhole makes, and takes it apart into the name and the rest.
var unfinished = regexp.MustCompile(`^(.+)\.\d+\.tmp$`)

// leftovers are the files in a folder that a killed run was writing in the place of one of these names.
func leftovers(dir string, names map[string]Row) (found []stands) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil // nothing stands there, or nothing can be told
	}
	for _, e := range entries {
		if m := unfinished.FindStringSubmatch(e.Name()); m != nil {
			if row, ours := names[m[1]]; ours {
				found = append(found, stands{row, filepath.Join(dir, e.Name())})
			}
		}
	}
	return found
}

// finishWhole puts the file in its place, or takes it away if writing it failed.
func finishWhole(file *os.File, path string, failed error) error {
	err := errors.Join(failed, file.Close())
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	return nil
}
