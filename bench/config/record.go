// The record of a run: what it was asked, in a form from which it can be asked again. Secrets are left out.
package config

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/aiperf-go/aiperf/bench/config/doc"
)

// Record is the content of a run's rerun file.
type Record struct {
	Version   string            `json:"version"`               // of this program
	Arguments [][]string        `json:"arguments"`             // one entry an option as typed, with its values
	Config    json.RawMessage   `json:"config,omitempty"`      // the configuration file as written; absent without one
	File      string            `json:"config_file,omitempty"` // its name
	Variables map[string]string `json:"environment,omitempty"` // the AIPERF_ variables that were set, and those the file uses
	Seed      uint64            `json:"random_seed"`           // given or drawn
}

// Record describes the run. Relative paths become absolute: a record is read from elsewhere.
func (p *Profile) Record(version string) ([]byte, error) {
	r := Record{Version: version, Seed: p.Seed, Arguments: [][]string{}}
	for _, g := range p.Settings.given {
		if g.Option.Field == configField {
			continue
		}
		r.Arguments = append(r.Arguments, p.recorded(g))
	}
	if p.written != nil {
		r.Config, r.File = RedactDocument(p.written).JSON(), p.Settings.str(configField)
		r.Variables = usedVariables(p.written, "", "", lookup(p.environ), nil)
	}
	for _, kv := range p.environ {
		name, value, _ := strings.Cut(kv, "=")
		if !strings.HasPrefix(strings.ToUpper(name), "AIPERF_") {
			continue
		}
		if r.Variables == nil {
			r.Variables = map[string]string{}
		}
		if IsSecretField(name) || strings.HasPrefix(strings.ToUpper(name), "AIPERF_INJECTED_") {
			value = Redacted
		}
		r.Variables[name] = redactURLs(value)
	}
	out, err := json.MarshalIndent(r, "", "  ")
	return append(out, '\n'), err
}

// reference is a ${NAME} or ${NAME:default}.
var reference = regexp.MustCompile(`\$\{([A-Za-z_][A-Za-z0-9_]*)[:}]`)

// usedVariables collects the variables that a document refers to, but for those in places of secrets.
func usedVariables(n *doc.Node, parent, key string, value func(string) (string, bool), into map[string]string) map[string]string {
	for _, x := range n.Items {
		into = usedVariables(x, parent, key, value, into)
	}
	for _, m := range n.Members {
		into = usedVariables(m.Value, key, m.Key, value, into)
	}
	text, ok := n.Value.(string)
	if !ok || secretLeaf(parent, key) {
		return into
	}
	for _, m := range reference.FindAllStringSubmatch(text, -1) {
		v, ok := value(m[1])
		if !ok || IsSecretField(m[1]) || redactURLs(v) != v {
			continue
		}
		if into == nil {
			into = map[string]string{}
		}
		into[m[1]] = v
	}
	return into
}

const configField = "config_file"

// recorded is one use of an option as it may be written down.
func (p *Profile) recorded(g Given) []string {
	o := g.Option
	name := o.Name()
	if g.Off {
		name = list(o.Negative)[0]
	}
	if o.Argv == Flag || o.Argv == Maybe {
		if g.Assign {
			return []string{name + "=" + g.Tokens[0]}
		}
		return []string{name}
	}
	out := []string{name}
	for _, tok := range g.Tokens {
		switch {
		case hidden(o, tok):
			tok = Redacted
		case isURL(o, tok):
			tok = redactURLs(tok)
		case (o.Type == Path || o.Type == InFile) && tok != "" && o.Field != "profile_export_prefix" && !filepath.IsAbs(tok):
			tok = filepath.Join(p.dir, tok)
		}
		out = append(out, tok)
	}
	return out
}

// ReadRecord reads a rerun file.
func ReadRecord(name string, text []byte) (*Record, error) {
	var r Record
	if err := json.Unmarshal(text, &r); err != nil {
		return nil, fmt.Errorf("%s is no record of a run: %w", name, err)
	}
	for _, a := range r.Arguments {
		if len(a) == 0 {
			return nil, fmt.Errorf("%s is no record of a run: an argument is empty", name)
		}
	}
	return &r, nil
}

// Args is the command line that repeats the run, with more options behind it. An option that is given again takes the place of the recorded
// one. What the record lacks, its secrets, has to be among them.
func (r *Record) Args(t *Table, more []string) ([]string, error) {
	again, err := t.Scan(more)
	if err != nil {
		return nil, err
	}
	replaced := map[string]bool{"artifact_directory": true} // the first run's results stay
	for _, g := range again {
		replaced[g.Option.Field] = true
	}
	var args []string
	for _, a := range r.Arguments {
		name, _, _ := strings.Cut(a[0], "=")
		o, ok := t.Lookup(name)
		if !ok {
			return nil, usagef("the recorded option %s does not exist in this version", name)
		}
		if replaced[o.Field] {
			continue
		}
		if slices.ContainsFunc(a, func(s string) bool { return strings.Contains(s, Redacted) }) {
			return nil, usagef("%s held a secret, which is not recorded: give it again, as in: aiperf rerun FOLDER %s ...", name, name)
		}
		args = append(args, a...)
	}
	if !replaced["random_seed"] && !slices.ContainsFunc(r.Arguments, func(a []string) bool { return a[0] == "--random-seed" }) {
		args = append(args, "--random-seed", fmt.Sprint(r.Seed))
	}
	return append(args, more...), nil
}

// Environ is the recorded environment, for behind which the present one stands: of two values of a variable the last counts.
func (r *Record) Environ() []string {
	var out []string
	for name, value := range r.Variables {
		if value != Redacted {
			out = append(out, name+"="+value)
		}
	}
	slices.Sort(out)
	return out
}

// Replaces tells whether further options set a field of the record anew.
func (r *Record) Replaces(t *Table, more []string, field string) bool {
	again, err := t.Scan(more)
	if err != nil {
		return false
	}
	return slices.ContainsFunc(again, func(g Given) bool { return g.Option.Field == field })
}

// Source is the recorded configuration file; nil when the run had none.
func (r *Record) Source() *Source {
	if r.Config == nil {
		return nil
	}
	return &Source{Name: r.File, Text: r.Config}
}
