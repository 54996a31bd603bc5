// The reference pages that the option table writes: docs/cli-options.md, and the counts in docs/compatibility.md.
package config

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/bench/config/schema"
)

var update = flag.Bool("update", false, "rewrite the reference pages from the option table")

const docs = "../../docs/"

// TestDocs fails when a page is not what the table says.
func TestDocs(t *testing.T) {
	sameFile(t, docs+"cli-options.md", func(string) string { return optionsPage() })
	sameFile(t, docs+"config.md", func(string) string { return configPage() })
	sameFile(t, docs+"compatibility.md", func(page string) string {
		begin, end := "<!-- counts: written by make generate -->\n", "<!-- end of counts -->"
		before, rest, found := strings.Cut(page, begin)
		require.True(t, found, "the page has no place for the counts")
		_, after, found := strings.Cut(rest, end)
		require.True(t, found, "the page has no end of the counts")
		return before + begin + countsTable() + end + after
	})
}

// firstDifference shows one line of each, where a page would be too much.
func firstDifference(have, want string) string {
	h, w := strings.Split(have, "\n"), strings.Split(want, "\n")
	for i := range w {
		if i >= len(h) || h[i] != w[i] {
			return fmt.Sprintf("line %d: want %s", i+1, w[i])
		}
	}
	if len(h) > len(w) {
		return fmt.Sprintf("line %d: %s is too much", len(w)+1, h[len(w)])
	}
	return ""
}

func sameFile(t *testing.T, name string, want func(have string) string) {
	t.Helper()
	b, err := os.ReadFile(name)
	if !*update {
		require.NoError(t, err)
		require.Empty(t, firstDifference(string(b), want(string(b))), "%s is stale: make generate", name)
		return
	}
	require.NoError(t, os.WriteFile(name, []byte(want(string(b))), 0o644))
}

func optionsPage() string {
	var b strings.Builder
	b.WriteString("# Options\n\nWritten by `make generate` from the option table in `bench/config`; do not edit.\n")
	b.WriteString("An option that is *refused* ends the program with exit code 1 and its name; one that is *inert* is accepted and checked, and has nothing to act on.\n")
	command(&b, "aiperf profile", ProfileTable())
	command(&b, "aiperf mock", MockTable())
	return b.String()
}

// configPage lists every key of a configuration file, section by section.
func configPage() string {
	var b strings.Builder
	b.WriteString("# Configuration files\n\nWritten by `make generate` from the key table in `bench/config/schema`; do not edit.\n" + configIntro)
	st := newStates(ProfileTable())
	options := map[string]string{}
	ProfileTable().Each(func(o *Option) {
		for path := range strings.FieldsSeq(o.YAML) {
			p := pattern(path)
			if !strings.Contains(options[p]+" ", "`"+o.Name()+"` ") {
				options[p] = strings.TrimSpace(options[p] + " `" + o.Name() + "`")
			}
		}
	})
	rows := map[string]*strings.Builder{}
	var sections []string
	for _, k := range schema.Keys() {
		section, key := "", k.Path
		if i := strings.LastIndexByte(k.Path, '.'); i >= 0 {
			section, key = k.Path[:i], k.Path[i+1:]
		}
		if rows[section] == nil {
			rows[section] = &strings.Builder{}
			sections = append(sections, section)
		}
		state, ok := st.of(pattern(k.Path))
		say := [...]string{Works: "works", Refused: "refused", Inert: "inert"}[state.State]
		if !ok {
			say = "works"
		}
		fmt.Fprintf(rows[section], "| `%s` | %s | %s | %s | %s | %s |\n", key, mdCell(k.Type), code(k.Default), say, options[pattern(k.Path)], mdCell(keyMeaning(k, state)))
	}
	for _, section := range sections {
		title := "`" + section + "`"
		if section == "" {
			title = "Top level"
		}
		fmt.Fprintf(&b, "\n## %s\n\n| key | type | default | state | option | meaning |\n|---|---|---|---|---|---|\n%s", title, rows[section])
	}
	return b.String()
}

// The example of the page is one that runs.
func TestTheExampleOfThePageRuns(t *testing.T) {
	_, text, _ := strings.Cut(configIntro, "~~~yaml\n")
	text, _, found := strings.Cut(text, "~~~")
	require.True(t, found)
	p, err := fromText(t, text)
	require.NoError(t, err)
	require.Len(t, p.Phases, 2)
}

