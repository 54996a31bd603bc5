// Command lines and what AIPerf makes of them.
package config

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

type vectorCase struct {
	Group, Args, Stage, Error string
	Argv                      []string
	Set                       map[string]json.RawMessage
	Phases                    []json.RawMessage
	Endpoint, Dataset         json.RawMessage
	Cells                     int
}

// asksForMissingFile: whether --input-file exists is asked by the command, which owns the file system.
func asksForMissingFile(c vectorCase) bool {
	return strings.Contains(c.Error, "is not a valid file or directory")
}

func TestParseCases(t *testing.T) {
	for _, c := range load[struct{ Cases []vectorCase }](t, "testdata/cases.json").Cases {
		if c.Group != "parse" || asksForMissingFile(c) {
			continue
		}
		t.Run(strings.Join(c.Argv, " "), func(t *testing.T) {
			s, err := ProfileTable().Parse(c.Argv, nil)
			if c.Stage == "parse" {
				require.Error(t, err)
				require.NotContains(t, err.Error(), "\n")
				return
			}
			require.NoError(t, err)
			require.Len(t, s.GivenFields(), len(c.Set))
			for f, want := range c.Set {
				require.True(t, s.Given(f), f)
				if f == "urls" { // the scheme is added when the run is decided
					var urls, got []string
					require.NoError(t, json.Unmarshal(want, &urls))
					for _, u := range s.strs(f) {
						b, err := baseURL(u)
						require.NoError(t, err)
						got = append(got, b)
					}
					require.Equal(t, urls, got)
					continue
				}
				require.JSONEq(t, string(want), asJSON(t, s.Value(f)), f)
			}
		})
	}
}

// asJSON shows a value as the vectors do.
func asJSON(t *testing.T, v any) string {
	switch x := v.(type) {
	case float64:
		if math.IsInf(x, 1) {
			return `"inf"`
		}
	case []Header:
		var rows []string
		for _, h := range x {
			rows = append(rows, fmt.Sprintf("[%q,%q]", h.Name, h.Value))
		}
		return "[" + strings.Join(rows, ",") + "]"
	case []Pair:
		var rows, members []string
		for _, p := range x {
			rows = append(rows, fmt.Sprintf("[%q,%s]", p.Key, p.JSON))
			members = append(members, fmt.Sprintf("%q:%s", p.Key, p.JSON))
		}
		if len(x) > 0 && x[0].Number {
			return "{" + strings.Join(members, ",") + "}"
		}
		return "[" + strings.Join(rows, ",") + "]"
	}
	b, err := json.Marshal(v)
	require.NoError(t, err)
	return string(b)
}

func TestMessages(t *testing.T) {
	for args, want := range map[string]string{
		"--streaming --streaming=false":          "Parameter --streaming specified multiple times.",
		"--num-sessions 5 --num-conversations 6": "Parameter --num-conversations specified multiple times.",
		"--concurency 3":                         "unknown option --concurency; did you mean --concurrency?",
		"--Streaming":                            "unknown option --Streaming; did you mean --streaming?",
		"--streaming false":                      "Unused Tokens: ['false']. --streaming takes no value; write --streaming=true or --streaming=false.",
		"--concurrency 1 2":                      "Unused Tokens: ['2']. --concurrency takes one value.",
		"--concurrency":                          "--concurrency requires an argument",
		"--tokenizer -x":                         "--tokenizer requires an argument",
		"--concurrency 1.0":                      `--concurrency "1.0": must be a whole number`,
		"--request-rate fast":                    `--request-rate "fast": must be a number`,
		"-H nocolon":                             `-H "nocolon": must be "Name: value"`,
		"--extra-inputs a":                       `--extra-inputs "a": "a" is not key:value`,
		"--random-seed -1":                       `--random-seed "-1": must be >= 0`,
		"--export-level all":                     `--export-level "all": must be one of summary, records, raw`,
		"word":                                   "Unused Tokens: ['word']. Options begin with a dash.",
		"--mlflow-tag a:1":                       "--mlflow-tag takes its values in pairs, got 1",
	} {
		_, err := ProfileTable().Parse(strings.Fields(args), nil)
		require.EqualError(t, err, want, args)
	}
}

