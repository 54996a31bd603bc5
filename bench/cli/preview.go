// The preview of --plan: the decided run in numbers, without a connection to any server.
package cli

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"strings"
	"time"

	"github.com/aiperf-go/aiperf/bench"
	"github.com/aiperf-go/aiperf/metrics"
)

// preview shows what the run would do: its numbers, or its first requests as commands.
func (r *profileRun) preview(data bench.Dataset) error {
	if r.p.Mock != nil {
		r.p.URLs = []string{"http://" + mockHost}
	}
	plan, err := r.p.Plan(r.kind)
	if err != nil {
		return exitf(exitFailed, "%w", err)
	}
	plan.Dataset = data
	if n := r.p.Preview.Curl; n > 0 {
		err = r.curl(plan, n)
	} else {
		err = r.numbers(plan)
	}
	if err != nil {
		return exitf(exitFailed, "%w", err)
	}
	return nil
}

// mockHost is where `aiperf mock --addr` would listen: the mock server of a run gets its port when it starts.
const mockHost = "127.0.0.1:8000"

// numbers prints the plan.
func (r *profileRun) numbers(plan *bench.Plan) error {
	turns, err := turnsPerSession(plan.Dataset.Source)
	if err != nil {
		return err
	}
	total, known, rough := 0, true, ""
	for _, ph := range plan.Phases {
		e := expectedRequests(ph, turns)
		total, known, rough = min(total+e.n, mostPlanned), known && e.known, cmp.Or(rough, e.rough)
	}
	d, err := r.draw(plan, total)
	if err != nil {
		return err
	}
	w := &rows{to: r.env.Stdout}
	fmt.Fprintln(r.env.Stdout, "Plan of the run; no server was contacted.")
	r.targetRows(w, plan.Target)
	for _, ph := range plan.Phases {
		w.row("phase "+ph.Name, phaseText(ph))
	}
	switch {
	case known:
		w.row("requests", fmt.Sprintf("%s%d with %d different %s%s", rough, total, d.unique, when(turns == 1, "prompts")+when(turns != 1, "conversations"), when(d.cut, fmt.Sprintf(" among the first %d", d.requests))))
	default:
		most := ""
		if n := bound(plan.Phases, turns); n > 0 {
			most = fmt.Sprintf(", at most %d", n)
		}
		w.row("requests", fmt.Sprintf("as many as the server answers in time%s; %d different %s stand ready", most, plan.Dataset.Source.Len(), when(turns == 1, "prompts")+when(turns != 1, "conversations")))
	}
	if turns != 1 {
		w.row("turns", spread(d.turns, "requests a session"))
		if len(d.delays) > 0 {
			w.row("turn delay", spread(d.delays, "ms"))
		}
	}
	w.row("ISL", spread(d.in, "tokens")+when(turns != 1, ", each turn alone: earlier turns and answers come on top"))
	switch {
	case len(d.out) == 0:
		w.row("OSL limit", "none: the server decides how much it writes")
	default:
		w.row("OSL limit", spread(d.out, "tokens"))
	}
	r.dataRows(w)
	if known {
		w.row("tokens", tokensText(d, total, cmp.Or(rough, when(turns != 1, "at least "))))
	}
	w.row("time", timeText(plan.Phases, turns))
	slots := connections(plan.Phases)
	files := neededFiles(slots, r.p.Mock != nil)
	w.row("connections", connectionsText(r.env, slots, files))
	w.row("timeout", timeoutText(plan.Target.Timeout))
	w.row("artifacts", r.p.Artifacts.Dir)
	seed := fmt.Sprint(r.p.Seed)
	if !r.p.SeedGiven {
		seed = "drawn at every start; --random-seed makes the load repeatable"
	}
	w.row("seed", seed)
	return w.err
}

// targetRows say who is asked.
func (r *profileRun) targetRows(w *rows, t bench.Target) {
	m := r.p.Data.Models
	w.row("model", strings.Join(m.Names, ", ")+when(len(m.Names) > 1, when(m.Random, ", one at random for each turn")+when(!m.Random, ", turn by turn")))
	for _, u := range t.URLs {
		if r.p.Mock != nil {
			u = "a mock server of this process"
		}
		w.row("endpoint", fmt.Sprintf("%s %s%s", r.kind.Name, r.secrets.Text(u), when(t.Streaming, ", streaming")))
	}
}

// rows prints names and values in two columns.
type rows struct {
	to  io.Writer
	err error
}

func (w *rows) row(name, text string) {
	if _, err := fmt.Fprintf(w.to, "  %-16s %s\n", name, text); err != nil && w.err == nil {
		w.err = fmt.Errorf("showing the plan: %w", err)
	}
}

