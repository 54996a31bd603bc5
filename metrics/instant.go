// Instants and counts that may be absent, without pointers, so that fact rows stay flat.
package metrics

import (
	"math"
	"time"
)

// Instant is a moment of a run: nanoseconds since the run's base on the monotonic clock. Wall time is WallBase + Instant.
type Instant = time.Duration

// NoInstant marks a moment that never came.
const NoInstant Instant = math.MinInt64

// Count is a whole number that may be absent.
type Count int64

// NoCount marks an absent count; 0 is a count.
const NoCount Count = math.MinInt64

// Known reports whether the count is present.
func (c Count) Known() bool { return c != NoCount }

// Known reports whether the moment came.
func Known(i Instant) bool { return i != NoInstant }
