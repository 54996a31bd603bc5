// The table against AIPerf's own list of settings, and against what the program reads.
package env

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// catalogue is AIPerf's list: testdata/env.json.
type catalogue struct {
	Settings []struct {
		Name, Group, Type string
		Default           any
		Constraints       map[string]any
	}
	DirectReads []struct{ Name string } `json:"direct_reads"`
	Prefixes    []string                `json:"other_prefixes_kubernetes_only"`
}

func readCatalogue(t *testing.T) catalogue {
	t.Helper()
	b, err := os.ReadFile("testdata/env.json")
	require.NoError(t, err)
	var c catalogue
	require.NoError(t, json.Unmarshal(b, &c))
	return c
}

func TestTableHasEverySetting(t *testing.T) {
	c := readCatalogue(t)
	require.Len(t, c.Settings, 239)
	types := map[string]Type{
		"bool": Bool, "int": Int, "float": Float, "str": Str, "path": Path, "list[str]": Strs, "str | list[str]": StrOrStrs, "set[service type]": Services,
		"map[str,int>0]": IntMap,
	}
	count := 0
	Each(func(string, *Setting) { count++ })
	require.Equal(t, len(c.Settings), count)
	for _, want := range c.Settings {
		s := find(want.Name)
		require.NotNil(t, s, want.Name)
		require.Equal(t, want.Name, s.Name)
		require.Equal(t, want.Group, groupOf(s).name, want.Name)
		kind, nullable := strings.CutSuffix(want.Type, " or null")
		require.Equal(t, nullable, s.Nullable, want.Name)
		if words, choice := strings.CutPrefix(kind, "Literal"); choice {
			require.Equal(t, Choice, s.Type, want.Name)
			require.Equal(t, strings.NewReplacer("[", "", "]", "", "'", "", ",", "").Replace(words), s.Choices, want.Name)
		} else {
			require.Equal(t, types[kind], s.Type, want.Name)
		}
		var def any
		require.NoError(t, json.Unmarshal([]byte(s.Default), &def), want.Name)
		require.Equal(t, want.Default, def, want.Name)
		bounds := map[string]any{}
		for op, limit := range s.bounds() {
			bounds[map[string]string{">=": "ge", ">": "gt", "<=": "le", "<": "lt"}[op]] = limit
		}
		delete(want.Constraints, "parser")
		require.Equal(t, want.Constraints, bounds, want.Name)
	}
	require.Len(t, others, len(c.DirectReads))
	for i, want := range c.DirectReads {
		require.Equal(t, want.Name, others[i].Name)
	}
	for i, want := range c.Prefixes {
		require.Equal(t, want, kubernetesPrefixes[i]+"*")
	}
}

func TestRowsAreSound(t *testing.T) {
	Each(func(group string, s *Setting) {
		require.NotEmpty(t, s.Help, s.Name)
		require.NotPanics(t, func() { s.defaultValue() }, s.Name)
		if s.State != Works {
			require.NotEmpty(t, s.Why, s.Name)
		}
		require.Equal(t, s.Type == Choice || s.Type == Services, s.Choices != "", s.Name)
		if s.Bounds != "" {
			for b := range strings.SplitSeq(s.Bounds, ", ") {
				op, limit, _ := strings.Cut(b, " ")
				require.Contains(t, []string{">=", ">", "<=", "<"}, op, s.Name)
				_, err := strconv.ParseFloat(limit, 64)
				require.NoError(t, err, s.Name)
			}
		}
	})
}

// gettersOf are the getters that may ask for a setting of a type.
var gettersOf = map[Type]string{
	Bool: "Bool", Int: "Int Seconds", Float: "Float Seconds", Str: "Str", Path: "Str", Choice: "Str", Strs: "List", StrOrStrs: "List", Services: "List", IntMap: "Map",
}

// TestStateIsWhatTheSourcesDo holds the state of every row against the program: a setting works if and only if something outside this package
// asks for it by name.
func TestStateIsWhatTheSourcesDo(t *testing.T) {
	const root = "../../.."
	quoted := regexp.MustCompile(`"(AIPERF_[A-Z0-9_]+)"`)
	getter := regexp.MustCompile(`\.(Bool|Int|Float|Str|List|Map|Seconds|Given|Null)\("(AIPERF_\w+)"\)`)
	whetherGiven := regexp.MustCompile(`\.Given\("AIPERF_\w+"\)`)
	read := map[string]string{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && filepath.Clean(path) == filepath.Clean(filepath.Join(root, "bench/config/env")):
			return fs.SkipDir
		case d.IsDir() || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		acts := whetherGiven.ReplaceAll(b, nil) // to ask whether one was given is not to act on its value
		for _, m := range quoted.FindAllSubmatch(acts, -1) {
			read[string(m[1])] = path
		}
		for _, m := range getter.FindAllSubmatch(b, -1) {
			s := find(string(m[2]))
			require.NotNil(t, s, "%s asks for %s", path, m[2])
			require.Contains(t, gettersOf[s.Type]+" Given Null", string(m[1]), "%s asks for %s", path, m[2])
		}
		return nil
	})
	require.NoError(t, err)
	Each(func(_ string, s *Setting) {
		where, found := read[s.Name]
		if s.State == Works {
			require.True(t, found, "%s is said to work, and nothing reads it", s.Name)
			return
		}
		require.False(t, found, "%s is read in %s: its row must say Works", s.Name, where)
	})
}
