// The queue of continuations: turns after the first, armed, that wait for their instant and then for their arrival.
package bench

import (
	"container/heap"

	"github.com/aiperf-go/aiperf/metrics"
)

// waiting holds armed shots in the order in which they become ready; those that are ready at the same instant keep the order in which they came.
type waiting struct {
	shots readyOrder
	added int64
}

// add takes a shot that may go from its ready instant on.
func (w *waiting) add(s *Shot) {
	s.order = w.added
	w.added++
	heap.Push(&w.shots, s)
}

// take hands out the shot that has been ready longest; nil when none is ready at now.
func (w *waiting) take(now metrics.Instant) *Shot {
	if len(w.shots) == 0 || w.shots[0].ready > now {
		return nil
	}
	return heap.Pop(&w.shots).(*Shot)
}

// next is when the first of them becomes ready; never when none waits.
func (w *waiting) next() metrics.Instant {
	if len(w.shots) == 0 {
		return never
	}
	return w.shots[0].ready
}

// readyOrder implements heap.Interface.
type readyOrder []*Shot

func (o readyOrder) Len() int      { return len(o) }
func (o readyOrder) Swap(i, k int) { o[i], o[k] = o[k], o[i] }
func (o *readyOrder) Push(s any)   { *o = append(*o, s.(*Shot)) }

func (o readyOrder) Less(i, k int) bool {
	if o[i].ready != o[k].ready {
		return o[i].ready < o[k].ready
	}
	return o[i].order < o[k].order
}

func (o *readyOrder) Pop() any {
	last := len(*o) - 1
	s := (*o)[last]
	(*o)[last] = nil
	*o = (*o)[:last]
	return s
}
