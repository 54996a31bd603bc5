// When sessions with an instant of their own go out, to the nanosecond: fixed schedules and users. The numbered cases are AIPerf's own.
package bench

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/dataset"
	"github.com/aiperf-go/aiperf/metrics"
)

// timed is a fixed data set: conversations of turns with timestamps or delays.
type timed []*dataset.Conversation

func (s timed) Len() int { return len(s) }

func (s timed) Materialise(i int) (*dataset.Conversation, error) {
	c := *s[i%len(s)]
	return &c, nil
}

// trace is the data of rows 10 to 13.
func trace() timed {
	one := func(id string, at time.Duration) *dataset.Conversation {
		c := conversation(id, id)
		c.Turns[0].Timestamp = at
		return c
	}
	d := conversation("d", "0", "1", "2", "3")
	d.Turns[0].Timestamp, d.Turns[1].Timestamp, d.Turns[2].Delay = 400*ms, 450*ms, 200*ms
	return timed{one("a", 100*ms), one("b", 50*ms), one("c", 100*ms), d}
}

func TestFixedSchedule(t *testing.T) {
	const s = time.Second
	for _, c := range []struct {
		name    string
		auto    bool
		offset  time.Duration
		phase   Phase
		sent    []string
		due     []string // where it is not when they were sent
		sendEnd time.Duration
		ends    time.Duration
	}{
		{name: "10", auto: true, sendEnd: 1450 * ms, ends: 1750 * ms,
			sent: []string{"b#0 0s", "a#0 50ms", "c#0 50ms", "d#0 350ms", "d#1 650ms", "d#2 1.15s", "d#3 1.45s"}},
		{name: "11: entries wait for a slot", phase: Phase{Concurrency: 1}, sendEnd: 2050 * ms, ends: 2350 * ms,
			sent: []string{"b#0 50ms", "a#0 350ms", "c#0 650ms", "d#0 950ms", "d#1 1.25s", "d#2 1.75s", "d#3 2.05s"},
			due:  []string{"b#0 50ms", "a#0 100ms", "c#0 100ms", "d#0 400ms", "d#1 1.25s", "d#2 1.75s", "d#3 2.05s"}},
		{name: "12: the duration", offset: 40 * ms, phase: Phase{Duration: 360 * ms, Grace: s}, sendEnd: 360 * ms, ends: 360 * ms,
			sent: []string{"b#0 10ms", "a#0 60ms", "c#0 60ms"}},
		{name: "13: what is overdue goes at once", offset: 200 * ms, sendEnd: 1300 * ms, ends: 1600 * ms,
			sent: []string{"a#0 0s", "b#0 0s", "c#0 0s", "d#0 200ms", "d#1 500ms", "d#2 1s", "d#3 1.3s"}},
		{name: "caps do not count", auto: true, phase: Phase{Requests: 2, Sessions: 1}, sendEnd: 1450 * ms, ends: 1750 * ms,
			sent: []string{"b#0 0s", "a#0 50ms", "c#0 50ms", "d#0 350ms", "d#1 650ms", "d#2 1.15s", "d#3 1.45s"}},
		{name: "prefill slots are waited for", auto: true, phase: Phase{Prefill: 1}, sendEnd: 2 * s, ends: 2300 * ms,
			// The answers have one piece: the slot comes back with it.
			sent: []string{"b#0 0s", "a#0 300ms", "c#0 600ms", "d#0 900ms", "d#1 1.2s", "d#2 1.7s", "d#3 2s"},
			due:  []string{"b#0 0s", "a#0 50ms", "c#0 50ms", "d#0 350ms", "d#1 1.2s", "d#2 1.7s", "d#3 2s"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			data := trace()
			plan, err := NewSchedule(data, c.auto, c.offset)
			require.NoError(t, err)
			require.Equal(t, 7, plan.Turns)
			c.phase.Pattern, c.phase.Schedule = FixedSchedule, plan
			r := world{server: service(300 * ms), phases: []Phase{c.phase}, plan: func(p *Plan) { p.Dataset.Source = data }}.run(t)
			require.NoError(t, r.err)
			require.Equal(t, c.sent, sent(r, 0))
			if c.due != nil {
				require.ElementsMatch(t, c.due, column(r.records, func(rec *metrics.Record) string {
					return fmt.Sprintf("%s#%d %v", rec.ConversationID, rec.Turn, rec.Due)
				}))
			} else {
				require.Equal(t, column(r.records, start), column(r.records, due))
			}
			w := r.summary.Phases[0]
			require.Equal(t, []time.Duration{c.sendEnd, c.ends}, []time.Duration{w.SendEnd, w.End})
			require.Zero(t, r.summary.Client.DispatchLag.Max.Float64())
			require.True(t, w.OpenLoop)
			for _, rec := range r.records {
				require.Equal(t, "fixed-schedule-"+rec.ConversationID, rec.CorrelationID)
			}
		})
	}
}

func TestSchedulesThatCannotBe(t *testing.T) {
	for _, c := range []struct {
		data timed
		says string
	}{
		{timed{}, "no conversation with a timestamp"},
		{timed{{ID: "empty"}}, "no conversation with a timestamp"},
		{append(trace(), conversation("e", "late")), `conversation "e" has no timestamp at its first turn`},
	} {
		_, err := NewSchedule(c.data, true, 0)
		require.ErrorContains(t, err, c.says)
	}
	_, err := NewSchedule(texts{err: errors.New("gone")}, true, 0)
	require.ErrorContains(t, err, "conversation 0 of the dataset: gone")

	// Gaps of days, and instants before the epoch of the data, are schedules like others.
	late, early := conversation("late", "x"), conversation("early", "x")
	late.Turns[0].Timestamp, early.Turns[0].Timestamp = 240*time.Hour, -time.Hour
	plan, err := NewSchedule(timed{late, early}, true, 0)
	require.NoError(t, err)
	r := world{server: service(ms), phases: []Phase{{Pattern: FixedSchedule, Schedule: plan}}, plan: func(p *Plan) { p.Dataset.Source = timed{late, early} }}.run(t)
	require.NoError(t, r.err)
	require.Equal(t, []string{"early#0 0s", "late#0 241h0m0s"}, sent(r, 0))
}

