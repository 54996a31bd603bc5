// Package console shows a finished run on the screen: AIPerf's tables in AIPerf's layout, then what the tool says of its own measurement.
//
//	Summary ─ Capture ─> AIPerf's text at 140 columns: the capture file
//	        └ Render ──> the same tables, then verdict, error line, command and file list: the screen
//
// The capture holds nothing of ours, so that it stays comparable with AIPerf's line by line.
package console

import (
	"fmt"
	"io"
	"strings"

	"github.com/aiperf-go/aiperf/metrics"
)

// Options says where the text goes and what is added to it.
type Options struct {
	Width     int    // columns; CaptureWidth when 0
	Color     bool   // decided by the caller: a terminal, and NO_COLOR unset
	Terminal  bool   // a person looks at it at Width: narrow tables drop columns, tables of zeros are left out
	HTTPTrace bool   // show the table of transport times
	Files     []File // written files, for the list at the end
	LogFile   string // path of the log, for the list at the end
}

// File is one line of the list of written files.
type File struct {
	Label string // "JSON Export"
	Path  string
}

// printer carries what every section needs.
type printer struct {
	strings.Builder
	s   *metrics.Summary
	opt Options
	p   paint
}

func newPrinter(s *metrics.Summary, opt Options) *printer {
	if opt.Width <= 0 {
		opt.Width = CaptureWidth
	}
	opt.Width = max(opt.Width, minWidth)
	return &printer{s: s, opt: opt, p: paint(opt.Color)}
}

// Capture writes AIPerf's console text: its fixed width unless another is given, no colour, no footer, nothing of ours.
func Capture(w io.Writer, s *metrics.Summary, opt Options) error {
	p := newPrinter(s, Options{Width: opt.Width, HTTPTrace: opt.HTTPTrace})
	p.tables()
	p.panels()
	return p.flush(w)
}

// Render writes the screen of a finished run.
func Render(w io.Writer, s *metrics.Summary, opt Options) error {
	p := newPrinter(s, opt)
	if s.Succeeded == 0 && s.Failed > 0 {
		p.errorTable()
	} else {
		p.tables()
		p.panels()
	}
	p.verdict()
	p.footer()
	return p.flush(w)
}

// tables writes everything that AIPerf prints before its panels.
func (p *printer) tables() {
	p.incomplete()
	p.errorTable()
	if p.opt.HTTPTrace {
		p.traceTable()
	}
	p.metricTables()
}

func (p *printer) flush(w io.Writer) error {
	if _, err := io.WriteString(w, p.String()); err != nil {
		return fmt.Errorf("writing the console text: %w", err)
	}
	return nil
}

// line writes one line of text, wrapped at the width.
func (p *printer) line(s style, format string, args ...any) {
	for _, part := range wrap(clean(fmt.Sprintf(format, args...)), p.opt.Width) {
		p.WriteString(p.p.apply(s, part))
		p.WriteByte('\n')
	}
}

// incomplete warns that the tables below do not cover the run.
func (p *printer) incomplete() {
	if p.s.Complete {
		return
	}
	p.WriteString("\n\n")
	p.line(badStyle, "NVIDIA AIPerf | INCOMPLETE RESULTS")
	if p.s.IncompleteReason != "" {
		p.line(warnStyle, "%s", p.s.IncompleteReason)
	}
	p.line(warnStyle, "These metrics were computed over a subset of the run and must not be compared against complete runs.")
}
