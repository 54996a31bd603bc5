// Parsing: YAML bytes become a tree, and whatever is wrong with them becomes one error with its line and column.
//
// The syntax is read by go.yaml.in/yaml, a port of the C library whose grammar PyYAML mostly shares: the port takes tabs between tokens,
// anchors defined again and the escape "\'", which PyYAML refuses, and lacks the escape "\/", which is put back here. What a bare word means (scalar.go), merge
// keys, aliases, duplicate keys, and a colon before a bracket or comma are decided here, where the port reads them otherwise.
package doc

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// Bounds of what is read: they keep a mistaken or hostile file from taking the machine with it.
const (
	MaxBytes = 16 << 20 // bytes of one file; inline data sets are the only large ones, and belong in files of their own
	MaxDepth = 256      // mappings and lists inside each other, as AIPerf
	maxNodes = 1 << 20  // values of one document after aliases are copied, about 150 MB of tree
)

// ReadFile reads a configuration file, but never more than MaxBytes of it.
func ReadFile(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("read configuration: %w", err)
	}
	defer func() { _ = f.Close() }()
	if st, err := f.Stat(); err == nil {
		if st.IsDir() {
			return nil, &Error{Pos: Pos{File: name}, Msg: "this is a folder, not a configuration file"}
		}
		if st.Size() > MaxBytes {
			return nil, tooLarge(name)
		}
	}
	b, err := io.ReadAll(io.LimitReader(f, MaxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("read configuration %s: %w", name, err)
	}
	if len(b) > MaxBytes {
		return nil, tooLarge(name)
	}
	return b, nil
}

func tooLarge(name string) *Error {
	return &Error{Pos: Pos{File: name}, Msg: fmt.Sprintf("the configuration file is larger than %d MiB", MaxBytes>>20),
		Hint: "keep data in files of its own and name them in the configuration"}
}

// Parse reads one YAML document whose top level is a mapping. Every error is an *Error with a place.
func Parse(name string, src []byte) (n *Node, err error) {
	p := &reader{name: name, src: src}
	defer func() {
		if r := recover(); r != nil { // the port reports some malformed input by panicking
			n, err = nil, p.fail(1, 1, "write plain YAML", "this text cannot be read as YAML (%v)", r)
		}
	}()
	if err := p.readable(); err != nil {
		return nil, err
	}
	p.src = lines(p.src)
	root, err := p.document()
	if err != nil {
		return nil, err
	}
	if root.Kind != yaml.MappingNode {
		if root.Kind == yaml.ScalarNode && plain(root) && resolve(root.Value).Kind == Null {
			return nil, p.fail(1, 1, emptyHint, "the configuration is empty")
		}
		return nil, p.failAt(root, "begin with a key, as in 'benchmark:'", "the top level must be a mapping, not %s", shape(root))
	}
	return p.node(root, nil, 0)
}

const emptyHint = "'aiperf config init' writes an example"

// reader turns one file's YAML nodes into document nodes.
type reader struct {
	name  string
	src   []byte
	nodes int                 // made so far
	open  map[*yaml.Node]bool // anchors being copied, to find cycles
}

func (p *reader) fail(line, column int, hint, format string, a ...any) *Error {
	pos := Pos{File: p.name, Line: max(line, 1), Column: max(column, 1)}
	return &Error{Pos: pos, Msg: fmt.Sprintf(format, a...), Hint: hint, Excerpt: Excerpt(p.src, pos)}
}

func (p *reader) failAt(n *yaml.Node, hint, format string, a ...any) *Error {
	return p.fail(n.Line, n.Column, hint, format, a...)
}