// byUser are the records as the worked examples write them: user, turn, instant.
func byUser(r result) []string {
	records := slices.Clone(r.records)
	slices.SortStableFunc(records, func(a, b *metrics.Record) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.CorrelationID, b.CorrelationID))
	})
	return column(records, func(rec *metrics.Record) string {
		return fmt.Sprintf("user%s#%d %v %s", rec.CorrelationID, rec.Turn, rec.Start, rec.ConversationID)
	})
}

func TestUserCentricRate(t *testing.T) {
	const s = time.Second
	for _, c := range []struct {
		name    string
		phase   Phase
		turns   int
		service time.Duration
		sent    []string
		sendEnd time.Duration
	}{
		{name: "14", phase: Phase{Rate: 1, Users: 4, Duration: 12 * s, Grace: Unbounded}, turns: 5, service: 100 * ms, sendEnd: 12 * s, sent: []string{
			"user5#0 0s c3", "user2#0 1s c0", "user3#0 2s c1", "user4#0 3s c2", "user5#1 4s c3", "user6#0 5s c4", "user3#1 6s c1", "user4#1 7s c2",
			"user5#2 8s c3", "user6#1 9s c4", "user7#0 10s c5", "user4#2 11s c2"}},
		{name: "15: replacements come on time", phase: Phase{Rate: 1, Users: 2, Duration: 12 * s, Grace: Unbounded}, turns: 3, service: 3 * s, sendEnd: 12 * s, sent: []string{
			"user3#0 0s c1", "user2#0 1s c0", "user3#1 3s c1", "user4#0 3s c2", "user3#2 6s c1", "user4#1 6s c2", "user5#0 6s c3",
			"user4#2 9s c2", "user5#1 9s c3", "user6#0 9s c4"}},
		{name: "16: one replacement waits at a time", phase: Phase{Rate: 1, Users: 2, Concurrency: 1, Duration: 6 * s, Grace: Unbounded}, turns: 3, service: 500 * ms, sendEnd: 6 * s, sent: []string{
			"user3#0 0s c1", "user3#1 2s c1", "user3#2 4s c1", "user2#0 4.5s c0", "user4#0 5s c2", "user4#1 5.5s c2"}},
		{name: "delays of the data do not count; a cap on requests does", phase: Phase{Rate: 10, Users: 2, Requests: 5}, turns: 3, service: 10 * ms, sendEnd: 400 * ms, sent: []string{
			"user3#0 0s c1", "user2#0 100ms c0", "user3#1 200ms c1", "user4#0 300ms c2", "user3#2 400ms c1"}},
		{name: "a cap on sessions sends their turns", phase: Phase{Rate: 10, Users: 2, Sessions: 3}, turns: 3, service: 10 * ms, sendEnd: 700 * ms, sent: []string{
			"user3#0 0s c1", "user2#0 100ms c0", "user3#1 200ms c1", "user4#0 300ms c2", "user3#2 400ms c1", "user4#1 500ms c2", "user4#2 700ms c2"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.phase.Pattern, c.phase.Turns = UserCentric, c.turns
			r := world{
				server: service(c.service), phases: []Phase{c.phase, {Concurrency: 1, Requests: 1}},
				plan: func(p *Plan) { p.Dataset.Source = each(c.turns, 7*ms) },
			}.run(t)
			require.NoError(t, r.err)
			next := len(r.records) - 1
			last := r.records[next]
			r.records = r.records[:next]
			require.Equal(t, c.sent, byUser(r))
			w := r.summary.Phases[0]
			require.Equal(t, c.sendEnd, w.SendEnd)
			require.Zero(t, r.summary.Client.DispatchLag.Max.Float64())
			require.Zero(t, w.MissedArrivals)

			drawn := map[string]bool{}
			for _, rec := range r.records {
				drawn[rec.ConversationID] = true
			}
			require.Equal(t, fmt.Sprintf("c%d", len(drawn)), last.ConversationID, "who did not begin has drawn nothing")
		})
	}
}

func TestUsersWithShortConversations(t *testing.T) {
	// The data has 6 turns on average; user 4 has 4 turns left by its age, and a conversation of two.
	lengths := []int{6, 6, 2, 10}
	turns, err := AverageTurns(timed{conversation("a", "1", "2"), conversation("b", "1", "2", "3")})
	require.NoError(t, err)
	require.Equal(t, 2, turns, "2.5, halves to even")
	r := world{
		server: service(10 * ms), phases: []Phase{{Pattern: UserCentric, Rate: 10, Users: 4, Turns: 6, Sessions: 4}},
		plan: func(p *Plan) { p.Dataset.Source = visits{turns: func(i int) int { return lengths[i%4] }} },
	}.run(t)
	require.NoError(t, r.err)
	count := map[string]int{}
	for _, rec := range r.records {
		count[rec.CorrelationID+" "+rec.ConversationID]++
	}
	require.Equal(t, map[string]int{"5 c3": 10, "2 c0": 2, "3 c1": 3, "4 c2": 2}, count)
	_, err = AverageTurns(timed{})
	require.ErrorContains(t, err, "empty")
}
