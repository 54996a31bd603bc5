// What the tool can measure, measured: stamps against the server's own instants, dispatch against the schedule, memory per stream, start-up.
// The mock runs in a process of its own, built from this tree. Figures are only as good as the machine is quiet: the mock's lateness stands beside them.
package bench_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/bench"
	"github.com/aiperf-go/aiperf/bench/transport"
	"github.com/aiperf-go/aiperf/dataset"
	"github.com/aiperf-go/aiperf/dataset/synth"
	"github.com/aiperf-go/aiperf/dataset/tokenizer"
	"github.com/aiperf-go/aiperf/endpoints"
	"github.com/aiperf-go/aiperf/metrics"
)

// buildBinary builds the program once a benchmark.
func buildBinary(b *testing.B) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), "aiperf")
	cmd := exec.Command("go", "build", "-trimpath", "-o", path, "github.com/aiperf-go/aiperf")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	out, err := cmd.CombinedOutput()
	require.NoError(b, err, string(out))
	return path
}

// startMock runs `aiperf mock` with the given flags and returns its URL.
func startMock(b *testing.B, binary string, flags ...string) string {
	b.Helper()
	cmd := exec.Command(binary, append([]string{"mock"}, flags...)...)
	out, err := cmd.StdoutPipe()
	require.NoError(b, err)
	require.NoError(b, cmd.Start())
	b.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait()
	})
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if i := strings.Index(lines.Text(), "http://"); i >= 0 {
			url, _, _ := strings.Cut(lines.Text()[i:], " ")
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return url
		}
	}
	b.Fatal("the mock did not say where it listens")
	return ""
}

// mockLateness reads the mock's own lateness in microseconds and resets it.
func mockLateness(b *testing.B, url string) (p50, p99 float64) {
	b.Helper()
	resp, err := http.Post(url+"/mock/stats", "", nil)
	require.NoError(b, err)
	defer resp.Body.Close()
	var stats map[string]any
	require.NoError(b, json.NewDecoder(resp.Body).Decode(&stats))
	get := func(key string) float64 {
		v, ok := stats[key].(float64)
		require.True(b, ok, "mock statistics without %s: %v", key, stats)
		return v / 1e3
	}
	return get("lateness_p50_ns"), get("lateness_p99_ns")
}

// plan is a streaming chat run against url.
func plan(b *testing.B, url string, osl int, clock bench.ClockKind, phases ...bench.Phase) *bench.Plan {
	b.Helper()
	source, err := synth.New(synth.Options{Conversations: 64, ISL: dataset.Spread{Mean: 32}, OSL: dataset.Spread{Mean: float64(osl)}, Tokenizer: tokenizer.Builtin()})
	require.NoError(b, err)
	kind, ok := endpoints.Lookup("chat")
	require.True(b, ok)
	return &bench.Plan{
		Target:  bench.Target{Kind: kind, URLs: []string{url + "/v1/chat/completions"}, Model: "mock-model", Streaming: true, UserAgent: "bench"},
		Dataset: bench.Dataset{Source: source, Sampler: dataset.NewSequential(source.Len()), Tokenizer: tokenizer.Builtin()},
		Phases:  phases, Clock: clock,
		Scope: metrics.Scope{Streaming: true, ProducesTokens: true, TokenizesInput: true},
	}
}

// truth compares every stamp with the instant that the mock wrote into the chunk just before it sent it.
type truth struct {
	clock  bench.Clock
	offset int64 // wall nanoseconds minus instant
	first  transport.Hist
	chunk  transport.Hist
}

var writeKey = []byte(`"mock_write_ns":`)

// wrap makes an endpoint type that checks each chunk on its way into the digest.
func (t *truth) wrap(kind *endpoints.Kind) *endpoints.Kind {
	k := *kind
	decode := k.Decode
	k.Decode = func(doc []byte, at metrics.Instant, d *endpoints.Digest) error {
		before := len(d.Stamps)
		err := decode(doc, at, d)
		i := bytes.Index(doc, writeKey)
		if i < 0 || len(d.Stamps) == before {
			return err
		}
		sent := digits(doc[i+len(writeKey):])
		late := time.Duration(int64(at) + t.offset - sent)
		t.chunk.Record(max(late, -late))
		if before == 0 {
			t.first.Record(max(late, -late))
		}
		return err
	}
	return &k
}

func digits(b []byte) int64 {
	var v int64
	for _, c := range bytes.TrimLeft(b, " ") {
		if c < '0' || c > '9' {
			break
		}
		v = v*10 + int64(c-'0')
	}
	return v
}

