// Our own block: whether the measurement can be trusted, what failed, and where everything was written.
package console

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/aiperf-go/aiperf/metrics"
)

// alarm says how alarming a verdict is; an unknown one is shown plainly.
func alarm(verdict string) style {
	switch verdict {
	case "server-limited":
		return goodStyle
	case "client-limited", "load not delivered":
		return badStyle
	case "too few samples":
		return warnStyle
	}
	return plainStyle
}

// verdict writes the tool's judgement of its own run and, last, the errors.
func (p *printer) verdict() {
	c := &p.s.Client
	p.WriteByte('\n')
	if c.Verdict != "" {
		text := "Measurement: " + c.Verdict
		if c.Reason != "" {
			text += " - " + c.Reason
		}
		p.line(alarm(c.Verdict), "%s", text)
	}
	if c.Clock != "" {
		p.fact("clock", c.Clock+stampNotes(c))
	}
	p.lag("dispatch lag", c.DispatchLag)
	p.lag("receive lag", c.ReceiveLag)
	if w := &p.s.Window; w.OpenLoop {
		p.lag("latency from due", c.LatencyFromDue)
		p.fact("arrivals", arrivals(w, max(c.MissedArrivals, w.MissedArrivals)))
	}
	if n := p.s.Succeeded; n > 0 && n < thinP99 {
		p.fact("p99", fmt.Sprintf("only %d successful requests stand behind it; with fewer than %d it is hardly more than the maximum", n, thinP99))
	}
	p.errorLine()
}

// fact writes one line of the block; what does not fit hangs below the text, not below the name.
func (p *printer) fact(name, text string) {
	lead := fmt.Sprintf("  %-*s ", factName, name)
	for _, part := range wrap(clean(text), p.opt.Width-len(lead)) {
		p.WriteString(lead + strings.TrimRight(part, " ") + "\n")
		lead = strings.Repeat(" ", len(lead))
	}
}

func (p *printer) lag(name string, l metrics.Lag) {
	if l.Count == 0 {
		return
	}
	part := func(v metrics.Value) string {
		if !v.Present() {
			return missing
		}
		return strconv.FormatFloat(v.Float64(), 'f', 3, 64)
	}
	p.fact(name, fmt.Sprintf("p50 %s, p99 %s, max %s ms (%s)", part(l.P50), part(l.P99), part(l.Max), grouped(strconv.FormatInt(l.Count, 10))))
}

// stampNotes tells what weakens the stamps, when anything does.
func stampNotes(c *metrics.ClientReport) string {
	var notes []string
	if c.UserReads > 0 && c.KernelReads > 0 {
		notes = append(notes, fmt.Sprintf("%d of %d reads without a kernel stamp", c.UserReads, c.UserReads+c.KernelReads))
	}
	if c.ReplacedStamps > 0 {
		notes = append(notes, fmt.Sprintf("%d stamps replaced", c.ReplacedStamps))
	}
	if c.MergedChunks > 0 && c.Contents > 0 {
		notes = append(notes, fmt.Sprintf("%.1f%% of chunks share a stamp", float64(c.MergedChunks)/float64(c.Contents)*100))
	}
	if len(notes) == 0 {
		return ""
	}
	return "; " + strings.Join(notes, ", ")
}

// arrivals compares the load asked for with the load sent.
func arrivals(w *metrics.PhaseWindow, missed int64) string {
	text := "delivered " + strconv.FormatFloat(DeliveredRate(w), 'f', 2, 64) + "/s"
	if w.Offered > 0 {
		text = "offered " + strconv.FormatFloat(w.Offered, 'f', 2, 64) + "/s, " + text
	}
	return text + fmt.Sprintf(", missed %d", missed)
}

// DeliveredRate is the number of sends per second between the start of a phase and its last send; 0 when either is unknown.
func DeliveredRate(w *metrics.PhaseWindow) float64 {
	end := w.SendEnd
	if !metrics.Known(end) {
		end = w.End
	}
	if !metrics.Known(end) || !metrics.Known(w.Start) || end <= w.Start {
		return 0
	}
	return float64(w.Sent) / (end - w.Start).Seconds()
}

// errorLine says how many requests failed where nobody can miss it.
func (p *printer) errorLine() {
	failed, all := p.s.Failed, p.s.Failed+p.s.Succeeded
	switch {
	case failed == 0 && all == 0:
		p.line(badStyle, "No request finished: there is nothing to report.")
	case failed > 0 && failed == all:
		p.line(badStyle, "All %s inference request(s) failed; no successful responses were collected.", grouped(strconv.FormatInt(failed, 10)))
	case failed > 0:
		p.line(badStyle, "%s of %s requests FAILED (%.2f%%); latencies and throughput cover the successful ones only.",
			grouped(strconv.FormatInt(failed, 10)), grouped(strconv.FormatInt(all, 10)), float64(failed)/float64(all)*100)
	}
}

// footer repeats the command and lists what was written.
func (p *printer) footer() {
	if !p.opt.Terminal {
		p.opt.Width = min(p.opt.Width, footerWidth)
	}
	p.WriteByte('\n')
	if p.s.Run.CLICommand != "" {
		p.line(plainStyle, "CLI Command: %s", p.s.Run.CLICommand)
	}
	early := ""
	if p.s.Cancelled {
		early = " (cancelled early)"
	}
	if d := avg(p.s, "benchmark_duration"); d.Present() {
		p.line(plainStyle, "Benchmark Duration: %.2f sec%s", d.Float64(), early)
	}
	for _, f := range p.opt.Files {
		p.line(plainStyle, "%s: %s", f.Label, f.Path)
	}
	if p.opt.LogFile != "" {
		p.line(plainStyle, "Log File: %s", p.opt.LogFile)
	}
	if p.s.Cancelled {
		p.line(warnStyle, "The profile run was cancelled early. Results shown may be incomplete or inaccurate.")
	}
	p.WriteByte('\n')
}
