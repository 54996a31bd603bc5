// Writing YAML: block style, ASCII only, lines folded at 80 columns, as PyYAML's safe_dump(sort_keys=False) writes, so that outputs compare.
package doc

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/aiperf-go/aiperf/bench/config/doc/jinja"
)

const (
	foldAt  = 80  // columns after which text is folded at its next single space
	longKey = 123 // characters from which a key needs the "? " form
)

// YAML writes the tree as a document; Parse reads it back to the same values.
func (n *Node) YAML() []byte {
	w := &yamlWriter{}
	switch {
	case n.Kind == Map && len(n.Members) > 0:
		w.members(n, 0, true)
	case n.Kind == List && len(n.Items) > 0:
		w.items(n, 0, true)
	default:
		w.scalar(n, 0, false)
	}
	return append(w.b, '\n')
}

type yamlWriter struct {
	b   []byte
	col int
}

func (w *yamlWriter) put(s string) {
	w.b = append(w.b, s...)
	w.col += len(s) // everything written is ASCII
}

func (w *yamlWriter) line(indent int) {
	w.b = append(w.b, '\n')
	w.col = 0
	w.put(strings.Repeat(" ", indent))
}

func (w *yamlWriter) members(n *Node, indent int, inline bool) {
	for _, m := range n.Members {
		if !inline {
			w.line(indent)
		}
		inline = false
		key := &Node{Kind: String, Value: m.Key}
		if m.Key == "" || len([]rune(m.Key)) >= longKey || strings.ContainsAny(m.Key, "\n\u0085\u2028\u2029") {
			w.put("? ")
			w.scalar(key, indent+2, false)
			w.line(indent)
			w.put(":")
			w.below(m.Value, indent, true)
			continue
		}
		w.scalar(key, indent, true)
		w.put(":")
		w.below(m.Value, indent, false)
	}
}

// below writes the value of a key: lists stand at the key's own column.
func (w *yamlWriter) below(n *Node, indent int, explicit bool) {
	switch {
	case n.Kind == Map && len(n.Members) > 0:
		if explicit {
			w.put(" ")
			w.members(n, indent+2, true)
			return
		}
		w.line(indent + 2)
		w.members(n, indent+2, true)
	case n.Kind == List && len(n.Items) > 0:
		if explicit {
			w.put(" ")
			w.items(n, indent+2, true)
			return
		}
		w.line(indent)
		w.items(n, indent, true)
	default:
		w.put(" ")
		w.scalar(n, indent+2, false)
	}
}

func (w *yamlWriter) items(n *Node, indent int, inline bool) {
	for _, x := range n.Items {
		if !inline {
			w.line(indent)
		}
		inline = false
		w.put("- ")
		switch {
		case x.Kind == Map && len(x.Members) > 0:
			w.members(x, indent+2, true)
		case x.Kind == List && len(x.Items) > 0:
			w.items(x, indent+2, true)
		default:
			w.scalar(x, indent+2, false)
		}
	}
}

// scalar writes a value without children; continuation lines begin at indent, and keys are not folded.
func (w *yamlWriter) scalar(n *Node, indent int, key bool) {
	switch n.Kind {
	case Null:
		w.put("null")
	case Bool:
		w.put(strconv.FormatBool(n.Value.(bool)))
	case Int:
		w.put(strconv.FormatInt(n.Value.(int64), 10))
	case Float:
		w.put(yamlFloatText(n.Value.(float64)))
	case List:
		w.put("[]")
	case Map:
		w.put("{}")
	case String:
		s := n.Value.(string)
		switch style(s) {
		case 0:
			w.plain(s, indent, key)
		case '\'':
			w.single(s, indent, key)
		default:
			w.double(s, indent, key)
		}
	}
}

func yamlFloatText(f float64) string {
	switch {
	case math.IsNaN(f):
		return ".nan"
	case math.IsInf(f, 1):
		return ".inf"
	case math.IsInf(f, -1):
		return "-.inf"
	}
	s := jinja.FloatText(f)
	if !strings.ContainsRune(s, '.') {
		s = strings.Replace(s, "e", ".0e", 1)
	}
	return s
}

var dateText = regexp.MustCompile(`^(?:[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}` +
	`(?:\.[0-9]*)?(?:[ \t]*(?:Z|[-+][0-9]{1,2}(?::[0-9]{2})?))?)$`)

