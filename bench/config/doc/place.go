// Places inside a document while it is walked: a path is only written out when something is wrong there.
package doc

import "strconv"

// place is a way down from the top; nil is the top.
type place struct {
	up   *place
	name string // of a key; "" for an item
	item int
}

func (p *place) key(name string) *place { return &place{up: p, name: name, item: -1} }
func (p *place) at(i int) *place        { return &place{up: p, item: i} }

// String is the dotted path, cut when it is too long to read.
func (p *place) String() string {
	const most = 200
	var parts []string
	for q := p; q != nil; q = q.up {
		if q.item >= 0 {
			parts = append(parts, strconv.Itoa(q.item))
		} else {
			parts = append(parts, short(q.name))
		}
	}
	path := ""
	for i := len(parts) - 1; i >= 0; i-- {
		if len(path) > most {
			return path + "…"
		}
		if path != "" {
			path += "."
		}
		path += parts[i]
	}
	return path
}

// each calls f for every child with its place.
func each(n *Node, at *place, f func(at *place, child *Node)) {
	for i, c := range n.Items {
		f(at.at(i), c)
	}
	for i := range n.Members {
		f(at.key(n.Members[i].Key), n.Members[i].Value)
	}
}
