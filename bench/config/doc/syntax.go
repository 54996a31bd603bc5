// Syntax errors: the YAML port says what is wrong and roughly where; here that becomes the line and column to look at, and how to mend it.
package doc

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

var (
	portError   = regexp.MustCompile(`^(?:yaml: )?(?:line (\d+): )?((?s:.*))$`)
	unknownName = regexp.MustCompile(`unknown anchor '(.*)' referenced`)
)

// complaint is one way to be wrong: how the port words it, where to look, how to mend it.
type complaint struct {
	has  string
	zero bool // the port's parser counts lines from 0, its scanner from 1
	find func(text string) int
	hint string

	later bool // the line is where the block begins in which something is wrong
	colon bool // a colon or the space after it may be missing
}

var complaints = []complaint{
	{has: "mapping values are not allowed", find: secondColon, hint: "quote a value that holds ': ', and indent the keys of one mapping alike", colon: true},
	{has: "cannot start any token", find: firstOf("@`%\t"), hint: "quote the value: this character has a meaning of its own in YAML"},
	{has: "unexpected end of stream", find: firstOf(`"'`), hint: "a quote that was opened here is never closed"},
	{has: "unexpected document indicator", find: firstOf(`"'`), hint: "a quote that was opened here is never closed"},
	{has: "',' or ']'", zero: true, find: openFlow, hint: "close the list with ']', and quote text that holds braces"},
	{has: "',' or '}'", zero: true, find: openFlow, hint: "close the mapping with '}', and quote text that holds braces"},
	{has: "expected key", zero: true, find: indent, hint: "indent the keys of one mapping alike, and write nothing behind a quoted or bracketed value", later: true},
	{has: "expected '-' indicator", zero: true, find: indent, hint: "begin every item of a list with '- ', indented alike", later: true},
	{has: "<document start>", zero: true, find: indent, hint: "indent the keys of one mapping alike, and end the file here if it should end", later: true},
	{has: "expected node content", zero: true, find: firstOf("]},"), hint: "write a value here, or quote it"},
	{has: "expected ':'", find: indent, hint: "a key needs ': ' after it", colon: true},
	{has: "unknown anchor", find: firstOf("*"), hint: "define it with '&name' above this line"},
	{has: "unknown escape", find: firstOf(`\`), hint: "use single quotes, or write the backslash twice"},
	{has: "hexdecimal number", find: firstOf(`\`), hint: "use single quotes, or write the backslash twice"},
	{has: "alphabetic or numeric", find: firstOf("*&!"), hint: "quote the value: this character has a meaning of its own in YAML"},
	{has: "undefined tag handle", zero: true, find: firstOf("!"), hint: "remove the tag"},
	{has: "incompatible YAML document", zero: true, find: indent, hint: "remove the %YAML line"},
	{has: "unknown directive", find: indent, hint: "remove the line, or quote it"},
	{has: "block sequence entries are not allowed", find: afterColon, hint: "put the list on lines of its own, or in [brackets]"},
	{has: "block sequence", find: indent, hint: "begin every item of a list with '- ', indented alike"},
	{has: "mapping keys are not allowed", find: firstOf("?"), hint: "quote a value that begins with '?'"},
}

// syntax words an error of the YAML port.
func (p *reader) syntax(err error) *Error {
	text := split(bytes.TrimRight(p.src, "\r\n"))
	line, msg := complaintOf(err)
	if len(p.src) <= searchBytes {
		if l, m := p.complains(text, len(text)); m != "" {
			line, msg = l, m
		}
	}
	c := complaint{find: indent, hint: "check indentation, colons, quotes and brackets around this line"}
	for _, x := range complaints {
		if strings.Contains(msg, x.has) {
			c = x
			break
		}
	}
	if c.zero {
		line++
	}
	if name := unknownName.FindStringSubmatch(msg); name != nil {
		if i := bytes.Index(p.src, []byte("*"+name[1])); i >= 0 {
			line = bytes.Count(p.src[:i], []byte("\n")) + 1
		}
	}
	if c.later {
		line = p.firstWrong(text, msg, line)
	}
	line = min(max(line, 1), len(text))
	for l := max(line-1, 1); l <= line+1; l++ { // a tab in front of a key is behind many complaints
		if col := tabIndent(sourceLine(text, l)); col > 0 {
			return p.fail(l, col, "indent with spaces", "invalid YAML: a tab cannot be used for indentation")
		}
	}
	fail := func(line, col int, hint string) *Error { return p.fail(line, col, hint, "invalid YAML: %s", msg) }
	if (c.later || c.colon) && len(p.src) <= searchBytes {
		for l := line - 1; l >= max(line-2, 1); l-- {
			open, why := p.complains(text, l)
			// what is further up than the line before must look as if its quotes were turned inside out
			if strings.Contains(why, "unexpected end of stream") && (l == line-1 || strings.Count(text[l], `"`)%2 == 0) {
				return fail(open, firstOf(`"'`)(sourceLine(text, open)), "a quote that was opened here is not closed on its line")
			}
		}
	}
	if c.colon || c.later {
		for l := max(line-1, 1); l <= line; l++ {
			if m := noSpace.FindStringSubmatch(sourceLine(text, l)); m != nil {
				return fail(l, utf8.RuneCountInString(m[1])+1, "write a space after the colon")
			}
		}
	}
	if c.colon {
		for l := max(line-1, 1); l <= line; l++ {
			if t := sourceLine(text, l); noColon.MatchString(t) && !strings.Contains(t+" ", ": ") && indent(t) <= indent(sourceLine(text, line)) {
				return fail(l, indent(t), "a key needs ': ' after it")
			}
		}
	}
	return fail(line, c.find(sourceLine(text, line)), c.hint)
}

