// The two small languages of lengths: joint distributions of input and output, and ranges around a mean.
package config

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/aiperf-go/aiperf/bench/config/doc"
	"github.com/aiperf-go/aiperf/bench/config/schema"
)

// lengthPair is one row of a joint distribution, with spreads and a share in percent.
type lengthPair struct {
	isl, osl       int64
	islDev, oslDev float64
	share          float64
}

// digits is a number of the grammar: no sign, no exponent.
const digits = `(?:\d+(?:\.\d+)?|\.\d+)`

var (
	semicolonPair = regexp.MustCompile(`^(\d+)(?:\|(` + digits + `))?\s*,\s*(\d+)(?:\|(` + digits + `))?\s*:\s*(` + digits + `)$`)
	bracketPair   = regexp.MustCompile(`\(\s*(\d+)(?:\|(` + digits + `))?\s*,\s*(\d+)(?:\|(` + digits + `))?\s*\)\s*:\s*(` + digits + `)`)
)

// sumTolerance is how far shares may be from 100 percent: they are written by hand. AIPerf's, a relative and an absolute part.
const sumTolerance = 1e-6*100 + 1e-6

func wholeShares(sum float64) bool { return math.Abs(sum-100) <= sumTolerance }

// sequenceDistribution reads ISL[|DEV],OSL[|DEV]:SHARE;..., the same in brackets, or JSON. Between pairs in brackets AIPerf takes any text;
// the second result is what stands there.
func sequenceDistribution(text string) (list *doc.Node, between string, err error) {
	text = strings.TrimSpace(text)
	var pairs []lengthPair
	switch {
	case strings.HasPrefix(text, "{"):
		pairs, err = jsonPairs(text)
	case strings.HasPrefix(text, "["):
		pairs, between, err = bracketPairs(text)
	default:
		pairs, err = semicolonPairs(text)
	}
	if err != nil {
		return nil, "", err
	}
	if len(pairs) == 0 {
		return nil, "", errors.New("has no pair; write ISL,OSL:PERCENT, several with ; between them")
	}
	sum := 0.0
	list = &doc.Node{Kind: doc.List}
	for _, p := range pairs {
		sum += p.share
		list.Items = append(list.Items, doc.NewMap(
			"isl", doc.NewMap("mean", p.isl, "stddev", p.islDev),
			"osl", doc.NewMap("mean", p.osl, "stddev", p.oslDev),
			"probability", p.share))
	}
	if !wholeShares(sum) {
		hint := ""
		if math.Abs(sum-1) <= sumTolerance {
			hint = "; write 60, not 0.6"
		}
		return nil, "", fmt.Errorf("shares sum to %v, must be 100 (percent)%s", sum, hint)
	}
	return list, between, nil
}

// check tells what is wrong with a pair, which is shown as it was written.
func (p lengthPair) check(written string) error {
	switch {
	case p.isl <= 0 || p.osl <= 0:
		return fmt.Errorf("%s: both lengths must be at least 1 token", quote(written))
	case !(p.share >= 0 && p.share <= 100):
		return fmt.Errorf("%s: a share must be from 0 to 100 percent", quote(written))
	case !(p.islDev >= 0 && p.oslDev >= 0) || math.IsInf(p.islDev+p.oslDev, 0):
		return fmt.Errorf("%s: a spread must be a number of tokens, 0 or more", quote(written))
	}
	return nil
}

func semicolonPairs(text string) ([]lengthPair, error) {
	var out []lengthPair
	for part := range strings.SplitSeq(text, ";") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		p, err := pairOf(part, semicolonPair)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

func bracketPairs(text string) (out []lengthPair, between string, err error) {
	inner, closed := strings.CutSuffix(text[1:], "]")
	if !closed {
		return nil, "", errors.New("has no closing ]")
	}
	var rest []string
	left := func(s string) {
		if s = strings.Trim(s, " ,;\t\r\n"); s != "" {
			rest = append(rest, s)
		}
	}
	at := 0
	for _, m := range bracketPair.FindAllStringIndex(inner, -1) {
		left(inner[at:m[0]])
		p, err := pairOf(inner[m[0]:m[1]], bracketPair)
		if err != nil {
			return nil, "", err
		}
		out, at = append(out, p), m[1]
	}
	if left(inner[at:]); out == nil && rest != nil {
		return nil, "", fmt.Errorf("%s is not (ISL[|STDDEV],OSL[|STDDEV]):PERCENT", quote(rest[0]))
	}
	return out, strings.Join(rest, " "), nil
}

// pairOf reads one pair.
func pairOf(text string, form *regexp.Regexp) (p lengthPair, err error) {
	m := form.FindStringSubmatch(text)
	if m == nil {
		return p, fmt.Errorf("%s is not ISL[|STDDEV],OSL[|STDDEV]:PERCENT", quote(text))
	}
	for i, dst := range map[int]*int64{1: &p.isl, 3: &p.osl} {
		if *dst, err = parseInt(m[i]); err != nil {
			return p, fmt.Errorf("%s: %s is no possible length", quote(text), m[i])
		}
	}
	for i, dst := range map[int]*float64{2: &p.islDev, 4: &p.oslDev, 5: &p.share} {
		if m[i] != "" {
			if *dst, err = strconv.ParseFloat(m[i], 64); err != nil {
				return p, fmt.Errorf("%s: %s is no possible number", quote(text), m[i])
			}
		}
	}
	return p, p.check(text)
}

func jsonPairs(text string) ([]lengthPair, error) {
	n, err := parseJSON([]byte(text))
	if err != nil {
		return nil, fmt.Errorf("is no JSON: %w", err)
	}
	list := n.Get("pairs")
	if list == nil || list.Kind != doc.List {
		return nil, errors.New(`must hold a list "pairs"`)
	}
	var out []lengthPair
	for i, x := range list.Items {
		var p lengthPair
		if x.Kind != doc.Map {
			return nil, fmt.Errorf("pair %d: %s is no JSON object", i, quote(string(x.JSON())))
		}
		for _, f := range []struct {
			key      string
			required bool
			length   *int64
			number   *float64
		}{{"isl", true, &p.isl, nil}, {"osl", true, &p.osl, nil}, {"prob", true, nil, &p.share}, {"isl_stddev", false, nil, &p.islDev}, {"osl_stddev", false, nil, &p.oslDev}} {
			v := x.Get(f.key)
			if v == nil && !f.required {
				continue
			}
			read, ok := written(v)
			switch {
			case !ok || f.length != nil && !(math.Abs(read) < 1<<62):
				return nil, fmt.Errorf("pair %d: %q must be a number", i, f.key)
			case f.length != nil:
				*f.length = int64(read)
			default:
				*f.number = read
			}
		}
		if err := p.check(string(x.JSON())); err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

// written is a number, also where it is written as text or as a truth value.
func written(n *doc.Node) (float64, bool) {
	if n == nil {
		return 0, false
	}
	switch v := n.Value.(type) {
	case bool:
		if v {
			return 1, true
		}
		return 0, true
	case string:
		x, err := parseFloat(strings.TrimSpace(v))
		return x, err == nil
	}
	x := number(n.Value)
	return x, !math.IsNaN(x)
}

// value is the plain value of a key; nil without it.
func value(n *doc.Node, key string) any {
	if m := n.Get(key); m != nil {
		return m.Value
	}
	return nil
}

// rangeRatio checks the form of --random-range-ratio; the document's check knows its bounds.
func rangeRatio(text string) error {
	if _, _, ok := schema.ReadRatio(text); !ok {
		return errors.New(`must be a number or a JSON object {"input": x, "output": y}`)
	}
	return nil
}
