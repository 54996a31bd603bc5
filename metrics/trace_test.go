// Transport times at their edges: an answer that is stamped before the sender is back, and events that never happened.
package metrics

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTraceTimes(t *testing.T) {
	exchange := func(written, firstBody, lastBody Instant) Facts {
		var f Facts
		f.Reset()
		f.WriteBegin, f.Written, f.FirstBody, f.LastBody, f.Reused, f.Reads = 100, written, firstBody, lastBody, true, 2
		return f
	}
	tests := []struct {
		name                               string
		facts                              Facts
		sending, waiting, receiving, total Value
	}{
		{"answer after the write", exchange(130, 150, 190), Int(30), Int(20), Int(40), Int(90)},
		{"answer stamped before the write returned", exchange(160, 150, 190), Int(50), Int(0), Int(40), Int(90)},
		{"answer stamped with the write", exchange(150, 150, 190), Int(50), Int(0), Int(40), Int(90)},
		{"no answer", exchange(130, NoInstant, NoInstant), Int(30), Absent, Absent, Absent},
		{"cut while writing", exchange(NoInstant, NoInstant, NoInstant), Absent, Absent, Absent, Absent},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var r row
			r.observe(&tt.facts, nil)
			require.Equal(t, tt.sending, httpSending(&r))
			require.Equal(t, tt.waiting, httpWaiting(&r))
			require.Equal(t, tt.receiving, httpReceiving(&r))
			require.Equal(t, tt.total, httpTotal(&r))
		})
	}
}
