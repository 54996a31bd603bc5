// The completion script of bash: a case over the place for its words, and a case over place and option for values.
package cli

import (
	"fmt"
	"strings"
)

// bashFrame needs nothing but bash 3.2: no bash-completion package, no arrays it lacks. The verbs are paths, values and words.
const bashFrame = `# bash completion for aiperf, printed by: aiperf completion bash
_aiperf_words() {
    COMPREPLY=($(compgen -W "$1" -- "$cur"))
}

# One of a list with commas: the last piece is completed.
_aiperf_list() {
    local before=
    case $cur in *,*) before=${cur%%,*}, ;; esac
    COMPREPLY=($(compgen -P "$before" -W "$1" -- "${cur##*,}"))
}

_aiperf_files() {
    local IFS=$'\n'
    COMPREPLY=($(compgen -f -- "$cur"))
    compopt -o filenames 2>/dev/null
}

_aiperf() {
    local cur=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} place=aiperf option= i
    COMPREPLY=()
    for ((i = 1; i < COMP_CWORD; i++)); do
        case "$place ${COMP_WORDS[i]}" in
            %s) place="$place ${COMP_WORDS[i]}" ;;
            *) break ;;
        esac
    done
    # bash takes the = of --option=value for a word of its own.
    if [[ $cur == = ]]; then
        option=$before cur=
    elif [[ $before == = ]]; then
        option=${COMP_WORDS[COMP_CWORD-2]}
    elif [[ $cur != -* ]]; then
        option=$before
    fi
    case "$place $option" in
%s    esac
    case $place in
%s    esac
}
complete -F _aiperf aiperf
`

func bashScript(ps []spot) string {
	var values, words strings.Builder
	for _, p := range ps {
		var all []string
		for _, o := range p.opts {
			all = append(all, optionNames(o)...)
			if !wants(o) {
				continue
			}
			var at []string
			for _, n := range o.AllNames() {
				at = append(at, single(p.path+" "+n))
			}
			fmt.Fprintf(&values, "        %s) %sreturn ;;\n", strings.Join(at, " | "), bashValue(offered(o), isPath(o), o.Argv.Commas()))
		}
		var bare []string
		for _, w := range p.words {
			bare = append(bare, w.word)
		}
		fmt.Fprintf(&words, "        %s)\n            if [[ $cur == -* ]]; then _aiperf_words %s; ", single(p.path), single(strings.Join(all, " ")))
		switch {
		case p.files:
			words.WriteString("else _aiperf_files; fi ;;\n")
		case bare != nil:
			// Words stand first: behind one that is no command there is nothing to offer.
			fmt.Fprintf(&words, "elif ((i == COMP_CWORD)); then _aiperf_words %s; fi ;;\n", single(strings.Join(bare, " ")))
		default:
			words.WriteString("fi ;;\n")
		}
	}
	return fmt.Sprintf(bashFrame, strings.Join(quoteAll(paths(ps)), " | "), values.String(), words.String())
}

// bashValue offers the values of an option; there may be none to know.
func bashValue(words []string, files, commas bool) string {
	list := single(strings.Join(words, " "))
	switch {
	case files && len(words) > 0:
		return "_aiperf_files; COMPREPLY+=($(compgen -W " + list + " -- \"$cur\")); "
	case files:
		return "_aiperf_files; "
	case len(words) > 0 && commas:
		return "_aiperf_list " + list + "; "
	case len(words) > 0:
		return "_aiperf_words " + list + "; "
	}
	return ""
}