// readable refuses bytes that are no text, before any of them is parsed.
func (p *reader) readable() error {
	if len(p.src) > MaxBytes {
		return tooLarge(p.name)
	}
	line, start, marks := 1, 0, 0
	for i := 0; i < len(p.src); {
		c := p.src[i]
		switch {
		case c == '\n':
			line, start = line+1, i+1
			marks++
		case c == ',' || c == '[' || c == '{':
			marks++
		case c == 0:
			return p.fail(line, column(p.src[start:i]), "is this a YAML file?", "the file holds a NUL byte, so it is not text")
		case c < ' ' && c != '\t' && c != '\r' || c == 0x7f:
			return p.fail(line, column(p.src[start:i]), "remove it, or write it as \\x.. in double quotes", "control character %#02x is not allowed", c)
		case c >= utf8.RuneSelf:
			r, size := utf8.DecodeRune(p.src[i:])
			if r == utf8.RuneError && size == 1 {
				return p.fail(line, column(p.src[start:i]), "save the file as UTF-8", "byte %#02x is not UTF-8 text", c)
			}
			if r < 0xa0 && r != 0x85 || r == 0xfffe || r == 0xffff {
				return p.fail(line, column(p.src[start:i]), "remove it, or write it as \\u.... in double quotes", "control character %U is not allowed", r)
			}
			i += size - 1
		}
		i++
	}
	if marks > maxNodes { // every value needs one of these marks, so this bounds what the parser may allocate
		return p.fail(1, 1, "keep data in files of its own", "the configuration holds more than %d values", maxNodes)
	}
	return nil
}

func column(before []byte) int { return utf8.RuneCount(before) + 1 }

// version is a %YAML 1.x line before the document; the port reads only 1.1, and nothing we read differs in 1.2.
var version = regexp.MustCompile(`\A((?:[ \t]*(?:#.*)?\r?\n)*%YAML[ \t]+1\.)[0-9]\b`)

// document reads the one document of the file.
func (p *reader) document() (*yaml.Node, error) {
	src, mark := slashes(version.ReplaceAll(p.src, []byte("${1}1")))
	dec := yaml.NewDecoder(bytes.NewReader(src))
	var first, second yaml.Node
	switch err := dec.Decode(&first); {
	case errors.Is(err, io.EOF):
		return nil, p.fail(1, 1, emptyHint, "the configuration is empty")
	case err != nil:
		return nil, p.syntax(err)
	}
	switch err := dec.Decode(&second); {
	case errors.Is(err, io.EOF):
		if mark != "" {
			unslash(first.Content[0], mark)
		}
		return first.Content[0], nil
	case err != nil:
		return nil, p.syntax(err)
	}
	line := max(p.separator(second.Line), 1)
	return nil, p.fail(line, 1, "keep one document in each file", "a second document begins here")
}

// slashes replaces every "\/" of a source by a mark of two characters that stands nowhere in it, so that columns stay as they are; the mark is
// empty when there is nothing to replace.
func slashes(src []byte) (out []byte, mark string) {
	if !bytes.Contains(src, []byte(`\/`)) {
		return src, ""
	}
	for r := rune(0xe000); r <= 0xe009; r++ { // characters without meaning; their code could also be written as an escape
		c, code := string(r), strconv.FormatInt(int64(r), 16)
		if bytes.Contains(src, []byte(c)) || bytes.Contains(src, []byte(code)) || bytes.Contains(src, []byte(strings.ToUpper(code))) {
			continue
		}
		out = slash.ReplaceAllFunc(src, func(run []byte) []byte {
			if len(run)%2 != 0 { // only pairs of backslashes
				return run
			}
			return append(bytes.Clone(run[:len(run)-2]), c+c...)
		})
		return out, c + c
	}
	return src, ""
}

// slash is a slash with the backslashes before it.
var slash = regexp.MustCompile(`\\+/`)

// unslash puts back what a mark stands for: the escape of a slash in double quotes, two characters everywhere else.
func unslash(y *yaml.Node, mark string) {
	text := `\/`
	if y.Kind == yaml.ScalarNode && y.Style&yaml.DoubleQuotedStyle != 0 {
		text = "/"
	}
	y.Value = strings.ReplaceAll(y.Value, mark, text)
	for _, c := range y.Content {
		unslash(c, mark)
	}
}

// separator finds the "---" line at or above a line.
func (p *reader) separator(line int) int {
	text := split(p.src)
	for l := line; l > 1; l-- {
		if strings.HasPrefix(sourceLine(text, l), "---") {
			return l
		}
	}
	return line
}

