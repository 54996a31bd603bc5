// Users against AIPerf 0.13.0's worked examples: who begins when, with how many turns, and who follows whom.
package pace

import (
	"cmp"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// beginnings are the users of the beginning in the order of their instants, those with all turns shown with so many.
func beginnings(u *Users, all int) (out []string) {
	who := slices.Clone(u.Initial())
	slices.SortStableFunc(who, func(a, b User) int { return cmp.Compare(a.At, b.At) })
	for _, w := range who {
		out = append(out, fmt.Sprintf("%d:%d@%v", w.ID, cmp.Or(w.Turns, all), w.At.Seconds()))
	}
	return out
}

func TestUsersOfTheBeginning(t *testing.T) {
	for _, c := range []struct {
		rate     float64
		n, turns int
		want     []string
	}{
		{1, 15, 20, []string{"16:20@0", "5:6@1", "9:11@2", "13:16@3", "2:2@4", "6:7@5", "10:12@6", "14:17@7", "3:3@8", "7:8@9", "11:13@10", "15:18@11", "4:4@12", "8:9@13", "12:14@14"}},
		{1, 4, 5, []string{"5:5@0", "2:1@1", "3:2@2", "4:3@3"}}, // a common factor: places in steps of 3
		{4, 4, 5, []string{"5:5@0", "2:1@0.25", "3:2@0.5", "4:3@0.75"}},
		{1, 1, 20, []string{"2:20@0"}},
		{1, 2, 3, []string{"3:3@0", "2:1@1"}},
		{1, 3, 1, []string{"4:1@0", "2:1@1", "3:1@2"}},
	} {
		require.Equal(t, c.want, beginnings(NewUsers(c.rate, c.n, c.turns), c.turns), "%d users, %d turns", c.n, c.turns)
	}
}

// The load is steady: in every gap every place of the circle is taken once, whoever takes it.
func TestUsersKeepTheRate(t *testing.T) {
	for _, c := range []struct {
		n, turns int
		rate     float64
	}{{15, 20, 1}, {4, 5, 1}, {7, 8, 3.5}, {1, 3, 2}, {2, 3, 10}, {12, 9, 6}, {30, 31, 0.1}} {
		u := NewUsers(c.rate, c.n, c.turns)
		var sends []time.Duration
		begin := func(w User) {
			turns := cmp.Or(w.Turns, c.turns)
			for k := range turns {
				sends = append(sends, w.At+time.Duration(k)*UserGap(c.rate, c.n))
			}
			u.Began(w, turns)
		}
		for _, w := range u.Initial() {
			begin(w)
		}
		horizon := 3 * time.Duration(c.turns) * UserGap(c.rate, c.n)
		last := time.Duration(0)
		for {
			w, ok := u.Replace()
			require.True(t, ok)
			require.True(t, w.Replacement)
			require.GreaterOrEqual(t, w.At, last)
			last = w.At
			if w.At > horizon {
				break
			}
			begin(w)
		}
		slices.Sort(sends)
		for i, at := range sends[:int(horizon.Seconds()*c.rate)] {
			require.InDelta(t, float64(i)/c.rate, at.Seconds(), 1e-6, "%d users, %d turns, send %d", c.n, c.turns, i)
		}
	}
}

func TestNobodyIsReplacedBeforeSomebodyBegan(t *testing.T) {
	u := NewUsers(1, 3, 4)
	_, ok := u.Replace()
	require.False(t, ok)
	u.Began(u.Initial()[2], 5)
	w, ok := u.Replace()
	require.True(t, ok)
	require.Equal(t, []any{5, 15 * time.Second, 0}, []any{w.ID, w.At, w.Turns})
}
