// aiperf config explain: every value of a run, who set it and where; aiperf config schema: the JSON Schema of configuration files.
package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/aiperf-go/aiperf/bench/config"
	"github.com/aiperf-go/aiperf/bench/config/schema"
	"github.com/aiperf-go/aiperf/report/redact"
)

func explainOptions() *config.Table {
	return config.NewTable([]config.Option{
		{Group: "Options", Names: "--all", Negative: "--no-all", Field: "all", Type: config.Bool, Argv: config.Flag, Default: "false", Ours: true,
			Help: "list the defaults too"},
	})
}

// configExplain takes a file, options of profile, or both, and shows what they come to. Nothing is run and nothing is contacted.
func configExplain(_ context.Context, env Env, reg Registry, args []string) error {
	var own []string
	args = slices.Clone(args)
	args = slices.DeleteFunc(args, func(a string) bool {
		if o, known := explainOptions().Lookup(strings.SplitN(a, "=", 2)[0]); !known || o == nil {
			return false
		}
		own = append(own, a)
		return true
	})
	s, err := explainOptions().Parse(own, nil)
	if err != nil {
		return err
	}
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		args = append([]string{"--config", args[0]}, args[1:]...)
	}
	settings, err := profileTable(reg).Parse(args, env.Environ)
	if err != nil {
		return err
	}
	at, err := place(env, args, nil)
	if err != nil {
		return err
	}
	l, err := settings.Load(at)
	if err != nil {
		f := &configFile{name: textValue(settings, "config_file")}
		if mistakesOf(err) == nil || f.name == "" {
			return exitf(exitFailed, "%w", err)
		}
		f.text, _ = env.ReadFile(f.name) // it was read a moment ago; without it the mistakes have no excerpts
		return f.mistakes(env, err)
	}
	for _, w := range l.Warnings {
		fmt.Fprintf(env.Stderr, "Note: %s\n", redact.Text(oneLine(w)))
	}
	entries := l.Explain(flagValue(s, "all"))
	if !flagValue(s, "all") {
		entries = slices.DeleteFunc(entries, func(e config.Entry) bool { return e.Where == byDefault })
	}
	if _, err := env.Stdout.Write(explained(entries)); err != nil {
		return exitf(exitFailed, "writing the values: %w", err)
	}
	return nil
}

// byDefault is what an entry that nobody set says of its origin.
const byDefault = "default"

// explained lays values out in three columns. A long value keeps its place on a line of its own.
func explained(entries []config.Entry) []byte {
	const widest = 48 // columns of a path or a value; longer ones push the rest of their line to the right
	path, value := 0, 0
	for _, e := range entries {
		if n := utf8.RuneCountInString(e.Path); n <= widest {
			path = max(path, n)
		}
		if n := utf8.RuneCountInString(e.Value); n <= widest {
			value = max(value, n)
		}
	}
	var b bytes.Buffer
	for _, e := range entries {
		b.WriteString(padded(e.Path, path) + "  " + padded(e.Value, value) + "  # " + e.Where + "\n")
	}
	return b.Bytes()
}

func padded(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-utf8.RuneCountInString(s)))
}

// configSchema prints the schema, for editors that check while one types.
func configSchema(_ context.Context, env Env, _ Registry, args []string) error {
	if len(args) > 0 {
		return usagef("config schema takes no arguments, got %q", args[0])
	}
	var b bytes.Buffer
	if err := json.Indent(&b, schema.JSONSchema().JSON(), "", "  "); err != nil {
		return exitf(exitFailed, "writing the schema: %w", err)
	}
	b.WriteByte('\n')
	if _, err := env.Stdout.Write(b.Bytes()); err != nil {
		return exitf(exitFailed, "writing the schema: %w", err)
	}
	return nil
}