func when(yes bool, s string) string {
	if yes {
		return s
	}
	return ""
}

// spread shows sorted values as percentiles, interpolated linearly as in the result files.
func spread(sorted []float64, unit string) string {
	if len(sorted) == 0 {
		return "unknown"
	}
	at := func(p float64) float64 {
		pos := p / 100 * float64(len(sorted)-1)
		low := int(pos)
		high := min(low+1, len(sorted)-1)
		return sorted[low] + (sorted[high]-sorted[low])*(pos-float64(low))
	}
	return fmt.Sprintf("min %.0f, p50 %.0f, p90 %.0f, p99 %.0f, max %.0f %s", sorted[0], at(50), at(90), at(99), sorted[len(sorted)-1], unit)
}

func tokensText(d draws, total int, rough string) string {
	sum := func(vs []float64) float64 {
		s := 0.0
		for _, v := range vs {
			s += v
		}
		return s * float64(total) / float64(max(d.requests, 1))
	}
	about := cmp.Or(rough, when(d.cut, "about "))
	text := fmt.Sprintf("%s%.0f in", about, sum(d.in))
	if len(d.out) > 0 {
		text += fmt.Sprintf(", at most %.0f out", sum(d.out))
	}
	return text
}

func phaseText(ph bench.Phase) string {
	var parts []string
	switch ph.Pattern {
	case bench.Burst:
		parts = append(parts, fmt.Sprintf("closed loop, %d in flight", ph.Concurrency))
	default:
		rate := fmt.Sprintf("%g/s", ph.Rate)
		if math.IsInf(ph.Rate, 1) {
			rate = "as fast as they can be sent"
		}
		pattern := patternName(ph.Pattern)
		if ph.Pattern == bench.Gamma && ph.Smoothness > 0 {
			pattern += fmt.Sprintf(" (smoothness %g)", ph.Smoothness)
		}
		parts = append(parts, fmt.Sprintf("%s arrivals, %s", pattern, rate))
		if ph.Concurrency > 0 {
			parts = append(parts, fmt.Sprintf("at most %d in flight", ph.Concurrency))
		}
	}
	for _, b := range []struct {
		n    int
		what string
	}{{ph.Requests, "requests"}, {ph.Sessions, "sessions"}} {
		if b.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", b.n, b.what))
		}
	}
	if ph.Duration > 0 {
		parts = append(parts, ph.Duration.String())
		if ph.Grace == bench.Unbounded {
			parts = append(parts, "then until the last answer")
		} else {
			parts = append(parts, fmt.Sprintf("then up to %s for running requests", ph.Grace))
		}
	}
	if ph.Kind == metrics.Warmup {
		parts = append(parts, "left out of the results")
	}
	return strings.Join(parts, ", ")
}

// timeText adds up what the arrival rate decides, and names what the server decides.
func timeText(phases []bench.Phase, turns float64) string {
	var fixed time.Duration
	rounds := 0
	for _, ph := range phases {
		e := expectedRequests(ph, turns)
		switch {
		case ph.Rate > 0 && e.known:
			took := float64(e.n) / ph.Rate
			if ph.Duration > 0 && ph.Requests+ph.Sessions == 0 {
				took = ph.Duration.Seconds()
			}
			fixed += time.Duration(min(took, mostSeconds) * float64(time.Second))
		case ph.Duration > 0 && !e.known:
			fixed += ph.Duration
		default:
			rounds += (e.n + ph.Concurrency - 1) / max(ph.Concurrency, 1)
		}
	}
	var parts []string
	if fixed > 0 {
		parts = append(parts, fmt.Sprintf("about %s of sending", fixed.Round(time.Millisecond)))
	}
	if rounds > 0 {
		parts = append(parts, fmt.Sprintf("%d times the server's request latency (%s at 1 s a request)", rounds, time.Duration(rounds)*time.Second))
	}
	if parts == nil {
		return "as fast as requests can be sent"
	}
	return strings.Join(parts, " and ")
}

func connectionsText(env Env, slots uint64, files uint64) string {
	text := "as many as are in flight at once, each with a local port and an open file"
	if slots > 0 {
		text = fmt.Sprintf("%d at once: %d local ports, %d open files", slots, slots, files)
	}
	if limit, ok := env.OpenFiles(); ok {
		text += fmt.Sprintf(" (limit %d)", limit)
	}
	return text
}

func timeoutText(d time.Duration) string {
	if d == 0 {
		return "none"
	}
	return d.String() + " a request"
}