var (
	noSpace = regexp.MustCompile(`^( *(?:- +)*["']?[A-Za-z_][\w.-]*["']?:)[^\s/]`) // "type:chat", but no address
	noColon = regexp.MustCompile(`^ *(?:- +)*[A-Za-z_][\w.-]*(?: +[^\s:#].*)?$`)   // "type chat"
)

// complaintOf takes an error of the port apart.
func complaintOf(err error) (line int, msg string) {
	m := portError.FindStringSubmatch(strings.TrimPrefix(err.Error(), "yaml: "))
	line, _ = strconv.Atoi(m[1])
	return line, m[2]
}

// complains is what the port says about the first lines of a text, and where; "" when it can read them. A comment is put before them, because
// the port names another place when what it means stands on the first line.
func (p *reader) complains(text []string, n int) (line int, msg string) {
	var y yaml.Node
	src, _ := slashes(version.ReplaceAll([]byte("#\n"+strings.Join(text[:max(n, 0)], "\n")+"\n"), []byte("${1}1")))
	dec := yaml.NewDecoder(bytes.NewReader(src))
	for {
		switch err := dec.Decode(&y); {
		case errors.Is(err, io.EOF):
			return 0, ""
		case err != nil:
			line, msg = complaintOf(err)
			return line - 1, msg
		}
	}
}

// searchBytes is the size of a source up to which a mistake is looked for by reading it, or parts of it, again: about twenty times.
const searchBytes = 256 << 10

// firstWrong is the line with which a complaint arises: the port names the line where the mapping or list begins that was wrong further down.
func (p *reader) firstWrong(text []string, msg string, from int) int {
	if len(p.src) > searchBytes || from < 1 {
		return from
	}
	return from + sort.Search(len(text)-from, func(i int) bool {
		_, got := p.complains(text, from+i)
		return got == msg
	})
}

// tabIndent is the column of a tab in a line's indentation; 0 when there is none.
func tabIndent(text string) int {
	i := strings.IndexByte(text, '\t')
	if i < 0 || strings.Trim(text[:i], " -") != "" || strings.TrimSpace(text) == "" {
		return 0
	}
	return i + 1
}

func indent(text string) int { return len(text) - len(strings.TrimLeft(text, " ")) + 1 }

// firstOf finds the first of some characters after the line's key.
func firstOf(chars string) func(string) int {
	return func(text string) int {
		from := afterColon(text) - 1
		start := len(string([]rune(text)[:from]))
		if i := strings.IndexAny(text[start:], chars); i >= 0 {
			return from + utf8.RuneCountInString(text[start:start+i]) + 1
		}
		return from + 1
	}
}

// afterColon is where the value of the line's first key begins, or where the line does.
func afterColon(text string) int {
	i := strings.Index(text, ": ")
	if i < 0 {
		return indent(text)
	}
	for i += 2; i < len(text) && text[i] == ' '; i++ {
	}
	return utf8.RuneCountInString(text[:i]) + 1
}

// secondColon finds the colon that is one too many.
func secondColon(text string) int {
	from := strings.Index(text, ": ") + 1
	if i := strings.Index(text[from:]+" ", ": "); i >= 0 {
		return utf8.RuneCountInString(text[:from+i]) + 1
	}
	return indent(text)
}

// openFlow finds the brace that holds text which should be quoted, or the bracket that is not closed on the line.
func openFlow(text string) int {
	for _, s := range []string{"${", "{{"} {
		if i := strings.Index(text, s); i >= 0 {
			return utf8.RuneCountInString(text[:i]) + 1
		}
	}
	return firstOf("[{")(text)
}
