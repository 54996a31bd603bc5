// What becomes of a dataset's options: taken and refused as AIPerf does, and handed on as what is made.
package config

import (
	"bufio"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/bench"
	"github.com/aiperf-go/aiperf/dataset"
	"github.com/aiperf-go/aiperf/dataset/media"
	"github.com/aiperf-go/aiperf/dataset/synth"
)

// decidedOtherwise are command lines that AIPerf takes and this program refuses (true), or the other way round, each with its reason.
var decidedOtherwise = []struct {
	args   string
	refuse bool
	why    string
}{
	{"--session-delay-ratio inf", true, "a pause has an end"},
	{"--arrival-smoothness inf", true, "no generator draws it"},
	{"--audio-format mp3", true, "no encoder"},
	{"--image-source emptydir", false, "found when the data is made, before the run"},
}

// The decisions of AIPerf 0.13.0 on command lines with data options: configuration and data made, nothing sent.
func TestDataOptionsAreTakenAsAIPerfTakesThem(t *testing.T) {
	f, err := os.Open("testdata/data_cases.jsonl")
	require.NoError(t, err)
	defer f.Close()
	type row struct {
		OK   bool
		Args []string
	}
	var rows []row
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var r row
		require.NoError(t, json.Unmarshal(lines.Bytes(), &r))
		rows = append(rows, r)
	}
	require.Greater(t, len(rows), 200)
	t.Chdir(t.TempDir())
	for name, text := range map[string]string{"sys.txt": "You are a bot.\n", "empty.txt": "", "latin.txt": "caf\xe9"} {
		require.NoError(t, os.WriteFile(name, []byte(text), 0o600))
	}
	require.NoError(t, os.Symlink("sys.txt", "link.txt"))
	require.NoError(t, os.Mkdir("emptydir", 0o700))
	used := 0
	for _, r := range rows {
		line := strings.Join(r.Args, " ")
		want := r.OK
		for _, d := range decidedOtherwise {
			if strings.Contains(line, d.args) {
				require.Equal(t, d.refuse, r.OK, line)
				want, used = !r.OK, used+1
			}
		}
		_, err := resolve(t, append([]string{"-m", "m1", "--random-seed", "42"}, r.Args...)...)
		if want {
			require.NoError(t, err, line)
			continue
		}
		require.Error(t, err, line)
		require.NotContains(t, err.Error(), "\n", line)
	}
	require.Equal(t, len(decidedOtherwise), used)
}