// wallOffset is the wall clock minus the run's clock, now.
func wallOffset(c bench.Clock) int64 {
	best, offset := time.Hour, int64(0)
	for range 100 {
		before := c.Now()
		wall := time.Now().UnixNano()
		after := c.Now()
		if d := after - before; d < best {
			best, offset = d, wall-int64(before+d/2)
		}
	}
	return offset
}

func us(d time.Duration) float64 { return float64(d) / 1e3 }

// BenchmarkStamps holds 1,000 streams over warm connections. At 10 ms gaps client and mock together want more than two cores: the mock is then
// late by whole gaps and sends several chunks at once, which share a stamp. The longer gaps show the stamps themselves.
func BenchmarkStamps(b *testing.B) {
	binary := buildBinary(b)
	for _, gap := range []string{"10ms", "20ms", "50ms"} {
		url := startMock(b, binary, "--ttft", "uniform:50ms-150ms", "--itl", gap, "--truth")
		b.Run("kernel/"+gap, func(b *testing.B) { stamps(b, url, bench.ClockKernel) })
		b.Run("user/"+gap, func(b *testing.B) { stamps(b, url, bench.ClockUser) })
	}
}

// stamps measures one clock against the mock's truth.
func stamps(b *testing.B, url string, clock bench.ClockKind) {
	for b.Loop() {
		c := bench.NewClock()
		t := &truth{clock: c, offset: wallOffset(c)}
		p := plan(b, url, 50, clock,
			bench.Phase{Name: "warmup", Kind: metrics.Warmup, Concurrency: 1000, Requests: 1000},
			bench.Phase{Name: "profiling", Concurrency: 1000, Requests: 3000})
		p.Target.Kind = t.wrap(p.Target.Kind)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		mockLateness(b, url)
		s, err := bench.Run(b.Context(), p, bench.WithClock(c))
		require.NoError(b, err)
		runtime.ReadMemStats(&after)
		require.EqualValues(b, 3000, s.Succeeded)
		p50, p99 := mockLateness(b, url)
		b.ReportMetric(us(t.chunk.Quantile(0.5)), "chunk-p50-µs")
		b.ReportMetric(us(t.chunk.Quantile(0.99)), "chunk-p99-µs")
		b.ReportMetric(us(t.first.Quantile(0.99)), "ttft-p99-µs")
		b.ReportMetric(us(t.chunk.Quantile(0.999)), "chunk-p99.9-µs")
		b.ReportMetric(p50, "mock-late-p50-µs")
		b.ReportMetric(p99, "mock-late-p99-µs")
		b.ReportMetric(float64(s.Client.MergedChunks)/float64(s.Client.Contents)*100, "merged-%")
		b.ReportMetric(float64(after.Mallocs-before.Mallocs)/float64(t.chunk.Count()), "allocs/event")
		b.ReportMetric(float64(t.chunk.Count())/(s.Window.End-s.Window.Start).Seconds(), "events/s")
	}
	b.ReportMetric(0, "ns/op")
}

// BenchmarkDispatch sends Poisson arrivals and reports due to written.
func BenchmarkDispatch(b *testing.B) {
	binary := buildBinary(b)
	url := startMock(b, binary, "--ttft", "5ms", "--itl", "1ms")
	for _, rate := range []float64{200, 1000, 5000} {
		b.Run(fmt.Sprintf("poisson-%g", rate), func(b *testing.B) {
			for b.Loop() {
				p := plan(b, url, 4, bench.ClockKernel,
					bench.Phase{Name: "warmup", Kind: metrics.Warmup, Pattern: bench.Poisson, Rate: rate, Duration: time.Second, Grace: bench.Unbounded},
					bench.Phase{Name: "profiling", Pattern: bench.Poisson, Rate: rate, Duration: 4 * time.Second, Grace: bench.Unbounded})
				p.Seed = 42
				s, err := bench.Run(b.Context(), p)
				require.NoError(b, err)
				require.Zero(b, s.Failed)
				lag := s.Client.DispatchLag
				b.ReportMetric(lag.P50.Float64()*1e3, "p50-µs")
				b.ReportMetric(lag.P90.Float64()*1e3, "p90-µs")
				b.ReportMetric(lag.P99.Float64()*1e3, "p99-µs")
				b.ReportMetric(s.Client.CPUShare*100, "cpu-%")
				b.ReportMetric(float64(s.Window.Sent), "requests")
			}
			b.ReportMetric(0, "ns/op")
		})
	}
}

