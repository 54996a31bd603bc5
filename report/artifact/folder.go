// The run's folder: proven writable before any load, whole files replaced in one step.
package artifact

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/aiperf-go/aiperf/metrics"
	"github.com/aiperf-go/aiperf/report/console"
)

// Options says where the files go, what they are called, and how many there are.
type Options struct {
	Dir    string
	Prefix string // as the user gave it
	Level  Level
	Chosen string  // the option that names the folder, for messages
	Inputs []Input // what the run reads: never to be deleted or written
}

// Folder is an open run folder. It is used by one goroutine at a time.
type Folder struct {
	dir     string
	prefix  string
	level   Level
	reused  []string
	kept    []string
	log     *os.File // claims the folder; nil when OpenLog has handed it on, or where nothing can be claimed
	records *os.File
	raw     *os.File
}

// Open makes the folder, claims it for this run, proves that it can be written, and deletes the files of an earlier run.
// It fails before a single request was sent rather than after the last, and before anything was touched if an input of the run would be hurt
// or another run is at work.
func Open(opt Options) (*Folder, error) {
	prefix := StripPrefix(opt.Prefix)
	if prefix != "" && (!filepath.IsLocal(prefix) || strings.ContainsAny(prefix, `/\`)) {
		return nil, fmt.Errorf("export prefix %q must be a plain file name without folders", opt.Prefix)
	}
	dir, err := filepath.Abs(opt.Dir)
	if err != nil {
		return nil, fmt.Errorf("resolving artifact folder %q: %w", opt.Dir, err)
	}
	if opt.Chosen == "" {
		opt.Chosen = "another path"
	}
	f := &Folder{dir: dir, prefix: prefix, level: opt.Level}
	if err := f.spare(opt.Inputs, opt.Chosen); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, folderPerm); err != nil {
		return nil, fmt.Errorf("creating artifact folder %q: %w", dir, reason(err))
	}
	probe, err := os.CreateTemp(dir, ".aiperf-probe-*")
	if err != nil {
		return nil, fmt.Errorf("artifact folder %q is not writable: %w", dir, reason(err))
	}
	_, err = probe.WriteString("x")
	err = errors.Join(err, probe.Close(), os.Remove(probe.Name()))
	if err != nil {
		return nil, fmt.Errorf("artifact folder %q is not writable: %w", dir, reason(err))
	}
	if err := f.claim(opt.Chosen); err != nil {
		return nil, err
	}
	if err := f.prepare(); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// reason drops the path that an *os.PathError repeats.
func reason(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// prepare clears what an earlier run left under the names of this one, whatever its level, and opens the line files:
// files that stand side by side speak of one run.
func (f *Folder) prepare() error {
	if err := f.clear(); err != nil {
		return err
	}
	for _, line := range []struct {
		id ID
		to **os.File
	}{{Records, &f.records}, {RawRecords, &f.raw}} {
		if rowOf(line.id).Level > f.level {
			continue
		}
		file, err := os.OpenFile(f.Path(line.id), os.O_CREATE|os.O_WRONLY|os.O_TRUNC, rowOf(line.id).Mode)
		if err != nil {
			return fmt.Errorf("creating %q: %w", f.Path(line.id), reason(err))
		}
		*line.to = file
	}
	return nil
}

// Close closes the line files that no sink has taken over, and gives the folder up if OpenLog was not asked for the log.
// A run that went through needs it not.
func (f *Folder) Close() error {
	var errs []error
	for _, file := range []**os.File{&f.records, &f.raw, &f.log} {
		if *file != nil {
			errs = append(errs, (*file).Close())
			*file = nil
		}
	}
	return errors.Join(errs...)
}

// RowOf is the row of an artifact.
func RowOf(id ID) Row { return rowOf(id) }

func rowOf(id ID) Row {
	for _, row := range Table() {
		if row.ID == id {
			return row
		}
	}
	return Row{}
}

// Dir returns the absolute path of the folder.
func (f *Folder) Dir() string { return f.dir }

// Reused lists the files of an earlier run that were deleted, for a warning.
func (f *Folder) Reused() []string { return f.reused }

// Kept lists the files that stood in the way and were none of a run, each with the name it has now, for a warning.
func (f *Folder) Kept() []string { return f.kept }

// Path returns where an artifact stands or will stand.
func (f *Folder) Path(id ID) string { return filepath.Join(f.dir, rowOf(id).name(f.prefix)) }

// WriteRerun writes what the run was asked, before it starts.
func (f *Folder) WriteRerun(text []byte) error {
	if err := writeWhole(f.Path(Rerun), text, rowOf(Rerun).Mode); err != nil {
		return fmt.Errorf("writing %s: %w", rowOf(Rerun).name(f.prefix), err)
	}
	return nil
}

// WriteResults writes every whole file of the run. One that fails does not stop the others; the errors come back together.
// The files that stand afterwards are listed for the screen.
func (f *Folder) WriteResults(s *metrics.Summary, opt ResultOptions) ([]console.File, error) {
	out := &outcome{folder: f, s: s, opt: opt}
	var (
		files []console.File
		errs  []error
	)
	for _, row := range Table() {
		if row.Level > f.level || row.ID == SummaryJSON && opt.NoJSON {
			continue
		}
		if row.write != nil {
			text, err := row.write(out)
			if err == nil && text != nil {
				err = writeWhole(f.Path(row.ID), text, row.Mode)
			}
			if err != nil {
				errs = append(errs, fmt.Errorf("writing %s: %w", row.name(f.prefix), err))
				out.failed = true
				continue
			}
		}
		if row.Label != "" {
			files = append(files, console.File{Label: row.Label, Path: f.Path(row.ID)})
		}
	}
	return files, errors.Join(errs...)
}

// ready is the content of the marker.
func (o *outcome) ready() ([]byte, error) {
	return fmt.Appendf(nil, `{"ready":true,"was_cancelled":%t,"partial":%t}`, o.s.Cancelled, o.failed), nil
}
