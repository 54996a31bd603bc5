// Rendering: texts with {{ }} or {% %} are Jinja templates over the configuration itself.
//
// A template sees the variables by name, the keys of benchmark by name, the top-level keys by name, in that order of preference; a list whose
// items have names can be reached by them (datasets.main.entries). It sees them as they were written, only variables are rendered first,
// each after those it reads. Sweeps render a clone of the unrendered tree once for each variation.
package doc

import (
	"math/big"
	"slices"
	"strings"

	"github.com/aiperf-go/aiperf/bench/config/doc/jinja"
)

// unrendered are the keys whose text is a template of something else: of a request body.
var unrendered = []string{"template", "body", "payload_template"}

// userFiles are the keys below artifacts under which nothing is rendered: those files are rendered with the results at the end of a run.
var userFiles = []string{"user_files", "userFiles"}

// Render renders every template below root in place; root is a whole document. The results take the type they look like.
func Render(root *Node) error { return RenderWith(root, jinja.NewBudget()) }

// RenderWith renders as Render, from a budget that several renderings share: those of one sweep.
func RenderWith(root *Node, budget *jinja.Budget) error {
	r := &renderer{root: root, budget: budget, cache: map[string]any{}}
	r.collect(root, nil, "")
	if len(r.found) == 0 {
		return r.err()
	}
	r.vars, r.keys = index(root.variables()), index(root)
	for k, v := range index(root.Get("benchmark")) {
		r.keys[k] = v
	}
	r.variables()
	if len(r.errs) == 0 {
		for _, f := range r.found {
			if f.variable == "" && len(r.errs) < maxErrors {
				r.render(f)
			}
		}
	}
	if len(r.errs) == 0 {
		r.apply(r.found)
	}
	return r.err()
}

// maxErrors is how many mistakes are looked for before rendering gives up; more would not be read.
const maxErrors = 20

// index finds the keys of a mapping by name; no keys when n is none.
func index(n *Node) map[string]*Node {
	out := map[string]*Node{}
	if n != nil {
		for _, m := range n.Members {
			out[m.Key] = m.Value
		}
	}
	return out
}

// found is one text to render.
type found struct {
	node     *Node
	at       *place
	variable string // the variable it belongs to; "" elsewhere
	template *jinja.Template
	result   string
	done     bool
}

type renderer struct {
	root   *Node
	found  []*found
	errs   Errors
	budget *jinja.Budget
	vars   map[string]*Node // the variables
	keys   map[string]*Node // the keys of the top level, and over them those of benchmark
	cache  map[string]any   // names as templates see them
	inside bool             // variables are being rendered, so they cannot be read as a whole
}

func (r *renderer) err() error {
	if len(r.errs) == 0 {
		return nil
	}
	return r.errs
}

// collect finds and parses the templates; variable is the one they belong to.
func (r *renderer) collect(n *Node, at *place, variable string) {
	if text, ok := n.Value.(string); ok {
		if !strings.Contains(text, "{{") && !strings.Contains(text, "{%") || len(r.errs) >= maxErrors {
			return
		}
		t, err := jinja.Parse(text)
		if err != nil {
			r.fail(n, at, text, err)
			return
		}
		r.found = append(r.found, &found{node: n, at: at, variable: variable, template: t})
		return
	}
	for i, c := range n.Items {
		r.collect(c, at.at(i), variable)
	}
	for i := range n.Members {
		m := &n.Members[i]
		if m.Value.Kind == String && slices.Contains(unrendered, m.Key) {
			continue
		}
		if path := at.String; slices.Contains(userFiles, m.Key) && (path() == "artifacts" || path() == "benchmark.artifacts") {
			continue
		}
		of := variable
		if at != nil && at.up == nil && at.name == "variables" {
			of = m.Key
		}
		r.collect(m.Value, at.key(m.Key), of)
	}
}

// variables is the mapping of variables, nil when there is none.
func (n *Node) variables() *Node {
	if v := n.Get("variables"); v != nil && v.Kind == Map {
		return v
	}
	return nil
}