// BenchmarkHeldStreams holds as many streams as the descriptor limit allows, up to 10,000, at 500 ms gaps.
func BenchmarkHeldStreams(b *testing.B) {
	binary := buildBinary(b)
	url := startMock(b, binary, "--ttft", "uniform:500ms-1000ms", "--itl", "500ms")
	const streams = 10_000
	for b.Loop() {
		runtime.GC()
		idle := resident(b)
		p := plan(b, url, 16, bench.ClockKernel, bench.Phase{Name: "profiling", Concurrency: streams, Requests: streams})
		peak := make(chan int64, 1)
		ctx, cancel := context.WithCancel(b.Context())
		go func() {
			most := int64(0)
			for ctx.Err() == nil {
				most = max(most, resident(b))
				select {
				case <-ctx.Done():
				case <-time.After(100 * time.Millisecond):
				}
			}
			peak <- most
		}()
		s, err := bench.Run(b.Context(), p)
		cancel()
		most := <-peak
		require.NoError(b, err)
		require.EqualValues(b, streams, s.Succeeded, "%v", s.Errors)
		p50, p99 := mockLateness(b, url)
		b.ReportMetric(float64(most-idle)/streams/1e3, "kB/stream")
		b.ReportMetric(p50, "mock-late-p50-µs")
		b.ReportMetric(p99, "mock-late-p99-µs")
	}
	b.ReportMetric(0, "ns/op")
}

// resident is the process's resident memory in bytes.
func resident(b *testing.B) int64 {
	data, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		b.Log(err)
		return 0
	}
	pages, _ := strconv.ParseInt(strings.Fields(string(data))[1], 10, 64)
	return pages * int64(os.Getpagesize())
}

// BenchmarkStart times the program as a user starts it.
func BenchmarkStart(b *testing.B) {
	binary := buildBinary(b)
	b.Run("help", func(b *testing.B) {
		for b.Loop() {
			require.NoError(b, exec.Command(binary, "--help").Run())
		}
	})
	b.Run("first-request", func(b *testing.B) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(b, err)
		defer l.Close()
		dir := b.TempDir()
		for b.Loop() {
			cmd := exec.Command(binary, "profile", "--model", "mock-model", "--url", "http://"+l.Addr().String(), "--tokenizer", "builtin",
				"--streaming", "--isl", "550", "--request-count", "50", "--ui", "none", "--artifact-dir", dir)
			require.NoError(b, cmd.Start())
			c, err := l.Accept()
			require.NoError(b, err)
			_, err = c.Read(make([]byte, 1))
			require.NoError(b, err)
			b.StopTimer()
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
			_ = c.Close()
			b.StartTimer()
		}
	})
}

// toDigest is a handler that only decodes.
type toDigest struct {
	transport.Exchange
	kind    *endpoints.Kind
	decoder endpoints.Decoder
	digest  endpoints.Digest
	done    chan error
}

func (d *toDigest) Head(h *transport.Head) error {
	d.kind.OpenInto(&d.decoder, endpoints.Response{Status: h.Status, Reason: h.Reason, ContentType: h.ContentType})
	return nil
}

func (d *toDigest) Body(b []byte, at metrics.Instant) error { return d.decoder.Feed(b, at, &d.digest) }

func (d *toDigest) Done(err error) { d.done <- err }

// BenchmarkReadToDigest streams b.N events over loopback, one packet each, from the read to the digest. The digest's storage is there beforehand,
// as it is in a pooled shot.
func BenchmarkReadToDigest(b *testing.B) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(b, err)
	defer l.Close()
	event := "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\" word\"},\"finish_reason\":null}]}\n\n"
	chunk := []byte(fmt.Sprintf("%x\r\n%s\r\n", len(event), event))
	go func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		_, _ = c.Read(make([]byte, 4096))
		_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
		for range b.N {
			if _, err := c.Write(chunk); err != nil {
				return
			}
		}
		_, _ = io.WriteString(c, "0\r\n\r\n")
	}()
	e := transport.New(transport.Options{Clock: bench.NewClock(), Kernel: true})
	defer e.Close()
	target, err := e.Target("http://" + l.Addr().String() + "/")
	require.NoError(b, err)
	kind, _ := endpoints.Lookup("chat")
	x := &toDigest{kind: kind, done: make(chan error, 1)}
	x.digest.Reset()
	x.digest.Stamps = make([]metrics.Instant, 0, b.N)
	x.digest.Text = make([]byte, 0, 8*b.N)
	x.Prepare()
	x.Target, x.Wire, x.Handler = target, []byte("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"), x
	b.ReportAllocs()
	b.ResetTimer()
	e.Fire(&x.Exchange)
	require.NoError(b, <-x.done)
	b.StopTimer()
	require.Len(b, x.digest.Stamps, b.N)
}
