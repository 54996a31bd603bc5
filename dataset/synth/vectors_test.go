// Equality with data sets made by AIPerf: every text, length, limit, delay, model, picture and clip.
package synth

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/dataset"
	"github.com/aiperf-go/aiperf/dataset/media"
	"github.com/aiperf-go/aiperf/dataset/tokenizer"
)

func fixed(mean float64) dataset.Spread          { return dataset.Spread{Mean: mean} }
func normal(mean, stddev float64) dataset.Spread { return dataset.Spread{Mean: mean, Stddev: stddev} }

// wantText is a text as a vector describes it.
type wantText struct {
	SHA256 string
	Tokens int
	Start  string `json:"first80"`
}

func (w wantText) check(t *testing.T, where, got string) {
	t.Helper()
	require.Equal(t, w.Start, firstRunes(got, 80), where)
	require.Equal(t, w.SHA256, hash(got), where)
	require.Equal(t, w.Tokens, tokenizer.Builtin().Count([]byte(got)), where)
}

func firstRunes(s string, n int) string {
	r := []rune(s)
	return string(r[:min(n, len(r))])
}

// Each vector's command line, as options.
var datasets = []struct {
	file string
	opts Options
}{
	{"c01_fixed", Options{Conversations: 10, ISL: fixed(128), OSL: fixed(64)}},
	{"c02_isl_osl_stddev", Options{Conversations: 10, ISL: normal(550, 100), OSL: normal(150, 30)}},
	{"c03_long_no_osl", Options{Conversations: 6, ISL: normal(2000, 500)}},
	{"c04_tiny", Options{Conversations: 20, ISL: normal(3, 2), OSL: normal(2, 2)}},
	{"c05_seqdist_plain", Options{Conversations: 12, Mix: []Share{{fixed(256), fixed(128), 40}, {fixed(512), fixed(256), 60}}}},
	{"c06_seqdist_stddev", Options{Conversations: 12, Mix: []Share{{normal(256, 20), normal(128, 10), 30}, {normal(512, 50), normal(256, 20), 50}, {fixed(64), fixed(32), 20}}}},
	{"c07_prefix_pool", Options{Conversations: 10, ISL: fixed(100), OSL: fixed(20), PrefixPool: 4, PrefixLength: 50}},
	{"c08_shared_system", Options{Conversations: 6, ISL: normal(100, 10), OSL: fixed(20), SystemLength: 200}},
	{"c09_system_and_user_context", Options{Conversations: 6, ISL: fixed(64), OSL: fixed(16), SystemLength: 120, ContextLength: 80}},
	{"c10_multi_turn_delay", Options{Conversations: 6, ISL: normal(120, 30), OSL: normal(40, 10), Turns: normal(4, 2), Delay: normal(500, 100), DelayRatio: 0.5}},
	{"c11_range_ratio_random_vllm", Options{Conversations: 8, ISL: fixed(128), OSL: fixed(64), Range: &Range{0.3, 0.3}, Corpus: Random}},
	{"c12_range_ratio_random_sglang", Options{Conversations: 8, ISL: fixed(128), OSL: fixed(64), Range: &Range{0.3, 0.3}, Corpus: Random, Style: SGLang}},
	{"c13_range_ratio_sonnet", Options{Conversations: 8, ISL: fixed(128), OSL: fixed(64), Range: &Range{0.5, 0.5}}},
	{"c14_two_models_random_batch2", Options{Conversations: 8, ISL: fixed(64), OSL: fixed(16), Texts: 2, Models: dataset.Models{Names: []string{"mock-a", "mock-b", "mock-c"}, Random: true}}},
	{"c16_random_vllm_prefix_multiturn", Options{Conversations: 4, ISL: fixed(40), OSL: fixed(16), Range: &Range{0.2, 0.2}, Corpus: Random, PrefixPool: 2, PrefixLength: 20, Turns: fixed(2)}},
}

