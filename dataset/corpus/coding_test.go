// The coding corpus: the same text for the same seed, of the size and kinds it should have, and its rules.
package corpus

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/dataset/rng"
	"github.com/aiperf-go/aiperf/dataset/tokenizer"
)

// How many texts of each family AIPerf makes, in its order.
var familyCounts = []family{
	{count: 45}, {count: 45}, {count: 45}, {count: 45}, {count: 30}, {count: 25}, {count: 15}, {count: 130}, {count: 20}, {count: 80}, {count: 45},
	{count: 20}, {count: 20}, {count: 35}, {count: 25}, {count: 90}, {count: 15}, {count: 15}, {count: 15}, {count: 15}, {count: 15},
}

func TestFamilies(t *testing.T) {
	g, err := readGrammar(codingRules)
	require.NoError(t, err)
	require.Len(t, g.families, len(familyCounts))
	total := 0
	for i, f := range g.families {
		require.Equal(t, familyCounts[i].count, f.count, "family %d", i)
		total += f.count
	}
	require.Equal(t, 790, total)
}

func TestCoding(t *testing.T) {
	tok := tokenizer.Builtin()
	for _, row := range []struct {
		root rng.Root
		sum  string // of the text: it must not change from release to release or machine to machine
	}{
		{0, "c3ad32501fea841e249000dc30317386faaadd0756cc9c06f704ba746b9effa9"},
		{42, "fe7b7937683606a13ecb68ad568b08a0b3ee702cad54158794dc609749e4089e"},
		{1<<64 - 1, "47ad0c148bbd2dfa91c28b11aa1918276548030d8493f8310c8d33df6ff8ff14"},
	} {
		text, err := codingText(row.root)
		require.NoError(t, err)
		sum := sha256.Sum256(text)
		require.Equal(t, row.sum, hex.EncodeToString(sum[:]), "seed %d", row.root)
		require.True(t, utf8.Valid(text))
		for _, never := range []string{"«", "»", "<|", "\r", "%or", "\n\n\n\n"} {
			require.NotContains(t, string(text), never, "seed %d", row.root)
		}
		pool, err := Coding(tok, row.root)
		require.NoError(t, err)
		require.Equal(t, tok.Encode(nil, text), pool.Append(nil, 0, pool.Len()))
		require.InDelta(t, 262_000, pool.Len(), 13_000)
		require.Equal(t, []uint32{0}, pool.Seams())
	}
}

// mute is a tokenizer without tokens.
type mute struct{}

func (mute) Name() string                           { return "mute" }
func (mute) Encode(dst []uint32, _ []byte) []uint32 { return dst }

func TestCodingWithoutTokens(t *testing.T) {
	_, err := Coding(mute{}, 0)
	require.EqualError(t, err, "encode coding corpus: tokenizer mute gives no tokens")
}

// write makes texts of the first family of some rules.
func write(t *testing.T, rules string, n int) []string {
	t.Helper()
	g, err := readGrammar(rules)
	require.NoError(t, err)
	chance := rng.NewPython(1)
	var texts []string
	for range n {
		texts = append(texts, string(g.families[0].rule.text(nil, chance)))
	}
	return texts
}

func TestRules(t *testing.T) {
	const words = "%words w\na_b.c d\n%lines l\n  x\\ny\nz\n"
	for _, row := range []struct{ rules, want string }{
		{"%family f 1\nplain\n\ntext\n\n\n", `^plain\n\ntext$`},
		{"%family f 1\n\n  led by a blank line", `^\n  led by a blank line$`},
		{"%# remark\n%family f 1\none\n%or\ntwo", `^(one|two)$`},
		{words + "%family f 1\n«w» «l»", `^(a_b\.c|d) (  x\ny|z)$`},
		{words + "%family f 1\n«w:camel» «w:Camel» «w:kebab» «w:UPPER»", `^(aBC|d) (ABC|D) (a-b-c|d) (A_B\.C|D)$`},
		{words + "%family f 1\n«w 1»«w 2»«w 1»", `^(a_b\.cda_b\.c|da_b\.cd)$`},
		{"%family f 1\n«3..3» «0..0»", `^3 0$`},
		{"%family f 1\n«7..12» «0.10..0.25» «x1» «x12»", `^([7-9]|1[0-2]) 0\.(1\d|2[0-5]) [0-9a-f] [0-9a-f]{12}$`},
		{"%text t\n<«#»>\n%family f 1\n«t*3..3,»;«t*0..0»;«t*2..2»", `^<1>,\n<2>,\n<3>;;<1>\n<2>$`},
		{"%family f 1\n«clock»", `^\d\d:\d\d:\d\d\.\d{3}$`},
	} {
		for _, text := range write(t, row.rules, 40) {
			require.Regexp(t, row.want, text, row.rules)
		}
	}
}

