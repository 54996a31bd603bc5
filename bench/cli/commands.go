// The command table: every command and subcommand, ours and AIPerf's, those that run and those that are refused by name.
package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aiperf-go/aiperf/bench/config"
	"github.com/aiperf-go/aiperf/bench/config/doc"
)

// command is one command, or a group of them. Without run and subs it is known and refused.
type command struct {
	name, about string               // about a refused one is the feature it belongs to
	takes       string               // what stands behind its name, besides options
	file        bool                 // a bare word is the path of a file
	options     func() *config.Table // nil: --help alone
	also        func() *config.Table // the options of profile, which the command takes besides its own
	more        []string             // further paragraphs of its help
	subs        []command
	run         func(ctx context.Context, env Env, reg Registry, args []string) error
	ours        bool // AIPerf has no such command
}

// commands are the top of the tree, in the order the help shows them.
func commands() []command {
	return []command{
		{name: "profile", about: "measure a server", options: profileOptions, run: profile},
		{name: "rerun", about: "repeat a run from its results folder", takes: "FOLDER", file: true, also: profileOptions, run: rerun, ours: true, more: []string{
			"Same options, same configuration file, same seed. Options of aiperf profile behind the folder take the place of recorded ones. " +
				"Secrets are not recorded: give them again (--api-key, --header).",
			"The results go to FOLDER-rerun-1, or the next free number, unless --artifact-dir says otherwise.",
		}},
		{name: "mock", about: "run the mock server alone", options: config.MockTable, run: runMock, ours: true},
		{name: "config", about: "make, check and explain configuration files", subs: configCommands()},
		{name: "completion", about: "print the completion script of a shell", takes: strings.Join(shellNames(), "|"), run: runCompletion, ours: true},
		refused("analyze", "the analysis of finished runs", "swim-lane", "turn-messages"),
		refused("analyze-trace", "trace replay"),
		refused("chat", "interactive chats"),
		refused("kube", "runs on Kubernetes", "attach", "cancel", "cleanup", "dashboard", "debug", "delete", "generate", "init", "list", "logs", "preflight",
			"profile", "results", "show", "shutdown", "sweep", "validate"),
		refused("plot", "plots"),
		refused("plugins", "listing AIPerf's Python plugins"),
		refused("proxy", "AIPerf's message bus between processes"),
		refused("service", "AIPerf's separate service processes"),
		refused("speed-bench-report", "public datasets"),
		refused("synthesize", "trace replay"),
		refused("validate", "trace replay"),
	}
}

func profileOptions() *config.Table { return config.ProfileTable() }

// refused is a command of AIPerf that this version does not have, with its subcommands.
func refused(name, feature string, subs ...string) command {
	c := command{name: name, about: feature}
	for _, s := range subs {
		c.subs = append(c.subs, command{name: s, about: feature})
	}
	return c
}

// works tells whether a command, or any below it, can be run.
func (c command) works() bool { return c.run != nil || slices.ContainsFunc(c.subs, command.works) }

// find follows words down the tree as far as they name commands.
func find(cs []command, words []string) (path []string, found command) {
	for _, w := range words {
		i := slices.IndexFunc(cs, func(c command) bool { return c.name == w })
		if i < 0 {
			break
		}
		path, found, cs = append(path, w), cs[i], cs[i].subs
	}
	return path, found
}

// unsupported refuses a command by its whole name.
func unsupported(path []string, c command) error {
	return exitf(exitFailed, "command %q is not supported in this version: it belongs to %s", strings.Join(path, " "), c.about)
}

// unknownCommand says what a word could have meant among the commands at its place.
func unknownCommand(group []string, cs []command, word string) error {
	var names, working []string
	for _, c := range cs {
		names = append(names, c.name)
		if c.works() {
			working = append(working, c.name)
		}
	}
	prefix := strings.Join(append(slices.Clone(group), ""), " ")
	if near := nearCommand(cs, word); near != "" {
		return usagef("unknown command %q; did you mean %q?", prefix+word, prefix+near)
	}
	if working == nil {
		working = names
	}
	return usagef("unknown command %q; available commands: %s", prefix+word, strings.Join(working, ", "))
}

// nearCommand is the command that a word was probably meant to be; "" when none is like it.
func nearCommand(cs []command, word string) string {
	var names []string
	for _, c := range cs {
		names = append(names, c.name)
	}
	return doc.Nearest(word, names)
}

// usagef is a mistake in the command line: Main adds where to look it up.
func usagef(format string, a ...any) error {
	return &config.UsageError{Msg: fmt.Sprintf(format, a...)}
}
