// Package cli is the command line: one file per command, and the only place that knows the process it runs in.
//
//	Env (args, environment, streams, clock, signals) ─ Main ─> root ─> a command
//	profile: config.Parse ─> Resolve ─> data ─> artifact folder ─> mock? ─> bench.Run ═> sinks, progress ─> files, console ─> exit code
package cli

import (
	"errors"
	"io"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"

	"golang.org/x/term"

	"github.com/aiperf-go/aiperf/bench/config/doc"
)

// Env is the process as commands see it. Nothing else in this package touches os.
type Env struct {
	Args           []string // without the program's name
	Environ        []string // NAME=value
	Stdout, Stderr io.Writer
	Getwd          func() (string, error)
	Now            func() time.Time
	OutTerminal    bool // standard output is a terminal
	ErrTerminal    bool // standard error is a terminal
	Width          int  // columns of the terminal; 0 when there is none
	// Signals delivers interrupts and terminations until the returned function is called.
	Signals func() (<-chan os.Signal, func())
	// OpenFiles is the limit of open descriptors; ok is false where there is none.
	OpenFiles func() (limit uint64, ok bool)
	// LocalPorts is how many connections to one address the system has ports for; ok is false where it does not tell.
	LocalPorts func() (limit uint64, ok bool)
	// Stat tells what stands at a path.
	Stat func(path string) (os.FileInfo, error)
	// ReadFile and ReadDir read what the user names.
	ReadFile func(path string) ([]byte, error)
	ReadDir  func(path string) ([]os.DirEntry, error)
}

// System is the real process.
func System() Env {
	e := Env{
		Args: os.Args[1:], Environ: os.Environ(), Stdout: os.Stdout, Stderr: os.Stderr,
		Getwd: os.Getwd, Now: time.Now, OpenFiles: openFiles, LocalPorts: localPorts, Stat: os.Stat, ReadFile: doc.ReadFile, ReadDir: os.ReadDir,
		OutTerminal: term.IsTerminal(int(os.Stdout.Fd())), ErrTerminal: term.IsTerminal(int(os.Stderr.Fd())),
		Signals: func() (<-chan os.Signal, func()) {
			c := make(chan os.Signal, signalBuffer)
			signal.Notify(c, os.Interrupt, syscall.SIGTERM)
			return c, func() { signal.Stop(c) }
		},
	}
	e.Width = columns(e)
	return e
}

// columns is the width to write for: what COLUMNS says, else the terminal's.
func columns(e Env) int {
	if n, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil && n > 0 {
		return n
	}
	if e.OutTerminal {
		if w, _, err := term.GetSize(int(os.Stdout.Fd())); err == nil {
			return w
		}
	}
	return 0
}

// color tells whether standard output takes colours.
func (e Env) color() bool { return e.OutTerminal && e.lookup("NO_COLOR") == "" }

// lookup is the value of an environment variable; the last one counts.
func (e Env) lookup(name string) string {
	for i := len(e.Environ) - 1; i >= 0; i-- {
		if v, ok := cutPrefix(e.Environ[i], name+"="); ok {
			return v
		}
	}
	return ""
}

func cutPrefix(s, prefix string) (string, bool) {
	if len(s) < len(prefix) || s[:len(prefix)] != prefix {
		return "", false
	}
	return s[len(prefix):], true
}

// isFile checks that a path given by the user can be read from.
func (e Env) isFile(path string) error {
	info, err := e.Stat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return errors.New("no such file or directory")
	case err != nil:
		return err
	case !info.Mode().IsRegular() && !info.IsDir():
		return errors.New("is neither a file nor a directory")
	}
	return nil
}
