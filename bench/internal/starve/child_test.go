//go:build unix

// The child: the client under test, with what it was given and what it lacks.
package starve

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/aiperf-go/aiperf/bench"
	"github.com/aiperf-go/aiperf/dataset"
	"github.com/aiperf-go/aiperf/endpoints"
	"github.com/aiperf-go/aiperf/metrics"
)

const (
	// loadVariable makes this binary a child.
	loadVariable = "AIPERF_TEST_STARVE_LOAD"
	// measuring is what a child says after its first request.
	measuring = "measuring\n"
)

// load is what a child does, and with how little.
type load struct {
	URL         string
	Rate        float64 // 0: a closed loop
	Concurrency int
	Requests    int
	Duration    time.Duration // with Requests 0 too, until the child's input ends
	Spin        int           // goroutines that compute without a pause, as making prompts and counting tokens do
	Files       uint64        // limit of descriptors; 0 leaves it
	Hog         bool          // something else in the process has taken all of them
	Group       string        // folder of the control group that the child joins; "" for none
}

// outcome is what a child came to.
type outcome struct {
	Verdict, Reason   string
	Succeeded, Failed int64
	Cores             int
	CPU               float64
}

func TestMain(m *testing.M) {
	spec, ok := os.LookupEnv(loadVariable)
	if !ok {
		os.Exit(m.Run())
	}
	var l load
	err := json.Unmarshal([]byte(spec), &l)
	if err == nil {
		err = l.play(os.Stdin, os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func (l load) play(in io.Reader, out io.Writer) error {
	kind, ok := endpoints.Lookup("chat")
	if !ok {
		return fmt.Errorf("no endpoint type chat")
	}
	if l.Group != "" {
		if err := os.WriteFile(filepath.Join(l.Group, "cgroup.procs"), []byte(strconv.Itoa(os.Getpid())), 0o644); err != nil {
			return fmt.Errorf("joining the control group: %w", err)
		}
	}
	phase := bench.Phase{Name: "profiling", Kind: metrics.Profiling, Rate: l.Rate, Concurrency: l.Concurrency, Requests: l.Requests, Duration: l.Duration, Grace: bench.Unbounded}
	if l.Rate > 0 {
		phase.Pattern = bench.Constant
	}
	plan := &bench.Plan{
		Target: bench.Target{
			Kind: kind, URLs: []string{l.URL + "/v1/chat/completions"}, Model: "m", Streaming: true, Timeout: time.Minute, UserAgent: "starve",
		},
		Dataset: bench.Dataset{Source: question{}, Sampler: dataset.NewSequential(1 << 30)},
		Phases:  []bench.Phase{phase}, Seed: 1,
		Scope: metrics.Scope{EndpointTitle: "LLM Metrics", Streaming: true, ProducesTokens: true},
	}
	stop, cancel := context.WithCancel(context.Background())
	defer cancel()
	if l.Requests == 0 && l.Duration == 0 {
		go func() {
			_, _ = io.Copy(io.Discard, in)
			cancel()
		}()
	}
	if l.Files > 0 {
		var r syscall.Rlimit
		if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &r); err != nil {
			return fmt.Errorf("reading the descriptor limit: %w", err)
		}
		r.Cur = min(l.Files, r.Max)
		if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &r); err != nil {
			return fmt.Errorf("lowering the descriptor limit to %d: %w", l.Files, err)
		}
	}
	for range l.Spin {
		go spin(stop)
	}
	if l.Hog {
		defer hog()()
	}
	s, err := bench.Run(context.Background(), plan, bench.WithStop(stop), bench.WithSink(&firstRecord{out: out}))
	if err != nil {
		return err
	}
	return json.NewEncoder(out).Encode(outcome{
		Verdict: s.Client.Verdict, Reason: s.Client.Reason, Succeeded: s.Succeeded, Failed: s.Failed, Cores: runtime.GOMAXPROCS(0), CPU: s.Client.CPUShare,
	})
}

func spin(until context.Context) {
	for until.Err() == nil {
	}
}

// hog takes every descriptor that is left, after the runtime has taken those it needs for its poller.
func hog() (release func()) {
	var held []*os.File
	for {
		r, w, err := os.Pipe()
		if err != nil {
			break
		}
		held = append(held, r, w)
	}
	if f, err := os.Open(os.DevNull); err == nil { // the odd one
		held = append(held, f)
	}
	return func() {
		for _, f := range held {
			_ = f.Close()
		}
	}
}

// firstRecord tells of the first record.
type firstRecord struct {
	out  io.Writer
	once sync.Once
}

func (f *firstRecord) Record(*metrics.Record) error {
	f.once.Do(func() { fmt.Fprint(f.out, measuring) })
	return nil
}

func (*firstRecord) Close() error { return nil }

// question is a source of equal conversations of one turn.
type question struct{}

func (question) Len() int { return 1 << 30 }

func (question) Materialise(i int) (*dataset.Conversation, error) {
	turn := dataset.Turn{Texts: []dataset.Media{{Contents: []string{"what is the answer?"}}}}
	return &dataset.Conversation{ID: strconv.Itoa(i), Turns: []dataset.Turn{turn}}, nil
}
