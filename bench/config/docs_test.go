// The reference pages that the option table writes: docs/cli-options.md, and the counts in docs/compatibility.md.
package config

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "rewrite the reference pages from the option table")

const docs = "../../docs/"

// TestDocs fails when a page is not what the table says.
func TestDocs(t *testing.T) {
	sameFile(t, docs+"cli-options.md", func(string) string { return optionsPage() })
	sameFile(t, docs+"compatibility.md", func(page string) string {
		begin, end := "<!-- counts: written by make generate -->\n", "<!-- end of counts -->"
		before, rest, found := strings.Cut(page, begin)
		require.True(t, found, "the page has no place for the counts")
		_, after, found := strings.Cut(rest, end)
		require.True(t, found, "the page has no end of the counts")
		return before + begin + countsTable() + end + after
	})
}

func sameFile(t *testing.T, name string, want func(have string) string) {
	t.Helper()
	b, err := os.ReadFile(name)
	if !*update {
		require.NoError(t, err)
		require.Equal(t, want(string(b)), string(b), "%s is stale: make generate", name)
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
				strings.Join(names, "` `"), mdCell(string(o.Type)), code(o.Default), code(o.Env), stateCell(o), mdCell(meaning(o)))
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

// countsTable counts the states, AIPerf's options and ours apart.
func countsTable() string {
	var theirs, ours [3]int
	partly := 0
	ProfileTable().Each(func(o *Option) {
		switch {
		case o.Ours:
			ours[o.State]++
		default:
			theirs[o.State]++
			if o.State == Works && o.Only != "" {
				partly++
			}
		}
	})
	var b strings.Builder
	b.WriteString("| options of `aiperf profile` | works | of these, some values only | inert | refused | all |\n|---|---|---|---|---|---|\n")
	fmt.Fprintf(&b, "| AIPerf's | %d | %d | %d | %d | %d |\n", theirs[Works], partly, theirs[Inert], theirs[Refused], theirs[Works]+theirs[Inert]+theirs[Refused])
	fmt.Fprintf(&b, "| ours | %d | 0 | %d | %d | %d |\n", ours[Works], ours[Inert], ours[Refused], ours[Works]+ours[Inert]+ours[Refused])
	return b.String()
}
