// The schedule of a fixed schedule: when each conversation begins, and what instant of the data is the phase's start.
package bench

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/aiperf-go/aiperf/dataset"
)

// Schedule is when sessions begin. Starts stand in the order of their instants; equal ones keep the order of the data.
type Schedule struct {
	Starts []Start
	Zero   time.Duration // the instant of the data at which the phase begins
	Turns  int           // of all conversations together
}

// Start is one session's beginning.
type Start struct {
	Index  int           // of the conversation in its source
	Number int           // of the session among the scheduled ones, in the order of the data
	At     time.Duration // from the phase's start on; a past one is overdue when the phase begins
}

// NewSchedule reads the instants of a source's conversations. Those without turns are left out. auto makes the earliest instant the phase's
// start; without it offset is, which is 0 when none was given.
func NewSchedule(source dataset.Source, auto bool, offset time.Duration) (*Schedule, error) {
	s := &Schedule{Zero: offset}
	for i := range source.Len() {
		c, err := source.Materialise(i)
		if err != nil {
			return nil, fmt.Errorf("conversation %d of the dataset: %w", i, err)
		}
		if len(c.Turns) == 0 {
			continue
		}
		at := c.Turns[0].Timestamp
		if at == dataset.NoTime {
			return nil, fmt.Errorf("conversation %q has no timestamp at its first turn: a fixed schedule needs one in every conversation", c.ID)
		}
		s.Starts = append(s.Starts, Start{Index: i, Number: len(s.Starts), At: at})
		s.Turns += len(c.Turns)
	}
	if len(s.Starts) == 0 {
		return nil, errors.New("the dataset has no conversation with a timestamp: a fixed schedule has nothing to send")
	}
	slices.SortStableFunc(s.Starts, func(a, b Start) int { return cmp.Compare(a.At, b.At) })
	if auto {
		s.Zero = s.Starts[0].At
	}
	for i := range s.Starts {
		s.Starts[i].At -= s.Zero
	}
	return s, nil
}

// AverageTurns is how many turns the conversations of a source have on average, halves to even: what UserCentric phases spread their users by.
func AverageTurns(source dataset.Source) (int, error) {
	n, turns := source.Len(), 0
	for i := range n {
		c, err := source.Materialise(i)
		if err != nil {
			return 0, fmt.Errorf("conversation %d of the dataset: %w", i, err)
		}
		turns += len(c.Turns)
	}
	if n == 0 {
		return 0, errors.New("the dataset is empty: nobody has anything to say")
	}
	return int(math.RoundToEven(float64(turns) / float64(n))), nil
}
