// Filters that make texts of texts.
package jinja

import (
	"math/big"
	"regexp"
	"strings"
)

func filterReplace(e *eval, v any, a values) any {
	a.only("replace", "old", "new", "count")
	s := e.str(defined(v))
	from, ok1 := a.arg(0, "old")
	to, ok2 := a.arg(1, "new")
	if !ok1 || !ok2 {
		fail("'replace' needs the old and the new text")
	}
	count := -1
	if c, ok := a.arg(2, "count"); ok && c != nil {
		count = wholeArg("replace", a, 2, "count", -1)
	}
	return e.replace(s, e.str(defined(from)), e.str(defined(to)), count)
}

func (e *eval) replace(s, from, to string, count int) string {
	n := strings.Count(s, from)
	if count >= 0 {
		n = min(n, count)
	}
	e.budget.spend(len(s)/8 + n*(len(to)+1))
	return strings.Replace(s, from, to, count)
}

var titleBreak = regexp.MustCompile(`[-\s({\[<]+`)

func filterTitle(e *eval, v any, a values) any {
	s := e.word("title", v, a)
	e.budget.spend(len(s)) // a regular expression walks over it
	var b strings.Builder
	for s != "" {
		at := titleBreak.FindStringIndex(s)
		if at == nil {
			at = []int{len(s), len(s)}
		}
		b.WriteString(capitalize(s[:at[0]]))
		b.WriteString(s[at[0]:at[1]])
		s = s[at[1]:]
	}
	return b.String()
}

func filterTrim(e *eval, v any, a values) any {
	a.only("trim", "chars")
	s := e.str(defined(v))
	if c, ok := a.arg(0, "chars"); ok && c != nil {
		e.budget.spend(len(s) / 4)
		return strings.Trim(s, textArg(e, "trim", a, 0, "chars", ""))
	}
	e.budget.spend(len(s) / 4)
	return strings.TrimFunc(s, isSpace)
}

const unreserved = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-~/"

func filterURLEncode(e *eval, v any, a values) any {
	a.only("urlencode")
	switch v.(type) {
	case string, *big.Int, float64, bool:
	default:
		fail("'urlencode' of %s is not supported in configurations", typeName(v))
	}
	s := e.str(v)
	e.budget.spend(len(s))
	var b strings.Builder
	for i := range len(s) {
		if strings.IndexByte(unreserved, s[i]) >= 0 {
			b.WriteByte(s[i])
			continue
		}
		b.WriteString("%" + strings.ToUpper(hex(rune(s[i]), 2)))
	}
	return b.String()
}

var wordRun = regexp.MustCompile(`[\p{L}\p{N}\p{M}_]+`)

// countWords is how many words a text has.
func (e *eval) countWords(s string) any {
	e.budget.spend(len(s)) // a regular expression walks over it
	return Int(int64(len(wordRun.FindAllStringIndex(s, -1))))
}
