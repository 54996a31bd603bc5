package console

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/metrics"
	"github.com/aiperf-go/aiperf/report/reporttest"
)

var update = flag.Bool("update", false, "write the golden files of our own output")

func captured(t *testing.T, run string) *metrics.Summary {
	t.Helper()
	return reporttest.Summary(t, reporttest.Read(t, testdata, "captures", run, "profile_export_aiperf.json"), "LLM Metrics", define(t))
}

// judged adds what the tool says of itself to a captured run.
func judged(s *metrics.Summary) *metrics.Summary {
	v := metrics.Float
	s.Client = metrics.ClientReport{
		Clock: "kernel", Verdict: "server-limited", Reason: "dispatch lag p99 0.081 ms is 0.3% of the request latency",
		DispatchLag:    metrics.Lag{Count: 10, P50: v(0.012), P90: v(0.05), P99: v(0.081), Max: v(0.2)},
		ReceiveLag:     metrics.Lag{Count: 1234, P50: v(0.004), P90: v(0.01), P99: v(0.05), Max: v(0.31)},
		LatencyFromDue: metrics.Lag{Count: 10, P50: v(21.2), P90: v(24), P99: v(30.1), Max: v(30.9)},
		KernelReads:    1230, UserReads: 4, MergedChunks: 3, Contents: 80, MissedArrivals: 3,
	}
	return s
}

func render(t *testing.T, s *metrics.Summary, opt Options) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, Render(&b, s, opt))
	return b.String()
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join(testdata, "golden", name)
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	sameText(t, string(reporttest.Read(t, path)), got)
}

func TestRenderGolden(t *testing.T) {
	openLoop := func(s *metrics.Summary) *metrics.Summary {
		s.Window.OpenLoop, s.Window.Offered, s.Window.Sent, s.Window.SendEnd = true, 20, 17, time.Second
		s.Client.Verdict, s.Client.Reason = "load not delivered", "3 of 20 arrivals found no free slot"
		return s
	}
	failed := &metrics.Summary{Complete: true, Failed: 6, Scope: metrics.Scope{EndpointTitle: "LLM Metrics"}, Errors: []metrics.ErrorCount{
		{ErrorDetail: metrics.ErrorDetail{Code: 500, Type: "Internal Server Error", Message: "no model\x1b[31m loaded"}, Count: 5},
		{ErrorDetail: metrics.ErrorDetail{Code: metrics.NoCount, Type: "TimeoutError", Message: "TimeoutError()"}, Count: 1},
	}}
	failed.Run.CLICommand = "aiperf profile -m 'mock-model'"
	for _, c := range []struct {
		name string
		s    *metrics.Summary
		opt  Options
	}{
		{"console_80.txt", judged(captured(t, "chat-stream")), Options{Width: 80, Terminal: true}},
		{"console_200.txt", judged(captured(t, "chat-stream")), Options{Width: 200, Terminal: true}},
		{"console_pipe_errors.txt", judged(captured(t, "err-tenth-fail")), Options{LogFile: "logs/aiperf.log", Files: []File{{"CSV Export", "a.csv"}, {"JSON Export", "a.json"}}}},
		{"console_open_loop.txt", openLoop(judged(captured(t, "chat-nonstream"))), Options{Width: 120, Terminal: true}},
		{"console_all_failed.txt", failed, Options{Width: 80, Terminal: true}},
		{"console_color.txt", judged(captured(t, "err-tenth-fail")), Options{Width: 100, Terminal: true, Color: true}},
	} {
		t.Run(c.name, func(t *testing.T) { golden(t, c.name, render(t, c.s, c.opt)) })
	}
}

var ansi = regexp.MustCompile("\x1b\\[[0-9;]*m")

func TestNoLineIsWiderThanTheTerminal(t *testing.T) {
	for _, run := range []string{"chat-stream", "err-tenth-fail", "sigint", "http-trace"} {
		for width := minWidth; width <= 220; width += 3 {
			text := render(t, judged(captured(t, run)), Options{Width: width, Terminal: true, HTTPTrace: true, LogFile: strings.Repeat("long/", 60)})
			for _, line := range strings.Split(text, "\n") {
				require.LessOrEqual(t, cells(line), width, "%s at %d: %q", run, width, line)
			}
		}
	}
}

func TestNarrowTablesKeepTheTellingColumns(t *testing.T) {
	text := render(t, captured(t, "chat-stream"), Options{Width: 80, Terminal: true})
	for _, line := range strings.Split(text, "\n") {
		if strings.HasPrefix(line, "┃") && strings.Contains(line, "Metric") {
			for _, want := range []string{"avg", "p99", "p50"} {
				require.Contains(t, line, want)
			}
		}
	}
}