func (r *renderer) fail(n *Node, at *place, template string, err error) {
	e := n.At(at.String(), "template %q: %v", short(template), err)
	if name, ok := strings.CutSuffix(err.Error(), "' is undefined"); ok {
		name = strings.TrimPrefix(name, "'")
		if near := Nearest(name, r.names()); near != "" {
			e.Hint = "did you mean " + near + "?"
		} else if r.inside && name == "variables" {
			e.Hint = "variables refer to each other by their bare names"
		}
	}
	r.errs = append(r.errs, e)
}

// names are the words a template may begin with.
func (r *renderer) names() []string {
	return slices.Sorted(func(yield func(string) bool) {
		for _, m := range []map[string]*Node{r.vars, r.keys} {
			for name := range m {
				if !yield(name) {
					return
				}
			}
		}
	})
}

// variables renders the variables, each after those it reads, and puts their results into the tree.
func (r *renderer) variables() {
	vars := r.root.variables()
	if vars == nil {
		return
	}
	of := map[string][]*found{}
	for _, f := range r.found {
		if f.variable != "" {
			of[f.variable] = append(of[f.variable], f)
		}
	}
	r.inside = true
	defer func() { r.inside = false }()
	const open, done = 1, 2
	state := map[string]int{}
	var stack []string
	var visit func(name string)
	visit = func(name string) {
		switch state[name] {
		case done:
			return
		case open:
			cycle := append([]string{}, stack[slices.Index(stack, name):]...)
			e := r.vars[name].At("variables."+name, "variables refer to each other in a circle: %s", strings.Join(append(cycle, name), " -> "))
			e.Hint = "give one of them a value of its own"
			r.errs = append(r.errs, e)
			return
		}
		state[name] = open
		stack = append(stack, name)
		for _, f := range of[name] {
			for _, read := range f.template.Names() {
				if r.vars[read] != nil {
					visit(read)
				}
			}
		}
		stack = stack[:len(stack)-1]
		state[name] = done
		if len(r.errs) > 0 {
			return
		}
		for _, f := range of[name] {
			r.render(f)
		}
		r.apply(of[name])
	}
	for _, m := range vars.Members {
		visit(m.Key)
	}
}

func (r *renderer) render(f *found) {
	if f.done {
		return
	}
	text, err := f.template.Render(r.lookup, r.budget)
	if err != nil {
		r.fail(f.node, f.at, f.node.Value.(string), err)
		return
	}
	f.result, f.done = text, true
}

// apply writes results into the tree.
func (r *renderer) apply(fs []*found) {
	for _, f := range fs {
		if f.done && f.node.Template == "" {
			f.node.Template = f.node.Value.(string)
			if !coerce(f.node, f.result) && len(r.errs) < maxErrors {
				r.errs = append(r.errs, tooLong(f.node, f.at))
			}
		}
	}
}

// lookup gives a name its value as templates see it.
func (r *renderer) lookup(name string) (any, bool) {
	if v, ok := r.cache[name]; ok {
		return v, true
	}
	if name == "variables" && r.inside {
		return nil, false
	}
	n, variable := r.vars[name]
	if !variable {
		if n = r.keys[name]; n == nil {
			return nil, false
		}
	}
	v := toValue(n)
	if !variable && n.Kind == List {
		v = byName(n, v)
	}
	r.cache[name] = v // what a template reads is never written while it can be read
	return v, true
}

// byName turns a list whose items have names into a mapping; other lists stay as they are.
func byName(n *Node, list any) any {
	d := jinja.NewDict()
	named := false
	for _, x := range n.Items {
		if name := x.Get("name"); name != nil && name.Kind == String {
			d.Set(name.Value, toValue(x))
			named = true
		}
	}
	if named {
		return d
	}
	return list
}

// toValue gives templates a node's value.
func toValue(n *Node) any {
	switch n.Kind {
	case Int:
		return big.NewInt(n.Value.(int64))
	case List:
		l := make(jinja.List, len(n.Items))
		for i, x := range n.Items {
			l[i] = toValue(x)
		}
		return l
	case Map:
		d := jinja.NewDict()
		for _, m := range n.Members {
			d.Set(m.Key, toValue(m.Value))
		}
		return d
	}
	return n.Value
}
