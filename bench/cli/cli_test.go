// Commands in process, with an environment of our own: exit codes, signals, limits, start-up cost.
package cli

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/bench/config/doc"
	"go.uber.org/goleak"

	"github.com/aiperf-go/aiperf/bench"
	"github.com/aiperf-go/aiperf/bench/config"
	"github.com/aiperf-go/aiperf/endpoints"
	"github.com/aiperf-go/aiperf/endpoints/mock"
	"github.com/aiperf-go/aiperf/report/artifact"
	"github.com/aiperf-go/aiperf/report/redact"
)

// screen is a stream a test reads while commands write it.
type screen struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

type bed struct {
	env      Env
	out, err *screen
	signals  chan os.Signal
}

func newBed(t *testing.T, args ...string) *bed {
	b := &bed{out: &screen{}, err: &screen{}, signals: make(chan os.Signal, signalBuffer)}
	dir := t.TempDir()
	b.env = Env{
		Args: args, Stdout: b.out, Stderr: b.err, Now: time.Now, Stat: os.Stat, ReadFile: doc.ReadFile, ReadDir: os.ReadDir,
		Getwd:     func() (string, error) { return dir, nil },
		Signals:   func() (<-chan os.Signal, func()) { return b.signals, func() {} },
		OpenFiles: func() (uint64, bool) { return 1 << 20, true }, LocalPorts: func() (uint64, bool) { return 28232, true },
	}
	return b
}

func (b *bed) run() int { return Main(b.env, Builtin()) }

func TestExitCodes(t *testing.T) {
	for _, c := range []struct {
		args string
		code int
	}{
		{"", exitOK}, {"--help", exitOK}, {"--version", exitOK}, {"profile --help", exitOK}, {"mock --help", exitOK},
		{"nonsense", exitFailed}, {"--nonsense", exitFailed}, {"profile", exitFailed}, {"kube profile --help", exitFailed},
		{"profile --mock --mock-ttft soon", exitFailed},
		{"profile --mock --mock-ttft 0 --mock-itl 0 --isl 5 --request-count 2", exitOK},
		{"profile --mock --mock-ttft 0 --mock-itl 0 --isl 5 --request-count 2 --strict", exitInvalid},
		{"profile --mock --mock-fault status:500 --isl 5 --request-count 2", exitFailed},
	} {
		b := newBed(t, strings.Fields(c.args)...)
		require.Equal(t, c.code, b.run(), "%s\n%s", c.args, b.err)
		if c.code != exitOK {
			lines := strings.Split(strings.TrimSpace(b.err.String()), "\n")
			require.True(t, strings.HasPrefix(lines[len(lines)-1], "aiperf: "), lines)
		}
	}
}

func TestEveryExitCodeIsInTheHelp(t *testing.T) {
	for _, args := range []string{"--help", "--help-all", "mock --help"} {
		b := newBed(t, strings.Fields(args)...)
		require.Equal(t, exitOK, b.run())
		for _, code := range []int{exitOK, exitFailed, exitRegressed, exitInvalid, exitGate, exitInterrupted, exitTerminated} {
			require.Contains(t, b.out.String(), fmt.Sprintf("\n  %-4d", code), args)
		}
	}
}

func TestSignals(t *testing.T) {
	server, err := mock.Start(mock.Options{TTFT: mock.Fixed(time.Millisecond)})
	require.NoError(t, err)
	defer func() { require.NoError(t, server.Close()) }()
	for sig, code := range map[os.Signal]int{os.Interrupt: exitInterrupted, syscall.SIGTERM: exitTerminated} {
		b := newBed(t, "profile", "-m", "mock-model", "--url", server.URL(), "--isl", "5", "--benchmark-duration", "600", "--artifact-dir", filepath.Join(t.TempDir(), "out"))
		ended := make(chan int)
		before := server.Stats().Requests
		go func() { ended <- b.run() }()
		require.Eventually(t, func() bool { return server.Stats().Requests > before+2 }, 10*time.Second, time.Millisecond)
		b.signals <- sig
		require.Equal(t, code, <-ended, b.err)
		require.Contains(t, b.err.String(), "stopping")
		require.Contains(t, b.out.String(), "Request Latency")
	}
}

func TestSecondSignalAborts(t *testing.T) {
	server, err := mock.Start(mock.Options{TTFT: mock.Fixed(time.Hour)})
	require.NoError(t, err)
	defer func() { require.NoError(t, server.Close()) }()
	out := filepath.Join(t.TempDir(), "out")
	b := newBed(t, "profile", "-m", "mock-model", "--url", server.URL(), "--isl", "5", "--request-count", "5", "--artifact-dir", out)
	ended := make(chan int)
	go func() { ended <- b.run() }()
	require.Eventually(t, func() bool { return server.Stats().Requests > 0 }, 10*time.Second, time.Millisecond)
	b.signals <- os.Interrupt
	b.signals <- os.Interrupt
	select {
	case code := <-ended:
		require.Equal(t, exitInterrupted, code, b.err)
	case <-time.After(stopGrace):
		t.Fatal("a second signal did not end the run")
	}
	require.FileExists(t, filepath.Join(out, "profile_export_aiperf.json"))
}

