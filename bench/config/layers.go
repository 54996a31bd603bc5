// Layers: defaults below the environment below the command line. Every value knows where it came from.
package config

import (
	"encoding/json"
	"fmt"
	"sort"
	"strings"

	"github.com/knadh/koanf/v2"
)

// Layer is one place values come from; a later layer covers an earlier one.
type Layer uint8

// The layers.
const (
	Default Layer = iota
	Environment
	CommandLine
)

// Origin says who set a value.
type Origin struct {
	Layer Layer
	Name  string // the variable, or the option as typed
}

func (o Origin) String() string {
	switch o.Layer {
	case Environment:
		return "environment variable " + o.Name
	case CommandLine:
		return o.Name
	default:
		return "default"
	}
}

// Settings are the effective values of one command.
type Settings struct {
	table  *Table
	values *koanf.Koanf
	origin map[string]Origin
	given  []Given
}

// fieldSeparator cannot occur in a field name, so koanf never nests.
const fieldSeparator = "\x1f"

// layer is a koanf provider over ready values.
type layer map[string]any

func (l layer) Read() (map[string]any, error) { return l, nil }

func (l layer) ReadBytes() ([]byte, error) {
	return nil, fmt.Errorf("layer of %d values has no byte form", len(l))
}

// Parse reads a command line over an environment ("NAME=value" strings).
func (t *Table) Parse(args, environ []string) (*Settings, error) {
	s := &Settings{table: t, values: koanf.New(fieldSeparator), origin: map[string]Origin{}}
	given, err := t.Scan(args)
	if err != nil {
		return nil, err
	}
	s.given = given
	flags, err := s.readFlags()
	if err != nil {
		return nil, err
	}
	env, err := s.readEnv(environ)
	if err != nil {
		return nil, err
	}
	defaults, err := t.defaults()
	if err != nil {
		return nil, err
	}
	for _, l := range []layer{defaults, env, flags} {
		if err := s.values.Load(l, nil); err != nil {
			return nil, fmt.Errorf("merge settings: %w", err)
		}
	}
	return s, nil
}

func (t *Table) defaults() (layer, error) {
	l := layer{}
	var first error
	t.Each(func(o *Option) {
		if o.Default == "" || o.Default == "[]" {
			return
		}
		v, err := defaultValue(o)
		if err != nil && first == nil {
			first = fmt.Errorf("default of %s: %w", o.Name(), err)
		}
		l[o.Field] = v
	})
	return l, first
}

// defaultValue reads the default cell with the option's own reader.
func defaultValue(o *Option) (any, error) {
	if o.Type == Bool {
		return o.Default == "true", nil
	}
	tokens := []string{o.Default}
	switch o.Default[0] {
	case '"':
		if err := json.Unmarshal([]byte(o.Default), &tokens[0]); err != nil {
			return nil, err
		}
	case '[':
		var parts []any
		if err := json.Unmarshal([]byte(o.Default), &parts); err != nil {
			return nil, err
		}
		tokens = tokens[:0]
		for _, p := range parts {
			tokens = append(tokens, fmt.Sprint(p))
		}
	}
	return typed(o, tokens)
}

func (s *Settings) readFlags() (layer, error) {
	uses := map[*Option][]Given{}
	var order []*Option
	for _, g := range s.given {
		if uses[g.Option] == nil {
			order = append(order, g.Option)
		}
		uses[g.Option] = append(uses[g.Option], g)
	}
	l := layer{}
	for _, o := range order {
		v, err := values(o, uses[o])
		if err != nil {
			return nil, err
		}
		s.origin[o.Field] = Origin{CommandLine, uses[o][0].Name}
		l[o.Field] = v
	}
	return l, nil
}

func (s *Settings) readEnv(environ []string) (layer, error) {
	byEnv := map[string]*Option{}
	s.table.Each(func(o *Option) {
		if o.Env != "" {
			byEnv[o.Env] = o
		}
	})
	l := layer{}
	for _, kv := range environ {
		name, val, _ := strings.Cut(kv, "=")
		o := byEnv[name]
		if o == nil || val == "" {
			continue
		}
		v, err := values(o, []Given{{Option: o, Name: name, Tokens: []string{val}, Assign: true}})
		if err != nil {
			return nil, err
		}
		l[o.Field] = v
		if s.origin[o.Field].Layer < CommandLine {
			s.origin[o.Field] = Origin{Environment, name}
		}
	}
	return l, nil
}

// Given tells whether the user set a field, by flag or environment, whatever the value.
func (s *Settings) Given(field string) bool { return s.origin[field].Layer > Default }

// Origin tells who set a field.
func (s *Settings) Origin(field string) Origin { return s.origin[field] }

// Value is a field's effective value; nil when unset.
func (s *Settings) Value(field string) any { return s.values.Get(field) }

// GivenFields lists the fields the user set, sorted.
func (s *Settings) GivenFields() []string {
	out := make([]string, 0, len(s.origin))
	for f := range s.origin {
		out = append(out, f)
	}
	sort.Strings(out)
	return out
}

// name is the option of a field as the user typed it, or its canonical name.
func (s *Settings) name(field string) string {
	if o := s.origin[field]; o.Layer > Default {
		return o.Name
	}
	return s.table.Field(field).Name()
}

func get[T any](s *Settings, field string) T {
	v, _ := s.values.Get(field).(T)
	return v
}

func (s *Settings) bool(field string) bool     { return get[bool](s, field) }
func (s *Settings) int(field string) int64     { return get[int64](s, field) }
func (s *Settings) float(field string) float64 { return get[float64](s, field) }
func (s *Settings) str(field string) string    { return get[string](s, field) }
func (s *Settings) strs(field string) []string { return get[[]string](s, field) }
func (s *Settings) has(field string) bool      { return s.values.Get(field) != nil }
