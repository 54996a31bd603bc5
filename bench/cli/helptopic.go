// Help on one option, one group, or every option whose name holds a word.
package cli

import (
	"slices"
	"strings"

	"github.com/aiperf-go/aiperf/bench/config"
	"github.com/aiperf-go/aiperf/bench/config/doc"
)

// printTopic shows the options that a word names, everything about one that it names exactly.
func printTopic(env Env, path []string, t *config.Table, topic string) error {
	word := strings.ToLower(strings.ReplaceAll(strings.TrimLeft(topic, "-"), "_", "-"))
	p := newPage(env, env.Stdout)
	for _, g := range groupsOf(t) {
		if strings.EqualFold(g.name, topic) || strings.EqualFold(strings.ReplaceAll(g.name, " ", "-"), word) {
			p.group(g)
			p.flush()
			return nil
		}
	}
	exact, known := exactly(t, topic, word)
	var others []row
	t.Each(func(o *config.Option) {
		if o != exact && word != "" && slices.ContainsFunc(o.AllNames(), func(n string) bool { return strings.Contains(n, word) }) {
			others = append(others, row{name: names(o), about: about(o), dim: o.State != config.Works})
		}
	})
	switch {
	case known:
		p.detail(exact)
		if others != nil {
			p.blank()
			p.heading("Others with this word:")
		}
	case others == nil:
		return noTopic(path, t, topic, word)
	default:
		p.heading("Options with the word " + word + ":")
	}
	p.rows(others)
	p.flush()
	return nil
}

// exactly finds the option that a word names, with or without dashes.
func exactly(t *config.Table, topic, word string) (*config.Option, bool) {
	for _, name := range []string{topic, "--" + word, "-" + word} {
		if o, ok := t.Lookup(name); ok {
			return o, true
		}
	}
	return nil, false
}

func noTopic(path []string, t *config.Table, topic, word string) error {
	var known []string
	for _, g := range groupsOf(t) {
		known = append(known, strings.ToLower(g.name))
	}
	t.Each(func(o *config.Option) {
		for _, n := range o.AllNames() {
			known = append(known, strings.TrimLeft(n, "-"))
		}
	})
	command := "aiperf " + strings.Join(path, " ")
	if near := doc.Nearest(word, known); near != "" {
		return usagef("%s has no option or group %q; did you mean: %s --help %s", command, topic, command, near)
	}
	return usagef("%s has no option or group %q; %s --help-all lists them", command, topic, command)
}

// detail is everything the table says about an option.
func (p *page) detail(o *config.Option) {
	p.heading(names(o))
	p.indented(2*pageIndent, about(o))
	facts := []row{
		{name: "group", about: o.Group},
		{name: "type", about: string(o.Type)},
		{name: "bounds", about: firstOf(o.Bounds, o.LateBounds)},
		{name: "all known values", about: knownValues(o)},
		{name: "in a configuration file", about: strings.Join(strings.Fields(o.YAML), ", ")},
	}
	if o.Ours {
		facts = append(facts, row{name: "origin", about: "this program; AIPerf has no such option"})
	}
	p.rows(slices.DeleteFunc(facts, func(r row) bool { return r.about == "" }))
}

// knownValues are the choices of an option where only some of them work here.
func knownValues(o *config.Option) string {
	if o.Only == "" || o.Choices == "" {
		return ""
	}
	return strings.Join(strings.Fields(o.Choices), ", ") + "; what is not named above is refused in this version"
}

func firstOf(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}
