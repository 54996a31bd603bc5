// Markers, their places and their lengths, against those of AIPerf.
package dataset_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/dataset"
	"github.com/aiperf-go/aiperf/dataset/tokenizer"
)

// bustTurn is a turn of the vectors.
type bustTurn struct {
	Role   string
	Texts  []dataset.Media
	Images []string
	Raw    json.RawMessage
}

func (b bustTurn) turn() dataset.Turn {
	t := dataset.Turn{Role: b.Role, Texts: b.Texts, RawMessages: b.Raw}
	if b.Images != nil {
		t.Images = []dataset.Media{{Contents: b.Images}}
	}
	return t
}

type bustCase struct {
	Name, Target, System string
	Turns                []bustTurn
	WantSystem           string `json:"want_system"`
	Want                 []bustTurn
}

// conversation is made anew each time, since marking writes to it.
func (c bustCase) conversation(t *testing.T) *dataset.Conversation {
	b, err := json.Marshal(c.Turns)
	require.NoError(t, err)
	var turns []bustTurn
	require.NoError(t, json.Unmarshal(b, &turns))
	made := &dataset.Conversation{ID: "conv", System: c.System}
	for i, x := range turns {
		x.Raw = c.Turns[i].Raw // as the file has it: encoding would escape it anew
		made.Turns = append(made.Turns, x.turn())
	}
	return made
}

type bustVectors struct {
	Targets   []string
	Tokens    map[string]map[string]int
	BaseTrace map[string]string `json:"base_trace"`
	Markers   []struct {
		Benchmark, ID, Target, Marker string
		Pass, Trajectory              int
	}
	Places []bustCase
}

func readBust(t *testing.T) bustVectors {
	b, err := os.ReadFile("testdata/bust.json")
	require.NoError(t, err)
	var v bustVectors
	require.NoError(t, json.Unmarshal(b, &v))
	require.NotEmpty(t, v.Markers)
	require.NotEmpty(t, v.Places)
	return v
}

func TestBustMarkers(t *testing.T) {
	v := readBust(t)
	require.Equal(t, v.Targets, dataset.BustTargets())
	for _, m := range v.Markers {
		b := &dataset.Bust{Target: m.Target, Benchmark: m.Benchmark}
		play := dataset.Play{Warmup: true, Pass: m.Pass, Trajectory: m.Trajectory}
		require.Equal(t, m.Marker, b.Marker(m.ID, play), "%+v", m)
		play.Warmup = false
		if strings.HasPrefix(m.Target, "warmup") {
			m.Marker = ""
		}
		require.Equal(t, m.Marker, b.Marker(m.ID, play), "%+v", m)
	}
	for id, want := range v.BaseTrace {
		require.Equal(t, want, dataset.BaseTrace(id), id)
	}
	var none *dataset.Bust
	require.Empty(t, none.Marker("a", dataset.Play{}))
	require.Empty(t, (&dataset.Bust{}).Marker("a", dataset.Play{}))
}

// The markers of a run of AIPerf with 3 requests of warm-up and 5 of profiling over two conversations: every draw from the sampler is a play.
func TestBustRun(t *testing.T) {
	b := &dataset.Bust{Target: "first_turn_prefix", Benchmark: "b3bd6ccf2472"}
	ids := []string{"session_000000", "x::y"}
	for i, want := range []string{"b72b8fde7f71", "33f0f958ac20", "32c59d311e83", "19c658ad83fc", "6fce0323bab7", "4ccda0ddf915", "7c9b3763317b", "84891cf6c5f4"} {
		require.Equal(t, "[rid:"+want+"]\n\n", b.Marker(ids[i%2], dataset.Play{Warmup: i < 3, Pass: i, Trajectory: i}))
	}
}

func TestBustPlaces(t *testing.T) {
	for _, c := range readBust(t).Places {
		t.Run(c.Name+"/"+c.Target, func(t *testing.T) {
			b := &dataset.Bust{Target: c.Target, Benchmark: "bench"}
			play := dataset.Play{Warmup: true, Pass: 2, Trajectory: 2}
			made := c.conversation(t)
			for range 2 { // marking again changes nothing
				b.Mark(made, play)
				require.Equal(t, c.WantSystem, made.System)
				require.Len(t, made.Turns, len(c.Want))
				for i, want := range c.Want {
					got := made.Turns[i]
					require.Len(t, got.Texts, len(want.Texts))
					for j := range want.Texts {
						require.Equal(t, want.Texts[j].Name, got.Texts[j].Name)
						require.Equal(t, append([]string{}, want.Texts[j].Contents...), append([]string{}, got.Texts[j].Contents...))
					}
					if want.Raw == nil {
						require.Nil(t, got.RawMessages)
						continue
					}
					require.Equal(t, compact(t, want.Raw), compact(t, got.RawMessages), "turn %d", i)
				}
			}
			if strings.HasPrefix(c.Target, "warmup") {
				plain := c.conversation(t)
				b.Mark(plain, dataset.Play{Pass: 2, Trajectory: 2})
				require.Equal(t, c.conversation(t), plain)
			}
		})
	}
}