func TestDataSetsOfAIPerf(t *testing.T) {
	for _, row := range datasets {
		t.Run(row.file, func(t *testing.T) {
			var file struct {
				Seeds map[string]struct {
					Conversations []struct {
						ID      string    `json:"session_id"`
						System  *wantText `json:"system_message"`
						Context *wantText `json:"user_context_message"`
						Turns   []struct {
							Model     string
							MaxTokens *int `json:"max_tokens"`
							Delay     *float64
							Texts     []wantText
						}
					}
				}
			}
			readJSON(t, "dataset-"+row.file+".json", &file)
			require.NotEmpty(t, file.Seeds)
			for seed, want := range file.Seeds {
				s := seeded(t, row.opts, seed)
				require.Equal(t, len(want.Conversations), s.Len())
				for i, wc := range want.Conversations {
					where := fmt.Sprintf("seed %s conversation %d", seed, i)
					c := materialise(t, s, i)
					require.Equal(t, wc.ID, c.ID, where)
					checkMessage(t, where+" system", wc.System, c.System)
					checkMessage(t, where+" context", wc.Context, c.UserContext)
					require.Len(t, c.Turns, len(wc.Turns), where)
					for k, wt := range wc.Turns {
						turn, where := c.Turns[k], fmt.Sprintf("%s turn %d", where, k)
						require.Equal(t, orZero(wt.MaxTokens), turn.MaxTokens, where)
						require.Equal(t, delayOf(wt.Delay), turn.Delay, where)
						if len(row.opts.Models.Names) > 1 {
							require.Equal(t, wt.Model, turn.Model, where)
						} else {
							require.Empty(t, turn.Model, where)
						}
						require.Len(t, turn.Texts, 1, where)
						require.Equal(t, "text", turn.Texts[0].Name, where)
						require.Len(t, turn.Texts[0].Contents, len(wt.Texts), where)
						for b, w := range wt.Texts {
							w.check(t, where, turn.Texts[0].Contents[b])
						}
					}
				}
			}
		})
	}
}

func TestRankingsOfAIPerf(t *testing.T) {
	opts := Options{Conversations: 6, Rankings: &Rankings{Passages: normal(4, 2), PassageTokens: normal(60, 10), QueryTokens: normal(20, 5)}}
	var file struct {
		Seeds map[string][]struct {
			ID       string `json:"session_id"`
			Query    wantText
			Passages []wantText
		}
	}
	readJSON(t, "dataset-rankings.json", &file)
	require.NotEmpty(t, file.Seeds)
	check := func(where string, w wantText, got string) {
		require.Equal(t, w.SHA256, hash(got), where)
		require.Equal(t, w.Tokens, tokenizer.Builtin().Count([]byte(got)), where)
	}
	for seed, want := range file.Seeds {
		s := seeded(t, opts, seed)
		for i, w := range want {
			where := fmt.Sprintf("seed %s conversation %d", seed, i)
			c := materialise(t, s, i)
			require.Equal(t, w.ID, c.ID, where)
			require.Len(t, c.Turns, 1, where)
			texts := c.Turns[0].Texts
			require.Equal(t, []string{"query", "passages"}, []string{texts[0].Name, texts[1].Name}, where)
			check(where, w.Query, texts[0].Contents[0])
			require.Len(t, texts[1].Contents, len(w.Passages), where)
			for k, p := range w.Passages {
				check(where, p, texts[1].Contents[k])
			}
			require.Zero(t, c.Turns[0].MaxTokens, where)
		}
	}
}

// Rankings beside options of other data sets: what AIPerf draws for them and what it leaves out. A digest is of all of a conversation.
func TestRankingsBesideOtherOptions(t *testing.T) {
	usual := Rankings{Passages: fixed(10), PassageTokens: fixed(128), QueryTokens: fixed(32)}
	rows := map[string]Options{
		"--rankings-passages-mean 3 --rankings-passages-stddev 2 --rankings-passages-prompt-token-mean 20 --rankings-passages-prompt-token-stddev 9 " +
			"--rankings-query-prompt-token-mean 7 --rankings-query-prompt-token-stddev 30": {Conversations: 5, Seed: 3,
			Rankings: &Rankings{Passages: normal(3, 2), PassageTokens: normal(20, 9), QueryTokens: normal(7, 30)}},
		"--prompt-corpus random --isl 20 --osl 8 --random-range-ratio 0.5": {Corpus: Random, ISL: fixed(20), OSL: fixed(8), Range: &Range{0.5, 0.5}},
		"--shared-system-prompt-length 9 --user-context-prompt-length 8":   {SystemLength: 9, ContextLength: 8},
		"--num-prefix-prompts 2 --prefix-prompt-length 8":                  {PrefixPool: 2, PrefixLength: 8},
		"--seq-dist 10,5:50;20,6:50":                                       {Mix: []Share{{fixed(10), fixed(5), 50}, {fixed(20), fixed(6), 50}}},
		"--image-width-mean 5 --image-height-mean 4":                       {Images: &media.ImageOptions{Batch: 1, Width: fixed(5), Height: fixed(4), Format: "png", Source: "noise"}},
	}
	var wants map[string][]string
	readJSON(t, "rankings-more.json", &wants)
	require.Len(t, wants, len(rows))
	for args, want := range wants {
		opts, ok := rows[args]
		require.True(t, ok, args)
		if opts.Rankings == nil {
			opts.Conversations, opts.Seed, opts.Rankings = 4, 5, &usual
		}
		opts.Tokenizer, opts.IDs = tokenizer.Builtin(), dataset.CountedIDs
		s, err := New(opts)
		require.NoError(t, err, args)
		require.Equal(t, len(want), s.Len(), args)
		for i, digest := range want {
			c := materialise(t, s, i)
			require.Len(t, c.Turns, 1)
			lines := []string{c.ID, c.System, c.UserContext, fmt.Sprintf("turn mock-model %d ", c.Turns[0].MaxTokens)}
			for _, list := range [][]dataset.Media{c.Turns[0].Texts, c.Turns[0].Images, c.Turns[0].Audios} {
				for _, m := range list {
					lines = append(append(lines, m.Name), m.Contents...)
				}
			}
			require.Equal(t, digest, hash(strings.Join(lines, "\n"))[:16], "%s conversation %d", args, i)
		}
	}
}

