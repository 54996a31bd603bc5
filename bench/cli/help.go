// Help: the ten options most runs need and three examples first, every option on request. Nothing is built before it is asked for.
package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/aiperf-go/aiperf/bench/config"
	"github.com/aiperf-go/aiperf/endpoints/mock"
)

// mostUsed are the fields of the options that come first.
var mostUsed = []string{
	"model_names", "urls", "streaming", "concurrency", "request_rate", "request_count", "benchmark_duration",
	"prompt_input_tokens_mean", "prompt_output_tokens_mean", "input_file",
}

var examples = []struct{ about, command string }{
	{"try it without a server", "aiperf profile --mock --streaming --concurrency 4 --request-count 100"},
	{"closed loop: 32 sessions at once, streaming, 500 requests", "aiperf profile --model llama --url localhost:8000 --streaming --concurrency 32 --request-count 500"},
	{"open loop: 20 requests per second for a minute", "aiperf profile --model llama --url localhost:8000 --streaming --request-rate 20 --benchmark-duration 60"},
}

// wantsHelp tells whether arguments ask for help instead of a run.
func wantsHelp(args []string) bool {
	return slices.ContainsFunc(args, func(a string) bool { return a == "--help" || a == "-h" || a == "--help-all" })
}

// commandHelp shows the help of a command, or of the options that a word behind --help names.
func commandHelp(env Env, path []string, c command, args []string) error {
	table := c.options
	if c.also != nil {
		table = c.also
	}
	if topic := topicOf(args); topic != "" && table != nil {
		return printTopic(env, path, table(), topic)
	}
	switch {
	case c.name != "profile":
		printCommandHelp(env, path, c)
	case slices.Contains(args, "--help-all"):
		printAllOptions(env, env.Stdout)
	default:
		printProfileHelp(env)
	}
	return nil
}

// topicOf is the word behind --help.
func topicOf(args []string) string {
	i := slices.IndexFunc(args, func(a string) bool { return a == "--help" || a == "-h" })
	if i < 0 || i+1 == len(args) {
		return ""
	}
	return args[i+1]
}

// helpAbout is help from the top: of the program, of a command, or of an option of profile.
func helpAbout(env Env, words []string) error {
	if len(words) == 0 {
		printHelp(env, env.Stdout)
		return nil
	}
	path, c := find(commands(), words)
	switch {
	case len(path) < len(words) && len(path) > 0 && len(c.subs) > 0:
		return unknownCommand(path, c.subs, words[len(path)])
	case len(path) == 0:
		p := []string{"profile"}
		_, c = find(commands(), p)
		err := commandHelp(env, p, c, append([]string{"--help"}, words...))
		if err != nil && nearCommand(commands(), words[0]) != "" {
			return unknownCommand(nil, commands(), words[0])
		}
		return err
	case !c.works():
		return unsupported(path, c)
	case c.run == nil:
		printGroupHelp(env, path, c)
		return nil
	}
	return commandHelp(env, path, c, append([]string{"--help"}, words[len(path):]...))
}

// printHelp is the help of the program.
func printHelp(env Env, w io.Writer) {
	p := newPage(env, w)
	p.text("aiperf measures how fast a generative AI server answers: latency, tokens and throughput.")
	p.blank()
	p.text("usage: aiperf COMMAND [OPTIONS]")
	p.blank()
	p.heading("Commands:")
	var rs []row
	var others []string
	for _, c := range commands() {
		if !c.works() {
			others = append(others, c.name)
			continue
		}
		rs = append(rs, row{name: c.name, about: c.about + subNames(c)})
	}
	p.rows(append(rs,
		row{name: "--version", about: "print the version"},
		row{name: "--install-completion", about: "install completion for the shell in use [--shell bash|zsh|fish] [-o FILE]"},
		row{name: "--help", about: "this page; behind a command: its options"}))
	p.text("Commands of AIPerf that this version refuses: " + strings.Join(others, ", ") + ".")
	p.blank()
	p.mostUsed("The options most runs need:")
	p.examples()
	p.text("All options by group: aiperf profile --help-all. One option or group: aiperf profile --help concurrency.")
	p.exitCodes()
	p.flush()
}

