// Names of variations: values as text, labels and folder names.

package expand

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/aiperf-go/aiperf/bench/config/doc"
	"github.com/aiperf-go/aiperf/bench/config/doc/jinja"
)

// text is a value as a label shows it: Python's str.
func text(n *doc.Node) string {
	if s, ok := n.Value.(string); ok && n.Kind == doc.String {
		return s
	}
	return repr(n)
}

// repr is a value inside of a list or mapping: Python's repr.
func repr(n *doc.Node) string {
	switch n.Kind {
	case doc.Null:
		return "None"
	case doc.Bool:
		if n.Value == true {
			return "True"
		}
		return "False"
	case doc.Float:
		return jinja.FloatText(n.Value.(float64))
	case doc.String:
		return quote(n.Value.(string))
	case doc.List:
		parts := make([]string, len(n.Items))
		for i, item := range n.Items {
			parts[i] = repr(item)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case doc.Map:
		parts := make([]string, len(n.Members))
		for i, m := range n.Members {
			parts[i] = quote(m.Key) + ": " + repr(m.Value)
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
	return fmt.Sprint(n.Value)
}

// quote puts text in single quotes, or in double quotes when it holds single ones only; what does not print is escaped.
func quote(s string) string {
	q := '\''
	if strings.Contains(s, "'") && !strings.Contains(s, `"`) {
		q = '"'
	}
	var b strings.Builder
	b.WriteRune(q)
	for _, r := range s {
		switch {
		case r == q || r == '\\':
			b.WriteRune('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case unicode.IsPrint(r):
			b.WriteRune(r)
		case r < 0x100:
			fmt.Fprintf(&b, `\x%02x`, r)
		case r < 0x10000:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
	}
	b.WriteRune(q)
	return b.String()
}

// dirName is the folder of a variation: its values as name_value pairs, or its label when it has none or one that is a list or mapping.
func dirName(index int, label string, values *doc.Node) string {
	name := ""
	for i, m := range values.Members {
		if m.Value.Kind == doc.List || m.Value.Kind == doc.Map {
			name = ""
			break
		}
		if i > 0 {
			name += "__"
		}
		name += m.Key[strings.LastIndexByte(m.Key, '.')+1:] + "_" + text(m.Value)
	}
	if name == "" {
		name = label
	}
	return folder(name, fmt.Sprintf("variation_%d", index))
}

// pathRunes are the characters no folder name holds; the last one ends every path.
const pathRunes = "/\\<>:\"|?*\x00"

// folder takes out of a name what a file system could read as a path or refuse, and cuts it to size; fallback stands for a name of which
// nothing is left, and marks a cut one.
func folder(name, fallback string) string {
	name = strings.ReplaceAll(name, "..", "")
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(pathRunes, r) {
			return -1
		}
		return r
	}, name)
	if strings.Trim(name, ".") == "" {
		return fallback
	}
	if len(name) > maxDirBytes {
		cut := maxDirBytes - len(fallback) - 1
		for !utf8.RuneStart(name[cut]) {
			cut--
		}
		name = name[:cut] + "_" + fallback
	}
	return name
}

// unique gives the name to the first variation that asks for it and a numbered one to the next, so that no variation overwrites another.
// taken holds the last number of every name.
func unique(taken map[string]int, name string) string {
	free := name
	for taken[free] > 0 {
		taken[name]++
		free = fmt.Sprintf("%s_%d", name, taken[name])
	}
	taken[free] = 1
	return free
}