func TestForms(t *testing.T) {
	for _, c := range []struct {
		args  []string
		field string
		want  any
	}{
		{[]string{"--num_sessions", "4"}, "conversation_num", int64(4)},
		{[]string{"-mX"}, "model_names", []string{"X"}},
		{[]string{"-m=X"}, "model_names", []string{"X"}},
		{[]string{"--endpoint-type", "Chat-Embeddings"}, "endpoint_type", "chat_embeddings"},
		{[]string{"--concurrency", " 4 "}, "concurrency", int64(4)},
		{[]string{"--concurrency", "1_000"}, "concurrency", int64(1000)},
		{[]string{"--request-rate", "1e3"}, "request_rate", 1000.0},
		{[]string{"--request-rate=-2.5"}, "request_rate", -2.5},
		{[]string{"--benchmark-grace-period", "inf"}, "benchmark_grace_period", math.Inf(1)},
		{[]string{"--url", "a", "b", "-u", "c"}, "urls", []string{"a", "b", "c"}},
		{[]string{"-H", "Accept: a, b"}, "headers", []Header{{"Accept", "a, b"}}},
		{[]string{"-H", "X-Id:1", "X:true"}, "headers", []Header{{"X-Id", "1"}, {"X", "true"}}},
		{[]string{"-H", "a:b,c:d"}, "headers", []Header{{"a", "b"}, {"c", "d"}}},
		{[]string{"-H", `{"X-A": "1", "X-B": 2}`}, "headers", []Header{{"X-A", "1"}, {"X-B", "2"}}},
		{[]string{"-H", "-x: 1"}, "headers", []Header{{"-x", "1"}}},
		{[]string{"-H", "Date: Mon, 01 Jan 2030 10:00:00 GMT"}, "headers", []Header{{"Date", "Mon, 01 Jan 2030 10:00:00 GMT"}}},
	} {
		s, err := ProfileTable().Parse(c.args, nil)
		require.NoError(t, err, c.args)
		require.Equal(t, c.want, s.Value(c.field), c.args)
	}
}

func TestExtraInputs(t *testing.T) {
	for text, want := range map[string]string{
		"a:1":     "1",
		"a:-3":    "-3",
		"a:007":   `"007"`,
		"a:0":     "0",
		"a:0.50":  "0.5",
		"a:2.":    "2.0",
		"a:1e5":   `"1e5"`,
		"a:TRUE":  "true",
		"a:None":  "null",
		"a: x y ": `"x y"`,
		"a:b:c":   `"b:c"`,
		`{"a": {"z": 1, "b": [1.50, 1e5, "<é>"]}}`: `{"z":1,"b":[1.5,100000.0,"<é>"]}`,
		`{"a":"2.5"}`: "2.5",
		`{"a":""}`:    `""`,
		"a:1,a:2":     "2",
	} {
		ps, err := extraPairs([]string{text})
		require.NoError(t, err, text)
		require.Len(t, ps, 1, text)
		require.Equal(t, "a", ps[0].Key)
		require.Equal(t, want, string(ps[0].JSON), text)
	}
	for _, bad := range []string{"a", "{bad", `{"a":1} x`, `{"a":`, "a:1,b"} {
		_, err := extraPairs([]string{bad})
		require.Error(t, err, bad)
	}
}

func TestProvenance(t *testing.T) {
	s, err := ProfileTable().Parse([]string{"--clock", "kernel", "--num-requests", "3"}, []string{"AIPERF_CLOCK=user", "AIPERF_STRICT=1", "HOME=/"})
	require.NoError(t, err)
	require.Equal(t, "kernel", s.Value("clock"))
	require.Equal(t, Origin{CommandLine, "--clock"}, s.Origin("clock"))
	require.Equal(t, true, s.Value("strict"))
	require.Equal(t, Origin{Environment, "AIPERF_STRICT"}, s.Origin("strict"))
	require.Equal(t, "--num-requests", s.Origin("request_count").String())
	require.Equal(t, Origin{}, s.Origin("concurrency"))
	require.False(t, s.Given("prompt_input_tokens_mean"))
	require.Equal(t, int64(550), s.Value("prompt_input_tokens_mean"))
	require.Equal(t, []string{"clock", "request_count", "strict"}, s.GivenFields())
	_, err = ProfileTable().Parse(nil, []string{"AIPERF_CLOCK=sundial"})
	require.ErrorContains(t, err, "AIPERF_CLOCK")
}

func FuzzParse(f *testing.F) {
	f.Add("-m\nx\n--url\na\nb\n-H\na:b,c:d\n--extra-inputs\n{\"a\":1}")
	f.Add("--concurrency=1_0,2\n--request-rate\n-1e3\n-vv\n--no-force-min-tokens")
	f.Add("-H\n-x\n--\n-mX")
	table := ProfileTable()
	f.Fuzz(func(t *testing.T, text string) {
		args := strings.Split(text, "\n")
		_ = table.Command("profile", args)
		s, err := table.Parse(args, nil)
		if err != nil {
			return
		}
		p, err := s.Resolve(Place{Dir: "/w", Args: args})
		if err != nil {
			return
		}
		require.True(t, json.Valid(p.InputConfig()))
	})
}

func BenchmarkParse(b *testing.B) {
	args := strings.Fields("-m m --url http://h:1 --streaming --isl 50 --osl 8 --request-count 10 --concurrency 2")
	for b.Loop() {
		if _, err := ProfileTable().Parse(args, nil); err != nil {
			b.Fatal(err)
		}
	}
}
