// aiperf config: the subcommands around configuration files, and their options.
package cli

import (
	"fmt"

	"github.com/aiperf-go/aiperf/bench/config"
)

func configCommands() []command {
	return []command{
		{name: "init", about: "list, search or print example configurations", options: initOptions, run: configInit},
		{name: "validate", about: "check a configuration file and name every mistake in it", takes: "FILE", file: true, options: validateOptions, run: configValidate},
		{name: "expand", about: "print the variations that a sweep stands for, and run none", takes: "FILE", file: true, options: expandOptions, run: configExpand},
		{name: "explain", about: "print every value of a run, and which option, variable or line set it", takes: "[FILE]", file: true, options: explainOptions,
			also: profileOptions, run: configExplain, ours: true, more: []string{
				"FILE is a configuration file, over which the options of aiperf profile are laid; either may be left out. Nothing is run and no server is asked.",
			}},
		{name: "schema", about: "print the JSON Schema of configuration files, for editors", run: configSchema, ours: true},
	}
}

func initOptions() *config.Table {
	const group = "Options"
	return config.NewTable([]config.Option{
		{Group: group, Names: "--template -t", Field: "template", Type: config.Str, Argv: config.One, Help: "name of the example to print; --list shows them"},
		{Group: group, Names: "--list -l", Negative: "--no-list", Field: "list", Type: config.Bool, Argv: config.Flag, Default: "false", Help: "list the examples"},
		{Group: group, Names: "--search -s", Field: "search", Type: config.Str, Argv: config.One, Help: "list the examples with this word in name, title, description, category or tags"},
		{Group: group, Names: "--category -c", Field: "category", Type: config.Str, Argv: config.One, Help: "with --list: one category, or the beginning of its name"},
		{Group: group, Names: "--verbose -v", Negative: "--no-verbose", Field: "verbose", Type: config.Bool, Argv: config.Flag, Default: "false", Help: "list tags and difficulty too"},
		{Group: group, Names: "--model -m", Field: "model", Type: config.Str, Argv: config.One, Help: "model to write into the example"},
		{Group: group, Names: "--url -u", Field: "url", Type: config.Str, Argv: config.One, Help: "server address to write into the example"},
		{Group: group, Names: "--output -o", Field: "output", Type: config.Path, Argv: config.One, Help: "file to write instead of standard output"},
	})
}

// fileFirst turns the bare word of a command into its option for the file: `validate FILE` is `validate --config-file FILE`.
func fileFirst(t *config.Table, option string, args []string) []string {
	for i := 0; i < len(args); i++ {
		a := args[i]
		if len(a) < 2 || a[0] != '-' {
			return append(append([]string{option, a}, args[:i]...), args[i+1:]...)
		}
		if o, ok := t.Lookup(a); ok && wants(o) {
			i++ // its value
		}
	}
	return args
}

// textValue is a field's text, "" when it was not given.
func textValue(s *config.Settings, field string) string {
	v, _ := s.Value(field).(string)
	return v
}

func flagValue(s *config.Settings, field string) bool {
	v, _ := s.Value(field).(bool)
	return v
}

// plural is a count and its noun.
func plural(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}