// node converts one YAML node; path names it in errors.
func (p *reader) node(y *yaml.Node, path *place, depth int) (*Node, error) {
	if depth > MaxDepth {
		e := p.failAt(y, "", "values are nested more than %d levels deep", MaxDepth)
		e.Path = path.String()
		return nil, e
	}
	if p.nodes++; p.nodes > maxNodes {
		return nil, p.failAt(y, "use fewer aliases", "the configuration holds more than %d values once its aliases are copied", maxNodes)
	}
	n := &Node{Pos: Pos{File: p.name, Line: y.Line, Column: y.Column}}
	switch y.Kind {
	case yaml.AliasNode:
		if p.open[y.Alias] {
			e := p.failAt(y, "write the value out where it is needed", "alias *%s stands inside the value it refers to", y.Value)
			e.Path = path.String()
			return nil, e
		}
		return p.node(y.Alias, path, depth)
	case yaml.ScalarNode:
		if err := p.scalar(n, y, path); err != nil {
			return nil, err
		}
		return n, nil
	case yaml.SequenceNode:
		if err := p.tag(y, path, "!!seq"); err != nil {
			return nil, err
		}
		defer p.enter(y)()
		n.Kind, n.Items = List, make([]*Node, 0, len(y.Content))
		for i, c := range y.Content {
			if err := p.colon(y, c, path.at(i)); err != nil {
				return nil, err
			}
			x, err := p.node(c, path.at(i), depth+1)
			if err != nil {
				return nil, err
			}
			n.Items = append(n.Items, x)
		}
		return n, nil
	case yaml.MappingNode:
		if err := p.tag(y, path, "!!map"); err != nil {
			return nil, err
		}
		defer p.enter(y)()
		n.Kind = Map
		if err := p.mapping(n, y, path, depth); err != nil {
			return nil, err
		}
		return n, nil
	}
	return nil, p.failAt(y, "", "this is no YAML value")
}

// enter marks an anchored node as being copied until the returned function runs.
func (p *reader) enter(y *yaml.Node) func() {
	if y.Anchor == "" {
		return func() {}
	}
	if p.open == nil {
		p.open = map[*yaml.Node]bool{}
	}
	p.open[y] = true
	return func() { delete(p.open, y) }
}

// mapping fills a mapping: merged keys first, then its own, which win.
func (p *reader) mapping(n *Node, y *yaml.Node, path *place, depth int) error {
	index := make(map[string]int, len(y.Content)/2)
	for i := 0; i+1 < len(y.Content); i += 2 {
		k, v := y.Content[i], y.Content[i+1]
		if k.Kind == yaml.ScalarNode && plain(k) && k.Value == "<<" {
			if err := p.merge(n, index, k, v, path, depth); err != nil {
				return err
			}
		}
	}
	written := make(map[string]*yaml.Node, len(y.Content)/2)
	for i := 0; i+1 < len(y.Content); i += 2 {
		k, v := y.Content[i], y.Content[i+1]
		if k.Kind == yaml.ScalarNode && plain(k) && k.Value == "<<" {
			continue
		}
		key, err := p.key(k, path)
		if err != nil {
			return err
		}
		if err := p.colon(y, k, path.key(strings.TrimSuffix(key, ":"))); err != nil {
			return err
		}
		if err := p.colon(y, v, path.key(key)); err != nil {
			return err
		}
		if first := written[key]; first != nil {
			e := p.failAt(k, "remove one of them", "key %q is already set on line %d", short(key), first.Line)
			e.Path = path.key(key).String()
			return e
		}
		written[key] = k
		x, err := p.node(v, path.key(key), depth+1)
		if err != nil {
			return err
		}
		put(n, index, Member{Key: key, Pos: Pos{File: p.name, Line: k.Line, Column: k.Column}, Value: x})
	}
	return nil
}

// colon refuses a bare word that ends in a colon inside brackets: it was meant as a key, and is one to other readers of YAML.
func (p *reader) colon(in, y *yaml.Node, path *place) error {
	if in.Style&yaml.FlowStyle == 0 || y.Kind != yaml.ScalarNode || !plain(y) || !strings.HasSuffix(y.Value, ":") {
		return nil
	}
	e := p.failAt(y, "write a space after the colon, or quote the text", "%q ends in a colon", short(y.Value))
	e.Path = path.String()
	return e
}

// put sets a key in its old place or at the end; index makes it cheap for mappings of many keys.
func put(n *Node, index map[string]int, m Member) {
	if i, ok := index[m.Key]; ok {
		n.Members[i] = m
		return
	}
	index[m.Key] = len(n.Members)
	n.Members = append(n.Members, m)
}

