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
)

// lengthPair is one row of a joint distribution, with spreads and a share in percent.
type lengthPair struct {
	isl, osl       int64
	islDev, oslDev float64
	share          float64
}

var (
	semicolonPair = regexp.MustCompile(`^(\d+)(?:\|(\d+(?:\.\d+)?))?\s*,\s*(\d+)(?:\|(\d+(?:\.\d+)?))?\s*:\s*(\d+(?:\.\d+)?)$`)
	bracketPair   = regexp.MustCompile(`\(\s*(\d+)(?:\|(\d+(?:\.\d+)?))?\s*,\s*(\d+)(?:\|(\d+(?:\.\d+)?))?\s*\)\s*:\s*(\d+(?:\.\d+)?)`)
)

// sumTolerance is how far shares may be from 100 percent: they are written by hand.
const sumTolerance = 1e-6

// sequenceDistribution reads ISL[|DEV],OSL[|DEV]:SHARE;..., the same in brackets, or JSON.
func sequenceDistribution(text string) (*doc.Node, error) {
	text = strings.TrimSpace(text)
	var pairs []lengthPair
	var err error
	switch {
	case strings.HasPrefix(text, "{"):
		pairs, err = jsonPairs(text)
	case strings.HasPrefix(text, "["):
		pairs, err = bracketPairs(text)
	default:
		pairs, err = semicolonPairs(text)
	}
	if err != nil {
		return nil, err
	}
	if len(pairs) == 0 {
		return nil, errors.New("has no pair")
	}
	sum := 0.0
	list := &doc.Node{Kind: doc.List}
	for _, p := range pairs {
		if p.isl <= 0 || p.osl <= 0 {
			return nil, errors.New("lengths must be positive")
		}
		if p.share < 0 || p.share > 100 || p.islDev < 0 || p.oslDev < 0 {
			return nil, errors.New("shares must be from 0 to 100 percent, spreads not negative")
		}
		sum += p.share
		list.Items = append(list.Items, doc.NewMap(
			"isl", doc.NewMap("mean", p.isl, "stddev", p.islDev),
			"osl", doc.NewMap("mean", p.osl, "stddev", p.oslDev),
			"probability", p.share))
	}
	if math.Abs(sum-100) > sumTolerance {
		return nil, fmt.Errorf("shares sum to %v, must be 100 (percent)", sum)
	}
	return list, nil
}

func semicolonPairs(text string) ([]lengthPair, error) {
	var out []lengthPair
	for part := range strings.SplitSeq(text, ";") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		m := semicolonPair.FindStringSubmatch(part)
		if m == nil {
			return nil, fmt.Errorf("%s is not ISL[|STDDEV],OSL[|STDDEV]:PERCENT", quote(part))
		}
		p, err := pairOf(m)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

func bracketPairs(text string) ([]lengthPair, error) {
	if !strings.HasSuffix(text, "]") {
		return nil, errors.New("has no closing ]")
	}
	inner := text[1 : len(text)-1]
	var out []lengthPair
	rest := bracketPair.ReplaceAllStringFunc(inner, func(s string) string {
		if p, err := pairOf(bracketPair.FindStringSubmatch(s)); err == nil {
			out = append(out, p)
			return ""
		}
		return s
	})
	if strings.Trim(rest, " ,;\t") != "" || len(out) == 0 {
		return nil, errors.New("must be [(ISL[|STDDEV],OSL[|STDDEV]):PERCENT,...]")
	}
	return out, nil
}

func pairOf(m []string) (p lengthPair, err error) {
	if p.isl, err = parseInt(m[1]); err != nil {
		return p, err
	}
	if p.osl, err = parseInt(m[3]); err != nil {
		return p, err
	}
	for i, dst := range map[int]*float64{2: &p.islDev, 4: &p.oslDev, 5: &p.share} {
		if m[i] != "" {
			if *dst, err = strconv.ParseFloat(m[i], 64); err != nil {
				return p, err
			}
		}
	}
	return p, nil
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
		for _, want := range []string{"isl", "osl", "prob"} {
			if math.IsNaN(number(value(x, want))) {
				return nil, fmt.Errorf("pair %d needs a number %q", i, want)
			}
		}
		if l := number(value(x, "isl")) + number(value(x, "osl")); l != math.Trunc(l) {
			return nil, fmt.Errorf("pair %d: lengths must be whole numbers", i)
		}
		p.isl, p.osl, p.share = int64(number(value(x, "isl"))), int64(number(value(x, "osl"))), number(value(x, "prob"))
		for key, dst := range map[string]*float64{"isl_stddev": &p.islDev, "osl_stddev": &p.oslDev} {
			if v := value(x, key); v != nil {
				if *dst = number(v); math.IsNaN(*dst) {
					return nil, fmt.Errorf("pair %d: %q must be a number", i, key)
				}
			}
		}
		out = append(out, p)
	}
	return out, nil
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
	if _, err := strconv.ParseFloat(strings.TrimSpace(text), 64); err == nil {
		return nil
	}
	n, err := parseJSON([]byte(text))
	if err != nil || n.Kind != doc.Map {
		return errors.New(`must be a number or a JSON object {"input": x, "output": y}`)
	}
	for _, key := range []string{"input", "output"} {
		if math.IsNaN(number(value(n, key))) {
			return fmt.Errorf("the JSON object needs a number %q", key)
		}
	}
	return nil
}
