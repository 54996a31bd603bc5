// aiperf config init: examples to start from.
package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aiperf-go/aiperf/bench/config"
	"github.com/aiperf-go/aiperf/bench/config/doc"
	"github.com/aiperf-go/aiperf/bench/config/schema"
	"github.com/aiperf-go/aiperf/bench/config/templates"
)

func configInit(_ context.Context, env Env, _ Registry, args []string) error {
	s, err := initOptions().Parse(args, nil)
	if err != nil {
		return err
	}
	verbose, word, category := flagValue(s, "verbose"), textValue(s, "search"), textValue(s, "category")
	switch {
	case flagValue(s, "list"):
		return listTemplates(env, category, verbose)
	case word != "":
		return searchTemplates(env, word, verbose)
	case textValue(s, "template") == "":
		return exitf(exitChoose, "config init needs the name of an example: give --template NAME, or --list to see them all")
	}
	t, ok := templates.Lookup(textValue(s, "template"))
	if !ok {
		return unknownTemplate(textValue(s, "template"))
	}
	text, err := t.With(textValue(s, "model"), textValue(s, "url"))
	if err != nil {
		return err
	}
	if out := textValue(s, "output"); out != "" {
		file, err := absolute(env, out)
		if err != nil {
			return err
		}
		if err := saveFile(file, text); err != nil {
			return exitf(exitFailed, "writing the example %s: %w", t.Name, err)
		}
		fmt.Fprintf(env.Stdout, "Wrote %s template to %s\n", t.Name, out)
		if missing := missingFor(out, text); len(missing) > 0 {
			fmt.Fprintf(env.Stderr, "Note: aiperf profile refuses it in this version, for its %s\n", strings.Join(missing, ", its "))
		}
		return nil
	}
	if _, err := env.Stdout.Write(text); err != nil {
		return exitf(exitFailed, "writing the example %s: %w", t.Name, err)
	}
	return nil
}

func unknownTemplate(name string) error {
	if near := doc.Nearest(name, templates.Names()); near != "" {
		return exitf(exitFailed, "unknown template %q; did you mean %q? `aiperf config init --list` shows all %d", name, near, len(templates.All))
	}
	return exitf(exitFailed, "unknown template %q; there are %s", name, strings.Join(templates.Names(), ", "))
}

func listTemplates(env Env, category string, verbose bool) error {
	in := templates.All
	if category != "" {
		in = slices.DeleteFunc(slices.Clone(in), func(t templates.Template) bool {
			return !strings.HasPrefix(strings.ToLower(t.Category), strings.ToLower(category))
		})
		if len(in) == 0 {
			fmt.Fprintf(env.Stdout, "No templates in category '%s'. There are: %s.\n", category, strings.Join(categories(templates.All), ", "))
			return nil
		}
	}
	printTemplates(env, in, verbose)
	fmt.Fprintln(env.Stdout, "\nUse 'aiperf config init --template NAME' to print one.")
	return nil
}

func searchTemplates(env Env, word string, verbose bool) error {
	in := slices.DeleteFunc(slices.Clone(templates.All), func(t templates.Template) bool { return !t.Matches(word) })
	if len(in) == 0 {
		fmt.Fprintf(env.Stdout, "No templates match '%s'.\nRun 'aiperf config init --list' to see all templates.\n", word)
		return nil
	}
	printTemplates(env, in, verbose)
	return nil
}

func categories(in []templates.Template) []string {
	var out []string
	for _, t := range in {
		if !slices.Contains(out, t.Category) {
			out = append(out, t.Category)
		}
	}
	return out
}

// printTemplates lists by category: name, title and description, with verbose tags and difficulty too.
func printTemplates(env Env, in []templates.Template, verbose bool) {
	p := newPage(env, env.Stdout)
	for _, t := range in {
		p.left = max(p.left, len(t.Name)) // one column through all categories
	}
	for i, c := range categories(in) {
		if i > 0 {
			p.blank()
		}
		p.heading(c)
		var rs []row
		for _, t := range in {
			if t.Category != c {
				continue
			}
			about := t.Title + ": " + t.About
			if missing := missingOf(t); len(missing) > 0 {
				about += " (profile refuses it in this version, for its " + strings.Join(missing, ", its ") + ")"
			}
			if verbose {
				about += " [" + t.Difficulty + "; " + strings.ReplaceAll(t.Tags, " ", ", ") + "]"
			}
			rs = append(rs, row{name: t.Name, about: about})
		}
		p.rows(rs)
	}
	p.flush()
}

// missingOf is missingFor of an example as it is embedded.
func missingOf(t templates.Template) []string {
	text, err := t.Source()
	if err != nil {
		return nil // a test reads them all
	}
	return missingFor(t.Name, text)
}

// missingFor lists the features that an example asks for and this version does not have, each once.
func missingFor(name string, text []byte) []string {
	raw, err := doc.Parse(name, text)
	if err == nil {
		err = doc.Substitute(raw, func(string) (string, bool) { return "", false })
	}
	if err == nil {
		err = doc.Render(raw)
	}
	if err != nil {
		return nil
	}
	checked, err := schema.Check(raw)
	if err != nil {
		return nil
	}
	var out []string
	for _, e := range config.NotRunning(checked.Node) {
		if _, feature, ok := strings.Cut(e.Msg, "it belongs to "); ok && !slices.Contains(out, feature) {
			out = append(out, feature)
		}
	}
	return out
}
