// What to say about a word that is no option, and about a value that belongs to none: the mistake, and how to mend it.
package config

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// laterOptions came to AIPerf after the release this program follows.
const laterOptions = "--auth-type --aws-region --aws-service --aws-profile --sagemaker-endpoint-name"

// otherTools are names that other load generators use, and those that habit types.
var otherTools = map[string]string{
	"qps": "--request-rate", "rate": "--request-rate", "rps": "--request-rate", "host": "--url", "base-url": "--url", "endpoint-url": "--url", "server": "--url",
	"output-dir": "--artifact-dir", "out": "--artifact-dir", "output": "--artifact-dir", "config-file": "--config", "input-tokens": "--isl", "input-len": "--isl",
	"output-tokens": "--osl", "output-len": "--osl", "max-tokens": "--osl", "num-requests-total": "--request-count", "requests": "--request-count",
	"duration": "--benchmark-duration", "users": "--num-users", "seed": "--random-seed", "dataset": "--input-file", "dataset-path": "--input-file",
	"stream-responses": "--streaming", "timeout": "--request-timeout-seconds", "warmup": "--warmup-request-count", "dry-run": "--plan",
}

// unknown says what the user may have meant by a token that names no option.
func (t *Table) unknown(tok string) error {
	name := nameOf(tok)
	shown := oneLine(t.shownName(name))
	if _, known := t.lookup(shown); known && shown != tok && strings.HasPrefix(shown, "--") {
		return usagef("%s and its value are two words: write %s VALUE", shown, shown)
	}
	if slices.Contains(list(laterOptions), "--"+plainName(name)) {
		return usagef("unknown option %s; it exists in later releases of AIPerf, not in 0.13.0", shown)
	}
	if meant, ok := otherTools[plainName(name)]; ok {
		return usagef("unknown option %s; did you mean %s?", shown, meant)
	}
	if near := t.nearest(name); near != "" {
		return usagef("unknown option %s; did you mean %s?", shown, near)
	}
	if hint := t.yamlKey(plainName(name)); hint != "" {
		return usagef("unknown option %s; %s", shown, hint)
	}
	return usagef("unknown option %s; --help-all lists every option", shown)
}

// nameOf is what may be the name in a word: what stands before its value.
func nameOf(word string) string {
	if i := strings.IndexAny(word, "=: \t\r\n"); i > 0 {
		return word[:i]
	}
	return word
}

// shownName cuts a value that is glued to a name, since it may be a secret: of an unknown short name, and of one that holds secrets.
func (t *Table) shownName(name string) string {
	if !strings.HasPrefix(name, "--") && len(name) > 2 {
		if _, long := t.lookup("-" + name); !long {
			_, size := utf8.DecodeRuneInString(name[1:])
			return name[:1+size]
		}
	}
	shown := name
	t.Each(func(o *Option) {
		for _, n := range o.AllNames() {
			if holdsSecrets(o) && strings.HasPrefix(n, "--") && strings.HasPrefix(name, n) && len(n) < len(shown) {
				shown = n
			}
		}
	})
	return shown
}

// holdsSecrets tells options whose values may be secrets.
func holdsSecrets(o *Option) bool { return o.Secret || o.Type == KeyValues }

// plainName is a name without dashes before it, in lower case, its words joined by dashes.
func plainName(name string) string {
	name = strings.TrimLeft(name, "-–—‑_")
	var b strings.Builder
	for i, c := range name {
		switch {
		case c >= 'A' && c <= 'Z':
			if i > 0 && name[i-1] >= 'a' && name[i-1] <= 'z' {
				b.WriteByte('-')
			}
			b.WriteRune(c + 'a' - 'A')
		case c == '_' || c == '.' || c == ' ':
			b.WriteByte('-')
		default:
			b.WriteRune(c)
		}
	}
	return strings.Trim(b.String(), "-")
}

// nearest finds the long name that a wrong one was meant to be: the same letters, else the beginning of one, else few letters off.
func (t *Table) nearest(wrong string) string {
	word := plainName(wrong)
	if len(word) < 2 {
		return ""
	}
	squeeze := func(s string) string { return strings.ReplaceAll(s, "-", "") }
	prefix, best, distance := "", "", min(len(word)/3, 4)+1
	exact := ""
	t.Each(func(o *Option) {
		for name := range strings.FieldsSeq(o.Names + " " + o.Negative) {
			if !strings.HasPrefix(name, "--") {
				continue
			}
			plain := name[2:]
			if squeeze(plain) == squeeze(word) && exact == "" {
				exact = name
			}
			if len(word) >= 3 && strings.HasPrefix(plain, word) && (prefix == "" || len(name) < len(prefix)) {
				prefix = name
			}
			if d := editDistance(word, plain); d < distance {
				best, distance = name, d
			}
		}
	})
	switch {
	case exact != "":
		return exact
	case distance == 1 || prefix == "":
		return best
	default:
		return prefix
	}
}