func subNames(c command) string {
	var names []string
	for _, s := range c.subs {
		names = append(names, s.name)
	}
	if names == nil {
		return ""
	}
	return ": " + strings.Join(names, ", ")
}

// printProfileHelp is the short help of profile.
func printProfileHelp(env Env) {
	p := newPage(env, env.Stdout)
	p.text("Measures a server and writes the results to a folder.")
	p.blank()
	p.text("usage: aiperf profile [OPTIONS]")
	p.blank()
	p.mostUsed("The options most runs need:")
	p.examples()
	p.heading("More options, by group:")
	all, total := groupsOf(config.ProfileTable()), 0
	var names []string
	for _, g := range all {
		n := 0
		for _, o := range g.options {
			if o.State == config.Works {
				n++
			}
		}
		if n > 0 {
			names = append(names, fmt.Sprintf("%s (%d)", g.name, n))
		}
		total += n
	}
	p.indented(pageIndent, strings.Join(names, ", "))
	p.text(fmt.Sprintf("All %d, and those that this version refuses: aiperf profile --help-all. One option or group: aiperf profile --help concurrency.", total))
	p.exitCodes()
	p.flush()
}

func (p *page) mostUsed(title string) {
	p.heading(title)
	table := config.ProfileTable()
	var rs []row
	for _, f := range mostUsed {
		if o := table.Field(f); o != nil {
			rs = append(rs, row{name: shortNames(o), about: about(o)})
		}
	}
	p.rows(rs)
	p.blank()
}

func (p *page) examples() {
	p.heading("Examples:")
	for _, e := range examples {
		p.indented(pageIndent, "# "+e.about)
		p.shell(e.command)
	}
	p.blank()
}

// group is a heading and its options.
type group struct {
	name    string
	options []*config.Option
}

// groupsOf puts options under their headings, each in the table's order.
func groupsOf(t *config.Table) []group {
	var gs []group
	t.Each(func(o *config.Option) {
		i := slices.IndexFunc(gs, func(g group) bool { return g.name == o.Group })
		if i < 0 {
			i = len(gs)
			gs = append(gs, group{name: o.Group})
		}
		gs[i].options = append(gs[i].options, o)
	})
	return gs
}

// printAllOptions is the whole help of profile; what this version refuses is marked.
func printAllOptions(env Env, w io.Writer) {
	p := newPage(env, w)
	p.text("usage: aiperf profile [OPTIONS]")
	for _, g := range groupsOf(config.ProfileTable()) {
		p.group(g)
	}
	p.exitCodes()
	p.flush()
}

func (p *page) group(g group) {
	p.blank()
	p.heading(g.name)
	var rs []row
	for _, o := range g.options {
		rs = append(rs, row{name: names(o), about: about(o), dim: o.State != config.Works})
	}
	p.rows(rs)
}

// printGroupHelp lists the subcommands of a group.
func printGroupHelp(env Env, path []string, c command) {
	p := newPage(env, env.Stdout)
	name := "aiperf " + strings.Join(path, " ")
	p.text("usage: " + name + " COMMAND [OPTIONS]")
	p.blank()
	p.heading("Commands:")
	var rs []row
	for _, s := range c.subs {
		rs = append(rs, row{name: s.name, about: s.about})
	}
	p.rows(rs)
	p.blank()
	p.text("The options of a command: " + name + " COMMAND --help.")
	p.exitCodes()
	p.flush()
}

// printCommandHelp shows one command.
func printCommandHelp(env Env, path []string, c command) {
	p := newPage(env, env.Stdout)
	usage := "usage: aiperf " + strings.Join(path, " ")
	if c.takes != "" {
		usage += " " + c.takes
	}
	if c.options != nil || c.also != nil {
		usage += " [OPTIONS]"
	}
	p.text(usage)
	p.text(strings.ToUpper(c.about[:1]) + c.about[1:] + ".")
	for _, paragraph := range c.more {
		p.text(paragraph)
	}
	if c.options != nil {
		for _, g := range groupsOf(c.options()) {
			p.group(g)
		}
	}
	if c.also != nil {
		p.blank()
		p.text("The options of aiperf profile are taken too: aiperf profile --help.")
	}
	if c.name == "mock" {
		p.faults()
	}
	p.exitCodes()
	p.flush()
}