func TestWhatIsMade(t *testing.T) {
	plain := func(change func(*synth.Options)) synth.Options {
		o := synth.Options{
			Conversations: 10, Texts: 1, ISL: dataset.Spread{Mean: 550}, Style: synth.VLLM, DelayRatio: 1, Seed: 7,
			Models: dataset.Models{Names: []string{"m"}},
		}
		if change != nil {
			change(&o)
		}
		return o
	}
	for _, tt := range []struct {
		args string
		want synth.Options
	}{
		{"", plain(func(o *synth.Options) { o.Conversations = 100 })},
		{"--request-count 10", plain(nil)},
		{"--num-sessions 10 --isl 20 --isl-stddev 2.7 --osl 5 --osl-stddev 0.5", plain(func(o *synth.Options) {
			o.ISL, o.OSL = dataset.Spread{Mean: 20, Stddev: 2.7}, dataset.Spread{Mean: 5, Stddev: 0.5}
		})},
		{"--request-count 10 --osl 0 --osl-stddev 4", plain(nil)},
		{"--request-count 10 --seq-dist 12|1.5,6:25;30,4|2:75", plain(func(o *synth.Options) {
			o.Mix = []synth.Share{
				{ISL: dataset.Spread{Mean: 12, Stddev: 1.5}, OSL: dataset.Spread{Mean: 6}, Percent: 25},
				{ISL: dataset.Spread{Mean: 30}, OSL: dataset.Spread{Mean: 4, Stddev: 2}, Percent: 75},
			}
		})},
		{`--request-count 10 --osl 5 --prompt-corpus random --random-corpus-style sglang --random-range-ratio 0.3`, plain(func(o *synth.Options) {
			o.OSL, o.Corpus, o.Style, o.Range = dataset.Spread{Mean: 5}, synth.Random, synth.SGLang, &synth.Range{Input: 0.3, Output: 0.3}
		})},
		{"--request-count 10 --num-prefix-prompts 3 --prefix-prompt-length 8 -b 2", plain(func(o *synth.Options) {
			o.PrefixPool, o.PrefixLength, o.Texts = 3, 8, 2
		})},
		{"--request-count 10 --shared-system-prompt-length 9 --user-context-prompt-length 4", plain(func(o *synth.Options) {
			o.SystemLength, o.ContextLength = 9, 4
		})},
		{"--request-count 10 --session-turns-mean 3 --session-turns-stddev 1 --session-turn-delay-mean 20.5 --session-turn-delay-stddev 4 --session-delay-ratio 0.5",
			plain(func(o *synth.Options) {
				o.Turns, o.Delay, o.DelayRatio = dataset.Spread{Mean: 3, Stddev: 1}, dataset.Spread{Mean: 20.5, Stddev: 4}, 0.5
			})},
		{"--request-count 10 -m n --model-selection-strategy random", plain(func(o *synth.Options) {
			o.Models = dataset.Models{Names: []string{"m", "n"}, Random: true}
		})},
		// What a run has without the option is not what AIPerf's help says: jpeg, and the other side 512.
		{"--request-count 10 --image-width-mean 64 --image-width-stddev 2", plain(func(o *synth.Options) {
			o.Images = &media.ImageOptions{Batch: 1, Width: dataset.Spread{Mean: 64, Stddev: 2}, Height: dataset.Spread{Mean: 512}, Format: "jpeg", Source: "noise", Sampling: "random-with-replacement"}
		})},
		{"--request-count 10 --image-format png", plain(func(o *synth.Options) {
			o.Images = &media.ImageOptions{Width: dataset.Spread{Mean: 512}, Height: dataset.Spread{Mean: 512}, Format: "png", Source: "noise", Sampling: "random-with-replacement"}
		})},
		{"--request-count 10 --image-height-mean 0", plain(nil)},
		{"--request-count 10 --isl 0 --audio-length-mean 1.5 --audio-sample-rates 8,44100 --audio-depths 8 --audio-num-channels 2", plain(func(o *synth.Options) {
			o.ISL, o.NoText = dataset.Spread{}, true
			o.Audio = &media.AudioOptions{Batch: 1, Length: dataset.Spread{Mean: 1.5}, Format: "wav", SampleRates: []float64{8, 44.1}, Depths: []int{8}, Channels: 2}
		})},
		{"--request-count 10 --audio-batch-size 2", plain(func(o *synth.Options) {
			o.Audio = &media.AudioOptions{Batch: 2, Length: dataset.Spread{Mean: 10}, Format: "wav", SampleRates: []float64{16}, Depths: []int{16}, Channels: 1}
		})},
	} {
		require.Equal(t, tt.want, decided(t, tt.args).Data.Made, tt.args)
	}
}

func TestDataOfAFile(t *testing.T) {
	t.Chdir(t.TempDir())
	require.NoError(t, os.WriteFile("sys.txt", []byte("one\r\ntwo\rthree\n"), 0o600))
	require.NoError(t, os.WriteFile("in.jsonl", []byte(`{"text":"x"}`), 0o600))
	p, err := resolve(t, words("-m a,b --input-file in.jsonl --system-prompt-file sys.txt --osl 5 --osl-stddev 2 --cache-bust system-prefix --random-seed 3")...)
	require.NoError(t, err)
	require.Equal(t, "one\ntwo\nthree\n", p.Data.System)
	require.Equal(t, dataset.Spread{Mean: 5, Stddev: 2}, p.Data.OSL)
	require.Equal(t, &dataset.Bust{Target: "system_prefix", Benchmark: "0123456789ab"}, p.Bust())
	require.Equal(t, []string{"a", "b"}, p.Data.Models.Names)
	require.Equal(t, dataset.CountedIDs, p.Data.IDs)
	require.Nil(t, decided(t, "").Bust())
}

