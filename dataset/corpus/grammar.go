// Texts by rules: a file of rules is read once, and a rule is then written out again and again, each time filled in by chance.
//
//	%words NAME          alternatives separated by blanks
//	%lines NAME          an alternative a line; \n in it breaks the line
//	%text NAME           alternatives of many lines, separated by %or
//	%family NAME COUNT   the same, a kind of text to make so many of
//	%# …                 a remark
//
// Between « and » stands what is filled in:
//
//	«noun»  «noun:Camel»     an alternative of a rule, written as it is or as camel, Camel, kebab, UPPER
//	«noun 1»  «noun a»       of words: the same one wherever it comes again in the text (digit) or in this alternative (letter)
//	«row*3..8»  «row*3..8,»  so many of them, one a line; with commas between
//	«3..80»  «0.10..0.95»    a number; with as many decimals as the bounds have
//	«x8»  «#»  «clock»       hexadecimal digits, the place in a repetition, a time that goes on
//
// A rule stands above those that use it, so no text is without end.
package corpus

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// grammar is a file of rules.
type grammar struct {
	rules    map[string]*rule
	families []family
}

// family is a kind of text, and how many of it are made.
type family struct {
	rule  *rule
	count int
}

// rule is alternatives. Words are those that can be labelled.
type rule struct {
	words bool
	alts  [][]part
}

// readGrammar reads a file of rules.
func readGrammar(text string) (*grammar, error) {
	g := &grammar{rules: map[string]*rule{}}
	sections := strings.Split("\n"+text, "\n%")
	line := strings.Count(sections[0], "\n") // of the section's head, from 1
	for i, s := range sections {
		if i > 0 {
			line++
			if err := g.section(s, sections[i+1:]); err != nil {
				return nil, fmt.Errorf("line %d: %w", line, err)
			}
			line += strings.Count(s, "\n")
		}
	}
	if len(g.families) == 0 {
		return nil, errors.New("there is no family")
	}
	return g, nil
}

// headWords is how many words follow each kind of head.
var headWords = map[string]int{"words": 1, "lines": 1, "text": 1, "family": 2}

// section reads one rule; behind it stand its further alternatives.
func (g *grammar) section(s string, behind []string) error {
	head, body, _ := strings.Cut(s, "\n")
	if head == "or" || strings.HasPrefix(head, "#") { // what follows an or is read with the rule it belongs to
		return nil
	}
	kind, rest, _ := strings.Cut(head, " ")
	words := strings.Fields(rest)
	if want := headWords[kind]; want == 0 || len(words) != want {
		return fmt.Errorf("%q is no head of a rule", "%"+head)
	}
	r := &rule{words: kind == "words"}
	var alts []string
	switch kind {
	case "words":
		alts = strings.Fields(body)
		for _, word := range alts {
			if strings.Contains(word, "«") {
				return fmt.Errorf("words are plain, not %q", word)
			}
		}
	case "lines":
		for l := range strings.SplitSeq(body, "\n") {
			if l != "" {
				alts = append(alts, strings.ReplaceAll(l, `\n`, "\n"))
			}
		}
	default:
		alts = []string{strings.TrimRight(body, "\n")}
		for _, more := range behind {
			alt, isOr := strings.CutPrefix(more, "or\n")
			if !isOr {
				break
			}
			alts = append(alts, strings.TrimRight(alt, "\n"))
		}
	}
	for _, alt := range alts {
		parts, err := g.parts(alt)
		if err != nil {
			return err
		}
		r.alts = append(r.alts, parts)
	}
	if len(r.alts) == 0 {
		return fmt.Errorf("rule %s has no alternatives", words[0])
	}
	if g.rules[words[0]] != nil {
		return fmt.Errorf("rule %s comes twice", words[0])
	}
	g.rules[words[0]] = r
	if kind == "family" {
		count, err := strconv.Atoi(words[1])
		if err != nil || count < 1 {
			return fmt.Errorf("family %s: %q is no count", words[0], words[1])
		}
		g.families = append(g.families, family{r, count})
	}
	return nil
}

// parts takes an alternative apart.
func (g *grammar) parts(alt string) ([]part, error) {
	var parts []part
	for alt != "" {
		text, rest, found := strings.Cut(alt, "«")
		if text != "" {
			parts = append(parts, literal(text))
		}
		if !found {
			break
		}
		inside, after, closed := strings.Cut(rest, "»")
		if !closed {
			return nil, fmt.Errorf("%q does not end", "«"+rest)
		}
		p, err := g.part(inside)
		if err != nil {
			return nil, fmt.Errorf("«%s»: %w", inside, err)
		}
		parts = append(parts, p)
		alt = after
	}
	return parts, nil
}

// part reads what stands between the marks.
func (g *grammar) part(s string) (part, error) {
	switch {
	case s == "#":
		return counter{}, nil
	case s == "clock":
		return clock{}, nil
	case len(s) > 1 && s[0] == 'x' && s[1] <= '9':
		n, err := strconv.Atoi(s[1:])
		if err != nil || n < 1 || n > 15 {
			return nil, errors.New("there can be 1 to 15 digits")
		}
		return hexadecimal(n), nil
	case s != "" && s[0] <= '9':
		return numberPart(s)
	}
	name, style, styled := strings.Cut(s, ":")
	name, times, repeated := strings.Cut(name, "*")
	name, label, labelled := strings.Cut(name, " ")
	r := g.rules[name]
	switch {
	case r == nil:
		return nil, fmt.Errorf("there is no rule %q above", name)
	case repeated:
		times, commas := strings.CutSuffix(times, ",")
		p, err := numberPart(times)
		n, ok := p.(integer)
		if err != nil || !ok || styled || labelled {
			return nil, errors.New("a repetition is NAME*LEAST..MOST")
		}
		sep := "\n"
		if commas {
			sep = ",\n"
		}
		return repeat{r, n.lo, n.hi, sep}, nil
	}
	u := use{rule: r, style: styles[style]}
	if styled && u.style == nil {
		return nil, fmt.Errorf("there is no style %q", style)
	}
	if labelled {
		if !r.words || len(label) != 1 || !strings.Contains("1234abcd", label) {
			return nil, errors.New("a label is 1 to 4 or a to d, behind words")
		}
		u.label = label[0]
	}
	return u, nil
}

// numberPart reads LEAST..MOST.
func numberPart(s string) (part, error) {
	lo, hi, _ := strings.Cut(s, "..")
	if _, decimals, ok := strings.Cut(lo, "."); ok {
		a, errA := strconv.ParseFloat(lo, 64)
		b, errB := strconv.ParseFloat(hi, 64)
		if errA != nil || errB != nil || a > b {
			return nil, errors.New("a number is LEAST..MOST")
		}
		return decimal{a, b, len(decimals)}, nil
	}
	a, errA := strconv.ParseInt(lo, 10, 32)
	b, errB := strconv.ParseInt(hi, 10, 32)
	if errA != nil || errB != nil || a > b {
		return nil, errors.New("a number is LEAST..MOST")
	}
	return integer{a, b}, nil
}
