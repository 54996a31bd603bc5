//go:build unix

// Package starve holds tests that take from the client what it needs, in a process of its own, and expect the verdict to say so.
//
//	test ─ mock server ─ load, limits ─> child: this test binary again ─ bench.Run ─ verdict ─> test
//	  └─ signals, control groups ────────────^
//
// Every load is chosen so that a busier machine only starves the client more. What needs a quiet machine, or rights that not everybody has, is a
// benchmark instead of a test: a server that is slow while the client is not, and a CPU quota.
package starve

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/bench"
	"github.com/aiperf-go/aiperf/endpoints/mock"
)

const (
	// patience bounds a child: it needs a few seconds.
	patience = 2 * time.Minute
	// stopFor is how long a child stands still: thirty times what the verdict bears in the second and a bit that it is measured.
	stopFor = 300 * time.Millisecond
)

// start starts a child with a load; the environment is added to this process's.
func start(t testing.TB, l load, env ...string) *child {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	spec, err := json.Marshal(l)
	require.NoError(t, err)
	c := &child{t: t, cmd: exec.CommandContext(ctx, os.Args[0])}
	c.cmd.Env = append(append(os.Environ(), env...), loadVariable+"="+string(spec))
	c.cmd.Stderr = &c.said
	c.stdin, err = c.cmd.StdinPipe()
	require.NoError(t, err)
	out, err := c.cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, c.cmd.Start())
	t.Cleanup(func() { cancel(); _ = c.cmd.Wait() })
	c.out = bufio.NewReader(out)
	return c
}

// child is a client in a process of its own.
type child struct {
	t     testing.TB
	cmd   *exec.Cmd
	stdin io.WriteCloser
	out   *bufio.Reader
	said  strings.Builder
}

// measuring returns once the child has measured its first request.
func (c *child) measuring() {
	c.t.Helper()
	line, err := c.out.ReadString('\n')
	require.NoError(c.t, err, c.said.String())
	require.Equal(c.t, measuring, line)
}

// signal sends one to the child.
func (c *child) signal(s syscall.Signal) {
	c.t.Helper()
	require.NoError(c.t, c.cmd.Process.Signal(s))
}

// outcome is what the child came to; an endless load ends now.
func (c *child) outcome() outcome {
	c.t.Helper()
	require.NoError(c.t, c.stdin.Close())
	var o outcome
	require.NoError(c.t, json.NewDecoder(c.out).Decode(&o), c.said.String())
	return o
}

// server is a mock in this process.
func server(t testing.TB, o mock.Options) string {
	t.Helper()
	s, err := mock.Start(o)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s.URL()
}

func pass(d time.Duration) { <-time.After(d) }

func TestOneCore(t *testing.T) {
	url := server(t, mock.Options{OSL: 20})
	c := start(t, load{URL: url, Rate: 500, Duration: 2 * time.Second, Spin: 4}, "GOMAXPROCS=1")
	c.measuring()
	o := c.outcome()
	require.Equal(t, 1, o.Cores)
	require.Equal(t, bench.ClientLimited, o.Verdict, o.Reason)
}

func TestStopped(t *testing.T) {
	url := server(t, mock.Options{TTFT: mock.Fixed(20 * time.Millisecond), OSL: 1})
	c := start(t, load{URL: url, Concurrency: 4}) // a closed loop: nothing is due while it stands still
	c.measuring()
	pass(500 * time.Millisecond)
	c.signal(syscall.SIGSTOP)
	pass(stopFor)
	c.signal(syscall.SIGCONT)
	pass(500 * time.Millisecond)
	o := c.outcome()
	require.Equal(t, bench.ClientLimited, o.Verdict, o.Reason)
	require.Regexp(t, "stood still|quota|all cores", o.Reason)
}

