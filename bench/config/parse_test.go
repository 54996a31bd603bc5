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
		"-vvm x":                                 "Parameter -v specified multiple times.",

		"--concurency 3":         "unknown option --concurency; did you mean --concurrency?",
		"--cocnurrency 3":        "unknown option --cocnurrency; did you mean --concurrency?",
		"--conc 3":               "unknown option --conc; did you mean --concurrency?",
		"--Streaming":            "unknown option --Streaming; did you mean --streaming?",
		"--modelNames x":         "unknown option --modelNames; did you mean --model-names?",
		"--num-convesations 5":   "unknown option --num-convesations; did you mean --num-conversations?",
		"-concurrency 5":         "unknown option -concurrency; did you mean --concurrency?",
		"-url=http://u:secret@h": "unknown option -url; did you mean --url?",
		"-model m":               "unknown option -model; did you mean --model?",
		"--aws-region x":         "unknown option --aws-region; it exists in later releases of AIPerf, not in 0.13.0",
		"--phases 3":             "unknown option --phases; it is a key of configuration files (benchmark.phases[profiling]): write it in the file that --config names",
		"--smoothness 3":         "unknown option --smoothness; it is a key of configuration files (benchmark.phases[profiling].smoothness); its option is --arrival-smoothness",
		"--zzzzzzzz=secret":      "unknown option --zzzzzzzz; --help-all lists every option",
		"-ksecret:x":             "unknown option -k; --help-all lists every option",

		"word":                              "Unused Tokens: ['word']. Options begin with a dash.",
		"concurrency 5":                     "Unused Tokens: ['concurrency', '5']. did you mean --concurrency?",
		"–concurrency 5":                    "Unused Tokens: ['–concurrency', '5']. did you mean --concurrency?",
		"--streaming false":                 "Unused Tokens: ['false']. --streaming takes no value; write --streaming=true or --streaming=false.",
		"--streaming false --concurrency 5": "Unused Tokens: ['false']. --streaming takes no value; write --streaming=true or --streaming=false.",
		"--concurrency 1 2":                 "Unused Tokens: ['2']. --concurrency takes one value; several are written with commas, as in --concurrency 1,2.",
		"--osl-min 1 2":                     "Unused Tokens: ['2']. --osl-min takes one value.",
		"-m a b --streaming":                "Unused Tokens: ['b']. -m takes one value at a time; several are written with commas, or with -m before each.",
		"--search-sla a b":                  "Unused Tokens: ['b']. --search-sla takes one value at a time; write --search-sla before each.",
		"--plan curl:3":                     "Unused Tokens: ['curl:3']. --plan takes a value only as --plan=VALUE.",
		"--api-key a secret":                "Unused Tokens: ['<redacted>']. --api-key takes one value.",
		"--osl-min 1 http://u:p@h":          "Unused Tokens: ['http://<redacted>@h']. --osl-min takes one value.",
		"--url a -- b":                      "Unused Tokens: ['b']. What stands behind -- is not read.",

		"--concurrency":    "--concurrency requires an argument",
		"--url":            "--url requires an argument",
		"--tokenizer -x":   "--tokenizer requires an argument; a value that begins with a dash is written --tokenizer=VALUE",
		"--mlflow-tag a:1": "--mlflow-tag takes its values in pairs, got 1; write them as --mlflow-tag a:1 b:2",

		"--concurrency 1.0":               `--concurrency "1.0": must be a whole number`,
		"--request-rate fast":             `--request-rate "fast": must be a number`,
		"--random-seed -1":                `--random-seed "-1": must be >= 0`,
		"--export-level all":              `--export-level "all": must be one of summary, records, raw`,
		"--endpoint-type chatt":           `--endpoint-type "chatt": must be one of 19 choices; did you mean chat? --help endpoint-type lists them`,
		"--endpoint-type wxyz":            `--endpoint-type "wxyz": must be one of audio_transcription, chat, cohere_rankings, ...; --help endpoint-type lists all 19`,
		`--stream {"a":1}`:                `--stream "{\"a\":1}": JSON is not read here; write the values as plain text`,
		"--extra-inputs a":                `--extra-inputs "a": "a" is not key:value`,
		"-H nocolon":                      `-H "<redacted>": must be "Name: value"`,
		"-H Authorization secret":         `-H "<redacted>": must be "Name: value"`,
		"--extra-inputs api_key:secret,b": `--extra-inputs "<redacted>": must be key:value pairs or a JSON object`,
	} {
		_, err := ProfileTable().Parse(strings.Fields(args), nil)
		require.EqualError(t, err, want, args)
	}
}

