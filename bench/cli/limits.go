// Limits of the system that a run would hit in its middle are found before it starts.
//
//	phases, URLs ─> demand ─┬─ surely more than the system gives ─> error
//	                        └─ more, once requests take longer than so long ─> warning
package cli

import (
	"fmt"
	"math"
	"net/url"
	"time"

	"github.com/aiperf-go/aiperf/bench"
	"github.com/aiperf-go/aiperf/bench/config"
)

// demand is what a run asks of the system, as far as it can be known before the server has answered.
type demand struct {
	slots     uint64  // connections at once that a closed loop or a cap allows
	rate      float64 // highest rate of an open loop without a cap; its connections grow with the latency of the server
	requests  float64 // most requests that such a phase sends; +Inf when nothing bounds it
	fresh     bool    // every request has a connection of its own
	addresses uint64  // over which the connections spread
	mock      bool    // the server is in the same process
}

func demandOf(p *config.Profile) demand {
	d := demand{slots: connections(p.Phases), addresses: addresses(p.URLs), mock: p.Mock != nil}
	for _, ph := range p.Phases {
		if ph.Pattern == bench.Burst || ph.Concurrency > 0 {
			continue
		}
		most := math.Inf(1)
		if ph.Requests > 0 {
			most = float64(ph.Requests)
		}
		if ph.Duration > 0 {
			most = min(most, ph.Rate*ph.Duration.Seconds())
		}
		d.rate, d.requests = max(d.rate, ph.Rate), max(d.requests, most)
	}
	return d
}

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

// addresses counts hosts with their ports: the system numbers its ends of the connections to each of them on its own.
func addresses(urls []string) uint64 {
	seen := map[string]bool{}
	for _, raw := range urls {
		if u, err := url.Parse(raw); err == nil {
			seen[u.Scheme+u.Host] = true
		}
	}
	return uint64(max(len(seen), 1))
}

// neededFiles is the number of descriptors for so many connections.
func neededFiles(slots uint64, withMock bool) uint64 {
	if withMock {
		slots *= 2 // a mock in the same process needs as many again
	}
	return slots + sparedFiles
}

// checkLimits compares what a run needs at least with what the system gives, and adds to the warnings what it may need beyond.
func checkLimits(env Env, p *config.Profile) error {
	d := demandOf(p)
	if limit, ok := env.OpenFiles(); ok {
		if err := d.checkFiles(limit); err != nil {
			return err
		}
		p.Warnings = append(p.Warnings, d.warnFiles(limit)...)
	}
	if limit, ok := env.LocalPorts(); ok {
		if err := d.checkPorts(limit); err != nil {
			return err
		}
		p.Warnings = append(p.Warnings, d.warnPorts(limit)...)
	}
	p.Warnings = append(p.Warnings, warnClock(bench.ThisMachine())...)
	return nil
}

func (d demand) checkFiles(limit uint64) error {
	files := neededFiles(d.slots, d.mock)
	if files <= limit {
		return nil
	}
	return exitf(exitFailed, "this run needs %d open files, the limit is %d: raise it with `ulimit -n %d` or lower --concurrency", files, limit, files)
}

func (d demand) checkPorts(limit uint64) error {
	ports := (d.slots + d.addresses - 1) / d.addresses
	if ports <= limit {
		return nil
	}
	return exitf(exitFailed, "this run needs %d local ports to one address, the system has %d (net.ipv4.ip_local_port_range): widen the range, give several --url or lower --concurrency", ports, limit)
}

// lasts is for how long requests may take before so many connections are not enough; ok is false where that is longer than usual requests.
func (d demand) lasts(connections uint64) (latency time.Duration, ok bool) {
	if d.requests <= float64(connections) {
		return 0, false
	}
	s := float64(connections) / d.rate
	return time.Duration(s * float64(time.Second)).Round(time.Millisecond), s < usualLatency.Seconds()
}

func (d demand) warnFiles(limit uint64) []string {
	left := limit - min(limit, sparedFiles)
	if d.mock {
		left /= 2
	}
	latency, ok := d.lasts(left)
	if !ok {
		return nil
	}
	return []string{fmt.Sprintf("%g requests/s without --concurrency: %d open files are enough only while requests take less than %s; raise the limit with `ulimit -n` or cap the load with --concurrency", d.rate, limit, latency)}
}

func (d demand) warnPorts(limit uint64) []string {
	var out []string
	if latency, ok := d.lasts(limit * d.addresses); ok {
		out = append(out, fmt.Sprintf("%g requests/s without --concurrency: %d local ports to one address are enough only while requests take less than %s; widen net.ipv4.ip_local_port_range, give several --url or cap the load with --concurrency", d.rate, limit, latency))
	}
	if most := float64(limit*d.addresses) / portRest.Seconds(); d.fresh && d.rate > most && d.requests > float64(limit*d.addresses) {
		out = append(out, fmt.Sprintf("%g requests/s on a connection each: a closed connection keeps its local port for %s, so the system has ports for %d/s; widen net.ipv4.ip_local_port_range, set net.ipv4.tcp_tw_reuse to 1, give several --url or reuse connections", d.rate, portRest, int64(most)))
	}
	return out
}

// warnClock speaks of a clock that costs a system call for every stamp.
func warnClock(m bench.Machine) []string {
	if !m.SlowClock {
		return nil
	}
	return []string{fmt.Sprintf("the system's clock is %s, which makes every stamp a system call: the client uses more CPU and its stamps are later; boot with clocksource=tsc if the machine has it", m.ClockSource)}
}
