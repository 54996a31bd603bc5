// Control groups as systems lay them out: both versions, nested groups, containers.
package bench

import (
	"runtime"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"
)

// system is a file system with these files.
func system(files map[string]string) fstest.MapFS {
	out := fstest.MapFS{}
	for name, text := range files {
		out[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return out
}

func TestQuotas(t *testing.T) {
	stat := func(n string) string { return "nr_periods 900\nnr_throttled " + n + "\nthrottled_usec 5\n" }
	for _, c := range []struct {
		name          string
		before, after map[string]string
		quota         float64 // tightest
		cores         float64 // of the one that held back longest
		held          time.Duration
	}{
		{name: "no control groups"},
		{name: "no limit", before: map[string]string{"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "max 100000\n", "sys/fs/cgroup/cpu.stat": stat("3")}},
		{name: "version 2", quota: 1.5, cores: 1.5, held: 400 * ms,
			before: map[string]string{"proc/self/cgroup": "0::/a/b\n", "sys/fs/cgroup/a/b/cpu.max": "150000 100000\n", "sys/fs/cgroup/a/b/cpu.stat": stat("3")},
			after:  map[string]string{"sys/fs/cgroup/a/b/cpu.stat": stat("7")}},
		{name: "never held back", quota: 1.5,
			before: map[string]string{"proc/self/cgroup": "0::/a\n", "sys/fs/cgroup/a/cpu.max": "150000 100000\n", "sys/fs/cgroup/a/cpu.stat": stat("3")}},
		{name: "the group above is the tighter one", quota: 0.5, cores: 0.5, held: 150 * ms,
			before: map[string]string{"proc/self/cgroup": "0::/a/b\n", "sys/fs/cgroup/a/b/cpu.max": "200000 100000\n", "sys/fs/cgroup/a/b/cpu.stat": stat("0"),
				"sys/fs/cgroup/a/cpu.max": "25000 50000\n", "sys/fs/cgroup/a/cpu.stat": stat("5")},
			after: map[string]string{"sys/fs/cgroup/a/b/cpu.stat": stat("1"), "sys/fs/cgroup/a/cpu.stat": stat("8")}},
		{name: "a container that shows the host's path", quota: 2, cores: 2, held: 100 * ms,
			before: map[string]string{"proc/self/cgroup": "0::/docker/1234\n", "sys/fs/cgroup/cpu.max": "200000 100000\n", "sys/fs/cgroup/cpu.stat": stat("0")},
			after:  map[string]string{"sys/fs/cgroup/cpu.stat": stat("1")}},
		{name: "version 1 beside version 2", quota: 0.25, cores: 0.25, held: 200 * ms,
			before: map[string]string{"proc/self/cgroup": "9:name=systemd:/s\n3:cpuset:/\n2:cpu,cpuacct:/job\n0::/x\n", "sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_quota_us": "25000\n",
				"sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_period_us": "100000\n", "sys/fs/cgroup/cpu,cpuacct/job/cpu.stat": stat("1"),
				"sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "-1\n", "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000\n"},
			after: map[string]string{"sys/fs/cgroup/cpu,cpuacct/job/cpu.stat": stat("3")}},
		{name: "files that make no sense",
			before: map[string]string{"proc/self/cgroup": "what\n0::/a\n", "sys/fs/cgroup/a/cpu.max": "many 0\n", "sys/fs/cgroup/cpu.max": "100 0\n"}},
		{name: "a quota without counts", quota: 1,
			before: map[string]string{"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "100000 100000\n", "sys/fs/cgroup/cpu.stat": "nr_throttled x\n"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := system(c.before)
			found := cpuQuotas(files)
			require.InDelta(t, c.quota, machine(files).Quota, 0)
			for name, file := range system(c.after) {
				files[name] = file
			}
			cores, held := heldBack(files, found)
			require.InDelta(t, c.cores, cores, 0)
			require.Equal(t, c.held, held)
		})
	}
}

func TestMachine(t *testing.T) {
	m := machine(system(map[string]string{clockSource: "tsc\n"}))
	require.Equal(t, Machine{Cores: runtime.GOMAXPROCS(0), ClockSource: "tsc"}, m)
	require.True(t, machine(system(map[string]string{clockSource: "hpet\n"})).SlowClock)
	require.Equal(t, Machine{Cores: m.Cores}, machine(system(nil)), "what is not told stays zero")
	require.Equal(t, m.Cores, ThisMachine().Cores)
}
