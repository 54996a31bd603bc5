// Package doc holds a configuration document as a tree whose every node knows where it was written.
//
//	bytes ─ Parse ─> Node ─ Substitute (${VAR}) ─> Node ─ Render ({{ }}) ─> Node
//
// Flags build the same tree (see config/convert.go), so everything behind it (checks, sweeps, result files) has one input.
package doc

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Kind is what a node is, in YAML's words.
type Kind uint8

// The kinds.
const (
	Null Kind = iota
	Bool
	Int
	Float
	String
	List
	Map
)

// String names a kind as an error message does.
func (k Kind) String() string {
	return [...]string{"nothing", "true or false", "a whole number", "a number", "text", "a list", "a mapping"}[k]
}

// Pos is a place in a file; line and column count from 1, and a Line of 0 means that no file wrote it.
type Pos struct {
	File         string
	Line, Column int
}

func (p Pos) String() string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}

// Node is one value of a document. Trees are plain data: no node is in two trees, and aliases of the file are copies.
type Node struct {
	Kind    Kind
	Value   any      // nil, bool, int64, float64 or string; nil for lists and mappings
	Items   []*Node  // of a list
	Members []Member // of a mapping, in the order written; names are unique
	Pos     Pos
	Origin  string // who set it when no file did: "--isl", "environment variable X"; "" otherwise
	Var     string // the environment variable that ${VAR} in this text read, the first if several; "" when none was set

	Template string // the Jinja text that this value was rendered from; "" when it was written as it is
}

// Member is one key of a mapping.
type Member struct {
	Key   string
	Pos   Pos
	Value *Node
}

// Of makes a node of a Go value: nil, bool, integers, floats, string, []string, []any, or a *Node itself. It panics on anything else,
// which only a program's mistake can hand it.
func Of(v any) *Node {
	switch x := v.(type) {
	case nil:
		return &Node{}
	case *Node:
		return x
	case bool:
		return &Node{Kind: Bool, Value: x}
	case int:
		return &Node{Kind: Int, Value: int64(x)}
	case int64:
		return &Node{Kind: Int, Value: x}
	case float64:
		return &Node{Kind: Float, Value: x}
	case string:
		return &Node{Kind: String, Value: x}
	case []string:
		return listOf(x)
	case []int64:
		return listOf(x)
	case []float64:
		return listOf(x)
	case []any:
		return listOf(x)
	case []*Node:
		return &Node{Kind: List, Items: x}
	}
	panic(fmt.Sprintf("doc.Of: a %T is no document value", v))
}

func listOf[T any](xs []T) *Node {
	n := &Node{Kind: List, Items: make([]*Node, 0, len(xs))}
	for _, x := range xs {
		n.Items = append(n.Items, Of(x))
	}
	return n
}

// NewMap makes a mapping of alternating keys and values.
func NewMap(pairs ...any) *Node {
	n := &Node{Kind: Map}
	for i := 0; i+1 < len(pairs); i += 2 {
		n.Set(pairs[i].(string), Of(pairs[i+1]))
	}
	return n
}

// From marks a node and all below it as set by name, and returns it.
func (n *Node) From(origin string) *Node {
	n.Origin, n.Pos = origin, Pos{}
	for _, x := range n.Items {
		x.From(origin)
	}
	for i := range n.Members {
		n.Members[i].Pos = Pos{}
		n.Members[i].Value.From(origin)
	}
	return n
}

// Where says who wrote the node: a flag, a variable, or a place in a file.
func (n *Node) Where() string {
	switch {
	case n.Origin != "":
		return n.Origin
	case n.Var != "":
		return fmt.Sprintf("environment variable %s (%s)", n.Var, n.Pos)
	}
	return n.Pos.String()
}

// Get finds a key of a mapping; nil when the node is no mapping or has no such key.
func (n *Node) Get(key string) *Node {
	if n == nil || n.Kind != Map {
		return nil
	}
	for i := range n.Members {
		if n.Members[i].Key == key {
			return n.Members[i].Value
		}
	}
	return nil
}

// Member finds a key with its place; nil as Get.
func (n *Node) Member(key string) *Member {
	if n == nil || n.Kind != Map {
		return nil
	}
	for i := range n.Members {
		if n.Members[i].Key == key {
			return &n.Members[i]
		}
	}
	return nil
}

// Set puts a key, in its old place or at the end.
func (n *Node) Set(key string, v *Node) *Node {
	if m := n.Member(key); m != nil {
		m.Value = v
		return n
	}
	n.Members = append(n.Members, Member{Key: key, Pos: v.Pos, Value: v})
	return n
}

// Delete removes a key and returns its value, nil when it was not there.
func (n *Node) Delete(key string) *Node {
	v := n.Get(key)
	if v != nil {
		n.Members = slices.DeleteFunc(n.Members, func(m Member) bool { return m.Key == key })
	}
	return v
}

// Clone copies a tree.
func (n *Node) Clone() *Node {
	if n == nil {
		return nil
	}
	c := *n
	if n.Items != nil {
		c.Items = make([]*Node, len(n.Items))
		for i, x := range n.Items {
			c.Items[i] = x.Clone()
		}
	}
	if n.Members != nil {
		c.Members = slices.Clone(n.Members)
		for i := range c.Members {
			c.Members[i].Value = c.Members[i].Value.Clone()
		}
	}
	return &c
}

// Error is what is wrong at one place of a document.
type Error struct {
	Pos     Pos
	Origin  string // the flag or variable that wrote it, when no file did
	Path    string // dotted: benchmark.phases.0.concurrency; "" for the whole document
	Msg     string
	Hint    string // how to mend it; may be empty
	Excerpt string // the source line and a caret below it; may be empty
}

// Error is one line: place, key, what, how to mend it.
func (e *Error) Error() string {
	var b strings.Builder
	switch {
	case e.Origin != "":
		b.WriteString(e.Origin + ": ")
	case e.Pos.File != "" || e.Pos.Line > 0:
		b.WriteString(e.Pos.String() + ": ")
	}
	if e.Path != "" {
		b.WriteString(e.Path + ": ")
	}
	b.WriteString(e.Msg)
	if e.Hint != "" {
		b.WriteString("; " + e.Hint)
	}
	return b.String()
}

// Errors are all mistakes found in a document, in its order.
type Errors []*Error

// Error shows the first mistake and names the places of the others.
func (es Errors) Error() string {
	if len(es) == 1 {
		return es[0].Error()
	}
	var rest []string
	seen := map[string]bool{}
	for _, e := range es[1:] {
		p := cmp.Or(e.Path, e.Origin, e.Pos.String())
		if !seen[p] {
			rest = append(rest, p)
		}
		seen[p] = true
	}
	const most = 8
	if len(rest) > most {
		rest = append(rest[:most], fmt.Sprintf("and %d more", len(rest)-most))
	}
	return fmt.Sprintf("%s (also wrong: %s)", es[0].Error(), strings.Join(rest, ", "))
}

// At makes an error about a node.
func (n *Node) At(path, format string, a ...any) *Error {
	e := &Error{Path: path, Msg: fmt.Sprintf(format, a...)}
	if n != nil {
		e.Pos, e.Origin = n.Pos, n.Origin
		if n.Var != "" {
			e.Msg += " (it came from the environment variable " + n.Var + ")"
		}
	}
	return e
}
