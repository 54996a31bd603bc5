// Rules written out: what the pieces of an alternative put into a text, and what they draw for it.
package corpus

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/aiperf-go/aiperf/dataset/rng"
)

// part is a piece of an alternative: it writes something.
type part interface {
	write(w *writer, scope names)
}

// names are the words chosen for a text or for an alternative: a sample of each rule, taken when it is first asked for.
type names map[*rule][]int

// maxNames is how many labels a rule can have in one scope.
const maxNames = 4

// Bounds of what the clock moves on by, in milliseconds.
const (
	clockStep = 1500
	clockDay  = 24 * 60 * 60 * 1000
)

// writer is a text under way.
type writer struct {
	chance *rng.Python
	out    []byte
	text   names // the labels of the whole text
	place  int   // in the innermost repetition, from 1
	clock  int64 // milliseconds of the day; -1 before the first look
}

// text appends one text of a rule.
func (r *rule) text(dst []byte, chance *rng.Python) []byte {
	w := writer{chance: chance, out: dst, text: names{}, clock: -1}
	r.write(&w)
	return w.out
}

func (r *rule) write(w *writer) { r.writeAlt(w, w.chance.Intn(len(r.alts))) }

func (r *rule) writeAlt(w *writer, i int) {
	scope := names{}
	for _, p := range r.alts[i] {
		p.write(w, scope)
	}
}

// literal is text as it stands.
type literal string

func (l literal) write(w *writer, _ names) { w.out = append(w.out, l...) }

// use is an alternative of another rule.
type use struct {
	rule  *rule
	label byte // 0 for none
	style func(string) string
}

func (u use) write(w *writer, scope names) {
	start := len(w.out)
	if u.label == 0 {
		u.rule.write(w)
	} else {
		k := int(u.label - 'a')
		if u.label < 'a' {
			k, scope = int(u.label-'1'), w.text
		}
		if scope[u.rule] == nil {
			scope[u.rule] = w.chance.Sample(len(u.rule.alts), maxNames)
		}
		chosen := scope[u.rule]
		u.rule.writeAlt(w, chosen[k%len(chosen)])
	}
	if u.style != nil {
		w.out = append(w.out[:start], u.style(string(w.out[start:]))...)
	}
}

// repeat is several alternatives of a rule, none again before all have come: neighbours that are alike look made up.
type repeat struct {
	rule   *rule
	lo, hi int64
	sep    string
}

func (r repeat) write(w *writer, _ names) {
	outer := w.place
	n := int(w.chance.Range(r.lo, r.hi+1))
	var order []int
	for w.place = 1; w.place <= n; w.place++ {
		if w.place > 1 {
			w.out = append(w.out, r.sep...)
		}
		if len(order) == 0 {
			order = w.chance.Sample(len(r.rule.alts), len(r.rule.alts))
		}
		r.rule.writeAlt(w, order[0])
		order = order[1:]
	}
	w.place = outer
}

// integer is a number from lo to hi.
type integer struct{ lo, hi int64 }

func (n integer) write(w *writer, _ names) {
	w.out = strconv.AppendInt(w.out, w.chance.Range(n.lo, n.hi+1), 10)
}

// decimal is a number between lo and hi.
type decimal struct {
	lo, hi float64
	digits int
}

func (n decimal) write(w *writer, _ names) {
	w.out = strconv.AppendFloat(w.out, w.chance.Uniform(n.lo, n.hi), 'f', n.digits, 64)
}

// hexadecimal is so many digits.
type hexadecimal int

func (n hexadecimal) write(w *writer, _ names) {
	w.out = fmt.Appendf(w.out, "%0*x", int(n), w.chance.Range(0, 1<<(4*n)))
}

// counter is the place in a repetition.
type counter struct{}

func (counter) write(w *writer, _ names) { w.out = strconv.AppendInt(w.out, int64(w.place), 10) }

// clock is a time of day, later than the last one of the text.
type clock struct{}

func (clock) write(w *writer, _ names) {
	if w.clock < 0 {
		w.clock = w.chance.Range(0, clockDay)
	} else {
		w.clock = (w.clock + w.chance.Range(1, clockStep+1)) % clockDay
	}
	t := w.clock
	w.out = fmt.Appendf(w.out, "%02d:%02d:%02d.%03d", t/3600000, t/60000%60, t/1000%60, t%1000)
}

// styles are how words joined by lower lines and dots can be written.
var styles = map[string]func(string) string{
	"camel": func(s string) string { return lowerFirst(camel(s)) },
	"Camel": camel,
	"kebab": func(s string) string { return strings.NewReplacer("_", "-", ".", "-").Replace(s) },
	"UPPER": strings.ToUpper,
}

func camel(s string) string {
	var b strings.Builder
	for word := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == '_' || r == '.' || r == '-' }) {
		b.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return b.String()
}

func lowerFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}
