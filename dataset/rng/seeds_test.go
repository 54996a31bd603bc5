// Seeds of streams, variations, trials, lanes; and what is drawn first from streams that have no other test.
package rng

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var labels = []string{
	PromptLength, PromptCorpus, PrefixChoice, LengthPairs, RangeRatioLengths, RankingPassages, CodingTemplate, CodingCorpus, CodingLength,
	CodingPrefix, TraceSynthesis, EmpiricalLengths, TurnCount, TurnDelay, TurnMaxTokens, ModelSelection, RandomPool, ShareGPTModel,
	BasetenSessions, ImageSize, ImageFormat, ImageSource, ImageNoise, AudioDuration, AudioFormat, AudioData, VideoAudio, VideoNoise,
	SamplerRandom, SamplerShuffle, PoissonInterval, GammaInterval, Cancellation, PoissonRamp, ThinkTime(0, 0), ThinkTime(7, 3),
}

func TestChildSeeds(t *testing.T) {
	eachFile(t, "child-seeds.json", func(t *testing.T, path string) {
		var file map[string]json.RawMessage
		load(t, path, &file)
		roots := 0
		for root, raw := range file {
			if strings.Contains(root, "seed") {
				continue
			}
			roots++
			var seeds map[string]struct{ Seed string }
			require.NoError(t, json.Unmarshal(raw, &seeds))
			require.Greater(t, len(seeds), 30)
			for label, want := range seeds {
				require.Equal(t, number(t, want.Seed), uint64(Root(number(t, root)).Derive(label)), "%s %s", root, label)
			}
			for _, label := range labels {
				require.Contains(t, seeds, label, "no stream of AIPerf")
			}
		}
		require.Positive(t, roots)

		var variations []struct {
			Root  Root
			Label string
			Seed  string
		}
		require.NoError(t, json.Unmarshal(file["variation_seeds"], &variations))
		require.NotEmpty(t, variations)
		for _, v := range variations {
			got := v.Root.Variation(v.Label)
			if label, trial, ok := strings.Cut(v.Label, ":trial:"); ok {
				n, err := strconv.Atoi(trial)
				require.NoError(t, err)
				got = v.Root.Trial(label, n)
			}
			require.Equal(t, v.Seed, strconv.FormatUint(uint64(got), 10), v.Label)
		}

		var folds []struct {
			Seed   string
			Folded uint32
		}
		require.NoError(t, json.Unmarshal(file["fold_seed_to_uint32"], &folds))
		require.NotEmpty(t, folds)
		for _, f := range folds {
			require.Equal(t, f.Folded, Fold(number(t, f.Seed)), f.Seed)
		}
	})
}

func TestReplaySeeds(t *testing.T) {
	const sigma = 0.5 // of the think times in the files
	eachFile(t, "misc.json", func(t *testing.T, path string) {
		var file struct {
			Lanes []struct {
				Root    Root
				Trace   string
				Lane    int
				Seed    string
				Choice  int     `json:"choice_2_to_8"`
				Uniform float64 `json:"uniform_100_900"`
			}
			Think map[string]map[string]float64 `json:"dag_think_normal"`
			GPQA  map[string][]int              `json:"gpqa_shuffle"`
		}
		load(t, path, &file)
		require.NotEmpty(t, file.Lanes)
		for _, l := range file.Lanes {
			s := l.Root.Lane(l.Trace, l.Lane)
			require.Equal(t, l.Seed, strconv.FormatUint(uint64(s), 10))
			require.Equal(t, l.Choice, 2+s.NumPy().Choice(7))
			require.Equal(t, l.Uniform, s.NumPy().Uniform(100, 900))
		}
		require.NotEmpty(t, file.Think)
		for root, normals := range file.Think {
			require.NotEmpty(t, normals)
			for key, want := range normals {
				i, r, _ := strings.Cut(key, ":")
				instance, err := strconv.Atoi(i)
				require.NoError(t, err)
				round, err := strconv.Atoi(r)
				require.NoError(t, err)
				require.Equal(t, want, Root(number(t, root)).Derive(ThinkTime(instance, round)).NumPy().Normal(0, sigma), key)
			}
		}
		require.NotEmpty(t, file.GPQA)
		for key, want := range file.GPQA { // the seed is the digest modulo 2^32
			sum := sha256.Sum256([]byte(key))
			got := list(4)
			NewPython(uint64(binary.BigEndian.Uint32(sum[28:]))).Shuffle(4, func(i, j int) { got[i], got[j] = got[j], got[i] })
			require.Equal(t, want, got, key)
		}
	})
}
