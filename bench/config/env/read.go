// Read: which variables were given, what they mean together, and what the user must hear about them.
package env

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

const (
	prefix   = "AIPERF_"
	dotEnv   = ".env"
	longest  = 60 // characters of a value in a message
	farthest = 3  // a name is likened to one at most a third of its letters away
)

// Kind is how much a finding matters.
type Kind uint8

// The kinds.
const (
	Note    Kind = iota // the variable has no effect, and needs none
	Warning             // the user probably expects something else
)

// Finding is something to tell the user, on one line.
type Finding struct {
	Kind Kind
	Name string // the variable
	Text string
}

// Source is where variables come from.
type Source struct {
	Environ []string               // NAME=value; of equal names the last one counts
	Own     []string               // names that options of this program read themselves
	DotEnv  func() ([]byte, error) // the file .env of the working directory; nil, or an error that is fs.ErrNotExist, when there is none
}

// Read reads an environment without a .env file.
func Read(environ, own []string) (*Values, []Finding, error) {
	return Source{Environ: environ, Own: own}.Read()
}

// reading is a Read under way.
type reading struct {
	own      []string
	members  map[*Setting]variable
	groups   map[*group]variable // in the environment
	files    map[*group]variable // in .env
	values   Values
	findings []Finding
	errs     []error
}

// variable is a name as the user spelled it, and its text.
type variable struct{ name, text string }

// Read reads all variables. Every error is one line; several are joined. Findings come in the order of the environment, then of the table.
func (src Source) Read() (*Values, []Finding, error) {
	r, err := src.collect()
	if r == nil {
		return &Values{}, nil, err
	}
	r.settle()
	if len(r.errs) == 0 {
		r.applyRules()
	}
	if len(r.errs) == 0 {
		r.applyStates()
	}
	return &r.values, r.findings, errors.Join(r.errs...)
}

// collect finds AIPerf's variables; it returns nil when there is none.
func (src Source) collect() (*reading, error) {
	file, err := src.readFile()
	if err != nil {
		return nil, err
	}
	var r *reading
	begin := func() *reading {
		if r == nil {
			r = &reading{own: src.Own, members: map[*Setting]variable{}, groups: map[*group]variable{}, files: map[*group]variable{}}
		}
		return r
	}
	for _, kv := range src.Environ {
		if hasPrefix(kv) {
			name, text, _ := strings.Cut(kv, "=")
			begin().sort(variable{name, text})
		}
	}
	for _, v := range file {
		if hasPrefix(v.name) {
			begin().sortFile(v)
		}
	}
	return r, nil
}

// hasPrefix tells AIPerf's variables, in any case.
func hasPrefix(kv string) bool {
	return len(kv) >= len(prefix) && strings.EqualFold(kv[:len(prefix)], prefix)
}

// sort puts a variable of the environment where it belongs.
func (r *reading) sort(v variable) {
	if slices.Contains(r.own, v.name) {
		return
	}
	upper := strings.ToUpper(v.name)
	if s := find(upper); s != nil {
		r.members[s] = v
		return
	}
	if g := findGroup(upper); g != nil {
		r.groups[g] = v
		return
	}
	if why, ok := other(v.name); ok {
		r.findings = append(r.findings, Finding{Note, v.name, v.name + " has no effect: " + why})
		return
	}
	r.findings = append(r.findings, Finding{Warning, v.name, r.unknown(v.name, upper)})
}

// sortFile does the same with a variable of the .env file: AIPerf honours groups there and nothing else.
func (r *reading) sortFile(v variable) {
	upper := strings.ToUpper(v.name)
	if g := findGroup(upper); g != nil {
		r.files[g] = v
		return
	}
	text := v.name + " in the file " + dotEnv + " is not read: export it"
	if s := find(upper); s != nil {
		g := groupOf(s)
		text += fmt.Sprintf(", or write %s%s={%q: ...} there", prefix, g.name, s.Name[len(g.prefix):])
	}
	r.findings = append(r.findings, Finding{Warning, v.name, text})
}

func findGroup(name string) *group {
	for i := range groups {
		if g := &groups[i]; len(name) == len(prefix)+len(g.name) && strings.HasSuffix(name, g.name) {
			return g
		}
	}
	return nil
}

