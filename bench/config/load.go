// Load brings options, environment and configuration file into one checked document.
package config

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aiperf-go/aiperf/bench/config/doc"
	"github.com/aiperf-go/aiperf/bench/config/schema"
)

// Source is a configuration text.
type Source struct {
	Name string
	Text []byte
}

// Loaded is a checked configuration, before anything is decided.
type Loaded struct {
	Settings *Settings
	Raw      *doc.Node // the file with its variables replaced, templates as written; nil without a file
	Checked  *schema.Checked
	Warnings []string
	Inert    []string // what was given without anything to act on, one sentence each

	written *doc.Node // the file as written; nil without one
	secrets []string  // what the file's variables hold of secrets
	base    *doc.Node // the file before options lay over it
	source  *Source
}

// byDefault marks what this program decides where the user says nothing.
const byDefault = "default"

// Load reads the configuration file, lays the options over it, and checks the whole. Errors name the option, or file, line and column.
func (s *Settings) Load(at Place) (*Loaded, error) {
	l := &Loaded{Settings: s}
	src := at.Config
	defer func() { l.source = src }()
	if src == nil && s.str(configField) != "" {
		name := s.str(configField)
		text, err := at.ReadFile(name)
		var e *doc.Error
		switch {
		case errors.As(err, &e):
			return nil, err
		case err != nil:
			return nil, usagef("%s %s: %s", s.name(configField), name, reason(err))
		}
		src = &Source{Name: name, Text: text}
	}
	var root *doc.Node
	var err error
	if src == nil {
		root, l.Warnings, err = s.Document(at)
	} else {
		root, err = l.file(src, at)
	}
	if err != nil {
		return nil, src.excerpts(err)
	}
	s.decide(root)
	if src == nil && empty(root.Get("benchmark").Get("models")) && empty(root.Get("benchmark").Get("model")) {
		return nil, usagef("no model given: pass --model NAME (the model name the server expects), or --mock to measure a mock server")
	}
	own := s.ownType(root)
	if l.Checked, err = schema.Check(root); err != nil {
		return nil, src.excerpts(l.placed(s.byOption(Blame(root, err))))
	}
	if own != nil {
		l.Checked.Config.Benchmark.Endpoint.Type = own.Value.(string)
		l.Checked.Node.Get("benchmark").Get("endpoint").Set("type", own)
	}
	l.Warnings = append(l.Warnings, l.Checked.Warnings...)
	return l, nil
}

// ownType takes an endpoint type that only this build has out of the document and leaves chat in its place: the rules of AIPerf's types know
// no other.
func (s *Settings) ownType(root *doc.Node) *doc.Node {
	e := root.Get("benchmark").Get("endpoint")
	n := e.Get("type")
	if n == nil || n.Kind != doc.String {
		return nil
	}
	name := n.Value.(string)
	if !slices.Contains(list(s.table.Field("endpoint_type").Choices), name) || slices.Contains(schema.EndpointTypes(), name) {
		return nil
	}
	chat := *n
	chat.Value = "chat"
	e.Set("type", &chat)
	return n
}

// file reads a configuration text and lays the options over it.
func (l *Loaded) file(src *Source, at Place) (*doc.Node, error) {
	raw, err := doc.Parse(src.Name, src.Text)
	if err != nil {
		return nil, err
	}
	l.written, l.secrets = raw.Clone(), VariableSecrets(raw, lookup(at.Environ))
	l.Warnings = shellForms(raw, "")
	if err := doc.Substitute(raw, lookup(at.Environ)); err != nil {
		return nil, err
	}
	l.Raw = raw
	root := raw.Clone()
	if err := doc.Render(root); err != nil {
		return nil, err
	}
	base := root.Clone()
	root, warnings, err := l.Settings.Overlay(root, at)
	if err != nil {
		if _, alone := schema.Check(base); alone != nil { // the file's own mistakes come with their place
			return nil, alone
		}
		return nil, err
	}
	if _, alone := schema.Check(base); alone != nil {
		if left := unmended(alone, root); left != nil {
			return nil, left
		}
	}
	l.base, l.Warnings = base, append(l.Warnings, warnings...)
	return root, nil
}

// lookup finds a variable among "NAME=value" strings; the last one counts.
func lookup(environ []string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		for i := len(environ) - 1; i >= 0; i-- {
			if n, v, ok := strings.Cut(environ[i], "="); ok && n == name {
				return v, true
			}
		}
		return "", false
	}
}

// decide writes into the document what this program decides where the user says nothing, so that files show it: telemetry is off, a
// mock run has a model and an address.
func (s *Settings) decide(root *doc.Node) {
	b := root.Get("benchmark")
	if b == nil || b.Kind != doc.Map {
		return
	}
	for _, key := range []string{"gpu_telemetry", "server_metrics", "network_latency"} {
		if n := b.Get(key); n == nil || !asked(n) {
			b.Set(key, doc.NewMap("enabled", false).From(byDefault))
		}
	}
	if !s.bool("mock") {
		return
	}
	if empty(b.Get("models")) && empty(b.Get("model")) {
		b.Delete("models")
		b.Set("model", doc.Of(defaultModel).From(byDefault))
	}
	e := b.Get("endpoint")
	if e == nil || e.Kind != doc.Map {
		e = &doc.Node{Kind: doc.Map}
		b.Set("endpoint", e)
	}
	e.Delete("url")
	e.Set("urls", doc.Of([]string{mockURL}).From(byDefault))
}

// mockURL stands in the files of a mock run: the server's port is drawn when it starts.
const mockURL = "http://127.0.0.1"

// empty tells whether a key is absent or says nothing.
func empty(n *doc.Node) bool {
	return n == nil || n.Kind == doc.Null || n.Kind == doc.Map && len(n.Members) == 0
}

// asked tells whether the user wrote any part of a node.
func asked(n *doc.Node) bool {
	if n.Pos.Line > 0 || n.Origin != "" && n.Origin != byDefault {
		return true
	}
	for _, m := range n.Members {
		if asked(m.Value) {
			return true
		}
	}
	for _, x := range n.Items {
		if asked(x) {
			return true
		}
	}
	return false
}

// single refuses what one run cannot do: several runs, and what this version does not support at all.
func (l *Loaded) single() error {
	if err := Unsupported(l.Settings); err != nil {
		return err
	}
	inert, refused := newStates(l.Settings.table).unsupported(l.Checked.Node)
	if len(refused) > 0 {
		return l.source.excerpts(refused)
	}
	l.Inert = inert
	if d := l.Checked.Node.Find("benchmark.datasets.0"); d.Get("entries") != nil && l.Checked.Config.Benchmark.Datasets[0].Type == "file" {
		l.Warnings = append(l.Warnings, fmt.Sprintf("%s has no effect: a file gives as many conversations as it holds", keyName(d.Get("entries"), "benchmark.datasets.0.entries")))
	}
	return nil
}
