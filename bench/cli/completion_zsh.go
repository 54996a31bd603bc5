// The completion script of zsh: each place calls _arguments with the specs of its options, which carry their help.
package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aiperf-go/aiperf/bench/config"
)

const zshFrame = `#compdef aiperf
# zsh completion for aiperf, printed by: aiperf completion zsh
_aiperf() {
    local place=aiperf
    integer at=2
    local -a list
    while (( at < CURRENT )); do
        case "$place $words[at]" in
            %s) place="$place $words[at]"; (( at++ )) ;;
            *) break ;;
        esac
    done
    # From here on the last command of the path is the command, as _arguments expects it.
    shift $(( at - 2 )) words
    (( CURRENT -= at - 2 ))
    case $place in
%s    esac
}
if [ "$funcstack[1]" = "_aiperf" ]; then
    _aiperf "$@"
else
    compdef _aiperf aiperf
fi
`

func zshScript(ps []spot) string {
	var b strings.Builder
	for _, p := range ps {
		fmt.Fprintf(&b, "        %s)\n", single(p.path))
		if p.words != nil {
			b.WriteString("            if (( CURRENT == 2 )) && [[ $words[2] != -* ]]; then\n                list=(\n")
			for _, w := range p.words {
				entry := strings.ReplaceAll(w.word, ":", `\:`)
				if w.about != "" {
					entry += ":" + w.about
				}
				fmt.Fprintf(&b, "                    %s\n", single(entry))
			}
			b.WriteString("                )\n                _describe -t commands command list\n                return\n            fi\n")
		}
		b.WriteString("            _arguments -S")
		for _, o := range p.opts {
			for _, spec := range zshSpecs(o) {
				b.WriteString(" \\\n                " + single(spec))
			}
		}
		if p.files {
			b.WriteString(" \\\n                '*:file:_files'")
		}
		b.WriteString(" ;;\n")
	}
	return fmt.Sprintf(zshFrame, strings.Join(quoteAll(paths(ps)), "|"), b.String())
}

var zshEscape = strings.NewReplacer(`\`, `\\`, "[", `\[`, "]", `\]`, ":", `\:`)

// zshSpecs are the specs of one option, one for each name; all names exclude each other unless the option may be repeated.
func zshSpecs(o *config.Option) []string {
	all := optionNames(o)
	before := "(" + strings.Join(all, " ") + ")"
	if o.Argv.Repeats() {
		before = "*"
	}
	var out []string
	for _, n := range all {
		spec := before + n
		negative := slices.Contains(strings.Fields(o.Negative), n)
		value := wants(o) && !negative
		switch {
		case value && strings.HasPrefix(n, "--"):
			spec += "="
		case value:
			spec += "+"
		}
		help := o.Help
		if negative {
			help = "not: " + help
		}
		spec += "[" + zshEscape.Replace(help) + "]"
		if value {
			spec += ":" + valueName(o) + ":" + zshValue(o)
		}
		out = append(out, spec)
	}
	return out
}

func zshValue(o *config.Option) string {
	words := strings.Join(offered(o), " ")
	switch {
	case isPath(o):
		return "_files"
	case words != "" && o.Argv.Commas():
		return "_values -s , " + valueName(o) + " " + words
	case words != "":
		return "(" + words + ")"
	}
	return " "
}
