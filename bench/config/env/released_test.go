// What the released program makes of 1000 environments, compared with what this package makes of them.
package env

import (
	"encoding/json"
	"errors"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

type released struct {
	Environ []string
	DotEnv  *string
	Set     map[string]any
	Error   []string
}

// deliberate are the cases where this program differs from the released one, each with its reason.
var deliberate = map[string]string{
	`AIPERF_HTTP={"connection_limit":5,"CONNECTION_LIMIT":6}`:                 "a member under two spellings is refused",
	`AIPERF_HTTP={"CONNECTION_LIMIT":5,"connection_limit":6}`:                 "a member under two spellings is refused",
	`AIPERF_HTTP={"CONNECTION_LIMIT":7} AIPERF_HTTP=[]`:                       "a group in .env that is no object is an error, also when the environment covers it",
	"AIPERF_AGENTX_RECYCLE_GUARD_MAX_WINDOW=9223372036854775808":              "whole numbers end at 2^63-1",
	"AIPERF_AGENTX_RECYCLE_GUARD_MAX_WINDOW=9223372036854775808.0":            "whole numbers end at 2^63-1",
	"AIPERF_AGENTX_RECYCLE_GUARD_MAX_WINDOW=12345678901234567890123456":       "whole numbers end at 2^63-1",
	`AIPERF_SEARCH_PLANNER_SLA_PRECISION_REQUESTS={"a":99999999999999999999}`: "whole numbers end at 2^63-1",
	"AIPERF_GPU_DEFAULT_DCGM_ENDPOINTS=NaN":                                   "NaN is no JSON: it is a text here",
	`AIPERF_API_SERVER_CORS_ORIGINS=["\ud800"]`:                               "half a character becomes the replacement character",
}

func TestReleasedProgram(t *testing.T) {
	b, err := os.ReadFile("testdata/released.json")
	require.NoError(t, err)
	var file struct{ Cases []released }
	require.NoError(t, json.Unmarshal(b, &file))
	require.Greater(t, len(file.Cases), 900)
	differing := 0
	for i, c := range file.Cases {
		name := strings.Join(c.Environ, " ")
		if c.DotEnv != nil {
			name += " " + *c.DotEnv
		}
		if deliberate[name] != "" {
			differing++
			continue
		}
		name = strconv.Itoa(i) + " " + name
		t.Run(name, func(t *testing.T) {
			set, err := releasedSide(c)
			if c.Error == nil {
				require.NoError(t, err)
				require.Equal(t, c.Set, set)
				return
			}
			require.Error(t, err)
			named := len(c.Error) == 0
			for _, word := range c.Error {
				named = named || strings.Contains(strings.ToUpper(err.Error()), strings.ToUpper(word))
			}
			require.True(t, named, "%v does not name any of %v", err, c.Error)
			for line := range strings.SplitSeq(err.Error(), "\n") {
				require.Contains(t, strings.ToUpper(line), "AIPERF_")
			}
		})
	}
	require.Equal(t, len(deliberate), differing)
}

// releasedSide reads a case up to the rules, before states: those are this program's own. Values come as JSON would give them.
func releasedSide(c released) (map[string]any, error) {
	src := Source{Environ: c.Environ}
	if c.DotEnv != nil {
		src.DotEnv = func() ([]byte, error) { return []byte(*c.DotEnv), nil }
	}
	r, err := src.collect()
	if err != nil || r == nil {
		return map[string]any{}, err
	}
	r.settle()
	if len(r.errs) == 0 {
		r.applyRules()
	}
	set := map[string]any{}
	for _, g := range r.values.given {
		if def := g.row.defaultValue(); same(g.val, def) {
			continue
		}
		var val any
		if text := plain(g.val); json.Unmarshal([]byte(text), &val) != nil {
			val = strings.ToLower(strings.TrimPrefix(text, "+"))
		}
		set[g.row.Name] = val
	}
	return set, errors.Join(r.errs...)
}
