// The option table against AIPerf's own: names, types, defaults, choices, bounds and argv grammar of all 264 options.
package config

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// upstream is one option as AIPerf 0.13.0 describes it.
type upstream struct {
	Flags, OtherNames, Short, Negative, Group []string
	Field, Type                               string
	Default                                   json.RawMessage
	Choices                                   []any
	Constraints, Late                         map[string]float64
	IsFlag                                    bool
	Tokens                                    int
	All, Repeat, Comma, Sweep                 bool
	WithConfigFile                            string
	YAML                                      []string
}

func (u *upstream) UnmarshalJSON(b []byte) error {
	var m struct {
		Flags       []string           `json:"flags"`
		OtherNames  []string           `json:"other_names"`
		Short       []string           `json:"short"`
		Negative    []string           `json:"negative"`
		Group       []string           `json:"group"`
		Field       string             `json:"field"`
		Type        string             `json:"type"`
		Default     json.RawMessage    `json:"default"`
		Choices     []any              `json:"choices"`
		Constraints map[string]float64 `json:"constraints"`
		Late        map[string]float64 `json:"constraints_checked_after_parsing"`
		IsFlag      bool               `json:"is_flag"`
		Tokens      int                `json:"tokens_per_value"`
		All         bool               `json:"consumes_all_following_tokens"`
		Repeat      bool               `json:"accepts_repeat"`
		Comma       bool               `json:"accepts_comma_list"`
		Sweep       bool               `json:"magic_list_sweep"`
		With        string             `json:"with_config_file"`
		YAML        []string           `json:"yaml_paths"`
	}
	err := json.Unmarshal(b, &m)
	*u = upstream{m.Flags, m.OtherNames, m.Short, m.Negative, m.Group, m.Field, m.Type, m.Default, m.Choices, m.Constraints, m.Late, m.IsFlag, m.Tokens, m.All, m.Repeat, m.Comma, m.Sweep, m.With, m.YAML}
	return err
}

func load[T any](t *testing.T, file string) T {
	t.Helper()
	b, err := os.ReadFile(file)
	require.NoError(t, err)
	var v T
	require.NoError(t, json.Unmarshal(b, &v))
	return v
}

func TestTableMatchesAIPerf(t *testing.T) {
	ref := load[struct{ Params []upstream }](t, "testdata/options.json")
	table := ProfileTable()
	require.Len(t, ref.Params, 264)
	theirs := map[string]bool{}
	for _, u := range ref.Params {
		theirs[u.Field] = true
		o := table.Field(u.Field)
		require.NotNil(t, o, u.Field)
		require.False(t, o.Ours, u.Field)
		require.Equal(t, slices.Concat(u.Flags, u.OtherNames, u.Short), list(o.Names), u.Field)
		require.Equal(t, strings.Join(u.Negative, " "), o.Negative, u.Field)
		require.Equal(t, u.Group[0], o.Group, u.Field)
		require.Equal(t, u.Type, string(o.Type), u.Field)
		if want := string(u.Default); want == "" || want == "null" {
			require.Empty(t, o.Default, u.Field)
		} else {
			require.JSONEq(t, want, o.Default, u.Field)
		}
		var choices []string
		for _, c := range u.Choices {
			b, err := json.Marshal(c)
			require.NoError(t, err)
			choices = append(choices, strings.Trim(string(b), `"`))
		}
		require.Equal(t, choices, nilIfEmpty(list(o.Choices)), u.Field)
		require.Equal(t, bounds(u.Constraints), cell(t, o.Bounds, o.MinLen), u.Field)
		require.Equal(t, bounds(u.Late), cell(t, o.LateBounds, 0), u.Field)
		require.Equal(t, u.IsFlag, o.Argv == Flag, u.Field)
		require.Equal(t, u.All, o.Argv.Many(), u.Field)
		require.Equal(t, u.Repeat, o.Argv.Repeats(), u.Field)
		require.Equal(t, u.Comma, o.Argv.Commas(), u.Field)
		require.Equal(t, u.Sweep, o.Argv == Sweep, u.Field)
		require.Equal(t, map[Argv]int{Flag: 0, Pairs: 2}[o.Argv], map[bool]int{true: u.Tokens, false: 0}[u.Tokens != 1], u.Field)
		require.Equal(t, u.WithConfigFile, map[bool]string{true: "routed", false: o.WithYAML}[o.WithYAML == ""], u.Field)
		require.Equal(t, yamlCells(u.YAML), list(o.YAML), u.Field)
	}
	table.Each(func(o *Option) {
		require.Equal(t, o.Ours, !theirs[o.Field], o.Field)
		if o.Ours || o.State == Works {
			require.NotEmpty(t, o.Help, o.Field)
		}
		require.Equal(t, o.State != Works || o.Only != "", o.Why != "", o.Field)
	})
}

// yamlCells are the paths as the table writes them: without blanks and remarks.
func yamlCells(paths []string) []string {
	out := []string{}
	for _, p := range paths {
		p, _, _ = strings.Cut(p, " (")
		out = append(out, strings.ReplaceAll(p, " ", "_"))
	}
	return out
}

func nilIfEmpty(s []string) []string {
	if len(s) == 0 {
		return nil
	}
	return s
}

func bounds(m map[string]float64) map[string]float64 {
	if len(m) == 0 {
		return nil
	}
	return m
}

func cell(t *testing.T, s string, minLen int) map[string]float64 {
	m := map[string]float64{}
	for b := range strings.SplitSeq(s, ", ") {
		op, n, ok := strings.Cut(b, " ")
		if !ok {
			continue
		}
		v, err := parseFloat(n)
		require.NoError(t, err)
		m[map[string]string{">": "gt", ">=": "ge", "<": "lt", "<=": "le"}[op]] = v
	}
	if minLen > 0 {
		m["min_len"] = float64(minLen)
	}
	return bounds(m)
}

func TestNamesAreUnique(t *testing.T) {
	for _, table := range []*Table{ProfileTable(), MockTable()} {
		names, fields := map[string]bool{}, map[string]bool{}
		table.Each(func(o *Option) {
			require.False(t, fields[o.Field], o.Field)
			fields[o.Field] = true
			for _, n := range list(o.Names + " " + o.Negative) {
				require.False(t, names[n], n)
				names[n] = true
			}
			if o.Default != "" && o.Default != "[]" {
				_, err := defaultValue(o)
				require.NoError(t, err, o.Field)
			}
		})
	}
}

func TestCustomEndpointTypes(t *testing.T) {
	s, err := ProfileTable("chat", "mine").Parse([]string{"-m", "m", "--endpoint-type", "Mine"}, nil)
	require.NoError(t, err)
	p, err := s.Resolve(Place{Dir: "/cwd"})
	require.NoError(t, err)
	require.Equal(t, "mine", p.EndpointType)
	_, err = ProfileTable().Parse([]string{"--endpoint-type", "mine"}, nil)
	require.ErrorContains(t, err, "must be one of audio_transcription")
}
