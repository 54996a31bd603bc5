// The completion script of fish: one line for each word and option, which holds at one place.
package cli

import (
	"fmt"
	"strings"

	"github.com/aiperf-go/aiperf/bench/config"
)

const fishFrame = `# fish completion for aiperf, printed by: aiperf completion fish
function __aiperf_at
    set -l place aiperf
    for word in (commandline -opc)[2..-1]
        switch "$place $word"
            case %s
                set place "$place $word"
            case '*'
                break
        end
    end
    test "$place" = "$argv"
end
complete -c aiperf -f
%s`

func fishScript(ps []spot) string {
	var b strings.Builder
	for _, p := range ps {
		at := "complete -c aiperf -n " + fishQuote("__aiperf_at "+p.path)
		for _, w := range p.words {
			fmt.Fprintf(&b, "%s -a %s -d %s\n", at, fishQuote(w.word), fishQuote(w.about))
		}
		if p.files {
			fmt.Fprintf(&b, "%s -F\n", at)
		}
		for _, o := range p.opts {
			b.WriteString(at)
			for _, n := range o.AllNames() {
				b.WriteString(fishName(n))
			}
			fmt.Fprintf(&b, "%s -d %s\n", fishValue(o), fishQuote(o.Help))
			for n := range strings.FieldsSeq(o.Negative) {
				fmt.Fprintf(&b, "%s%s -d %s\n", at, fishName(n), fishQuote("not: "+o.Help))
			}
		}
	}
	return fmt.Sprintf(fishFrame, strings.Join(fishQuoteAll(paths(ps)), " "), b.String())
}

func fishName(name string) string {
	if long, ok := strings.CutPrefix(name, "--"); ok {
		return " -l " + long
	}
	return " -s " + strings.TrimPrefix(name, "-")
}

func fishValue(o *config.Option) string {
	words := strings.Join(offered(o), " ")
	switch {
	case !wants(o):
		return ""
	case isPath(o) && words != "":
		return " -r -F -a " + fishQuote(words)
	case isPath(o):
		return " -r -F"
	case words != "":
		return " -x -a " + fishQuote(words)
	}
	return " -x"
}

// fishQuote quotes for fish, where a backslash before a quote or a backslash is the only escape inside single quotes.
func fishQuote(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, "'", `\'`).Replace(s) + "'"
}

func fishQuoteAll(words []string) []string {
	var out []string
	for _, w := range words {
		out = append(out, fishQuote(w))
	}
	return out
}
