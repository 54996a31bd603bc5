// The record of a run: what it was asked, in a form from which it can be asked again. Secrets are left out.
package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/aiperf-go/aiperf/bench/config/doc"
	"github.com/aiperf-go/aiperf/bench/config/env"
)

// Record is the content of a run's rerun file.
type Record struct {
	Version   string            `json:"version"`               // of this program
	Arguments [][]string        `json:"arguments"`             // one entry an option as typed, with its values
	Config    json.RawMessage   `json:"config,omitempty"`      // the configuration file as written; absent without one
	File      string            `json:"config_file,omitempty"` // its name
	Variables map[string]string `json:"environment,omitempty"` // the AIPERF_ variables that were set, and those the file uses
	Seed      uint64            `json:"random_seed"`           // given or drawn

	name  string // of the file that holds the record
	above int    // lines of it before the configuration
}

// Record describes the run. Relative paths become absolute: a record is read from elsewhere.
func (p *Profile) Record(version string) ([]byte, error) {
	r := Record{Version: version, Seed: p.Seed, Arguments: [][]string{}, Variables: map[string]string{}}
	secrets := p.Secrets()
	k := knownSecrets(secrets)
	for _, g := range p.Settings.given {
		if g.Option.Field == configField {
			continue
		}
		r.Arguments = append(r.Arguments, p.recorded(g, k))
	}
	if p.written != nil {
		written := RedactDocument(p.written, secrets...)
		p.placePaths(written, false, "")
		r.Config, r.File = written.JSON(), p.Settings.str(configField)
		p.recordVariables(k, r.Variables)
	}
	for name, value := range p.ownVariables() {
		if holdsSecret(name) || settingOf(name) == nil && isSecretValue(name, value) || strings.HasPrefix(strings.ToUpper(name), "AIPERF_INJECTED_") || k.hide(value) != value || k.has(value) {
			value = Redacted
		}
		r.Variables[name] = redactURLs(value)
	}
	out, err := json.MarshalIndent(r, "", "  ")
	return append(out, '\n'), err
}

// ownVariables are the AIPERF_ variables as the run reads them: those of the environment, and behind them those of a .env file.
func (p *Profile) ownVariables() map[string]string {
	out := map[string]string{}
	for _, kv := range p.environ {
		if name, value, _ := strings.Cut(kv, "="); strings.HasPrefix(strings.ToUpper(name), "AIPERF_") {
			out[name] = value
		}
	}
	for _, name := range p.vars.GivenNames() {
		if _, known := out[name]; !known {
			if text, ok := settingText(p.vars, name); ok {
				out[name] = text
			}
		}
	}
	return out
}

// settingOf finds a setting by its name in any case; nil when there is none.
func settingOf(name string) (row *env.Setting) {
	env.Each(func(_ string, s *env.Setting) {
		if strings.EqualFold(s.Name, name) {
			row = s
		}
	})
	return row
}

// holdsSecret tells whether a variable is a setting that may hold passwords, or a group with one.
func holdsSecret(name string) (yes bool) {
	env.Each(func(group string, s *env.Setting) {
		yes = yes || s.Secret && (strings.EqualFold(s.Name, name) || strings.EqualFold("AIPERF_"+group, name))
	})
	return yes
}

// settingText writes a setting as its variable does; false when nothing may be written down, or it has no value.
func settingText(v *env.Values, name string) (string, bool) {
	row := settingOf(name)
	if row == nil || row.Secret || v.Null(name) {
		return "", false
	}
	var value any
	switch row.Type {
	case env.Bool:
		value = v.Bool(name)
	case env.Int:
		value = v.Int(name)
	case env.Float:
		return strconv.FormatFloat(v.Float(name), 'g', -1, 64), true
	case env.Strs, env.StrOrStrs, env.Services:
		value = v.List(name)
	case env.IntMap:
		value = v.Map(name)
	default:
		return v.Str(name), true
	}
	text, err := json.Marshal(value)
	return string(text), err == nil
}