// faults lists what the mock server can do wrong.
func (p *page) faults() {
	p.blank()
	p.heading("Faults:")
	var rs []row
	for _, line := range mock.FaultHelp() {
		name, about, _ := strings.Cut(line, "  ")
		rs = append(rs, row{name: name, about: about})
	}
	p.rows(rs)
}

// names are all names, the one people type first.
func names(o *config.Option) string {
	s := strings.Join(ranked(o), ", ")
	if o.Negative != "" {
		s += ", " + strings.ReplaceAll(o.Negative, " ", ", ")
	}
	return s + valueForm(o)
}

// shortNames are the first long name and the short one.
func shortNames(o *config.Option) string {
	all := ranked(o)
	s := all[0]
	if last := all[len(all)-1]; !strings.HasPrefix(last, "--") {
		s += ", " + last
	}
	return s + valueForm(o)
}

// valueForm is how the value of an option is written behind its name.
func valueForm(o *config.Option) string {
	switch o.Argv {
	case config.Flag:
		return ""
	case config.Maybe:
		return "[=" + strings.ToUpper(valueName(o)) + "]"
	}
	return " " + strings.ToUpper(valueName(o))
}

// ranked orders names: long ones by length, since people type the short of them, short ones last. The canonical name gives way only to one
// that is clearly shorter.
func ranked(o *config.Option) []string {
	const clearly = 3
	all := o.AllNames()
	rank := func(name string) int {
		switch {
		case !strings.HasPrefix(name, "--"):
			return 1000
		case name == o.Name():
			return len(name) - clearly
		}
		return len(name)
	}
	slices.SortStableFunc(all, func(a, b string) int { return rank(a) - rank(b) })
	return all
}

func valueName(o *config.Option) string {
	switch {
	case o.Unit == "s":
		return "seconds"
	case o.Unit == "/s":
		return "rate"
	case o.Unit != "":
		return o.Unit
	case o.Type == config.Path, o.Type == config.InFile:
		return "path"
	case o.Type == config.KeyValues:
		return "name:value"
	case o.Choices != "":
		return "choice"
	case o.Type == config.Int, o.Type == config.Float, o.Type == config.IntSweep, o.Type == config.FloatSweep:
		return "number"
	default:
		return "text"
	}
}

// about says what an option does, what it takes, and what it is without being given.
func about(o *config.Option) string {
	if o.State == config.Refused {
		return "not supported in this version: " + o.Why
	}
	s := o.Help
	if o.State == config.Inert {
		s = "accepted without effect: " + o.Why
	}
	if c := choices(o); len(c) > 0 {
		s += " (" + strings.Join(c, ", ") + ")"
	}
	if d := defaultOf(o); d != "" && o.State == config.Works {
		s += " [default " + d + "]"
	}
	if o.Env != "" {
		s += " [environment " + o.Env + "]"
	}
	return s
}

// choices are the words an option takes and that work.
func choices(o *config.Option) []string {
	if only := strings.Fields(o.Only); len(only) > 0 {
		return only
	}
	return strings.Fields(o.Choices)
}

// defaultOf is the default with its unit; "" when there is none worth saying.
func defaultOf(o *config.Option) string {
	d := strings.ReplaceAll(strings.Trim(o.Absent(), `"[]`), `"`, "")
	if d == "" || d == "false" || o.Field == "ui_type" {
		return ""
	}
	if last := d[len(d)-1]; o.Unit != "" && last >= '0' && last <= '9' {
		d += strings.Replace(" "+o.Unit, " /", "/", 1)
	}
	return d
}

func (p *page) exitCodes() {
	p.blank()
	p.heading("Exit codes:")
	var rs []row
	for _, c := range exitCodes {
		rs = append(rs, row{name: fmt.Sprint(c.code), about: c.text})
	}
	p.rows(rs)
}