// A digit means the same word in all of a text, a letter in one alternative; different ones mean different words.
func TestLabels(t *testing.T) {
	rules := "%words w\na b c d e f\n%text t\n«w 1»«w a»«w b»«w a»\n%family f 1\n«w 1» «w 2» «t» «t»"
	lettersDiffer := false
	for _, text := range write(t, rules, 60) {
		f := strings.Fields(text)
		require.Len(t, f, 4)
		require.NotEqual(t, f[0], f[1])
		for _, inner := range f[2:] {
			require.Equal(t, f[0], inner[:1])
			require.Equal(t, inner[1], inner[3])
			require.NotEqual(t, inner[1], inner[2])
		}
		lettersDiffer = lettersDiffer || f[2] != f[3]
	}
	require.True(t, lettersDiffer)
}

// A repetition goes through all alternatives before one comes again, and the clock only goes on.
func TestRepetition(t *testing.T) {
	for _, text := range write(t, "%words w\na b c\n%family f 1\n«w*6..6»", 20) {
		f := strings.Fields(text)
		require.ElementsMatch(t, []string{"a", "b", "c"}, f[:3])
		require.ElementsMatch(t, []string{"a", "b", "c"}, f[3:])
	}
	for _, text := range write(t, "%text t\n«clock»\n%family f 1\n«t*9..9»", 20) {
		f := strings.Fields(text)
		if f[8] > f[0] { // not over midnight
			require.IsIncreasing(t, f)
		}
	}
}

func TestBadRules(t *testing.T) {
	for rules, want := range map[string]string{
		"":                                       "there is no family",
		"%words w\na":                            "there is no family",
		"%family f":                              `line 1: "%family f" is no head of a rule`,
		"%family f x\na":                         `line 1: family f: "x" is no count`,
		"%family f 0\na":                         `line 1: family f: "0" is no count`,
		"%wrong f\na":                            `line 1: "%wrong f" is no head of a rule`,
		"\n%words w\n\n%family f 1\na":           "line 2: rule w has no alternatives",
		"%words w\na\n\n%words w\nb":             "line 4: rule w comes twice",
		"%family f 1\n«w»":                       `line 1: «w»: there is no rule "w" above`,
		"%family f 1\n«f»":                       `line 1: «f»: there is no rule "f" above`,
		"%family f 1\n«»":                        `line 1: «»: there is no rule "" above`,
		"%family f 1\n«3":                        `line 1: "«3" does not end`,
		"%family f 1\n«3..»":                     "line 1: «3..»: a number is LEAST..MOST",
		"%family f 1\n«4..3»":                    "line 1: «4..3»: a number is LEAST..MOST",
		"%family f 1\n«0.4..0.3»":                "line 1: «0.4..0.3»: a number is LEAST..MOST",
		"%family f 1\n«x16»":                     "line 1: «x16»: there can be 1 to 15 digits",
		"%words w\na «b»\n%family f 1\n«w»":      `line 1: words are plain, not "«b»"`,
		"%words w\na\n%family f 1\n«w:Big»":      `line 3: «w:Big»: there is no style "Big"`,
		"%words w\na\n%family f 1\n«w 5»":        "line 3: «w 5»: a label is 1 to 4 or a to d, behind words",
		"%lines l\na\n%family f 1\n«l 1»":        "line 3: «l 1»: a label is 1 to 4 or a to d, behind words",
		"%words w\na\n%family f 1\n«w*2»":        "line 3: «w*2»: a repetition is NAME*LEAST..MOST",
		"%words w\na\n%family f 1\n«w*0.1..0.2»": "line 3: «w*0.1..0.2»: a repetition is NAME*LEAST..MOST",
		"%words w\na\n%family f 1\n«w 1*2..3»":   "line 3: «w 1*2..3»: a repetition is NAME*LEAST..MOST",
	} {
		_, err := readGrammar(rules)
		require.EqualError(t, err, want, "%q", rules)
	}
}

func FuzzReadGrammar(f *testing.F) {
	f.Add("%words w\na b\n%lines l\n«w 1»\\n«3..4»\n%family f 2\n«l*1..2,»\n%or\n«x3»«#»«clock»«0.1..0.2»«w:camel»")
	f.Add("%# remark\n%family f 1\n«")
	f.Fuzz(func(t *testing.T, rules string) {
		g, err := readGrammar(rules)
		if err == nil {
			require.NotEmpty(t, g.families)
		}
	})
}

func BenchmarkCoding(b *testing.B) {
	b.Run("text", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := codingText(42); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("pool", func(b *testing.B) {
		tok := tokenizer.Builtin()
		b.ReportAllocs()
		for b.Loop() {
			if _, err := Coding(tok, 42); err != nil {
				b.Fatal(err)
			}
		}
	})
}