// TestMessagesHideSecrets puts a secret where it may stand, and a mistake beside it.
func TestMessagesHideSecrets(t *testing.T) {
	for _, args := range [][]string{
		{"--api-key", "sk-1234", "sk-1234"},
		{"-H", "Authorization: Bearer sk-1234", "--osl", "x"},
		{"-H", "Authorization Bearer sk-1234"},
		{"-H", "sk-1234"},
		{"-H", `{"Authorization": "sk-1234"`},
		{"-H", `{"Authorization": ["sk-1234"]}`},
		{"-HAuthorization: sk-1234", "sk-1234"},
		{"-vHsk-1234"},
		{"--extra-inputs", "password:sk-1234,x"},
		{"--extra-inputs", "password:y,sk-1234"},
		{"--extra-inputs", "a:1", "api_key=sk-1234"},
		{"--mlflow-tag", "password:sk-1234", "x"},
		{"--url", "http://user:sk-1234@h", "--osl-min", "1", "http://user:sk-1234@h"},
		{"--concurrency", "http://user:sk-1234@h"},
		{"--apikey=sk-1234"},
	} {
		_, err := ProfileTable().Parse(args, nil)
		require.Error(t, err, args)
		require.NotContains(t, err.Error(), "sk-1234", args)
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

// FuzzScan: any argument list is scanned without panic, nothing is lost, and names keep their meaning.
func FuzzScan(f *testing.F) {
	f.Add("-vmx\n--url\na\n-5\nb\n--\nc")
	f.Add("-H\n-x: 1\n-Ha:b\n--mlflow-tag\na\nb")
	f.Add("--streaming\nfalse\n–osl\n-0x1\n-1e")
	table := ProfileTable()
	f.Fuzz(func(t *testing.T, text string) {
		args := strings.Split(text, "\n")
		given, err := table.Scan(args)
		if err != nil {
			require.NotContains(t, err.Error(), "\n")
			return
		}
		words := 0
		for _, g := range given {
			o, ok := table.Lookup(g.Name)
			require.True(t, ok, g.Name)
			require.Same(t, g.Option, o)
			words += len(g.Tokens)
			if !g.Assign && !g.Joined {
				words++
			}
		}
		require.GreaterOrEqual(t, words, len(args)-strings.Count(text, "--\n")-1, "every argument is a name or a value")
	})
}

// FuzzMagicList: a list that is accepted prints back to the same list.
func FuzzMagicList(f *testing.F) {
	for _, seed := range []string{"1,2", " 1_0 , +4,", "1,,2", "٣", "inf,1e3", "-.5", "12345678901234567890", "5.", "1\x1c,2"} {
		f.Add(seed)
	}
	table := ProfileTable()
	f.Fuzz(func(t *testing.T, text string) {
		for _, name := range []string{"--concurrency", "--request-rate", "--audio-depths", "--audio-sample-rates", "--random-seed", "--benchmark-grace-period"} {
			field := ""
			if o, ok := table.Lookup(name); ok {
				field = o.Field
			}
			s, err := table.Parse([]string{name + "=" + text}, nil)
			if err != nil {
				require.NotContains(t, err.Error(), "\n")
				continue
			}
			v := s.Value(field)
			printed := strings.Trim(strings.ReplaceAll(canonical(t, field, v), `"`, ""), "[]")
			again, err := table.Parse([]string{name + "=" + printed}, nil)
			require.NoError(t, err, printed)
			require.Equal(t, v, again.Value(field), printed)
		}
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
