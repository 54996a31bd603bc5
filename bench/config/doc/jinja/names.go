// Names: which variables a template reads from outside, so that others can be rendered before it.
package jinja

// names collects what a template reads but does not set itself.
type names struct {
	order  []string
	seen   map[string]bool
	locals []map[string]bool
}

func newNames() *names { return &names{seen: map[string]bool{}, locals: []map[string]bool{{}}} }

func (n *names) read(name string) {
	for _, l := range n.locals {
		if l[name] {
			return
		}
	}
	if !n.seen[name] && !globals[name] {
		n.seen[name] = true
		n.order = append(n.order, name)
	}
}

func (n *names) set(name string) { n.locals[len(n.locals)-1][name] = true }
func (n *names) enter()          { n.locals = append(n.locals, map[string]bool{}) }
func (n *names) leave()          { n.locals = n.locals[:len(n.locals)-1] }
func (n *names) list() []string  { return n.order }