func groupOf(s *Setting) *group {
	for i := range groups {
		for k := range groups[i].rows {
			if &groups[i].rows[k] == s {
				return &groups[i]
			}
		}
	}
	return nil
}

// settle gives every setting its value: a group covers its members' variables, and the environment covers the file.
func (r *reading) settle() {
	for i := range groups {
		g := &groups[i]
		inFile, inEnviron := r.readGroup(g, r.files, dotEnv+": "), r.readGroup(g, r.groups, "")
		for k := range g.rows {
			r.settleRow(&g.rows[k], []map[*Setting]member{inFile, inEnviron})
		}
	}
}

// member is one member of a group: its JSON value and how messages name it.
type member struct {
	raw    any
	from   string // the variable
	spoken string // how to write the member: AIPERF_HTTP={"CONNECTION_LIMIT": 5}
}

// readGroup reads the members of one group.
func (r *reading) readGroup(g *group, in map[*group]variable, where string) map[*Setting]member {
	v, ok := in[g]
	if !ok {
		return nil
	}
	raw, err := parseJSON(v.text)
	if err == nil && raw == nil {
		return nil // null is unset
	}
	members, ok := raw.(map[string]any)
	if err != nil || !ok {
		r.fail("%s%s: takes a JSON object, such as {%q: %s}", where, g.shown(v), g.rows[0].Name[len(g.prefix):], g.rows[0].Default)
		return nil
	}
	out := make(map[*Setting]member, len(members))
	for _, key := range sortedKeys(members) {
		s := g.member(strings.ToUpper(key))
		if s == nil {
			r.fail("%s%s has no member %q%s", where, v.name, cut(key), g.nearest(key))
			continue
		}
		if _, twice := out[s]; twice {
			r.fail("%s%s has the member %q twice, spelled differently", where, v.name, s.Name[len(g.prefix):])
			continue
		}
		out[s] = member{members[key], where + v.name, where + v.name + "={" + quoted(s.Name[len(g.prefix):]) + ": " + s.shown(rawText(members[key])) + "}"}
	}
	return out
}

func sortedKeys(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// settleRow decides one setting; of the layers the last one counts. Maps are laid over each other key by key.
func (r *reading) settleRow(s *Setting, layers []map[*Setting]member) {
	var top member
	given := false
	for _, l := range layers {
		if m, ok := l[s]; ok {
			top, given = m.over(top), true
		}
	}
	v, ok := r.members[s]
	switch {
	case !ok && !given:
		return
	case ok:
		raw, set, err := s.raw(v.text)
		under := member{raw, v.name, v.name + "=" + s.shown(quoted(cut(v.text)))}
		switch {
		case err != nil: // also when a group covers it: what is no JSON is a mistake
			r.fail("%s: %s", under.spoken, s.takes())
			return
		case given:
			top = top.over(under)
		case !set:
			return
		default:
			top = under
		}
	}
	val, err := s.parse(top.raw)
	if err != nil {
		r.fail("%s: %s", top.spoken, s.takes())
		return
	}
	r.values.given = append(r.values.given, givenValue{s, top.from, val})
}

// over lays m over what is below: one object over another adds its members to it, anything else replaces it.
func (m member) over(below member) member {
	upper, ok := m.raw.(map[string]any)
	lower, also := below.raw.(map[string]any)
	if !ok || !also {
		return m
	}
	merged := maps.Clone(lower)
	maps.Copy(merged, upper)
	m.raw = merged
	return m
}

func (r *reading) fail(format string, args ...any) {
	r.errs = append(r.errs, fmt.Errorf(format, args...))
}

// applyStates refuses what cannot be had and notes what acts on nothing. A setting at its default needs neither.
func (r *reading) applyStates() {
	for i := range r.values.given {
		g := &r.values.given[i]
		def := g.row.defaultValue()
		if same(g.val, def) || g.row.State == Works || isWord(g.row.Also, strings.Trim(plain(g.val), `"`)) {
			continue
		}
		if g.row.State == Inert {
			r.findings = append(r.findings, Finding{Note, g.row.Name, g.spoken() + " has no effect: " + g.row.Why})
			continue
		}
		mend := "unset it"
		if def != any(null{}) {
			mend += " or set it to " + g.row.Default
		}
		r.fail("%s=%s is not supported: %s; %s", g.spoken(), g.row.shown(cut(plain(g.val))), g.row.Why, mend)
	}
}
