// The log's line format, and what reaches the screen.
package cli

import (
	"bytes"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/bench/config"
	"github.com/aiperf-go/aiperf/metrics"
	"github.com/aiperf-go/aiperf/report/redact"
)

// openBuffer is a file in memory.
type openBuffer struct {
	bytes.Buffer
	closed bool
}

func (b *openBuffer) Close() error { b.closed = true; return nil }

func TestJournal(t *testing.T) {
	for _, c := range []struct{ level, file, screen string }{
		{"INFO", "INFO - b k=1|NOTICE - c|WARNING - d; e", "notice: c|warning: d; e"},
		{"DEBUG", "DEBUG - a|INFO - b k=1|NOTICE - c|WARNING - d; e", "debug: a|info: b k=1|notice: c|warning: d; e"},
		{"WARNING", "WARNING - d; e", "warning: d; e"},
		{"ERROR", "", ""},
	} {
		screen, cleared := &bytes.Buffer{}, 0
		env := Env{Stderr: screen, Now: func() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 67e6, time.UTC) }}
		j := newJournal(env, c.level, redact.Known{})
		j.clear = func() { cleared++ }
		log := slog.New(j)
		log.Debug("a")
		log.Info("b", "k", 1)
		var file openBuffer
		j.attach(&file)
		log.Log(t.Context(), levelNotice, "c")
		log.Warn("d\ne")
		var wantFile, wantScreen bytes.Buffer
		for l := range bytes.SplitSeq([]byte(c.file), []byte("|")) {
			if len(l) > 0 {
				wantFile.WriteString("2026-01-02 03:04:05.067 - aiperf - " + string(l) + "\n")
			}
		}
		for l := range bytes.SplitSeq([]byte(c.screen), []byte("|")) {
			if len(l) > 0 {
				wantScreen.WriteString(string(l) + "\n")
			}
		}
		j.keep(slog.LevelError, "f")
		j.close()
		require.True(t, file.closed)
		wantFile.WriteString("2026-01-02 03:04:05.067 - aiperf - ERROR - f\n")
		require.Equal(t, wantFile.String(), file.String(), c.level)
		require.Equal(t, wantScreen.String(), screen.String(), c.level)
		require.Equal(t, bytes.Count(screen.Bytes(), []byte("\n")), cleared, c.level)
	}
}

// fullDisk takes nothing.
type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("no space left") }
func (fullDisk) Close() error              { return nil }

func TestJournalShowsWhatItCannotKeep(t *testing.T) {
	screen := &bytes.Buffer{}
	j := newJournal(Env{Stderr: screen, Now: time.Now}, "INFO", redact.NewKnown([]string{"hush"}))
	j.attach(fullDisk{})
	r := slog.NewRecord(time.Time{}, slog.LevelWarn, "said hush", 0)
	require.ErrorContains(t, j.Handle(t.Context(), r), "writing the log: no space left")
	require.Equal(t, "warning: said <redacted>\n", screen.String())
}

func TestNothingSucceeded(t *testing.T) {
	p := &config.Profile{URLs: []string{"http://u:hush@h:1"}}
	failed := func(code metrics.Count, kind, message string, others ...string) *metrics.Summary {
		s := &metrics.Summary{Failed: 7, Errors: []metrics.ErrorCount{{ErrorDetail: metrics.ErrorDetail{Code: code, Type: kind, Message: message}, Count: 7}}}
		for _, o := range others {
			s.Errors = append(s.Errors, metrics.ErrorCount{ErrorDetail: metrics.ErrorDetail{Code: metrics.NoCount, Type: o}})
		}
		return s
	}
	for want, s := range map[string]*metrics.Summary{
		"no request was sent":   {},
		"all 2 requests failed": {Failed: 2},
		"no request finished before the run ended (3 were cut off): raise --benchmark-duration or --benchmark-grace-period": {Phases: []metrics.PhaseWindow{{Cancelled: 3}}},
		"all 7 requests failed: 401 Unauthorized: no key; check --api-key (http://<redacted>@h:1)":                          failed(401, "Unauthorized", "no key"),
		"all 7 requests failed: Odd: a; b (and 1 more messages)":                                                            failed(metrics.NoCount, "Odd", "Odd('a\nb')", "Other"),
		"all 7 requests failed: TimeoutError; raise --request-timeout-seconds or lower the load (http://<redacted>@h:1)":    failed(metrics.NoCount, "TimeoutError", "TimeoutError()"),
		`all 7 requests failed: 502 SSEResponseError: no "room" left`: failed(502, "SSEResponseError",
			`SSEResponseError('Unknown error: SSEMessage(perf_ns=0, packets=[SSEField(name=\'data\', value=\'{"error":{"message": "no \\\\"room\\\\" left","code":1}}\')])')`),
		"all 7 requests failed: 502 SSEResponseError: SSEMessage(packets=[])": failed(502, "SSEResponseError", "SSEMessage(packets=[])"),
	} {
		require.Equal(t, want, nothingSucceeded(s, p))
	}
}
