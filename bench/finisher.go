// Finishers turn exchanges into records: token counts, error classes, facts. They run behind the load and never in its way.
package bench

import (
	"errors"
	"strings"
	"sync"

	"github.com/aiperf-go/aiperf/bench/transport"
	"github.com/aiperf-go/aiperf/endpoints"
	"github.com/aiperf-go/aiperf/metrics"
)

var records = sync.Pool{New: func() any { return new(metrics.Record) }}

// finish is one finisher: it runs until the backlog is closed and empty. The records channel is closed by the group of finishers.
func (r *runState) finish(out chan<- finished) {
	f := finisher{run: r}
	for s := r.backlog.pop(); s != nil; s = r.backlog.pop() {
		rec := records.Get().(*metrics.Record)
		rec.Reset()
		if errors.Is(s.err, transport.ErrCancelled) {
			s.disown()
		}
		f.facts(s, rec)
		f.verdict(s, rec)
		f.tokens(s, rec)
		f.keep(s, rec)
		done := finished{Record: rec, able: s.able, cut: isCut(s.err)}
		putShot(s)
		out <- done
	}
}

// finished is a record and what the run alone wants to know of it.
type finished struct {
	*metrics.Record
	able metrics.Instant // from when on nothing but the client held the request back
	cut  bool            // the run itself ended it
}

type finisher struct {
	run   *runState
	input []byte // input texts of one body
}

// facts copies identity, instants and counts.
func (f *finisher) facts(s *Shot, r *metrics.Record) {
	t, d := &s.Times, &s.digest
	r.Phase, r.Kind, r.SessionNum, r.Turn = uint8(s.phase), s.kind, s.number, int32(s.turn)
	r.Due, r.Armed, r.Issued, r.Start = s.due, s.armed, s.issued, t.Start
	r.DNSBegin, r.DNSEnd, r.DialBegin, r.DialEnd = t.DNSBegin, t.DNSEnd, t.DialBegin, t.DialEnd
	r.WriteBegin, r.Written, r.Headers, r.FirstBody, r.LastBody, r.End = t.WriteBegin, t.Written, t.Headers, t.FirstBody, t.LastBody, t.End
	r.BytesOut, r.BytesIn, r.Writes, r.Reads = int64(s.BodyLen), t.BytesIn, t.Writes, t.Reads
	r.Status, r.Reused, r.UserStamps = int32(s.status), t.Reused, t.UserStamps

	r.RequestID, r.CorrelationID, r.RootID = s.requestID, s.correlationID, s.correlationID
	r.ConversationID = s.conversation
	r.WorkerID, r.ProcessorID = f.run.workerID, f.run.processorID

	r.FirstOut, r.LastEvent = d.FirstOut, d.LastEvent
	r.Responses, r.Contents, r.MergedChunks = int32(d.Responses), int32(len(d.Stamps)), int32(d.Merged)
	if n := len(d.Stamps); n > 0 {
		r.FirstChunk, r.LastChunk = d.Stamps[0], d.Stamps[n-1]
		for i := 1; i < n; i++ {
			r.Gaps = append(r.Gaps, d.Stamps[i]-d.Stamps[i-1])
		}
	}
	r.DataErrors = int32(d.DataErrs)
	r.Usage, r.FirstChunkTokens = d.Usage, d.FirstChunkTokens
	if s.maxTokens > 0 {
		r.RequestedOSL = metrics.Count(s.maxTokens)
	}
}

// verdict decides whether the record is valid, and names the error when it is not.
func (f *finisher) verdict(s *Shot, r *metrics.Record) {
	switch {
	case isCut(s.err), errors.Is(s.err, transport.ErrCancelled):
		r.WasCancelled, r.Cancelled = true, s.Times.End
		r.Error = transport.Describe(s.err)
	case s.digest.Err != nil:
		r.Error = s.digest.Err
	case s.err != nil:
		r.Error = transport.Describe(s.err)
	default:
		if r.Error = endpoints.Validate(&s.digest, s.Times.Start); r.Error != nil {
			r.Error.Hint = s.digest.Hint
		}
	}
	if s.headed && (s.status < 200 || s.status > 299) {
		// AIPerf leaves failed answers without an end and without the instant of the head.
		r.Headers, r.End, r.LastEvent = metrics.NoInstant, metrics.NoInstant, metrics.NoInstant
	}
	r.Valid = r.Error == nil
	if r.Error != nil {
		r.ContextOverflow = endpoints.ContextOverflow(r.Error.Message)
	}
}

// tokens counts input from the bytes really sent and output from the joined texts, or takes both from the server's usage.
func (f *finisher) tokens(s *Shot, r *metrics.Record) {
	plan := f.run.plan
	tok := plan.Dataset.Tokenizer
	if plan.Target.ServerTokens && r.Valid {
		u := &r.Usage
		r.InputTokens = u.Prompt
		if u.Completion.Known() {
			reasoning := u.Reasoning
			r.ReasoningTokens = reasoning
			if !reasoning.Known() {
				reasoning = 0
			}
			r.OutputTokens = max(0, u.Completion-reasoning)
		}
		return
	}
	if tok == nil {
		return
	}
	if text, ok := plan.Target.Kind.InputTexts(f.input[:0], s.body()); ok {
		f.input = text
		r.InputTokens = metrics.Count(tok.Count(text))
	}
	if !r.Valid {
		return
	}
	if s.digest.HasText {
		r.OutputTokens = metrics.Count(tok.Count(s.digest.Text))
	}
	if s.digest.HasReasoning {
		r.ReasoningTokens = metrics.Count(tok.Count(s.digest.Reasoning))
	}
}

// keep copies what the files need beyond the facts.
func (f *finisher) keep(s *Shot, r *metrics.Record) {
	plan := f.run.plan
	if plan.KeepText {
		r.Text = append(append(r.Text, s.digest.Reasoning...), s.digest.Text...)
	}
	if !plan.KeepRaw {
		return
	}
	raw := &metrics.RawExchange{Payload: append([]byte(nil), s.body()...)}
	head := string(s.Wire[:len(s.Wire)-s.BodyLen])
	for _, line := range strings.Split(strings.TrimSuffix(head, "\r\n\r\n"), "\r\n")[1:] {
		name, value, _ := strings.Cut(line, ":")
		raw.RequestHeaders = append(raw.RequestHeaders, [2]string{name, strings.TrimSpace(value)})
	}
	raw.Responses = append(raw.Responses, s.digest.Raw...)
	if bust := plan.Dataset.Bust; bust != nil {
		if raw.BustMarker = bust.Marker(s.conversation, s.play); raw.BustMarker != "" {
			raw.BustTarget = bust.Target
		}
	}
	r.Raw = raw
}

// isCut tells whether the run itself ended the exchange.
func isCut(err error) bool { return errors.Is(err, transport.ErrAborted) }