func TestTooFewDescriptors(t *testing.T) {
	url := server(t, mock.Options{TTFT: mock.Fixed(200 * time.Millisecond), OSL: 1})
	c := start(t, load{URL: url, Concurrency: 100, Requests: 300, Files: 40})
	c.measuring()
	o := c.outcome()
	require.Equal(t, bench.ClientLimited, o.Verdict, o.Reason)
	require.Contains(t, o.Reason, "of 300 requests failed on the client's side, not the server's: "+syscall.EMFILE.Error())
	require.Positive(t, o.Succeeded)
	require.Positive(t, o.Failed)
}

func TestNoDescriptors(t *testing.T) {
	url := server(t, mock.Options{OSL: 1})
	c := start(t, load{URL: url, Concurrency: 10, Requests: 100, Files: 40, Hog: true})
	c.measuring()
	o := c.outcome()
	require.Equal(t, bench.NoResult, o.Verdict, o.Reason)
	require.Equal(t, "none of 100 requests succeeded: 100 failed on the client's side ("+syscall.EMFILE.Error()+")", o.Reason)
}

// A server that takes its time is no fault of the client's. The machine has to be quiet for that to be seen.
func BenchmarkVerdictOfASlowServer(b *testing.B) {
	url := server(b, mock.Options{TTFT: mock.Fixed(100 * time.Millisecond), Gap: mock.Fixed(5 * time.Millisecond), OSL: 20})
	for b.Loop() {
		for name, l := range map[string]load{
			"closed loop": {URL: url, Concurrency: 64, Duration: 3 * time.Second},
			"open loop":   {URL: url, Rate: 200, Duration: 3 * time.Second},
		} {
			o := start(b, l).result()
			if o.Verdict != bench.ServerLimited {
				b.Errorf("%s: %s: %s", name, o.Verdict, o.Reason)
			}
			b.ReportMetric(o.CPU*100, strings.ReplaceAll(name, " ", "-")+"-%cpu")
		}
	}
}

// A CPU quota of a tenth of a core, where this process may make control groups.
func BenchmarkVerdictOfAQuota(b *testing.B) {
	url := server(b, mock.Options{OSL: 50})
	group, err := quotaGroup(b, 10*time.Millisecond, 100*time.Millisecond)
	if err != nil {
		b.Logf("no quota was tried: %v", err)
		return
	}
	for b.Loop() {
		c := start(b, load{URL: url, Concurrency: 16, Group: group, Duration: 3 * time.Second})
		o := c.result()
		if o.Verdict != bench.ClientLimited || !strings.Contains(o.Reason, "CPU quota of 0.1 cores") {
			b.Errorf("%s: %s", o.Verdict, o.Reason)
		}
	}
}

// result is the outcome of a load that ends by itself.
func (c *child) result() outcome {
	c.t.Helper()
	c.measuring()
	var o outcome
	require.NoError(c.t, json.NewDecoder(c.out).Decode(&o), c.said.String())
	return o
}

// quotaGroup makes a control group of either version that may use so much of every period.
func quotaGroup(b *testing.B, quota, period time.Duration) (string, error) {
	us := func(d time.Duration) string { return strconv.FormatInt(d.Microseconds(), 10) }
	var failed error
	for _, v := range []struct {
		root  string
		files [][2]string
	}{
		{"/sys/fs/cgroup/cpu", [][2]string{{"cpu.cfs_period_us", us(period)}, {"cpu.cfs_quota_us", us(quota)}}},
		{"/sys/fs/cgroup", [][2]string{{"cpu.max", us(quota) + " " + us(period)}}},
	} {
		dir := filepath.Join(v.root, "aiperf-starve-"+strconv.Itoa(os.Getpid()))
		if failed = os.Mkdir(dir, 0o755); failed != nil {
			continue
		}
		b.Cleanup(func() { _ = os.Remove(dir) })
		for _, f := range v.files {
			if failed = os.WriteFile(filepath.Join(dir, f[0]), []byte(f[1]), 0o644); failed != nil {
				break
			}
		}
		if failed == nil {
			return dir, nil
		}
	}
	return "", failed
}
