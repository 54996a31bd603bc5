// The preview of --plan: the decided run in numbers, without a connection to any server.
package cli

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/aiperf-go/aiperf/bench"
	"github.com/aiperf-go/aiperf/dataset"
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

// lengths are the token counts of one turn.
type lengths struct{ input, output int }

// draws are the requests of a run as far as they are known before it.
type draws struct {
	requests int // drawn here; 0 when only the server's speed decides how many there will be
	cut      bool
	unique   int
	in, out  []float64 // one value a request, sorted; out holds only requests with a limit
}

// numbers prints the plan.
func (r *profileRun) numbers(plan *bench.Plan) error {
	total, known, rough := 0, true, ""
	for _, ph := range plan.Phases {
		e := expectedRequests(ph)
		total, known, rough = min(total+e.n, mostPlanned), known && e.known, cmp.Or(rough, e.rough)
	}
	d, err := draw(plan, total)
	if err != nil {
		return err
	}
	w := &rows{to: r.env.Stdout}
	fmt.Fprintln(r.env.Stdout, "Plan of the run; no server was contacted.")
	t := plan.Target
	w.row("model", t.Model)
	for _, u := range t.URLs {
		if r.p.Mock != nil {
			u = "a mock server of this process"
		}
		w.row("endpoint", fmt.Sprintf("%s %s%s", r.kind.Name, r.secrets.Text(u), when(t.Streaming, ", streaming")))
	}
	for _, ph := range plan.Phases {
		w.row("phase "+ph.Name, phaseText(ph))
	}
	switch {
	case known:
		w.row("requests", fmt.Sprintf("%s%d with %d different prompts%s", rough, total, d.unique, when(d.cut, fmt.Sprintf(" among the first %d", d.requests))))
	default:
		most := ""
		if n := bound(plan.Phases); n > 0 {
			most = fmt.Sprintf(", at most %d", n)
		}
		w.row("requests", fmt.Sprintf("as many as the server answers in time%s; %d different prompts stand ready", most, plan.Dataset.Source.Len()))
	}
	w.row("ISL", spread(d.in, "tokens"))
	switch {
	case len(d.out) == 0:
		w.row("OSL limit", "none: the server decides how much it writes")
	default:
		w.row("OSL limit", spread(d.out, "tokens"))
	}
	if known {
		w.row("tokens", tokensText(d, total, rough))
	}
	w.row("time", timeText(plan.Phases))
	slots := connections(plan.Phases)
	files := neededFiles(slots, r.p.Mock != nil)
	w.row("connections", connectionsText(r.env, slots, files))
	w.row("timeout", timeoutText(t.Timeout))
	w.row("artifacts", r.p.Artifacts.Dir)
	seed := fmt.Sprint(r.p.Seed)
	if !r.p.SeedGiven {
		seed = "drawn at every start; --random-seed makes the load repeatable"
	}
	w.row("seed", seed)
	return w.err
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

// estimate is how many requests a phase will send.
type estimate struct {
	n     int
	known bool   // false: the speed of server or client decides, and n is no more than a bound
	rough string // "about " for Poisson arrivals within a time, "at most " under a cap that may lose some
}

// expectedRequests estimates a phase.
func expectedRequests(ph bench.Phase) estimate {
	n := mostPlanned
	if ph.Requests > 0 {
		n = min(n, ph.Requests)
	}
	if ph.Sessions > 0 {
		n = min(n, ph.Sessions) // a session has one turn
	}
	if ph.Duration == 0 {
		return estimate{n: n, known: true}
	}
	if ph.Rate == 0 {
		return estimate{n: min(n, ph.Concurrency)}
	}
	within := ph.Rate * ph.Duration.Seconds()
	e := estimate{n: n, known: within < mostPlanned}
	if within < float64(n) {
		e.n = int(within)
		e.rough = when(ph.Pattern == bench.Poisson, "about ")
	}
	if ph.Concurrency > 0 {
		e.rough = "at most "
	}
	return e
}

// bound is how many requests the phases send at most; 0 when only time ends them.
func bound(phases []bench.Phase) int {
	total := 0
	for _, ph := range phases {
		switch {
		case ph.Requests > 0 && ph.Sessions > 0:
			total += min(ph.Requests, ph.Sessions)
		case ph.Requests+ph.Sessions > 0:
			total += ph.Requests + ph.Sessions
		default:
			return 0
		}
	}
	return total
}

// draw takes the first conversations in the order in which the run will, and counts their tokens.
func draw(plan *bench.Plan, n int) (draws, error) {
	src := plan.Dataset.Source
	d := draws{requests: n}
	if n > previewRequests {
		d.requests, d.cut = previewRequests, true
	}
	seen := make(map[int]lengths, min(d.requests, src.Len()))
	for range d.requests {
		i := plan.Dataset.Sampler.Next()
		l, ok := seen[i]
		if !ok {
			c, err := src.Materialise(i)
			if err != nil {
				return d, fmt.Errorf("conversation %d of the dataset: %w", i, err)
			}
			if l, err = measureTurn(plan, c); err != nil {
				return d, fmt.Errorf("conversation %q: %w", c.ID, err)
			}
			seen[i] = l
		}
		d.in = append(d.in, float64(l.input))
		if l.output > 0 {
			d.out = append(d.out, float64(l.output))
		}
	}
	d.unique = len(seen)
	slices.Sort(d.in)
	slices.Sort(d.out)
	return d, nil
}

// measureTurn counts the input of a request as the results will: from the body that is sent.
func measureTurn(plan *bench.Plan, c *dataset.Conversation) (lengths, error) {
	l := lengths{output: c.Turns[0].MaxTokens}
	body, err := plan.Target.Body(nil, c, 0)
	if err != nil {
		return l, err
	}
	if text, ok := plan.Target.Kind.InputTexts(nil, body); ok && plan.Dataset.Tokenizer != nil {
		l.input = plan.Dataset.Tokenizer.Count(text)
	}
	return l, nil
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
		parts = append(parts, fmt.Sprintf("%s arrivals, %s", patternName(ph.Pattern), rate))
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
func timeText(phases []bench.Phase) string {
	var fixed time.Duration
	rounds := 0
	for _, ph := range phases {
		e := expectedRequests(ph)
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
