// Shell completion: one list of places, made of the command and option tables, and a script for each shell written from it.
//
//	commands() + option tables ─ spots ─> []spot ─ bash, zsh, fish ─> script ─> standard output, or a file and a line in the shell's start file
package cli

import (
	"context"
	"path/filepath"
	"slices"
	"strings"

	"github.com/aiperf-go/aiperf/bench/config"
	"github.com/aiperf-go/aiperf/bench/config/templates"
)

// spot is where the cursor can be: behind the words of a path.
type spot struct {
	path  string // "aiperf config init"
	words []candidate
	opts  []*config.Option
	files bool // a bare word is a path
}

// candidate is a word to offer.
type candidate struct{ word, about string }

// helpRows are options every command has; rootRows those that stand without a command.
var helpRows = []config.Option{{Names: "--help -h", Argv: config.Flag, Help: "show help"}}

var rootRows = []config.Option{
	{Names: "--version", Argv: config.Flag, Help: "print the version"},
	{Names: "--help-all", Argv: config.Flag, Help: "show every option of profile"},
	{Names: "--install-completion", Argv: config.Flag, Help: "install completion for the shell in use"},
}

// shell is a shell we write for.
type shell struct {
	name   string
	script func([]spot) string
	file   string   // where the script belongs, below the home folder
	rc     string   // the start file that loads it, below the home folder; "" when the shell looks there by itself
	loader []string // the lines of the start file; %s is the script, %d its folder
	reload string   // what makes the running shell read it
}

var shells = []shell{
	{"bash", bashScript, ".local/share/bash-completion/completions/aiperf", ".bashrc",
		[]string{"# Load aiperf completion", `[ -f "%s" ] && . "%s"`}, "source ~/.bashrc"},
	{"zsh", zshScript, ".zsh/completions/_aiperf", ".zshrc",
		[]string{"# Load aiperf completion", `fpath=("%d" $fpath)`, "autoload -Uz compinit && compinit"}, "exec zsh"},
	{"fish", fishScript, ".config/fish/completions/aiperf.fish", "", nil, "exec fish"},
}

func shellNames() []string {
	var out []string
	for _, s := range shells {
		out = append(out, s.name)
	}
	return out
}

// shellNamed finds a shell by its name or by the path of its program.
func shellNamed(name string) (shell, error) {
	i := slices.IndexFunc(shells, func(s shell) bool { return s.name == filepath.Base(name) })
	if i < 0 {
		return shell{}, usagef("no completion for the shell %q; there are %s", name, strings.Join(shellNames(), ", "))
	}
	return shells[i], nil
}

// runCompletion prints the script of a shell.
func runCompletion(_ context.Context, env Env, _ Registry, args []string) error {
	if len(args) != 1 {
		return usagef("completion takes the name of one shell: %s", strings.Join(shellNames(), ", "))
	}
	s, err := shellNamed(args[0])
	if err != nil {
		return err
	}
	if _, err := env.Stdout.Write([]byte(s.script(spots()))); err != nil {
		return exitf(exitFailed, "writing the completion script: %w", err)
	}
	return nil
}

// spots lists every place of the command tree. What is refused is not offered.
func spots() []spot {
	top := spot{path: "aiperf"}
	for i := range rootRows {
		top.opts = append(top.opts, &rootRows[i])
	}
	out := []spot{top}
	var walk func(at int, cs []command)
	walk = func(at int, cs []command) {
		out[at].opts = append(out[at].opts, &helpRows[0])
		for _, c := range cs {
			if !c.works() {
				continue
			}
			out[at].words = append(out[at].words, candidate{c.name, c.about})
			p := spot{path: out[at].path + " " + c.name, files: c.file}
			for _, w := range strings.Split(c.takes, "|") {
				if w == strings.ToLower(w) && w != "" {
					p.words = append(p.words, candidate{word: w})
				}
			}
			for _, table := range []func() *config.Table{c.options, c.also} {
				if table == nil {
					continue
				}
				table().Each(func(o *config.Option) {
					if o.State == config.Works {
						p.opts = append(p.opts, o)
					}
				})
			}
			out = append(out, p)
			walk(len(out)-1, c.subs)
		}
	}
	walk(0, commands())
	install := spot{path: "aiperf --install-completion"}
	installOptions().Each(func(o *config.Option) { install.opts = append(install.opts, o) })
	return append(out, install)
}

// names are all words that give an option.
func optionNames(o *config.Option) []string {
	return append(o.AllNames(), strings.Fields(o.Negative)...)
}

// isPath tells that the value is the name of a file.
func isPath(o *config.Option) bool {
	return o.Type == config.Path || o.Type == config.InFile || o.Type == config.EnumOrPath
}

// offered are the values to complete: the choices, and the names of examples.
func offered(o *config.Option) []string {
	if o.Field == "template" {
		return templates.Names()
	}
	return choices(o)
}

// wants tells that a value of its own word follows.
func wants(o *config.Option) bool { return o.Argv != config.Flag && o.Argv != config.Maybe }

// paths are the names of all spots below the program, which the scripts follow while they read the words before the cursor.
func paths(ps []spot) []string {
	var out []string
	for _, p := range ps[1:] {
		out = append(out, p.path)
	}
	return out
}

// single quotes a word for a POSIX shell.
func single(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

func quoteAll(words []string) []string {
	out := make([]string, 0, len(words))
	for _, w := range words {
		out = append(out, single(w))
	}
	return out
}
