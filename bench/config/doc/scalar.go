// Scalars: what a bare word of YAML means. The rules are YAML 1.1's as PyYAML reads them, which AIPerf users write for: yes and off are
// booleans, 010 is eight, 1:30 is ninety, 1e3 is text because it has no dot. Dates stay text.
package doc

import (
	"math"
	"math/big"
	"regexp"
	"strconv"
	"strings"
)

var (
	intText = regexp.MustCompile(`^[-+]?(?:0b[01_]+|0[0-7_]+|0|[1-9][0-9_]*|0x[0-9a-fA-F_]+|[1-9][0-9_]*(?::[0-5]?[0-9])+)$`)

	floatText = regexp.MustCompile(`^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?` +
		`|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$`)
)

// words are the bare words with a meaning.
var words = map[string]any{
	"": nil, "~": nil, "null": nil, "Null": nil, "NULL": nil,
	"yes": true, "Yes": true, "YES": true, "no": false, "No": false, "NO": false,
	"true": true, "True": true, "TRUE": true, "false": false, "False": false, "FALSE": false,
	"on": true, "On": true, "ON": true, "off": false, "Off": false, "OFF": false,
}

// resolve gives a bare word its kind and value.
func resolve(s string) *Node {
	if v, ok := words[s]; ok {
		return Of(v)
	}
	if c := s[0]; c != '-' && c != '+' && c != '.' && (c < '0' || c > '9') {
		return Of(s)
	}
	switch {
	case len(s) > longNumber && (intText.MatchString(s) || floatText.MatchString(s)):
		return &Node{Kind: Int} // reading it would cost its square
	case intText.MatchString(s):
		if v, ok := yamlInt(s); ok {
			return Of(v)
		}
	case floatText.MatchString(s):
		return Of(yamlFloat(s))
	}
	return Of(s)
}

// longNumber is how many characters a number may have; more digits than these have no meaning.
const longNumber = 1000

// tooBig says that a node is a whole number beyond 64 bits.
func tooBig(n *Node) bool { return n.Kind == Int && n.Value == nil }

func yamlInt(s string) (*Node, bool) {
	t := strings.ReplaceAll(s, "_", "")
	neg := strings.HasPrefix(t, "-")
	t = strings.TrimLeft(t, "+-")
	base := 10
	switch {
	case strings.ContainsRune(t, ':'):
		return sexagesimal(t, neg), true
	case strings.HasPrefix(t, "0b"):
		t, base = t[2:], 2
	case strings.HasPrefix(t, "0x"):
		t, base = t[2:], 16
	case len(t) > 1 && t[0] == '0':
		t, base = t[1:], 8
	}
	i, ok := new(big.Int).SetString(t, base)
	if !ok { // 0x_ and the like: digits are missing
		return nil, false
	}
	return bigNode(i, neg), true
}

func bigNode(i *big.Int, neg bool) *Node {
	if neg {
		i.Neg(i)
	}
	if !i.IsInt64() {
		return &Node{Kind: Int}
	}
	return Of(i.Int64())
}

// sexagesimal reads base 60: 1:30 is ninety.
func sexagesimal(t string, neg bool) *Node {
	i := new(big.Int)
	for _, part := range strings.Split(t, ":") {
		d, _ := new(big.Int).SetString(part, 10)
		i.Add(i.Mul(i, big.NewInt(60)), d)
	}
	return bigNode(i, neg)
}

func yamlFloat(s string) float64 {
	t := strings.ToLower(strings.ReplaceAll(s, "_", ""))
	sign := 1.0
	if strings.HasPrefix(t, "-") {
		sign = -1
	}
	t = strings.TrimLeft(t, "+-")
	switch {
	case t == ".inf":
		return math.Inf(int(sign))
	case t == ".nan":
		return math.NaN()
	case strings.ContainsRune(t, ':'):
		v := 0.0
		for _, part := range strings.Split(t, ":") {
			d, _ := strconv.ParseFloat(part, 64)
			v = v*60 + d
		}
		return sign * v
	}
	v, _ := strconv.ParseFloat(t, 64) // beyond the range it is an infinity, as in Python
	return sign * v
}
