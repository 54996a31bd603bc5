// The records file: one line a request, warm-up included, in order of arrival.
package artifact

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/aiperf-go/aiperf/metrics"
	"github.com/aiperf-go/aiperf/report/artifact/jsonw"
	"github.com/aiperf-go/aiperf/report/redact"
)

const (
	// lineBuffer holds some hundred records, in bytes.
	lineBuffer = 256 << 10
	// flushEvery is how old an unwritten line may become while lines keep coming: what a kill can cost.
	flushEvery = time.Second
)

// SinkOptions is what a line needs to know of the run.
type SinkOptions struct {
	Scope    metrics.Scope
	WallBase int64                 // unix nanoseconds of Instant 0
	Phases   []metrics.PhaseWindow // by index: their names and kinds
	Now      func() time.Time      // time.Now when nil
	Fields   redact.Fields         // masked in bodies
	Secrets  redact.Known          // masked in errors and in the answers that failed
}

// lines is a line file under way.
type lines struct {
	out     *bufio.Writer
	file    io.Closer
	path    string
	now     func() time.Time
	flushed time.Time
}

func newLines(w io.WriteCloser, path string, now func() time.Time) *lines {
	if now == nil {
		now = time.Now
	}
	return &lines{out: bufio.NewWriterSize(w, lineBuffer), file: w, path: path, now: now, flushed: now()}
}

// write takes one whole line and hands everything to the system if the last time is a while ago.
func (l *lines) write(line []byte) error {
	if _, err := l.out.Write(line); err != nil {
		return fmt.Errorf("writing %q: %w", l.path, reason(err))
	}
	if now := l.now(); now.Sub(l.flushed) >= flushEvery {
		l.flushed = now
		return l.Flush()
	}
	return nil
}

// Flush hands everything written so far to the system.
func (l *lines) Flush() error {
	if err := l.out.Flush(); err != nil {
		return fmt.Errorf("writing %q: %w", l.path, reason(err))
	}
	return nil
}

// Close flushes and closes the file.
func (l *lines) Close() error {
	err := l.Flush()
	if cerr := l.file.Close(); cerr != nil {
		err = errors.Join(err, fmt.Errorf("closing %q: %w", l.path, reason(cerr)))
	}
	return err
}

// RecordSink writes the records file. It is a metrics.Sink.
type RecordSink struct {
	*lines
	opt   SinkOptions
	view  *metrics.View
	buf   []byte
	count int // metrics in the line under way
	yield func(*metrics.Def, metrics.Value, []float64)
}

// Records starts the records file; nil when the export level leaves it out, or when it was started before.
func (f *Folder) Records(opt SinkOptions) *RecordSink {
	file := f.records
	if file == nil {
		return nil
	}
	f.records = nil
	return newRecordSink(file, f.Path(Records), opt)
}

// Sinks starts every line file that the export level asks for.
func (f *Folder) Sinks(opt SinkOptions) []metrics.Sink {
	var sinks []metrics.Sink
	if s := f.Records(opt); s != nil {
		sinks = append(sinks, s)
	}
	if s := f.Raw(opt); s != nil {
		sinks = append(sinks, s)
	}
	return sinks
}

func newRecordSink(w io.WriteCloser, path string, opt SinkOptions) *RecordSink {
	s := &RecordSink{lines: newLines(w, path, opt.Now), opt: opt, view: metrics.NewView(opt.Scope, opt.WallBase)}
	s.yield = s.metric
	return s
}

// Record writes one line; a record that has neither a metric nor an error to show has none.
func (s *RecordSink) Record(r *metrics.Record) error {
	s.buf = append(s.buf[:0], `{"metadata":`...)
	s.buf = s.opt.appendMetadata(s.buf, r)
	s.buf = append(s.buf, `,"metrics":{`...)
	s.count = 0
	s.view.Values(r, s.yield)
	if s.count == 0 && r.Error == nil {
		return nil
	}
	s.buf = append(s.buf, '}')
	if r.Error != nil {
		s.buf = appendError(append(s.buf, `,"error":`...), r.Error, s.opt.Secrets)
	}
	s.buf = append(s.buf, '}', '\n')
	return s.write(s.buf)
}

