// Limits of the system that a run would hit in its middle are found before it starts.
package cli

import (
	"github.com/aiperf-go/aiperf/bench/config"
)

// checkOpenFiles compares the descriptors a run needs at least with the limit. A mock in the same process needs as many again.
func checkOpenFiles(env Env, p *config.Profile) error {
	limit, ok := env.OpenFiles()
	if !ok {
		return nil
	}
	need := uint64(0)
	for _, ph := range p.Phases {
		slots := ph.Concurrency
		if ph.Requests > 0 {
			slots = min(slots, ph.Requests)
		}
		need = max(need, uint64(slots))
	}
	if p.Mock != nil {
		need *= 2
	}
	need += sparedFiles
	if need <= limit {
		return nil
	}
	return exitf(exitFailed, "this run needs %d open files, the limit is %d: raise it with `ulimit -n %d` or lower --concurrency", need, limit, need)
}
