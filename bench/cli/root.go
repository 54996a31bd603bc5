// The root: finding the command, and turning its error into one line and an exit code.
package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	urfave "github.com/urfave/cli/v3"

	"github.com/aiperf-go/aiperf/endpoints"
	"github.com/aiperf-go/aiperf/report/redact"
)

// Registry is what a build of the program is made of. It is a value: With gives a new one.
type Registry struct {
	kinds endpoints.Registry
}

// Builtin is the registry of the plain program.
func Builtin() Registry { return Registry{kinds: endpoints.Builtin()} }

// With adds endpoint types; one of a known name takes its place.
func (r Registry) With(kinds ...*endpoints.Kind) Registry {
	out := slices.Clone(r.kinds)
	for _, k := range kinds {
		if i := slices.IndexFunc(out, func(o *endpoints.Kind) bool { return o.Name == k.Name }); i >= 0 {
			out[i] = k
			continue
		}
		out = append(out, k)
	}
	return Registry{kinds: out}
}

// Main runs the command line and returns the exit code.
func Main(env Env, reg Registry) int {
	err := root(env, reg).Run(context.Background(), append([]string{"aiperf"}, env.Args...))
	var e *ExitError
	if err != nil && !(errors.As(err, &e) && e.Err == nil) {
		fmt.Fprintf(env.Stderr, "aiperf: %s\n", redact.Text(oneLine(err.Error())))
	}
	return codeOf(err)
}

// oneLine keeps a message on one line, so that logs and scripts can count on it.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == '\n' || r == '\r' }), "; ")
}

// root names every command. Commands read their own arguments: AIPerf's grammar is not this library's.
func root(env Env, reg Registry) *urfave.Command {
	r := &urfave.Command{
		Name: "aiperf", HideHelp: true, HideVersion: true, DisableSliceFlagSeparator: true, SkipFlagParsing: true,
		Writer: env.Stdout, ErrWriter: env.Stderr,
		ExitErrHandler: func(context.Context, *urfave.Command, error) {},
		OnUsageError: func(_ context.Context, _ *urfave.Command, err error, _ bool) error {
			return exitf(exitFailed, "%w", err)
		},
		Action: func(_ context.Context, c *urfave.Command) error { return rootAction(env, c.Args().Slice()) },
	}
	for _, c := range commands {
		r.Commands = append(r.Commands, &urfave.Command{
			Name: c.name, Usage: c.about, HideHelp: true, SkipFlagParsing: true,
			Action: func(ctx context.Context, cmd *urfave.Command) error {
				if c.run == nil {
					return exitf(exitFailed, "command %q is not supported in this version: it belongs to %s", c.name, c.about)
				}
				return c.run(ctx, env, reg, cmd.Args().Slice())
			},
		})
	}
	return r
}

// command is one command; without run it is known and refused, about then names the feature it belongs to.
type command struct {
	name, about string
	run         func(ctx context.Context, env Env, reg Registry, args []string) error
}

// commands are all commands, ours and AIPerf's.
var commands = []command{
	{"profile", "measure a server", profile},
	{"mock", "run the mock server alone", runMock},
	{"analyze", "the analysis of finished runs", nil},
	{"analyze-trace", "trace replay", nil},
	{"chat", "interactive chats", nil},
	{"config", "configuration files", nil},
	{"kube", "runs on Kubernetes", nil},
	{"plot", "plots", nil},
	{"plugins", "listing AIPerf's Python plugins", nil},
	{"proxy", "AIPerf's message bus between processes", nil},
	{"service", "AIPerf's separate service processes", nil},
	{"speed-bench-report", "public datasets", nil},
	{"synthesize", "trace replay", nil},
	{"validate", "trace replay", nil},
}

// rootAction handles what is no command.
func rootAction(env Env, args []string) error {
	if len(args) == 0 {
		printHelp(env, env.Stdout)
		return nil
	}
	switch args[0] {
	case "--help", "-h", "help":
		printHelp(env, env.Stdout)
	case "--help-all":
		printAllOptions(env, env.Stdout)
	case "--version", "version":
		printVersion(env.Stdout)
	case "--install-completion":
		return exitf(exitFailed, "--install-completion is not supported in this version: it belongs to shell completion")
	default:
		if strings.HasPrefix(args[0], "-") {
			return exitf(exitFailed, "unknown option %s; options follow a command, as in: aiperf profile %s", args[0], args[0])
		}
		return exitf(exitFailed, "unknown command %q; available commands: profile, mock", args[0])
	}
	return nil
}