// style is how a text must be quoted: 0 for not at all, ' where folding and quotes do, " where escapes are needed.
func style(s string) byte {
	if s == "" {
		return '\''
	}
	rs := []rune(s)
	quote := byte(0)
	for i, r := range rs {
		if r != '\n' && (r < ' ' || r > '~') {
			return '"'
		}
		next, before := rune('\n'), rune('\n')
		if i+1 < len(rs) {
			next = rs[i+1]
		}
		if i > 0 {
			before = rs[i-1]
		}
		switch {
		case r == '\n':
			if i+1 < len(rs) && next == ' ' {
				return '"'
			}
			quote = '\''
		case r == ' ':
			if i+1 < len(rs) && next == '\n' {
				return '"'
			}
			if i == 0 || i+1 == len(rs) {
				quote = '\''
			}
		case r == ':' && (next == ' ' || next == '\n'), r == '#' && (before == ' ' || before == '\n'),
			i == 0 && strings.ContainsRune(",[]{}&*!|>'\"%@`", r), i == 0 && (r == '-' || r == '?') && (next == ' ' || next == '\n'):
			quote = '\''
		}
	}
	if quote == 0 && (strings.HasPrefix(s, "---") || strings.HasPrefix(s, "...") || s == "=" || s == "<<" || dateText.MatchString(s) || resolve(s).Kind != String) {
		quote = '\''
	}
	return quote
}

// plain writes a text as it is.
func (w *yamlWriter) plain(s string, indent int, key bool) {
	w.words(s, indent, key, false)
}

// words writes a text folded at single spaces; quoted text is not folded at its ends.
func (w *yamlWriter) words(s string, indent int, key, quoted bool) {
	for i := 0; i < len(s); {
		j := i
		for j < len(s) && s[j] == ' ' {
			j++
		}
		if j > i {
			if j == i+1 && w.col > foldAt && !key && (!quoted || i > 0 && j < len(s)) {
				w.line(indent)
			} else {
				w.put(s[i:j])
			}
		}
		i = j
		for j < len(s) && s[j] != ' ' {
			j++
		}
		w.put(s[i:j])
		i = j
	}
}

// single writes a text in single quotes; a line break of it is an empty line.
func (w *yamlWriter) single(s string, indent int, key bool) {
	w.put("'")
	start, spaces, breaks := 0, false, false
	for end := 0; end <= len(s); end++ {
		ch := byte(0)
		if end < len(s) {
			ch = s[end]
		}
		last := end == len(s)
		switch {
		case spaces:
			if last || ch != ' ' {
				if start+1 == end && w.col > foldAt && !key && start != 0 && !last {
					w.line(indent)
				} else {
					w.put(s[start:end])
				}
				start = end
			}
		case breaks:
			if last || ch != '\n' {
				w.b = append(w.b, '\n')
				w.b = append(w.b, strings.Repeat("\n", end-start-1)...)
				w.line(indent)
				start = end
			}
		case last || ch == ' ' || ch == '\n' || ch == '\'':
			w.put(s[start:end])
			start = end
		}
		if ch == '\'' {
			w.put("''")
			start = end + 1
		}
		spaces, breaks = ch == ' ', ch == '\n'
	}
	w.put("'")
}

var escapes = map[rune]string{0: `\0`, 7: `\a`, 8: `\b`, 9: `\t`, 10: `\n`, 11: `\v`, 12: `\f`, 13: `\r`, 27: `\e`, '"': `\"`, '\\': `\\`,
	0x85: `\N`, 0xa0: `\_`, 0x2028: `\L`, 0x2029: `\P`}

// double writes a text in double quotes with escapes.
func (w *yamlWriter) double(s string, indent int, key bool) {
	w.put(`"`)
	rs := []rune(s)
	start := 0
	for end, r := range rs {
		if r == '"' || r == '\\' || r < ' ' || r > '~' {
			w.put(string(rs[start:end]))
			start = end + 1
			switch e, ok := escapes[r]; {
			case ok:
				w.put(e)
			case r <= 0xff:
				w.put(fmt.Sprintf(`\x%02X`, r))
			case r <= 0xffff:
				w.put(fmt.Sprintf(`\u%04X`, r))
			default:
				w.put(fmt.Sprintf(`\U%08X`, r))
			}
		}
		if end > 0 && end < len(rs)-1 && (r == ' ' || start >= end) && w.col+end-start > foldAt && !key {
			if start < end {
				w.put(string(rs[start:end]))
				start = end
			}
			w.put(`\`)
			w.line(indent)
			if rs[start] == ' ' {
				w.put(`\`)
			}
		}
	}
	w.put(string(rs[min(start, len(rs)):]))
	w.put(`"`)
}