func TestColourChangesNoText(t *testing.T) {
	for _, run := range []string{"chat-stream", "err-tenth-fail", "sigint"} {
		opt := Options{Width: 100, Terminal: true}
		plain := render(t, captured(t, run), opt)
		require.NotContains(t, plain, "\x1b")
		opt.Color = true
		require.Equal(t, plain, ansi.ReplaceAllString(render(t, captured(t, run), opt), ""))
	}
}

func TestPipeStartsWithTheCapture(t *testing.T) {
	for _, run := range []string{"chat-stream", "err-tenth-fail"} {
		want := string(reporttest.Read(t, testdata, "captures", run, "profile_export_console.txt"))
		require.True(t, strings.HasPrefix(render(t, judged(captured(t, run)), Options{}), want), run)
	}
}

func TestTerminalLeavesOutTablesOfZeros(t *testing.T) {
	s := captured(t, "chat-nonstream")
	for i := range s.Results {
		if s.Results[i].Def.Group == metrics.GroupActive {
			s.Results[i].Avg, s.Results[i].Max = metrics.Float(0), metrics.Float(0)
		}
	}
	require.NotContains(t, render(t, s, Options{Width: 150, Terminal: true}), "LLM Metrics: Active")
	require.Contains(t, render(t, s, Options{}), "LLM Metrics: Active")
}

func TestManyKindsOfErrorsDoNotFillTheTerminal(t *testing.T) {
	s := &metrics.Summary{Complete: true, Succeeded: 1}
	for i := range errorRows + 5 {
		s.Failed += 2
		s.Errors = append(s.Errors, metrics.ErrorCount{ErrorDetail: metrics.ErrorDetail{Code: 500, Message: "request " + strings.Repeat("i", i)}, Count: 2})
	}
	require.Contains(t, render(t, s, Options{Width: 100, Terminal: true}), "and 5 more kinds of errors (10 requests)")
	require.NotContains(t, render(t, s, Options{}), "more kinds of errors")
}

func TestNotice(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, Notice(&b, "Cancellation in Progress", []string{"Stopping.", "", "Press Ctrl+C again to stop at once."}, Options{Width: 80}))
	require.Equal(t, "╭────── Cancellation in Progress ───────╮\n│  Stopping.                            │\n│                                       │\n│  Press Ctrl+C again to stop at once.  │\n╰───────────────────────────────────────╯\n", b.String())
}

func TestMessagesCannotMoveTheCursor(t *testing.T) {
	s := &metrics.Summary{Complete: true, Failed: 1, Errors: []metrics.ErrorCount{{ErrorDetail: metrics.ErrorDetail{Message: "a\x1b[2Jb\rc\td\x07 Bearer sk-abcdefghijk", Type: "T\x1b[1m"}, Count: 1}}}
	text := render(t, s, Options{Width: 100, Terminal: true})
	require.NotContains(t, text, "\x1b")
	require.NotContains(t, text, "\r")
	require.NotContains(t, text, "sk-abcdefghijk")
}

// The captured footers stood below paths of some 25 characters.
func TestFooterEqualsCapturedRuns(t *testing.T) {
	const cwd, mark = "/somewhere/benchmarks/run", "<CWD>"
	for _, run := range []string{"chat-stream", "sigint"} {
		t.Run(run, func(t *testing.T) {
			folder := cwd + "/artifacts/mock-model-openai-chat-concurrency2/"
			p := newPrinter(captured(t, run), Options{
				LogFile: folder + "logs/aiperf.log",
				Files:   []File{{"CSV Export", folder + "profile_export_aiperf.csv"}, {"JSON Export", folder + "profile_export_aiperf.json"}},
			})
			p.footer()
			sameText(t, string(reporttest.Read(t, testdata, "captures", run, "footer.txt")), strings.ReplaceAll(strings.TrimPrefix(p.String(), "\n"), cwd, mark))
		})
	}
}

func FuzzWrap(f *testing.F) {
	f.Add("a long word and 日本語 text", 7)
	f.Add("  leading\nlines\t", 3)
	f.Fuzz(func(t *testing.T, s string, width int) {
		width = 2 + (width&0xff)%100
		s = clean(s)
		lines := wrap(s, width)
		require.Equal(t, strings.Join(strings.Fields(s), ""), strings.Join(strings.Fields(strings.Join(lines, "")), ""), "no text is lost")
		for _, line := range lines {
			require.Equal(t, width, cells(place(line, width, right)))
		}
	})
}
