// What a request costs the client from arming to the facts table, the mock server of the same process included.
package bench

import (
	"testing"

	"github.com/aiperf-go/aiperf/endpoints/mock"
)

func BenchmarkRequest(b *testing.B) {
	b.ReportAllocs()
	world{
		server: mock.Options{OSL: 16}, phases: []Phase{{Concurrency: 64, Requests: b.N}},
		plan: func(p *Plan) { p.KeepRaw, p.KeepText = false, false },
	}.play(b)
}
