// The log: AIPerf's line format in a file, and what a person should see now on standard error.
package cli

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/aiperf-go/aiperf/report/redact"
)

// AIPerf's levels on slog's scale.
const (
	levelTrace    = slog.Level(-8)
	levelNotice   = slog.Level(2)
	levelSuccess  = slog.Level(6)
	levelCritical = slog.Level(12)
)

// levels are AIPerf's names, least first.
var levels = []struct {
	name  string
	level slog.Level
}{
	{"TRACE", levelTrace}, {"DEBUG", slog.LevelDebug}, {"INFO", slog.LevelInfo}, {"NOTICE", levelNotice},
	{"WARNING", slog.LevelWarn}, {"SUCCESS", levelSuccess}, {"ERROR", slog.LevelError}, {"CRITICAL", levelCritical},
}

func levelOf(name string) slog.Level {
	for _, l := range levels {
		if l.name == name {
			return l.level
		}
	}
	return slog.LevelInfo
}

func levelName(l slog.Level) string {
	name := levels[0].name
	for _, row := range levels {
		if l >= row.level {
			name = row.name
		}
	}
	return name
}

// journal is a slog handler over one log file and standard error. The file may come later; what is said before is kept for it.
type journal struct {
	mu     sync.Mutex
	now    func() time.Time
	file   io.WriteCloser
	early  []string
	mask   func(string) string
	level  slog.Level // least level of the file
	screen io.Writer
	shown  slog.Level // least level of the screen
	clear  func()     // takes the progress line away before a line is written
}

func (j *journal) Enabled(_ context.Context, l slog.Level) bool { return l >= min(j.level, j.shown) }

func (j *journal) WithAttrs([]slog.Attr) slog.Handler { return j }

func (j *journal) WithGroup(string) slog.Handler { return j }

// Handle writes one record: `2026-01-02 03:04:05.678 - aiperf - INFO - text key=value`.
func (j *journal) Handle(_ context.Context, r slog.Record) error {
	text := oneLine(r.Message)
	r.Attrs(func(a slog.Attr) bool {
		text += fmt.Sprintf(" %s=%v", a.Key, a.Value)
		return true
	})
	text = j.mask(text)
	j.mu.Lock()
	defer j.mu.Unlock()
	if r.Level >= j.shown {
		if j.clear != nil {
			j.clear()
		}
		fmt.Fprintf(j.screen, "%s: %s\n", strings.ToLower(levelName(r.Level)), text)
	}
	return j.write(r.Level, text)
}

// write puts a line into the file.
func (j *journal) write(l slog.Level, text string) error {
	if l < j.level {
		return nil
	}
	line := fmt.Sprintf("%s - aiperf - %s - %s\n", j.now().Format("2006-01-02 15:04:05.000"), levelName(l), text)
	if j.file == nil {
		j.early = append(j.early, line)
		return nil
	}
	if _, err := io.WriteString(j.file, line); err != nil {
		return fmt.Errorf("writing the log: %w", err)
	}
	return nil
}

// keep logs to the file alone: what the screen shows anyway.
func (j *journal) keep(l slog.Level, text string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	_ = j.write(l, j.mask(oneLine(text)))
}

// close ends the file, if there is one.
func (j *journal) close() {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.file != nil {
		_ = j.file.Close()
	}
}

// attach gives the journal its file, which it closes.
func (j *journal) attach(w io.WriteCloser) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.file = w
	for _, line := range j.early {
		_, _ = io.WriteString(w, line)
	}
	j.early = nil
}

// newJournal logs at a level, without the secrets. The screen shows notices and above, more with a verbose level.
func newJournal(env Env, level string, secrets redact.Known) *journal {
	j := &journal{now: env.Now, mask: secrets.Text, level: levelOf(level), screen: env.Stderr, shown: levelNotice}
	if j.level < slog.LevelInfo || j.level > j.shown {
		j.shown = j.level
	}
	return j
}

// beforeLine sets what clears the progress line before a line is printed; a signal may print one at any time.
func (j *journal) beforeLine(wipe func()) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.clear = wipe
}