// A signal that comes while the inputs are written leaves no half list of them.
func TestStopWhileWritingInputs(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out")
	b := newBed(t, "profile", "--mock", "--isl", "5", "--request-count", "3", "--artifact-dir", out)
	p, kind, err := decide(b.env, Builtin(), b.env.Args[1:], nil)
	require.NoError(t, err)
	log := newJournal(b.env, p.LogLevel, redact.Known{})
	r := &profileRun{env: b.env, p: p, kind: kind, journal: log, log: slog.New(log)}
	data, err := makeData(p)
	require.NoError(t, err)
	r.plan, err = p.Plan(kind)
	require.NoError(t, err)
	r.plan.Dataset = data
	r.folder, err = artifact.Open(artifact.Options{Dir: out})
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	stop()
	require.ErrorIs(t, r.writeInputs(ctx), context.Canceled)
	left, err := filepath.Glob(filepath.Join(out, "inputs.json*"))
	require.NoError(t, err)
	require.Empty(t, left)
	require.NoError(t, r.writeInputs(t.Context()))
	require.FileExists(t, r.folder.Path(artifact.Inputs))
}

func TestPortLimit(t *testing.T) {
	b := newBed(t, "profile", "-m", "m", "--concurrency", "30000", "--request-count", "40000")
	require.Equal(t, exitFailed, b.run())
	require.Contains(t, b.err.String(), "this run needs 30000 local ports to one address, the system has 28232")
	// Two addresses have twice as many.
	p := &config.Profile{URLs: []string{"http://127.0.0.1:1", "http://127.0.0.2:1"}, Phases: []bench.Phase{{Concurrency: 30000}}}
	require.NoError(t, checkLimits(b.env, p))
	p.Phases[0].Concurrency = 60000
	require.ErrorContains(t, checkLimits(b.env, p), "30000 local ports")
}

func TestDescriptorLimit(t *testing.T) {
	b := newBed(t, "profile", "-m", "m", "--concurrency", "5000", "--request-count", "9000")
	b.env.OpenFiles = func() (uint64, bool) { return 1024, true }
	require.Equal(t, exitFailed, b.run())
	require.Contains(t, b.err.String(), "this run needs 5064 open files, the limit is 1024: raise it with `ulimit -n 5064`")
	b = newBed(t, "profile", "--mock", "--mock-ttft", "0", "--mock-itl", "0", "--isl", "5", "--concurrency", "5000", "--request-count", "4")
	b.env.OpenFiles = func() (uint64, bool) { return 1024, true }
	require.Equal(t, exitOK, b.run(), b.err)
}

func TestRunFolder(t *testing.T) {
	for args, want := range map[string]string{
		"-m m":                     "artifacts/m-openai-chat-concurrency1",
		"-m x/y --request-rate 20": "artifacts/x_y-openai-chat-request_rate20.0",
		"-m m --request-rate 0.5 --concurrency 2": "artifacts/m-openai-chat-concurrency2-request_rate0.5",
		"-m m --artifact-dir out":                 "out",
	} {
		b := newBed(t)
		p, _, err := decide(b.env, Builtin(), strings.Fields(args), nil)
		require.NoError(t, err)
		dir, err := b.env.Getwd()
		require.NoError(t, err)
		require.Equal(t, filepath.Join(dir, want), p.Artifacts.Dir)
	}
}

func TestOptionTableKnowsTheEndpointTypes(t *testing.T) {
	o := config.ProfileTable().Field("endpoint_type")
	var names, work []string
	for _, k := range endpoints.Builtin() {
		names = append(names, k.Name)
		if k.Implemented {
			work = append(work, k.Name)
		}
	}
	require.Equal(t, names, strings.Fields(o.Choices))
	require.Equal(t, work, strings.Fields(o.Only))
}

func TestRegistryWith(t *testing.T) {
	chat, ok := endpoints.Builtin().Lookup("chat")
	require.True(t, ok)
	mine := *chat
	mine.Name = "mine"
	b := newBed(t, "profile", "--mock", "--mock-ttft", "0", "--mock-itl", "0", "--isl", "5", "--request-count", "2", "--endpoint-type", "mine")
	require.Equal(t, exitFailed, Main(b.env, Builtin()))
	require.Equal(t, exitOK, Main(b.env, Builtin().With(&mine)), b.err)
}

func BenchmarkHelp(b *testing.B) {
	env := Env{Args: []string{"--help"}, Stdout: &screen{}, Stderr: &screen{}}
	for b.Loop() {
		env.Stdout.(*screen).b.Reset()
		Main(env, Builtin())
	}
}

func TestRunLeavesNothingBehind(t *testing.T) {
	before := goleak.IgnoreCurrent()
	b := newBed(t, "profile", "--mock", "--mock-ttft", "0", "--mock-itl", "0", "--isl", "5", "--request-count", "5", "--streaming", "--ui", "simple")
	require.Equal(t, exitOK, b.run(), b.err)
	goleak.VerifyNone(t, before)
}
