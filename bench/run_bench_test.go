// What a request costs the client from arming to the facts table, the mock server of the same process included.
package bench

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/bench/transport"
	"github.com/aiperf-go/aiperf/endpoints/mock"
)

// BenchmarkTurn is one turn of sessions of eight: its body carries all turns and replies before it.
func BenchmarkTurn(b *testing.B) {
	b.ReportAllocs()
	world{
		server: mock.Options{OSL: 16}, phases: []Phase{{Concurrency: 64, Requests: b.N}},
		plan: func(p *Plan) {
			p.KeepRaw, p.KeepText = false, false
			p.Dataset.Source = each(8, 0)
		},
	}.play(b)
}

// BenchmarkArmTurn is what arming a turn costs the goroutine that brought the answer before: the last of 20, with 4 kB in each turn and reply.
func BenchmarkArmTurn(b *testing.B) {
	const turns, size = 20, 4 << 10
	text := strings.Repeat("four words of text, ", size/20)
	said := make([]string, turns)
	for i := range said {
		said[i] = text
	}
	plan := chatPlan(b)
	target, err := transport.New(transport.Options{Clock: NewClock()}).Target(plan.Target.URLs[0])
	require.NoError(b, err)
	run := &runState{plan: plan, clock: NewClock(), targets: []*transport.Target{target}}
	reply := []byte(`{"role":"assistant","content":"` + text + `"}`)
	x := &session{}
	x.begin(conversation("x", said...))
	for range turns - 2 {
		x.advance(reply)
	}
	before := *x
	b.ReportAllocs()
	b.SetBytes(int64(2*turns-1) * size)
	for b.Loop() {
		*x = before
		x.said = before.said[:len(before.said):len(before.said)]
		x.advance(reply)
		s, err := run.arm(x)
		if err != nil {
			b.Fatal(err)
		}
		putShot(s)
	}
}

func BenchmarkRequest(b *testing.B) {
	b.ReportAllocs()
	world{
		server: mock.Options{OSL: 16}, phases: []Phase{{Concurrency: 64, Requests: b.N}},
		plan: func(p *Plan) { p.KeepRaw, p.KeepText = false, false },
	}.play(b)
}
