// Limits of the system that a run would hit in its middle are found before it starts.
package cli

import (
	"github.com/aiperf-go/aiperf/bench"
	"github.com/aiperf-go/aiperf/bench/config"
)

// connections is how many the phases hold at once, as far as a closed loop or a cap says.
func connections(phases []bench.Phase) uint64 {
	slots := uint64(0)
	for _, ph := range phases {
		n := ph.Concurrency
		if ph.Requests > 0 {
			n = min(n, ph.Requests)
		}
		slots = max(slots, uint64(n))
	}
	return slots
}

// neededFiles is the number of descriptors for so many connections.
func neededFiles(slots uint64, withMock bool) uint64 {
	if withMock {
		slots *= 2 // a mock in the same process needs as many again
	}
	return slots + sparedFiles
}

// checkLimits compares what a run needs at least with what the system gives.
func checkLimits(env Env, p *config.Profile) error {
	slots := connections(p.Phases)
	files := neededFiles(slots, p.Mock != nil)
	if limit, ok := env.OpenFiles(); ok && files > limit {
		return exitf(exitFailed, "this run needs %d open files, the limit is %d: raise it with `ulimit -n %d` or lower --concurrency", files, limit, files)
	}
	addresses := uint64(max(len(p.URLs), 1))
	ports := (slots + addresses - 1) / addresses
	if limit, ok := env.LocalPorts(); ok && ports > limit {
		return exitf(exitFailed, "this run needs %d local ports to one address, the system has %d (net.ipv4.ip_local_port_range): widen the range, give several --url or lower --concurrency", ports, limit)
	}
	return nil
}
