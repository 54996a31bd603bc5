// Exit codes: what the program tells the shell.
package cli

import (
	"errors"
	"fmt"
)

// The exit codes. They are shown in every command's help.
const (
	exitOK          = 0
	exitFailed      = 1   // wrong options, a start that failed, or no request succeeded
	exitChoose      = 2   // config init without a template, config expand of a search; AIPerf's code for both
	exitRegressed   = 97  // a comparison found a regression
	exitInvalid     = 98  // the result is not valid, under --strict
	exitGate        = 99  // a gate failed
	exitInterrupted = 130 // SIGINT, partial results written
	exitTerminated  = 143 // SIGTERM, partial results written
)

// exitCodes explains them, for the help.
var exitCodes = []struct {
	code int
	text string
}{
	{exitOK, "ok"},
	{exitFailed, "wrong options, a start that failed, or no request succeeded"},
	{exitChoose, "config init was given no template, or config expand a search that chooses its variations while it runs"},
	{exitRegressed, "a comparison found a regression"},
	{exitInvalid, "the result is not valid (client-limited, load not delivered, too few samples), under --strict"},
	{exitGate, "a gate failed"},
	{exitInterrupted, "interrupted (SIGINT), partial results written"},
	{exitTerminated, "terminated (SIGTERM), partial results written"},
}

// ExitError ends the program with a code. Its message, if any, is one line on standard error.
type ExitError struct {
	Code int
	Err  error // nil when everything has been said
}

func (e *ExitError) Error() string {
	if e.Err == nil {
		return fmt.Sprintf("exit status %d", e.Code)
	}
	return e.Err.Error()
}

func (e *ExitError) Unwrap() error { return e.Err }

// exit ends a command with a code, everything said.
func exit(code int) error {
	if code == exitOK {
		return nil
	}
	return &ExitError{Code: code}
}

// exitf ends a command with a code and a line.
func exitf(code int, format string, a ...any) error {
	return &ExitError{Code: code, Err: fmt.Errorf(format, a...)}
}

// codeOf is the exit code of an error; any error that names none is a failure.
func codeOf(err error) int {
	var e *ExitError
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &e):
		return e.Code
	default:
		return exitFailed
	}
}
