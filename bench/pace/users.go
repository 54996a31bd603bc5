// Users who come and go at a steady rate: each sends its turns at equal distances, and is replaced when its time is over.
//
//	NewUsers ─ Initial ─> users with part of their turns behind them ─ Began ─> when a replacement comes ─ Replace ─> the next user
//
// A user's time is over when it would have sent all its turns, however long the answers take: the load does not depend on them.
package pace

import (
	"container/heap"
	"time"
)

// User is one that begins.
type User struct {
	ID          int
	Turns       int           // how many it sends; 0 for all turns of its conversation
	At          time.Duration // when it begins, from the start
	Replacement bool          // it follows another: replacements begin one after the other
	at          float64       // the same in seconds
}

// Users is used by one goroutine.
type Users struct {
	gap     float64 // seconds between two turns of a user
	initial []User
	ends    instants // when users are over, in seconds
	next    int      // id of the next user
}

// NewUsers are n users who together send rate turns per second; turns is how many a conversation has on average.
//
// The load is steady from the start because the first users have part of their turns behind them: ages are spread evenly, and each begins at a
// place of its own. The oldest has nothing left to say; a new one has its place.
func NewUsers(rate float64, n, turns int) *Users {
	u := &Users{gap: float64(n) / rate, next: n + 2}
	stagger := 1 / rate
	life := max(1, turns-1)
	stride := stride(n, life)
	for i := range n {
		age := (n - i) * life
		left := life - age/n
		if left <= 0 {
			continue
		}
		place := age % n
		if stride > 0 {
			place = i * stride % n
		}
		u.initial = append(u.initial, user(i+1, left, float64(float64(n-place)*stagger)))
	}
	u.initial = append(u.initial, user(n+1, 0, 0))
	return u
}

func user(id, turns int, at float64) User {
	return User{ID: id, Turns: turns, At: nanos(at), at: at}
}

// stride spreads places where ages would put two users on one: the smallest step that meets every place. 0 when it is not needed.
func stride(n, life int) int {
	if common(n, life) == 1 {
		return 0
	}
	for step := 2; step < n; step++ {
		if common(n, step) == 1 {
			return step
		}
	}
	return 1
}

// common is the greatest common divisor.
func common(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// UserGap is the time between two turns of one of n users who together send rate turns per second.
func UserGap(rate float64, n int) time.Duration { return nanos(float64(n) / rate) }

// Initial are the users of the beginning, by id.
func (u *Users) Initial() []User { return u.initial }

// Began notes how many turns a user has; its replacement comes when they are over.
func (u *Users) Began(who User, turns int) {
	heap.Push(&u.ends, who.at+float64(float64(turns)*u.gap))
}

// Replace makes the next replacement; ok is false while nobody's end is known.
func (u *Users) Replace() (who User, ok bool) {
	if len(u.ends) == 0 {
		return User{}, false
	}
	who = user(u.next, 0, heap.Pop(&u.ends).(float64))
	who.Replacement = true
	u.next++
	return who, true
}

// instants implements heap.Interface.
type instants []float64

func (h instants) Len() int           { return len(h) }
func (h instants) Less(i, k int) bool { return h[i] < h[k] }
func (h instants) Swap(i, k int)      { h[i], h[k] = h[k], h[i] }
func (h *instants) Push(v any)        { *h = append(*h, v.(float64)) }

func (h *instants) Pop() any {
	last := len(*h) - 1
	v := (*h)[last]
	*h = (*h)[:last]
	return v
}
