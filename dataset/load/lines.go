// A file as lines, and errors that say where in it.
package load

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"unicode/utf8"
)

// Error is a mistake in a user's file, in one line: path:line:column: message (hint). Line 0 is the file itself.
type Error struct {
	Path          string
	Line, Column  int // from 1; a column counts characters
	Message, Hint string
}

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Path)
	if e.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", e.Line, e.Column)
	}
	b.WriteString(": " + e.Message)
	if e.Hint != "" {
		b.WriteString(" (" + e.Hint + ")")
	}
	return b.String()
}

// file is what a loader reads.
type file struct {
	path string
	data []byte
}

// line is one line that is not blank, without its end.
type line struct {
	path   string
	number int
	text   []byte
}

// readFile reads path, unpacking it when its name ends in .gz.
func readFile(path string) (*file, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, &Error{Path: path, Message: "the file does not exist"}
	case err != nil:
		return nil, &Error{Path: path, Message: "cannot be read: " + reason(err)}
	case info.IsDir():
		return nil, &Error{Path: path, Message: "is a directory", Hint: "only single files can be read as a data set"}
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, &Error{Path: path, Message: "cannot be read: " + reason(err)}
	}
	if strings.HasSuffix(path, ".gz") {
		if data, err = gunzip(data); err != nil {
			return nil, &Error{Path: path, Message: "cannot be unpacked: " + err.Error(), Hint: "a name ending in .gz means gzip"}
		}
	}
	if bytes.HasPrefix(data, []byte("\xef\xbb\xbf")) {
		return nil, &Error{Path: path, Line: 1, Column: 1, Message: "the file begins with a byte order mark", Hint: "save it as UTF-8 without one"}
	}
	return &file{path: path, data: data}, nil
}

func gunzip(data []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

// reason is an error of the file system without the path, which the Error names already.
func reason(err error) string {
	if pe := (*fs.PathError)(nil); errors.As(err, &pe) {
		return pe.Err.Error()
	}
	return err.Error()
}

// lines calls f for every line that is not blank, until it fails.
func (f *file) lines(each func(line) error) error {
	number := 0
	for text := range bytes.Lines(f.data) {
		number++
		text = bytes.TrimRight(text, "\r\n")
		if len(bytes.TrimSpace(text)) == 0 {
			continue
		}
		if err := each(line{f.path, number, text}); err != nil {
			return err
		}
	}
	return nil
}

// first is the first line that is not blank.
func (f *file) first() (line, bool) {
	var found line
	stop := errors.New("found")
	err := f.lines(func(l line) error {
		found = l
		return stop
	})
	return found, err != nil
}

// fail is an Error at byte offset at of the line.
func (l line) fail(at int, hint, format string, args ...any) *Error {
	return &Error{
		Path: l.path, Line: l.number, Column: utf8.RuneCount(l.text[:min(at, len(l.text))]) + 1,
		Message: fmt.Sprintf(format, args...), Hint: hint,
	}
}
