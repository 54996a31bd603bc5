// Usage dialects: every captured case, and what AIPerf 0.13.0 was observed to make of odd ones.
package endpoints

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/metrics"
)

func readUsage(t testing.TB, doc string) metrics.Usage {
	v, ok := parse([]byte(doc))
	require.True(t, ok, "%s", doc)
	var u metrics.Usage
	u.Reset()
	decodeUsage([]byte(doc), v, &u)
	return u
}

func TestUsageVectors(t *testing.T) {
	cases := load[struct {
		Cases []struct {
			Usage  json.RawMessage
			Fields map[string]*float64
		}
	}](t, "usage.json").Cases
	require.Len(t, cases, 20)
	for _, c := range cases {
		u := readUsage(t, string(c.Usage))
		require.Len(t, c.Fields, 14)
		for field, want := range c.Fields {
			if field == "prompt_audio_seconds" {
				require.Equal(t, want != nil, u.PromptAudioSeconds.Present(), "%s", c.Usage)
				if want != nil {
					require.InDelta(t, *want, u.PromptAudioSeconds.Float64(), 0)
				}
				continue
			}
			expected := metrics.NoCount
			if want != nil {
				expected = metrics.Count(*want)
			}
			require.Equal(t, expected, usageField(t, &u, field), "%s %s", field, c.Usage)
		}
	}
}

func TestUsageOddities(t *testing.T) {
	for doc, want := range map[string]map[string]metrics.Count{
		`{"input_tokens":7.0,"cache_read_input_tokens":2}`:                                            {"prompt_tokens": 7, "prompt_uncached_tokens": 7, "prompt_cache_read_tokens": 2},
		`{"input_tokens":7,"cache_read_input_tokens":null}`:                                           {"prompt_tokens": 7, "prompt_uncached_tokens": 7},
		`{"input_tokens":null,"cache_read_input_tokens":3}`:                                           {"prompt_cache_read_tokens": 3},
		`{"usageMetadata":{"promptTokenCount":8},"promptTokenCount":9}`:                               {"prompt_tokens": 9},
		`{"usageMetadata":[1],"tokens":5,"meta":3}`:                                                   {},
		`{"meta":{"tokens":[1],"cached_tokens":4}}`:                                                   {"prompt_cache_read_tokens": 4},
		`{"meta":{"tokens":{"cached_tokens":5},"cached_tokens":4}}`:                                   {"prompt_cache_read_tokens": 5},
		`{"tokens":{"input_tokens":9},"input_tokens":3}`:                                              {"prompt_tokens": 3},
		`{"usageMetadata":{"tokens":{"input_tokens":9}}}`:                                             {"prompt_tokens": 9},
		`{"usageMetadata":{"meta":{"tokens":{"input_tokens":9}}}}`:                                    {"prompt_tokens": 9},
		`{"meta":{"tokens":{"input_tokens":9}},"tokens":{"input_tokens":4}}`:                          {"prompt_tokens": 9},
		`{"usageMetadata":{"input_tokens":1},"tokens":{"input_tokens":4}}`:                            {"prompt_tokens": 1},
		`{"prompt_tokens_details":{"cached_tokens":null},"input_tokens_details":{"cached_tokens":3}}`: {},
		`{"prompt_tokens_details":{"x":1},"input_tokens_details":{"cached_tokens":3}}`:                {"prompt_cache_read_tokens": 3},
		`{"prompt_tokens_details":[],"input_tokens_details":{"cached_tokens":3}}`:                     {"prompt_cache_read_tokens": 3},
		`{"completion_tokens_details":{"reasoning_tokens":null},"thoughtsTokenCount":4}`:              {"reasoning_tokens": 4},
		`{"prompt_tokens_details":{"audio_tokens":null},"input_tokens_details":{"audio_tokens":3}}`:   {},
		`{"cached_tokens":3,"cache_read_input_tokens":null}`:                                          {},
		`{"cache_creation_input_tokens":null,"cacheWriteInputTokens":3}`:                              {},
		`{"tokens":{"input_tokens":9},"input_tokens":null}`:                                           {},
		`{"input_tokens":7,"cacheReadInputTokens":1,"cache_read_input_tokens":2}`:                     {"prompt_tokens": 10, "prompt_uncached_tokens": 7, "prompt_cache_read_tokens": 2},
		`{"meta":{"cached_tokens":4},"cached_tokens":null}`:                                           {},
		`{"tokens":{"prompt_tokens_details":{"cached_tokens":1}}}`:                                    {"prompt_cache_read_tokens": 1},
		`{"meta":{"billed_units":{"input_tokens":1}}}`:                                                {},
		`{"prompt_tokens":1,"prompt_tokens":2}`:                                                       {"prompt_tokens": 2},
		`{"prompt_tokens":-3}`:                                                                        {"prompt_tokens": -3},
		`{"prompt_tokens":"7"}`:                                                                       {},
	} {
		u := readUsage(t, doc)
		for _, field := range []string{"prompt_tokens", "prompt_uncached_tokens", "completion_tokens", "total_tokens", "reasoning_tokens", "prompt_cache_read_tokens",
			"prompt_cache_write_tokens", "prompt_cache_miss_tokens", "prompt_audio_tokens", "completion_audio_tokens", "tool_use_prompt_tokens"} {
			expected, ok := want[field]
			if !ok {
				expected = metrics.NoCount
			}
			require.Equal(t, expected, usageField(t, &u, field), "%s of %s", field, doc)
		}
		require.True(t, u.Seen)
	}
	require.InDelta(t, 3.5, readUsage(t, `{"prompt_audio_seconds":3.5}`).PromptAudioSeconds.Float64(), 0)
	require.False(t, readUsage(t, `{"prompt_audio_seconds":true}`).PromptAudioSeconds.Present())
	empty := readUsage(t, `{}`)
	require.False(t, empty.Seen)
}
