// Feeds say which session comes next: the armory arms them in this order, ahead of their time.
//
//	sampler ─> draws ─┬─────────────────────────> sampled  as the sampler has them: rates and closed loops
//	                  └─ who draws which, when ─> users    by the instant at which users begin
//	Schedule ───────────────────────────────────> scheduled by the instants of the data
package bench

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/aiperf-go/aiperf/bench/pace"
	"github.com/aiperf-go/aiperf/dataset"
	"github.com/aiperf-go/aiperf/metrics"
)

// draft is a session to be, before its conversation is made.
type draft struct {
	index int // of the conversation
	play  dataset.Play
	name  string          // its correlation id; "" for a random one
	at    metrics.Instant // from the phase's start on, when it begins; NoInstant when an arrival decides
	turns int             // at most; 0 for all
	after bool            // it begins when the one before it has, not earlier
	user  pace.User
}

// feed gives drafts in order; ok is false when there are no more. opened tells which conversation the last one got.
type feed interface {
	next() (d draft, ok bool)
	opened(d *draft, c *dataset.Conversation)
}

// draws are the sampler's, over all phases.
type draws struct {
	run  *runState
	made int   // so far
	back []int // conversations that were drawn and whose sessions were not begun: they are drawn again first
}

func (d *draws) draw() draft {
	n := d.made
	d.made++
	out := draft{play: dataset.Play{Pass: n, Trajectory: n}, at: metrics.NoInstant}
	if len(d.back) > 0 {
		out.index, d.back = d.back[0], d.back[1:]
	} else {
		out.index = d.run.plan.Dataset.Sampler.Next()
	}
	return out
}

// undo takes back the last draws, given in their order.
func (d *draws) undo(conversations []int) {
	d.made -= len(conversations)
	d.back = append(conversations, d.back...)
}

// next implements feed.
func (d *draws) next() (draft, bool) { return d.draw(), true }

// opened implements feed.
func (d *draws) opened(*draft, *dataset.Conversation) {}

// scheduled begins every conversation once.
type scheduled struct {
	draws *draws
	plan  *Schedule
	first int // number of the first session among the run's
	begun int
}

func newScheduled(d *draws, plan *Schedule) *scheduled {
	s := &scheduled{draws: d, plan: plan, first: d.made}
	d.made += len(plan.Starts)
	return s
}

// next implements feed.
func (s *scheduled) next() (draft, bool) {
	if s.begun == len(s.plan.Starts) {
		return draft{}, false
	}
	start := s.plan.Starts[s.begun]
	s.begun++
	// Numbers follow the data, however late each is due.
	n := s.first + start.Number
	return draft{index: start.Index, at: start.At, play: dataset.Play{Pass: n, Trajectory: n}}, true
}

// opened implements feed.
func (*scheduled) opened(d *draft, c *dataset.Conversation) { d.name = "fixed-schedule-" + c.ID }

// users begins the users of the beginning, who draw in the order of their numbers, and then the replacements.
type users struct {
	draws   *draws
	users   *pace.Users
	initial []draft // by the instant at which they begin
}

func newUsers(d *draws, u *pace.Users) *users {
	f := &users{draws: d, users: u}
	for _, who := range u.Initial() {
		f.initial = append(f.initial, f.draft(who))
	}
	slices.SortStableFunc(f.initial, func(a, b draft) int { return cmp.Compare(a.at, b.at) })
	return f
}

func (f *users) draft(who pace.User) draft {
	d := f.draws.draw()
	d.user, d.name, d.at, d.turns, d.after = who, strconv.Itoa(who.ID), who.At, who.Turns, who.Replacement
	return d
}

// next implements feed. Everybody of the beginning begins before the first replacement.
func (f *users) next() (d draft, ok bool) {
	if len(f.initial) > 0 {
		d, f.initial = f.initial[0], f.initial[1:]
		return d, true
	}
	who, ok := f.users.Replace()
	if !ok {
		return draft{}, false
	}
	return f.draft(who), true
}

// opened implements feed. A user who has part of the turns behind it has no more than the conversation.
func (f *users) opened(d *draft, c *dataset.Conversation) {
	if d.turns == 0 || d.turns > len(c.Turns) {
		d.turns = len(c.Turns)
	}
	f.users.Began(d.user, d.turns)
}