const configIntro = `
` + "`aiperf profile --config FILE`" + ` runs one; ` + "`aiperf config init --list`" + ` shows the templates, ` + "`aiperf config validate FILE`" + ` checks a file, ` + "`aiperf config explain FILE`" + ` says
where every value comes from, ` + "`aiperf config schema`" + ` prints the JSON Schema for editors.

Options lie over the file, the file over the defaults. Keys are written as here or in camelCase. A key that does not exist is an error with the
nearest one. ` + "`${NAME}` and `${NAME:default}`" + ` stand for environment variables, ` + "`{{ expression }}`" + ` for a Jinja expression over ` + "`variables`" + ` and the
configuration itself.

A file that runs:

~~~yaml
variables: {users: 8}
benchmark:
  model: llama
  endpoint: {url: "localhost:8000", streaming: true, api_key: "${LLM_KEY:none}"}
  dataset: {type: synthetic, entries: 100, isl: {mean: 550, stddev: 50}, osl: 128}
  warmup: {type: concurrency, requests: 16, concurrency: "{{ users }}"}
  profiling: {type: poisson, rate: 20, duration: 2m, grace_period: 30s}
  artifacts: {dir: results, records: [jsonl]}
random_seed: 42
~~~

Forms:

- Short: ` + "`model`, `url`, `dataset`, one map under `phases`, or `warmup` and `profiling` beside each other; long: `models`, `urls`, a list of named `datasets`, a list of named `phases`" + `.
  Names are required in the long forms only.
- A *distribution* is a number, or a map: ` + "`{mean, stddev}`, `{mean, median}`, `{peaks: [...]}`, `{points: [{value, weight}]}`, each with `min` and `max`" + `.
- A *duration* is a number of seconds, or text with a unit: ` + "`30s`, `5m`, `2h`, `inf`" + `. On the command line durations are plain seconds.
- ` + "`${NAME}`" + ` has to be set; a variable that is set and empty is empty, it does not take the default. There is no shell form: ` + "`${NAME:-x}`" + ` has the default ` + "`-x`" + `.
- Paths are relative to the working directory, not to the file.

A *refused* key ends the program with exit code 1 unless it is set to its default; an *inert* one is checked and has nothing to act on.
`

func keyMeaning(k schema.Key, st keyState) string {
	parts := []string{k.Doc}
	if st.State != Works || st.Only == "" && st.check == nil {
		parts = append(parts, st.Why)
	}
	if k.Unit != "" {
		parts = append(parts, "in "+k.Unit)
	}
	if k.Required {
		parts = append(parts, "required")
	}
	if len(k.Types) > 0 {
		parts = append(parts, "for "+strings.Join(k.Types, ", "))
	}
	if k.Bounds != "" {
		parts = append(parts, k.Bounds)
	}
	if len(k.Choices) > 0 {
		parts = append(parts, "one of: "+strings.Join(k.Choices, ", "))
	}
	if st.Only != "" {
		parts = append(parts, "works today: "+strings.Join(list(st.Only), ", "))
	}
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), "; ")
}

func command(b *strings.Builder, name string, table *Table) {
	fmt.Fprintf(b, "\n## `%s`\n", name)
	var groups []string
	rows := map[string][]*Option{}
	table.Each(func(o *Option) {
		if rows[o.Group] == nil {
			groups = append(groups, o.Group)
		}
		rows[o.Group] = append(rows[o.Group], o)
	})
	for _, g := range groups {
		fmt.Fprintf(b, "\n### %s\n\n| option | type | default | environment | state | meaning |\n|---|---|---|---|---|---|\n", g)
		for _, o := range rows[g] {
			names := append(list(o.Names), list(o.Negative)...)
			fmt.Fprintf(b, "| `%s` | %s | %s | %s | %s | %s |\n",
				strings.Join(names, "` `"), mdCell(string(o.Type)), code(o.Absent()), code(o.Env), stateCell(o), mdCell(meaning(o)))
		}
	}
}

func stateCell(o *Option) string {
	s := [...]string{Works: "works", Refused: "refused", Inert: "inert"}[o.State]
	if o.Ours && o.State == Works {
		s = "works (not in AIPerf)"
	}
	return s
}

func meaning(o *Option) string {
	s := o.Help
	switch {
	case o.State != Works && s == "":
		s = o.Why
	case o.State != Works:
		s += ": " + o.Why
	}
	add := func(format, v string) {
		if v != "" {
			s += fmt.Sprintf(format, strings.Join(list(v), ", "))
		}
	}
	if o.Unit != "" {
		s += " [" + o.Unit + "]"
	}
	if o.Bounds != "" {
		s += "; " + o.Bounds
	}
	if o.LateBounds != "" {
		s += "; " + o.LateBounds
	}
	add("; one of: %s", o.Choices)
	add("; works today: %s", o.Only)
	return strings.TrimPrefix(s, "; ")
}

func code(s string) string {
	if s == "" {
		return ""
	}
	return "`" + mdCell(s) + "`"
}

func mdCell(s string) string {
	return strings.NewReplacer("|", `\|`, "<", "&lt;", "\n", " ").Replace(s)
}

// countsTable counts the states of AIPerf's options group by group, and those of ours.
func countsTable() string {
	type count struct {
		name  string
		state [3]int
		some  int
	}
	var groups []*count
	all, ours := &count{name: "**all of AIPerf's**"}, &count{name: "this tool's own"}
	byName := map[string]*count{}
	ProfileTable().Each(func(o *Option) {
		g := byName[o.Group]
		switch {
		case o.Ours:
			ours.state[o.State]++
			return
		case g == nil:
			g = &count{name: o.Group}
			byName[o.Group], groups = g, append(groups, g)
		}
		for _, c := range []*count{g, all} {
			c.state[o.State]++
			if o.State == Works && o.Only != "" {
				c.some++
			}
		}
	})
	var b strings.Builder
	b.WriteString("| options of `aiperf profile` | works | of these, some values only | inert | refused | all |\n|---|---|---|---|---|---|\n")
	for _, c := range append(groups, all, ours) {
		fmt.Fprintf(&b, "| %s | %d | %d | %d | %d | %d |\n", c.name, c.state[Works], c.some, c.state[Inert], c.state[Refused], c.state[Works]+c.state[Inert]+c.state[Refused])
	}
	return b.String()
}
