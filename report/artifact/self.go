// Our own key of the summary: what the tool did to the measurement, exact times, and what AIPerf's keys do not say.
package artifact

import (
	"strconv"
	"time"

	"github.com/aiperf-go/aiperf/metrics"
	"github.com/aiperf-go/aiperf/report/artifact/jsonw"
	"github.com/aiperf-go/aiperf/report/console"
)

// selfKey stands after everything AIPerf writes.
const selfKey = "aiperf_go"

func (o *outcome) self(w *jsonw.Writer) {
	c, win := &o.s.Client, &o.s.Window
	w.Key(selfKey)
	w.Object()
	text(w, "name", "aiperf-go")
	text(w, "version", o.opt.Version)
	text(w, "clock", c.Clock)
	text(w, "verdict", c.Verdict)
	text(w, "reason", c.Reason)
	w.Key("requests")
	w.Object()
	integer(w, "sent", win.Sent)
	integer(w, "succeeded", o.s.Succeeded)
	integer(w, "failed", o.s.Failed)
	integer(w, "cut_at_end", win.Cancelled)
	w.EndObject()
	lag(w, "dispatch_lag_ms", c.DispatchLag)
	lag(w, "receive_lag_ms", c.ReceiveLag)
	lag(w, "latency_from_due_ms", c.LatencyFromDue)
	if win.OpenLoop {
		number(w, "offered_rate", metrics.Float(win.Offered))
	}
	if rate := console.DeliveredRate(win); rate > 0 {
		number(w, "delivered_rate", metrics.Float(rate))
	}
	integer(w, "missed_arrivals", max(c.MissedArrivals, win.MissedArrivals))
	w.Key("stamps")
	w.Object()
	integer(w, "kernel_reads", c.KernelReads)
	integer(w, "user_reads", c.UserReads)
	integer(w, "replaced", c.ReplacedStamps)
	integer(w, "merged_chunks", c.MergedChunks)
	integer(w, "chunks", c.Contents)
	if c.Contents > 0 {
		number(w, "merged_share", metrics.Float(float64(c.MergedChunks)/float64(c.Contents)))
	}
	w.EndObject()
	w.Key("client")
	w.Object()
	integer(w, "hidden_errors", c.HiddenErrors)
	integer(w, "new_connections", c.NewConnections)
	integer(w, "finisher_backlog", c.FinisherBacklog)
	integer(w, "spilled_bytes", c.SpilledBytes)
	if c.CPUShare >= 0 {
		number(w, "cpu_share", metrics.Float(c.CPUShare))
	}
	number(w, "gc_pause_ms", metrics.Float(c.GCPauseTotal))
	integer(w, "gc_cycles", c.GCCycles)
	number(w, "scheduler_latency_p99_ms", metrics.Float(c.SchedLatencyP99))
	w.EndObject()
	o.window(w)
	if o.s.Run.Seed != nil {
		w.Key("seed")
		w.Compact(appendUint(*o.s.Run.Seed))
		flag(w, "seed_drawn", o.s.Run.SeedDrawn)
	}
	o.data(w)
	w.EndObject()
}

// data says what the requests were made of.
func (o *outcome) data(w *jsonw.Writer) {
	d := &o.s.Run.Data
	if d.Conversations == 0 {
		return
	}
	w.Key("dataset")
	w.Object()
	integer(w, "conversations", int64(d.Conversations))
	for _, f := range []struct{ key, value string }{
		{"file", d.File}, {"corpus", d.Corpus}, {"corpus_sha256", d.CorpusSHA256}, {"tokenizer", d.Tokenizer}, {"tokenizer_digest", d.TokenizerDigest},
	} {
		if f.value != "" {
			text(w, f.key, f.value)
		}
	}
	w.EndObject()
}

// window gives the run's times without rounding and with a zone, and names what rates were divided by.
func (o *outcome) window(w *jsonw.Writer) {
	win := &o.s.Window
	denominator := "phase_window"
	if !metrics.Known(win.Start) || !metrics.Known(win.End) {
		denominator = "benchmark_duration"
	}
	text(w, "rate_denominator", denominator)
	w.Key("window")
	w.Object()
	integer(w, "wall_base_ns", o.s.WallBase)
	for _, at := range []struct {
		key string
		at  metrics.Instant
	}{{"start_ns", win.Start}, {"send_end_ns", win.SendEnd}, {"end_ns", win.End}} {
		if metrics.Known(at.at) {
			integer(w, at.key, o.s.WallBase+int64(at.at))
		}
	}
	start, end := o.times(*win)
	if start != 0 {
		text(w, "start_time_utc", utc(start))
	}
	if end != 0 {
		text(w, "end_time_utc", utc(end))
	}
	w.EndObject()
}

func lag(w *jsonw.Writer, key string, l metrics.Lag) {
	if l.Count == 0 {
		return
	}
	w.Key(key)
	w.Object()
	integer(w, "count", l.Count)
	number(w, "p50", l.P50)
	number(w, "p90", l.P90)
	number(w, "p99", l.P99)
	number(w, "max", l.Max)
	w.EndObject()
}

func utc(ns int64) string { return time.Unix(0, ns).UTC().Format(time.RFC3339Nano) }

func appendUint(u uint64) []byte { return strconv.AppendUint(nil, u, 10) }
