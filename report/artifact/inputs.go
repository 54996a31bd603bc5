// inputs.json: the payloads of every session, streamed, so that a large dataset never stands in memory.
package artifact

import (
	"bufio"
	"errors"
	"fmt"
	"io"

	"github.com/aiperf-go/aiperf/report/artifact/jsonw"
)

// NextInput yields the next session with the bodies of its turns as JSON texts; io.EOF ends the list.
type NextInput func() (sessionID string, payloads [][]byte, err error)

// WriteInputs writes the inputs file of the run.
func (f *Folder) WriteInputs(next NextInput) error {
	path := f.Path(Inputs)
	file, err := beginWhole(path, rowOf(Inputs).Mode)
	if err != nil {
		return fmt.Errorf("creating %q: %w", path, reason(err))
	}
	out := bufio.NewWriterSize(file, lineBuffer)
	err = errors.Join(WriteInputs(out, next), out.Flush())
	if err := finishWhole(file, path, err); err != nil {
		return fmt.Errorf("writing %q: %w", path, reason(err))
	}
	return nil
}

// WriteInputs writes sessions in AIPerf's layout: two spaces a level, strings and numbers as they are, no newline at the end.
func WriteInputs(out io.Writer, next NextInput) error {
	w := &jsonw.Writer{Indent: true}
	w.Object()
	w.Key("data")
	w.Array()
	for {
		id, payloads, err := next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		w.Object()
		w.Key("session_id")
		w.String(id)
		w.Key("payloads")
		w.Array()
		for _, p := range payloads {
			w.Raw(p)
		}
		w.EndArray()
		w.EndObject()
		if len(w.Buf) < lineBuffer {
			continue
		}
		if err := w.Drain(out); err != nil {
			return err
		}
	}
	w.EndArray()
	w.EndObject()
	return w.Drain(out)
}
