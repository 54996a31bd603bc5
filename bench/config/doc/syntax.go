// Syntax errors: the YAML port says what is wrong and roughly where; here that becomes the line and column to look at, and how to mend it.
package doc

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

var (
	portError   = regexp.MustCompile(`^(?:yaml: )?(?:line (\d+): )?((?s:.*))$`)
	unknownName = regexp.MustCompile(`unknown anchor '(.*)' referenced`)
)

// complaint is one way to be wrong: how the port words it, whether it counts the line from 0, where in the line to look, how to mend it.
type complaint struct {
	has  string
	zero bool // the port's parser counts lines from 0, its scanner from 1
	find func(text string) int
	hint string
}

var complaints = []complaint{
	{"mapping values are not allowed", false, secondColon, "quote a value that holds ': ', and indent the keys of one mapping alike"},
	{"cannot start any token", false, firstOf("@`%\t"), "quote the value: this character has a meaning of its own in YAML"},
	{"unexpected end of stream", false, firstOf(`"'`), "a quote that was opened here is never closed"},
	{"unexpected document indicator", false, firstOf(`"'`), "a quote that was opened here is never closed"},
	{"',' or ']'", true, openFlow, "close the list with ']', and quote text that holds braces"},
	{"',' or '}'", true, openFlow, "close the mapping with '}', and quote text that holds braces"},
	{"expected key", true, indent, "indent the keys of one mapping alike, and write nothing behind a quoted or bracketed value"},
	{"expected '-' indicator", true, indent, "begin every item of a list with '- ', indented alike"},
	{"<document start>", true, indent, "indent the keys of one mapping alike, and end the file here if it should end"},
	{"expected node content", true, firstOf("]},"), "write a value here, or quote it"},
	{"expected ':'", false, indent, "a key needs ': ' after it"},
	{"unknown anchor", false, firstOf("*"), "define it with '&name' above this line"},
	{"unknown escape", false, firstOf(`\`), "use single quotes, or write the backslash twice"},
	{"hexdecimal number", false, firstOf(`\`), "use single quotes, or write the backslash twice"},
	{"alphabetic or numeric", false, firstOf("*&!"), "quote the value: this character has a meaning of its own in YAML"},
	{"undefined tag handle", true, firstOf("!"), "remove the tag"},
	{"incompatible YAML document", true, indent, "remove the %YAML line"},
	{"unknown directive", false, indent, "remove the line, or quote it"},
	{"block sequence entries are not allowed", false, afterColon, "put the list on lines of its own, or in [brackets]"},
	{"block sequence", false, indent, "begin every item of a list with '- ', indented alike"},
	{"mapping keys are not allowed", false, firstOf("?"), "quote a value that begins with '?'"},
}

// syntax words an error of the YAML port.
func (p *reader) syntax(err error) *Error {
	m := portError.FindStringSubmatch(strings.TrimPrefix(err.Error(), "yaml: "))
	line, _ := strconv.Atoi(m[1])
	c := complaint{find: indent, hint: "check indentation, colons, quotes and brackets around this line"}
	for _, x := range complaints {
		if strings.Contains(m[2], x.has) {
			c = x
			break
		}
	}
	if c.zero || line == 0 {
		line++
	}
	if name := unknownName.FindStringSubmatch(m[2]); name != nil {
		if i := bytes.Index(p.src, []byte("*"+name[1])); i >= 0 {
			line = bytes.Count(p.src[:i], []byte("\n")) + 1
		}
	}
	line = min(line, bytes.Count(bytes.TrimRight(p.src, "\r\n"), []byte("\n"))+1)
	for l := max(line-1, 1); l <= line+1; l++ { // a tab in front of a key is behind many complaints
		if col := tabIndent(sourceLine(p.src, l)); col > 0 {
			return p.fail(l, col, "indent with spaces", "invalid YAML: a tab cannot be used for indentation")
		}
	}
	return p.fail(line, c.find(sourceLine(p.src, line)), c.hint, "invalid YAML: %s", m[2])
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