// isSecretValue tells whether a variable holds a secret by its name. A number is a count of tokens or sessions, and true and false are
// switches, unless the name leaves no doubt.
func isSecretValue(name, value string) bool {
	if IsSecretField(name) || strings.HasPrefix(value, "{") && secretInside(value, bodyFields) {
		return true
	}
	_, number := strconv.ParseFloat(value, 64)
	_, truth := strconv.ParseBool(value)
	return IsSecretVariable(name) && number != nil && truth != nil
}

// reference is a ${NAME} or ${NAME:default}.
var reference = regexp.MustCompile(`\$\{([A-Za-z_][A-Za-z0-9_]*)[:}]`)

// recordVariables collects the variables that the document refers to, but for those that hold a secret anywhere in it.
func (p *Profile) recordVariables(k known, into map[string]string) {
	secret, _ := secretVariables(p.written)
	value := lookup(p.environ)
	var walk func(n *doc.Node)
	walk = func(n *doc.Node) {
		for _, x := range n.Items {
			walk(x)
		}
		for _, m := range n.Members {
			walk(m.Value)
		}
		text, _ := n.Value.(string)
		for _, m := range reference.FindAllStringSubmatch(text, -1) {
			v, ok := value(m[1])
			if !ok || secret[m[1]] || isSecretValue(m[1], v) || redactURLs(v) != v || k.has(v) || k.hide(v) != v {
				continue
			}
			into[m[1]] = v
		}
	}
	walk(p.written)
}

// placePaths makes the relative paths of a document absolute. Keys called path or source name files below datasets and series of rates alone.
func (p *Profile) placePaths(n *doc.Node, below bool, key string) {
	for _, x := range n.Items {
		p.placePaths(x, below, key)
	}
	for _, m := range n.Members {
		under := below
		for part := range strings.SplitSeq(m.Key, ".") {
			switch plainKey(part) {
			case "dataset", "datasets", "rateseries":
				under = true
			}
		}
		p.placePaths(m.Value, under, m.Key[strings.LastIndexByte(m.Key, '.')+1:])
	}
	text, ok := n.Value.(string)
	if !ok || text == "" {
		return
	}
	switch plainKey(key) {
	case "systempromptfile", "metricsfile":
	case "path":
		if !below {
			return
		}
	case "source":
		if !below || strings.EqualFold(text, "noise") || strings.EqualFold(text, "assets") {
			return
		}
	default:
		return
	}
	if strings.HasPrefix(text, "{{") || strings.HasPrefix(text, "{%") || strings.Contains(text, "://") {
		return // no path, or what it comes to is known when it is rendered
	}
	settled := doc.Of(text)
	if doc.Substitute(settled, lookup(p.environ)) != nil {
		return
	}
	if path, ok := settled.Value.(string); ok && !filepath.IsAbs(path) {
		n.Value = filepath.Join(p.dir, text)
	}
}

const configField = "config_file"

// recorded is one use of an option as it may be written down.
func (p *Profile) recorded(g Given, k known) []string {
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
		case (o.Type == Path || o.Type == InFile || o.Type == EnumOrPath && !slices.Contains(list(o.Choices), strings.ToLower(tok))) && tok != "" && o.Field != "profile_export_prefix" && !filepath.IsAbs(tok):
			tok = filepath.Join(p.dir, tok)
		}
		if _, value, _ := strings.Cut(tok, ":"); o.Field == "headers" && k.has(strings.TrimSpace(value)) {
			tok = Redacted
		}
		out = append(out, k.hide(tok))
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
	r.name = name
	if i := bytes.Index(text, r.Config); len(r.Config) > 0 && i >= 0 {
		r.above = bytes.Count(text[:i], []byte("\n"))
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

// Source is the recorded configuration; nil when the run had no file. Its lines count as in the record, which messages name.
func (r *Record) Source() *Source {
	if r.Config == nil {
		return nil
	}
	return &Source{Name: r.name, Text: append(bytes.Repeat([]byte("\n"), r.above), r.Config...)}
}