func TestGammaPhases(t *testing.T) {
	for args, want := range map[string][2]float64{ // pattern and smoothness, warm-up and run
		"--request-rate 5 --arrival-pattern gamma":                                                            {0, 0},
		"--request-rate 5 --arrival-smoothness 2":                                                             {0, 2},
		"--request-rate 5 --arrival-smoothness 2 --warmup-request-count 3 --warmup-arrival-pattern gamma":     {2, 2},
		"--request-rate 5 --arrival-pattern gamma --arrival-smoothness 0.5 --warmup-request-count 3":          {0.5, 0.5},
		"--request-rate 5 --arrival-pattern constant --warmup-request-count 3 --warmup-arrival-pattern gamma": {0, 0},
	} {
		p := decided(t, args)
		run := p.Phases[len(p.Phases)-1]
		require.Equal(t, strings.Contains(args, "arrival-pattern constant"), run.Pattern == bench.Constant, args)
		require.InDelta(t, want[1], run.Smoothness, 0, args)
		if len(p.Phases) > 1 {
			require.Equal(t, bench.Gamma, p.Phases[0].Pattern, args)
			require.InDelta(t, want[0], p.Phases[0].Smoothness, 0, args)
		}
	}
}

// Every distribution but the normal one is its mean; the pieces of one are added as AIPerf adds them, so that cutting gives the same.
func TestDistributionsOfAFile(t *testing.T) {
	for text, want := range map[string]dataset.Spread{
		"{mean: 20, median: 4}":                                               {Mean: 20},
		"{points: [{value: 10}, {value: 30, weight: 3}]}":                     {Mean: 25},
		"{peaks: [{mean: 10, stddev: 3, weight: 1}, {value: 30, weight: 1}]}": {Mean: 20},
		"{value: 6.5, min: 9}":                                                {Mean: 6.5},
		"{mean: 7, stddev: 2, max: 3}":                                        {Mean: 7, Stddev: 2},
	} {
		p, err := fromText(t, strings.Replace(whole, "osl: 8", "osl: "+text, 1))
		require.NoError(t, err, text)
		require.Equal(t, want, p.Data.Made.OSL, text)
		require.True(t, slices.ContainsFunc(p.Warnings, func(w string) bool { return strings.Contains(w, "prompts.osl (") }), p.Warnings)
	}
}

func TestMixOfAFile(t *testing.T) {
	dist := func(pairs string) string {
		return strings.Replace(whole, "osl: 8", "osl: 8, prompts: {sequence_distribution: ["+pairs+"]}", 1)
	}
	p, err := fromText(t, dist("{isl: 10, osl: {mean: 4, stddev: 1.5}, probability: 60}, {isl: 20, isl_stddev: 2, osl: 8, probability: 40}"))
	require.NoError(t, err)
	require.Equal(t, []synth.Share{
		{ISL: dataset.Spread{Mean: 10}, OSL: dataset.Spread{Mean: 4, Stddev: 1.5}, Percent: 60},
		{ISL: dataset.Spread{Mean: 20, Stddev: 2}, OSL: dataset.Spread{Mean: 8}, Percent: 40},
	}, p.Data.Made.Mix)
	_, err = fromText(t, dist("{isl: 10, osl: 4, probability: 60}, {isl: 20, osl: 8, probability: 39.5}"))
	require.ErrorContains(t, err, "the probabilities sum to 99.5, must be 100 (percent)")
	_, err = fromText(t, dist("{isl: 10, osl: 0.5, probability: 100}"))
	require.ErrorContains(t, err, "a length of 0.5 tokens is not possible here; must be at least 1")
	_, err = fromText(t, strings.Replace(dist("{isl: 10, osl: 4, probability: 100}"), "isl: {mean: 20.5, stddev: 2}, ", "", 1))
	require.ErrorContains(t, err, "AIPerf makes no prompts without isl")
}

