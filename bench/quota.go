// CPU quotas: what control groups let this process use, and how often they held it back.
package bench

import (
	"io/fs"
	"path"
	"strconv"
	"strings"
	"time"
)

const (
	ownGroups = "proc/self/cgroup"
	groupRoot = "sys/fs/cgroup"
)

// quota is the limit of one control group that this process is in.
type quota struct {
	cores  float64
	period time.Duration
	stat   string // the file that counts
	held   uint64 // periods in which the group was held back, at the first reading
}

// cpuQuotas finds the limits of the process's group and of those above it. Systems without control groups have none.
func cpuQuotas(system fs.FS) []quota {
	text, err := fs.ReadFile(system, ownGroups)
	if err != nil {
		return nil
	}
	root, own, read := groupRoot, "", quotaV2
	for line := range strings.Lines(string(text)) {
		_, rest, _ := strings.Cut(strings.TrimSpace(line), ":")
		controllers, at, ok := strings.Cut(rest, ":")
		if !ok {
			continue
		}
		if controllers == "" && own == "" {
			own = at
		}
		for c := range strings.SplitSeq(controllers, ",") {
			if c == "cpu" { // the first version, also where both are mounted
				root, own, read = path.Join(groupRoot, controllers), at, quotaV1
			}
		}
	}
	if own == "" {
		return nil
	}
	var found []quota
	// In a container the path may be the host's, of which only the upper end is mounted here: what is missing is passed over.
	for at := path.Clean("/" + own); ; at = path.Dir(at) {
		dir := path.Join(root, at)
		if q, ok := read(system, dir); ok {
			q.stat = path.Join(dir, "cpu.stat")
			q.held, _ = heldPeriods(system, q.stat)
			found = append(found, q)
		}
		if at == "/" {
			return found
		}
	}
}

// quotaV2 reads "max 100000" or "50000 100000", in microseconds.
func quotaV2(system fs.FS, dir string) (quota, bool) {
	text, err := fs.ReadFile(system, path.Join(dir, "cpu.max"))
	if err != nil {
		return quota{}, false
	}
	most, period, _ := strings.Cut(strings.TrimSpace(string(text)), " ")
	return quotaOf(most, period)
}

// quotaV1 reads the same from two files; -1 is no limit.
func quotaV1(system fs.FS, dir string) (quota, bool) {
	most, err := fs.ReadFile(system, path.Join(dir, "cpu.cfs_quota_us"))
	if err != nil {
		return quota{}, false
	}
	period, err := fs.ReadFile(system, path.Join(dir, "cpu.cfs_period_us"))
	if err != nil {
		return quota{}, false
	}
	return quotaOf(strings.TrimSpace(string(most)), strings.TrimSpace(string(period)))
}

func quotaOf(most, period string) (quota, bool) {
	m, err := strconv.ParseInt(most, 10, 64)
	if err != nil || m <= 0 {
		return quota{}, false
	}
	p, err := strconv.ParseInt(period, 10, 64)
	if err != nil || p <= 0 {
		return quota{}, false
	}
	return quota{cores: float64(m) / float64(p), period: time.Duration(p) * time.Microsecond}, true
}

// heldPeriods is how many periods a group was held back in so far.
func heldPeriods(system fs.FS, stat string) (uint64, bool) {
	text, err := fs.ReadFile(system, stat)
	if err != nil {
		return 0, false
	}
	for line := range strings.Lines(string(text)) {
		if v, ok := strings.CutPrefix(line, "nr_throttled "); ok {
			n, err := strconv.ParseUint(strings.TrimSpace(v), 10, 64)
			return n, err == nil
		}
	}
	return 0, false
}

// heldBack is the quota that held the process back longest since the first reading, and the length of those periods together.
func heldBack(system fs.FS, quotas []quota) (cores float64, held time.Duration) {
	for _, q := range quotas {
		n, ok := heldPeriods(system, q.stat)
		if d := time.Duration(n-q.held) * q.period; ok && n > q.held && d > held {
			cores, held = q.cores, d
		}
	}
	return cores, held
}