// The composer's own vectors, by name. One that is not here must be among those this package does not make.
var composed = map[string]Options{
	"isl_fixed":                      {Conversations: 3, ISL: fixed(20)},
	"isl_normal":                     {Conversations: 6, ISL: normal(20, 5), OSL: normal(10, 3)},
	"osl_fixed_models_round_robin":   {Conversations: 3, ISL: fixed(8), OSL: fixed(7), Models: dataset.Models{Names: []string{"mA", "mB"}}},
	"batch_2":                        {Conversations: 2, ISL: fixed(8), Texts: 2},
	"turns_delay_fraction_truncated": {Conversations: 1, ISL: fixed(20), Turns: fixed(3), Delay: fixed(1.9), DelayRatio: 1},
	"seq_dist":                       {Conversations: 6, ISL: fixed(20), Mix: []Share{{fixed(10), fixed(5), 50}, {normal(30, 4), normal(9, 2), 50}}},
	"range_ratio_vllm_sonnet":        {Conversations: 6, ISL: fixed(20), OSL: fixed(10), Range: &Range{0.5, 0.5}},
	"range_ratio_vllm_random":        {Conversations: 4, ISL: fixed(20), OSL: fixed(10), Range: &Range{0.5, 0.5}, Corpus: Random},
	"random_corpus":                  {Conversations: 3, ISL: fixed(20), Corpus: Random},
	"prefix_pool":                    {Conversations: 4, ISL: fixed(20), PrefixPool: 2, PrefixLength: 6, Turns: fixed(2)},
	"prefix_length_without_pool":     {Conversations: 1, ISL: fixed(20), PrefixLength: 6},
	"shared_system_and_user_context": {Conversations: 3, ISL: fixed(20), SystemLength: 9, ContextLength: 5},
	"image_png_noise":                {Conversations: 2, ISL: fixed(20), Images: &media.ImageOptions{Batch: 1, Width: fixed(4), Height: fixed(3), Format: "png", Source: "noise"}},
	"image_jpeg_default":             {Conversations: 1, ISL: fixed(20), Images: &media.ImageOptions{Batch: 1, Width: fixed(4), Height: fixed(3), Format: "jpeg", Source: "noise"}},
	"image_random_format":            {Conversations: 4, ISL: fixed(4), Images: &media.ImageOptions{Batch: 1, Width: fixed(4), Height: fixed(3), Format: "random", Source: "noise"}},
	"audio_wav":                      {Conversations: 2, ISL: fixed(20), Audio: clips(fixed(0.05), []float64{16}, []int{16}, 1)},
	"audio_normal_multi":             {Conversations: 3, ISL: fixed(20), Audio: clips(normal(0.1, 0.05), []float64{8, 16}, []int{8, 16, 24, 32}, 2)},
	"audio_too_short":                {Conversations: 1, ISL: fixed(20), Audio: clips(fixed(0.005), []float64{16}, []int{16}, 1)},
	"all_disabled":                   {Conversations: 1},
	"rankings_set":                   {Conversations: 2, Rankings: &Rankings{Passages: normal(3, 1), PassageTokens: fixed(6), QueryTokens: fixed(4)}},
}

func clips(length dataset.Spread, rates []float64, depths []int, channels int) *media.AudioOptions {
	return &media.AudioOptions{Batch: 1, Length: length, Format: "wav", SampleRates: rates, Depths: depths, Channels: channels}
}

// elsewhere are composer vectors of what other packages do: the coding corpus' text is ours, a verbatim message is laid over any source, and
// a run without a seed is not repeatable.
var elsewhere = map[string]bool{"coding_corpus": true, "system_prompt_verbatim": true, "no_seed_ids": true}