// metric appends one member of the metrics object.
func (s *RecordSink) metric(d *metrics.Def, v metrics.Value, list []float64) {
	b := s.buf
	if s.count > 0 {
		b = append(b, ',')
	}
	s.count++
	b = append(b, '"')
	b = append(b, d.Tag...)
	b = append(b, `":{"value":`...)
	if v.Present() || list == nil {
		b = jsonw.AppendValue(b, v)
	} else {
		b = append(b, '[')
		for i, x := range list {
			if i > 0 {
				b = append(b, ',')
			}
			b = jsonw.AppendFloat(b, x)
		}
		b = append(b, ']')
	}
	b = append(b, `,"unit":`...)
	b = jsonw.AppendString(b, d.Display)
	s.buf = append(b, '}')
}

// appendMetadata appends the metadata object; absent members are left out. Instants become unix nanoseconds.
func (o *SinkOptions) appendMetadata(b []byte, r *metrics.Record) []byte {
	b = strconv.AppendInt(append(b, `{"session_num":`...), r.SessionNum, 10)
	b = appendID(b, `,"x_request_id":`, r.RequestID)
	b = appendID(b, `,"x_correlation_id":`, r.CorrelationID)
	b = appendID(b, `,"conversation_id":`, r.ConversationID)
	b = strconv.AppendInt(append(b, `,"turn_index":`...), int64(r.Turn), 10)
	start := r.Start
	if !metrics.Known(start) {
		start = r.Issued // it never reached the network
	}
	b = o.appendInstant(b, `,"credit_issued_ns":`, r.Issued)
	b = o.appendInstant(b, `,"request_start_ns":`, start)
	if acknowledged(&r.Facts) {
		b = o.appendInstant(b, `,"request_ack_ns":`, r.Headers)
	}
	end := r.Finished()
	if !metrics.Known(end) {
		end = start
	}
	b = o.appendInstant(b, `,"request_end_ns":`, end)
	b = appendID(b, `,"worker_id":`, r.WorkerID)
	b = appendID(b, `,"record_processor_id":`, r.ProcessorID)
	b = append(b, `,"benchmark_phase":"`...)
	b = append(b, r.Kind.String()...)
	b = append(b, `","phase_index":`...)
	b = strconv.AppendInt(b, int64(r.Phase), 10)
	name := r.Kind.String()
	if int(r.Phase) < len(o.Phases) {
		p := &o.Phases[r.Phase]
		if p.Name != "" {
			name = p.Name
		}
		if p.Kind == metrics.Profiling && p.ProfilingIndex >= 0 {
			b = strconv.AppendInt(append(b, `,"profiling_index":`...), int64(p.ProfilingIndex), 10)
		}
	}
	b = jsonw.AppendString(append(b, `,"phase_name":`...), name)
	b = append(b, `,"phase_kind":"`...)
	b = append(b, r.Kind.String()...)
	b = append(b, `","was_cancelled":`...)
	b = strconv.AppendBool(b, r.WasCancelled)
	if r.WasCancelled {
		b = o.appendInstant(b, `,"cancellation_time_ns":`, r.Cancelled)
	}
	// Overflows are skipped in agentic replay only, which keeps no record of them here.
	b = append(b, `,"context_overflow_skip":false,"agent_depth":`...)
	b = strconv.AppendInt(b, int64(r.AgentDepth), 10)
	root := r.RootID
	if root == "" {
		root = r.CorrelationID
	}
	b = appendID(b, `,"root_correlation_id":`, root)
	return append(b, '}')
}

// acknowledged reports whether AIPerf would know when the head of the answer came: not after a failing status, not after a cancellation.
func acknowledged(f *metrics.Facts) bool {
	return !f.WasCancelled && (f.Status == 0 || f.Status >= 200 && f.Status <= 299)
}

func appendID(b []byte, key, id string) []byte {
	if id == "" {
		return b
	}
	return jsonw.AppendString(append(b, key...), id)
}

func (o *SinkOptions) appendInstant(b []byte, key string, at metrics.Instant) []byte {
	if !metrics.Known(at) {
		return b
	}
	return strconv.AppendInt(append(b, key...), o.WallBase+int64(at), 10)
}

// appendError appends an error object in compact form.
func appendError(b []byte, e *metrics.ErrorDetail, secrets redact.Known) []byte {
	w := jsonw.Writer{Buf: b}
	errorDetail(&w, e, secrets)
	return w.Buf
}
