// What a run asks of the system: refused when it is surely too much, warned of when slow answers make it so.
package cli

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/bench"
	"github.com/aiperf-go/aiperf/bench/config"
)

func TestDemand(t *testing.T) {
	one := []string{"http://h:1/v1"}
	for _, c := range []struct {
		name   string
		urls   []string
		phases []bench.Phase
		files  uint64 // limit of descriptors
		ports  uint64
		err    string
		warned []string
	}{
		{"a closed loop that fits exactly", one, []bench.Phase{{Concurrency: 100}}, 164, 100, "", nil},
		{"one descriptor short", one, []bench.Phase{{Concurrency: 100}}, 163, 100,
			"this run needs 164 open files, the limit is 163: raise it with `ulimit -n 164` or lower --concurrency", nil},
		{"one port short", one, []bench.Phase{{Concurrency: 100}}, 164, 99,
			"this run needs 100 local ports to one address, the system has 99 (net.ipv4.ip_local_port_range): widen the range, give several --url or lower --concurrency", nil},
		{"the largest phase counts", one, []bench.Phase{{Concurrency: 10}, {Concurrency: 101}, {Concurrency: 5}}, 164, 1000,
			"this run needs 165 open files, the limit is 164: raise it with `ulimit -n 165` or lower --concurrency", nil},
		{"no more connections than requests", one, []bench.Phase{{Concurrency: 5000, Requests: 100}}, 164, 100, "", nil},
		{"two addresses share the ports", []string{"http://h:1", "http://h:2"}, []bench.Phase{{Concurrency: 199}}, 1000, 100, "", nil},
		{"two paths of one address do not", []string{"http://h:1/a", "http://h:1/b"}, []bench.Phase{{Concurrency: 199}}, 1000, 100,
			"this run needs 199 local ports to one address, the system has 100 (net.ipv4.ip_local_port_range): widen the range, give several --url or lower --concurrency", nil},

		{"an open loop without a cap", one, []bench.Phase{{Pattern: bench.Poisson, Rate: 500, Requests: 100_000}}, 1024, 2000, "", []string{
			"500 requests/s without --concurrency: 1024 open files are enough only while requests take less than 1.92s; raise the limit with `ulimit -n` or cap the load with --concurrency",
			"500 requests/s without --concurrency: 2000 local ports to one address are enough only while requests take less than 4s; widen net.ipv4.ip_local_port_range, give several --url or cap the load with --concurrency",
		}},
		{"the same with a cap", one, []bench.Phase{{Pattern: bench.Poisson, Rate: 500, Requests: 100_000, Concurrency: 900}}, 1024, 2000, "", nil},
		{"usual answers fit", one, []bench.Phase{{Pattern: bench.Constant, Rate: 96}}, 1024, 2000, "", nil},
		{"a little faster they do not", one, []bench.Phase{{Pattern: bench.Constant, Rate: 97}}, 1024, 2000, "", []string{
			"97 requests/s without --concurrency: 1024 open files are enough only while requests take less than 9.897s; raise the limit with `ulimit -n` or cap the load with --concurrency",
		}},
		{"too few requests to reach the limit", one, []bench.Phase{{Pattern: bench.Constant, Rate: 1e6, Requests: 900}}, 1024, 2000, "", nil},
		{"too short to reach the limit", one, []bench.Phase{{Pattern: bench.Constant, Rate: 900, Duration: time.Second}}, 1024, 2000, "", nil},
		{"no limits known", one, []bench.Phase{{Concurrency: 1 << 30}, {Pattern: bench.Constant, Rate: 1e6}}, 0, 0, "", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			env := Env{
				OpenFiles:  func() (uint64, bool) { return c.files, c.files > 0 },
				LocalPorts: func() (uint64, bool) { return c.ports, c.ports > 0 },
			}
			p := &config.Profile{URLs: c.urls, Phases: c.phases}
			err := checkLimits(env, p)
			if c.err != "" {
				require.EqualError(t, err, c.err)
				require.Equal(t, exitFailed, codeOf(err))
				return
			}
			require.NoError(t, err)
			require.Equal(t, append(c.warned, warnClock(bench.ThisMachine())...), p.Warnings)
		})
	}
}

func TestConnectionsOfTheirOwn(t *testing.T) {
	d := demand{rate: 470, requests: 1e6, addresses: 1, fresh: true}
	require.Empty(t, d.warnPorts(28232))
	d.rate = 471
	require.Equal(t, []string{"471 requests/s on a connection each: a closed connection keeps its local port for 1m0s, so the system has ports for 470/s; widen net.ipv4.ip_local_port_range, set net.ipv4.tcp_tw_reuse to 1, give several --url or reuse connections"}, d.warnPorts(28232))
	d.addresses = 2
	require.Empty(t, d.warnPorts(28232))
	d.addresses, d.requests = 1, 28232
	require.Empty(t, d.warnPorts(28232), "it ends before the ports do")
	d.requests, d.fresh = 1e6, false
	require.Empty(t, d.warnPorts(28232), "reused connections keep their ports")
}

func TestMockNeedsDescriptorsToo(t *testing.T) {
	d := demand{rate: 500, requests: 1e6, addresses: 1, mock: true}
	require.Equal(t, []string{"500 requests/s without --concurrency: 1024 open files are enough only while requests take less than 960ms; raise the limit with `ulimit -n` or cap the load with --concurrency"}, d.warnFiles(1024))
	require.Equal(t, []string{"500 requests/s without --concurrency: 10 open files are enough only while requests take less than 0s; raise the limit with `ulimit -n` or cap the load with --concurrency"}, d.warnFiles(10))
}

func TestClockWarning(t *testing.T) {
	require.Empty(t, warnClock(bench.Machine{ClockSource: "tsc"}))
	require.Equal(t, []string{"the system's clock is hpet, which makes every stamp a system call: the client uses more CPU and its stamps are later; boot with clocksource=tsc if the machine has it"},
		warnClock(bench.Machine{ClockSource: "hpet", SlowClock: true}))
}