func TestSeedOfTheDatasetAlone(t *testing.T) {
	p, err := fromText(t, strings.NewReplacer("entries: 3", "entries: 3, random_seed: 9", "random_seed: 5", "").Replace(whole))
	require.NoError(t, err)
	require.Equal(t, dataset.CountedIDs, p.Data.IDs)
	require.EqualValues(t, 7, p.Seed, "drawn")
	require.False(t, p.SeedGiven)
	require.Contains(t, strings.Join(p.Warnings, "\n"), "c.yaml:4:55: benchmark.datasets.0.random_seed decides the names of sessions alone")
}

func TestAdviceAboutData(t *testing.T) {
	for args, want := range map[string]string{
		"--num-prefix-prompts 3":                               "--num-prefix-prompts has no effect without a length",
		"--random-corpus-style sglang":                         "--random-corpus-style has no effect",
		"--prompt-corpus coding":                               "--prompt-corpus coding: the text is this program's own",
		"--seq-dist 4,4:100 --isl 9 --osl-stddev 2 --osl 3":    "--isl, --osl, --osl-stddev has no effect: --seq-dist decides the lengths",
		"--seq-dist [(4,4):100,(5,5:3]":                        `--seq-dist: "(5,5:3" is no pair and has no effect`,
		"-b 3":                                                 "-b: a request carries 3 texts",
		"--session-turn-delay-mean 5":                          "--session-turn-delay-mean has no effect: sessions have one turn",
		"--session-turns-mean 2 --session-turn-delay-stddev 5": "has no effect without a mean of at least 1 ms",
		"--image-format png":                                   "--image-format: requests carry no images",
		"--image-source assets":                                "--image-source assets: the pictures are this program's own",
		"--image-width-mean 0":                                 "--image-width-mean: no images are made",
		"--audio-depths 8":                                     "--audio-depths: requests carry no audio",
		"--audio-length-mean 0":                                "--audio-length-mean: no audio is made",
		"--image-batch-size 1 --audio-batch-size 1":            "AIPerf's figures about images and audio are not computed in this version: num_images",
		"--cache-bust warmup_isolation_first_turn":             "this run has no warm-up",
		"--request-rate 4 --arrival-smoothness 2 --warmup-request-count 1": "--arrival-smoothness shapes the measured phase alone",
		"--warmup-request-count 2 --warmup-arrival-pattern gamma":          "--warmup-arrival-pattern has no effect without a rate",
	} {
		require.Contains(t, strings.Join(decided(t, args).Warnings, "\n"), want, args)
	}
	for _, quiet := range []string{"--isl 5", "--prompt-corpus random --random-corpus-style sglang", "--session-turns-mean 2 --session-turn-delay-mean 5", "--num-prefix-prompts 2 --prefix-prompt-length 3"} {
		for _, w := range decided(t, quiet).Warnings {
			require.NotContains(t, w, "no effect", quiet)
		}
	}
}

// A record is read from elsewhere, so folders of images stand in it with their whole path.
func TestRecordedImageSource(t *testing.T) {
	t.Chdir(t.TempDir())
	require.NoError(t, os.Mkdir("pics", 0o700))
	for args, want := range map[string]string{
		"--image-source pics": `"/cwd/pics"`, "--image-source NOISE --image-width-mean 8": `"NOISE"`, "--image-source assets": `"assets"`,
	} {
		text, err := decided(t, args).Record("v")
		require.NoError(t, err)
		require.Contains(t, string(text), want)
	}
	p, err := fromText(t, strings.Replace(whole, "osl: 8", "osl: 8, images: {source: pics, batch_size: 1}", 1))
	require.NoError(t, err)
	text, err := p.Record("v")
	require.NoError(t, err)
	require.Contains(t, string(text), `"source": "/cwd/pics"`)
}