// yamlKey explains a word that is a key of configuration files.
func (t *Table) yamlKey(word string) string {
	var option, path string
	t.Each(func(o *Option) {
		for p := range strings.FieldsSeq(o.YAML) {
			for i, key := range yamlKeys(p) {
				if key != word {
					continue
				}
				if last := i == len(yamlKeys(p))-1; last && option == "" {
					option, path = o.Name(), p
				} else if path == "" {
					path = strings.Join(strings.Split(p, ".")[:i+1], ".")
				}
			}
		}
	})
	switch {
	case option != "":
		return fmt.Sprintf("it is a key of configuration files (%s); its option is %s", path, option)
	case path != "":
		return fmt.Sprintf("it is a key of configuration files (%s): write it in the file that --config names", path)
	}
	return ""
}

// yamlKeys are the keys of a path of the table as option names are spelled: without indexes.
func yamlKeys(path string) []string {
	keys := strings.Split(path, ".")
	for i, k := range keys {
		k, _, _ = strings.Cut(k, "[")
		keys[i] = strings.ReplaceAll(k, "_", "-")
	}
	return keys
}

// unexpected tells what the first word that belongs to no option may have been; before are the options in front of it.
func (t *Table) unexpected(words []string, before []Given) error {
	first := words[0]
	var hint string
	switch name := t.meantAsName(nameOf(first)); {
	case name != "":
		hint = "did you mean " + name + "?"
	case strings.HasSuffix(first, ".yaml") || strings.HasSuffix(first, ".yml"):
		hint = "A configuration file is given as --config " + first + "."
	case len(before) == 0:
		hint = "Options begin with a dash."
	default:
		hint = tooMany(before[len(before)-1])
	}
	return usagef("Unused Tokens: [%s]. %s", t.quoted(words, before), hint)
}

// meantAsName finds the option of a word that lacks its dashes or begins with those of a word processor.
func (t *Table) meantAsName(word string) string {
	name, _, _ := strings.Cut(word, "=")
	if len(plainName(name)) < 2 || strings.ContainsAny(name, " :/") {
		return ""
	}
	if strings.IndexFunc(name, func(r rune) bool { return r == '–' || r == '—' || r == '‑' }) == 0 {
		return t.nearest(name)
	}
	if _, ok := t.lookup("--" + name); ok && len(name) > 2 {
		return "--" + name
	}
	return ""
}

// tooMany says how many values the option takes that a word stands behind.
func tooMany(g Given) string {
	switch g.Option.Argv {
	case Flag:
		return fmt.Sprintf("%s takes no value; write %s=true or %s=false.", g.Name, g.Name, g.Name)
	case Maybe:
		return fmt.Sprintf("%s takes a value only as %s=VALUE.", g.Name, g.Name)
	case Sweep:
		return fmt.Sprintf("%s takes one value; several are written with commas, as in %s 1,2.", g.Name, g.Name)
	case One:
		return fmt.Sprintf("%s takes one value.", g.Name)
	case List:
		return fmt.Sprintf("%s takes one value at a time; several are written with commas, or with %s before each.", g.Name, g.Name)
	case Repeat:
		return fmt.Sprintf("%s takes one value at a time; write %s before each.", g.Name, g.Name)
	default:
		return "What stands behind -- is not read."
	}
}

// quoted shows stray words; those that stand behind a secret, or behind a word that was meant as its option, stay hidden.
func (t *Table) quoted(words []string, before []Given) string {
	secret := len(before) > 0 && holdsSecrets(before[len(before)-1].Option)
	var b strings.Builder
	for i, w := range words {
		if i > 0 {
			b.WriteString(", ")
		}
		switch meant := t.meantSecret(w); {
		case meant:
			if name := nameOf(w); name != w {
				w = name + " " + Redacted
			}
			secret = true
		case secret:
			w = Redacted
		case strings.Contains(w, "://"):
			w = redactURLs(w)
		}
		b.WriteString("'" + oneLine(w) + "'")
	}
	return b.String()
}

// meantSecret tells whether a stray word was meant as the name of an option that holds secrets.
func (t *Table) meantSecret(word string) bool {
	name := nameOf(word)
	meant := t.meantAsName(name)
	if meant == "" {
		_, plain := t.lookup("--" + plainName(name))
		if !plain {
			return plainKey(name) == "apikey"
		}
		meant = "--" + plainName(name)
	}
	m, ok := t.lookup(meant)
	return ok && holdsSecrets(m.opt)
}

// editDistance counts the letters to insert, delete, replace or swap with a neighbour; over bytes.
func editDistance(a, b string) int {
	before, row, next := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		next[0] = i + 1
		for j := range len(b) {
			cost := row[j]
			if a[i] != b[j] {
				cost++
			}
			next[j+1] = min(cost, next[j]+1, row[j+1]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				next[j+1] = min(next[j+1], before[j-1]+1)
			}
		}
		before, row, next = row, next, before
	}
	return row[len(b)]
}
