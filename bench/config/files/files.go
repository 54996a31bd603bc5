// Package files looks into the files that options name, before the run that reads them: what stands at a path, its first lines, its text.
// Rules and conversions reach the file system through it alone; the command itself reads what it is told to run.
package files

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// mostLine bounds one line, in bytes: a long conversation with images.
const mostLine = 64 << 20

// ErrNoFile says that a path leads to no regular file.
var ErrNoFile = errors.New("is no regular file")

// Exists tells whether anything stands at a path.
func Exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

// IsDir tells whether a folder stands at a path.
func IsDir(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}

// IsFile tells whether a regular file stands at a path.
func IsFile(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.Mode().IsRegular()
}

// Read reads a regular file of at most so many bytes.
func Read(name string, most int64) ([]byte, error) {
	info, err := os.Stat(name)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, ErrNoFile
	case info.Size() > most:
		return nil, fmt.Errorf("is larger than %d bytes", most)
	}
	return os.ReadFile(name)
}

// Lines calls f for each line of a file that is not blank, plain or gzip, until f returns false. A line is valid during the call.
func Lines(name string, f func(line []byte) bool) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	err = lines(file, f)
	return errors.Join(err, file.Close())
}

func lines(file io.Reader, f func(line []byte) bool) error {
	plain := bufio.NewReader(file)
	var r io.Reader = plain
	if magic, err := plain.Peek(2); err == nil && magic[0] == 0x1f && magic[1] == 0x8b {
		if r, err = gzip.NewReader(r); err != nil {
			return err
		}
	}
	sc := bufio.NewScanner(r)
	sc.Buffer(nil, mostLine)
	for sc.Scan() {
		if len(bytes.TrimSpace(sc.Bytes())) > 0 && !f(sc.Bytes()) {
			return nil
		}
	}
	return sc.Err()
}

// EachLine calls f for each line that is not blank of a file, or of every file of an ending below a folder.
func EachLine(name, ending string, f func(line []byte)) error {
	return filepath.WalkDir(name, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path != name && filepath.Ext(path) != ending {
			return err
		}
		return Lines(path, func(line []byte) bool { f(line); return true })
	})
}