// merge copies the keys of what << names; of several mappings in a list, the first to have a key wins.
func (p *reader) merge(n *Node, index map[string]int, k, v *yaml.Node, path *place, depth int) error {
	from := []*yaml.Node{v}
	if v.Kind == yaml.AliasNode && v.Alias.Kind == yaml.SequenceNode {
		v = v.Alias
	}
	if v.Kind == yaml.SequenceNode {
		from = v.Content
	}
	for i := len(from) - 1; i >= 0; i-- {
		m, err := p.node(from[i], path, depth)
		if err != nil {
			return err
		}
		if m.Kind != Map {
			return p.failAt(k, "name a mapping, as in '<<: *defaults'", "<< merges mappings, not %s", m.Kind)
		}
		for _, x := range m.Members {
			put(n, index, x)
		}
	}
	return nil
}

// key reads a mapping's key, which must be text.
func (p *reader) key(k *yaml.Node, path *place) (string, error) {
	at := k
	for k.Kind == yaml.AliasNode {
		k = k.Alias
	}
	if k.Kind != yaml.ScalarNode {
		e := p.failAt(at, "quote a value that begins with '{' or '['", "a key must be text, not %s", shape(k))
		e.Path = path.String()
		return "", e
	}
	var n Node
	if err := p.scalar(&n, k, path); err != nil {
		return "", err
	}
	if n.Kind != String {
		e := p.failAt(at, fmt.Sprintf("quote it: '%s'", short(k.Value)), "key %s is %s, and keys must be text", short(k.Value), n.Kind)
		e.Path = path.String()
		return "", e
	}
	return k.Value, nil
}

// scalar gives a text its kind and value.
func (p *reader) scalar(n *Node, y *yaml.Node, path *place) error {
	fail := func(hint, format string, a ...any) error {
		e := p.failAt(y, hint, format, a...)
		e.Path = path.String()
		return e
	}
	if plain(y) {
		*n = *with(resolve(y.Value), n.Pos)
		if tooBig(n) {
			return fail("quote it if it is text", "%s does not fit 64 bits", short(y.Value))
		}
		return nil
	}
	n.Kind, n.Value = String, y.Value
	if y.Style&yaml.TaggedStyle == 0 {
		return nil
	}
	v := resolve(y.Value)
	ok := true
	switch y.Tag {
	case "!!str", "!":
	case "!!null":
		*n = Node{Pos: n.Pos}
	case "!!bool":
		ok = v.Kind == Bool
		*n = *with(v, n.Pos)
	case "!!int":
		ok = v.Kind == Int && !tooBig(v)
		*n = *with(v, n.Pos)
	case "!!float":
		if i, is := v.Value.(int64); is {
			v = &Node{Kind: Float, Value: float64(i)}
		}
		ok = v.Kind == Float
		*n = *with(v, n.Pos)
	case "!!timestamp":
	default:
		return fail("remove the tag", "tag %s is not known", short(y.Tag))
	}
	if !ok {
		return fail("remove the tag or mend the value", "%q cannot be read as %s", short(y.Value), y.Tag)
	}
	return nil
}

// tag refuses tags that name another type than the node has.
func (p *reader) tag(y *yaml.Node, path *place, want string) error {
	if y.Style&yaml.TaggedStyle == 0 || y.Tag == want || y.Tag == "!" {
		return nil
	}
	e := p.failAt(y, "remove the tag", "tag %s does not fit %s", short(y.Tag), shape(y))
	e.Path = path.String()
	return e
}

// plain says whether a scalar was written bare, so that its text decides its type.
func plain(y *yaml.Node) bool {
	return y.Style&(yaml.TaggedStyle|yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) == 0
}

func with(n *Node, pos Pos) *Node { n.Pos = pos; return n }

func shape(y *yaml.Node) string {
	switch y.Kind {
	case yaml.MappingNode:
		return Map.String()
	case yaml.SequenceNode:
		return List.String()
	case yaml.ScalarNode:
		if plain(y) {
			return resolve(y.Value).Kind.String()
		}
	case yaml.AliasNode:
		return shape(y.Alias)
	}
	return String.String()
}

// short keeps a value quotable in a message.
func short(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
