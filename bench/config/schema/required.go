// How to add a key that is missing.

package schema

import (
	"slices"
	"strings"
)

// sample is what a value of a type looks like in a hint.
var sample = map[string]string{
	"int": "a whole number", "number": "a number", "text": "text", "bool": "true or false", "path": "a path", "duration": "seconds, or 30s, 5m, 2h",
	"list": "[...]", "mapping": "{...}", "distribution": "a number, or {mean: ..., stddev: ...}", "any": "a value", "records": "[...]",
}

// short are keys that are best written another way than their type says.
var short = map[string]string{
	"models": "add model: NAME, as the server knows it", "urls": "add url: http://localhost:8000, or where the server is",
	"datasets": "add dataset: {isl: 512, osl: 128}", "phases": "add phases: {type: concurrency, concurrency: 8, requests: 100}",
}

// addHint says what to write, and what it is for where the name does not say so.
func (f *field) addHint() string {
	if hint := short[f.key]; hint != "" {
		return hint
	}
	what := sample[f.typ]
	if len(f.words) > 0 && len(f.words) <= mostWords {
		what = "one of " + strings.Join(f.words, ", ")
		if len(f.words) == 1 {
			what = f.words[0]
		}
	}
	hint := "add " + f.key + ": " + what
	if says := strings.Fields(strings.ToLower(f.doc)); slices.ContainsFunc(says, func(w string) bool { return !strings.Contains(f.key, w) }) {
		hint += " (" + f.doc + ")"
	}
	return hint
}

// lastOf is the last key of a path.
func lastOf(path string) string {
	_, last, _ := cutLast(path)
	return last
}
