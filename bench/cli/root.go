// The root: finding the command, and turning its error into one line and an exit code.
package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	urfave "github.com/urfave/cli/v3"

	"github.com/aiperf-go/aiperf/bench/config"
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
		line := oneLine(err.Error())
		if mistakesOf(err) == nil { // a document's mistakes are written without secrets, and name keys that look like them
			line = redact.Text(line)
		}
		fmt.Fprintf(env.Stderr, "aiperf: %s\n", line)
		if all := mistakesOf(err); all != nil {
			showExcerpt(env, all[0], all[0].Excerpt)
		}
		if hint := lookUp(env.Args, err, line); hint != "" {
			fmt.Fprintf(env.Stderr, "aiperf: %s\n", hint)
		}
	}
	return codeOf(err)
}

// lookUp says where the right spelling stands, after a mistake in the command line whose line does not say it.
func lookUp(args []string, err error, line string) string {
	var usage *config.UsageError
	if !errors.As(err, &usage) || strings.Contains(line, "--help") || strings.Contains(line, "not supported in this version") {
		return ""
	}
	path, c := find(commands(), args)
	if !c.works() {
		path = nil
	}
	return "see " + strings.Join(append([]string{"aiperf"}, path...), " ") + " --help"
}

// oneLine keeps a message on one line, so that logs and scripts can count on it.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == '\n' || r == '\r' }), "; ")
}

// root names every command. Commands read their own arguments: AIPerf's grammar is not this library's.
func root(env Env, reg Registry) *urfave.Command {
	r := branch(env, reg, nil, command{name: "aiperf", subs: commands()})
	r.Writer, r.ErrWriter = env.Stdout, env.Stderr
	r.ExitErrHandler = func(context.Context, *urfave.Command, error) {}
	r.Action = func(_ context.Context, c *urfave.Command) error { return rootAction(env, c.Args().Slice()) }
	return r
}

// branch is a command with all below it; path is its name in words, without the program's.
func branch(env Env, reg Registry, path []string, c command) *urfave.Command {
	u := &urfave.Command{
		Name: c.name, Usage: c.about, HideHelp: true, HideVersion: true, DisableSliceFlagSeparator: true, SkipFlagParsing: true,
		OnUsageError: func(_ context.Context, _ *urfave.Command, err error, _ bool) error { return usagef("%s", err) },
		Action: func(ctx context.Context, cmd *urfave.Command) error {
			args := cmd.Args().Slice()
			switch {
			case c.run == nil:
				return groupAction(env, path, c, args)
			case wantsHelp(args):
				return commandHelp(env, path, c, args)
			}
			return c.run(ctx, env, reg, args)
		},
	}
	for _, sub := range c.subs {
		u.Commands = append(u.Commands, branch(env, reg, append(slices.Clone(path), sub.name), sub))
	}
	return u
}

// groupAction handles what is no subcommand: a group shows its own, what cannot run is refused.
func groupAction(env Env, path []string, c command, args []string) error {
	switch {
	case len(args) > 0 && len(c.subs) > 0 && !strings.HasPrefix(args[0], "-"):
		return unknownCommand(path, c.subs, args[0])
	case !c.works():
		return unsupported(path, c)
	case len(args) == 0, wantsHelp(args):
		printGroupHelp(env, path, c)
		return nil
	}
	return strayOption(path, c.subs, args[0])
}

// rootAction handles what is no command.
func rootAction(env Env, args []string) error {
	if len(args) == 0 {
		printHelp(env, env.Stdout)
		return nil
	}
	switch args[0] {
	case "--help", "-h", "help":
		return helpAbout(env, args[1:])
	case "--help-all":
		printAllOptions(env, env.Stdout)
	case "--version", "version":
		printVersion(env.Stdout)
	case "--install-completion":
		return installCompletion(env, args[1:])
	default:
		if strings.HasPrefix(args[0], "-") {
			return strayOption(nil, commands(), args[0])
		}
		return unknownCommand(nil, commands(), args[0])
	}
	return nil
}

// strayOption refuses an option that stands where a command is due, and shows where it may stand.
func strayOption(path []string, cs []command, option string) error {
	name, _, _ := strings.Cut(option, "=")
	for _, c := range cs {
		if c.run == nil || c.options == nil {
			continue
		}
		if _, known := c.options().Lookup(name); known {
			return usagef("option %s follows a command, as in: aiperf %s", option, strings.Join(append(slices.Clone(path), c.name, option), " "))
		}
	}
	return usagef("unknown option %s; options follow a command", option)
}
