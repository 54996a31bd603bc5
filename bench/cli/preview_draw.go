// What --plan knows before the run: how many requests there will be, and the lengths of the first of them, drawn as the run will draw them.
package cli

import (
	"fmt"
	"math"
	"slices"

	"github.com/aiperf-go/aiperf/bench"
	"github.com/aiperf-go/aiperf/dataset"
)

// draws are the requests of a run as far as they are known before it. Lists are sorted.
type draws struct {
	requests int // drawn here; 0 when only the server's speed decides how many there will be
	cut      bool
	unique   int       // conversations
	in, out  []float64 // tokens, one value a request; out holds only requests with a limit
	turns    []float64 // one value a session
	delays   []float64 // milliseconds, one value a later turn
}

// drawn is what is known of one conversation.
type drawn struct {
	turns   int
	in, out []int // tokens of each turn, as far as a preview goes
	delays  []float64
}

// estimate is how many requests a phase will send.
type estimate struct {
	n     int
	known bool   // false: the speed of server or client decides, and n is no more than a bound
	rough string // "about " where chance decides, "at most " under a cap that may lose some
}

// expectedRequests estimates a phase of sessions with so many turns on average.
func expectedRequests(ph bench.Phase, turns float64) estimate {
	n := mostPlanned
	if ph.Requests > 0 {
		n = min(n, ph.Requests)
	}
	sure := true
	if sessions := inSessions(ph.Sessions, turns); ph.Sessions > 0 && sessions < n {
		n, sure = sessions, turns == math.Trunc(turns)
	}
	if ph.Duration == 0 {
		return estimate{n: n, known: true, rough: when(!sure, "about ")}
	}
	if ph.Rate == 0 {
		return estimate{n: min(n, ph.Concurrency)}
	}
	within := ph.Rate * ph.Duration.Seconds()
	e := estimate{n: n, known: within < mostPlanned, rough: when(!sure, "about ")}
	if within < float64(n) {
		e.n = int(within)
		e.rough = when(ph.Pattern != bench.Constant || turns != 1, "about ")
	}
	if ph.Concurrency > 0 {
		e.rough = "at most "
	}
	return e
}

// inSessions is how many requests so many sessions send.
func inSessions(n int, turns float64) int {
	return int(math.Min(math.Round(float64(n)*turns), mostPlanned))
}

// bound is how many requests the phases send at most, or about so many; 0 when only time ends them.
func bound(phases []bench.Phase, turns float64) int {
	total := 0
	for _, ph := range phases {
		in := inSessions(ph.Sessions, turns)
		switch {
		case ph.Requests > 0 && in > 0:
			total += min(ph.Requests, in)
		case ph.Requests+in > 0:
			total += ph.Requests + in
		default:
			return 0
		}
	}
	return total
}

// turnsPerSession is the mean of the first conversations.
func turnsPerSession(src dataset.Source) (float64, error) {
	n, turns := min(src.Len(), previewSessions), 0
	for i := range n {
		c, err := src.Materialise(i)
		if err != nil {
			return 0, fmt.Errorf("conversation %d of the dataset: %w", i, err)
		}
		turns += len(c.Turns)
	}
	return float64(turns) / float64(max(n, 1)), nil
}

// draw takes the first conversations in the order in which the run will, and counts their tokens.
func (r *profileRun) draw(plan *bench.Plan, n int) (draws, error) {
	most := previewRequests
	if r.p.Data.Made.NoText {
		most = previewMedia
	}
	d := draws{requests: min(n, most), cut: n > most}
	src := plan.Dataset.Source
	seen := make(map[int]drawn, min(d.requests, src.Len()))
	for left := d.requests; left > 0; {
		i := plan.Dataset.Sampler.Next()
		c, ok := seen[i]
		if !ok {
			whole, err := src.Materialise(i)
			if err != nil {
				return d, fmt.Errorf("conversation %d of the dataset: %w", i, err)
			}
			plan.Dataset.Bust.Mark(whole, dataset.Play{Pass: len(d.turns), Trajectory: len(d.turns)})
			if c, err = measure(plan, whole); err != nil {
				return d, fmt.Errorf("conversation %q: %w", whole.ID, err)
			}
			seen[i] = c
		}
		d.turns = append(d.turns, float64(c.turns))
		d.delays = append(d.delays, c.delays...)
		for k := 0; k < len(c.in) && left > 0; k, left = k+1, left-1 {
			d.in = append(d.in, float64(c.in[k]))
			if c.out[k] > 0 {
				d.out = append(d.out, float64(c.out[k]))
			}
		}
		if len(c.in) == 0 {
			return d, fmt.Errorf("conversation %d of the dataset has no turns", i)
		}
	}
	d.unique = len(seen)
	for _, list := range [][]float64{d.in, d.out, d.turns, d.delays} {
		slices.Sort(list)
	}
	return d, nil
}

// measure counts the input of each turn as the results will, from the body that is sent, but without the turns before it.
func measure(plan *bench.Plan, c *dataset.Conversation) (drawn, error) {
	d := drawn{turns: len(c.Turns)}
	for k := range min(d.turns, previewTurns) {
		body, err := plan.Target.Body(nil, c, k)
		if err != nil {
			return d, err
		}
		n := 0
		if text, ok := plan.Target.Kind.InputTexts(nil, body); ok && plan.Dataset.Tokenizer != nil {
			n = plan.Dataset.Tokenizer.Count(text)
		}
		d.in, d.out = append(d.in, n), append(d.out, c.Turns[k].MaxTokens)
		if delay := c.Turns[k].Delay; k > 0 && delay != dataset.NoTime {
			d.delays = append(d.delays, float64(delay)/1e6)
		}
	}
	return d, nil
}