func TestComposerVectors(t *testing.T) {
	type content struct {
		SHA    string `json:"sha256_16"`
		Prefix string
		Length int
	}
	type part struct {
		Name     string
		Contents []content
	}
	var file struct {
		Vectors []struct {
			Name          string
			Conversations []struct {
				ID      string   `json:"session_id"`
				System  *content `json:"system_message"`
				Context *content `json:"user_context_message"`
				Turns   []struct {
					Model                 string
					MaxTokens             int `json:"max_tokens"`
					Delay                 *float64
					Texts, Images, Audios []part
				}
			}
			Error *json.RawMessage
		}
	}
	readJSON(t, "synthetic.json", &file)
	seen := 0
	for _, v := range file.Vectors {
		opts, ok := composed[v.Name]
		require.NotEqual(t, ok, elsewhere[v.Name], v.Name)
		if !ok {
			continue
		}
		seen++
		t.Run(v.Name, func(t *testing.T) {
			opts.Seed, opts.Tokenizer, opts.IDs = 42, tokenizer.Builtin(), dataset.CountedIDs
			s, err := New(opts)
			if v.Error != nil {
				require.Error(t, err)
				return
			}
			require.NoError(t, err)
			require.Equal(t, len(v.Conversations), s.Len())
			for i, wc := range v.Conversations {
				c := materialise(t, s, i)
				require.Equal(t, wc.ID, c.ID)
				for _, m := range []struct {
					want *content
					got  string
				}{{wc.System, c.System}, {wc.Context, c.UserContext}} {
					if m.want == nil {
						require.Empty(t, m.got)
						continue
					}
					require.Equal(t, m.want.SHA, hash(m.got)[:16])
				}
				require.Len(t, c.Turns, len(wc.Turns))
				for k, wt := range wc.Turns {
					turn := c.Turns[k]
					require.Equal(t, wt.MaxTokens, turn.MaxTokens)
					require.Equal(t, delayOf(wt.Delay), turn.Delay)
					if len(opts.Models.Names) > 1 {
						require.Equal(t, wt.Model, turn.Model)
					}
					for _, p := range []struct {
						want []part
						got  []dataset.Media
					}{{wt.Texts, turn.Texts}, {wt.Images, turn.Images}, {wt.Audios, turn.Audios}} {
						require.Len(t, p.got, len(p.want))
						for j, w := range p.want {
							require.Equal(t, w.Name, p.got[j].Name)
							require.Len(t, p.got[j].Contents, len(w.Contents))
							for b, wanted := range w.Contents {
								got := p.got[j].Contents[b]
								require.True(t, strings.HasPrefix(got, wanted.Prefix), got)
								if strings.HasPrefix(wanted.Prefix, "data:image/png") {
									continue // the same pixels, packed by another compressor: package media compares them
								}
								require.Equal(t, wanted.SHA, hash(got)[:16])
							}
						}
					}
				}
			}
		})
	}
	require.Equal(t, len(composed), seen)
}

func TestInputsOfAIPerf(t *testing.T) {
	for file, opts := range map[string]Options{"inputs-c01-seed42.json": datasets[0].opts, "inputs-c09-seed42.json": datasets[8].opts} {
		var want struct {
			Data []struct {
				ID       string `json:"session_id"`
				Payloads []struct {
					Messages  []struct{ Role, Content string }
					MaxTokens int `json:"max_completion_tokens"`
				}
			}
		}
		readJSON(t, file, &want)
		s := seeded(t, opts, "42")
		require.Len(t, want.Data, s.Len())
		for i, w := range want.Data {
			c := materialise(t, s, i)
			require.Equal(t, w.ID, c.ID)
			var got []string
			for _, m := range []string{c.System, c.UserContext, text0(c)} {
				if m != "" {
					got = append(got, m)
				}
			}
			for k, m := range w.Payloads[0].Messages {
				require.Equal(t, m.Content, got[k])
			}
			require.Len(t, got, len(w.Payloads[0].Messages))
			require.Equal(t, w.Payloads[0].MaxTokens, c.Turns[0].MaxTokens)
		}
	}
}

func seeded(t *testing.T, opts Options, seed string) *Source {
	t.Helper()
	var err error
	opts.Seed, err = strconv.ParseUint(seed, 10, 64)
	require.NoError(t, err)
	opts.Tokenizer, opts.IDs = tokenizer.Builtin(), dataset.CountedIDs
	s, err := New(opts)
	require.NoError(t, err)
	dry := opts.Corpus == Random && opts.Range != nil && opts.Turns.Mean > 1
	require.Equal(t, dry, len(s.Notes()) > 0, s.Notes())
	return s
}

func materialise(t testing.TB, s *Source, i int) *dataset.Conversation {
	t.Helper()
	c, err := s.Materialise(i)
	require.NoError(t, err)
	return c
}

func checkMessage(t *testing.T, where string, want *wantText, got string) {
	t.Helper()
	if want == nil {
		require.Empty(t, got, where)
		return
	}
	want.check(t, where, got)
}

func orZero(n *int) int {
	if n == nil {
		return 0
	}
	return *n
}

// delayOf is a vector's delay in milliseconds.
func delayOf(ms *float64) time.Duration {
	if ms == nil {
		return dataset.NoTime
	}
	return time.Duration(*ms * float64(time.Millisecond))
}