// compact is JSON with one spelling and the order of its keys.
func compact(t *testing.T, raw []byte) string {
	t.Helper()
	require.True(t, json.Valid(raw), "%s", raw)
	var b strings.Builder
	d := json.NewDecoder(strings.NewReader(string(raw)))
	for d.More() {
		for {
			token, err := d.Token()
			if err != nil {
				return b.String()
			}
			one, err := json.Marshal(token)
			if delim, ok := token.(json.Delim); ok {
				one = []byte(delim.String())
			}
			require.NoError(t, err)
			b.Write(append(one, ' '))
		}
	}
	return b.String()
}

// Bytes that the source still holds are not written to, and those around the marker stay as they were.
func TestBustKeepsBytes(t *testing.T) {
	raw := []byte(`[ {"role": "user", "x":1.0, "content": "\u00e4"} , 7]`)
	before := string(raw)
	c := &dataset.Conversation{ID: "conv", Turns: []dataset.Turn{{RawPayload: []byte(`{}`)}, {RawMessages: raw}}}
	b := &dataset.Bust{Target: "first_turn_suffix", Benchmark: "bench"}
	b.Mark(c, dataset.Play{})
	require.Equal(t, before, string(raw))
	require.Equal(t, `[ {"role": "user", "x":1.0, "content": "\u00e4\n\n[rid:441268efafcb]"} , 7]`, string(c.Turns[1].RawMessages))
	require.Equal(t, dataset.Turn{RawPayload: []byte(`{}`)}, c.Turns[0])
}

// counting is a tokenizer whose tokens are some of a text's characters.
type counting struct {
	dataset.Tokenizer
	counts func(rune) bool
}

func (c counting) Count(text []byte) int {
	n := 0
	for _, r := range string(text) {
		if c.counts(r) {
			n++
		}
	}
	return n
}

func TestBustTokens(t *testing.T) {
	among := func(set string) dataset.Tokenizer {
		return counting{counts: func(r rune) bool { return strings.ContainsRune(set, r) }}
	}
	tokenizers := map[string]dataset.Tokenizer{
		"builtin": tokenizer.Builtin(), "digits": counting{counts: unicode.IsDigit}, "letters": counting{counts: unicode.IsLetter},
		"vowels": among("ae"), "f": among("f0"), "012": among("012"), "bytes": counting{counts: func(rune) bool { return true }},
	}
	vectors := readBust(t).Tokens
	require.Len(t, vectors, len(tokenizers))
	for name, targets := range vectors {
		for target, want := range targets {
			require.Equal(t, want, dataset.BustTokens(tokenizers[name], target), "%s of %s", target, name)
		}
	}
	require.Zero(t, dataset.BustTokens(nil, "system_prefix"))
}

func TestBustCost(t *testing.T) {
	tok := tokenizer.Builtin()
	for _, row := range []struct {
		target           string
		shared, verbatim bool
		system, turn     int
	}{
		{"", true, false, 0, 0},
		{"none", false, false, 0, 0},
		{"system_prefix", true, false, 10, 0},
		{"system_suffix", true, false, 11, 0},
		{"system_suffix", false, true, 0, 0},
		{"system_suffix", false, false, 0, 11},
		{"first_turn_prefix", true, false, 0, 10},
		{"first_turn_suffix", false, true, 0, 11},
		{"warmup_isolation_system", true, false, 0, 0},
		{"warmup_isolation_first_turn", false, false, 0, 0},
	} {
		system, turn := dataset.BustCost(tok, row.target, row.shared, row.verbatim)
		require.Equal(t, [2]int{row.system, row.turn}, [2]int{system, turn}, "%+v", row)
	}
}

// Whatever a file calls messages: marking ends, keeps JSON valid, and does nothing the second time.
func FuzzBustMark(f *testing.F) {
	for _, seed := range []string{`[{"role":"user","content":"a"}]`, `[{"role":"system","content":[]}]`, `[{"content":"\ud800","role":"user"}]`, `[]`, `{`, `[[{"role":"user"}]]`} {
		f.Add([]byte(seed), uint8(1))
	}
	f.Fuzz(func(t *testing.T, raw []byte, target uint8) {
		targets := dataset.BustTargets()
		b := &dataset.Bust{Target: targets[int(target)%len(targets)], Benchmark: "bench"}
		c := &dataset.Conversation{Turns: []dataset.Turn{{RawMessages: raw}, {Texts: []dataset.Media{{Contents: []string{"x"}}}}}}
		b.Mark(c, dataset.Play{Warmup: true})
		once := c.Turns[0].RawMessages
		require.Equal(t, json.Valid(raw), json.Valid(once))
		b.Mark(c, dataset.Play{Warmup: true})
		require.Equal(t, once, c.Turns[0].RawMessages)
	})
}

func BenchmarkBustMark(b *testing.B) {
	text := strings.Repeat("from fairest creatures we desire increase ", 200)
	list, err := json.Marshal([]map[string]string{{"role": "system", "content": text}, {"role": "user", "content": text}})
	require.NoError(b, err)
	for _, bench := range []struct {
		name string
		turn func() dataset.Turn
	}{
		{"texts", func() dataset.Turn { return dataset.Turn{Texts: []dataset.Media{{Contents: []string{text}}}} }},
		{"messages", func() dataset.Turn { return dataset.Turn{RawMessages: list} }},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			bust := &dataset.Bust{Target: "first_turn_prefix", Benchmark: "b3bd6ccf2472"}
			for i := range b.N {
				c := dataset.Conversation{ID: "session_000000", Turns: []dataset.Turn{bench.turn()}}
				bust.Mark(&c, dataset.Play{Pass: i, Trajectory: i})
			}
		})
	}
}
