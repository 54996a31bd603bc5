// The command tree against AIPerf's: every command runs or is refused by name.
package cli

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/bench/config"
)

// aiperfCommand is one row of testdata/commands.json.
type aiperfCommand struct {
	Command string
	Group   bool
	Options []struct {
		Names, Negative, Choices []string
		Default                  any
		Flag                     bool
	}
}

func aiperfCommands(t *testing.T) []aiperfCommand {
	b, err := os.ReadFile("testdata/commands.json")
	require.NoError(t, err)
	var all struct{ Commands []aiperfCommand }
	require.NoError(t, json.Unmarshal(b, &all))
	require.NotEmpty(t, all.Commands)
	return all.Commands
}

func TestEveryCommandRunsOrIsRefusedByName(t *testing.T) {
	for _, want := range aiperfCommands(t) {
		words := strings.Fields(want.Command)
		path, c := find(commands(), words)
		if want.Command == "kube results list-runs" {
			words = words[:2] // AIPerf's only third level; the refusal is the same
		}
		require.Equal(t, words, path, want.Command)
		if c.works() {
			b := newBed(t, append(words, "--help")...)
			require.Equal(t, exitOK, b.run(), want.Command)
			require.Contains(t, b.out.String(), "usage: aiperf "+want.Command)
			continue
		}
		for _, more := range []string{"", "--help", "-h", "--model m", "--no-such-option"} {
			b := newBed(t, append(slices.Clone(words), strings.Fields(more)...)...)
			require.Equal(t, exitFailed, b.run(), "%s %s", want.Command, more)
			require.Equal(t, fmt.Sprintf("aiperf: command %q is not supported in this version: it belongs to %s\n", strings.Join(path, " "), c.about), b.err.String())
			require.Empty(t, b.out.String())
		}
	}
}

// Nothing else is in the tree than AIPerf's commands and those marked as ours.
func TestNoOtherCommands(t *testing.T) {
	var theirs []string
	for _, c := range aiperfCommands(t) {
		theirs = append(theirs, c.Command)
	}
	var walk func(prefix string, cs []command)
	walk = func(prefix string, cs []command) {
		for _, c := range cs {
			require.Equal(t, c.ours, !slices.Contains(theirs, prefix+c.name), prefix+c.name)
			walk(prefix+c.name+" ", c.subs)
		}
	}
	walk("", commands())
}

func TestConfigOptionsAreAIPerfs(t *testing.T) {
	for _, want := range aiperfCommands(t) {
		for _, o := range want.Options {
			_, c := find(commands(), strings.Fields(want.Command))
			have, ok := c.options().Lookup(o.Names[0])
			require.True(t, ok, "%s %s", want.Command, o.Names[0])
			require.ElementsMatch(t, o.Names, have.AllNames())
			require.ElementsMatch(t, o.Negative, strings.Fields(have.Negative))
			require.ElementsMatch(t, o.Choices, strings.Fields(have.Choices))
			require.Equal(t, o.Flag, have.Argv == config.Flag, o.Names[0])
		}
	}
}

func TestMistakesAtTheTop(t *testing.T) {
	for args, want := range map[string]string{
		"nonsense":           `unknown command "nonsense"; available commands: profile, `,
		"profil":             `unknown command "profil"; did you mean "profile"?`,
		"config initt":       `unknown command "config initt"; did you mean "config init"?`,
		"config zzzzzzzzz":   `unknown command "config zzzzzzzzz"; available commands: init, `,
		"kube proflie":       `unknown command "kube proflie"; did you mean "kube profile"?`,
		"--concurrency 3":    "option --concurrency follows a command, as in: aiperf profile --concurrency",
		"config --list":      "option --list follows a command, as in: aiperf config init --list",
		"--zzz":              "unknown option --zzz",
		"completion":         "completion takes the name of one shell: bash, zsh, fish",
		"completion tcsh":    `no completion for the shell "tcsh"; there are bash, zsh, fish`,
		"config init --lst":  "unknown option --lst; did you mean --list?",
		"help profle":        `unknown command "profle"; did you mean "profile"?`,
		"help config initt":  `unknown command "config initt"; did you mean "config init"?`,
		"profile -h concurr": "",
	} {
		b := newBed(t, strings.Fields(args)...)
		if want == "" {
			require.Equal(t, exitOK, b.run(), args)
			continue
		}
		require.Equal(t, exitFailed, b.run(), args)
		require.Empty(t, b.out.String(), args)
		lines := strings.Split(strings.TrimSpace(b.err.String()), "\n")
		require.LessOrEqual(t, len(lines), 2, "one line and at most one hint: %s", lines)
		require.True(t, strings.HasPrefix(lines[0], "aiperf: "+want), "%s: %s", args, lines[0])
		if len(lines) == 2 {
			require.Regexp(t, `^aiperf: see aiperf .*--help$`, lines[1], args)
		}
	}
}

func TestHelpOfACommandByEitherWord(t *testing.T) {
	for _, args := range []string{"profile", "mock", "config", "config init", "completion"} {
		a, b := newBed(t, strings.Fields("help "+args)...), newBed(t, strings.Fields(args+" --help")...)
		require.Equal(t, exitOK, a.run(), a.err)
		require.Equal(t, exitOK, b.run(), b.err)
		require.Equal(t, b.out.String(), a.out.String())
	}
	b := newBed(t, "help", "plot")
	require.Equal(t, exitFailed, b.run())
	require.Contains(t, b.err.String(), `command "plot" is not supported in this version`)
}
