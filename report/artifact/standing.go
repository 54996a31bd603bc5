// What stands in the folder before the run: its inputs are spared, files of an earlier run go, anything else is kept under another name.
package artifact

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

const (
	// formHead is how much of a file tells its form, in bytes: a centred title has some hundred blanks before it.
	formHead = 8 << 10
	// mostKept bounds the search for a free name.
	mostKept = 1000
)

// Input is a file or folder that the run reads.
type Input struct {
	Name string // the option, or the place in a configuration, that names it
	Path string
}

// stands is a path that this run deletes or writes.
type stands struct {
	row  Row
	path string
}

// standing lists what stands under the names that this run deletes or writes, unfinished files of a killed run at the end.
func (f *Folder) standing() []stands {
	var whole, left []stands
	names := map[string]Row{}
	for _, row := range Table() {
		names[row.name(f.prefix)] = row
		whole = append(whole, stands{row, f.Path(row.ID)})
	}
	left = leftovers(f.dir, names)
	phases, _ := os.ReadDir(filepath.Join(f.dir, phaseFolder)) // no folder, no phases
	for _, p := range phases {
		dir := filepath.Join(f.dir, phaseFolder, p.Name())
		files := map[string]Row{}
		for _, id := range []ID{SummaryCSV, SummaryJSON} {
			row := rowOf(id)
			row.Fresh = false // replaced by the phase of the same name; the manifest tells which ones count
			files[row.name(f.prefix)] = row
			whole = append(whole, stands{row, filepath.Join(dir, row.name(f.prefix))})
		}
		left = append(left, leftovers(dir, files)...)
	}
	var found []stands
	for _, s := range append(whole, left...) {
		if _, err := os.Lstat(s.path); err == nil { // what cannot be looked at shows when it is to be written
			found = append(found, s)
		}
	}
	return found
}

// spare fails when an input of the run, or a file of an input folder, is a file that the run deletes or writes: through whatever link.
func (f *Folder) spare(inputs []Input, chosen string) error {
	files := f.standing()
	if len(files) == 0 {
		return nil
	}
	for _, in := range inputs {
		members := []string{in.Path}
		entries, _ := os.ReadDir(in.Path) // a file has none
		for _, e := range entries {
			members = append(members, filepath.Join(in.Path, e.Name()))
		}
		for _, m := range members {
			info, err := os.Stat(m)
			if err != nil || info.IsDir() {
				continue
			}
			for _, s := range files {
				if at, err := os.Stat(s.path); err != nil || !os.SameFile(info, at) {
					continue
				}
				of := ""
				if m != in.Path {
					of = fmt.Sprintf(" (its file %s)", filepath.Base(m))
				}
				return fmt.Errorf("%s %q%s is the file %s of the artifact folder %q, which this run deletes or writes anew: move it elsewhere, or let %s name another folder",
					in.Name, in.Path, of, f.relative(s.path), f.dir, chosen)
			}
		}
	}
	return nil
}

// relative is a path of the folder as its listing shows it.
func (f *Folder) relative(path string) string {
	name, err := filepath.Rel(f.dir, path)
	if err != nil {
		return path
	}
	return filepath.ToSlash(name)
}

// clear deletes the files of an earlier run, and keeps what has only their names under other names.
func (f *Folder) clear() error {
	files := f.standing()
	forms := make([]form, len(files))
	run := false // something that nobody but a run writes
	for i, s := range files {
		var err error
		if forms[i], err = formOf(s); err != nil {
			return err
		}
		run = run || forms[i] == formed && !s.row.Common
	}
	for i, s := range files {
		name := f.relative(s.path)
		switch {
		case unfinished.MatchString(name):
			if f.log == nil || forms[i] == foreign {
				continue // it may be somebody's
			}
		case !s.row.Fresh:
			continue
		case forms[i] == foreign, forms[i] == formed && s.row.Common && !run:
			to, err := keep(s.path)
			if err != nil {
				return err
			}
			f.kept = append(f.kept, name+" as "+f.relative(to))
			continue
		}
		if err := os.Remove(s.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("deleting %q: %w", s.path, reason(err))
		}
		if forms[i] == formed {
			f.reused = append(f.reused, name)
		}
	}
	return nil
}

// keep gives a file a name that nothing has.
func keep(path string) (string, error) {
	for n := 1; n <= mostKept; n++ {
		to := fmt.Sprintf("%s.kept-%d", path, n)
		if _, err := os.Lstat(to); !errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err := os.Rename(path, to); err != nil {
			return "", fmt.Errorf("%q stands in the way and is no file of a run; keeping it under another name: %w", path, linkReason(err))
		}
		return to, nil
	}
	return "", fmt.Errorf("%q stands in the way and is no file of a run: move it elsewhere, %d like it are kept beside it", path, mostKept)
}

// linkReason drops the paths that an *os.LinkError repeats.
func linkReason(err error) error {
	var link *os.LinkError
	if errors.As(err, &link) {
		return link.Err
	}
	return err
}

// form says what a file is by its first bytes.
type form uint8

const (
	foreign form = iota
	vacant       // empty: nothing can be lost
	formed       // the artifact of a run
)

// formOf looks at a file. A folder, a device or a broken link under a file's name is an error.
func formOf(s stands) (form, error) {
	info, err := os.Stat(s.path)
	switch {
	case err != nil:
		return foreign, fmt.Errorf("looking at %q: %w", s.path, reason(err))
	case !info.Mode().IsRegular() && s.row.ID == Log:
		return foreign, nil // a log may go to a device
	case !info.Mode().IsRegular():
		return foreign, fmt.Errorf("%q is no file, and this run writes one there: move it elsewhere", s.path)
	case info.Size() == 0:
		return vacant, nil
	}
	file, err := os.Open(s.path)
	if err != nil {
		return foreign, fmt.Errorf("looking at %q: %w", s.path, reason(err))
	}
	head := make([]byte, formHead)
	n, err := io.ReadFull(file, head)
	if err := errors.Join(ignore(err, io.EOF, io.ErrUnexpectedEOF), file.Close()); err != nil {
		return foreign, fmt.Errorf("looking at %q: %w", s.path, reason(err))
	}
	if s.row.has(head[:n]) {
		return formed, nil
	}
	return foreign, nil
}

func ignore(err error, ends ...error) error {
	for _, end := range ends {
		if errors.Is(err, end) {
			return nil
		}
	}
	return err
}

// has tells whether a file that begins so has the form of the artifact.
func (r Row) has(head []byte) bool {
	dense := bytes.Map(func(c rune) rune {
		if strings.ContainsRune(" \t\r\n", c) {
			return -1
		}
		return c
	}, head)
	return regexp.MustCompile(r.Form).Match(dense)
}
